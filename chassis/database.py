"""The database of one service, and the one place that commits.

A transaction always knows its tenant: row-level security shows it that authority's rows and no others.
Statements are SQLAlchemy Core; there is no ORM, so what is sent is what is written. A statement that runs with every
request is built once, with bound parameters: building it costs more than sending it.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Executable, Row, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from chassis.problems import AlreadyExists, Unavailable
from chassis.sealing import Sealer

_ENTER = text("select set_config('app.authority', :authority, true)")
_CHECK_NOW, _CHECK_LATER = text("set constraints all immediate"), text("set constraints all deferred")
_UNIQUE_VIOLATION = "23505"
# Cancelled or timed out, no lock in time, deadlock, serialisation, shutting down: all "not now", none a defect.
_NOT_NOW = {"57014", "55P03", "40P01", "40001", "57P01", "57P02", "57P03", "53300"}
SESSION = (
    "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000 "
    "-c client_connection_check_interval=5000 -c timezone=UTC -c jit=off"
)


class Transaction:
    """One open transaction of one authority. What it announces leaves with the commit, or not at all."""

    def __init__(self, connection: AsyncConnection, sealer: Sealer | None = None) -> None:
        self._connection = connection
        self._sealer = sealer
        self.authority: str = ""
        self.opened_for: str | None = None  # the authority it began in, which is its caller's
        self._entered = False
        self.announced: dict[UUID, int] = {}  # case id → last sequence taken here
        self.lookups = 0  # how many look-ups have been logged here
        self.ended = False

    @property
    def sealer(self) -> Sealer:
        """The seal of this service, for words about people."""
        if self._sealer is None:
            raise RuntimeError("this process was given no seal, so it can neither read nor write what is sealed")
        return self._sealer

    def note_announced(self, case_id: UUID, last: int) -> None:
        """Something was said. In another authority than the caller's it comes to no reader of theirs, so nobody is to
        wait for it."""
        if self.authority == self.opened_for:
            self.announced[case_id] = last

    async def enter(self, authority: str) -> None:
        """From here on, act within this authority."""
        if self._entered and authority == self.authority:
            return
        await self._connection.execute(_ENTER, {"authority": authority})
        self.authority, self._entered = authority, True
        self.opened_for = authority if self.opened_for is None else self.opened_for

    @asynccontextmanager
    async def within(self, realm: str) -> AsyncIterator[None]:
        """Act within another tenant for a while, then again in the one from before."""
        home = self.authority
        await self.enter(realm)
        try:
            yield
        except DBAPIError:
            # What failed is undone, with its savepoint or with everything, and where we were with it.
            self.authority, self._entered = home, False
            raise
        except BaseException:
            # Whoever goes on after this goes on at home.
            await self.enter(home)
            raise
        await self.enter(home)

    async def one(self, statement: Executable, **values: Any) -> Row[Any] | None:
        """The one row, or None. More than one is a defect. `values` are for the statement's bound parameters."""
        return (await self._connection.execute(statement, values)).one_or_none()

    async def all(self, statement: Executable, **values: Any) -> Sequence[Row[Any]]:
        """All rows. `values` are for the statement's bound parameters."""
        return (await self._connection.execute(statement, values)).all()

    async def run(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None, **values: Any) -> int:
        """Change something; how many rows it touched. With `rows`, once for each of them (nothing when empty)."""
        if rows is not None and not rows:
            return 0
        # Without the option SQLAlchemy forgets how many rows an INSERT made, and ON CONFLICT DO NOTHING looks like one.
        done = await self._connection.execute(statement, rows or values, execution_options={"preserve_rowcount": True})
        return done.rowcount

    async def end(self) -> None:
        """Commit now and give the connection back: for a read that has read all it needs, and goes on to wait for
        somebody else. There are few connections, and none of them waits for a neighbour. Nothing can follow."""
        await _commit(self._connection)
        self.ended = True
        await _give_back(self._connection)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Do one thing of several wholly or not at all, and go on. What is checked at commit is checked at its end:
        what is wrong with one thing must not be told of all.

        Raises:
            AlreadyExists: a unique id or reference is taken. The other things done here stand.
            Unavailable: a statement was cancelled or timed out, or the server is away.
        """
        try:
            async with self._connection.begin_nested():
                yield
                await self._connection.execute(_CHECK_NOW)
                await self._connection.execute(_CHECK_LATER)
        except DBAPIError as trouble:
            if getattr(trouble.orig, "sqlstate", None) == _UNIQUE_VIOLATION:
                raise AlreadyExists() from None
            if is_not_now(trouble):
                raise Unavailable() from trouble
            raise


class Database:
    """A pool of connections as one role."""

    def __init__(self, url: str, *, name: str, pool_size: int = 5, sealer: Sealer | None = None) -> None:
        self.url = url
        self.sealer = sealer
        self._engine = create_async_engine(
            url.replace("postgresql://", "postgresql+psycopg://", 1),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=1.0,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            connect_args={
                "application_name": name,
                "connect_timeout": 2,
                "options": SESSION,
                "keepalives_idle": 30,
            },
        )

    @asynccontextmanager
    async def transaction(self, authority: str | None) -> AsyncIterator[Transaction]:
        """Open a transaction for one authority; commit when the block ends well, roll back otherwise.

        Raises:
            Unavailable: no connection in time, the server is away, or a statement was cancelled or timed out.
            AlreadyExists: a unique id or reference is taken (told neutrally; unique keys carry the authority).
        """
        connection = None
        try:
            connection, transaction = await self._begin(authority or "")
            yield transaction
            if not transaction.ended:
                await _commit(connection)
        except PoolTimeout as busy:
            raise Unavailable() from busy
        except IntegrityError as clash:
            if getattr(clash.orig, "sqlstate", None) == _UNIQUE_VIOLATION:
                raise AlreadyExists() from None
            raise
        except DBAPIError as trouble:
            if is_not_now(trouble):
                raise Unavailable() from trouble
            raise
        finally:
            if connection is not None and not transaction.ended:
                await _give_back(connection)

    async def _begin(self, authority: str) -> tuple[AsyncConnection, Transaction]:
        """A connection that works. A pooled one may have died with its server: then one fresh try, nothing was lost."""
        for last in (False, True):
            connection = self._engine.connect()
            try:
                await connection.start()
                transaction = Transaction(connection, self.sealer)
                await transaction.enter(authority)
                return connection, transaction
            except OperationalError as dead:
                await _give_back(connection)
                if last or not dead.connection_invalidated:
                    raise
            except BaseException:
                await _give_back(connection)
                raise
        raise AssertionError("unreachable")

    async def ping(self) -> None:
        """Check out a connection and speak to the server, or raise."""
        async with self.transaction(None):
            pass

    async def close(self) -> None:
        """Give all connections back."""
        await self._engine.dispose()


async def _commit(connection: AsyncConnection) -> None:
    """A commit that has begun is finished, whatever happens to the caller: half-known is worse than late."""
    await asyncio.shield(asyncio.ensure_future(connection.commit()))


async def _give_back(connection: AsyncConnection) -> None:
    """Return a connection to the pool, to the end, whatever happens to the caller. One that never opened has nothing
    to return, and saying so to SQLAlchemy would raise over the error that tells why."""
    if connection.sync_connection is not None:
        await asyncio.shield(asyncio.ensure_future(connection.close()))


def is_not_now(trouble: DBAPIError) -> bool:
    """True when the trouble is of the moment (server away, timeout, lock), not of the statement."""
    state = getattr(trouble.orig, "sqlstate", None)
    if trouble.connection_invalidated or state in _NOT_NOW:
        return True
    return isinstance(trouble, OperationalError) and (state is None or state.startswith("08"))
