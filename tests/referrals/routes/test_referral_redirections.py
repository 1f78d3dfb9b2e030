"""A request that is sent on: once to each place, with the sender's words, and followed from either end."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.ids import new_id
from contracts.events import cases
from tests.referrals.world import BODIES, REASON, KnownCase, World, consent, let_go, slug, wish_for
from tests.support.profiles import few

TO_SOCIAL = {"toSector": "social", "reasonCode": "not-in-target-group"}


async def on_a_legal_basis(world: World, case: KnownCase | None = None, **wish: Any) -> dict[str, Any]:
    """A referral to health's centre for alcohol, on a provision that reaches every sector."""
    return await world.referral(
        case=case or await world.case(), consentId=None, legalBasis="fvl-28-2", toUnit="alkohol", **wish
    )


async def test_the_successor_is_the_same_request_to_somebody_else(world: World) -> None:
    seen = await on_a_legal_basis(world, approachedOn="2026-02-27", returnScope="dates")
    sent = await world.caller("health", "alkohol").post(
        f"/referrals/{seen['id']}/redirection", {**TO_SOCIAL, "toUnit": "vaerested"}
    )

    assert sent.status_code == 201
    assert sent.headers["Location"] == f"/v1/referrals/{seen['id']}/redirection"
    successor = sent.json()["successorId"]
    onward = (await world.caller("social").get(f"/referrals/{successor}")).json()
    asked = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()
    assert (onward["from"], onward["to"]) == (
        seen["from"],
        {"sector": "social", "unit": "vaerested", "serviceId": None, "authority": None},
    )
    assert (onward["reason"], onward["approachedOn"], onward["returnScope"]) == (REASON, "2026-02-27", "dates")
    assert (onward["state"], onward["replaces"], onward["replacedBy"]) == ("requested", seen["id"], None)
    assert (asked["state"], asked["replacedBy"], asked["ending"]["reasonCode"]) == (
        "rejected",
        successor,
        "not-in-target-group",
    )
    assert [one["type"].split(".")[3] for one in await world.announced(UUID(seen["caseId"]))] == [
        "referral-requested",
        "referral-redirected",
        "referral-requested",
    ]


async def test_the_redirection_can_be_read_where_it_was_made_and_by_the_sender_only(world: World) -> None:
    seen = await on_a_legal_basis(world)
    path = f"/referrals/{seen['id']}/redirection"
    key = {"Idempotency_Key": f"key-{new_id()}"}
    before = await world.caller("health").get(path)
    made = await world.caller("health").post(path, TO_SOCIAL, **key)
    again = await world.caller("health").post(path, TO_SOCIAL, **key)

    readers = [await world.caller(sector).get(path) for sector in ("health", "employment", "social")]

    assert before.status_code == 404
    assert again.json() == made.json()
    assert [one.status_code for one in readers] == [200, 200, 404]
    assert readers[0].json() == readers[1].json() == made.json()
    assert readers[0].headers["ETag"] == '"1"'


@pytest.mark.parametrize(
    ("changed", "status", "refused"),
    [
        ({"toSector": "employment"}, 409, "same-sector"),
        ({"toSector": "health", "toUnit": "alkohol"}, 409, "redirect-loop"),
        ({"toSector": "health", "toUnit": "health:alkohol"}, 409, "redirect-loop"),
        ({"toSector": "church"}, 400, "unknown-sector"),
        ({"reasonCode": "because"}, 400, "invalid-request"),
        ({"legalBasis": "fvl-28-2", "consentId": "01a20038-0000-7000-8000-00000000f00d"}, 409, "sharing-basis-missing"),
        ({"consentId": "01a20038-0000-7000-8000-00000000f00d"}, 409, "sharing-basis-missing"),
        ({"legalBasis": "no-such-law"}, 409, "sharing-basis-missing"),
    ],
)
async def test_what_cannot_be_sent_on_changes_nothing(
    world: World, changed: dict[str, Any], status: int, refused: str
) -> None:
    seen = await on_a_legal_basis(world)
    path, health = f"/referrals/{seen['id']}", world.caller("health")

    tried = await health.post(f"{path}/redirection", {**TO_SOCIAL, **changed})

    assert (tried.status_code, slug(tried)) == (status, refused)
    assert (await health.get(path)).json()["version"] == seen["version"]


async def test_a_consent_must_reach_as_far_as_the_new_receiver(world: World) -> None:
    case = await world.case()
    seen = await world.referral(case=case)
    path, health = f"/referrals/{seen['id']}/redirection", world.caller("health")
    wider = new_id()

    without = await health.post(path, TO_SOCIAL)
    await world.tell(case.id, consent(wider, to_sector="social"))
    with_it = await health.post(path, {**TO_SOCIAL, "consentId": str(wider)})

    assert (slug(without), without.json()["fails"]) == ("sharing-basis-missing", "consent-to-another-sector")
    assert with_it.status_code == 201


