"""Referrals themselves: request, list, read."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.clock import now
from chassis.errors import NotFound
from chassis.http import Answers, problems, room
from chassis.ids import new_id
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from services.referrals.domain.errors import (
    NeedAlreadyReferred,
    NeedNotYours,
    NeedSetAside,
    SameSector,
    SharingBasisMissing,
    TimeInTheFuture,
)
from services.referrals.domain.lifecycle import State
from services.referrals.permissions import ReferralReader, ReferralWriter
from services.referrals.queries import Filters
from services.referrals.routes.given import Known, Reads, Store
from services.referrals.schemas.requests import ReferralRequest
from services.referrals.schemas.views import HistoryStep, Referral, ReferralSummary
from services.referrals.use_cases import request_referral as ask

router = room(tags=["referrals"])

_A_STATE = "|".join(State)
_A_CODE = "[a-z][a-z0-9-]{0,31}"
_A_UNIT = "[A-Za-z0-9:._-]{1,100}"


def _list_of(item: str) -> str:
    return f"^({item})(,({item})){{0,19}}$"


States = Annotated[str | None, Query(pattern=_list_of(_A_STATE), max_length=300, description="States, by comma.")]
Sectors = Annotated[str | None, Query(pattern=_list_of(_A_CODE), max_length=660, description="Sectors, by comma.")]
Units = Annotated[
    str | None,
    Query(pattern=_list_of(_A_UNIT), max_length=2020, description="Units, by comma; `me` is the acting unit."),
]


@router.post(
    "/referrals",
    status_code=201,
    responses=problems(
        TimeInTheFuture,
        NotFound,
        NeedNotYours,
        NeedSetAside,
        NeedAlreadyReferred,
        SameSector,
        SharingBasisMissing,
        AlreadyExists,
    ),
)
async def request_referral(
    body: ReferralRequest,
    actor: ReferralWriter,
    referrals: Store,
    known: Known,
    reads: Reads,
    answer: Answers,
) -> Referral:
    """Ask another sector to take on a need.

    Refused when the case is not one your sector works on, when the need is another sector's, set aside, or already
    referred, and when nothing permits the sharing (`fails` says which part).
    """
    wish = ask.Wish(**body.model_dump(exclude={"id"}))
    asked = await ask.request_referral(referrals, known, actor, wish, referral_id=body.id or new_id(), now=now())
    return answer.created(await reads.referral(asked.id), f"/v1/referrals/{asked.id}")


@router.get("/referrals")
async def list_referrals(
    actor: ReferralReader,
    reads: Reads,
    paging: PageRequest,
    state: States = None,
    to_sector: Annotated[Sectors, Query(alias="toSector")] = None,
    to_unit: Annotated[Units, Query(alias="toUnit")] = None,
    from_sector: Annotated[Sectors, Query(alias="fromSector")] = None,
    case_id: Annotated[UUID | None, Query(alias="caseId")] = None,
) -> Page[ReferralSummary]:
    """The referrals your sector sent or received, newest first."""
    filters = Filters(
        states=tuple(State(code) for code in _split(state)),
        to_sectors=_split(to_sector),
        to_units=_split(to_unit),
        from_sectors=_split(from_sector),
        case_id=case_id,
    )
    return await reads.page(filters, paging)


@router.get("/referrals/{referral_id}", responses=problems(NotFound))
async def get_referral(referral_id: UUID, actor: ReferralReader, reads: Reads, answer: Answers) -> Referral:
    """One referral. What the sender sees of the way back, `returnScope` says."""
    return answer.ok(await reads.referral(referral_id))


@router.get("/referrals/{referral_id}/history", responses=problems(NotFound))
async def get_referral_history(
    referral_id: UUID, actor: ReferralReader, reads: Reads, paging: PageRequest
) -> Page[HistoryStep]:
    """What happened to a referral, in order."""
    return await reads.history(referral_id, paging)


def _split(listed: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(listed.split(","))) if listed else ()
