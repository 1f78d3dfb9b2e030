"""Invitations, sessions, cases and actors for the tests of surveys, right but for what a test says."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from chassis.actor import Actor
from services.surveys.domain.instrument import Answer
from services.surveys.domain.invitation import Invitation
from services.surveys.domain.link import Session
from services.surveys.repository import load_catalogue

CATALOGUE = load_catalogue()
WHO5 = CATALOGUE.instrument("who5")
PROGRAMME = CATALOGUE.programme("who5-casework")
BASELINE = PROGRAMME.wave("baseline")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def answers(*values: int) -> tuple[Answer, ...]:
    """The first items of WHO-5, answered with these values."""
    return tuple(Answer(item, value) for item, value in zip(WHO5.items, values, strict=False))


def invitation(**members: Any) -> Invitation:
    """An invitation to the baseline, issued at noon."""
    issued: dict[str, Any] = {
        "authority": "0101",
        "case_id": uuid4(),
        "programme": PROGRAMME,
        "wave": BASELINE,
        "at": NOON,
        **members,
    }
    return Invitation.issue(uuid4(), **issued)


def session(of: Invitation, **members: Any) -> Session:
    """A sitting in Danish, opened with the invitation's link."""
    sitting: dict[str, Any] = {
        "id": uuid4(),
        "authority": of.authority,
        "invitation_id": of.id,
        "language": "da",
        "instrument_version": WHO5.version,
        "expires_at": of.expires_at,
        **members,
    }
    return Session(**sitting)


def caseworker(sector: str | None = "employment", *, authority: str | None = "0101", **members: Any) -> Actor:
    """A caseworker acting for one sector."""
    who: dict[str, Any] = {
        "subject": "kim",
        "issuer": "urn:test",
        "client": "journal",
        "roles": frozenset({"caseworker"}),
        **members,
    }
    return Actor(authority=authority, sector=sector, **who)


def sending_service(authority: str = "0101") -> Actor:
    """One of our own services, which sends invitations."""
    return caseworker(None, authority=authority, subject="service:cases", roles=frozenset({"service"}))
