"""The notifications somebody hears: `domain.notifications.Ear` as a condition."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases import tables as t
from services.cases.domain.errors import CaseNotFound
from services.cases.domain.notifications import Ear, Notification
from services.cases.repository.notifications import notification

_n = t.notifications.c


def heard_by(ear: Ear) -> ColumnElement[bool]:
    """What is addressed to them; a property test holds it equal to `Ear.hears`."""
    in_unit = true() if ear.unit is None else or_(_n.unit.is_(None), _n.unit == ear.unit)
    mine = or_(_n.subject == ear.subject, and_(_n.subject.is_(None), in_unit))
    further = _n.escalated_at.is_not(None) if ear.leads else false()
    return and_(_n.sector == ear.sector, or_(mine, further))


class NotificationQueries:
    """The notifications of one actor."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor

    async def listed(self, page: Paging, *, acknowledged: bool | None) -> tuple[list[Notification], PageEnd]:
        """A page of them, newest first."""
        where = [_n.authority == self._tx.authority, heard_by(Ear.of(self._actor))]
        if acknowledged is not None:
            where.append(_n.acknowledged_at.is_not(None) if acknowledged else _n.acknowledged_at.is_(None))
        window = page.window(select(t.notifications).where(*where), (_n.told_at, "desc"), (_n.id, "desc"))
        rows, end = page.cut(await self._tx.all(window), key=lambda row: (row.told_at, row.id))
        await looked_up(self._tx, self._actor, [row.case_id for row in rows], "notifications")
        return [notification(row) for row in rows], end

    async def one(self, notification_id: UUID) -> Notification:
        """One of them.

        Raises:
            CaseNotFound: absent or addressed to somebody else.
        """
        where = (_n.id == notification_id, _n.authority == self._tx.authority, heard_by(Ear.of(self._actor)))
        row = await self._tx.one(select(t.notifications).where(*where))
        if row is None:
            raise CaseNotFound()
        await looked_up(self._tx, self._actor, [row.case_id], "notification")
        return notification(row)
