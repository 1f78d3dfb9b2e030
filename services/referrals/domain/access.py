"""Who may see a referral, on which side of it they stand, and how much of the way back they see. Plain data only.

A side is a sector in an authority. Where another authority was asked, its sector is the receiver, and the sector of the
same name in the sender's authority is nobody.

A sender is on its side while its sector holds the case or takes part in it. Once it has let go it can do nothing more,
and reads the request as it was sent: that it asked, whom, for what and in which words. What became of it is the
citizen's and her new helpers' matter. (A case that closes makes nobody let go.) If it was let go because of this very
catch it stays so, also when it comes back to the case: what a release rested on is not the released sector's to undo.

A need may change hands while a request for it is under way: somebody must be able to answer for it and to take it back,
or the citizen waits for whoever does not answer. So the sector whose the need is now stands on the sender's side.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from chassis.actor import Actor
from services.referrals.domain.codes import ReturnScope
from services.referrals.domain.lifecycle import Action, Hands, Side, Standing, State
from services.referrals.domain.units import own_units

WRITE = "referrals:write"
"""The permission that everything one can do to a referral needs."""


class Ends(Protocol):
    """Between whom a referral is."""

    @property
    def authority(self) -> str: ...
    @property
    def from_sector(self) -> str: ...
    @property
    def to_sector(self) -> str: ...
    @property
    def to_authority(self) -> str | None: ...
    @property
    def anonymous(self) -> bool: ...
    @property
    def need_owner(self) -> str | None: ...
    @property
    def owner_has_part(self) -> bool: ...


class Addressed(Protocol):
    """Whom a request was put to."""

    @property
    def authority(self) -> str: ...
    @property
    def to_sector(self) -> str: ...
    @property
    def to_unit(self) -> str | None: ...
    @property
    def responsible_unit(self) -> str | None: ...


class Parties(Ends, Protocol):
    """What decides where somebody stands."""

    @property
    def to_unit(self) -> str | None: ...
    @property
    def responsible_unit(self) -> str | None: ...
    @property
    def sender_has_part(self) -> bool: ...
    @property
    def relied_on(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Reach:
    """What a caller may see: the referrals that a sector of one authority sends or receives."""

    authority: str
    sector: str


def reach(actor: Actor) -> Reach | None:
    """How far this caller sees; None when they act for no sector, and so see no referral at all."""
    if actor.authority is None or actor.sector is None:
        return None
    return Reach(actor.authority, actor.sector)


def may_see(actor: Actor, referral: Ends) -> bool:
    """True on both sides of the referral; false for everybody else.

    An anonymous referral has one side: of it the receiver finds nothing, neither before the citizen came nor after.
    """
    far = reach(actor)
    return far is not None and (_sends(far, referral) or _stands_in(far, referral) or _receives(far, referral))


def _sends(far: Reach, referral: Ends) -> bool:
    return far == Reach(referral.authority, referral.from_sector)


def _stands_in(far: Reach, referral: Ends) -> bool:
    """Whether the need became this sector's while the request was under way.

    Whoever was asked stays the receiver, though the need is theirs now. That a citizen wants to be unknown somewhere,
    she told one sector, and an anonymous referral does not outlive that sector's part in the case.
    """
    owns = referral.need_owner is not None and far == Reach(referral.authority, referral.need_owner)
    asked = far == Reach(referral.to_authority or referral.authority, referral.to_sector)
    return owns and referral.owner_has_part and not referral.anonymous and not asked


def _receives(far: Reach, referral: Ends) -> bool:
    return not referral.anonymous and far == Reach(referral.to_authority or referral.authority, referral.to_sector)


def side_of(actor: Actor, referral: Parties) -> Side | None:
    """Where this caller stands; None when they may not know that the referral exists."""
    far = reach(actor)
    if far is None or not may_see(actor, referral):
        return None
    if _stands_in(far, referral):
        return Side.SENDER
    if _sends(far, referral):
        return Side.SENDER if referral.sender_has_part and not referral.relied_on else Side.FORMER_SENDER
    return Side.RECEIVER if _in_an_addressed_unit(actor, referral) else Side.COLLEAGUE


def is_addressed(actor: Actor, referral: Addressed) -> bool:
    """Whether a request was put to this caller's unit, whether or not they may see it."""
    far = reach(actor)
    ours = far is not None and far == Reach(referral.authority, referral.to_sector)
    return ours and _in_an_addressed_unit(actor, referral)


