"""Where a request stands in a report, for lives that were really lived."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from chassis.actor import Actor
from chassis.clock import start_of
from chassis.ids import new_id
from contracts.events import cases
from services.referrals.queries.report_rows import EVERY_SECTOR, FACTS
from services.referrals.queries.reports import Period, Reports
from tests.referrals.dated import MONDAY, it_is
from tests.referrals.world import BODIES, World

NEXT_MONTH, TOO_LATE = date(2026, 4, 20), date(2026, 5, 4)
MARCH = {
    "since": start_of(date(2026, 3, 1)),
    "before": start_of(date(2026, 4, 1)),
    "to_sector": EVERY_SECTOR,
    "own": "",
}
CAUGHT = ("acceptance", "first-contact", "handover-receipt")


async def facts(world: World) -> list[Any]:
    async with world.database.transaction(world.authority) as tx:
        return list(await tx.all(FACTS["unit"], of_authority=world.authority, **MARCH))


async def stands(world: World) -> list[str]:
    return sorted(Counter({row.stand: row.times for row in await facts(world)}).elements())


@pytest.mark.parametrize(
    ("steps", "stand"),
    [
        ((), "unanswered"),
        (("questions",), "unanswered"),
        (("acceptance",), "awaiting-contact"),
        (("acceptance", "contact-attempts"), "awaiting-contact"),
        (("acceptance", "hold"), "awaiting-contact"),
        (("acceptance", "handover-receipt"), "awaiting-contact"),
        (("acceptance", "first-contact"), "in-contact"),
        (CAUGHT, "with-receiver"),
        ((*CAUGHT, "completion"), "completed"),
        (("acceptance", "first-contact", "completion"), "completed-uncaught"),
        (("rejection",), "rejected"),
        (("acceptance", "failure"), "failed-before-contact"),
        (("acceptance", "first-contact", "failure"), "failed-after-contact"),
        (("cancellation",), "cancelled"),
        (("acceptance", "cancellation"), "cancelled"),
        (("entry-in-error",), "entered-in-error"),
        (("rejection", "entry-in-error"), "entered-in-error"),
    ],
)
async def test_a_request_stands_in_one_place(world: World, steps: tuple[str, ...], stand: str) -> None:
    with it_is(date(2026, 3, 9)):
        await world.referral(*steps)

    assert await stands(world) == [stand]


async def test_what_happens_after_the_month_after_is_not_told(world: World) -> None:
    with it_is(MONDAY):
        seen = await world.referral("acceptance")
    health = world.caller("health")

    with it_is(TOO_LATE):
        await health.post(f"/referrals/{seen['id']}/first-contact", BODIES["first-contact"])
    assert await stands(world) == ["awaiting-contact"]


async def test_what_happens_in_the_month_after_is_told(world: World) -> None:
    with it_is(MONDAY):
        seen = await world.referral("acceptance")

    with it_is(NEXT_MONTH):
        await world.caller("health").post(f"/referrals/{seen['id']}/first-contact", BODIES["first-contact"])
    assert await stands(world) == ["in-contact"]


async def test_a_mistake_is_one_whenever_it_is_said(world: World) -> None:
    with it_is(MONDAY):
        seen = await world.referral("rejection")

    with it_is(TOO_LATE):
        await world.caller("employment").post(f"/referrals/{seen['id']}/entry-in-error", BODIES["entry-in-error"])
    assert await stands(world) == ["entered-in-error"]


@pytest.mark.parametrize(
    ("steps", "stand"),
    [(("acceptance",), "cancelled"), (("acceptance", "first-contact"), "cancelled"), (CAUGHT, "with-receiver")],
)
async def test_a_closed_case_takes_no_catch_away(world: World, steps: tuple[str, ...], stand: str) -> None:
    with it_is(date(2026, 3, 9)):
        case = await world.case()
        await world.referral(*steps, case=case)
        await world.tell(case.id, cases.CaseClosedV1(ground="citizen-moved", closed_by_sector="employment"))

    assert await stands(world) == [stand]


async def test_a_chain_is_a_request_to_each_and_the_citizens_one(world: World) -> None:
    with it_is(MONDAY):
        await world.referral("acceptance", "redirection", toUnit="alkohol")

    (after, before) = sorted(await facts(world), key=lambda row: row.part or "", reverse=True)
    assert (before.part, before.stand, before.was_accepted, before.sent_here) == ("alkohol", "redirected", True, False)
    assert (after.part, after.stand, after.was_accepted, after.sent_here) == ("psykiatri", "unanswered", False, True)
    assert (before.code, after.code) == ("wrong-service", None)
    # Both are one citizen's, and so one of few.
    assert before.citizen == after.citizen is not None


async def test_a_unit_is_the_same_with_its_sector_and_without(world: World) -> None:
    with it_is(MONDAY):
        await world.referral(toUnit="alkohol")
        await world.referral(toUnit="health:alkohol")
        await world.referral()

    assert Counter({row.part: row.times for row in await facts(world)}) == {"alkohol": 2, None: 1}


async def test_a_month_begins_and_ends_in_denmark(world: World) -> None:
    with it_is(date(2026, 3, 31), hour=23):
        await world.referral()  # 21 o'clock UTC
    with it_is(date(2026, 4, 1), hour=1):
        await world.referral()  # 23 o'clock UTC, and still March there

    assert await stands(world) == ["unanswered"]


async def test_another_authority_is_counted_by_nobody(world: World) -> None:
    with it_is(MONDAY):
        await world.referral()
    period = Period(date(2026, 3, 1), date(2026, 4, 1))
    lead = Actor(
        subject=str(new_id()), issuer="i", client="c", authority="0461", sector="health", roles=frozenset({"team-lead"})
    )

    async with world.database.transaction("0461") as tx:
        groups = await Reports(tx, lead).groups("sector", period)
    assert {(group.sector, group.told["requested"]) for group in groups} == {("health", 0)}
