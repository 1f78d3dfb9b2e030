"""Referrals themselves: request, list, read."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query

from chassis.clock import now
from chassis.errors import NotFound
from chassis.http import Answers, problems, room
from chassis.ids import new_id
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from chassis.sectors import Sector, UnknownSector
from chassis.wire import CodeList, Subject, UnitId
from services.referrals.domain.errors import (
    NeedAlreadyReferred,
    NeedHasEnded,
    NeedNotYours,
    NeedSetAside,
    SameSector,
    SharingBasisMissing,
    TimeInTheFuture,
)
from services.referrals.domain.errors.addressing import ServiceNotAddressable
from services.referrals.domain.errors.clocks import GuaranteeNotInForce
from services.referrals.domain.errors.handover import AnonymousSharesNothing
from services.referrals.domain.lifecycle import State
from services.referrals.permissions import ReferralReader, ReferralWriter
from services.referrals.queries import Filters
from services.referrals.routes.given import Cards, Known, Offers, Promises, Reads, Store
from services.referrals.schemas.requests import ReferralRequest
from services.referrals.schemas.views import HistoryStep, Referral, ReferralSummary
from services.referrals.use_cases import request_referral as ask

router = room(tags=["referrals"])

_SECTORS = "Sectors, by comma."
_UNITS = "Units, by comma; `me` is the acting unit."


@router.post(
    "/referrals",
    status_code=201,
    responses=problems(
        UnknownSector,
        TimeInTheFuture,
        NotFound,
        NeedNotYours,
        NeedHasEnded,
        NeedSetAside,
        NeedAlreadyReferred,
        SameSector,
        ServiceNotAddressable,
        SharingBasisMissing,
        AnonymousSharesNothing,
        GuaranteeNotInForce,
        AlreadyExists,
    ),
)
async def request_referral(
    body: ReferralRequest,
    actor: ReferralWriter,
    referrals: Store,
    known: Known,
    guarantees: Promises,
    directory: Offers,
    reads: Reads,
    answer: Answers,
) -> Referral:
    """Ask another sector to take on a need.

    What you hand over can be completed until the receipt; the receiver is shown what the basis covers. An `anonymous`
    referral shares nothing: the receiver finds nothing of it, and the citizen carries a catch code.

    Refused when the case is not one your sector works on, when the need is another sector's, ended, set aside, or
    already referred, and when nothing permits the sharing (`fails` says which part).

    With `toAuthority` the sector of that name in another authority is asked: its people see the referral and act on
    it, and it stays your authority's. A consent must name that authority; a provision must reach beyond your own.

    The clock of a `guarantee` runs from the day the citizen asked for help (`approachedOn`), not from the request.
    """
    handover = body.handover.said() if body.handover else None
    wish = ask.Wish(**body.model_dump(exclude={"id", "handover"}), handover=handover)
    new = body.id or new_id()
    asked = await ask.request_referral(referrals, known, guarantees, directory, actor, wish, referral_id=new, now=now())
    return answer.created(await reads.referral(asked.id), f"/v1/referrals/{asked.id}")


@router.get("/referrals")
async def list_referrals(
    actor: ReferralReader,
    reads: Reads,
    cards: Cards,
    paging: PageRequest,
    state: Annotated[CodeList[State], Query(description="States, by comma.")] = None,
    to_sector: Annotated[CodeList[Sector], Query(alias="toSector", description=_SECTORS)] = None,
    to_unit: Annotated[CodeList[UnitId], Query(alias="toUnit", description=_UNITS)] = None,
    to_service: Annotated[UUID | None, Query(alias="toServiceId", description="The service asked for.")] = None,
    from_sector: Annotated[CodeList[Sector], Query(alias="fromSector", description=_SECTORS)] = None,
    case_id: Annotated[UUID | None, Query(alias="caseId")] = None,
    claimed_by: Annotated[
        Subject | None, Query(alias="claimedBy", description="Who has it in hand in your sector; `me` is the caller.")
    ] = None,
    overdue: Annotated[bool, Query(description="Only where a promised day has gone by.")] = False,
    sort: Annotated[Literal["dueOn"] | None, Query(description="What falls due first comes first.")] = None,
) -> Page[ReferralSummary]:
    """The referrals your sector sent or received, newest first. `state` finds what it shows you. Those that other
    authorities sent are among them.

    With `sort=dueOn` a worklist: first what falls due first, last what no clock runs for. Whom a referral is about is
    told to the addressed unit while the basis covers it, and to the sender; `citizenPart` says why it is not.
    """
    filters = Filters(
        states=tuple(state or ()),
        to_sectors=tuple(to_sector or ()),
        to_units=tuple(to_unit or ()),
        to_service=to_service,
        from_sectors=tuple(from_sector or ()),
        case_id=case_id,
        claimed_by=claimed_by,
        overdue=overdue,
        by_due_day=sort is not None,
    )
    return await reads.page(filters, paging, cards)


@router.get("/referrals/{referral_id}", responses=problems(NotFound))
async def get_referral(
    referral_id: UUID, actor: ReferralReader, reads: Reads, cards: Cards, answer: Answers
) -> Referral:
    """One referral. What the sender sees of the way back, `returnScope` says.

    A sender that has let the case go reads its request as it was sent: `version` 1, and no `state`.
    """
    return answer.ok(await reads.referral(referral_id, cards))


@router.get("/referrals/{referral_id}/history", responses=problems(NotFound))
async def get_referral_history(
    referral_id: UUID, actor: ReferralReader, reads: Reads, paging: PageRequest
) -> Page[HistoryStep]:
    """What happened to a referral, in order."""
    return await reads.history(referral_id, paging)
