"""Who may see a referral, on which side of it they stand, and how much of the way back they see. Plain data only."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from chassis.actor import Actor
from services.referrals.domain.codes import ReturnScope
from services.referrals.domain.lifecycle import Side
from services.referrals.domain.units import own_units


class Parties(Protocol):
    """What the decision needs to know of a referral."""

    @property
    def authority(self) -> str: ...
    @property
    def from_sector(self) -> str: ...
    @property
    def to_sector(self) -> str: ...
    @property
    def to_unit(self) -> str | None: ...
    @property
    def responsible_unit(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Reach:
    """What a caller may see: the referrals of one authority that a sector sends or receives."""

    authority: str
    sector: str


def reach(actor: Actor) -> Reach | None:
    """How far this caller sees; None when they act for no sector, and so see no referral at all."""
    if actor.authority is None or actor.sector is None:
        return None
    return Reach(actor.authority, actor.sector)


def may_see(actor: Actor, referral: Parties) -> bool:
    """True on both sides of the referral, in its own authority; false for everybody else."""
    far = reach(actor)
    return (
        far is not None
        and far.authority == referral.authority
        and far.sector in (referral.from_sector, referral.to_sector)
    )


def side_of(actor: Actor, referral: Parties) -> Side | None:
    """Where this caller stands; None when they may not know that the referral exists."""
    if not may_see(actor, referral):
        return None
    if actor.sector == referral.from_sector:
        return Side.SENDER
    return Side.RECEIVER if _in_an_addressed_unit(actor, referral) else Side.COLLEAGUE


def _in_an_addressed_unit(actor: Actor, referral: Parties) -> bool:
    """A caller without units acts for the whole sector; a referral without units is for the whole sector."""
    own = own_units(actor)
    addressed = {referral.to_unit, referral.responsible_unit} - {None}
    return not own or not addressed or not own.isdisjoint(addressed)


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
    """The parts of the way back that this side sees. The state itself, and the answer "no", the sender always sees."""
    return _RETURNED[scope] if side is Side.SENDER else EVERYTHING
