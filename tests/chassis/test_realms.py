"""One transaction, two tenants: what is done in either is seen in that one alone, and commits with the other."""

import pytest

from chassis.database import Transaction
from chassis.ids import pseudonym, secret_seed
from tests.chassis.pools import Open, a_thing, count

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


def test_a_pseudonym_does_not_tell_when_it_was_made() -> None:
    made = {pseudonym() for _ in range(10)}

    assert {one.version for one in made} == {4}
    assert len(made) == 10


def test_a_seed_is_as_long_as_a_hash() -> None:
    assert len(secret_seed()) == 32
    assert secret_seed() != secret_seed()
