"""One transaction, two tenants: what is done in either is seen in that one alone, and commits with the other."""

import pytest
from sqlalchemy import select

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.clock import now
from chassis.database import Transaction
from chassis.ids import new_id, pseudonym, secret_seed
from chassis.outbox import announce
from chassis.tables import TABLES
from tests.chassis.pools import Open, a_thing, count
from tests.chassis.things import ThingMadeV1

REALM = "trial:0190163d-8694-739b-aea5-966c26f8ad91"


async def test_a_realm_is_left_as_it_was_entered(opened: Open, authority: str) -> None:
    database = opened()

    async with database.transaction(authority) as tx:
        await tx.run(a_thing(authority, "here"))
        async with tx.within(f"{REALM}{authority}"):
            await tx.run(a_thing(f"{REALM}{authority}", "there"))
            await tx.run(a_thing(f"{REALM}{authority}", "there too"))
        assert tx.authority == authority
        await tx.run(a_thing(authority, "here again"))

    assert (await count(database, authority), await count(database, f"{REALM}{authority}")) == (2, 2)


async def _fails_within(tx: Transaction, realm: str) -> None:
    async with tx.savepoint(), tx.within(realm):
        await tx.run(a_thing(realm, "doomed"))
        raise LookupError


async def test_what_fails_in_a_realm_leads_home(opened: Open, authority: str) -> None:
    database = opened()

    async with database.transaction(authority) as tx:
        with pytest.raises(LookupError):
            await _fails_within(tx, f"{REALM}{authority}")
        await tx.run(a_thing(authority, "here"))

    assert (await count(database, authority), await count(database, f"{REALM}{authority}")) == (1, 0)


async def test_what_is_said_in_another_realm_is_for_nobody_to_wait_for(opened: Open, authority: str) -> None:
    """The token of a write names what the caller's own authority can catch up with, and nothing else."""
    here, there, at = new_id(), new_id(), now()

    async with opened().transaction(authority) as tx:
        await announce(tx, here, [ThingMadeV1(thing_id=here)], at=at)
        async with tx.within(f"0{authority}"):
            await announce(tx, there, [ThingMadeV1(thing_id=here)], at=at)
        said_here, said_there = tx.announced.get(here), tx.announced.get(there)

    assert (said_here, said_there) == (1, None)


@pytest.mark.parametrize(
    ("of", "logged"),
    [("the same", "health"), ("another", "R1084/health"), (None, "health")],
)
async def test_who_comes_from_another_authority_is_logged_with_it(
    opened: Open, authority: str, of: str | None, logged: str
) -> None:
    own = {"the same": authority, "another": "R1084"}.get(of or "")
    actor = Actor("s", "i", "c", authority=own, sector="health", purpose="treatment")
    case_id = new_id()

    async with opened().transaction(authority) as tx:
        await looked_up(tx, actor, [case_id])
        row = await tx.one(select(TABLES.lookups).where(TABLES.lookups.c.case_id == case_id))

    assert row is not None
    assert (row.authority, row.sector) == (authority, logged)


def test_a_pseudonym_does_not_tell_when_it_was_made() -> None:
    made = {pseudonym() for _ in range(10)}

    assert {one.version for one in made} == {4}
    assert len(made) == 10


def test_a_seed_is_as_long_as_a_hash() -> None:
    assert len(secret_seed()) == 32
    assert secret_seed() != secret_seed()
