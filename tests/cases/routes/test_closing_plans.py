"""The closing plan: before a unit closes, "who is left?" has one answer, and it is the truth."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.clock import day_of, now
from chassis.ids import new_id
from contracts.events.referrals import CapacityChangedV1, ReferralRequestedV1
from tests.cases.town_hall import administrator, unit
from tests.cases.world import ASIDE, Caller, Json, World, opening, slug

TODAY = day_of(now())
PLAN = {"unit": "employment:udsatte", "closesOn": (TODAY + timedelta(days=60)).isoformat()}


def lead(world: World, sector: str = "employment") -> Caller:
    """A team lead."""
    return world.caller(sector, role="team-lead", subject="leder")


@pytest.fixture
async def udsatte(world: World) -> Caller:
    """Somebody who works in the unit that is to close."""
    await unit(world, "employment:udsatte")
    return world.caller("employment", "employment:udsatte")


async def plan(world: World, **page: str) -> Json:
    """The unit's plan, as its team lead sees it."""
    head = lead(world)
    plans = (await head.read("/closing-plans"))["items"]
    plan_id = plans[0]["id"] if plans else (await head.does("/closing-plans", PLAN))["id"]
    return await head.read(f"/closing-plans/{plan_id}", **page)


async def opened(udsatte: Caller, *domains: str) -> Json:
    """A case that the unit holds."""
    return await udsatte.does("/cases", opening(*domains))


def told(view: Json) -> dict[str, tuple[Any, ...]]:
    """What the plan says of each case."""
    return {one["caseId"]: (one["parts"], one["releasable"], one["unmet"]) for one in view["cases"]["items"]}


async def room(world: World, *covers: str, **said: Any) -> UUID:
    """A service of the directory says how much room it has."""
    service_id = said.pop("service_id", None) or new_id()
    known = {"service_id": service_id, "sector": "health", "unit": "alkohol", "status": "has-capacity", "as_of": TODAY}
    await world.tell(service_id, CapacityChangedV1(covers=covers, **known | said))
    return service_id


async def test_the_plan_tells_who_is_left_by_the_gate_of_the_release(world: World, udsatte: Caller) -> None:
    fresh = await opened(udsatte, "debt")
    asked = await opened(udsatte, "housing")
    caught = await opened(udsatte, "substance-use")
    half = await opened(udsatte, "substance-use", "debt")
    elsewhere = await world.case("debt")
    gone = await opened(udsatte, "debt")
    await world.referred(asked, "requested")
    await world.caught(caught)
    await world.caught(half)
    await udsatte.does(
        f"/cases/{gone['id']}/closure",
        {"ground": "citizen-declined", "reason": "Det vil hun ikke.", "citizenStatement": "Jeg vil ikke mere."},
    )

    view = await plan(world)

    assert elsewhere["id"] not in told(view)
    assert told(view) == {
        fresh["id"]: (["coordinator", "holder", "involved"], False, ["need-not-referred", "no-sector-takes-holding"]),
        asked["id"]: (
            ["coordinator", "holder", "involved"],
            False,
            ["referral-not-accepted", "first-contact-missing", "receipt-missing", "no-sector-takes-holding"],
        ),
        caught["id"]: (["coordinator", "holder", "involved"], True, []),
        half["id"]: (["coordinator", "holder", "involved"], False, ["need-not-referred"]),
    }
    for case_id, (_, releasable, unmet) in told(view).items():
        check = await udsatte.read(f"/cases/{case_id}/release-check")
        assert (check["releasable"], list(dict.fromkeys(u["code"] for u in check["unmet"]))) == (releasable, unmet)


async def test_the_sums_are_those_of_the_cases(world: World, udsatte: Caller) -> None:
    await opened(udsatte, "debt", "housing")
    await opened(udsatte, "debt")
    caught = await opened(udsatte, "substance-use")
    await world.caught(caught)

    view = await plan(world)

    assert view["progress"] == {
        "cases": 3,
        "releasable": 1,
        "referred": 0,
        "unmet": [{"code": "need-not-referred", "cases": 2}, {"code": "no-sector-takes-holding", "cases": 2}],
    }
    assert [(one["needDomain"], one["needs"], one["caught"]) for one in view["demand"]] == [
        ("debt", 2, 0),
        ("housing", 1, 0),
        ("substance-use", 1, 1),
    ]


