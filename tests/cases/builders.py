"""Cases, needs and referrals as values, for tests of the rules alone."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from chassis.actor import Actor
from services.cases.domain.case import Case
from services.cases.domain.catch import KnownReferral, Receipt, catch_state
from services.cases.domain.citizen import Citizen
from services.cases.domain.consent import Consent
from services.cases.domain.ending import Closure
from services.cases.domain.need import Need
from services.cases.domain.policies import Policies

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = MONDAY.date()
HOUR = timedelta(hours=1)
AUTHORITY = "0101"
NOBODY_COORDINATES = Policies(coordinator_required=False)


def need(**changes: Any) -> Need:
    """A need of employment's."""
    return Need(**{"id": uuid4(), "domain": "debt", "description": None, "owner_sector": "employment"} | when(changes))


def when(changes: dict[str, Any]) -> dict[str, Any]:
    """The changes, with a moment of registration unless they name one."""
    return {"registered_at": MONDAY} | changes


def case(*needs: Need, sector: str = "employment", **changes: Any) -> Case:
    """A case that a sector opened on Monday morning, with these needs and nothing said of it yet."""
    made = Case(
        **{
            "id": uuid4(),
            "authority": AUTHORITY,
            "number": "2026-000001",
            "citizen": Citizen(uuid4()),
            "origin": "registered",
            "opened_at": MONDAY,
            "version": 1,
        }
        | changes
    )
    made.open(sector=sector, unit=None, coordinator="anna", ids=(uuid4(), uuid4(), uuid4()))
    for one in needs:
        made.register_need(one)
    made.events.clear()
    return made


def referral(of: Need, to: str = "health", *, steps: str = "", takes: bool = True, **changes: Any) -> KnownReferral:
    """A referral of a need that has gone through `steps`: a(ccepted), c(ontact held), r(eceipt), in that order."""
    made = KnownReferral(uuid4(), of.id, of.owner_sector, to, None, MONDAY + HOUR)
    if "a" in steps:
        made = made.accepted("alkohol", MONDAY + 2 * HOUR)
    if "c" in steps:
        made = made.contact_held(MONDAY + 3 * HOUR)
    if "r" in steps:
        made = made.received(receipt(takes=takes))
    return replace(made, **changes)


def receipt(*, takes: bool = True, at: datetime = MONDAY + 4 * HOUR, coordinator: str | None = "bodil") -> Receipt:
    """A receipt; with `takes`, one that takes the holding."""
    return Receipt(uuid4(), takes, "alkohol", coordinator, at)


def knowing(needs: Iterable[Need], referrals: Iterable[KnownReferral] = ()) -> Case:
    """A case with needs and referrals as they are, however they came to be."""
    made = case()
    made.needs = {one.id: one for one in needs}
    made.referrals = {one.id: one for one in referrals}
    return made


def catch_of(made: Case, one: Need) -> str:
    """How far a need of the case is caught."""
    return catch_state(made.needs[one.id], made.referrals.values(), made.spent)


def hear(made: Case, *referrals: KnownReferral) -> Case:
    """Let the case know of referrals as they are, with the parts in it that their acceptance gave."""
    for one in referrals:
        made.hear_requested(one)
        if one.accepted_at:
            made.hear_accepted(one.id, one.to_unit, one.accepted_at, uuid4())
            made.referrals[one.id] = one
    made.events.clear()
    return made


def release(made: Case, sector: str = "employment", at: datetime = MONDAY + 5 * HOUR) -> Any:
    """Let a sector go."""
    return made.release(sector, by="kim", reason="Hun er grebet.", at=at, new_id=uuid4)


def closure(ground: Any = "no-needs-left", **changes: Any) -> Closure:
    """How a case ends."""
    told = {"ground": ground, "reason": "Slut.", "at": MONDAY + 9 * HOUR, "by_sector": "employment"}
    if ground == "citizen-declined":
        told["citizen_statement"] = "Nej tak."
    return Closure(**told | changes)


def consent(**changes: Any) -> Consent:
    """A consent from employment to health."""
    told: dict[str, Any] = {
        "id": uuid4(),
        "decision": "given",
        "from_sector": "employment",
        "to_sector": "health",
        "to_unit": None,
        "data_categories": ("need",),
        "shared_for": "treatment",
        "legal_basis": "fvl-28-1",
        "valid_until": None,
        "evidence": "Underskrevet.",
        "text_version": None,
        "given_by": "citizen",
        "recorded_at": MONDAY,
    }
    return Consent(**told | changes)


def actor(sector: str | None = "employment", *, role: str = "caseworker", authority: str | None = AUTHORITY) -> Actor:
    """Somebody who asks."""
    return Actor("anna", "issuer", "client", authority=authority, sector=sector, roles=frozenset({role}))


def codes(unmet: Iterable[Any]) -> list[str]:
    """The codes of what is missing, in order."""
    return [one.code for one in unmet]


def day(text: str) -> date:
    """A day, as written."""
    return date.fromisoformat(text)


def happened(made: Case) -> list[str]:
    """The names of what happened, in order."""
    return [type(event).__name__ for event in made.events]


def ids(things: Iterable[Any]) -> list[UUID]:
    """Their ids."""
    return [thing.id for thing in things]
