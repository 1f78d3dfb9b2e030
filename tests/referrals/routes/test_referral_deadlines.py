"""Clocks over HTTP: from the citizen's approach, shown to each side as far as it may see, in order of their days."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine

from services.referrals.clocks.deadlines import tell_batch
from tests.referrals.dated import DAY, DUE, MONDAY, at, it_is, notices, promised
from tests.referrals.listened import listening
from tests.referrals.world import BODIES, World, slug, wish_for

STATEMENT = "Jeg vil hellere til det sted, min søster kom hos."


async def clocks(world: World, seen: dict[str, Any], sector: str = "health", *units: str) -> list[tuple[Any, ...]]:
    answer = await world.caller(sector, *units).get(f"/referrals/{seen['id']}")
    assert answer.status_code == 200, answer.text
    return [(c["guarantee"], c["startedOn"], c["dueOn"], c["state"]) for c in answer.json()["clocks"]]


async def step(world: World, seen: dict[str, Any], action: str, sector: str = "health", **body: Any) -> Any:
    return await world.caller(sector).post(f"/referrals/{seen['id']}/{action}", {**BODIES.get(action, {}), **body})


# -- starting ---------------------------------------------------------------------------------------------------------


async def test_the_clock_runs_from_the_citizens_approach_and_not_from_the_referral(world: World) -> None:
    asked = await promised(world, approachedOn="2026-02-25")

    assert asked["guarantee"] == "drug-treatment"
    with it_is(MONDAY):
        assert await clocks(world, asked) == [("drug-treatment", "2026-02-25", "2026-03-11", "running")]


async def test_where_nobody_said_when_the_citizen_asked_it_runs_from_the_request(world: World) -> None:
    asked = await promised(world, guarantee="alcohol-treatment")

    with it_is(MONDAY):
        assert await clocks(world, asked) == [("alcohol-treatment", "2026-03-02", str(DUE), "running")]


@pytest.mark.parametrize(
    ("guarantee", "approached"),
    [("no-such-promise", None), ("drug-treatment", "2002-12-31"), ("processing-deadline", None)],
    ids=["unknown", "before-its-first-day", "not-decided"],
)
async def test_a_guarantee_must_have_been_in_force_on_the_day_its_clock_starts(
    world: World, guarantee: str, approached: str | None
) -> None:
    case = await world.case()

    asked = await world.caller("employment").post(
        "/referrals", wish_for(case, guarantee=guarantee, approachedOn=approached)
    )

    assert (asked.status_code, slug(asked)) == (400, "guarantee-not-in-force")
    assert guarantee not in asked.text


async def test_what_runs_from_the_receivers_receipt_runs_from_the_request_that_we_deliver_the_same_day(
    world: World,
) -> None:
    asked = await promised(world, guarantee="dual-diagnosis", approachedOn="2026-02-20")

    with it_is(MONDAY + 2 * DAY):
        before = await clocks(world, asked)
        await step(world, asked, "acceptance")
        after = await clocks(world, asked)

    runs = ("dual-diagnosis", str(MONDAY), str(DUE), "running")
    assert before == [runs]
    assert after == [("first-contact", "2026-03-04", "2026-03-11", "running"), runs]


async def test_a_request_that_nobody_answers_is_late_all_the_same(world: World) -> None:
    asked = await promised(world, guarantee="dual-diagnosis")

    for when in (DUE - 4 * DAY, DUE + DAY, MONDAY + 40 * DAY):
        await tell_batch(world.database, world.authority, at(when))

    with it_is(MONDAY + 40 * DAY):
        assert await clocks(world, asked) == [("dual-diagnosis", str(MONDAY), str(DUE), "missed")]
        assert [one[3] for one in await clocks(world, asked, "employment")] == ["missed"]
    assert await notices(world, asked) == [("near", str(DUE)), ("missed", str(DUE))]


async def test_it_runs_from_the_danish_day_of_the_request(world: World) -> None:
    with time_machine.travel(datetime(2026, 3, 1, 23, 30, tzinfo=UTC)):
        asked = await world.referral(guarantee="dual-diagnosis")

    with it_is(MONDAY):
        assert await clocks(world, asked) == [("dual-diagnosis", str(MONDAY), str(DUE), "running")]


async def test_who_has_a_system_does_not_say_when_a_request_came(world: World) -> None:
    asked = await promised(world, guarantee="dual-diagnosis")

    with it_is(MONDAY + 2 * DAY):
        refused = await step(world, asked, "acceptance", receivedOn="2026-03-04")

    assert (refused.status_code, slug(refused)) == (400, "invalid-request")


async def test_what_an_authority_has_decided_is_read_once_for_a_yes(world: World) -> None:
    asked = await promised(world)

    with it_is(MONDAY), listening(world) as sent:
        assert (await step(world, asked, "acceptance")).is_success

    assert len([one for one in sent if "FROM local_guarantees" in one]) == 1


async def test_every_yes_starts_the_promise_of_a_first_contact(world: World) -> None:
    accepted = await promised(world, "acceptance", guarantee=None)

    with it_is(MONDAY):
        assert await clocks(world, accepted) == [("first-contact", "2026-03-02", "2026-03-09", "running")]


# -- stopping ---------------------------------------------------------------------------------------------------------


async def test_the_first_contact_meets_it_when_it_was_held_in_time(world: World) -> None:
    accepted = await promised(world, "acceptance")

    with it_is(DUE + DAY):
        before = await clocks(world, accepted)
        await step(world, accepted, "first-contact", at="2026-03-16T22:30:00Z")
        after = await clocks(world, accepted)

    assert [one[3] for one in before] == ["missed", "missed"]
    assert [(one[0], one[3]) for one in after] == [("first-contact", "missed"), ("drug-treatment", "met")]


@pytest.mark.parametrize(("action", "sector"), [("rejection", "health"), ("cancellation", "employment")])
async def test_the_end_of_the_referral_stops_it(world: World, action: str, sector: str) -> None:
    asked = await promised(world)

    with it_is(DUE):
        assert (await step(world, asked, action, sector)).is_success
        assert [one[3] for one in await clocks(world, asked)] == ["stopped"]


# -- what each side sees ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        ("none", []),
        ("caught-only", ["drug-treatment"]),
        ("dates", ["first-contact", "drug-treatment"]),
        ("dates-and-outcome", ["first-contact", "drug-treatment"]),
    ],
)
async def test_the_sender_sees_of_the_clocks_what_the_way_back_allows_in_the_list_as_in_the_referral(
    world: World, scope: str, shown: list[str]
) -> None:
    accepted = await promised(world, "acceptance", returnScope=scope)

    with it_is(MONDAY + 8 * DAY):
        sender = world.caller("employment")
        one = await clocks(world, accepted, "employment")
        (listed,) = (await sender.get("/referrals", caseId=accepted["caseId"])).json()["items"]
        overdue = (await sender.get("/referrals", caseId=accepted["caseId"], overdue="true")).json()["items"]

    assert [clock[0] for clock in one] == [clock["guarantee"] for clock in listed["clocks"]] == shown
    assert bool(overdue) == ("first-contact" in shown)


async def test_which_promise_it_is_the_receiver_reads_only_while_something_permits_the_sharing(world: World) -> None:
    case = await world.case(valid_until=MONDAY + 5 * DAY)
    accepted = await promised(world, "acceptance", case=case)

    with it_is(MONDAY + 6 * DAY):
        seen = await clocks(world, accepted)
        whole = (await world.caller("health").get(f"/referrals/{accepted['id']}")).json()

    assert [(one[0], one[2]) for one in seen] == [(None, "2026-03-09"), (None, str(DUE))]
    assert whole["guarantee"] is None


# -- the worklist -----------------------------------------------------------------------------------------------------


async def test_a_worklist_is_in_the_order_in_which_things_fall_due_and_its_pages_agree(world: World) -> None:
    no_clock = await promised(world, guarantee=None)
    late = await promised(world, on=MONDAY + DAY)
    soon = await promised(world, on=MONDAY + 2 * DAY, approachedOn="2026-02-20")
    met = await promised(world, "acceptance", on=MONDAY + DAY)
    with it_is(MONDAY + 3 * DAY):
        await step(world, met, "first-contact", at="2026-03-04T12:00:00Z")
        found: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = (await world.caller("health").get("/referrals", sort="dueOn", limit="1", **cursor)).json()
            found += [item["id"] for item in page["items"]]
            if not page["page"]["next"]:
                break
            cursor = {"cursor": page["page"]["next"]}
        sent = (await world.caller("employment").get("/referrals", sort="dueOn")).json()["items"]

    assert found == [soon["id"], late["id"], met["id"], no_clock["id"]]
    assert [item["id"] for item in sent] == found


async def test_overdue_finds_what_is_late_and_not_what_falls_due_today_or_has_been_met(world: World) -> None:
    open_one = await promised(world)
    met = await promised(world, "acceptance", guarantee=None)

    with it_is(DUE):
        health = world.caller("health")
        await step(world, met, "first-contact", at="2026-03-16T09:00:00Z")
        today = (await health.get("/referrals", overdue="true")).json()["items"]
    with it_is(DUE + DAY, hour=0):
        tomorrow = (await world.caller("health").get("/referrals", overdue="true")).json()["items"]

    assert ([item["id"] for item in today], [item["id"] for item in tomorrow]) == ([], [open_one["id"]])


@pytest.mark.parametrize("query", [{"sort": "name"}, {"overdue": "maybe"}], ids=["sort", "overdue"])
async def test_a_list_is_asked_for_in_words_it_knows(world: World, query: dict[str, str]) -> None:
    assert (await world.caller("health").get("/referrals", **query)).status_code == 400


# -- the waiver -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sector", ["health", "employment"])
async def test_either_side_writes_down_the_citizens_own_choice_and_the_referral_goes_on(
    world: World, sector: str
) -> None:
    asked = await promised(world)

    with it_is(MONDAY + DAY):
        waived = await step(world, asked, "deadline-waiver", sector, citizenStatement=STATEMENT)
        history = (await world.caller("health").get(f"/referrals/{asked['id']}/history")).json()["items"]

    assert waived.status_code == 200, waived.text
    body = waived.json()
    assert (body["state"], body["clocks"][0]["state"], body["version"]) == ("requested", "waived", 2)
    assert [(one["bySector"], one["citizenStatement"]) for one in body["deadlineWaivers"]] == [(sector, STATEMENT)]
    assert waived.headers["ETag"] == '"2"'
    assert "deadline-waiver" not in body["allowedActions"]
    assert (history[-1]["action"], history[-1]["by"]["sector"]) == ("deadline-waiver", sector)
    told = (await world.announced(UUID(body["caseId"])))[-1]
    assert told["type"] == "dk.helhed.referrals.deadline-waived.v1"
    assert STATEMENT not in str(told)


async def test_the_citizens_words_stay_on_the_side_that_wrote_them_and_with_the_basis(world: World) -> None:
    case = await world.case(valid_until=MONDAY + 5 * DAY)
    by_receiver = await promised(world)
    by_sender = await promised(world, case=case)
    with it_is(MONDAY + DAY):
        await step(world, by_receiver, "deadline-waiver", citizenStatement=STATEMENT)
        await step(world, by_sender, "deadline-waiver", "employment", citizenStatement=STATEMENT)

    with it_is(MONDAY + 6 * DAY):
        sender = (await world.caller("employment").get(f"/referrals/{by_receiver['id']}")).json()
        receiver = (await world.caller("health").get(f"/referrals/{by_sender['id']}")).json()

    assert (sender["clocks"][0]["state"], sender["deadlineWaivers"]) == ("waived", [])
    assert (receiver["clocks"][0]["state"], receiver["deadlineWaivers"]) == ("waived", [])


@pytest.mark.parametrize(
    ("on", "wish", "sector", "unit", "told"),
    [
        (DUE + DAY, {}, "health", None, (409, "no-deadline-runs")),
        (MONDAY, {"guarantee": None}, "health", None, (409, "no-deadline-runs")),
        (MONDAY, {"returnScope": "none"}, "employment", None, (409, "no-deadline-runs")),
        (MONDAY, {"toUnit": "health:alkohol"}, "health", "health:psykiatri", (403, "only-the-addressed-unit")),
        (MONDAY, {}, "social", None, (404, "not-found-or-not-yours")),
    ],
    ids=["gone-by", "none", "sees-none", "colleague", "stranger"],
)
async def test_a_waiver_that_is_not_theirs_or_comes_too_late(
    world: World, on: date, wish: dict[str, Any], sector: str, unit: str | None, told: tuple[int, str]
) -> None:
    asked = await promised(world, **wish)

    with it_is(on):
        caller = world.caller(sector, *([unit] if unit else []))
        refused = await caller.post(f"/referrals/{asked['id']}/deadline-waiver", {"citizenStatement": STATEMENT})
        seen = await caller.get(f"/referrals/{asked['id']}")

    assert (refused.status_code, slug(refused)) == told
    assert STATEMENT not in refused.text
    assert "deadline-waiver" not in seen.json().get("allowedActions", [])


async def test_a_waiver_honours_the_version_that_was_read(world: World) -> None:
    asked = await promised(world)

    with it_is(MONDAY):
        health, path = world.caller("health"), f"/referrals/{asked['id']}/deadline-waiver"
        stale = await health.post(path, {"citizenStatement": STATEMENT}, If_Match='"7"')
        fresh = await health.post(path, {"citizenStatement": STATEMENT}, If_Match='"1"')

    assert (stale.status_code, fresh.status_code) == (412, 200)
