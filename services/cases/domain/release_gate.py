"""The release gate (slip-kontrol): nobody is let go before somebody has caught them.

A sector may let go when every unsettled need it owns is caught by another sector (I2), and, if it holds the case, when
somebody has given a receipt that takes the holding (I3). The same answer serves the dry run and the refusal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.cases.domain.catch import KnownReferral
from services.cases.domain.need import Need

Code = Literal[
    "need-not-referred",
    "referral-not-accepted",
    "first-contact-missing",
    "receipt-missing",
    "no-sector-takes-holding",
    "screening-missing",
    "citizen-not-heard",
    "need-open-in-own-sector",
    "sector-not-released",
]


@dataclass(frozen=True, slots=True)
class Unmet:
    """One condition that does not hold, for whom one waits, and since when."""

    code: Code
    need_id: UUID | None = None
    referral_id: UUID | None = None
    waiting_for_sector: str | None = None
    waiting_for_unit: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """One need, and the referral by which it is caught."""

    need: Need
    referral: KnownReferral


@dataclass(frozen=True, slots=True)
class GateView:
    """What the gate finds for one sector."""

    unmet: tuple[Unmet, ...]
    hand_overs: tuple[HandOver, ...]
    taker: KnownReferral | None

    @property
    def releasable(self) -> bool:
        return not self.unmet


def look(
    sector: str,
    *,
    holds: bool,
    since: datetime,
    needs: Iterable[Need],
    referrals: Iterable[KnownReferral],
    spent: frozenset[UUID],
) -> GateView:
    """Look through the gate for `sector`, which has had its part in the case `since`.

    A catch supports one release: the referrals that earlier releases rested on (`spent`) open the gate no more.
    """
    mine = [r for r in referrals if r.from_sector == sector and r.live and r.id not in spent]
    unmet: list[Unmet] = []
    hand_overs: list[HandOver] = []
    for need in needs:
        if need.owner_sector != sector or need.settled:
            continue
        referral = _furthest(r for r in mine if r.need_id == need.id)
        found = list(_missing(need, referral))
        unmet += found
        if referral and not found:
            hand_overs.append(HandOver(need, referral))
    taker = _taker(hand_overs)
    if holds and taker is None:
        unmet.append(Unmet("no-sector-takes-holding", since=since))
    if not holds and not unmet and not hand_overs:
        # Letting go with nothing handed on rests on other ground: every sector asked, and the citizen heard (I6).
        unmet += [Unmet("screening-missing", since=since), Unmet("citizen-not-heard", since=since)]
    return GateView(tuple(unmet), tuple(hand_overs), taker)


def _furthest(referrals: Iterable[KnownReferral]) -> KnownReferral | None:
    return max(referrals, key=lambda r: (r.caught, bool(r.accepted_at), r.requested_at), default=None)


def _missing(need: Need, referral: KnownReferral | None) -> Iterable[Unmet]:
    if referral is None:
        yield Unmet("need-not-referred", need.id, waiting_for_sector=need.owner_sector, since=need.registered_at)
        return
    facts = (need.id, referral.id, referral.to_sector, referral.to_unit)
    if referral.accepted_at is None:
        yield Unmet("referral-not-accepted", *facts, since=referral.requested_at)
    if referral.contact_held_at is None:
        yield Unmet("first-contact-missing", *facts, since=referral.accepted_at or referral.requested_at)
    if referral.receipt is None:
        yield Unmet("receipt-missing", *facts, since=referral.accepted_at or referral.requested_at)


def _taker(hand_overs: Iterable[HandOver]) -> KnownReferral | None:
    """The first who gave a receipt that takes the holding."""
    offers = [
        (h.referral.receipt.at, h.referral)
        for h in hand_overs
        if h.referral.receipt and h.referral.receipt.takes_holding
    ]
    return min(offers, key=lambda offer: offer[0])[1] if offers else None
