"""What the service asks its database, as it is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.referrals.world import World


@contextmanager
def listening(world: World) -> Iterator[list[str]]:
    """Every statement that is sent in here, once however many rows it is sent for."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_about: Any) -> None:
        sent.append(" ".join(statement.split()))

    engine = world.database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
