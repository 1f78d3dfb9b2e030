"""What a case knows of the referrals of its needs, and what that says about being caught.

Everything here was heard from the referrals service. Caught means: accepted, the citizen has attended a first contact,
and the receiver has given a receipt. An attempt is not a contact, a letter is not a contact (I5).

Help that has been finished catches still: nobody undoes what was given. It does so no more
- when it was broken off: the citizen wanted no more of it. The catch was real while it lasted, but nobody holds them
  now. The need stays with whoever answers for it (after a release it is a catch that is lost, I28) until the citizen
  has been heard and it is met, withdrawn or set aside in their own words. That opens the gate, and no receiver's code;
- when the need has come back since the citizen was met: that is another beginning, and needs another catch;
- when somebody else has been asked since. Whether they say yes or no, who asks again says that the help is over. A
  request that its sender took back is as if nobody had asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from services.cases.domain.days import day_of
from services.cases.domain.need import Need

CatchState = Literal["uncaught", "accepted", "contact-held", "receipt", "caught", "caught-then-lost"]
ReferralState = Literal[
    "requested",
    "accepted",
    "in-progress",
    "completed",
    "rejected",
    "redirected",
    "failed",
    "cancelled",
    "entered-in-error",
]

LIVE: frozenset[str] = frozenset({"requested", "accepted", "in-progress", "completed"})
UNDER_WAY: frozenset[str] = frozenset({"requested", "accepted", "in-progress"})
TAKEN_BACK: frozenset[str] = frozenset({"cancelled", "entered-in-error"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiver's word that it has taken over. With `takes_holding`: a standing, irrevocable offer to hold."""

    id: UUID
    takes_holding: bool
    unit: str | None
    coordinator: str | None
    at: datetime
    link_made_by: str | None = None  # whoever made the link it was given by; None for one given with a login


@dataclass(frozen=True, slots=True)
class KnownReferral:
    """One referral as heard so far."""

    id: UUID
    need_id: UUID
    from_sector: str
    to_sector: str
    to_unit: str | None
    requested_at: datetime
    state: ReferralState = "requested"
    accepted_at: datetime | None = None
    contact_held_at: datetime | None = None
    receipt: Receipt | None = None
    ended_at: datetime | None = None
    broken_off: bool = False  # completed, but the citizen wanted no more of the help
    on_hold_since: datetime | None = None  # a pause the citizen asked for
    # Which promise it is nobody here is told. The earliest promised day that comes near, and when one was told last:
    deadline: date | None = None
    deadline_told_at: datetime | None = None
    # The earliest that has gone by, and when one was told last:
    missed_on: date | None = None
    missed_told_at: datetime | None = None
    to_authority: str | None = None  # where another authority was asked
    anonymous: bool = False  # its receiver is not told of it
    on_hold_until: date | None = None  # the last day of the pause, where one was named
    paused_days: int = 0  # how many days the pauses took that are over
    return_scope: str | None = None  # what of the way back the sender is told; the least where nobody has said
    consent_id: UUID | None = None  # what the sharing rests on: a consent of the case, or a provision of law
    legal_basis: str | None = None
    contact_link_made_by: str | None = None  # whoever made the link by which the first contact was told

    @property
    def takes_part(self) -> bool:
        """Whether its receiver has a part in this case. One of another authority has none, nor one that knows nothing
        of it: the sector of that name here was not asked."""
        return self.to_authority is None and not self.anonymous

    @property
    def opens(self) -> bool:
        """True while the receiver reads the case because of it: it must know what it is asked."""
        return self.state in UNDER_WAY and self.takes_part

    @property
    def tells_when(self) -> bool:
        """Whether the sender is told when the citizen was sought, met and received."""
        return self.return_scope in ("dates", "dates-and-outcome") and not self.anonymous

    @property
    def tells_of_pauses(self) -> bool:
        """Whether the sender is told that the citizen wants a pause."""
        return self.return_scope != "none"

    @property
    def live(self) -> bool:
        """True unless it came to nothing. That is also one completed without a receipt, for nobody took over, or broken
        off, for nobody holds the citizen now."""
        over = self.receipt is None or self.broken_off
        return self.state in LIVE and not (self.state == "completed" and over)

    @property
    def acted(self) -> bool:
        """True when all three acts of the receiver are done: what it promised in its receipt stands, whoever ended the
        help, unless it came to nothing."""
        return self.state in LIVE and bool(self.accepted_at and self.contact_held_at and self.receipt)

    @property
    def caught(self) -> bool:
        """True when all three acts of the receiver are done and none is undone."""
        return self.live and self.acted

    @property
    def offers_to_hold(self) -> bool:
        """True while its receiver would take the case over: an offer that nobody takes back."""
        return self.state in LIVE and self.takes_part and bool(self.receipt and self.receipt.takes_holding)

    @property
    def promised_on(self) -> date | None:
        """The earliest promised day that comes near or has gone by."""
        return min((day for day in (self.deadline, self.missed_on) if day), default=None)

    @property
    def promise_told_at(self) -> datetime | None:
        """When something of a promised day was told last: each time it is news."""
        return max((at for at in (self.deadline_told_at, self.missed_told_at) if at), default=None)

    def of_before(self, need: Need) -> bool:
        """True when it has ended, and was help with the need as it was before it came back: it had ended by then, or
        the citizen had been met by then. What a release rested on since is of the need as it is."""
        if need.reopened_at is None or self.ended_at is None or _rests_on(need, self):
            return False
        met_on = self.contact_held_at if self.state == "completed" else None
        return min(self.ended_at, met_on or self.ended_at) <= need.reopened_at

    def outlasted_by(self, other: "KnownReferral") -> bool:
        """True when it was completed, and another that was asked for later was not over by then: the later one says how
        far the need is caught."""
        if self.state != "completed" or self.ended_at is None or other.state in TAKEN_BACK:
            return False
        over = other.ended_at is not None and other.ended_at <= self.ended_at
        return other.requested_at > self.requested_at and not over

    @property
    def link_makers(self) -> frozenset[str]:
        """Whoever made a link on whose word the catch rests: they had its secret."""
        by = {self.contact_link_made_by, self.receipt.link_made_by if self.receipt else None}
        return frozenset(one for one in by if one is not None)

    def accepted(self, unit: str | None, at: datetime) -> "KnownReferral":
        return replace(self, state="accepted", accepted_at=at, to_unit=unit or self.to_unit)

    def contact_held(self, at: datetime, link_made_by: str | None = None) -> "KnownReferral":
        return replace(self, state="in-progress", contact_held_at=at, contact_link_made_by=link_made_by)

    def paused(self, at: datetime, until: date | None) -> "KnownReferral":
        return replace(self, on_hold_since=at, on_hold_until=until)

    def resumed(self, at: datetime, due_on: date | None) -> "KnownReferral":
        """The pause is over, and gives every day as many as it took. Which day is promised then, the referral knows
        best (`due_on`); one that had gone by when the pause began stays missed."""
        if self.on_hold_since is None:
            return self
        began = day_of(self.on_hold_since)
        took = max((day_of(at) - began).days, 0)
        deadline = self.deadline
        if deadline is not None and deadline >= began:
            deadline = due_on or deadline + timedelta(days=took)
        days = self.paused_days + took
        return replace(self, on_hold_since=None, on_hold_until=None, paused_days=days, deadline=deadline)

    def due(self, on: date, at: datetime) -> "KnownReferral":
        """A promised day comes near."""
        return replace(self, deadline=min(on, self.deadline or on), deadline_told_at=at)

    def missed(self, on: date, at: datetime) -> "KnownReferral":
        """A promised day has gone by. An earlier one that came near has been missed and told, or a pause moved it."""
        known = replace(self, missed_on=min(on, self.missed_on or on), missed_told_at=at)
        return known.waived() if self.deadline and self.deadline <= on else known

    def promised(self, on: date | None, at: datetime) -> "KnownReferral":
        """A request was sent on, and with it the day that was promised and told: it comes near, or has gone by."""
        if on is None:
            return self
        return self.missed(on, at) if on < day_of(at) else self.due(on, at)

    def waived(self) -> "KnownReferral":
        """Nothing more is promised. What was missed stays missed."""
        return replace(self, deadline=None, deadline_told_at=None)

    def reassigned(self, unit: str | None) -> "KnownReferral":
        return replace(self, to_unit=unit)

    def received(self, receipt: Receipt) -> "KnownReferral":
        return replace(self, receipt=receipt)

    def ended(self, state: ReferralState, at: datetime, *, broken_off: bool = False) -> "KnownReferral":
        return replace(self, state=state, ended_at=at, on_hold_since=None, on_hold_until=None, broken_off=broken_off)


