"""A need changes hands while somebody is asked for it: whose it is now answers for the request and takes it back."""

from typing import Any
from uuid import UUID

import pytest

from chassis.ids import new_id
from contracts.events import cases
from tests.referrals.abroad import Abroad
from tests.referrals.world import BODIES, REASON, KnownCase, World, consent, slug, wish_for


async def moved(world: World, case: KnownCase, to_sector: str = "social") -> None:
    """Employment is let go by an override, and what it had asked for is whoever holds the case's to see to."""
    await world.tell(
        case.id,
        cases.ResponsibilityTransferredV1(from_sector="employment", to_sector=to_sector, receipt_id=new_id()),
        cases.SectorReleasedV1(sector="employment", ground="override", release_id=new_id(), need_ids=()),
        cases.NeedReopenedV1(need_id=case.need_id, owner_sector=to_sector),
    )


async def asked(world: World, *steps: str, **wish: Any) -> tuple[dict[str, Any], KnownCase]:
    """What employment asked of health, after the need has become social's."""
    case = await world.case()
    seen = await world.referral(*steps, case=case, **wish)
    await moved(world, case)
    return seen, case


async def test_it_is_read_and_found_by_whose_need_it_is(world: World) -> None:
    seen, case = await asked(world, "acceptance")
    social = world.caller("social")

    read = (await social.get(f"/referrals/{seen['id']}")).json()
    lists = [
        [one["id"] for one in (await social.get("/referrals", **by)).json()["items"]]
        for by in ({}, {"caseId": str(case.id)}, {"state": "accepted"}, {"fromSector": "employment"}, {"sort": "dueOn"})
    ]

    assert (read["reason"], read["state"], read["catchState"]) == (REASON, "accepted", "accepted")
    assert read["allowedActions"] == ["cancellation", "entry-in-error", "handover-content"]
    assert lists == [[seen["id"]]] * 5
    assert [step["action"] for step in (await social.get(f"/referrals/{seen['id']}/history")).json()["items"]] == [
        "request",
        "acceptance",
    ]


async def test_it_takes_the_request_back_and_asks_somebody_else(world: World) -> None:
    seen, case = await asked(world)
    social, agreed = world.caller("social"), new_id()
    await world.tell(case.id, consent(agreed, from_sector="social"))
    wish = wish_for(case, consentId=str(agreed))

    before = await social.post("/referrals", wish)
    cancelled = await social.post(f"/referrals/{seen['id']}/cancellation", BODIES["cancellation"])
    anew = await social.post("/referrals", wish)

    assert slug(before) == "need-already-referred"
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert cancelled.json()["ending"]["because"] == BODIES["cancellation"]["because"]
    assert anew.status_code == 201, anew.text
    last = (await world.caller("health").get(f"/referrals/{seen['id']}/history")).json()["items"][-1]
    assert (last["by"]["sector"], last["at"] is not None) == ("social", True)
    assert (await social.get(f"/referrals/{seen['id']}")).json()["state"] == "cancelled"


async def test_it_answers_what_was_asked_in_its_own_name(world: World) -> None:
    case = await world.case()
    seen = await world.referral(case=case)
    path = f"/referrals/{seen['id']}"
    question = (await world.caller("health").post(f"{path}/questions", BODIES["questions"])).json()
    await moved(world, case)

    said = await world.caller("social", "familie").post(
        f"{path}/answers", {"questionId": question["id"], "text": "De er hos deres far."}
    )
    (read,) = (await world.caller("health").get(f"{path}/answers")).json()["items"]

    assert said.status_code == 201, said.text
    assert (read["text"], read["by"]["sector"], read["by"]["unit"]) == ("De er hos deres far.", "social", "familie")


async def test_it_never_confirms_for_the_receiver_and_sees_of_the_way_back_what_the_sender_did(world: World) -> None:
    seen, _case = await asked(world, "acceptance", "contact-attempts", "first-contact")
    path, social = f"/referrals/{seen['id']}", world.caller("social")

    refused = [
        slug(await social.post(f"{path}/{step}", BODIES[step])) for step in ("first-contact", "handover-receipt")
    ]
    read = (await social.get(path)).json()

    assert refused == ["only-the-receiver", "only-the-receiver"]
    assert (read["catchState"], read["attempts"], read["firstContact"]) == (
        "contact-held",
        {"count": 1, "lastAt": None},
        None,
    )


