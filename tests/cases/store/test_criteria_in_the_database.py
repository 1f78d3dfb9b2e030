"""What the database refuses whatever the code does: rewritten criteria, two in force, somebody without a path."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.clock import now
from chassis.database import Transaction
from chassis.ids import new_id
from chassis.problems import AlreadyExists
from services.cases.tables import assessments, criteria_sets
from tests.cases.criteria_examples import IN_NEED, PATH, WORDS, assessment
from tests.cases.world import World

FIRST = date(2026, 1, 1)


def edition(world: World, number: int = 1, **changes: Any) -> Any:
    """The insertion of a published set."""
    row = {
        "id": new_id(),
        "authority": world.authority,
        "code": "local-support",
        "edition": number,
        "document": {},
        "status": "published",
        "valid_from": FIRST,
        "created_at": now(),
        "created_by": "ada",
        "published_at": now(),
        "published_by": "ada",
        "version": 1,
    }
    return insert(criteria_sets).values(row | changes)


DRAFT = {"status": "draft", "valid_from": None, "published_at": None, "published_by": None}


@asynccontextmanager
async def refusing(world: World, why: str) -> AsyncIterator[Transaction]:
    """A transaction of the service's own that the database refuses for this reason."""
    with pytest.raises(IntegrityError, match=why):
        async with world.database.transaction(world.authority) as tx:
            yield tx


@pytest.mark.parametrize(
    "change",
    [
        {"document": {"rule": "another"}},
        {"valid_from": date(2027, 1, 1)},
        {"status": "draft", "valid_from": None, "published_at": None, "published_by": None},
        {"version": 2},
    ],
    ids=lambda change: "-".join(change),
)
async def test_a_published_set_is_not_rewritten(world: World, change: dict[str, Any]) -> None:
    async with world.database.transaction(world.authority) as tx:
        await tx.run(edition(world))

    async with refusing(world, "a published criteria set is not changed") as tx:
        await tx.run(update(criteria_sets).values(change))


@pytest.mark.parametrize("change", [{"code": "other"}, {"edition": 9}], ids=["code", "edition"])
async def test_a_draft_keeps_its_name(world: World, change: dict[str, Any]) -> None:
    async with world.database.transaction(world.authority) as tx:
        await tx.run(edition(world, **DRAFT))

    async with refusing(world, "keeps its name") as tx:
        await tx.run(update(criteria_sets).values(change))


async def test_two_editions_of_a_code_are_not_in_force_from_one_day(world: World) -> None:
    async with world.database.transaction(world.authority) as tx:
        await tx.run(edition(world))
        await tx.run(edition(world, 2, valid_from=date(2026, 1, 2)))
        await tx.run(edition(world, 1, code="another"))
        await tx.run(edition(world, 3, **DRAFT))

    with pytest.raises(AlreadyExists):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(edition(world, 4))
    with pytest.raises(AlreadyExists):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(edition(world, 2, valid_from=date(2027, 1, 1)))


async def test_a_set_without_a_day_is_not_published(world: World) -> None:
    async with refusing(world, "ck_criteria_sets_published") as tx:
        await tx.run(edition(world, valid_from=None))


# -- assessments ---------------------------------------------------------------------------------------------------


def row(world: World, case_id: str, **changes: Any) -> Any:
    """The insertion of an assessment that selects."""
    told = {
        "id": new_id(),
        "authority": world.authority,
        "case_id": UUID(case_id),
        "criteria_set_id": new_id(),
        "criteria_set_code": "local-support",
        "edition": 1,
        "sector": "employment",
        "decided_by": "anna",
        "decided_at": now(),
        "rules_select": "met",
        "selected": True,
        "findings": b"sealed",
        "obstacles": [],
    }
    return insert(assessments).values(told | changes)


NOT_SELECTED = {"rules_select": "not-met", "selected": False}


@pytest.mark.parametrize(
    "path",
    [{}, {"path_sector": "social"}, {"path_responsible": "bodil"}],
    ids=["no path", "nobody responsible", "no sector"],
)
async def test_nobody_is_kept_out_without_a_path(world: World, path: dict[str, Any]) -> None:
    case = await world.case()

    async with refusing(world, "ck_assessments_nobody_without_path") as tx:
        await tx.run(row(world, case["id"], **NOT_SELECTED, **path))


async def test_a_decision_that_is_not_the_rules_has_a_reason(world: World) -> None:
    case = await world.case()

    async with refusing(world, "ck_assessments_deviation") as tx:
        await tx.run(row(world, case["id"], rules_select="unknown", selected=True))


async def test_an_assessment_is_not_changed(world: World) -> None:
    case = await world.case()
    await world.caller().does(f"/cases/{case['id']}/assessments", assessment())

    with pytest.raises(ProgrammingError, match="permission denied"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(update(assessments).values(selected=False))


async def test_what_is_known_of_the_person_is_sealed(world: World) -> None:
    case = await world.case()
    told = {"evidence": [{"criterion": "min-plan", "text": WORDS}], "path": PATH}
    away = {"deviation": {"selected": False, "reason": WORDS}}
    await world.caller().does(f"/cases/{case['id']}/assessments", assessment(**told, **away))
    young = assessment(IN_NEED | {"age": 17}, deviation={"selected": False, "reason": WORDS}, path=PATH)
    await world.caller().does(f"/cases/{case['id']}/assessments", young)

    async with world.database.transaction(world.authority) as tx:
        kept = [str(tuple(one)) for one in await tx.all(select(text("t::text")).select_from(text("assessments t")))]

    assert len(kept) == 2
    for secret in (WORDS, "kontanthjaelp", "substance", "aged", "benefit"):
        assert all(secret not in one and secret.encode().hex() not in one for one in kept)
