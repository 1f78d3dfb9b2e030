"""Survey sessions: what a citizen has opened with a one-time link. Of the secrets of both we keep a keyed hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.bearer import require_live
from services.surveys.domain.errors import LinkNotUsable
from services.surveys.domain.instrument import Instrument

SESSION_LENGTH = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting: the respondent has opened the link and sees one version of the questionnaire in one language."""

    id: UUID
    authority: str
    invitation_id: UUID
    language: str
    instrument_version: str
    expires_at: datetime

    def require_live(self, now: datetime) -> None:
        """Refuse when the sitting is over.

        Raises:
            LinkNotUsable: its hour has passed; the link itself may still open a new one.
        """
        require_live(self.expires_at, now, refusal=LinkNotUsable)

    def shown(self, instrument: Instrument) -> Instrument:
        """The instrument as this respondent was shown it.

        Raises:
            LinkNotUsable: it has changed since. Answers to one version are never read as answers to another; the link
                opens a new sitting with the version of now.
        """
        if instrument.version != self.instrument_version:
            raise LinkNotUsable()
        return instrument
