"""A citizen's part in a trial: two consents, a baseline, one arm for good, and leaving whenever they like.

Taking part in the effort and being evaluated are two agreements: who refuses the second keeps the first. Leaving has no
field for a consequence, because it has none (I14).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.access import may_read, may_work
from services.cases.domain.allocation import COMPARISON, NAMED, AllocationUnit
from services.cases.domain.case import Case
from services.cases.domain.errors.trials import (
    ArmMustBeNamed,
    ArmNotYoursToName,
    BaselineNotAwaited,
    ClusterMissing,
    EffortConsentMissing,
    EndNotAhead,
    EnrolmentNotFound,
    EvaluationTooLate,
    NothingToWithdraw,
    UnknownStratum,
)
from services.cases.domain.trial import Trial

EnrolmentStatus = Literal["awaiting-baseline", "active", "withdrawn", "completed"]
Baseline = Literal["answered", "declined", "not-possible"]
Withdrawn = Literal["trial", "evaluation"]

TAKING_PART: frozenset[EnrolmentStatus] = frozenset({"awaiting-baseline", "active"})
MAY_NAME_ARMS = "team-lead"


@dataclass(frozen=True, slots=True)
class TrialConsents:
    """What the citizen agreed to: taking part in the effort, and being evaluated."""

    effort: bool
    evaluation: bool
    text_version: str | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentWish:
    """What is said of a citizen who wants to take part: a target group, and an arm where it is named."""

    case_id: UUID
    consents: TrialConsents
    stratum: str | None = None
    arm: str | None = None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One citizen in one trial, in their authority's realm. `participant_id` is what the trial knows them by."""

    id: UUID
    trial_id: UUID
    case_id: UUID
    citizen_id: UUID
    conflict_group: str
    sector: str
    stratum: str
    status: EnrolmentStatus
    consents: TrialConsents
    enrolled_at: datetime
    enrolled_by: str
    cluster: str | None = None
    named_arm: str | None = None
    participant_id: UUID | None = None
    arm: str | None = None
    baseline: Baseline | None = None
    baseline_at: datetime | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    withdrawn_at: datetime | None = None
    withdrawal_statement: str | None = None
    evaluation_withdrawn_at: datetime | None = None
    version: int = 1

    def status_on(self, today: date) -> EnrolmentStatus:
        """Where it is: a period that is over is over, whether or not somebody has written it down."""
        over = self.status == "active" and self.ends_on is not None and self.ends_on < today
        return "completed" if over else self.status

    def allocated(self, arm: str, *, on: date, until: date) -> "Enrolment":
        """In an arm, for good (I15)."""
        return replace(self, arm=arm, status="active", starts_on=on, ends_on=max(on, until))

    def measured(self, baseline: Baseline, at: datetime) -> "Enrolment":
        """The baseline is answered, or will not be.

        Raises:
            BaselineNotAwaited.
        """
        if self.status != "awaiting-baseline":
            raise BaselineNotAwaited()
        return replace(self, baseline=baseline, baseline_at=at, version=self.version + 1)

    def left(
        self, at: datetime, *, today: date, asked: date | None, notice_days: int, statement: str | None
    ) -> "Enrolment":
        """The citizen leaves the trial. Ordinary rules return on a day to come, with notice, and never earlier.

        Raises:
            NothingToWithdraw: they have left, or it is over. EndNotAhead: the day has come already.
        """
        if self.status_on(today) not in TAKING_PART:
            raise NothingToWithdraw()
        if asked is not None and asked <= today:
            raise EndNotAhead()
        last = max(asked or today, today + timedelta(days=max(notice_days, 1)))
        ends_on = min(self.ends_on, last) if self.ends_on else None
        left = replace(self, status="withdrawn", withdrawn_at=at, ends_on=ends_on, version=self.version + 1)
        return replace(left, withdrawal_statement=statement)

    def unevaluated(self, at: datetime, *, today: date) -> "Enrolment":
        """The citizen is no longer evaluated, and keeps the effort.

        Raises:
            NothingToWithdraw: they were not, or have left.
        """
        if not self.consents.evaluation or self.status_on(today) not in TAKING_PART:
            raise NothingToWithdraw()
        consents = replace(self.consents, evaluation=False)
        return replace(self, consents=consents, evaluation_withdrawn_at=at, version=self.version + 1)


