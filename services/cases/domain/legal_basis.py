"""What permits somebody to do other than the law says: for named provisions, between two days, once granted."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.cases.domain.errors import PeriodBackwards
from services.cases.domain.errors.trials import LegalBasisEndsBeforeItBegins, LegalBasisStep

BasisType = Literal["dispensation", "frikommune", "saerlov", "ordinary-law"]
BasisStatus = Literal["applied-for", "granted", "refused", "ended"]
BasisOutcome = Literal["granted", "refused", "ended"]

# A grant may be renewed, which is how such schemes are prolonged; what was refused or has ended is applied for anew.
_STEPS: dict[BasisStatus, frozenset[BasisOutcome]] = {
    "applied-for": frozenset({"granted", "refused"}),
    "granted": frozenset({"granted", "ended"}),
    "refused": frozenset(),
    "ended": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Provision:
    """One rule of law that may be departed from, by the code that arms, exemptions and other systems use for it."""

    code: str
    law: str
    section: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A permission with its period. When it lapses, whatever rests on it lapses that day."""

    id: UUID
    type: BasisType
    reference: str
    status: BasisStatus
    valid_from: date
    valid_to: date
    provisions: tuple[Provision, ...]
    version: int = 1

    @property
    def codes(self) -> frozenset[str]:
        """The provisions it covers, by code."""
        return frozenset(provision.code for provision in self.provisions)

    def in_force(self, day: date) -> bool:
        """True on the days it permits anything. One that has ended did until its last day."""
        return self.status in ("granted", "ended") and self.valid_from <= day <= self.valid_to

    def covers(self, codes: frozenset[str], day: date) -> bool:
        """True when it permits to depart from all of these provisions on that day."""
        return codes <= self.codes and self.in_force(day)

    @property
    def steps(self) -> list[BasisOutcome]:
        """What may be decided of it next."""
        return sorted(_STEPS[self.status])

    def decided(
        self, outcome: BasisOutcome, *, on: date, valid_from: date | None, valid_to: date | None
    ) -> "LegalBasis":
        """After a decision. A grant may set the period; an end on `on` makes that the last day, and no later one.

        Raises:
            LegalBasisStep: that cannot be decided now. LegalBasisEndsBeforeItBegins, PeriodBackwards.
        """
        if outcome not in _STEPS[self.status]:
            raise LegalBasisStep(allowed=self.steps)
        if outcome == "ended":
            if on < self.valid_from:
                raise LegalBasisEndsBeforeItBegins()
            return replace(self, status="ended", valid_to=min(on, self.valid_to), version=self.version + 1)
        since, until = self.valid_from, self.valid_to
        if outcome == "granted":
            since, until = valid_from or since, valid_to or until
        if until < since:
            raise PeriodBackwards()
        return replace(self, status=outcome, valid_from=since, valid_to=until, version=self.version + 1)


@dataclass(frozen=True, slots=True)
class BasisDecision:
    """What was decided of a legal basis, when, by which document, and the period it has had since."""

    id: UUID
    outcome: BasisOutcome
    decided_on: date
    reference: str
    valid_from: date
    valid_to: date
    recorded_at: datetime
