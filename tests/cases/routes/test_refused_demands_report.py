"""How often exemptions held: told by month, of nobody, and of few not at all."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import insert

from chassis.ids import new_id
from services.cases.tables import refused_demands
from tests.cases.exempting import today
from tests.cases.world import World, slug


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    """Which months are over does not depend on when the tests run."""
    with time_machine.travel(datetime(2026, 11, 22, 9, tzinfo=UTC), tick=True):
        yield


async def refusals_on(world: World, day: str, provision: str, kind: str, citizens: int) -> None:
    """So many citizens were each once spared something on a day."""
    async with world.database.transaction(world.authority) as tx:
        for _ in range(citizens):
            case_id = (await world.case())["id"]
            row = {"authority": world.authority, "case_id": case_id, "day": datetime.fromisoformat(day).date()}
            await tx.run(insert(refused_demands).values(**row, provision=provision, kind=kind))


async def test_how_often_exemptions_held_is_told_by_month_and_of_few_not_at_all(world: World) -> None:
    await refusals_on(world, "2026-09-10", "offers", "demand", 9)
    await refusals_on(world, "2026-09-30", "offers", "sanction", 2)
    await refusals_on(world, "2026-10-01", "offers", "demand", 5)
    await refusals_on(world, "2026-10-31", "interviews", "sanction", 1)
    await refusals_on(world, today().isoformat(), "offers", "demand", 5)
    lead = world.caller(role="team-lead")

    told = await lead.read("/exemptions/refusals", **{"from": "2026-09-01", "to": "2026-12-31"})

    assert (told["from"], told["completeTo"]) == ("2026-09-01", "2026-10-31")
    assert told["rows"] == [
        {
            "month": "2026-09",
            "provision": "offers",
            "kinds": [{"kind": "demand", "refused": None}, {"kind": "sanction", "refused": None}],
            "total": 11,
        },
        {
            "month": "2026-10",
            "provision": "interviews",
            "kinds": [{"kind": "sanction", "refused": None}],
            "total": None,
        },
        {"month": "2026-10", "provision": "offers", "kinds": [{"kind": "demand", "refused": 5}], "total": 5},
    ]


async def test_a_month_is_told_in_the_same_way_whatever_period_is_asked_for(world: World) -> None:
    await refusals_on(world, "2026-09-10", "offers", "demand", 5)
    await refusals_on(world, "2026-10-10", "offers", "demand", 1)
    lead = world.caller(role="team-lead")

    periods = [("2026-09-01", "2026-10-31"), ("2026-09-10", "2026-10-09"), ("2026-09-11", "2026-10-10")]
    told = [await lead.read("/exemptions/refusals", **{"from": first, "to": last}) for first, last in periods]

    assert [one["rows"] for one in told] == [told[0]["rows"]] * 3


async def test_the_report_is_for_who_answers_for_the_whole(world: World) -> None:
    period = {"from": "2026-09-01", "to": "2026-10-31"}
    roles = ("team-lead", "auditor", "caseworker", "integration")

    answers = {}
    for role in roles:
        caller = world.caller(role=role)
        if role == "auditor":
            caller.headers["Access-Purpose"] = "audit"
        answers[role] = slug(await caller.get("/exemptions/refusals", **period))

    assert answers == {
        "team-lead": "200",
        "auditor": "200",
        "caseworker": "role-missing",
        "integration": "role-missing",
    }


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ({"from": "2026-10-01", "to": "2026-09-30"}, "report-period-unfit"),
        ({"from": "2020-01-01", "to": "2026-09-30"}, "report-period-unfit"),
        ({"from": "2026-10-01"}, "invalid-request"),
        ({"from": "yesterday", "to": "2026-09-30"}, "invalid-request"),
    ],
)
async def test_a_period_that_cannot_be_reported_is_refused(world: World, period: dict[str, str], said: str) -> None:
    answer = await world.caller(role="team-lead").get("/exemptions/refusals", **period)

    assert (answer.status_code, slug(answer)) == (400, said)


async def test_another_authoritys_refusals_are_not_told(world: World) -> None:
    await refusals_on(world, "2026-09-10", "offers", "demand", 5)
    lead = world.caller(role="team-lead", authority=f"CVR{new_id().int % 10**8:08}")

    told = await lead.read("/exemptions/refusals", **{"from": "2026-09-01", "to": "2026-09-30"})

    assert told["rows"] == []
