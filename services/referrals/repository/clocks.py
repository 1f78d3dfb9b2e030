"""The clocks of referrals in and out, and what falls due told to the town, once.

Who changes a clock holds its row: a step does so after the referral's own, the worker without it. Both take a case's
number in the outbox last, so neither waits for the other in a circle.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Uuid, and_, bindparam, case, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.clock import day_of, start_of
from chassis.database import Transaction
from chassis.outbox import announce_all
from services.referrals.domain.clocks import Clock, ClockState, DueClock
from services.referrals.domain.guarantees import Counting, Start
from services.referrals.domain.referral import Referral
from services.referrals.publishes import deadline_event
from services.referrals.tables import deadline_waivers, referral_clocks, referrals


def waiver_context(referral_id: UUID, version: int) -> str:
    """Where a citizen's words of a waiver are sealed to."""
    return f"deadline_waivers.statement:{referral_id}:{version}"


_c = referral_clocks.c
_MINE = _c.authority == bindparam("of_authority")
_OF_THESE = (
    select(referral_clocks)
    .where(_MINE, _c.referral_id == func.any(bindparam("of_referrals", type_=ARRAY(Uuid))))
    .order_by(_c.referral_id, _c.guarantee)
    .with_for_update()
)
_TOLD_AT = ("approaching_told_at", "missed_told_at")
_CHANGING = ("started_on", "due_on", "state", "paused_on", "settled_on", *_TOLD_AT, "look_at")
_THIS = and_(_MINE, _c.referral_id == bindparam("of_referral"), _c.guarantee == bindparam("of_guarantee"))
_CHANGE = update(referral_clocks).where(_THIS).values({name: bindparam(f"new_{name}") for name in _CHANGING})
_PUT_OFF = update(referral_clocks).where(_THIS).values(look_at=bindparam("new_look_at"))
_new = upsert(referral_clocks)
# One that stands as it did is not written: most steps change no clock.
_SAVE = _new.on_conflict_do_update(
    index_elements=[_c.authority, _c.referral_id, _c.guarantee],
    set_={name: _new.excluded[name] for name in _CHANGING},
    where=or_(*(_c[name].is_distinct_from(_new.excluded[name]) for name in _CHANGING)),
)
_WAIVE = insert(deadline_waivers)
_TOLD = ("case_id", "need_id", "from_sector", "to_sector", "to_authority")
_UNIT_TOLD = case((referrals.c.anonymous, None), else_=referrals.c.to_unit).label("to_unit")  # as `publishes` tells it
_LOOK = (
    select(referral_clocks, *(referrals.c[name] for name in _TOLD), _UNIT_TOLD)
    .join(referrals, and_(referrals.c.authority == _c.authority, referrals.c.id == _c.referral_id))
    .where(_MINE, _c.look_at <= bindparam("at"))
    .with_for_update(of=referral_clocks, skip_locked=True)
)
_DUE = _LOOK.order_by(_c.look_at, _c.referral_id, _c.guarantee).limit(bindparam("most"))
_DUE_STILL = _LOOK.where(_THIS)
_AUTHORITIES = select(_c.authority).where(_c.look_at <= bindparam("at")).distinct().order_by(_c.authority)


class Clocks:
    """The clocks of one transaction's authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def load_all(self, referrals: Sequence[Referral]) -> None:
        """Give locked referrals their clocks, locked too."""
        found: dict[UUID, list[Clock]] = {referral.id: [] for referral in referrals}
        if found:
            for row in await self._tx.all(_OF_THESE, of_authority=self._tx.authority, of_referrals=list(found)):
                found[row.referral_id].append(clock_of(row))
        for referral in referrals:
            referral.clocks = found[referral.id]

    async def save(self, referral: Referral) -> None:
        """Write the clocks of a referral down as they are, and a waiver that was just recorded."""
        await self._tx.run(_SAVE, [_row(referral.authority, referral.id, clock) for clock in referral.clocks])
        if referral.waiver is not None:
            about = {"authority": referral.authority, "referral_id": referral.id, "version": referral.version}
            context = waiver_context(referral.id, referral.version)
            sealed = self._tx.sealer.seal(referral.waiver.statement, context=context)
            await self._tx.run(_WAIVE, [{**about, "statement_sealed": sealed}])
            referral.waiver = None

    async def due(self, at: datetime, most: int) -> list[DueClock]:
        """Clocks that have something to tell, locked; what another worker has in hand is left to it."""
        rows = await self._tx.all(_DUE, of_authority=self._tx.authority, at=at, most=most)
        return [_due(row) for row in rows]

    async def due_still(self, one: DueClock, at: datetime) -> list[DueClock]:
        """This clock, locked, when it still has something to tell."""
        which = {"of_referral": one.referral_id, "of_guarantee": one.clock.guarantee}
        return [_due(row) for row in await self._tx.all(_DUE_STILL, of_authority=self._tx.authority, at=at, **which)]

    async def tell(self, due: Sequence[DueClock], at: datetime) -> int:
        """Tell the town what has become true of these clocks; how many notices that made.

        All in one go: a trip for each would be most of what it costs when many days have gone by at once.
        """
        today, said, told = day_of(at), [], []
        for one in sorted(due, key=lambda one: (one.clock.due_on, one.clock.guarantee)):
            notice = one.clock.to_tell(today)
            if notice is not None:
                said.append((one.case_id, deadline_event(one, notice)))
                told.append(_changes(self._tx.authority, one.referral_id, one.clock.told(notice, at)))
        await announce_all(self._tx, said, at=at)
        await self._tx.run(_CHANGE, told)
        return len(told)

    async def put_off(self, one: DueClock, until: datetime) -> None:
        """Look at a clock again later: something is wrong with it, and others wait."""
        which = {
            "of_authority": self._tx.authority,
            "of_referral": one.referral_id,
            "of_guarantee": one.clock.guarantee,
        }
        await self._tx.run(_PUT_OFF, None, **which, new_look_at=until)


async def authorities_with_due_clocks(tx: Transaction, at: datetime) -> list[str]:
    """Whose clocks have something to tell: asked by the messenger, who may see just that."""
    return [row.authority for row in await tx.all(_AUTHORITIES, at=at)]


def clock_of(row: Row[Any]) -> Clock:
    """Row → value."""
    told = {field.name: getattr(row, field.name) for field in fields(Clock)}
    kinds = {"starts": Start(row.starts), "counting": Counting(row.counting), "state": ClockState(row.state)}
    return Clock(**{**told, **kinds})


def _due(row: Row[Any]) -> DueClock:
    about = {field.name: getattr(row, field.name) for field in fields(DueClock) if field.name != "clock"}
    return DueClock(clock=clock_of(row), **about)


def _row(authority: str, referral_id: UUID, clock: Clock) -> dict[str, Any]:
    told = {field.name: getattr(clock, field.name) for field in fields(Clock)}
    return {"authority": authority, "referral_id": referral_id, **told, "look_at": _look_at(clock)}


def _changes(authority: str, referral_id: UUID, clock: Clock) -> dict[str, Any]:
    row = _row(authority, referral_id, clock)
    which = {"of_authority": authority, "of_referral": referral_id, "of_guarantee": clock.guarantee}
    return which | {f"new_{name}": row[name] for name in _CHANGING}


def _look_at(clock: Clock) -> datetime | None:
    return None if clock.look_on is None else start_of(clock.look_on)
