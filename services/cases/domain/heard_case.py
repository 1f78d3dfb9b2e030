"""What a case learns of its referrals, as heard from the referrals service. There is nothing to refuse."""

from datetime import date, datetime
from uuid import UUID

from services.cases.domain import events
from services.cases.domain.catch import KnownReferral, Receipt, ReferralState
from services.cases.domain.ending import Release
from services.cases.domain.parts import CaseParts
from services.cases.domain.responsibility import Responsibility

# Why a sector has a part: it said yes to a referral. Every other part is the sector's own.
BY_REFERRAL = "referral-accepted"


class HeardCase(CaseParts):
    """A case as far as others tell it: how its needs are caught, and who has a part in it because of that."""

    def hear_requested(self, referral: KnownReferral) -> None:
        """A referral of one of the needs was sent."""
        self.referrals[referral.id] = referral

    def hear_accepted(self, referral_id: UUID, unit: str | None, at: datetime, involvement_id: UUID) -> None:
        """The receiver commits to act: from now on it has a part in the case, if it takes any."""
        referral = self.referrals[referral_id] = self.referrals[referral_id].accepted(unit, at)
        if referral.takes_part:
            self._involve(referral.to_sector, referral.to_unit, at, BY_REFERRAL, involvement_id)

    def hear_contact_held(self, referral_id: UUID, at: datetime, link_made_by: str | None = None) -> None:
        """The citizen has met the receiver."""
        self.referrals[referral_id] = self.referrals[referral_id].contact_held(at, link_made_by)

    def hear_receipt(self, referral_id: UUID, receipt: Receipt) -> None:
        """The receiver's receipt. Nothing moves: that is the release's doing."""
        self.referrals[referral_id] = self.referrals[referral_id].received(receipt)

    def hear_paused(self, referral_id: UUID, since: datetime, until: date | None) -> None:
        """The citizen asked for a pause, maybe until a day."""
        self.referrals[referral_id] = self.referrals[referral_id].paused(since, until)

    def hear_resumed(self, referral_id: UUID, at: datetime, due_on: date | None = None) -> None:
        """The pause is over; where it was told, with the day that is promised now."""
        self.referrals[referral_id] = self.referrals[referral_id].resumed(at, due_on)

    def hear_deadline(self, referral_id: UUID, due_on: date, at: datetime, *, missed: bool = False) -> None:
        """A promised day of a referral comes near, or has gone by. It is watched; nothing moves and nothing closes."""
        known = self.referrals[referral_id]
        self.referrals[referral_id] = known.missed(due_on, at) if missed else known.due(due_on, at)

    def hear_waived(self, referral_id: UUID) -> None:
        """The citizen chose another provider: no day to come is watched any more. What was missed before stays so."""
        self.referrals[referral_id] = self.referrals[referral_id].waived()

    def hear_reassigned(self, referral_id: UUID, unit: str | None) -> None:
        """Another unit of the receiver has it."""
        self.referrals[referral_id] = self.referrals[referral_id].reassigned(unit)

    def hear_ended(
        self, referral_id: UUID, state: ReferralState, at: datetime, release_id: UUID, *, broken_off: bool = False
    ) -> None:
        """It has ended, well or badly. Responsibility stays where it is (I4).

        A catch that a release relied on and that is now gone is an alarm (I28): also one whose help was broken off,
        for nobody holds the citizen now. A sector whose part came with referrals, of which this was the last, and which
        owns nothing, is no longer involved. Any other part ends by the sector's own act, at the gate.
        """
        referral = self.referrals[referral_id] = self.referrals[referral_id].ended(state, at, broken_off=broken_off)
        if referral.live or self.status == "closed":
            return
        need = self.needs.get(referral.need_id)
        if need and need.handed_on and need.handed_on.referral_id == referral_id and not need.settled:
            self.needs[need.id] = need.lose_catch(at)
            self.events.append(events.CatchLost(need.id, referral_id))
        self._uninvolve(referral, at, release_id)

    def _uninvolve(self, referral: KnownReferral, at: datetime, release_id: UUID) -> None:
        sector = referral.to_sector
        part = self.involvement(sector)
        if not referral.takes_part or self.holder.sector == sector or part is None:
            return
        theirs = [r for r in self.referrals.values() if r.to_sector == sector and r.takes_part]
        if part.because != "referral-accepted" or self.owes(sector) or any(_carries(r, part) for r in theirs):
            return
        self.responsibilities.end("involved", at, sector)
        ended = Release(release_id, sector, "referral-ended", "", at, None, None, (referral.id,))
        self.releases[ended.id] = ended
        self.events.append(events.SectorReleased(ended.id, sector, ended.ground, (), None, None))


def _carries(referral: KnownReferral, part: Responsibility) -> bool:
    """True when a part rests on the referral: it is under way, or what it gave in this part stands."""
    if referral.opens:
        return True
    given_at = referral.accepted_at if referral.live or referral.offers_to_hold else None
    return given_at is not None and given_at >= part.since
