"""Notifications on the wire. Their texts are general: what has happened to whom is read in the case."""

from uuid import UUID

from chassis.actor import Actor
from chassis.errors import Text
from chassis.wire import Moment, View
from services.cases.domain.access import LETTING_GO
from services.cases.domain.notifications import Cause, Notification

TEXTS: dict[Cause, Text] = {
    "caught-then-lost": Text(
        "En borger, der var grebet, er det ikke længere.", "A citizen who had been caught no longer is."
    ),
    "citizen-says-not-caught": Text(
        "En borger siger, at ingen har grebet dem.", "A citizen says that nobody has caught them."
    ),
    "consent-expiring": Text(
        "Et samtykke udløber, før borgeren er grebet.", "A consent lapses before the citizen is caught."
    ),
    "coordinator-absent": Text(
        "En sags koordinator er fraværende uden afløser.", "A case's coordinator is away, and nobody stands in."
    ),
    "first-contact-overdue": Text(
        "Første kontakt med en borger er ikke holdt i tide.", "First contact with a citizen was not held in time."
    ),
    "guarantee-at-risk": Text("En garantifrist er ved at løbe ud.", "A guaranteed time limit is about to run out."),
    "guarantee-missed": Text("En garantifrist er overskredet.", "A guaranteed time limit has gone by."),
    "hold-over": Text(
        "En borger, der ville holde pause, skal spørges igen.", "A citizen who wanted a pause is to be asked again."
    ),
    "moved-not-received": Text(
        "En borger er flyttet, og den nye myndighed har ikke bekræftet.",
        "A citizen has moved, and the new authority has not confirmed.",
    ),
    "need-reopened": Text("Et behov er åbnet igen.", "A need is open again."),
    "referral-entered-in-error": Text("En henvisning var en fejl.", "A referral was entered in error."),
    "referral-failed": Text("En henvisning kunne ikke gennemføres.", "A referral could not be carried through."),
    "referral-rejected": Text("En henvisning er afvist.", "A referral was rejected."),
    "revisit-due": Text("En borger skal spørges igen.", "A citizen is to be asked again."),
}


class NotificationView(View):
    """An alarm, told to a person (`subject`), else to a unit or sector. Unacknowledged at `escalatesAt`, it goes to the
    sector's team lead."""

    id: UUID
    kind: Cause
    text: str
    case_id: UUID
    case_number: str
    need_id: UUID | None
    referral_id: UUID | None
    sector: str
    unit: str | None
    subject: str | None
    since: Moment
    told_at: Moment
    escalates_at: Moment
    escalated_at: Moment | None
    acknowledged_at: Moment | None
    acknowledged_by: str | None
    version: int
    allowed_actions: list[str]


def notification(told: Notification, actor: Actor, language: str) -> NotificationView:
    """One notification, in the reader's language."""
    may = told.acknowledged_at is None and actor.has(*LETTING_GO) and actor.permits("cases:write")
    same = ("id", "case_id", "case_number", "need_id", "referral_id", "sector", "unit", "subject", "since", "version")
    moments = ("told_at", "escalates_at", "escalated_at", "acknowledged_at", "acknowledged_by")
    return NotificationView(
        kind=told.cause,
        text=TEXTS[told.cause][language],
        allowed_actions=["acknowledgeNotification"] if may else [],
        **{name: getattr(told, name) for name in same + moments},
    )
