"""One thing of several is done wholly or not at all, and what is wrong with it is told of it alone."""

from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from chassis.database import Transaction
from chassis.problems import AlreadyExists
from tests.chassis.pools import Open, a_thing, count


async def _does(tx: Transaction, what: Any) -> None:
    async with tx.savepoint():
        await tx.run(what)


async def _fails_after(tx: Transaction, what: Any) -> None:
    async with tx.savepoint():
        await tx.run(what)
        raise LookupError


async def test_what_fails_alone_is_undone_alone(opened: Open, authority: str) -> None:
    database = opened()

    async with database.transaction(authority) as tx:
        async with tx.savepoint():
            await tx.run(a_thing(authority, "first"))
        with pytest.raises(LookupError):
            await _fails_after(tx, a_thing(authority, "second"))
        async with tx.savepoint():
            await tx.run(a_thing(authority, "third"))

    assert await count(database, authority) == 2


async def test_what_is_taken_is_a_refusal_and_the_others_stand(opened: Open, authority: str) -> None:
    database = opened()

    async with database.transaction(authority) as tx:
        await tx.run(a_thing(authority, "first"))
        with pytest.raises(AlreadyExists):
            await _does(tx, a_thing(authority, "first"))
        await tx.run(a_thing(authority, "second"))

    assert await count(database, authority) == 2


async def test_what_is_checked_at_commit_is_checked_at_its_end(opened: Open, authority: str) -> None:
    database = opened()

    async with database.transaction(authority) as tx:
        await tx.run(a_thing(authority, "first"))
        with pytest.raises(DBAPIError, match="not kept"):
            await _does(tx, a_thing(authority, "doomed"))
        # What comes later is again checked at commit, and not before.
        async with tx.savepoint():
            await tx.run(a_thing(authority, "second"))

    assert await count(database, authority) == 2
