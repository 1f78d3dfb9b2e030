"""What the database itself holds of clocks, waivers and guarantees, whatever the code does."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Text, column, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from chassis.ids import new_id
from services.referrals.tables import deadline_waivers, local_guarantees, referral_clocks, referrals
from tests.referrals.dated import DAY, DUE, MONDAY, at, it_is, promised
from tests.referrals.world import World

STATEMENT = "Jeg vil hellere til det sted, min søster kom hos."
GUARANTEE: dict[str, Any] = {
    "code": "quick-answer",
    "version": 1,
    "label_da": "Hurtigt svar",
    "label_en": "Quick answer",
    "days": 5,
    "counting": "working",
    "starts": "approach",
    "lead_days": 2,
    "valid_from": MONDAY,
    "valid_to": None,
    "reason": "Byrådet",
    "decided_by": "kim",
    "decided_at": at(MONDAY),
}


async def change(world: World, seen: dict[str, Any], **values: Any) -> None:
    async with world.database.transaction(world.authority) as tx:
        await tx.run(update(referral_clocks).where(referral_clocks.c.referral_id == seen["id"]).values(values))


@pytest.mark.parametrize(
    "values",
    [
        {"due_on": DUE - DAY},
        {"state": "forgotten"},
        {"state": "paused"},
        {"paused_on": MONDAY},
        {"state": "met", "look_at": None},
        {"settled_on": MONDAY},
        {"state": "waived", "settled_on": MONDAY},
    ],
    ids=str,
)
async def test_a_clock_that_cannot_be_is_refused(world: World, values: dict[str, Any]) -> None:
    asked = await promised(world)

    with pytest.raises(IntegrityError):
        await change(world, asked, **values)


@pytest.mark.parametrize("told", ["approaching_told_at", "missed_told_at"])
async def test_what_was_told_stays_told(world: World, told: str) -> None:
    asked = await promised(world)
    await change(world, asked, **{told: at(DUE)})

    for again in (None, at(DUE + DAY)):
        with pytest.raises(IntegrityError, match="a clock moves on"):
            await change(world, asked, **{told: again})


async def test_that_a_day_comes_near_may_be_told_again_of_a_later_day_only(world: World) -> None:
    asked = await promised(world)
    await change(world, asked, approaching_told_at=at(DUE))

    for wrong in ({"approaching_told_at": at(DUE + DAY), "due_on": DUE + DAY}, {"approaching_told_at": None}):
        with pytest.raises(IntegrityError, match="a clock moves on"):
            await change(world, asked, **wrong)
    await change(world, asked, approaching_told_at=None, due_on=DUE + DAY)


async def test_only_what_runs_from_a_receipt_may_have_begun_later_and_nothing_earlier(world: World) -> None:
    approach, receipt = await promised(world), await promised(world, guarantee="dual-diagnosis")

    for one, day in ((approach, MONDAY + DAY), (approach, MONDAY - DAY), (receipt, MONDAY - DAY)):
        with pytest.raises(IntegrityError, match="a clock moves on"):
            await change(world, one, started_on=day)
    await change(world, receipt, started_on=MONDAY + DAY)


@pytest.mark.parametrize("column", ["guarantee", "starts", "counting", "lead_days"])
async def test_the_terms_of_a_clock_are_never_written_over(world: World, column: str) -> None:
    asked = await promised(world)

    with pytest.raises(ProgrammingError, match="permission denied"):
        await change(world, asked, **{column: None})


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": 0},
        {"lead_days": -1},
        {"valid_to": MONDAY - DAY},
        {"counting": "hours"},
        {"starts": "x"},
        {"version": 0},
    ],
    ids=str,
)
async def test_a_guarantee_that_cannot_be_is_refused(world: World, wrong: dict[str, Any]) -> None:
    row = {**GUARANTEE, **wrong, "id": new_id(), "authority": world.authority}

    with pytest.raises(IntegrityError):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(insert(local_guarantees).values(row))


@pytest.mark.parametrize(
    "statement",
    [
        "update local_guarantees set days = 99",
        "delete from local_guarantees",
        "update deadline_waivers set version = 9",
        "delete from deadline_waivers",
        "delete from referral_clocks",
    ],
)
async def test_nothing_decided_waived_or_started_is_taken_away(world: World, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(text(statement))


async def test_the_citizens_words_lie_sealed_and_tied_to_their_step(world: World) -> None:
    asked = await promised(world)
    with it_is(MONDAY):
        path = f"/referrals/{asked['id']}/deadline-waiver"
        waived = await world.caller("health").post(path, {"citizenStatement": STATEMENT})
    assert waived.status_code == 200, waived.text

    async with world.database.transaction(world.authority) as tx:
        (row,) = await tx.all(select(deadline_waivers).where(deadline_waivers.c.referral_id == asked["id"]))
    assert STATEMENT.encode() not in row.statement_sealed
    assert row.version == 2
    with pytest.raises(IntegrityError):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(insert(deadline_waivers).values({**row._mapping, "version": 3}))


async def test_a_step_that_changes_no_clock_writes_none(world: World) -> None:
    asked = await promised(world, "acceptance")
    lies = select(column("guarantee", Text), text("ctid::text as place")).select_from(referral_clocks)
    found = lies.where(referral_clocks.c.referral_id == asked["id"]).order_by(referral_clocks.c.guarantee)

    async def places() -> dict[str, str]:
        async with world.database.transaction(world.authority) as tx:
            return {row.guarantee: row.place for row in await tx.all(found)}

    before = await places()
    with it_is(MONDAY):
        assert (await world.caller("health").post(f"/referrals/{asked['id']}/claim")).is_success
        claimed = await places()
        held = await world.caller("health").post(f"/referrals/{asked['id']}/hold", {"because": "Hun er på ferie."})
        assert held.is_success

    assert claimed == before
    assert set((await places()).items()).isdisjoint(before.items())


async def test_the_referral_carries_the_first_day_of_all_its_clocks_that_press(world: World) -> None:
    asked = await promised(world)

    async def first_day() -> Any:
        async with world.database.transaction(world.authority) as tx:
            row = await tx.one(select(referrals.c.due_on).where(referrals.c.id == UUID(asked["id"])))
            return row and row.due_on

    days = [await first_day()]
    with it_is(MONDAY + DAY):
        for action, body in (("acceptance", {}), ("first-contact", {"attended": True, "channel": "phone"})):
            at_noon = {"at": "2026-03-03T11:00:00Z"} if action == "first-contact" else {}
            took = await world.caller("health").post(f"/referrals/{asked['id']}/{action}", {**body, **at_noon})
            assert took.is_success, took.text
            days.append(await first_day())

    assert days == [DUE, MONDAY + 8 * DAY, None]
