"""Enrolments: a citizen takes part in a trial, and leaves it whenever they like."""

from uuid import UUID

from chassis.clock import day_of, now
from chassis.errors import Stale
from chassis.http import Answers, IfMatch, problems, room
from chassis.paging import Page, PageRequest
from services.cases.domain.errors import CaseIsClosed, CaseNotFound, SectorNotInvolved
from services.cases.domain.errors.trials import (
    AlreadyEnrolled,
    ArmMustBeNamed,
    ArmNotYoursToName,
    BaselineNotAwaited,
    ClusterMissing,
    EffortConsentMissing,
    EndNotAhead,
    EnrolmentNotFound,
    EvaluationTooLate,
    LegalBasisMissing,
    NothingToWithdraw,
    NotRecruiting,
    TrialNotFound,
    UnknownStratum,
)
from services.cases.permissions import EnrolmentReader, EnrolmentWriter
from services.cases.routes.trials_given import EnrolmentReads, Enrolments, TrialReads
from services.cases.schemas import enrolments as shown
from services.cases.schemas.enrolments import (
    BaselineRequest,
    EnrolmentRequest,
    EnrolmentView,
    EnrolmentWithdrawalRequest,
)
from services.cases.use_cases import enrolments as use

router = room(tags=["enrolments"], prefix="/v1/trials/{trial_id}/enrolments")


@router.post(
    "",
    status_code=201,
    name="enrol_citizen",
    summary="Enrol a citizen in a trial",
    responses=problems(
        TrialNotFound,
        CaseNotFound,
        SectorNotInvolved,
        CaseIsClosed,
        NotRecruiting,
        LegalBasisMissing,
        UnknownStratum,
        ArmNotYoursToName,
        ArmMustBeNamed,
        EffortConsentMissing,
        EvaluationTooLate,
        ClusterMissing,
        AlreadyEnrolled,
    ),
)
async def enrol_citizen(
    actor: EnrolmentWriter, trial_id: UUID, body: EnrolmentRequest, enrolments: Enrolments, answer: Answers
) -> EnrolmentView:
    """The citizen takes part. Who agreed to be evaluated answers a baseline first, and is `awaiting-baseline` without
    an arm until then; everybody else gets the arm at once.

    There is no trying out: an arm that was given stays, also after leaving and coming back.
    """
    at = now()
    case, enrolment = await use.enrol(enrolments, actor, trial_id, body.wish(), now=at)
    shown_ = shown.enrolment(case, enrolment, actor, day_of(at))
    return answer.created(shown_, f"/v1/trials/{trial_id}/enrolments/{enrolment.id}")


@router.get("", name="list_enrolments", summary="List the enrolments", responses=problems(TrialNotFound))
async def list_enrolments(
    actor: EnrolmentReader, trial_id: UUID, trials: TrialReads, reads: EnrolmentReads, page: PageRequest
) -> Page[EnrolmentView]:
    """Those of the caller's authority that its sector made, or whose case it holds; newest first."""
    await trials.one(trial_id)
    found, end = await reads.listed(trial_id, page)
    today = day_of(now())
    return Page[EnrolmentView](items=[shown.enrolment(case, one, actor, today) for case, one in found], page=end)


@router.get(
    "/{enrolment_id}",
    name="get_enrolment",
    summary="Read an enrolment",
    responses=problems(EnrolmentNotFound),
)
async def get_enrolment(
    actor: EnrolmentReader, trial_id: UUID, enrolment_id: UUID, reads: EnrolmentReads, answer: Answers
) -> EnrolmentView:
    """One enrolment."""
    case, enrolment = await reads.one(trial_id, enrolment_id)
    return answer.ok(shown.enrolment(case, enrolment, actor, day_of(now())))


@router.post(
    "/{enrolment_id}/baseline",
    name="record_baseline",
    summary="Record the baseline",
    responses=problems(EnrolmentNotFound, SectorNotInvolved, BaselineNotAwaited, Stale),
)
async def record_baseline(
    actor: EnrolmentWriter,
    trial_id: UUID,
    enrolment_id: UUID,
    body: BaselineRequest,
    version: IfMatch,
    enrolments: Enrolments,
    answer: Answers,
) -> EnrolmentView:
    """The baseline was answered, or will not be: the arm is given with this very answer.

    An answer to a `baseline` wave of evaluation does the same by itself.
    """
    at = now()
    case, enrolment = await use.record_baseline(
        enrolments, actor, trial_id, enrolment_id, body.outcome, expected=version, now=at
    )
    return answer.ok(shown.enrolment(case, enrolment, actor, day_of(at)))


@router.post(
    "/{enrolment_id}/withdrawal",
    name="withdraw_enrolment",
    summary="Leave a trial, or its evaluation",
    responses=problems(EnrolmentNotFound, SectorNotInvolved, NothingToWithdraw, EndNotAhead, Stale),
)
async def withdraw_enrolment(
    actor: EnrolmentWriter,
    trial_id: UUID,
    enrolment_id: UUID,
    body: EnrolmentWithdrawalRequest,
    version: IfMatch,
    enrolments: Enrolments,
    answer: Answers,
) -> EnrolmentView:
    """The citizen leaves, for no reason that anybody asks. Help goes on; ordinary rules return on `endsOn`, which lies
    ahead, with notice. What was measured so far stays.

    With `of` `evaluation` they keep the effort and are no longer evaluated.
    """
    at = now()
    if body.of == "evaluation":
        case, enrolment = await use.withdraw_from_evaluation(
            enrolments, actor, trial_id, enrolment_id, expected=version, now=at
        )
    else:
        case, enrolment = await use.withdraw_enrolment(
            enrolments,
            actor,
            trial_id,
            enrolment_id,
            asked=body.from_,
            statement=body.statement,
            expected=version,
            now=at,
        )
    return answer.ok(shown.enrolment(case, enrolment, actor, day_of(at)))
