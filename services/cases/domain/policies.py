"""What an authority has decided for itself, from a day on: the choices that the law leaves open.

A policy is dated data, never a constant. What an authority has not decided is as here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from chassis.errors import NotFound
from services.cases.domain.errors.policies import PolicyInThePast, PolicyUnfit


@dataclass(frozen=True, slots=True)
class Policies:
    """An authority's choices on one day. Each field is one policy, under its name in kebab-case on the wire."""

    coordinator_required: bool = True  # whoever takes over the holding names who coordinates (I1)
    release_needs_plan: bool = False  # the gate also asks for a plan the citizen has taken a stand on
    refer_within_days: int = 14  # calendar days from a need's registration to its referral
    accept_within_days: int = 7  # calendar days from a referral to its acceptance
    first_contact_within_days: int = 7  # calendar days from acceptance
    receipt_within_days: int = 14  # calendar days from acceptance
    consent_expiring_days: int = 14  # how long before its end a consent that a referral rests on is watched
    exemption_notice_days: int = 28  # how long before its end the citizen is told
    acknowledge_within_hours: int = 24  # then an alarm goes to the team lead
    absence_watch_days: int = 1  # a coordinator away longer than this, without a substitute, is watched
    hold_watch_days: int = 28  # a pause for which no last day was named is asked about after so many
    hold_longest_days: int = 180  # and every pause after so many, whatever day was named
    contact_every_days: int = 0  # minimum contact frequency outside trials; 0 asks for none


DEFAULTS = Policies()
PolicyValue = bool | int
MOST = 3660  # of days or hours: ten years; nobody means more

# What each policy is called on the wire and in the database, and where it stands here.
FIELD_OF = {field.name.replace("_", "-"): field.name for field in fields(Policies)}


@dataclass(frozen=True, slots=True)
class PolicyDecision:
    """One decision on one policy: what, from which day, why. A later decision never writes over an earlier one."""

    id: UUID
    code: str
    version: int
    value: PolicyValue
    valid_from: date
    reason: str
    decided_by: str
    decided_at: datetime


def default_of(code: str) -> PolicyValue:
    """What holds where the authority has decided nothing."""
    value: PolicyValue = getattr(DEFAULTS, FIELD_OF[code])
    return value


def takes(code: str) -> Literal["yes-no", "number"]:
    """The kind of value the policy has."""
    return "yes-no" if isinstance(default_of(code), bool) else "number"


def must_be_known(code: str) -> None:
    """Refuse a policy that this product does not have.

    Raises:
        NotFound.
    """
    if code not in FIELD_OF:
        raise NotFound()


def must_be_fit(code: str, value: object) -> None:
    """Refuse a value the policy cannot have.

    Raises:
        PolicyUnfit.
    """
    if not fits(code, value):
        raise PolicyUnfit(takes=takes(code))


def must_not_be_past(valid_from: date, today: date) -> None:
    """Refuse to decide for days that have been.

    Raises:
        PolicyInThePast.
    """
    if valid_from < today:
        raise PolicyInThePast()


def standing(decisions: Iterable[PolicyDecision], day: date) -> PolicyDecision | None:
    """The decision that holds on a day: of those whose day has come the one for the latest, of two the later taken."""
    come = [decision for decision in decisions if decision.valid_from <= day]
    return max(come, key=lambda decision: (decision.valid_from, decision.version), default=None)


def fits(code: str, value: object) -> bool:
    """True when the policy exists and may have this value: yes or no, or a whole number that is not negative."""
    if code not in FIELD_OF or type(value) is not type(default_of(code)):
        return False
    return isinstance(value, bool) or (isinstance(value, int) and 0 <= value <= MOST)


def chosen(values: Mapping[str, object]) -> Policies:
    """The choices told by code, defaults otherwise.

    What this version of the product does not know, or knows otherwise, is as if it had not been decided: a decision
    that an older or newer version took must not stop a case.
    """
    known = {FIELD_OF[code]: value for code, value in values.items() if fits(code, value)}
    return Policies(**known)  # type: ignore[arg-type]  # `fits` has looked at each value
