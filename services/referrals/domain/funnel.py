"""Where requests stand, as one tree of counts: each number is split into parts that exclude each other and add up.

What is told of a request is where it stood at the end of the month after the one in which it was made (`Stand`). A
chain of redirections is one request to each of its receivers. The citizen asked once: that is the first link
(`first-asked`), and the others were `sent-here`. What was sent on counts as `redirected` and nowhere else, and whoever
has met the citizen sends nobody on: so of a chain one link at most is met or caught.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.referrals.domain.codes import DeclineCode, FailureCode

REQUESTED, ACCEPTED, DECLINED, CONTACT_HELD, CAUGHT = "requested", "accepted", "declined", "contact-held", "caught"
FIRST_ASKED, SENT_HERE = "first-asked", "sent-here"
DECLINED_AT_ONCE, DECLINED_AFTER_ACCEPTANCE = "declined-at-once", "declined-after-acceptance"


class Stand(StrEnum):
    """Where a request stands: exactly one of these."""

    UNANSWERED = "unanswered"
    REJECTED = "rejected"
    REDIRECTED = "redirected"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"
    AWAITING_CONTACT = "awaiting-contact"
    FAILED_BEFORE_CONTACT = "failed-before-contact"
    IN_CONTACT = "in-contact"
    COMPLETED_UNCAUGHT = "completed-uncaught"
    FAILED_AFTER_CONTACT = "failed-after-contact"
    WITH_RECEIVER = "with-receiver"
    COMPLETED = "completed"


def coded(node: str, code: str) -> str:
    """The part of a number that one code is given for."""
    return f"{node}/{code}"


Line = tuple[str, tuple[str, ...]]
"""A number, and parts of it that exclude each other and add up to it."""

LINES: tuple[Line, ...] = (
    (REQUESTED, (ACCEPTED, Stand.UNANSWERED, DECLINED, Stand.CANCELLED, Stand.ENTERED_IN_ERROR)),
    (REQUESTED, (FIRST_ASKED, SENT_HERE)),
    (DECLINED, (Stand.REJECTED, Stand.REDIRECTED)),
    (DECLINED, (DECLINED_AT_ONCE, DECLINED_AFTER_ACCEPTANCE)),
    (DECLINED, tuple(coded(DECLINED, code) for code in DeclineCode)),
    (ACCEPTED, (CONTACT_HELD, Stand.AWAITING_CONTACT, Stand.FAILED_BEFORE_CONTACT)),
    (Stand.FAILED_BEFORE_CONTACT, tuple(coded(Stand.FAILED_BEFORE_CONTACT, code) for code in FailureCode)),
    (CONTACT_HELD, (CAUGHT, Stand.IN_CONTACT, Stand.COMPLETED_UNCAUGHT, Stand.FAILED_AFTER_CONTACT)),
    (Stand.FAILED_AFTER_CONTACT, tuple(coded(Stand.FAILED_AFTER_CONTACT, code) for code in FailureCode)),
    (CAUGHT, (Stand.WITH_RECEIVER, Stand.COMPLETED)),
)
"""The tree, from the root down: what a line splits was a part in a line before it."""

NODES: tuple[str, ...] = (REQUESTED, *(part for _, parts in LINES for part in parts))

_WITHIN: Mapping[str, str] = MappingProxyType({part: whole for whole, parts in LINES for part in parts})
ENDED_WITH_A_CODE = frozenset(
    {Stand.REJECTED, Stand.REDIRECTED, Stand.FAILED_BEFORE_CONTACT, Stand.FAILED_AFTER_CONTACT}
)
"""Where a receiver has said why."""


def way(node: str) -> tuple[str, ...]:
    """The number itself and all it is a part of, up to the root."""
    return (node, *way(_WITHIN[node])) if node in _WITHIN else (node,)


OF_THE_ANSWER = frozenset(node for node in NODES if ACCEPTED not in way(node)[1:])
"""What a sender is told in any case: the answer, yes or no. The rest is of the way back, which the citizen may keep."""


def stands_within(node: str) -> frozenset[Stand]:
    """The stands that add up to this number."""
    return frozenset(stand for stand in Stand if node in way(stand))


@dataclass(frozen=True, slots=True)
class Counted:
    """That so many requests of one month to one sector (of another authority, where one is named) stand alike.

    `citizen` is named only where several requests of the month and sector are one citizen's: it serves to count people,
    and is told nobody.
    """

    month: date
    sector: str
    authority: str | None
    part: str | None
    stand: Stand
    was_accepted: bool
    sent_here: bool
    code: str | None
    walled: bool
    citizen: UUID | None
    times: int

    @property
    def nodes(self) -> Iterator[str]:
        """Every number of the tree that these requests are counted in."""
        yield from way(self.stand)
        yield SENT_HERE if self.sent_here else FIRST_ASKED
        if self.stand in (Stand.REJECTED, Stand.REDIRECTED):
            yield DECLINED_AFTER_ACCEPTANCE if self.was_accepted else DECLINED_AT_ONCE
        if self.stand in ENDED_WITH_A_CODE:
            yield coded(DECLINED if DECLINED in way(self.stand) else self.stand, self.code or DeclineCode.OTHER)