def counting(need: Need, referrals: Iterable[KnownReferral], spent: frozenset[UUID]) -> list[KnownReferral]:
    """The referrals that say how far the need is caught today: one rule for what is shown and for the gate.

    A referral that a release has rested on is spent: it says that the need is caught while the need is where that
    release took it, and nothing once the need has moved on or come back. A catch that was lost is not mended by help
    that was finished before.
    """
    mine = [r for r in referrals if r.need_id == need.id and not r.of_before(need)]
    counts = [r for r in mine if r.live and _counts(r, need, spent) and not any(map(r.outlasted_by, mine))]
    lost = need.catch_lost_at
    return [r for r in counts if lost is None or r.ended_at is None or r.ended_at > lost]


def catch_state(need: Need, referrals: Iterable[KnownReferral], spent: frozenset[UUID]) -> CatchState:
    """How far the need is caught, by the furthest referral that counts."""
    counts = counting(need, referrals, spent)
    if need.catch_lost_at is not None:
        counts = [r for r in counts if r.requested_at > need.catch_lost_at]
    order: tuple[CatchState, ...] = ("caught", "receipt", "contact-held", "accepted")
    states = [_state(referral) for referral in counts]
    otherwise: CatchState = "caught-then-lost" if need.catch_lost_at and not counts else "uncaught"
    return next((state for state in order if state in states), otherwise)


def _counts(referral: KnownReferral, need: Need, spent: frozenset[UUID]) -> bool:
    return referral.id not in spent or _rests_on(need, referral)


def _rests_on(need: Need, referral: KnownReferral) -> bool:
    """True while the need is where a release took it on the strength of this referral."""
    return need.handed_on is not None and need.handed_on.referral_id == referral.id


def _state(referral: KnownReferral) -> CatchState:
    if referral.caught:
        return "caught"
    if referral.receipt:
        return "receipt"
    if referral.contact_held_at:
        return "contact-held"
    return "accepted" if referral.accepted_at else "uncaught"
