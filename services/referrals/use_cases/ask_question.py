"""Ask the sender, instead of rejecting for what is missing."""

from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.questions import Question
from services.referrals.repository import Questions, Referrals


async def ask_question(
    referrals: Referrals,
    questions: Questions,
    actor: Actor,
    referral_id: UUID,
    *,
    question: Question,
    expected: int | None,
) -> None:
    """The receiver asks the sender something."""
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.ask(by=actor, at=question.at)
    await referrals.save(referral)
    await questions.add(referral, question)
