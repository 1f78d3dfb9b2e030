"""A trial as it is shown. How large its blocks are is told when nobody can use it any more."""

from datetime import date
from uuid import UUID

from pydantic import Field

from chassis.actor import Actor
from chassis.errors import Text
from chassis.wire import Day, Moment, View
from services.cases.domain.allocation import AllocationUnit, Method
from services.cases.domain.legal_basis import BasisDecision, BasisOutcome, BasisStatus, BasisType, LegalBasis
from services.cases.domain.trial import Amendment, Arm, Protocol, Site, Trial, TrialStatus
from services.cases.domain.trial_access import sees_block_sizes, trial_actions


class BilingualView(View):
    """A name in the two languages people read."""

    da: str
    en: str


class TrialPeriodView(View):
    """From the first day to the last."""

    from_: Day = Field(alias="from")
    to: Day


class ProvisionView(View):
    """One rule of law that may be departed from."""

    code: str
    law: str
    section: str
    description: str | None


class LegalBasisView(View):
    """What permits the trial, and whether it does today."""

    id: UUID
    type: BasisType
    reference: str
    status: BasisStatus
    from_: Day = Field(alias="from")
    to: Day
    in_force: bool
    provisions: list[ProvisionView]


class EntitlementView(View):
    """What everybody in the arm can count on."""

    budget_ceiling_oere: int | None
    max_caseload: int | None
    contact_every_days: int | None


class ArmView(View):
    """One of the efforts that are compared."""

    code: str
    name: BilingualView
    exempt_from: list[str]
    entitlement: EntitlementView


class StratumView(View):
    """A target group within which the arms are balanced."""

    code: str
    name: BilingualView


class StepView(View):
    """The day from which a cluster steps over."""

    cluster: str
    from_: Day = Field(alias="from")


class AllocationView(View):
    """How arms are given. `blockSizes` is null until the seed is revealed, but to who leads the trial and sees
    no arms."""

    unit: AllocationUnit
    method: Method
    ratio: dict[str, int]
    block_sizes: list[int] | None
    steps: list[StepView]
    rule: str | None


class TrialOutcomeView(View):
    """What the trial is judged by."""

    code: str
    definition: str
    measured_at: list[str]


class SiteView(View):
    """An authority that takes part."""

    authority: str
    agreement: str
    components: list[str]
    joined_at: Moment
    version: int


class AmendmentView(View):
    """A dated change of a registered trial."""

    id: UUID
    what: str
    reason: str
    ends_on: Day | None
    amended_at: Moment
    version: int


class LegalBasisDecisionView(View):
    """What was decided of the legal basis, and the period it has had since."""

    id: UUID
    outcome: BasisOutcome
    on: Day
    reference: str
    from_: Day = Field(alias="from")
    to: Day
    recorded_at: Moment
    version: int


class TrialView(View):
    """A trial. `seedCommitment` is published with the registration, `seed` after the recruitment."""

    id: UUID
    name: str
    status: TrialStatus
    period: TrialPeriodView
    conflict_group: str
    legal_basis: LegalBasisView
    arms: list[ArmView]
    strata: list[StratumView]
    allocation: AllocationView
    outcomes: list[TrialOutcomeView]
    sites: list[SiteView]
    registered_at: Moment | None
    seed_commitment: str | None
    seed: str | None
    version: int
    allowed_actions: list[str]


def trial(told: Trial, actor: Actor, today: date) -> TrialView:
    """The trial, as this reader may see it."""
    protocol = told.protocol
    return TrialView(
        id=told.id,
        name=told.name,
        status=told.status,
        period=TrialPeriodView(from_=told.starts_on, to=told.ends_on),
        conflict_group=told.conflict_group,
        legal_basis=_legal_basis(told.legal_basis, today),
        arms=[_arm(arm) for arm in protocol.arms],
        strata=[StratumView(code=one.code, name=_name(one.name)) for one in protocol.strata],
        allocation=_allocation(protocol, sizes=sees_block_sizes(told, actor)),
        outcomes=[
            TrialOutcomeView(code=one.code, definition=one.definition, measured_at=list(one.measured_at))
            for one in protocol.outcomes
        ],
        sites=[site(one) for one in told.sites],
        registered_at=told.registered_at,
        seed_commitment=told.seed_commitment,
        seed=told.seed,
        version=told.version,
        allowed_actions=trial_actions(told, actor),
    )


def site(told: Site) -> SiteView:
    """One site."""
    return SiteView(
        authority=told.authority,
        agreement=told.agreement,
        components=list(told.components),
        joined_at=told.joined_at,
        version=1,
    )


def amendment(told: Amendment) -> AmendmentView:
    """One amendment."""
    return AmendmentView(
        id=told.id,
        what=told.what,
        reason=told.reason,
        ends_on=told.ends_on,
        amended_at=told.amended_at,
        version=1,
    )


def decision(told: BasisDecision) -> LegalBasisDecisionView:
    """One decision on the legal basis."""
    return LegalBasisDecisionView(
        id=told.id,
        outcome=told.outcome,
        on=told.decided_on,
        reference=told.reference,
        from_=told.valid_from,
        to=told.valid_to,
        recorded_at=told.recorded_at,
        version=1,
    )


def _legal_basis(told: LegalBasis, today: date) -> LegalBasisView:
    return LegalBasisView(
        id=told.id,
        type=told.type,
        reference=told.reference,
        status=told.status,
        from_=told.valid_from,
        to=told.valid_to,
        in_force=told.in_force(today),
        provisions=[ProvisionView.model_validate(one) for one in told.provisions],
    )


def _arm(told: Arm) -> ArmView:
    entitlement = EntitlementView.model_validate(told.entitlement)
    return ArmView(code=told.code, name=_name(told.name), exempt_from=sorted(told.exempt_from), entitlement=entitlement)


def _name(told: Text) -> BilingualView:
    return BilingualView(da=told.da, en=told.en)


def _allocation(protocol: Protocol, *, sizes: bool) -> AllocationView:
    told = protocol.allocation
    return AllocationView(
        unit=told.unit,
        method=told.method,
        ratio=dict(told.ratio),
        block_sizes=list(told.block_sizes) if sizes else None,
        steps=[StepView(cluster=step.cluster, from_=step.on) for step in told.steps],
        rule=told.rule,
    )
