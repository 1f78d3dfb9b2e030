"""Events for the tests of inbox, deliveries and relay, and an effect in which order and repetition would show."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from chassis.clock import now
from chassis.database import Database, Transaction
from chassis.envelope import Envelope, data_of
from chassis.errors import RuleBroken
from chassis.ids import new_id
from chassis.inbox import Consumer
from contracts.event import Code, Event
from tests.chassis.things import SERVICE, things

POISON = "poison"


class ThingPaintedV1(Event):
    """A thing got another layer."""

    event_type: ClassVar[str] = "dk.helhed.surveys.thing-painted.v1"
    service: ClassVar[str] = SERVICE
    colour: Code


class ThingMovedV1(Event):
    """A moment nobody here has a use for."""

    event_type: ClassVar[str] = "dk.helhed.surveys.thing-moved.v1"
    service: ClassVar[str] = SERVICE
    to_room: Code


def painted(authority: str, case_id: UUID, sequence: int, colour: str | None = None) -> Envelope:
    """What the broker would bring: the layer number `sequence`, of its own colour unless the test says which."""
    event = ThingPaintedV1(colour=colour or f"c{sequence}")
    return envelope(authority, case_id, sequence, event)


def envelope(authority: str, case_id: UUID, sequence: int, event: Event) -> Envelope:
    """An event of a case with its address."""
    return Envelope(
        id=new_id(),
        type=event.event_type,
        source=event.service,
        authority=authority,
        case_id=case_id,
        sequence=sequence,
        time=now(),
        data=data_of(event),
    )


class Painter:
    """A consumer that writes each layer after the ones before: "c1-c2-c3". It fails at poison for as long as it is
    told to."""

    def __init__(self, name: str = "painter") -> None:
        self.consumer = Consumer(name)
        self.poisoned = True
        self.tried = 0
        self.consumer.on(ThingPaintedV1)(self.paint)

    async def paint(self, event: ThingPaintedV1, envelope: Envelope, tx: Transaction) -> None:
        """The effect."""
        self.tried += 1
        values = {"authority": tx.authority, "name": str(envelope.case_id), "size": 1, "state": "open", "version": 1}
        row = insert(things).values(id=envelope.case_id, colour=event.colour, made_at=now(), **values)
        layer = things.c.colour + "-" + event.colour
        await tx.run(row.on_conflict_do_update(index_elements=[things.c.id], set_={"colour": layer}))
        if event.colour == POISON and self.poisoned:
            raise RuleBroken()


async def layers(database: Database, authority: str, case_id: UUID) -> str:
    """All layers of a case, first to last."""
    async with database.transaction(authority) as tx:
        row = await tx.one(select(things.c.colour).where(things.c.id == case_id))
    return row.colour if row else ""


def in_order(count: int) -> str:
    """What so many layers look like when each came once and in order."""
    return "-".join(f"c{number}" for number in range(1, count + 1))


async def until(what: Callable[[], Awaitable[bool]], seconds: float = 30, *, pause: float = 0.05) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + seconds
    while not await what():
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(pause)


async def holds(so: bool) -> bool:
    """What is so, as a question that `until` can ask: `until(lambda: holds(...))`."""
    return so
