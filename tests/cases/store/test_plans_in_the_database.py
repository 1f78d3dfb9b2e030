"""I11 where nobody can forget it, and what was written stays written: tried as the service's own role."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.database import Transaction
from chassis.ids import new_id
from services.cases import tables as t
from services.cases.repository.plan import Plans
from tests.cases.plans import SECRETS, again, body, effort, first, kept, scaled, stand, then
from tests.cases.world import Json, World

v = t.plan_versions.c


@pytest.fixture
async def case(world: World) -> Json:
    """An open case with a current plan, one goal scaled and seen, and an offer that was answered."""
    made = await world.case()
    plan = await kept(world.caller(), made, body(scaled(), efforts=[effort()], citizenAgreement=stand()))
    path = f"/cases/{made['id']}"
    goal_id = plan["goals"][0]["id"]
    await world.caller().does(f"{path}/goals/{goal_id}/attainments", {"level": 1, "on": "2026-06-01"})
    offer = await world.caller().does(
        f"{path}/offers", {"kind": "mentor", "sector": "employment", "from": "2026-12-01"}
    )
    await world.caller().does(f"{path}/offers/{offer['id']}/answer", {"answer": "later", "inCitizensWords": SECRETS[0]})
    return made


@asynccontextmanager
async def refusing(world: World, why: str) -> AsyncIterator[Transaction]:
    """A transaction of the service's own that the database refuses, at once or at its end, for this reason."""
    with pytest.raises((IntegrityError, ProgrammingError), match=why):
        async with world.database.transaction(world.authority) as tx:
            yield tx


async def the(tx: Transaction, table: Any, case: Json) -> dict[str, Any]:
    """The one row of a table that belongs to the case."""
    rows = [dict(row._mapping) for row in await tx.all(select(table))]
    versions = [row.id for row in await tx.all(select(v.id).where(v.case_id == case["id"]))]
    offers = [row.id for row in await tx.all(select(t.offers.c.id).where(t.offers.c.case_id == case["id"]))]
    whose = [UUID(case["id"]), *versions, *offers]
    [row] = [r for r in rows if {r.get("case_id"), r.get("version_id"), r.get("offer_id")} & set(whose)]
    return row


@pytest.mark.parametrize("state", ["current", "draft"])
async def test_two_plans_at_once_cannot_be_written(world: World, case: Json, state: str) -> None:
    plan = await world.caller().read(f"/cases/{case['id']}/plan")
    await kept(world.caller(), case, again(plan, citizenAgreement=None), 1)

    async with world.database.transaction(world.authority) as tx:
        row = await tx.one(select(t.plan_versions).where(v.case_id == case["id"], v.state == state))
        assert row is not None
        with pytest.raises(IntegrityError, match=f"uq_plan_versions_one_{state}"):
            await tx.run(insert(t.plan_versions).values({**row._mapping, "id": new_id(), "number": 3}))


async def test_a_current_plan_without_the_citizens_stand_cannot_be_written(world: World, case: Json) -> None:
    async with refusing(world, "ck_plan_versions_stand") as tx:
        row = await the(tx, t.plan_versions, case)
        await tx.run(update(t.plan_versions).where(v.id == row["id"]).values(state="superseded"))
        nothing = dict.fromkeys(("agrees", "agreement_statement", "agreed_at", "agreement_since"))
        await tx.run(insert(t.plan_versions).values(row | nothing | {"id": new_id(), "number": 2}))


async def test_a_current_plan_without_goals_is_refused_at_commit(world: World, case: Json) -> None:
    async with refusing(world, "a current plan has the citizen's goals") as tx:
        row = await the(tx, t.plan_versions, case)
        await tx.run(update(t.plan_versions).where(v.id == row["id"]).values(state="superseded"))
        await tx.run(insert(t.plan_versions).values(row | {"id": new_id(), "number": 2}))


async def test_what_is_superseded_does_not_come_back(world: World, case: Json) -> None:
    async with world.database.transaction(world.authority) as tx:
        await tx.run(update(t.plan_versions).where(v.case_id == case["id"]).values(state="superseded"))

    for state in ("current", "draft"):
        async with refusing(world, "a superseded plan stays so") as tx:
            await tx.run(update(t.plan_versions).where(v.case_id == case["id"]).values(state=state))


