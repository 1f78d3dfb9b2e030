"""Adds questions and answers, and knows which question is open."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, insert, select

from chassis.database import Transaction
from services.referrals.domain.errors import QuestionNotOpen
from services.referrals.domain.questions import Question, Reply
from services.referrals.domain.referral import Referral
from services.referrals.tables import answers, questions, referrals

_UNANSWERED = ~exists().where(answers.c.authority == questions.c.authority, answers.c.question_id == questions.c.id)
_OPEN = exists().where(
    questions.c.authority == referrals.c.authority, questions.c.referral_id == referrals.c.id, _UNANSWERED
)
_ONE_OPEN = select(questions.c.id).where(
    and_(
        questions.c.authority == bindparam("of_authority"),
        questions.c.referral_id == bindparam("of_referral"),
        questions.c.id == bindparam("of_id"),
        _UNANSWERED,
    )
)
_ASK = insert(questions)
_ANSWER = insert(answers)


def question_open() -> ColumnElement[bool]:
    """Whether a referral waits for an answer, as a column beside `referrals`. Built once."""
    return _OPEN


def question_context(question_id: UUID) -> str:
    """Where a question is sealed to."""
    return f"questions.text:{question_id}"


def answer_context(answer_id: UUID) -> str:
    """Where an answer is sealed to."""
    return f"answers.text:{answer_id}"


class Questions:
    """The questions of one transaction's authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def require_open(self, referral: Referral, question_id: UUID) -> None:
        """Refuse an answer to what was not asked here, or was answered.

        Raises:
            QuestionNotOpen: so it is.
        """
        asked = {"of_authority": referral.authority, "of_referral": referral.id, "of_id": question_id}
        if await self._tx.one(_ONE_OPEN, **asked) is None:
            raise QuestionNotOpen()

    async def add(self, referral: Referral, question: Question) -> None:
        """Keep a question, sealed."""
        row = {
            "authority": referral.authority,
            "id": question.id,
            "referral_id": referral.id,
            "text_sealed": self._tx.sealer.seal(question.text, context=question_context(question.id)),
            "at": question.at,
            "by_unit": question.by.unit,
            "by_subject": question.by.subject,
        }
        await self._tx.run(_ASK, [row])

    async def add_reply(self, referral: Referral, reply: Reply) -> None:
        """Keep an answer, sealed."""
        row = {
            "authority": referral.authority,
            "id": reply.id,
            "referral_id": referral.id,
            "question_id": reply.question_id,
            "by_sector": None if reply.by.sector == referral.from_sector else reply.by.sector,
            "text_sealed": self._tx.sealer.seal(reply.text, context=answer_context(reply.id)),
            "at": reply.at,
            "by_unit": reply.by.unit,
            "by_subject": reply.by.subject,
        }
        await self._tx.run(_ANSWER, [row])
