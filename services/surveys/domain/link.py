"""One-time links and survey sessions: secrets that a citizen holds, of which we keep only a fingerprint."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.surveys.domain.errors import LinkNotUsable
from services.surveys.domain.instrument import Instrument

# The authority comes first in clear, because it says in whose rows to look; 256 random bits follow.
_TOKEN = re.compile(r"(?:\d{4}|R\d{4}|CVR\d{8})\.[A-Za-z0-9_-]{43}", re.ASCII)

SESSION_LENGTH = timedelta(minutes=60)

# More are not kept of one invitation, so that a link opened without end fills no table. The oldest makes room: whoever
# opened the link last, after any number of mail scanners, can answer.
OPEN_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Token:
    """A link's or a session's secret, as its holder shows it."""

    text: str

    @classmethod
    def make(cls, authority: str, secret: str) -> "Token":
        """The token for one authority's citizen, from a fresh secret of 43 url-safe characters."""
        return cls(f"{authority}.{secret}")

    @classmethod
    def read(cls, text: str) -> "Token":
        """What somebody sent.

        Raises:
            LinkNotUsable: it cannot be a token of ours; the answer is the same as for one that we do not know.
        """
        if _TOKEN.fullmatch(text) is None:
            raise LinkNotUsable()
        return cls(text)

    @property
    def authority(self) -> str:
        """In whose rows to look. A claim, no proof: row-level security holds whoever lies to that authority's rows."""
        return self.text.partition(".")[0]

    @property
    def digest(self) -> bytes:
        """What we store. The secret has 256 random bits, so a plain hash cannot be turned back."""
        return hashlib.sha256(self.text.encode()).digest()


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting: the respondent has opened the link and sees one version of the questionnaire in one language."""

    id: UUID
    authority: str
    invitation_id: UUID
    digest: bytes
    language: str
    instrument_version: str
    expires_at: datetime

    def require_live(self, now: datetime) -> None:
        """Refuse when the sitting is over.

        Raises:
            LinkNotUsable: its hour has passed; the link itself may still open a new one.
        """
        if now >= self.expires_at:
            raise LinkNotUsable()

    def shown(self, instrument: Instrument) -> Instrument:
        """The instrument as this respondent was shown it.

        Raises:
            LinkNotUsable: it has changed since. Answers to one version are never read as answers to another; the link
                opens a new sitting with the version of now.
        """
        if instrument.version != self.instrument_version:
            raise LinkNotUsable()
        return instrument
