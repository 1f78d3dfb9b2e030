"""What a trial promises, kept where nobody can forget it: whatever the code does, the database refuses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.clock import day_of, now
from chassis.database import Transaction
from chassis.ids import new_id
from chassis.problems import AlreadyExists, Unavailable
from services.cases import tables as t
from services.cases.repository.enrolments import EnrolmentRepository
from tests.cases.trials import BOTH, arms, ended, enrolled, founded, manager, realm, recruiting, revealed
from tests.cases.world import Json, World

OF_PEOPLE = (t.citizens, t.cases, t.enrolments, t.allocations, t.allocated_clusters)
OF_THE_TRIAL = (t.trial_participants, t.trial_slots, t.trial_lists, t.trial_seeds, t.trial_amendments)


@asynccontextmanager
async def refusing(
    world: World, tenant: str, why: str, kind: type[Exception] = IntegrityError
) -> AsyncIterator[Transaction]:
    """A transaction of the service's own that the database refuses for this reason."""
    with pytest.raises(kind, match=why):
        async with world.database.transaction(tenant) as tx:
            yield tx


async def measured(world: World, trial: Json) -> Json:
    """Somebody who is evaluated, and has an arm."""
    made = await enrolled(world, trial, consents=BOTH)
    at = f"/trials/{trial['id']}/enrolments/{made['id']}/baseline"
    return await world.caller().does(at, {"outcome": "answered"})


def other_than(arm: str) -> str:
    """The other arm."""
    return "comparison" if arm == "voluntary" else "voluntary"


# -- I15 ----------------------------------------------------------------------------------------------------------


async def test_an_arm_is_never_changed(world: World) -> None:
    trial = await recruiting(world)
    made = await measured(world, trial)

    for arm in (other_than(made["arm"]), None):
        async with refusing(world, world.authority, "an arm is never changed") as tx:
            await tx.run(update(t.enrolments).where(t.enrolments.c.id == UUID(made["id"])).values(arm=arm))
        async with refusing(world, realm(trial), "an arm is never changed") as tx:
            await tx.run(update(t.trial_participants).values(arm=arm))


async def test_an_enrolment_cannot_have_another_arm_than_its_citizen_was_given(world: World) -> None:
    trial = await recruiting(world)
    waiting = await enrolled(world, trial, consents=BOTH)

    async with refusing(world, world.authority, "fk_enrolments_allocation") as tx:
        row = {"arm": "voluntary", "status": "active", "starts_on": day_of(now()), "ends_on": day_of(now())}
        await tx.run(update(t.enrolments).where(t.enrolments.c.id == UUID(waiting["id"])).values(row))


async def test_what_was_allocated_is_not_written_again(world: World) -> None:
    trial = await recruiting(world)
    made = await enrolled(world, trial)

    for table in (t.allocations, t.allocated_clusters):
        async with refusing(world, world.authority, "permission denied", ProgrammingError) as tx:
            await tx.run(update(table).values(arm=other_than(made["arm"])))
    async with refusing(world, world.authority, "already-exists", AlreadyExists) as tx:
        row = await tx.one(select(t.allocations))
        assert row is not None
        await tx.run(insert(t.allocations).values({**row._mapping, "arm": other_than(made["arm"])}))


async def test_a_citizen_is_not_enrolled_twice_in_trials_that_exclude_each_other(world: World) -> None:
    made = await enrolled(world, await recruiting(world))

    async with refusing(world, world.authority, "already-exists", AlreadyExists) as tx:
        row = await tx.one(select(t.enrolments).where(t.enrolments.c.id == UUID(made["id"])))
        assert row is not None
        await tx.run(insert(t.enrolments).values({**row._mapping, "id": new_id()}))


async def test_whose_enrolment_it_is_and_under_what_is_never_changed(world: World) -> None:
    await enrolled(world, await recruiting(world))

    for column in ("citizen_id", "case_id", "trial_id", "conflict_group", "stratum", "named_arm", "consent_effort"):
        async with refusing(world, world.authority, "permission denied", ProgrammingError) as tx:
            await tx.run(update(t.enrolments).values({column: t.enrolments.c[column]}))