def _in_an_addressed_unit(actor: Actor, referral: Addressed) -> bool:
    """A caller without units acts for the whole sector; a referral without units is for the whole sector."""
    own = own_units(actor)
    addressed = {referral.to_unit, referral.responsible_unit} - {None}
    return not own or not addressed or not own.isdisjoint(addressed)


def may_wait(by: Actor | None, referral: Ends) -> bool:
    """Whether whoever took a step may be told by which number of the case's news it will be heard.

    The number goes with the name of the case. Of an anonymous referral only its sender may know that.
    """
    far = None if by is None else reach(by)
    return not referral.anonymous or (far is not None and _sends(far, referral))


def hands(actor: Actor, claimed_by: str | None) -> Hands:
    """In whose hands a referral is, for this caller."""
    if claimed_by is None:
        return Hands.NOBODYS
    if claimed_by == actor.subject:
        return Hands.OWN
    return Hands.A_TEAM_MEMBERS if actor.has("team-lead") else Hands.ANOTHERS


def may_reassign(actor: Actor, from_unit: str) -> bool:
    """A lead moves what is addressed to a unit of their own; who has no unit acts for the whole sector."""
    own = own_units(actor)
    return not own or from_unit in own


class Part(StrEnum):
    """What the way back consists of, from what says least to what says most."""

    CATCH = "catch"
    """That the need is caught or not, how often somebody tried, and that a receipt was given."""
    DATES = "dates"
    """When: the receiver's steps, attempts, first contact and receipt."""
    OUTCOME = "outcome"
    """How it ended: outcome, or why it failed."""
    DETAILS = "details"
    """How and with whom the citizen was met. Nobody but the receiving side ever sees this."""


EVERYTHING: frozenset[Part] = frozenset(Part)

_RETURNED: Mapping[ReturnScope, frozenset[Part]] = MappingProxyType(
    {
        ReturnScope.NONE: frozenset(),
        ReturnScope.CAUGHT_ONLY: frozenset({Part.CATCH}),
        ReturnScope.DATES: frozenset({Part.CATCH, Part.DATES}),
        ReturnScope.DATES_AND_OUTCOME: frozenset({Part.CATCH, Part.DATES, Part.OUTCOME}),
    }
)


def way_back(side: Side, scope: ReturnScope) -> frozenset[Part]:
    """The parts of the way back that this side sees. The answer, yes or no, the sender always sees."""
    if side is Side.FORMER_SENDER:
        return frozenset()
    return _RETURNED[scope] if side is Side.SENDER else EVERYTHING


TELLS_OF_THE_CITIZEN: frozenset[State] = frozenset({State.IN_PROGRESS, State.ON_HOLD, State.COMPLETED})
"""States that nobody reaches without having attended, or without having asked the receiver for a pause."""

_TOLD_WITH: Mapping[Action, Part] = MappingProxyType(
    {
        Action.CONTACT_ATTEMPTS: Part.DATES,
        Action.FIRST_CONTACT: Part.CATCH,
        Action.HANDOVER_RECEIPT: Part.CATCH,
        Action.HOLD: Part.CATCH,
        Action.RESUMPTION: Part.CATCH,
        Action.COMPLETION: Part.CATCH,
        # Who in the unit does the work is the unit's own matter.
        Action.CLAIM: Part.DETAILS,
        Action.RETURN: Part.DETAILS,
    }
)


def state_told(state: State, side: Side, parts: frozenset[Part]) -> State | None:
    """The state as this side is told it.

    Where even the catch stays behind the wall, the sender is told of the yes and not of the meeting. A former sender
    is told none.
    """
    if side is Side.FORMER_SENDER:
        return None
    return State.ACCEPTED if Part.CATCH not in parts and state in TELLS_OF_THE_CITIZEN else state


def standing_told(standing: Standing, side: Side, parts: frozenset[Part]) -> Standing:
    """How far a referral is, as this side is told it: what it may do, and why not, is reckoned from this.

    Otherwise the list of what is open would tell of the meeting what the state does not.
    """
    if side is not Side.SENDER or Part.CATCH in parts:
        return standing
    told = state_told(standing.state, side, parts) or standing.state
    return replace(standing, state=told, receipt_given=False, holding_promised=False, contact_held=False)


def steps_hidden(parts: frozenset[Part]) -> frozenset[Action]:
    """The steps of a history that belong to a part of the way back this side does not see."""
    return frozenset(action for action, part in _TOLD_WITH.items() if part not in parts)