async def test_after_acceptance_but_not_after_the_meeting(world: World) -> None:
    accepted, met = await on_a_legal_basis(world), await on_a_legal_basis(world)
    health = world.caller("health")
    for seen, steps in ((accepted, ("acceptance",)), (met, ("acceptance", "first-contact"))):
        for step in steps:
            await health.post(f"/referrals/{seen['id']}/{step}", BODIES[step])

    sent, too_late = [await health.post(f"/referrals/{seen['id']}/redirection", TO_SOCIAL) for seen in (accepted, met)]

    assert sent.status_code == 201
    assert (too_late.status_code, slug(too_late)) == (409, "invalid-transition")


async def test_nothing_is_sent_on_for_a_sender_without_the_need(world: World) -> None:
    gone, ended, aside = [await world.case() for _ in range(3)]
    seen = [await on_a_legal_basis(world, case) for case in (gone, ended, aside)]
    await world.tell(gone.id, let_go())
    await world.tell(ended.id, cases.NeedEndedV1(need_id=ended.need_id))
    await world.tell(
        aside.id, cases.NeedSetAsideV1(need_id=aside.need_id, revisit_on="2199-01-01", revisit_by_sector="employment")
    )

    health = world.caller("health")
    tried = [await health.post(f"/referrals/{one['id']}/redirection", TO_SOCIAL) for one in seen]

    assert [slug(one) for one in tried] == ["sender-has-let-go", "need-ended", "need-set-aside"]


async def test_two_who_send_on_at_once_make_one_successor(world: World) -> None:
    seen = await on_a_legal_basis(world)
    health = world.caller("health")

    answers = await asyncio.gather(*(health.post(f"/referrals/{seen['id']}/redirection", TO_SOCIAL) for _ in range(3)))

    assert sorted(one.status_code for one in answers) == [201, 409, 409]
    sent = await world.caller("employment").get("/referrals", caseId=seen["caseId"])
    assert len(sent.json()["items"]) == 2


PLACES = st.lists(
    st.sampled_from(
        [("health", "alkohol"), ("health", "psykiatri"), ("health", None), ("social", None), ("social", "bo")]
    ),
    min_size=1,
    max_size=8,
)


@settings(few(), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(places=PLACES)
async def test_no_chain_comes_to_a_place_twice_and_each_end_tells_the_same(
    world: World, places: list[tuple[str, str | None]]
) -> None:
    case = await world.case()
    first, *onward = places
    basis = {"consentId": None, "legalBasis": "fvl-28-2"}
    sender = world.caller("employment")
    asked = await sender.post("/referrals", wish_for(case, **basis, toSector=first[0], toUnit=first[1]))
    ids, been = [asked.json()["id"]], [first]
    for sector, unit in onward:
        body = {"toSector": sector, "reasonCode": "wrong-service"} | ({"toUnit": unit} if unit else {})
        tried = await world.caller(been[-1][0]).post(f"/referrals/{ids[-1]}/redirection", body)
        if (sector, unit) in been:
            assert (tried.status_code, slug(tried)) == (409, "redirect-loop")
        else:
            assert tried.status_code == 201, tried.text
            ids.append(tried.json()["successorId"])
            been.append((sector, unit))

    chains = [(await sender.get(f"/referrals/{one}/chain")).json() for one in {ids[0], ids[-1]}]

    assert all(chain == chains[0] for chain in chains)
    assert [link["id"] for link in chains[0]["links"]] == ids
    assert [(link["to"]["sector"], link["to"]["unit"]) for link in chains[0]["links"]] == been
    assert chains[0]["hidden"] == 0


async def test_a_receiver_sees_its_own_links_and_how_many_others_there_are(world: World) -> None:
    seen = await on_a_legal_basis(world)
    sent = await world.caller("health").post(f"/referrals/{seen['id']}/redirection", TO_SOCIAL)
    successor = sent.json()["successorId"]

    before, after, stranger = [
        await world.caller(sector).get(f"/referrals/{one}/chain")
        for sector, one in (("health", seen["id"]), ("social", successor), ("social", seen["id"]))
    ]

    assert [link["id"] for link in before.json()["links"]] == [seen["id"]]
    assert [link["id"] for link in after.json()["links"]] == [successor]
    assert (before.json()["hidden"], after.json()["hidden"]) == (1, 1)
    assert stranger.status_code == 404


async def test_who_has_let_go_is_not_told_that_its_request_was_sent_on(world: World) -> None:
    case = await world.case()
    seen = await on_a_legal_basis(world, case)
    await world.caller("health").post(f"/referrals/{seen['id']}/redirection", TO_SOCIAL)
    await world.tell(case.id, let_go())
    former = world.caller("employment")

    chain, one, told = [await former.get(f"/referrals/{seen['id']}{part}") for part in ("/chain", "", "/redirection")]

    assert ([link["id"] for link in chain.json()["links"]], chain.json()["hidden"]) == ([seen["id"]], 0)
    assert (one.json()["replacedBy"], told.status_code) == (None, 404)
