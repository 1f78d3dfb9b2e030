"""Answer what the receiver asked."""

from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.questions import Reply
from services.referrals.repository import Questions, Referrals


async def answer_question(
    referrals: Referrals,
    questions: Questions,
    actor: Actor,
    referral_id: UUID,
    *,
    reply: Reply,
    expected: int | None,
) -> None:
    """The sender answers an open question, once.

    Raises:
        QuestionNotOpen: it is not one of this referral's, or has its answer.
    """
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.answer(by=actor, at=reply.at)
    await questions.require_open(referral, reply.question_id)
    await referrals.save(referral)
    await questions.add_reply(referral, reply)
