"""Codes for citizens who want to be met without being known, and the units that confirm them."""

from uuid import UUID

from chassis.clock import now
from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.http import Answers, IfMatch, problems, room
from chassis.ids import new_id, pseudonym, secret_code
from chassis.paging import Page, PageRequest
from services.referrals.domain.catch_codes import CatchConfirmation, as_said
from services.referrals.domain.errors import OnlyTheSender, SectorHasLetGo, TimeInTheFuture
from services.referrals.domain.errors.handover import CatchCodeNotUsable, NotAnonymous
from services.referrals.permissions import CatchConfirmer, CatchReader, ReferralReader, ReferralWriter
from services.referrals.routes.given import Codes, ReadsBeside, Store
from services.referrals.schemas.handover import (
    CatchCodeIssued,
    CatchCodeView,
    CatchConfirmationRequest,
    CatchConfirmationView,
)
from services.referrals.use_cases import confirm_catch as confirming
from services.referrals.use_cases import issue_catch_code as issuing

router = room(tags=["referrals"])


@router.post(
    "/referrals/{referral_id}/catch-codes",
    status_code=201,
    responses=problems(NotFound, OnlyTheSender, SectorHasLetGo, Stale, InvalidTransition, NotAnonymous),
)
async def issue_catch_code(
    referral_id: UUID,
    actor: ReferralWriter,
    codes: Codes,
    referrals: Store,
    reads: ReadsBeside,
    if_match: IfMatch,
    answer: Answers,
) -> CatchCodeIssued:
    """Have a code made for the citizen of an anonymous referral, to carry and to show where they come.

    It is told once, here. It is good once and for sixty days; a new one makes the one before it useless.
    """
    secret = secret_code()
    code = await issuing.issue_catch_code(
        referrals, codes, actor, referral_id, id=new_id(), secret=secret, expected=if_match, now=now()
    )
    view = await reads.code(referral_id, code.id)
    issued = CatchCodeIssued(**view.model_dump(), code=as_said(secret))
    return answer.created(issued, f"/v1/referrals/{referral_id}/catch-codes/{code.id}")


@router.get("/referrals/{referral_id}/catch-codes", responses=problems(NotFound))
async def list_catch_codes(
    referral_id: UUID, actor: ReferralReader, reads: ReadsBeside, paging: PageRequest
) -> Page[CatchCodeView]:
    """The codes that were made for a referral, the newest first, and how it stands with each. Never the codes."""
    return await reads.codes(referral_id, paging)


@router.get("/referrals/{referral_id}/catch-codes/{code_id}", responses=problems(NotFound))
async def get_catch_code(
    referral_id: UUID, code_id: UUID, actor: ReferralReader, reads: ReadsBeside, answer: Answers
) -> CatchCodeView:
    """One code, and how it stands with it. Never the code."""
    return answer.ok(await reads.code(referral_id, code_id))


@router.post("/catch-confirmations", status_code=201, responses=problems(CatchCodeNotUsable, TimeInTheFuture))
async def confirm_catch(
    body: CatchConfirmationRequest,
    actor: CatchConfirmer,
    codes: Codes,
    referrals: Store,
    reads: ReadsBeside,
    answer: Answers,
) -> CatchConfirmationView:
    """Confirm that whoever carried this code was met by your unit that day. You are not told who it was.

    The citizen is caught: those who sent them learn that, and no more. Unknown, used, replaced and expired codes,
    another unit's, and those that the day does not fit get one answer.
    """
    # A random id: one that told the moment would lie beside the case's events of the same moment.
    confirmation = CatchConfirmation(pseudonym(), body.attended_on, now(), actor)
    await confirming.confirm_catch(referrals, codes, body.code, confirmation, receipt_id=new_id())
    view = await reads.confirmation(confirmation.id)
    return answer.created(view, f"/v1/catch-confirmations/{confirmation.id}")


@router.get("/catch-confirmations")
async def list_catch_confirmations(
    actor: CatchReader, reads: ReadsBeside, paging: PageRequest
) -> Page[CatchConfirmationView]:
    """What your units have confirmed, the newest first: on which days somebody came, and nobody's name."""
    return await reads.confirmations(paging)


@router.get("/catch-confirmations/{confirmation_id}", responses=problems(NotFound))
async def get_catch_confirmation(
    confirmation_id: UUID, actor: CatchReader, reads: ReadsBeside, answer: Answers
) -> CatchConfirmationView:
    """One of them."""
    return answer.ok(await reads.confirmation(confirmation_id))
