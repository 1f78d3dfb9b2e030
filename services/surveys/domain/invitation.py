"""An invitation: one citizen asked to answer one wave once. Its link can be replaced; its answer is given once."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import InvalidTransition
from services.surveys.domain.errors import LinkNotUsable, WaveAlreadyInvited
from services.surveys.domain.events import InvitationIssued, ResponseSubmitted, SurveyEvent
from services.surveys.domain.programme import Programme, Wave
from services.surveys.domain.purpose import Purpose


class InvitationState(StrEnum):
    """Where an invitation stands."""

    ISSUED = "issued"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"
    SUBMITTED = "submitted"
    REVOKED = "revoked"
    EXPIRED = "expired"


# From these it can be answered, sent (again) and revoked. From the others nothing more happens.
OPEN_STATES = frozenset({InvitationState.ISSUED, InvitationState.DELIVERED, InvitationState.UNDELIVERABLE})


@dataclass(slots=True)
class Invitation:
    """`state` is what was last recorded; `state_at` is what is true now, for time ends an invitation by itself."""

    id: UUID
    authority: str
    case_id: UUID
    programme: str
    wave: str
    instrument: str
    purpose: Purpose
    issued_at: datetime
    expires_at: datetime
    state: InvitationState = InvitationState.ISSUED
    link_digest: bytes | None = None
    delivered_at: datetime | None = None
    undeliverable_reason: str | None = None
    submitted_at: datetime | None = None
    version: int = 0
    events: list[SurveyEvent] = field(default_factory=list)

    @classmethod
    def issue(
        cls, id: UUID, *, authority: str, case_id: UUID, programme: Programme, wave: Wave, at: datetime
    ) -> "Invitation":
        """Invite. There is no link yet: it is made when somebody is about to send it, so that none lies waiting."""
        invitation = cls(
            id=id,
            authority=authority,
            case_id=case_id,
            programme=programme.code,
            wave=wave.code,
            instrument=programme.instrument,
            purpose=programme.purpose,
            issued_at=at,
            expires_at=wave.validity.after(at),
        )
        invitation.events.append(InvitationIssued(case_id, id, wave.code, programme.purpose))
        return invitation

    def state_at(self, now: datetime) -> InvitationState:
        """The state as of now: an open invitation whose time has run out is expired, whatever was recorded."""
        return InvitationState.EXPIRED if self.state in OPEN_STATES and now >= self.expires_at else self.state

    def is_open(self, now: datetime) -> bool:
        """True while it can be answered."""
        return self.state_at(now) in OPEN_STATES

    def replace_link(self, digest: bytes, *, at: datetime) -> None:
        """From now on only the link with this fingerprint opens the survey. Its time is not prolonged.

        Raises:
            InvalidTransition: the invitation is answered, revoked or expired.
        """
        self._require_open(at)
        self.link_digest = digest

    def revoke(self, *, at: datetime) -> None:
        """Take the invitation back: its link and every sitting opened with it die.

        Raises:
            InvalidTransition: the invitation is answered, revoked or expired.
        """
        self._require_open(at)
        self.state = InvitationState.REVOKED

    def note_delivered(self, *, at: datetime) -> None:
        """The sender reports that it went out. Reports travel slowly: one that comes after the end changes nothing."""
        if self.is_open(at):
            self.state, self.delivered_at, self.undeliverable_reason = InvitationState.DELIVERED, at, None

    def note_undeliverable(self, reason_code: str, *, at: datetime) -> None:
        """The sender reports that nobody could be reached. It can be sent again, and an older link can be answered."""
        if self.is_open(at):
            self.state, self.undeliverable_reason = InvitationState.UNDELIVERABLE, reason_code

    def make_room(self, *, at: datetime) -> None:
        """Let a new invitation to the same wave take this one's place: what time already says is written down.

        Raises:
            WaveAlreadyInvited: it is answered, or can still be.
        """
        if self.state_at(at) is not InvitationState.EXPIRED:
            raise WaveAlreadyInvited(invitation_id=str(self.id))
        self.state = InvitationState.EXPIRED

    def require_answerable(self, now: datetime) -> None:
        """Refuse a respondent when the invitation is over.

        Raises:
            LinkNotUsable: answered, revoked or expired; the respondent is not told which.
        """
        if not self.is_open(now):
            raise LinkNotUsable()

    def submit(self, *, at: datetime) -> None:
        """The one answer is given; the link is spent.

        Raises:
            LinkNotUsable: answered before, revoked or expired.
        """
        self.require_answerable(at)
        self.state, self.submitted_at = InvitationState.SUBMITTED, at
        self.events.append(ResponseSubmitted(self.case_id, self.id, self.wave, self.purpose))

    def _require_open(self, now: datetime) -> None:
        if not self.is_open(now):
            raise InvalidTransition(allowed=[])