REWRITES: dict[str, Any] = {
    "who agreed": update(t.plan_versions).values(agrees=False),
    "what was agreed": update(t.plan_versions).values(agreement_statement=b""),
    "what a version changed": update(t.plan_versions).values(changes=[]),
    "a goal": update(t.plan_goals).values(about="employment"),
    "an effort": update(t.plan_efforts).values(sector="health"),
    "what was seen": update(t.goal_attainments).values(level=2),
    "an offer": update(t.offers).values(kind="other"),
    "an answer": update(t.offer_answers).values(answer="accepted"),
}


@pytest.mark.parametrize("what", REWRITES)
async def test_what_was_written_is_not_rewritten(world: World, case: Json, what: str) -> None:
    async with refusing(world, "permission denied") as tx:
        await tx.run(REWRITES[what])


BREAKS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "a level off the scale": (t.goal_attainments, {"level": 3}, "ck_goal_attainments_level"),
    "a level of a goal that is not there": (
        t.goal_attainments,
        {"goal_id": new_id()},
        "fk_goal_attainments_version_id",
    ),
    "an effort for another version's goal": (
        t.plan_efforts,
        {"goal_id": new_id()},
        "fk_plan_efforts_version_id_goal_id",
    ),
    "an effort that ends before it begins": (
        t.plan_efforts,
        {"ends_on": text("'2000-01-01'")},
        "ck_plan_efforts_ends_on",
    ),
    "an answer nobody knows": (t.offer_answers, {"answer": "refused"}, "ck_offer_answers_answer"),
    "a day to ask who has declined": (
        t.offer_answers,
        {"answer": "declined", "ask_again_on": text("'2199-01-01'")},
        "ck_offer_answers_ask_again_on",
    ),
    "a version in a state nobody knows": (t.plan_versions, {"state": "approved"}, "ck_plan_versions_state"),
}


@pytest.mark.parametrize("what", BREAKS)
async def test_what_cannot_be_is_not_written(world: World, case: Json, what: str) -> None:
    table, change, why = BREAKS[what]
    fresh: dict[str, Any] = {"number": 2}
    if "id" in table.c:
        fresh["id"] = new_id()
    if "effort_id" in table.c:
        fresh["effort_id"] = new_id()

    async with refusing(world, why) as tx:
        row = await the(tx, table, case)
        known = {name: value for name, value in (row | fresh | change).items() if name in table.c}
        await tx.run(insert(table).values(known))


async def test_the_citizens_words_lie_sealed(world: World, case: Json) -> None:
    async with world.database.transaction(world.authority) as tx:
        rows = [
            str([bytes(value) if isinstance(value, memoryview) else value for value in row])
            for table in (t.plan_versions, t.plan_goals, t.plan_efforts, t.goal_attainments, t.offers, t.offer_answers)
            for row in await tx.all(select(table))
        ]

    assert len(rows) == 6
    assert not any(word in row for word in ("sove", "ringer", "gerne", "tre nætter") for row in rows)


async def test_of_writers_at_the_same_time_one_is_taken(world: World, case: Json) -> None:
    plan = await world.caller().read(f"/cases/{case['id']}/plan")

    answers = await asyncio.gather(
        *(then(world.caller(), case, again(plan, efforts=[effort(kind=f"k{n}")]), 1) for n in range(5))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]


async def test_of_first_writers_at_the_same_time_one_is_taken(world: World) -> None:
    made = await world.case()

    answers = await asyncio.gather(*(first(world.caller(), made, body()) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 412, 412, 412]


async def test_the_release_gate_is_told_where_the_citizen_stands(world: World) -> None:
    made = await world.case()
    told = []
    for version, agreement in enumerate((None, stand(agrees=False), None, stand(at="2026-04-01T09:00:00Z"))):
        await kept(world.caller(), made, body(citizenAgreement=agreement), version)
        async with world.database.transaction(world.authority) as tx:
            standing = await Plans(tx).standing(UUID(made["id"]))
        told.append(standing and (standing.version, standing.agrees, standing.at.isoformat()))

    first_stand, second_stand = (2, False, "2026-03-02T09:00:00+00:00"), (4, True, "2026-04-01T09:00:00+00:00")
    assert told == [None, first_stand, first_stand, second_stand]


async def test_another_authority_sees_no_plan(world: World, case: Json) -> None:
    async with world.database.transaction("CVR00000000") as tx:
        assert await Plans(tx).standing(UUID(case["id"])) is None
        assert await Plans(tx).newest(UUID(case["id"])) is None
    assert (await world.caller().read(f"/cases/{case['id']}/plan"))["version"] == 1
