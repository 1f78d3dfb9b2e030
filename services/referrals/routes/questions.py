"""Questions and answers, instead of a rejection for missing information."""

from uuid import UUID

from chassis.clock import now
from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.http import Answers, problems, room
from chassis.ids import new_id
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from services.referrals.domain.errors import (
    NotPossibleNow,
    OnlyTheAddressedUnit,
    OnlyTheReceiver,
    OnlyTheSender,
    QuestionNotOpen,
    SectorHasLetGo,
)
from services.referrals.domain.questions import Question, Reply
from services.referrals.permissions import ReferralReader, ReferralWriter
from services.referrals.routes.given import AskedReads, QuestionStore, Step
from services.referrals.schemas.steps import (
    QuestionAnswerRequest,
    QuestionAnswerView,
    QuestionRequest,
    QuestionView,
)
from services.referrals.use_cases import answer_question as answering
from services.referrals.use_cases import ask_question as asking

router = room(tags=["referrals"])

_REFUSED = (NotFound, Stale, InvalidTransition, AlreadyExists)


@router.post(
    "/referrals/{referral_id}/questions",
    status_code=201,
    responses=problems(OnlyTheReceiver, OnlyTheAddressedUnit, *_REFUSED),
)
async def ask_question(
    referral_id: UUID,
    body: QuestionRequest,
    actor: ReferralWriter,
    step: Step,
    questions: QuestionStore,
    asked: AskedReads,
) -> QuestionView:
    """Ask the sender for what is missing. The referral stays where it is, and so does the citizen's place in it."""
    question = Question(body.id or new_id(), body.text, now(), actor)
    await asking.ask_question(step.referrals, questions, actor, referral_id, question=question, expected=step.expected)
    location = f"/v1/referrals/{referral_id}/questions/{question.id}"
    return step.answer.created(await asked.question(referral_id, question.id), location)


@router.get("/referrals/{referral_id}/questions", responses=problems(NotFound))
async def list_questions(
    referral_id: UUID, actor: ReferralReader, asked: AskedReads, paging: PageRequest
) -> Page[QuestionView]:
    """What the receiver has asked, the oldest first. `answerId` is null while a question is open."""
    return await asked.questions(referral_id, paging)


@router.get("/referrals/{referral_id}/questions/{question_id}", responses=problems(NotFound))
async def get_question(
    referral_id: UUID, question_id: UUID, actor: ReferralReader, asked: AskedReads, answer: Answers
) -> QuestionView:
    """One question."""
    return answer.ok(await asked.question(referral_id, question_id))


@router.post(
    "/referrals/{referral_id}/answers",
    status_code=201,
    responses=problems(OnlyTheSender, SectorHasLetGo, *_REFUSED, QuestionNotOpen, NotPossibleNow),
)
async def answer_question(
    referral_id: UUID,
    body: QuestionAnswerRequest,
    actor: ReferralWriter,
    step: Step,
    questions: QuestionStore,
    asked: AskedReads,
) -> QuestionAnswerView:
    """Answer an open question. What more it shares, the basis of the referral must cover: read only while it holds."""
    reply = Reply(body.id or new_id(), body.question_id, body.text, now(), actor)
    await answering.answer_question(step.referrals, questions, actor, referral_id, reply=reply, expected=step.expected)
    location = f"/v1/referrals/{referral_id}/answers/{reply.id}"
    return step.answer.created(await asked.answer(referral_id, reply.id), location)


@router.get("/referrals/{referral_id}/answers", responses=problems(NotFound))
async def list_answers(
    referral_id: UUID, actor: ReferralReader, asked: AskedReads, paging: PageRequest
) -> Page[QuestionAnswerView]:
    """What the sender has answered, the oldest first."""
    return await asked.answers(referral_id, paging)


@router.get("/referrals/{referral_id}/answers/{answer_id}", responses=problems(NotFound))
async def get_answer(
    referral_id: UUID, answer_id: UUID, actor: ReferralReader, asked: AskedReads, answer: Answers
) -> QuestionAnswerView:
    """One answer."""
    return answer.ok(await asked.answer(referral_id, answer_id))
