"""What the sender hands over with a request: the citizen's needs in five short sections, each written once by somebody
who has met the citizen, so that nobody has to tell it all again.

Each section is of one kind of information, and the receiver reads it while the basis of the referral covers that kind.
What is missing is told to both sides and stops nothing: nobody falls because a form was not complete.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from services.referrals.domain.codes import DeclineCode
from services.referrals.domain.errors.handover import NothingIsMissing
from services.referrals.domain.sharing import BasisStatus


class Section(StrEnum):
    """What a request can say, by its name on the wire."""

    REASON = "reason"
    """Why the sender asks. Every request has one."""
    WANTS_FIRST = "wantsFirst"
    TRIED = "tried"
    DO_NOT_ASK_AGAIN = "doNotAskAgain"
    RISKS = "risks"
    CONTACT_WISHES = "contactWishes"


CATEGORY: Mapping[Section, str] = MappingProxyType(
    {
        # What the need is, and what the citizen wants of it.
        Section.REASON: "need",
        Section.WANTS_FIRST: "need",
        # Efforts that were made are the plan's.
        Section.TRIED: "plan",
        # What was told and what somebody saw in it stands in the notes of whoever met the citizen.
        Section.DO_NOT_ASK_AGAIN: "notes",
        Section.RISKS: "notes",
        Section.CONTACT_WISHES: "contact",
    }
)
"""The kind of information each section is, by the words in which a consent names what it covers."""

HANDED_OVER: tuple[Section, ...] = tuple(section for section in Section if section is not Section.REASON)
"""The sections beside the reason. All of them may be left out."""


class NotShared(StrEnum):
    """Why a section that exists is not shown to the receiver."""

    BASIS_WITHDRAWN = "basis-withdrawn"
    BASIS_ENDED = "basis-ended"
    NOT_COVERED = "not-covered"
    OVER = "over"
    """The request asks nothing of the receiver any more: it was taken back, or another unit has said no to it."""
    ANONYMOUS = "anonymous"
    """The receiver is not to know whom the referral is about, so nothing of it is shared at all."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the basis of a referral covers today, for one reader on the receiving side."""

    status: BasisStatus
    categories: frozenset[str] | None
    """The kinds of information; None for all of them."""
    reaches: bool = True
    """False for a reader in another unit than the one the citizen's consent names."""

    def why_not(self, section: Section) -> NotShared | None:
        """Why this section is not shown, or None when it is."""
        if self.status is BasisStatus.WITHDRAWN:
            return NotShared.BASIS_WITHDRAWN
        if self.status is BasisStatus.EXPIRED:
            return NotShared.BASIS_ENDED
        covered = self.reaches and (self.categories is None or CATEGORY[section] in self.categories)
        return None if covered else NotShared.NOT_COVERED


@dataclass(frozen=True, slots=True)
class HandoverContent:
    """What the sender has written, section by section. A section without words is not there."""

    words: Mapping[Section, str]


def missing(required: Collection[Section], written: Collection[Section]) -> list[Section]:
    """What the receiver asks for and nobody has written."""
    return [section for section in HANDED_OVER if section in required and section not in written]


def require_reason_holds(reason: DeclineCode, *, lacking: Collection[Section], question_open: bool) -> None:
    """Refuse a no "for missing information" where nothing that was asked for is missing.

    A section that exists and may not be shown is not missing: that the citizen took a consent back is no reason to turn
    them away. Whatever else the receiver needs to know it asks for, and while the question stands unanswered it may
    say no for it.

    Raises:
        NothingIsMissing: the receiver has all that it requires, and no question is open.
    """
    if reason is DeclineCode.MISSING_INFORMATION and not lacking and not question_open:
        raise NothingIsMissing()
