"""Who looked at a case, when and why. The citizen is entitled to dates and purposes; not, as a rule, to which employee.

CJEU C-579/21 and Datatilsynet 2024-32-0283: the identity of the employee who looked is told only where it is needed to
exercise one's rights. Who supervises look-ups sees it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.actor import Actor

SUPERVISORS = ("auditor", "dpo")
_SUPERVISION = ("audit", "quality-control")


@dataclass(frozen=True, slots=True)
class Lookup:
    """One look at a case."""

    at: datetime
    what: str
    purpose: str
    sector: str | None
    unit: str | None
    subject: str | None
    client: str | None


def supervises(actor: Actor) -> bool:
    """True for who looks after look-ups in the whole authority, and looks now for that reason."""
    return actor.has(*SUPERVISORS) and actor.purpose in _SUPERVISION


def sees_employees(actor: Actor, holding_sector: str) -> bool:
    """True for who supervises look-ups, and for the team lead of the sector that holds the case."""
    return supervises(actor) or (actor.has("team-lead") and actor.sector == holding_sector)


def without_employees(look: Lookup) -> Lookup:
    """The look as the citizen is told of it: when, at what, why, and in which field of help."""
    return replace(look, unit=None, subject=None, client=None)
