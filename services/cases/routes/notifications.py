"""Alarms told to people, and that they have seen them."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from chassis.clock import now
from chassis.errors import Stale
from chassis.given import Language, of_caller, of_tx
from chassis.http import Answers, IfMatch, problems, room
from chassis.paging import Page, PageRequest
from services.cases.domain.errors import CaseNotFound
from services.cases.domain.errors.watching import AlreadyAcknowledged
from services.cases.permissions import CasePerson, CaseReader
from services.cases.queries.notifications import NotificationQueries
from services.cases.repository.notifications import NotificationRepository
from services.cases.schemas import notifications as shown
from services.cases.schemas.notifications import NotificationView
from services.cases.use_cases.notifications import acknowledge

router = room(tags=["watch list"], prefix="/v1/notifications")


Told = Annotated[NotificationQueries, Depends(of_caller(NotificationQueries))]
Notifications = Annotated[NotificationRepository, Depends(of_tx(NotificationRepository))]


@router.get("", name="list_notifications", summary="My alarms")
async def list_notifications(
    actor: CaseReader, told: Told, language: Language, page: PageRequest, acknowledged: bool | None = None
) -> Page[NotificationView]:
    """Alarms addressed to the caller, and to the caller's unit or sector where no person is; newest first. A team lead
    also sees what nobody acknowledged in time.

    Who was told may read the alarm. The case behind it is read with the right to the case.
    """
    found, end = await told.listed(page, acknowledged=acknowledged)
    return Page[NotificationView](items=[shown.notification(one, actor, language) for one in found], page=end)


@router.get("/{notification_id}", name="get_notification", summary="Read an alarm", responses=problems(CaseNotFound))
async def get_notification(
    actor: CaseReader, notification_id: UUID, told: Told, language: Language, answer: Answers
) -> NotificationView:
    """One alarm."""
    return answer.ok(shown.notification(await told.one(notification_id), actor, language))


@router.post(
    "/{notification_id}/acknowledgement",
    name="acknowledge_notification",
    summary="Say that you have seen it",
    responses=problems(CaseNotFound, AlreadyAcknowledged, Stale),
)
async def acknowledge_notification(
    actor: CasePerson,
    notification_id: UUID,
    version: IfMatch,
    notifications: Notifications,
    language: Language,
    answer: Answers,
) -> NotificationView:
    """Take note of an alarm: it goes no further. What it tells of is not over by that. People do: a system has seen
    nothing."""
    seen = await acknowledge(notifications, actor, notification_id, expected=version, now=now())
    return answer.ok(shown.notification(seen, actor, language))
