"""Reads of what the receiver asked and the sender answered."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Table, and_, false, select

from chassis.actor import Actor
from chassis.database import Transaction
from chassis.errors import NotFound
from chassis.paging import Page, Paging
from services.referrals.domain.lifecycle import Side
from services.referrals.queries.read import Queries
from services.referrals.queries.shown import receiver, sender
from services.referrals.queries.sight import Sight
from services.referrals.repository.questions import answer_context, question_context
from services.referrals.schemas.steps import QuestionAnswerView, QuestionView
from services.referrals.tables import answers, questions

_QUESTIONS = select(questions, answers.c.id.label("answer_id")).outerjoin(
    answers, and_(answers.c.authority == questions.c.authority, answers.c.question_id == questions.c.id)
)
_ANSWERS = select(answers)


class Asked:
    """What one caller reads of questions and answers. A sender that has let go reads none: it sent none of them."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._referrals = Queries(tx, actor)

    async def questions(self, referral_id: UUID, paging: Paging) -> Page[QuestionView]:
        """The questions of one referral, the oldest first."""
        sight = await self._referrals.look(referral_id)
        found = await self._tx.all(_window(_seen(_QUESTIONS, questions, sight), questions, paging))
        page, end = paging.cut(found, key=lambda row: (row.at, row.id))
        return Page(items=[self._question(sight, row) for row in page], page=end)

    async def question(self, referral_id: UUID, question_id: UUID) -> QuestionView:
        """One question.

        Raises:
            NotFound: it does not exist, or not for this caller.
        """
        sight = await self._referrals.look(referral_id)
        row = await self._tx.one(_seen(_QUESTIONS, questions, sight).where(questions.c.id == question_id))
        if row is None:
            raise NotFound()
        return self._question(sight, row)

    async def answers(self, referral_id: UUID, paging: Paging) -> Page[QuestionAnswerView]:
        """The answers of one referral, the oldest first."""
        sight = await self._referrals.look(referral_id)
        found = await self._tx.all(_window(_seen(_ANSWERS, answers, sight), answers, paging))
        page, end = paging.cut(found, key=lambda row: (row.at, row.id))
        return Page(items=[self._answer(sight, row) for row in page], page=end)

    async def answer(self, referral_id: UUID, answer_id: UUID) -> QuestionAnswerView:
        """One answer.

        Raises:
            NotFound: it does not exist, or not for this caller.
        """
        sight = await self._referrals.look(referral_id)
        row = await self._tx.one(_seen(_ANSWERS, answers, sight).where(answers.c.id == answer_id))
        if row is None:
            raise NotFound()
        return self._answer(sight, row)

    def _question(self, sight: Sight, row: Row[Any]) -> QuestionView:
        return QuestionView(
            id=row.id,
            text=self._tx.sealer.open(row.text_sealed, context=question_context(row.id)),
            at=row.at,
            by=receiver(sight.row, row.by_unit),
            answer_id=row.answer_id,
            version=1,
        )

    def _answer(self, sight: Sight, row: Row[Any]) -> QuestionAnswerView:
        # The sender's words, like the reason: the receiver reads them while something permits the sharing.
        text = self._tx.sealer.open(row.text_sealed, context=answer_context(row.id)) if sight.sees_reason else None
        return QuestionAnswerView(
            id=row.id,
            question_id=row.question_id,
            text=text,
            at=row.at,
            by=sender(sight.row, row.by_unit, row.by_sector),
            version=1,
        )


def _seen(rows: Select[Any], table: Table, sight: Sight) -> Select[Any]:
    if sight.side is Side.FORMER_SENDER:
        return rows.where(false())
    return rows.where(table.c.authority == sight.row.authority, table.c.referral_id == sight.row.id)


def _window(rows: Select[Any], table: Table, paging: Paging) -> Select[Any]:
    return paging.window(rows, (table.c.at, "asc"), (table.c.id, "asc"))