async def test_a_need_that_is_set_aside_is_no_demand(world: World, udsatte: Caller) -> None:
    case = await opened(udsatte, "debt")
    await udsatte.does(f"/cases/{case['id']}/needs/{case['needs'][0]['id']}/setting-aside", ASIDE)

    view = await plan(world)

    assert (view["progress"]["cases"], view["demand"]) == (1, [])


async def test_demand_stands_beside_the_room_that_others_have(world: World, udsatte: Caller) -> None:
    await opened(udsatte, "substance-use")
    known = await room(world, "substance-use", "mental-health", waiting_days=9)
    old = await room(world, "substance-use", as_of=TODAY - timedelta(days=31), status="waitlist")
    await room(world, "debt")
    await room(world, "substance-use", sector="employment", unit="udsatte")

    (demand,) = (await plan(world))["demand"]

    assert {one["serviceId"]: (one["status"], one["waitingDays"], one["stale"]) for one in demand["capacity"]} == {
        str(known): ("has-capacity", 9, False),
        str(old): ("waitlist", None, True),
    }


async def test_a_service_that_is_closed_has_room_for_nobody(world: World, udsatte: Caller) -> None:
    await opened(udsatte, "substance-use")
    closed = await room(world, "substance-use", active=False)
    moved = await room(world, "substance-use")
    await room(world, "debt", service_id=moved)

    assert (await plan(world))["demand"][0]["capacity"] == []

    await room(world, "substance-use", service_id=closed)
    assert [one["serviceId"] for one in (await plan(world))["demand"][0]["capacity"]] == [str(closed)]


async def test_old_news_of_room_changes_nothing(world: World, udsatte: Caller) -> None:
    await opened(udsatte, "substance-use")
    service = await room(world, "substance-use", status="no-capacity")
    await room(world, "substance-use", service_id=service, as_of=TODAY - timedelta(days=3))

    (demand,) = (await plan(world))["demand"]

    assert [one["status"] for one in demand["capacity"]] == ["no-capacity"]


async def test_cases_come_a_page_at_a_time_and_the_sums_are_of_all(world: World, udsatte: Caller) -> None:
    numbers = [(await opened(udsatte))["caseNumber"] for _ in range(3)]

    first = await plan(world, limit="2")
    rest = await plan(world, limit="2", cursor=first["cases"]["page"]["next"])

    listed = [one["caseNumber"] for view in (first, rest) for one in view["cases"]["items"]]
    assert (listed, rest["cases"]["page"]["next"]) == (numbers, None)
    assert (first["progress"], first["hidden"]) == (rest["progress"], 0)
    assert first["progress"]["cases"] == 3


async def test_a_referral_under_way_to_the_unit_is_somebody_too(world: World) -> None:
    await unit(world, "health:alkohol", "health")
    case = await world.case("substance-use")
    to_unit = {"unit": "health:alkohol", "closesOn": TODAY.isoformat()}
    made = await lead(world, "health").does("/closing-plans", to_unit)
    await asked_of(world, case, "alkohol")

    view = await lead(world, "health").read(f"/closing-plans/{made['id']}")

    assert told(view) == {case["id"]: (["referred"], False, [])}
    assert (view["progress"]["cases"], view["progress"]["referred"], view["demand"]) == (1, 1, [])


async def asked_of(world: World, case: Json, to_unit: str) -> None:
    """A referral to a unit that has not answered."""
    requested = ReferralRequestedV1(
        referral_id=new_id(),
        need_id=UUID(case["needs"][0]["id"]),
        from_sector="employment",
        to_sector="health",
        to_unit=to_unit,
    )
    await world.tell(UUID(case["id"]), requested)


