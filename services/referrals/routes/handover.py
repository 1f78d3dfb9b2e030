"""What is handed over with a request: written by the sender, read by both."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from chassis.clock import now
from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.given import of_tx
from chassis.http import Answers, IfMatchOrNew, problems, room
from chassis.paging import Page, PageRequest
from services.referrals.domain.errors import NotPossibleNow, OnlyTheSender, SectorHasLetGo
from services.referrals.domain.errors.handover import AnonymousSharesNothing, HandoverAlreadyReceived
from services.referrals.permissions import ReferralReader, ReferralWriter
from services.referrals.repository import Handovers
from services.referrals.routes.given import ReadsBeside, Store
from services.referrals.schemas.handover import HandoverContentView, HandoverRequest, HandoverVersionView
from services.referrals.use_cases import complete_handover as completing

router = room(tags=["referrals"])


HandoverStore = Annotated[Handovers, Depends(of_tx(Handovers))]

_REFUSED = (NotFound, OnlyTheSender, SectorHasLetGo, Stale, InvalidTransition, NotPossibleNow)


@router.put(
    "/referrals/{referral_id}/handover-content",
    responses=problems(*_REFUSED, AnonymousSharesNothing, HandoverAlreadyReceived)
    | {201: {"model": HandoverContentView, "description": "The first version."}},
)
async def write_handover_content(
    referral_id: UUID,
    body: HandoverRequest,
    actor: ReferralWriter,
    version: IfMatchOrNew,
    referrals: Store,
    handovers: HandoverStore,
    reads: ReadsBeside,
    answer: Answers,
    response: Response,
) -> HandoverContentView:
    """Write what is handed over, as a whole: until the receipt, and by the sender.

    The first time with `If-None-Match: *`, after that with `If-Match`. Each is a version of its own; what says nothing
    new makes none. The receiver is shown what the basis of the referral covers, section by section.
    """
    await completing.complete_handover(
        referrals, handovers, actor, referral_id, body.said(), expected=version, now=now()
    )
    view = await reads.content(referral_id)
    if version == 0:
        response.status_code = 201
        return answer.created(view, f"/v1/referrals/{referral_id}/handover-content")
    return answer.ok(view)


@router.get("/referrals/{referral_id}/handover-content", responses=problems(NotFound))
async def get_handover_content(
    referral_id: UUID, actor: ReferralReader, reads: ReadsBeside, answer: Answers
) -> HandoverContentView:
    """What is handed over, as it was written last. The receiver reads what the basis covers today (`shared`) and is
    told which sections it is not shown, and why (`notShared`)."""
    return answer.ok(await reads.content(referral_id))


@router.get("/referrals/{referral_id}/handover-content/versions", responses=problems(NotFound))
async def list_handover_content_versions(
    referral_id: UUID, actor: ReferralReader, reads: ReadsBeside, paging: PageRequest
) -> Page[HandoverVersionView]:
    """Every version of it, the newest first."""
    return await reads.versions(referral_id, paging)
