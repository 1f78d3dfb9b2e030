"""A referral to another authority: its sector is the receiver, everything of it stays at home, nobody else is told."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.ids import new_id
from chassis.tables import TABLES
from contracts.events import cases
from services.referrals.tables import received_referrals, referral_steps, referrals
from tests.referrals.abroad import WITHIN_REACH, Abroad, within
from tests.referrals.world import BODIES, REASON, SENDERS, World, slug, wish_for, without_trace

READS = ("", "/history", "/contact-attempts", "/questions", "/answers", "/chain", "/redirection")


@pytest.fixture
def abroad(world: World) -> Abroad:
    return Abroad(world)


async def test_its_receiver_reads_it_and_acts_until_the_citizen_is_caught(world: World, abroad: Abroad) -> None:
    seen = await abroad.referral("acceptance", "contact-attempts", "first-contact", "handover-receipt")

    assert (seen["from"]["authority"], seen["to"]["authority"]) == (world.authority, abroad.authority)
    assert (seen["catchState"], seen["state"], seen["reason"]) == ("caught", "in-progress", REASON)
    done = await abroad.caller("health").post(f"/referrals/{seen['id']}/completion", BODIES["completion"])
    asked = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()
    assert (done.json()["state"], asked["state"], asked["catchState"]) == ("completed", "completed", "caught")
    assert {one["data"]["toAuthority"] for one in await world.announced(UUID(seen["caseId"]))} == {abroad.authority}


async def test_everything_of_it_stays_with_who_asked(world: World, abroad: Abroad) -> None:
    seen = await abroad.referral("acceptance", "claim", "contact-attempts")
    which = UUID(seen["id"])

    async with world.database.transaction(world.authority) as tx:
        steps = await tx.all(select(referral_steps).where(referral_steps.c.referral_id == which))
    async with world.database.transaction(abroad.authority) as tx:
        (index,) = await tx.all(select(received_referrals).where(received_referrals.c.id == which))
        theirs = [await tx.all(select(table)) for table in (referrals, referral_steps, TABLES.outbox, TABLES.lookups)]

    assert [step.by_authority for step in steps] == [None, *[abroad.authority] * 3]
    assert theirs == [[], [], [], []]
    assert (index.home_authority, index.state) == (world.authority, "accepted")
    assert index.claimed_by is not None


async def test_who_looked_is_logged_at_home_with_where_they_came_from(world: World, abroad: Abroad) -> None:
    seen = await abroad.referral()

    lookups = TABLES.lookups
    async with world.database.transaction(world.authority) as tx:
        rows = await tx.all(select(lookups).where(lookups.c.case_id == UUID(seen["caseId"])))

    assert {row.sector for row in rows} == {"employment", f"{abroad.authority}/health"}


@pytest.mark.parametrize("action", sorted(BODIES))
async def test_to_a_third_authority_and_the_namesake_at_home_it_does_not_exist(
    world: World, abroad: Abroad, action: str
) -> None:
    seen = await abroad.referral("acceptance")
    absent = await abroad.caller("health").post(f"/referrals/{new_id()}/{action}", WITHIN_REACH[action])

    answers = [
        await stranger.post(f"/referrals/{seen['id']}/{action}", WITHIN_REACH[action])
        for stranger in (
            world.caller("health"),
            world.caller("social"),
            Abroad(world).caller("health"),
            abroad.caller("social"),
            abroad.caller("employment"),
        )
    ]

    assert {one.status_code for one in answers} == {404}
    assert all(without_trace(one) == without_trace(absent) for one in answers)


@pytest.mark.parametrize("path", READS)
async def test_nor_can_they_read_any_of_it(world: World, abroad: Abroad, path: str) -> None:
    seen = await abroad.referral("acceptance")

    for stranger in (world.caller("health"), Abroad(world).caller("health"), abroad.caller("social")):
        assert (await stranger.get(f"/referrals/{seen['id']}{path}")).status_code == 404
    for stranger in (world.caller("health"), Abroad(world).caller("health"), abroad.caller("social")):
        assert (await stranger.get("/referrals")).json()["items"] == []


def _systems(told: Any) -> list[str]:
    """Every identifier system in a resource."""
    if isinstance(told, list):
        return [system for one in told for system in _systems(one)]
    if not isinstance(told, dict):
        return []
    return [*_systems(list(told.values())), *([told["system"]] if "system" in told else [])]


@pytest.mark.parametrize("kind", ["ServiceRequest", "Task"])
async def test_as_fhir_it_is_read_by_its_two_sides_alike(world: World, abroad: Abroad, kind: str) -> None:
    seen = await abroad.referral("acceptance")

    told = {
        "sender": await world.caller("employment").get(f"/fhir/{kind}/{seen['id']}"),
        "receiver": await abroad.caller("health").get(f"/fhir/{kind}/{seen['id']}"),
        "namesake": await world.caller("health").get(f"/fhir/{kind}/{seen['id']}"),
        "third": await Abroad(world).caller("health").get(f"/fhir/{kind}/{seen['id']}"),
    }

    systems = [system for system in _systems(told["receiver"].json()) if "authority" in system]
    assert {system.split(":")[3] for system in systems} == {world.authority, abroad.authority}
    assert {who: one.status_code for who, one in told.items()} == {
        "sender": 200,
        "receiver": 200,
        "namesake": 404,
        "third": 404,
    }


@pytest.mark.parametrize("action", sorted(set(BODIES) - SENDERS))
async def test_the_sender_does_not_act_for_a_receiver_elsewhere(world: World, abroad: Abroad, action: str) -> None:
    seen = await abroad.referral("acceptance")

    tried = await world.caller("employment").post(f"/referrals/{seen['id']}/{action}", WITHIN_REACH[action])

    assert (tried.status_code, slug(tried)) == (403, "only-the-receiver")


@pytest.mark.parametrize("action", sorted(SENDERS))
async def test_nor_does_the_receiver_for_the_sender(abroad: Abroad, action: str) -> None:
    seen = await abroad.referral("acceptance")

    tried = await abroad.caller("health").post(f"/referrals/{seen['id']}/{action}", BODIES[action])

    assert (tried.status_code, slug(tried)) == (403, "only-the-sender")


async def test_the_namesake_that_sends_sees_no_more_than_any_sender(world: World, abroad: Abroad) -> None:
    """Health asks health elsewhere: by the sector's name alone the receiver's steps would look like its own."""
    path = f"/referrals/{await abroad.asked_by_its_namesake()}"
    for step in ("acceptance", "claim", "deadline-waiver", "contact-attempts", "first-contact"):
        body = {"citizenStatement": "Jeg vil hellere det."} if step == "deadline-waiver" else BODIES[step]
        assert (await abroad.caller("health").post(f"{path}/{step}", body)).is_success

    sent = (await world.caller("health").get(path)).json()
    history = (await world.caller("health").get(f"{path}/history")).json()["items"]

    assert set(sent["allowedActions"]) == {"cancellation", "entry-in-error", "handover-content"}
    assert (sent["firstContact"], sent["contactAttempts"], sent["claimedBy"]) == (None, [], None)
    assert sent["deadlineWaivers"] == []
    assert [(one["action"], one["at"] is None) for one in history] == [
        ("request", False),
        ("acceptance", True),
        ("deadline-waiver", True),
        ("first-contact", True),
    ]
    assert [one["by"]["authority"] for one in history] == [world.authority, *[abroad.authority] * 3]


async def test_another_unit_there_sees_it_and_does_not_act(abroad: Abroad) -> None:
    seen = await abroad.referral(toUnit="psykiatri", case=await abroad.case(to_unit="psykiatri"))
    colleague = abroad.caller("health", "gigt")

    tried = await colleague.post(f"/referrals/{seen['id']}/acceptance", {})
    taken = await abroad.caller("health", "psykiatri").post(f"/referrals/{seen['id']}/acceptance", {})

    assert (tried.status_code, slug(tried)) == (403, "only-the-addressed-unit")
    assert taken.json()["responsibleUnit"] == "psykiatri"


async def test_questions_go_there_and_back(world: World, abroad: Abroad) -> None:
    seen = await abroad.referral("acceptance")
    path = f"/referrals/{seen['id']}"

    put = (await abroad.caller("health").post(f"{path}/questions", BODIES["questions"])).json()
    reply = {"questionId": put["id"], "text": "Nej, de er hos deres far."}
    answered = await world.caller("employment").post(f"{path}/answers", reply)
    read = await abroad.caller("health").get(f"{path}/answers/{answered.json()['id']}")

    assert (put["by"]["authority"], read.json()["by"]["authority"]) == (abroad.authority, world.authority)
    assert read.json()["text"] == reply["text"]


async def test_a_repeated_step_is_done_once_and_answered_alike(abroad: Abroad) -> None:
    seen = await abroad.referral("acceptance")
    path, key = f"/referrals/{seen['id']}/contact-attempts", {"Idempotency_Key": f"key-{new_id()}"}

    first = await abroad.caller("health", subject="s-1").post(path, BODIES["contact-attempts"], **key)
    again = await abroad.caller("health", subject="s-1").post(path, BODIES["contact-attempts"], **key)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (await abroad.caller("health").get(path)).json()["items"] == [first.json()]


async def test_a_stale_reader_there_changes_nothing(abroad: Abroad) -> None:
    seen = await abroad.referral("acceptance")
    path = f"/referrals/{seen['id']}"
    read = await abroad.caller("health").get(path)

    fresh = await abroad.caller("health").post(f"{path}/claim", If_Match=read.headers["ETag"])
    stale = await abroad.caller("health").post(f"{path}/failure", BODIES["failure"], If_Match=read.headers["ETag"])

    assert (fresh.status_code, stale.status_code) == (200, 412)


async def test_two_there_who_accept_at_once_get_one_yes(abroad: Abroad) -> None:
    seen = await abroad.referral()
    health = abroad.caller("health")

    answers = await asyncio.gather(*(health.post(f"/referrals/{seen['id']}/acceptance", {}) for _ in range(4)))

    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409]


async def test_only_who_can_catch_up_with_a_write_is_given_its_token(world: World, abroad: Abroad) -> None:
    seen = await abroad.referral()

    there = await abroad.caller("health").post(f"/referrals/{seen['id']}/acceptance", {})
    here = await world.caller("employment").post(f"/referrals/{seen['id']}/cancellation", BODIES["cancellation"])

    assert "Sync-Token" not in there.headers
    assert here.headers["Sync-Token"].startswith(f"referrals:{seen['caseId']}:")


async def test_another_authority_catches_and_does_not_take_the_case(world: World, abroad: Abroad) -> None:
    seen = await abroad.referral("acceptance", "first-contact")
    path, health = f"/referrals/{seen['id']}/handover-receipt", abroad.caller("health")

    danish = await health.post(path, {"takesHolding": True}, Accept_Language="da")
    english = await health.post(path, {"takesHolding": True}, Accept_Language="en")
    caught = await health.post(path, {"takesHolding": False})

    assert (danish.status_code, slug(danish)) == (409, "holding-stays-in-the-authority")
    assert "myndighed" in danish.json()["detail"]
    assert "authority" in english.json()["detail"]
    assert (caught.json()["catchState"], caught.json()["handoverReceipt"]["takesHolding"]) == ("caught", False)


async def test_a_closed_case_at_home_is_cancelled_there(world: World, abroad: Abroad) -> None:
    seen = await abroad.referral("acceptance")

    await world.tell(UUID(seen["caseId"]), cases.CaseClosedV1(ground="citizen-moved", closed_by_sector="employment"))

    assert (await abroad.caller("health").get(f"/referrals/{seen['id']}")).json()["state"] == "cancelled"
    found = await abroad.caller("health").get("/referrals", state="cancelled")
    assert [one["id"] for one in found.json()["items"]] == [seen["id"]]


async def test_a_withdrawn_consent_hides_the_words_there_and_stops_nothing(world: World, abroad: Abroad) -> None:
    case = await abroad.case()
    seen = await abroad.referral("acceptance", case=case)

    await world.tell(case.id, cases.ConsentWithdrawnV1(consent_id=case.consent_id))

    after = (await abroad.caller("health").get(f"/referrals/{seen['id']}")).json()
    assert (after["reason"], after["state"], after["basis"]["status"]) == (None, "accepted", "withdrawn")


async def test_ones_own_authority_is_no_other(world: World) -> None:
    seen = await world.referral(toAuthority=world.authority)

    assert (seen["from"]["authority"], seen["to"]["authority"]) == (None, None)


@pytest.mark.parametrize("code", ["public", "trial:0147", "r1084", "101", "R1084 ", "CVR1", "", "0147'", 147, ["0147"]])
async def test_what_has_not_the_form_of_an_authority_is_asked_nothing(world: World, code: Any) -> None:
    tried = await world.caller("employment").post("/referrals", wish_for(await world.case(), toAuthority=code))

    assert tried.status_code == 400
    assert tried.json()["errors"][0]["pointer"] == "/toAuthority"


async def test_an_id_that_a_third_authority_has_used_there_is_taken(world: World, abroad: Abroad) -> None:
    seen = await abroad.referral()
    third = within(world)
    case = await third.case(to_authority=abroad.authority)

    wish = wish_for(case, id=seen["id"], toAuthority=abroad.authority)
    tried = await third.caller("employment").post("/referrals", wish)

    assert (tried.status_code, slug(tried)) == (409, "already-exists")
    assert (await abroad.caller("health").get(f"/referrals/{seen['id']}")).json()["from"][
        "authority"
    ] == world.authority
