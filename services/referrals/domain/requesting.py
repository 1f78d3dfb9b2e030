"""How a referral begins: as a sector's new request, or as one that was sent on."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.errors import NotFound
from services.referrals.domain.clocks import Clock
from services.referrals.domain.codes import ReturnScope
from services.referrals.domain.errors import SharingBasisMissing
from services.referrals.domain.guarantees import Start
from services.referrals.domain.handover import Coverage, HandoverContent, Section
from services.referrals.domain.redirection import Place
from services.referrals.domain.referral import Referral
from services.referrals.domain.sharing import Basis, Failing, Sharing


@dataclass(frozen=True, slots=True)
class Asking:
    """What the sender asks, and in which words."""

    need_id: UUID
    reason: str
    return_scope: ReturnScope
    approached_on: date | None
    guarantee: str | None
    handover: HandoverContent | None
    anonymous: bool


def new_referral(
    by: Actor, asking: Asking, *, id: UUID, sharing: Sharing, to_service_id: UUID | None, basis: Basis, at: datetime
) -> Referral:
    """A new referral from the caller's sector. Whether it may be made was asked before."""
    if by.authority is None:
        raise NotFound()
    referral = Referral(
        id=id,
        authority=by.authority,
        case_id=sharing.case_id,
        need_id=asking.need_id,
        from_sector=sharing.from_sector,
        from_unit=by.unit,
        requested_by=by.subject,
        to_sector=sharing.to_sector,
        to_unit=sharing.to_unit,
        to_service_id=to_service_id,
        to_authority=sharing.to_authority,
        basis=basis,
        return_scope=asking.return_scope,
        approached_on=asking.approached_on,
        guarantee=asking.guarantee,
        requested_at=at,
        reason=asking.reason,
        handover=asking.handover,
        anonymous=asking.anonymous,
    )
    referral.note_request(by=by, at=at)
    return referral


@dataclass(frozen=True, slots=True)
class Words:
    """The sender's words, as they were written last."""

    reason: str
    handover: HandoverContent | None

    def covered_by(self, covered: Coverage) -> "Words":
        """As much of them as somebody on the receiving side reads, and so may send on. What the basis they came with
        does not cover, no other basis that the reader names opens: that would be for the sender to say.

        Raises:
            SharingBasisMissing: not even the reason is covered, so there is nothing to send on.
        """
        if covered.why_not(Section.REASON) is not None:
            raise SharingBasisMissing(fails=str(Failing.REQUEST_NOT_COVERED))
        written = self.handover.words if self.handover else {}
        read = {section: words for section, words in written.items() if covered.why_not(section) is None}
        return Words(self.reason, HandoverContent(read) if read else None)


def successor_of(
    referral: Referral, words: Words, *, by: Actor, id: UUID, to: Place, basis: Basis, at: datetime
) -> Referral:
    """The same request to somebody else: the same sender and day of approach, and of the words those given.

    What was promised to the citizen since they asked for help goes along as it stands, with the pauses they took, what
    they waived and what the town was told.
    """
    onward = Referral(
        id=id,
        authority=referral.authority,
        case_id=referral.case_id,
        need_id=referral.need_id,
        from_sector=referral.from_sector,
        from_unit=referral.from_unit,
        requested_by=referral.requested_by,
        to_sector=to.sector,
        to_unit=to.unit,
        to_service_id=to.service_id,
        to_authority=to.authority,
        basis=basis,
        return_scope=referral.return_scope,
        # The day the citizen came is counted from once: a request without one is one of the day it was put.
        approached_on=referral.approach_day,
        guarantee=referral.guarantee,
        requested_at=at,
        reason=words.reason,
        handover=words.handover,
        clocks=[clock for clock in referral.clocks if _goes_along(clock)],
    )
    referral.clocks = [clock.left(at) if _goes_along(clock) else clock for clock in referral.clocks]
    onward.note_request(by=by, at=at)
    return onward


def _goes_along(clock: Clock) -> bool:
    """The citizen's own approach started it, and not what this receiver got or said."""
    return clock.starts is Start.APPROACH
