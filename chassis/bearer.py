"""Secrets that open something for whoever shows them, without a login: the token of a link, and of a sitting with it.

One set of rules for all of them. The secret stands in the link; what is kept of it is a keyed hash (`sealing.py`).
Nobody is told why a token opens nothing: the refusal is the service's own, and the same for whatever reason.

Standard library only: the domain borrows these words.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from chassis.authorities import AUTHORITY
from chassis.errors import Refusal

# The authority comes first in clear, because it says in whose rows to look; 256 random bits follow.
_TOKEN = re.compile(AUTHORITY + r"\.[A-Za-z0-9_-]{43}")

OPEN_AT_ONCE = 20
"""More sittings are not kept of one link, so that one opened without end fills no table. The oldest makes room: whoever
opened it last, after any number of mail scanners, can answer."""


@dataclass(frozen=True, slots=True)
class BearerToken:
    """The secret of a link or of a sitting, as its holder shows it."""

    text: str

    @classmethod
    def make(cls, authority: str, secret: str) -> "BearerToken":
        """A token of one authority, from a fresh secret of 43 url-safe characters."""
        return cls(f"{authority}.{secret}")

    @classmethod
    def read(cls, text: str, *, refusal: type[Refusal]) -> "BearerToken":
        """What somebody sent.

        Raises:
            the refusal: it cannot be a token of ours; the answer is the same as for one that we do not know.
        """
        if _TOKEN.fullmatch(text) is None:
            raise refusal()
        return cls(text)

    @property
    def authority(self) -> str:
        """In whose rows to look. A claim, no proof: row-level security holds whoever lies to that authority's rows."""
        return self.text.partition(".")[0]


def require_live(expires_at: datetime, now: datetime, *, refusal: type[Refusal]) -> None:
    """Refuse when a sitting is over. The link itself may still open a new one.

    Raises:
        the refusal: its time has passed.
    """
    if now >= expires_at:
        raise refusal()