async def test_who_waits_for_the_baseline_has_no_arm(world: World) -> None:
    trial = await recruiting(world)
    made = await measured(world, trial)

    async with refusing(world, world.authority, "ck_enrolments_concealed") as tx:
        mine = t.enrolments.c.id == UUID(made["id"])
        await tx.run(update(t.enrolments).where(mine).values(status="awaiting-baseline"))


# -- I17 ----------------------------------------------------------------------------------------------------------


REWRITING: tuple[dict[str, Any], ...] = (
    {"protocol": text("jsonb_set(protocol, '{outcomes}', '[]')")},
    {"protocol": text("jsonb_set(protocol, '{allocation,ratio,voluntary}', '9')")},
    {"conflict_group": "another"},
    {"seed_commitment": "0" * 64},
    {"registered_at": text("registered_at - interval '1 day'")},
    {"status": "draft", "registered_at": None, "seed_commitment": None},
)


async def test_what_is_registered_is_never_changed(world: World) -> None:
    trial = await recruiting(world)

    for change in REWRITING:
        for tenant in (realm(trial), world.authority):
            async with refusing(world, tenant, "what is registered is never changed") as tx:
                await tx.run(update(t.trials).values(change))


async def test_what_a_trial_said_once_stays_said(world: World) -> None:
    trial = await recruiting(world)

    for table in (t.trial_arms, t.trial_sites, t.trial_amendments, t.legal_basis_decisions):
        async with refusing(world, realm(trial), "permission denied", ProgrammingError) as tx:
            await tx.run(update(table).values(authority=table.c.authority))


async def test_an_arm_is_of_the_registered_protocol(world: World) -> None:
    registered, draft = await recruiting(world), await founded(world)
    arm = {"name_da": "x", "name_en": "x", "exempt_from": []}

    for trial, code in ((registered, "third"), (draft, "voluntary")):
        async with refusing(world, realm(trial), "an arm is of the protocol") as tx:
            row = {"authority": realm(trial), "trial_id": UUID(trial["id"]), "code": code} | arm
            await tx.run(insert(t.trial_arms).values(row))


# -- concealment --------------------------------------------------------------------------------------------------


async def test_the_seed_is_sealed_and_stays_what_it_is(world: World) -> None:
    trial = await recruiting(world)
    await enrolled(world, trial)
    async with world.database.transaction(realm(trial)) as tx:
        kept = await tx.one(select(t.trial_seeds))
    assert kept is not None
    told = await revealed(world, trial)

    assert bytes.fromhex(told["seed"]) not in bytes(kept.seed)
    assert told["seed"].encode() not in bytes(kept.seed)
    async with refusing(world, realm(trial), "permission denied", ProgrammingError) as tx:
        await tx.run(update(t.trial_seeds).values(seed=b"another"))
    async with refusing(world, realm(trial), "what is registered is never changed") as tx:
        await tx.run(update(t.trials).values(seed="00" * 32))


async def test_nothing_is_drawn_when_the_seed_is_known(world: World) -> None:
    trial = await recruiting(world)
    await enrolled(world, trial)
    await revealed(world, trial)

    async with refusing(world, realm(trial), "the seed is revealed") as tx:
        row = await tx.one(select(t.trial_slots))
        assert row is not None
        await tx.run(insert(t.trial_slots).values({**row._mapping, "position": 7}))


async def test_the_seed_of_a_trial_that_recruits_cannot_be_told(world: World) -> None:
    trial = await recruiting(world)

    async with refusing(world, realm(trial), "ck_trials_seed_after_recruitment") as tx:
        await tx.run(update(t.trials).values(seed="00" * 32))


# -- I29 ----------------------------------------------------------------------------------------------------------


async def counted(world: World, tenant: str, tables: tuple[Table, ...]) -> dict[str, int]:
    """How many rows of each table a tenant sees."""
    found = {}
    async with world.database.transaction(tenant) as tx:
        for table in tables:
            row = await tx.one(select(func.count().label("n")).select_from(table))
            found[table.name] = row.n if row else -1
    return found