async def test_the_answer_is_told_it_also_when_that_ends_the_request(world: World) -> None:
    seen, _case = await asked(world)

    await world.caller("health").post(f"/referrals/{seen['id']}/rejection", BODIES["rejection"])

    read = (await world.caller("social").get(f"/referrals/{seen['id']}")).json()
    assert (read["state"], read["ending"]["suggestion"]) == ("rejected", BODIES["rejection"]["suggestion"])


async def test_what_had_come_to_its_end_before_is_not_told(world: World) -> None:
    case = await world.case()
    over = await world.referral("rejection", case=case)
    await moved(world, case)

    assert (await world.caller("social").get(f"/referrals/{over['id']}")).status_code == 404
    assert (await world.caller("social").get("/referrals")).json()["items"] == []


async def test_whoever_was_asked_stays_the_receiver_when_the_need_becomes_theirs(world: World) -> None:
    case = await world.case()
    seen = await world.referral(case=case)
    await moved(world, case, "health")

    read = (await world.caller("health").get(f"/referrals/{seen['id']}")).json()

    assert "acceptance" in read["allowedActions"]
    assert "cancellation" not in read["allowedActions"]


async def test_a_need_set_aside_that_comes_back_to_another_brings_what_is_asked_for_it(world: World) -> None:
    case = await world.case()
    seen = await world.referral(case=case)
    await world.tell(
        case.id,
        cases.NeedSetAsideV1(need_id=case.need_id, revisit_on="2199-01-01", revisit_by_sector="employment"),
        cases.ResponsibilityTransferredV1(from_sector="employment", to_sector="social", receipt_id=new_id()),
    )
    meanwhile = await world.caller("social").get(f"/referrals/{seen['id']}")

    await world.tell(case.id, cases.NeedReopenedV1(need_id=case.need_id, owner_sector="social"))

    took_back = await world.caller("social").post(f"/referrals/{seen['id']}/entry-in-error", BODIES["entry-in-error"])
    assert (meanwhile.status_code, took_back.status_code) == (404, 200)


async def test_it_goes_along_once_more_and_whoever_has_let_go_finds_nothing(world: World) -> None:
    seen, case = await asked(world)
    await world.tell(
        case.id,
        cases.ResponsibilityTransferredV1(from_sector="social", to_sector="employment", receipt_id=new_id()),
        cases.NeedReopenedV1(need_id=case.need_id, owner_sector="employment"),
    )

    assert (await world.caller("social").get(f"/referrals/{seen['id']}")).status_code == 404
    back = await world.caller("employment").post(f"/referrals/{seen['id']}/cancellation", BODIES["cancellation"])
    assert back.status_code == 200


async def test_what_another_authority_has_caught_is_the_holders_to_follow(world: World) -> None:
    abroad = Abroad(world)
    case = await abroad.case()
    seen = await abroad.referral("acceptance", "first-contact", "handover-receipt", case=case)
    await world.tell(
        case.id,
        cases.ResponsibilityTransferredV1(from_sector="employment", to_sector="social", receipt_id=new_id()),
        cases.SectorReleasedV1(
            sector="employment", ground="needs-handed-on", release_id=new_id(), need_ids=(case.need_id,)
        ),
    )

    read = (await world.caller("social").get(f"/referrals/{seen['id']}")).json()

    assert (read["state"], read["catchState"]) == ("in-progress", "caught")


@pytest.mark.parametrize("sector", ["social", "health"])
async def test_an_anonymous_request_is_told_to_nobody_who_comes_after(world: World, sector: str) -> None:
    case = await world.case()
    asking = wish_for(case, anonymous=True, consentId=None, toUnit="alkohol")
    unseen = (await world.caller("employment").post("/referrals", asking)).json()
    await world.tell(
        case.id,
        cases.ResponsibilityTransferredV1(from_sector="employment", to_sector=sector, receipt_id=new_id()),
        cases.NeedReopenedV1(need_id=case.need_id, owner_sector=sector),
    )

    assert (await world.caller(sector).get(f"/referrals/{UUID(unseen['id'])}")).status_code == 404
    assert (await world.caller(sector).get("/referrals")).json()["items"] == []
