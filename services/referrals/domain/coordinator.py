"""Who is to coordinate, when the receiver promises to hold the case."""

from chassis.actor import Actor
from services.referrals.domain.errors.steps import CoordinatorNotNamed

_PEOPLE = ("caseworker", "team-lead")


def coordinator_of(by: Actor, named: str | None, *, takes_holding: bool) -> str | None:
    """Whoever is named; where nobody is, the caller. But a citizen's coordinator is a person: neither the system that
    brought the receipt nor the link by which it came.

    Raises:
        CoordinatorNotNamed: a system promises to hold the case, and names no person.
    """
    if by.has(*_PEOPLE):
        return named or by.subject
    if named == by.subject:
        named = None
    if takes_holding and named is None:
        raise CoordinatorNotNamed(field="coordinator")
    return named
