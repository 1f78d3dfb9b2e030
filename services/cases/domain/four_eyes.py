"""Two pairs of eyes where a receiver answered by link.

Whoever makes a one-referral link (henvisningslink) is told its secret, and could answer with it. So who made it is kept
with what was told by it, and somebody else lets the citizen go on that: the sender never confirms for the receiver
(I2). What was told with a login, and an override, which rests on no catch, are as they were.
"""

from dataclasses import replace

from services.cases.domain.catch import KnownReferral
from services.cases.domain.release_gate import GateView, Unmet


def asked_of(view: GateView, sector: str, by: str) -> GateView:
    """What the gate says to this person of the sector."""
    if view.ground == "override":
        return view
    rests_on = [hand_over.referral for hand_over in view.hand_overs] + ([view.taker] if view.taker else [])
    own = {one.id: one for one in rests_on if by in one.link_makers}
    return replace(view, unmet=(*view.unmet, *(_told_by_own_link(one, sector, by) for one in own.values())))


def _told_by_own_link(referral: KnownReferral, sector: str, by: str) -> Unmet:
    """A colleague is waited for, since the last thing that was told by the link."""
    told = [referral.contact_held_at] if referral.contact_link_made_by == by else []
    told += [referral.receipt.at] if referral.receipt and referral.receipt.link_made_by == by else []
    since = max(moment for moment in told if moment is not None)
    return Unmet("told-by-own-link", referral.need_id, referral.id, sector, since=since)
