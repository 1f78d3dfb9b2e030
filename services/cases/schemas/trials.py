"""What is said of a trial when it is founded, and the trial that makes."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.authorities import AUTHORITY
from chassis.errors import Text
from chassis.wire import AuthorityCode, Body, Code, Day, LongText, ShortText
from services.cases.domain.allocation import Allocation, AllocationUnit, ClusterStep, Method
from services.cases.domain.legal_basis import BasisOutcome, BasisType, LegalBasis, Provision
from services.cases.domain.trial import Arm, Entitlement, Protocol, Stratum, Trial, TrialOutcome

# Without sizes of its own a trial has blocks of two, three and four times the ratio: one size alone can be guessed.
USUAL_BLOCKS = (2, 3, 4)

ClusterName = Annotated[
    str,
    StringConstraints(strict=True, max_length=120, pattern=rf"^{AUTHORITY}(/[A-Za-z0-9:._-]{{1,100}})?$"),
]
Ratio = Annotated[
    dict[Code, Annotated[int, Field(strict=True, ge=1, le=20)]],
    Field(min_length=1, max_length=10, json_schema_extra={"additionalProperties": False}),
]
Whole = Annotated[int, Field(strict=True, ge=0, le=10**12)]


class BilingualRequest(Body):
    """A name in the two languages people read."""

    da: ShortText
    en: ShortText


class TrialPeriodRequest(Body):
    """From the first day to the last."""

    from_: Day = Field(alias="from")
    to: Day


class ProvisionRequest(Body):
    """One rule of law that may be departed from. Arms and exemptions name it by its code."""

    code: Code
    law: ShortText
    section: ShortText
    description: LongText | None = None


class LegalBasisRequest(Body):
    """What permits the trial. `frikommune` and `saerlov` are the law's own words for the two schemes."""

    type: BasisType
    reference: ShortText
    status: Literal["applied-for", "granted"] = "applied-for"
    from_: Day = Field(alias="from")
    to: Day
    provisions: Annotated[list[ProvisionRequest], Field(max_length=100)] = Field(default_factory=list)


class EntitlementRequest(Body):
    """What everybody in the arm can count on: a budget in øre, a caseload, contact at least every so many days."""

    budget_ceiling_oere: Whole | None = None
    max_caseload: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = None
    contact_every_days: Annotated[int, Field(strict=True, ge=1, le=366)] | None = None


class ArmRequest(Body):
    """One of the efforts that are compared. `comparison` is the code of the one that goes on as before."""

    code: Code
    name: BilingualRequest
    exempt_from: Annotated[list[Code], Field(max_length=100)] = Field(default_factory=list)
    entitlement: EntitlementRequest = Field(default_factory=EntitlementRequest)


class StratumRequest(Body):
    """A target group within which the arms are balanced."""

    code: Code
    name: BilingualRequest


class StepRequest(Body):
    """In a stepped-wedge trial: the day from which a cluster (`0101`, or `0101/north` for a unit) steps over."""

    cluster: ClusterName
    from_: Day = Field(alias="from")


class AllocationRequest(Body):
    """How arms are given. Every block size is a multiple of the sum of the ratio; both are left out for the usual."""

    unit: AllocationUnit = "citizen"
    method: Method = "randomised"
    ratio: Ratio | None = None
    block_sizes: (
        Annotated[list[Annotated[int, Field(strict=True, ge=1, le=400)]], Field(min_length=1, max_length=20)] | None
    ) = None
    steps: Annotated[list[StepRequest], Field(max_length=200)] = Field(default_factory=list)
    rule: LongText | None = None


class TrialOutcomeRequest(Body):
    """What the trial is judged by, and at which waves it is measured."""

    code: Code
    definition: LongText
    measured_at: Annotated[list[Code], Field(max_length=50)] = Field(default_factory=list)


class TrialDraft(Body):
    """A trial as it is to be: all of it, each time."""

    name: ShortText
    period: TrialPeriodRequest
    # Two trials of one group exclude each other: a citizen is in one of them at a time.
    conflict_group: Code = "general"
    legal_basis: LegalBasisRequest
    arms: Annotated[list[ArmRequest], Field(min_length=1, max_length=10)]
    strata: Annotated[list[StratumRequest], Field(max_length=50)] = Field(default_factory=list)
    allocation: AllocationRequest = Field(default_factory=AllocationRequest)
    outcomes: Annotated[list[TrialOutcomeRequest], Field(max_length=100)] = Field(default_factory=list)


class TrialRequest(TrialDraft):
    """A new trial, as a draft."""

    id: UUID | None = None


class SiteRequest(Body):
    """An authority takes part: by which agreement, with which parts of the trial."""

    authority: AuthorityCode
    agreement: ShortText
    components: Annotated[list[Code], Field(max_length=50)] = Field(default_factory=list)


class AmendmentRequest(Body):
    """What is changed after registration and why. Of the trial itself only the last day can be moved."""

    what: LongText
    reason: LongText
    ends_on: Day | None = None


class LegalBasisDecisionRequest(Body):
    """What was decided, on which day and by which document; a grant may set the period."""

    outcome: BasisOutcome
    on: Day
    reference: ShortText
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


def protocol(told: TrialDraft) -> Protocol:
    """The protocol that is told."""
    return Protocol(
        arms=tuple(_arm(arm) for arm in told.arms),
        strata=tuple(Stratum(one.code, _name(one.name)) for one in told.strata),
        allocation=_allocation(told),
        outcomes=tuple(TrialOutcome(one.code, one.definition, tuple(one.measured_at)) for one in told.outcomes),
    )


def legal_basis(told: TrialDraft, basis_id: UUID) -> LegalBasis:
    """The legal basis that is told."""
    basis = told.legal_basis
    return LegalBasis(
        id=basis_id,
        type=basis.type,
        reference=basis.reference,
        status=basis.status,
        valid_from=basis.from_,
        valid_to=basis.to,
        provisions=tuple(Provision(one.code, one.law, one.section, one.description) for one in basis.provisions),
    )


def trial(told: TrialRequest, trial_id: UUID, basis_id: UUID, at: datetime) -> Trial:
    """The draft that is told."""
    return Trial(
        id=trial_id,
        name=told.name,
        starts_on=told.period.from_,
        ends_on=told.period.to,
        conflict_group=told.conflict_group,
        protocol=protocol(told),
        legal_basis=legal_basis(told, basis_id),
        founded_at=at,
    )


def _arm(told: ArmRequest) -> Arm:
    given = told.entitlement
    entitlement = Entitlement(given.budget_ceiling_oere, given.max_caseload, given.contact_every_days)
    return Arm(told.code, _name(told.name), frozenset(told.exempt_from), entitlement)


def _name(told: BilingualRequest) -> Text:
    return Text(told.da, told.en)


def _allocation(told: TrialDraft) -> Allocation:
    given = told.allocation
    ratio = given.ratio or {arm.code: 1 for arm in told.arms}
    return Allocation(
        unit=given.unit,
        method=given.method,
        ratio=ratio,
        block_sizes=tuple(given.block_sizes or (times * sum(ratio.values()) for times in USUAL_BLOCKS)),
        steps=tuple(ClusterStep(step.cluster, step.from_) for step in given.steps),
        rule=given.rule,
    )
