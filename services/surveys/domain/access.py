"""Who may see which case's surveys, and what they may do with an invitation. Plain data; the tables apply it."""

from dataclasses import dataclass
from datetime import datetime

from chassis.actor import Actor
from services.surveys.domain.invitation import Invitation
from services.surveys.domain.known_case import KnownCase
from services.surveys.domain.programme import Activation
from services.surveys.domain.purpose import Purpose

WRITE = "surveys:write"
"""The permission that everything one can do here needs."""

# Answers given for evaluation never come back to casework (data protection act, section 10), nor does the fact that
# somebody was asked: it would tell who takes part in a trial.
CASEWORK_ONLY = frozenset({Purpose.CASEWORK})


@dataclass(frozen=True, slots=True)
class Reach:
    """What a caller reaches: surveys of these purposes in the cases of one authority on which one sector works.

    `sector` None is every sector.
    """

    authority: str
    sector: str | None
    purposes: frozenset[Purpose]

    def covers(self, case: KnownCase) -> bool:
        """True when the caller may know of the case and read its surveys."""
        return case.authority == self.authority and (self.sector is None or self.sector in case.sectors)


def reach_of(actor: Actor) -> Reach | None:
    """How far a caller reaches; None reaches nothing.

    One of our own services reaches the whole authority (it sends the invitations of every sector); everybody else
    acts for exactly one sector at a time.
    """
    if actor.authority is None:
        return None
    if actor.has("service"):
        return Reach(actor.authority, sector=None, purposes=frozenset(Purpose))
    return Reach(actor.authority, actor.sector, CASEWORK_ONLY) if actor.sector else None


def may_see(actor: Actor, case: KnownCase) -> bool:
    """The one decision behind every 404."""
    reach = reach_of(actor)
    return reach is not None and reach.covers(case)


def turns(actor: Actor, activation: Activation) -> list[str]:
    """What the caller can do with a programme now: administrators turn it on and off."""
    return activation.allowed_actions if actor.has("administrator") and actor.permits(WRITE) else []


def allowed_actions(actor: Actor, invitation: Invitation, now: datetime) -> list[str]:
    """What the caller, who may see it, can do with the invitation now."""
    if not invitation.is_open(now) or not actor.permits(WRITE):
        return []
    return ["link"] if actor.has("service") else ["revocation"]