def begun(
    trial: Trial,
    case: Case,
    actor: Actor,
    wish: EnrolmentWish,
    *,
    enrolment_id: UUID,
    participant_id: UUID,
    at: datetime,
) -> Enrolment:
    """An enrolment that waits for its baseline or, without evaluation, for its arm.

    Raises:
        UnknownStratum, ArmNotYoursToName, ArmMustBeNamed, ClusterMissing.
    """
    return Enrolment(
        id=enrolment_id,
        trial_id=trial.id,
        case_id=case.id,
        citizen_id=case.citizen.id,
        conflict_group=trial.conflict_group,
        sector=actor.sector or "",
        stratum=stratum_of(trial, case.authority, wish.stratum),
        status="awaiting-baseline",
        consents=wish.consents,
        enrolled_at=at,
        enrolled_by=actor.subject,
        cluster=cluster_of(trial.protocol.allocation.unit, case),
        named_arm=named_arm(trial, actor, wish.arm),
        participant_id=participant_id if wish.consents.evaluation else None,
    )


def must_agree(enrolment: Enrolment, *, known_arm: str | None, measured: bool) -> None:
    """Refuse a part that the citizen has not agreed to, and an agreement to be evaluated that comes after the arm.

    Who is known beforehand to be compared with gets no other effort, so there is none to agree to. `known_arm` is what
    they were given before; `measured`, whether a baseline was taken before that.

    Raises:
        EffortConsentMissing, EvaluationTooLate.
    """
    if not enrolment.consents.effort and (known_arm or enrolment.named_arm) != COMPARISON:
        raise EffortConsentMissing()
    if enrolment.consents.evaluation and known_arm is not None and not measured:
        raise EvaluationTooLate()


def stratum_of(trial: Trial, authority: str, code: str | None) -> str:
    """The stratum: the authority, and one of the trial's target groups where it has any.

    Raises:
        UnknownStratum.
    """
    codes = sorted(stratum.code for stratum in trial.protocol.strata)
    if (code not in codes) if codes else code is not None:
        raise UnknownStratum(strata=codes)
    return f"{authority}/{code}" if code else authority


def named_arm(trial: Trial, actor: Actor, code: str | None) -> str | None:
    """The arm that somebody names, where the protocol has one named, by who may name it.

    Raises:
        ArmNotYoursToName, ArmMustBeNamed.
    """
    if trial.protocol.allocation.method not in NAMED:
        if code is not None:
            raise ArmNotYoursToName()
        return None
    if not actor.has(MAY_NAME_ARMS):
        raise ArmNotYoursToName()
    if code is None or trial.protocol.arm(code) is None:
        raise ArmMustBeNamed(arms=sorted(arm.code for arm in trial.protocol.arms))
    return code


def cluster_of(unit: AllocationUnit, case: Case) -> str | None:
    """What the case's allocation follows, by a name that is unique in the trial; None when it is drawn for the citizen.

    Raises:
        ClusterMissing: the case has no coordinator, or its holder no unit.
    """
    if unit == "citizen":
        return None
    if unit == "authority":
        return case.authority
    within = case.holder.unit if unit == "unit" else case.coordinator and case.coordinator.subject
    if within is None:
        raise ClusterMissing()
    return f"{case.authority}/{within}"


def may_see(case: Case, enrolment: Enrolment, actor: Actor) -> bool:
    """True for the sector that enrolled the citizen, and for the holder: somebody must be able to let them leave."""
    if not may_read(case, actor) or actor.sector is None:
        return False
    enrolled = actor.sector == enrolment.sector and case.involvement(actor.sector) is not None
    return enrolled or actor.sector == case.holder.sector


def must_see(case: Case, enrolment: Enrolment, actor: Actor) -> None:
    """Refuse to others, who may not know of it.

    Raises:
        EnrolmentNotFound.
    """
    if not may_see(case, enrolment, actor):
        raise EnrolmentNotFound()


def enrolment_actions(case: Case, enrolment: Enrolment, actor: Actor, today: date) -> list[str]:
    """What this actor may do with the enrolment now."""
    here = may_see(case, enrolment, actor) and may_work(case, actor) and actor.permits("enrolments:write")
    if not here or enrolment.status_on(today) not in TAKING_PART:
        return []
    awaited = ["recordBaseline"] if enrolment.status == "awaiting-baseline" else []
    return [*awaited, "withdrawEnrolment"]
