"""Reads of one referral for FHIR: what the ordinary read shows this caller, and when its latest step was taken."""

from uuid import UUID

from sqlalchemy import bindparam, or_, select

from chassis.actor import Actor
from chassis.database import Transaction
from services.referrals.domain.access import EVERYTHING, steps_hidden
from services.referrals.domain.lifecycle import Action
from services.referrals.queries import shown
from services.referrals.queries.read import Queries
from services.referrals.queries.sight import Sight
from services.referrals.schemas.fhir_shown import ReferralTold
from services.referrals.schemas.views import HistoryStep
from services.referrals.tables import referral_steps

_STEPS = (
    select(referral_steps)
    .where(
        referral_steps.c.authority == bindparam("of_authority"),
        referral_steps.c.referral_id == bindparam("of_referral"),
        or_(referral_steps.c.version == bindparam("of_version"), referral_steps.c.action == Action.ACCEPTANCE.value),
    )
    .order_by(referral_steps.c.version)
)


class FhirQueries:
    """What one caller is told in FHIR."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._referrals = Queries(tx, actor)

    async def told(self, referral_id: UUID) -> ReferralTold:
        """One referral.

        Raises:
            NotFound: it does not exist, or this caller may not know that it does.
        """
        sight = await self._referrals.look(referral_id)
        return ReferralTold(
            await self._referrals.whole(sight),
            await self._steps(sight),
            authority=sight.row.authority,
            redacted=sight.parts != EVERYTHING or not sight.sees_reason,
        )

    async def _steps(self, sight: Sight) -> list[HistoryStep]:
        """Its acceptance and its latest step, as the history would show them."""
        row = sight.row
        named = {"of_authority": row.authority, "of_referral": row.id, "of_version": row.version}
        hidden = steps_hidden(sight.parts)
        steps = [step for step in await self._tx.all(_STEPS, **named) if step.action not in hidden]
        return [shown.step(sight, step, None) for step in steps]
