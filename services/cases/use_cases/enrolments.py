"""Enrol a citizen, take the baseline, allocate, let them leave.

For who is evaluated the order is consent, baseline, allocation: nobody answers the first questions knowing the arm. Who
is not evaluated is allocated at once. Either way arm and enrolment are one commit.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.concurrency import expect
from chassis.ids import new_id, pseudonym
from services.cases.domain.access import must_work
from services.cases.domain.allocation import list_for
from services.cases.domain.case import Case
from services.cases.domain.enrolment import (
    Baseline,
    Enrolment,
    EnrolmentWish,
    begun,
    must_agree,
    must_see,
)
from services.cases.domain.trial import Trial
from services.cases.repository import CaseRepository, PolicyRepository
from services.cases.repository.allocation import AllocationRepository
from services.cases.repository.enrolments import EnrolmentRepository


@dataclass(frozen=True, slots=True)
class Enrolling:
    """What it takes to enrol: the case, the enrolments, the lists, and what the authority has chosen."""

    cases: CaseRepository
    enrolments: EnrolmentRepository
    allocation: AllocationRepository
    policies: PolicyRepository


async def enrol(
    house: Enrolling, actor: Actor, trial_id: UUID, wish: EnrolmentWish, *, now: datetime
) -> tuple[Case, Enrolment]:
    """Take a citizen in.

    Raises:
        TrialNotFound, CaseNotFound, SectorNotInvolved, CaseIsClosed, NotRecruiting, LegalBasisMissing, UnknownStratum,
        ArmNotYoursToName, ArmMustBeNamed, EffortConsentMissing, EvaluationTooLate, ClusterMissing, AlreadyEnrolled.
    """
    today = day_of(now)
    trial = await house.enrolments.trial(trial_id)
    case = await house.cases.get(wish.case_id, actor)
    must_work(case, actor)
    case.must_be_open()
    trial.must_take_in(today)
    known = await house.allocation.kept(trial, case.citizen.id)
    participant, measured = await house.enrolments.participated(trial.id, case.citizen.id)
    made = begun(trial, case, actor, wish, enrolment_id=new_id(), participant_id=participant or pseudonym(), at=now)
    must_agree(made, known_arm=known, measured=measured)
    if made.participant_id:
        await house.allocation.take_part(trial, made.participant_id, made.stratum, on=today)
    # Whose arm is known already takes it up again: nothing is drawn anew, and no first answers are waited for.
    if known is not None or not made.consents.evaluation:
        made = await _allocated(house, trial, made, now=now)
    await house.enrolments.add(made, today=today, at=now)
    return case, made


async def record_baseline(
    house: Enrolling,
    actor: Actor,
    trial_id: UUID,
    enrolment_id: UUID,
    outcome: Baseline,
    *,
    expected: int | None,
    now: datetime,
) -> tuple[Case, Enrolment]:
    """The baseline is answered, or will not be: now the arm is given.

    Raises:
        EnrolmentNotFound, CaseNotFound, SectorNotInvolved, Stale, BaselineNotAwaited.
    """
    case, enrolment = await _seen(house, actor, trial_id, enrolment_id, expected)
    return case, await _measured(house, enrolment, outcome, now=now)


async def hear_baseline(house: Enrolling, case_id: UUID, *, now: datetime) -> None:
    """An answer to a baseline of evaluation came in. The news does not say of which trial: when the citizen's case
    waits in several, a caseworker says it."""
    if await house.cases.heard_of(case_id) is None:
        return
    awaiting = await house.enrolments.awaiting(case_id)
    if len(awaiting) == 1:
        await _measured(house, awaiting[0], "answered", now=now)


async def withdraw_enrolment(
    house: Enrolling,
    actor: Actor,
    trial_id: UUID,
    enrolment_id: UUID,
    *,
    asked: date | None,
    statement: str | None,
    expected: int | None,
    now: datetime,
) -> tuple[Case, Enrolment]:
    """The citizen leaves the trial: at any time, for no reason that anybody asks, at no cost.

    Raises:
        EnrolmentNotFound, CaseNotFound, SectorNotInvolved, Stale, NothingToWithdraw, EndNotAhead.
    """
    today = day_of(now)
    case, enrolment = await _seen(house, actor, trial_id, enrolment_id, expected)
    notice = (await house.policies.on(today)).exemption_notice_days
    left = enrolment.left(now, today=today, asked=asked, notice_days=notice, statement=statement)
    await house.enrolments.save(left)
    if left.participant_id:
        await house.allocation.tell_left(left.trial_id, left.participant_id, on=today)
    await house.enrolments.say_left(left, at=now)
    return case, left


async def withdraw_from_evaluation(
    house: Enrolling, actor: Actor, trial_id: UUID, enrolment_id: UUID, *, expected: int | None, now: datetime
) -> tuple[Case, Enrolment]:
    """The citizen is no longer evaluated and keeps the effort. Who waited for the baseline is allocated now.

    Raises:
        EnrolmentNotFound, CaseNotFound, SectorNotInvolved, Stale, NothingToWithdraw.
    """
    today = day_of(now)
    case, enrolment = await _seen(house, actor, trial_id, enrolment_id, expected)
    changed = enrolment.unevaluated(now, today=today)
    assert changed.participant_id is not None, "who is evaluated is known to the trial by a pseudonym"
    await house.allocation.tell_left(changed.trial_id, changed.participant_id, on=today)
    if changed.status == "awaiting-baseline":
        changed = await _allocated(house, await house.enrolments.trial(trial_id), changed, now=now)
    await house.enrolments.save(changed)
    return case, changed


async def _seen(
    house: Enrolling, actor: Actor, trial_id: UUID, enrolment_id: UUID, expected: int | None
) -> tuple[Case, Enrolment]:
    unlocked = await house.enrolments.get(trial_id, enrolment_id)
    case = await house.cases.get(unlocked.case_id, actor)
    must_see(case, unlocked, actor)
    must_work(case, actor)
    enrolment = await house.enrolments.get(trial_id, enrolment_id)
    expect(enrolment.version, expected)
    return case, enrolment


async def _measured(house: Enrolling, enrolment: Enrolment, outcome: Baseline, *, now: datetime) -> Enrolment:
    measured = enrolment.measured(outcome, now)
    trial = await house.enrolments.trial(enrolment.trial_id)
    allocated = await _allocated(house, trial, measured, now=now)
    await house.enrolments.save(allocated)
    return allocated


async def _allocated(house: Enrolling, trial: Trial, enrolment: Enrolment, *, now: datetime) -> Enrolment:
    """With the arm: the one given before, or a new one that is kept for good."""
    lists, today = house.allocation, day_of(now)
    arm = await lists.kept(trial, enrolment.citizen_id)
    if arm is None:
        arm = enrolment.named_arm or await _drawn(lists, trial, enrolment, now=now)
        named_by = enrolment.enrolled_by if enrolment.named_arm else None
        await lists.keep(trial, enrolment.citizen_id, arm, named_by=named_by, at=now)
        if enrolment.participant_id and enrolment.consents.evaluation:
            await lists.tell_arm(trial, enrolment.participant_id, arm, on=today)
    return enrolment.allocated(arm, on=today, until=trial.ends_on)


async def _drawn(lists: AllocationRepository, trial: Trial, enrolment: Enrolment, *, now: datetime) -> str:
    allocation, cluster = trial.protocol.allocation, enrolment.cluster
    authority = enrolment.stratum.partition("/")[0]
    if allocation.method == "stepped-wedge":
        assert cluster is not None
        return allocation.stepped(cluster, day_of(now), new_arm=trial.protocol.new_arm)
    name = list_for(allocation, authority, enrolment.stratum, evaluated=enrolment.consents.evaluation)
    if cluster is None:
        return await lists.draw(trial, name)
    arm = await lists.kept_of(trial, cluster)
    if arm is None:
        arm = await lists.draw(trial, name)
        await lists.keep_of(trial, cluster, arm, at=now)
    return arm
