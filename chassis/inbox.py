"""Takes in what other services say: each event exactly once in effect, in order within a case.

At-least-once delivery plus one transaction for effect, inbox row and stream gate is exactly-once effect. An event
that comes too early waits; one that came before is let pass; one that cannot be applied is parked and holds its own
case only.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy import and_, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis import tracing
from chassis.clock import now
from chassis.database import Database, Transaction
from chassis.envelope import Envelope
from chassis.ids import new_id
from chassis.tables import TABLES

Event = TypeVar("Event", bound=BaseModel)
Effect = Callable[[Any, Envelope, Transaction], Awaitable[None]]

_letters, _streams = TABLES.dead_letters.c, TABLES.inbox_streams
_OF_LETTERS = and_(
    _letters.consumer == bindparam("of_consumer"),
    _letters.source == bindparam("of_source"),
    _letters.case_id == bindparam("of_case"),
)
_NEXT_IN_LINE = select(_letters.id).where(
    _OF_LETTERS, _letters.sequence == bindparam("next_number"), _letters.reason.in_(("gap", "waits-behind"))
)
_BEFORE = select(_letters.id).where(_OF_LETTERS, _letters.sequence < bindparam("this_number")).limit(1)
_PARKED = select(_letters.id, _letters.event).where(_OF_LETTERS).order_by(_letters.sequence)
_PARK = upsert(TABLES.dead_letters).on_conflict_do_nothing()
_FORGET = delete(TABLES.dead_letters).where(_letters.id == bindparam("of_id"))
# An update that changes nothing: it locks the stream, and brings how far it has come.
_LOCK = (
    upsert(_streams)
    .values(
        consumer=bindparam("of_consumer"),
        source=bindparam("of_source"),
        case_id=bindparam("of_case"),
        authority=bindparam("of_authority"),
        last=0,
    )
    .on_conflict_do_update(
        index_elements=[_streams.c.consumer, _streams.c.source, _streams.c.case_id], set_={"last": _streams.c.last}
    )
    .returning(_streams.c.last)
)
_NOTE = insert(TABLES.inbox)
_COUNT_ON = (
    update(_streams)
    .where(
        _streams.c.consumer == bindparam("of_consumer"),
        _streams.c.source == bindparam("of_source"),
        _streams.c.case_id == bindparam("of_case"),
    )
    .values(last=bindparam("this_number"))
)


class Outcome(StrEnum):
    """What became of a delivery."""

    APPLIED = "applied"
    SEEN_BEFORE = "seen-before"
    TOO_EARLY = "too-early"
    WAITS_BEHIND = "waits-behind"


@dataclass(frozen=True, slots=True)
class _Handler:
    event_class: type[BaseModel]
    effect: Effect


class Consumer:
    """What one service does when it hears something. It takes each source's whole stream, in order, and lets pass what
    it has no use for: one that filtered by type would see gaps where there are none."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._handlers: dict[str, _Handler] = {}
        self.sources: set[str] = set()

    def on(
        self, event_class: type[Event]
    ) -> Callable[[Callable[..., Awaitable[None]]], Callable[..., Awaitable[None]]]:
        """Register the effect of one kind of event: `async (event, envelope, tx) -> None`."""

        def register(effect: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
            event_type: str = event_class.event_type  # type: ignore[attr-defined]  # every contract event has one
            if event_type in self._handlers:
                raise LookupError(f"{event_type} has an effect already")
            self._handlers[event_type] = _Handler(event_class, effect)
            self.sources.add(event_class.service)  # type: ignore[attr-defined]  # and names who announces it
            return effect

        return register

    @property
    def types(self) -> frozenset[str]:
        """The kinds of event that have an effect here."""
        return frozenset(self._handlers)

    async def apply(self, database: Database, envelope: Envelope, *, heal: bool = True) -> Outcome:
        """Apply one event, in one transaction of its authority; idempotent.

        Raises:
            ValidationError: the data does not have the event's form.
            Refusal: the use case refuses. Anything it raises leaves no trace of this delivery.
        """
        tracing.start(envelope.traceparent)
        async with database.transaction(envelope.authority) as tx:
            last = await self._lock(tx, envelope)
            if envelope.sequence <= last:
                return Outcome.SEEN_BEFORE
            if envelope.sequence > last + 1:
                return await self._too_early(tx, envelope)
            handler = self._handlers.get(envelope.type)
            if handler:
                await handler.effect(handler.event_class.model_validate(envelope.data), envelope, tx)
            await self._note(tx, envelope)
            followed = await tx.all(_NEXT_IN_LINE, **self._line(envelope), next_number=envelope.sequence + 1)
        if followed and heal:
            # What was parked only because this one was missing goes through now, without anybody's hand.
            await self.replay(database, envelope.authority, envelope.source, envelope.case_id)
        return Outcome.APPLIED

    async def park(self, database: Database, envelope: Envelope, *, reason: str, error: str, deliveries: int) -> None:
        """Keep an event that could not be applied, for people to look at and to replay."""
        async with database.transaction(envelope.authority) as tx:
            await tx.run(
                _PARK,
                id=new_id(),
                consumer=self.name,
                authority=envelope.authority,
                source=envelope.source,
                case_id=envelope.case_id,
                sequence=envelope.sequence,
                event_id=envelope.id,
                type=envelope.type,
                event=envelope.to_json(),
                reason=reason,
                error_class=error,
                deliveries=deliveries,
                parked_at=now(),
            )

    async def replay(self, database: Database, authority: str, source: str, case_id: UUID) -> int:
        """Apply the parked events of one case again, in order, until one fails; how many went through."""
        async with database.transaction(authority) as tx:
            parked = await tx.all(_PARKED, of_consumer=self.name, of_source=source, of_case=case_id)
        done = 0
        for row in parked:
            outcome = await self.apply(database, Envelope.from_json(row.event), heal=False)
            if outcome not in (Outcome.APPLIED, Outcome.SEEN_BEFORE):
                break
            async with database.transaction(authority) as tx:
                await tx.run(_FORGET, of_id=row.id)
            done += 1
        return done

    async def _lock(self, tx: Transaction, envelope: Envelope) -> int:
        row = await tx.one(_LOCK, **self._line(envelope), of_authority=envelope.authority)
        assert row is not None
        return int(row.last)

    async def _too_early(self, tx: Transaction, envelope: Envelope) -> Outcome:
        before = await tx.all(_BEFORE, **self._line(envelope), this_number=envelope.sequence)
        return Outcome.WAITS_BEHIND if before else Outcome.TOO_EARLY

    def _line(self, envelope: Envelope) -> dict[str, Any]:
        return {"of_consumer": self.name, "of_source": envelope.source, "of_case": envelope.case_id}

    async def _note(self, tx: Transaction, envelope: Envelope) -> None:
        await tx.run(
            _NOTE,
            consumer=self.name,
            event_id=envelope.id,
            authority=envelope.authority,
            source=envelope.source,
            case_id=envelope.case_id,
            sequence=envelope.sequence,
            type=envelope.type,
            occurred_at=envelope.time,
            applied_at=now(),
        )
        await tx.run(_COUNT_ON, **self._line(envelope), this_number=envelope.sequence)


def never_applies(error: BaseException) -> bool:
    """True when trying again cannot help: the data is not what the contract says."""
    return isinstance(error, ValidationError)
