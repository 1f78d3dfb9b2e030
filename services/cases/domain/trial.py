"""A trial: arms, strata, outcomes and allocation, a legal basis, sites, and where it is in its life.

What is registered stays (I17). Changes make a new value; `repository/trials.py` keeps it, in the trial's realm and in
its sites'.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from chassis.errors import Text
from services.cases.domain.allocation import COMPARISON, Allocation, keeps
from services.cases.domain.errors import PeriodBackwards
from services.cases.domain.errors.trials import (
    AllocationsPending,
    LegalBasisMissing,
    NothingToAmend,
    NotRecruiting,
    SeedSealed,
    SiteExists,
    TrialHasNoOutcomes,
    TrialHasNoSite,
    TrialIsRegistered,
    TrialStep,
)
from services.cases.domain.legal_basis import LegalBasis

__all__ = [
    "Amendment",
    "Arm",
    "Entitlement",
    "LegalBasis",
    "Participant",
    "Protocol",
    "Site",
    "Stratum",
    "Trial",
    "TrialOutcome",
]

TrialStatus = Literal["draft", "registered", "recruiting", "running", "follow-up", "closed"]

STEPS: dict[TrialStatus, tuple[TrialStatus, ...]] = {
    "draft": ("registered",),
    "registered": ("recruiting",),
    "recruiting": ("running",),
    "running": ("follow-up", "closed"),
    "follow-up": ("closed",),
    "closed": (),
}
AFTER_RECRUITMENT: frozenset[TrialStatus] = frozenset({"running", "follow-up", "closed"})


def realm_of(trial_id: UUID) -> str:
    """The tenant a trial is: no authority's, joined by those that are its sites."""
    return f"trial:{trial_id}"


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What everybody in an arm can count on. An exemption never takes any of it away (I12)."""

    budget_ceiling_oere: int | None = None
    max_caseload: int | None = None
    contact_every_days: int | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the efforts that are compared."""

    code: str
    name: Text
    exempt_from: frozenset[str]
    entitlement: Entitlement


@dataclass(frozen=True, slots=True)
class Stratum:
    """A target group within which arms are balanced; with the authority it makes the stratum of an enrolment."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """What the trial is judged by, said before anybody takes part."""

    code: str
    definition: str
    measured_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Protocol:
    """What a registration locks."""

    arms: tuple[Arm, ...]
    strata: tuple[Stratum, ...]
    allocation: Allocation
    outcomes: tuple[TrialOutcome, ...]

    def arm(self, code: str) -> Arm | None:
        """The arm of that code."""
        return next((arm for arm in self.arms if arm.code == code), None)

    @property
    def new_arm(self) -> str:
        """In a stepped-wedge trial: the arm that clusters step into."""
        return next(arm.code for arm in self.arms if arm.code != COMPARISON)

    @property
    def exempts_from(self) -> frozenset[str]:
        """All provisions that some arm exempts from."""
        return frozenset().union(*(arm.exempt_from for arm in self.arms))


@dataclass(frozen=True, slots=True)
class Site:
    """An authority that takes part, by which agreement and with which parts of the trial."""

    authority: str
    agreement: str
    components: tuple[str, ...]
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Amendment:
    """What was changed after registration, when and why. It moves the last day at most; it touches no protocol."""

    id: UUID
    what: str
    reason: str
    ends_on: date | None
    amended_at: datetime


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who is evaluated, as the trial knows them: an id that is nobody's, and days."""

    id: UUID
    stratum: str
    arm: str | None
    enrolled_on: date
    allocated_on: date | None
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial."""

    id: UUID
    name: str
    starts_on: date
    ends_on: date
    conflict_group: str
    protocol: Protocol
    legal_basis: LegalBasis
    founded_at: datetime
    status: TrialStatus = "draft"
    registered_at: datetime | None = None
    seed_commitment: str | None = None
    seed: str | None = None
    sites: tuple[Site, ...] = ()
    version: int = 1

    def must_be_draft(self) -> None:
        """Refuse to change what is registered.

        Raises:
            TrialIsRegistered.
        """
        if self.status != "draft":
            raise TrialIsRegistered()

    def registered(self, seed_commitment: str, at: datetime) -> "Trial":
        """Lock arms, strata, allocation and outcomes, and commit to the seed.

        Raises:
            TrialStep: it is registered already. TrialHasNoOutcomes.
        """
        registered = self.moved("registered")
        if not self.protocol.outcomes:
            raise TrialHasNoOutcomes()
        return replace(registered, registered_at=at, seed_commitment=seed_commitment)

    def moved(self, to: TrialStatus) -> "Trial":
        """One step on.

        Raises:
            TrialStep: that step does not exist from here. TrialHasNoSite: nobody could be recruited.
        """
        if to not in STEPS[self.status]:
            raise TrialStep(allowed=list(STEPS[self.status]))
        if to == "recruiting" and not self.sites:
            raise TrialHasNoSite()
        return replace(self, status=to, version=self.version + 1)

    @property
    def past_recruitment(self) -> bool:
        """True when nobody is taken in any more."""
        return self.status in AFTER_RECRUITMENT

    def must_be_past_recruitment(self) -> None:
        """Refuse to tell the seed while the trial takes people in.

        Raises:
            SeedSealed.
        """
        if not self.past_recruitment:
            raise SeedSealed()

    def revealed(self, seed: bytes, *, pending: int) -> "Trial":
        """Tell the seed, once nobody can be allocated by it any more.

        Raises:
            SeedSealed: the trial still takes people in. AllocationsPending: somebody is still to be allocated.
        """
        self.must_be_past_recruitment()
        if pending:
            raise AllocationsPending(pending=pending)
        assert self.seed_commitment is not None
        assert keeps(self.seed_commitment, seed, self.id), "the seed is another than the one committed to"
        return replace(self, seed=seed.hex(), version=self.version + 1)

    def joined(self, site: Site) -> "Trial":
        """With one more site.

        Raises:
            SiteExists: it takes part already.
        """
        if any(known.authority == site.authority for known in self.sites):
            raise SiteExists()
        return replace(self, sites=(*self.sites, site), version=self.version + 1)

    def amended(self, amendment: Amendment) -> "Trial":
        """After a dated change. Who is enrolled keeps the period they were told: nothing is prolonged behind them.

        Raises:
            NothingToAmend: a draft is simply changed. PeriodBackwards: the new last day is before the first.
        """
        if self.status == "draft":
            raise NothingToAmend()
        ends_on = amendment.ends_on or self.ends_on
        if ends_on < self.starts_on:
            raise PeriodBackwards()
        return replace(self, ends_on=ends_on, version=self.version + 1)

    def must_take_in(self, today: date) -> None:
        """Refuse an enrolment that the trial or the law has no room for today.

        Raises:
            NotRecruiting. LegalBasisMissing: an arm exempts, and nothing permits that today.
        """
        if self.status != "recruiting" or not self.starts_on <= today <= self.ends_on:
            raise NotRecruiting()
        exempt = self.protocol.exempts_from
        if exempt and not self.legal_basis.covers(exempt, today):
            raise LegalBasisMissing()