async def test_when_nobody_is_left_the_unit_may_end(world: World, udsatte: Caller) -> None:
    case = await opened(udsatte, "substance-use")
    await world.caught(case)
    before = await plan(world)
    early = await lead(world).post("/units/employment:udsatte/ending", {"on": TODAY.isoformat()})
    assert (await world.release(case)).status_code == 201

    after = await plan(world)
    ended = await lead(world).post("/units/employment:udsatte/ending", {"on": TODAY.isoformat()})

    assert (before["progress"]["cases"], early.json()["n"], before["allowedActions"]) == (1, 1, ["moveClosingPlan"])
    assert (after["progress"]["cases"], after["allowedActions"]) == (0, ["endUnit", "moveClosingPlan"])
    assert (ended.status_code, (await plan(world))["status"]) == (200, "ended")


async def test_an_administrator_sees_how_many_and_no_case(world: World, udsatte: Caller) -> None:
    for _ in range(5):
        await opened(udsatte)
    view = await plan(world)

    seen = await administrator(world).read(f"/closing-plans/{view['id']}")

    assert (seen["cases"]["items"], seen["hidden"], seen["progress"]) == ([], 5, view["progress"])
    assert seen["demand"] == view["demand"]


async def test_an_administrator_is_told_no_count_that_is_nearly_a_name(world: World, udsatte: Caller) -> None:
    for _ in range(5):
        await opened(udsatte, "debt")
    await world.caught(await opened(udsatte, "debt"))
    view = await plan(world)

    seen = await administrator(world).read(f"/closing-plans/{view['id']}")

    assert (view["progress"]["cases"], view["progress"]["releasable"], view["hidden"]) == (6, 1, 0)
    assert seen["progress"] == {
        "cases": None,
        "releasable": None,
        "referred": 0,
        "unmet": [{"code": "need-not-referred", "cases": 5}, {"code": "no-sector-takes-holding", "cases": 5}],
    }
    assert (seen["hidden"], [(one["needs"], one["caught"]) for one in seen["demand"]]) == (None, [(None, None)])


async def test_whoever_looks_is_logged_with_the_cases_seen(world: World, udsatte: Caller) -> None:
    case = await opened(udsatte)
    await plan(world)

    looks = [look for look in await world.looked() if look.what == "closing-plan"]

    assert [(str(look.case_id), look.subject) for look in looks if look.case_id] == [(case["id"], "leder")]


async def test_a_plan_is_another_sectors_business_to_nobody(world: World, udsatte: Caller) -> None:
    view = await plan(world)
    path, other = f"/closing-plans/{view['id']}", lead(world, "health")

    assert (await other.get(path)).status_code == 404
    assert (await other.read("/closing-plans"))["items"] == []
    assert slug(await other.post("/closing-plans", PLAN)) == "unit-not-yours"
    assert (await udsatte.get(path)).status_code == 403
    assert (await world.caller(role="team-lead", authority="0999").get(path)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"unit": "nowhere"}, 400, "unit-unknown"),
        ({"closesOn": (TODAY - timedelta(days=1)).isoformat()}, 400, "ending-in-the-past"),
        ({"reason": "Besparelse"}, 400, "invalid-request"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused(
    world: World, udsatte: Caller, changes: Json, status: int, why: str
) -> None:
    refused = await lead(world).post("/closing-plans", PLAN | changes)

    assert (refused.status_code, slug(refused)) == (status, why)


async def test_a_unit_has_one_plan_and_its_day_can_be_moved(world: World, udsatte: Caller) -> None:
    head = lead(world)
    made = await head.post("/closing-plans", PLAN)
    again = await head.post("/closing-plans", PLAN)
    path = made.headers["Location"].removeprefix("/v1")
    later = {"closesOn": (TODAY + timedelta(days=90)).isoformat()}

    moved = await head.patch(path, later, If_Match=made.headers["ETag"])
    stale = await head.patch(path, later, If_Match=made.headers["ETag"])

    assert (again.status_code, slug(again)) == (409, "already-exists")
    assert (moved.json()["closesOn"], moved.json()["version"]) == (later["closesOn"], 2)
    assert (stale.status_code, (await head.patch(path, later)).status_code) == (412, 428)
