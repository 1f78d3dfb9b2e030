"""Somebody has seen an alarm."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.notifications import Notification
from services.cases.repository.notifications import NotificationRepository


async def acknowledge(
    notifications: NotificationRepository, actor: Actor, notification_id: UUID, *, expected: int | None, now: datetime
) -> Notification:
    """Take note of it: it goes no further.

    Raises:
        CaseNotFound, AlreadyAcknowledged, Stale.
    """
    told = await notifications.get(notification_id, actor, expected=expected)
    seen = told.acknowledge(actor.subject, now)
    await notifications.acknowledged(seen)
    return seen
