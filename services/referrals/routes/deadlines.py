"""What was promised by a date, and what the citizen chooses instead."""

from uuid import UUID

from chassis.clock import now
from chassis.errors import NotFound, Stale
from chassis.http import problems, room
from services.referrals.domain.errors import OnlyTheAddressedUnit, SectorHasLetGo
from services.referrals.domain.errors.clocks import NoDeadlineRuns
from services.referrals.permissions import ReferralWriter
from services.referrals.routes.given import Step
from services.referrals.schemas.clocks import DeadlineWaiverRequest
from services.referrals.schemas.views import Referral
from services.referrals.use_cases import waive_deadlines as waiving

router = room(tags=["referrals"])


@router.post(
    "/referrals/{referral_id}/deadline-waiver",
    responses=problems(OnlyTheAddressedUnit, SectorHasLetGo, NotFound, Stale, NoDeadlineRuns),
)
async def waive_deadlines(
    referral_id: UUID, body: DeadlineWaiverRequest, actor: ReferralWriter, step: Step
) -> Referral:
    """Write down that the citizen chose another provider than the one who would have been in time.

    Either side may. The clocks that run are waived, with the citizen's own words kept; the referral goes on. A day that
    has gone by stays missed.
    """
    await waiving.waive_deadlines(
        step.referrals, actor, referral_id, statement=body.citizen_statement, expected=step.expected, now=now()
    )
    return await step.shown(referral_id)
