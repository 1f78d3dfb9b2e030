"""Alarms told to people: each once, kept, acknowledged, or taken further by a clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.clock import day_of, now
from chassis.concurrency import expect
from chassis.database import Transaction
from chassis.ids import new_id
from services.cases import tables as t
from services.cases.domain.case import Case
from services.cases.domain.errors import CaseNotFound
from services.cases.domain.events import NeedRevisitDue, NotificationUnacknowledged
from services.cases.domain.notifications import Alarm, Ear, Notification, alarms, escalates_at
from services.cases.repository.timeline import tell_town

_n = t.notifications.c
_TOLD = select(_n.occurrence).where(_n.occurrence == func.any(bindparam("found", type_=ARRAY(Uuid))))
_TELL = upsert(t.notifications).on_conflict_do_nothing().returning(_n.id)
_a = t.absences.c
_AWAY = select(_a.subject, _a.substitute).where(
    _a.authority == bindparam("of_authority"),
    _a.subject == func.any(bindparam("subjects", type_=ARRAY(Text))),
    _a.first_day <= bindparam("today"),
    or_(_a.back_on.is_(None), _a.back_on > bindparam("today")),
)
_ONE = select(t.notifications).where(_n.id == bindparam("of_id"), _n.authority == bindparam("of_authority"))
_LOCKED = _ONE.with_for_update()
_SEEN = (
    update(t.notifications)
    .where(_n.id == bindparam("of_id"))
    .values(acknowledged_at=bindparam("at"), acknowledged_by=bindparam("by"), version=bindparam("next_version"))
)
_FURTHER = (
    update(t.notifications)
    .where(
        _n.id == bindparam("of_id"),
        _n.escalates_at <= bindparam("at"),
        _n.acknowledged_at.is_(None),
        _n.escalated_at.is_(None),
    )
    .values(escalated_at=bindparam("at"), version=_n.version + 1)
    .returning(_n.case_id, _n.sector, _n.unit)
)
_WAITING = (
    select(_n.id, _n.authority)
    .where(_n.escalates_at <= bindparam("at"), _n.acknowledged_at.is_(None), _n.escalated_at.is_(None))
    .order_by(_n.escalates_at)
    .limit(bindparam("most"))
)
_FIELDS = tuple(Notification.__dataclass_fields__)


class NotificationRepository:
    """The notifications of one authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def tell(self, case: Case, at: datetime) -> None:
        """Tell of everything that is so now and was not told before. That a question is owed again is told to the town
        too, exactly once: with the notification, or not at all."""
        found = {alarm.occurrence(case.id): alarm for alarm in alarms(case, case.watched, at)}
        if not found:
            return
        told = {row.occurrence for row in await self._tx.all(_TOLD, found=list(found))}
        new = {occurrence: alarm for occurrence, alarm in found.items() if occurrence not in told}
        stands_in = await self._standing_in({alarm.subject for alarm in new.values() if alarm.subject}, at)
        for occurrence, alarm in new.items():
            # To whoever stands in for a coordinator who is away; where nobody does, to the unit.
            alarm = replace(alarm, subject=stands_in.get(alarm.subject or "", alarm.subject))
            if await self._tx.one(_TELL, **self._row(case, alarm, occurrence, at)):
                await self._announce_revisit(case, alarm, at)

    async def get(self, notification_id: UUID, actor: Actor, *, expected: int | None = None) -> Notification:
        """One notification, locked, if it is addressed to this actor.

        Raises:
            CaseNotFound: absent or not theirs. Stale.
        """
        row = await self._tx.one(_LOCKED, of_id=notification_id, of_authority=self._tx.authority)
        found = row and notification(row)
        if found is None or not Ear.of(actor).hears(found):
            raise CaseNotFound()
        await looked_up(self._tx, actor, [found.case_id], "change")
        expect(found.version, expected)
        return found

    async def acknowledged(self, seen: Notification) -> None:
        """Keep who has seen it, and when."""
        await self._tx.run(
            _SEEN, of_id=seen.id, at=seen.acknowledged_at, by=seen.acknowledged_by, next_version=seen.version
        )

    async def take_further(self, notification_id: UUID, at: datetime) -> None:
        """Nobody has acknowledged it in time: the team lead sees it, and the town hears of it, once."""
        row = await self._tx.one(_FURTHER, of_id=notification_id, at=at)
        if row is not None:
            event = NotificationUnacknowledged(notification_id, row.sector, row.unit)
            await tell_town(self._tx, row.case_id, [event], at=at)

    async def _standing_in(self, subjects: set[str], at: datetime) -> dict[str, str | None]:
        """Who stands in for those of them who are away on the day."""
        if not subjects:
            return {}
        rows = await self._tx.all(_AWAY, of_authority=self._tx.authority, subjects=sorted(subjects), today=day_of(at))
        return {row.subject: row.substitute for row in rows}

    async def _announce_revisit(self, case: Case, alarm: Alarm, at: datetime) -> None:
        aside = case.needs[alarm.need_id].setting_aside if alarm.need_id else None
        if alarm.cause == "revisit-due" and alarm.need_id and aside and aside.revisit_by_sector == alarm.sector:
            event = NeedRevisitDue(alarm.need_id, aside.revisit_on, aside.revisit_by_sector)
            await tell_town(self._tx, case.id, [event], at=at)

    def _row(self, case: Case, alarm: Alarm, occurrence: UUID, at: datetime) -> dict[str, Any]:
        told_at = max(at, now())  # what is heard late is told now, and waits from now
        return {
            "id": new_id(),
            "authority": case.authority,
            "case_id": case.id,
            "case_number": case.number,
            "occurrence": occurrence,
            "item_id": alarm.item_id,
            "cause": alarm.cause,
            "need_id": alarm.need_id,
            "referral_id": alarm.referral_id,
            "sector": alarm.sector,
            "unit": alarm.unit,
            "subject": alarm.subject,
            "since": alarm.since,
            "told_at": told_at,
            "escalates_at": escalates_at(case, told_at),
            "version": 1,
        }


async def unacknowledged(tx: Transaction, at: datetime, most: int = 50) -> Sequence[tuple[UUID, str]]:
    """Notifications of every authority that nobody acknowledged in time: asked by the messenger."""
    return [(row.id, row.authority) for row in await tx.all(_WAITING, at=at, most=most)]


def notification(row: Any) -> Notification:
    """A row as a value."""
    return Notification(**{name: getattr(row, name) for name in _FIELDS})