async def test_neither_realm_sees_the_rows_of_the_other(world: World) -> None:
    trial = await recruiting(world, allocation={"unit": "caseworker"})
    await measured(world, trial)
    await manager(world).does(f"/trials/{trial['id']}/amendments", {"what": "x", "reason": "y"})

    people, pseudonyms = (
        await counted(world, world.authority, OF_PEOPLE),
        await counted(world, realm(trial), OF_THE_TRIAL),
    )
    assert set(people.values()) == set(pseudonyms.values()) == {1}
    assert set((await counted(world, realm(trial), OF_PEOPLE)).values()) == {0}
    assert set((await counted(world, world.authority, OF_THE_TRIAL)).values()) == {0}
    assert set((await counted(world, "public", (*OF_PEOPLE, *OF_THE_TRIAL, t.trials))).values()) == {0}


async def test_nothing_in_the_trials_realm_leads_to_a_person(world: World) -> None:
    trial, case = await recruiting(world), await world.case()
    made = await enrolled(world, trial, case, consents=BOTH)
    at = f"/trials/{trial['id']}/enrolments/{made['id']}/baseline"
    await world.caller().does(at, {"outcome": "answered"})
    async with world.database.transaction(world.authority) as tx:
        mine = await tx.one(select(t.enrolments))
    assert mine is not None

    seen = []
    async with world.database.transaction(realm(trial)) as tx:
        for table in t.metadata.sorted_tables:
            if table.name not in ("trial_founders",):
                seen += [
                    str(tuple(row)) for row in await tx.all(select(table).where(table.c.authority == realm(trial)))
                ]
    told = "\n".join(seen)

    assert str(mine.participant_id) in told
    for secret in (case["id"], made["id"], str(mine.citizen_id), "anna", case["caseNumber"]):
        assert secret not in told


async def test_who_is_not_evaluated_is_no_row_of_the_trial(world: World) -> None:
    trial = await recruiting(world)
    await enrolled(world, trial)

    seen = await counted(world, realm(trial), (t.trial_participants, t.trial_slots))

    assert seen == {"trial_participants": 0, "trial_slots": 1}


async def test_an_enrolment_that_is_over_makes_room_for_the_next(world: World) -> None:
    one, two, case = await recruiting(world), await recruiting(world), await world.case()
    made = await enrolled(world, one, case)
    yesterday = day_of(now()) - timedelta(days=1)
    async with world.database.transaction(world.authority) as tx:
        await tx.run(update(t.enrolments).values(ends_on=yesterday))
    at = f"/trials/{one['id']}/enrolments/{made['id']}"

    assert (await world.caller().read(at))["status"] == "completed"
    await enrolled(world, two, case)
    after = await world.caller().read(at)
    assert (after["status"], after["version"], after["allowedActions"]) == ("completed", 2, [])


async def test_a_trial_id_is_the_same_in_every_realm_and_its_copies_agree(world: World) -> None:
    trial = await recruiting(world, arms=arms("a", "b"))
    await ended(world, trial)

    copies = []
    for tenant in (realm(trial), world.authority):
        async with world.database.transaction(tenant) as tx:
            rows = [await tx.all(select(table).order_by(table.c.authority)) for table in (t.trials, t.legal_bases)]
            rows.append(await tx.all(select(t.trial_arms).order_by(t.trial_arms.c.code)))
        copies.append([{**row._mapping, "authority": None} for found in rows for row in found])

    assert copies[0] == copies[1]
    assert copies[0][0]["status"] == "running"


async def test_a_trial_stays_as_it_is_while_somebody_is_enrolled_and_holds_up_nobody_else(world: World) -> None:
    trial = await recruiting(world)

    async with world.database.transaction(world.authority) as enrolling:
        await EnrolmentRepository(enrolling).trial(UUID(trial["id"]))
        async with refusing(world, world.authority, "unavailable", Unavailable) as ending:
            await ending.one(select(t.trials.c.id).with_for_update(nowait=True))
        async with world.database.transaction(world.authority) as another:
            await EnrolmentRepository(another).trial(UUID(trial["id"]))
