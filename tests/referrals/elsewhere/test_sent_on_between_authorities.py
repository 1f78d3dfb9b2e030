"""A request that is sent on to another authority, within it, and back."""

from typing import Any

import pytest

from chassis.ids import new_id
from tests.referrals.abroad import Abroad
from tests.referrals.world import REASON, World, consent, slug, wish_for

NO_ROOM = {"reasonCode": "no-capacity"}


@pytest.fixture
def abroad(world: World) -> Abroad:
    return Abroad(world)


async def sent_on(caller: Any, referral: dict[str, Any], **to: Any) -> Any:
    return await caller.post(f"/referrals/{referral['id']}/redirection", {**NO_ROOM, **to})


async def test_a_receiver_at_home_sends_on_to_another_authority(world: World, abroad: Abroad) -> None:
    case = await abroad.case()
    own = consent(new_id())
    await world.tell(case.id, own)
    seen = await world.referral(case=case, consentId=str(own.consent_id))

    without = await sent_on(world.caller("health"), seen, toSector="health", toAuthority=abroad.authority)
    sent = await sent_on(
        world.caller("health"),
        seen,
        toSector="health",
        toAuthority=abroad.authority,
        consentId=str(case.consent_id),
    )

    assert (slug(without), without.json()["fails"]) == ("sharing-basis-missing", "consent-to-another-authority")
    assert sent.json()["to"]["authority"] == abroad.authority
    onward = (await abroad.caller("health").get(f"/referrals/{sent.json()['successorId']}")).json()
    assert (onward["state"], onward["reason"], onward["replaces"]) == ("requested", REASON, seen["id"])
    asked = (await world.caller("employment").get(f"/referrals/{seen['id']}/chain")).json()
    assert [link["to"]["authority"] for link in asked["links"]] == [None, abroad.authority]
    theirs = (await abroad.caller("health").get(f"/referrals/{onward['id']}/chain")).json()
    assert ([link["id"] for link in theirs["links"]], theirs["hidden"]) == ([onward["id"]], 1)


async def test_a_receiver_elsewhere_stays_in_its_own_authority_unless_it_says_where(
    world: World, abroad: Abroad
) -> None:
    seen = await abroad.referral("acceptance")

    sent = await sent_on(abroad.caller("health"), seen, toSector="health", toUnit="distrikt")

    assert (sent.status_code, sent.json()["to"]["authority"]) == (201, abroad.authority)
    onward = (await abroad.caller("health", "distrikt").get(f"/referrals/{sent.json()['successorId']}")).json()
    assert (onward["to"]["unit"], onward["from"]["authority"]) == ("distrikt", world.authority)
    assert (await abroad.caller("health").get(f"/referrals/{seen['id']}")).json()["state"] == "rejected"


async def test_a_receiver_elsewhere_sends_it_back_into_the_senders_authority(world: World, abroad: Abroad) -> None:
    case = await abroad.case()
    social = consent(new_id(), to_sector="social")
    await world.tell(case.id, social)
    seen = await abroad.referral(case=case)
    back = {"toAuthority": world.authority, "consentId": str(social.consent_id)}

    to_the_sender = await sent_on(abroad.caller("health"), seen, toSector="employment", **back)
    sent = await sent_on(abroad.caller("health"), seen, toSector="social", **back)

    assert slug(to_the_sender) == "same-sector"
    assert (sent.status_code, sent.json()["to"]["authority"]) == (201, None)
    onward = await world.caller("social").get(f"/referrals/{sent.json()['successorId']}")
    assert onward.json()["state"] == "requested"
    assert (await abroad.caller("social").get(f"/referrals/{onward.json()['id']}")).status_code == 404


async def test_the_same_sector_of_another_authority_is_another_place_and_the_same_there_is_not(
    world: World, abroad: Abroad
) -> None:
    case = await abroad.case()
    seen = await abroad.referral(case=case, toUnit="alkohol")
    own = consent(new_id())
    await world.tell(case.id, own)

    again = await sent_on(abroad.caller("health", "alkohol"), seen, toSector="health", toUnit="health:alkohol")
    home = {"toAuthority": world.authority, "consentId": str(own.consent_id)}
    sent = await sent_on(abroad.caller("health", "alkohol"), seen, toSector="health", toUnit="alkohol", **home)

    assert slug(again) == "redirect-loop"
    assert sent.status_code == 201, sent.text


async def test_a_second_live_referral_of_the_need_is_refused_wherever_the_first_went(
    world: World, abroad: Abroad
) -> None:
    case = await abroad.case()
    await abroad.referral(case=case)
    own = consent(new_id())
    await world.tell(case.id, own)

    tried = await world.caller("employment").post("/referrals", wish_for(case, consentId=str(own.consent_id)))

    assert slug(tried) == "need-already-referred"
