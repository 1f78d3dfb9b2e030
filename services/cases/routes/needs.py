"""The needs of a case. A need is part of its case: its version is the case's."""

from uuid import UUID

from chassis.clock import day_of, now
from chassis.errors import Stale
from chassis.http import Answers, IfMatch, problems, room
from chassis.paging import PageRequest
from chassis.problems import AlreadyExists
from chassis.sectors import UnknownSector
from services.cases.domain.code_lists import NEED_DOMAINS
from services.cases.domain.errors import (
    CaseIsClosed,
    CaseNotFound,
    CitizensWordsMissing,
    NeedExists,
    NeedIsSettled,
    NeedNotReopened,
    NeedNotYours,
    OwnerNotInvolved,
    RevisitInThePast,
    SectorNotInvolved,
)
from services.cases.domain.errors.code_lists import CodeNotInForce
from services.cases.domain.need import SettingAside
from services.cases.domain.sight import sight_of
from services.cases.permissions import CaseReader, CaseWriter
from services.cases.routes.given import Cases, Lists, Reads
from services.cases.schemas import shown
from services.cases.schemas.requests import CloseNeedRequest, NeedRequest, SetNeedAsideRequest
from services.cases.schemas.views import NeedView
from services.cases.schemas.walls import WalledPage
from services.cases.use_cases import needs

router = room(tags=["needs"], prefix="/v1/cases/{case_id}/needs")


@router.post(
    "",
    status_code=201,
    name="register_need",
    summary="Register a need",
    responses=problems(
        *(CaseNotFound, SectorNotInvolved, CaseIsClosed, UnknownSector, NeedExists, OwnerNotInvolved, AlreadyExists),
        CodeNotInForce,
    ),
)
async def register_need(
    actor: CaseWriter, case_id: UUID, body: NeedRequest, cases: Cases, lists: Lists, answer: Answers
) -> NeedView:
    """Take in a need. Without `ownerSector` it is the caller's sector's to see to; another owner must have a part in
    the case. The domain is a code of the list `need-domains` that is in force today."""
    at = now()
    await lists.must_be_in_force(NEED_DOMAINS, [body.domain], day_of(at))
    case, need = await needs.register_need(
        cases,
        actor,
        case_id,
        need_id=body.id,
        domain=body.domain,
        description=body.description,
        owner_sector=body.owner_sector,
        now=at,
    )
    return answer.created(shown.need(case, need, actor), f"/v1/cases/{case_id}/needs/{need.id}")


@router.get("", name="list_needs", summary="List the needs", responses=problems(CaseNotFound))
async def list_needs(actor: CaseReader, case_id: UUID, reads: Reads, page: PageRequest) -> WalledPage[NeedView]:
    """The needs of the case, oldest first. Who reads it only because of a referral is told of the other needs while
    the referral's basis covers `need`; `hidden` says how many are not told."""
    case = await reads.one(case_id, "needs")
    sight = sight_of(case, actor, day_of(now()))
    told = [need for need in case.needs.values() if sight.shows(need.id)]
    found, end = page.among(told, key=lambda need: (need.registered_at, need.id))
    items = [shown.need(case, need, actor) for need in found]
    return WalledPage[NeedView](items=items, page=end, hidden=len(case.needs) - len(told))


@router.get("/{need_id}", name="get_need", summary="Read a need", responses=problems(CaseNotFound))
async def get_need(actor: CaseReader, case_id: UUID, need_id: UUID, reads: Reads, answer: Answers) -> NeedView:
    """One need in full."""
    case = await reads.one(case_id, "need")
    need = case.needs.get(need_id)
    if need is None or not sight_of(case, actor, day_of(now())).shows(need_id):
        raise CaseNotFound()
    return answer.ok(shown.need(case, need, actor))


@router.post(
    "/{need_id}/setting-aside",
    name="set_need_aside",
    summary="Set a need aside in the citizen's words",
    responses=problems(CaseNotFound, NeedNotYours, CaseIsClosed, NeedIsSettled, RevisitInThePast, UnknownSector, Stale),
)
async def set_need_aside(
    actor: CaseWriter,
    case_id: UUID,
    need_id: UUID,
    body: SetNeedAsideRequest,
    version: IfMatch,
    cases: Cases,
    answer: Answers,
) -> NeedView:
    """The citizen says "not now": in own words, until a day, with a sector that owes the question again.

    It counts as settled for the release gate and is never a failure.
    """
    because = SettingAside(body.citizen_statement, body.revisit_on, body.revisit_by_sector)
    case, need = await needs.set_need_aside(cases, actor, case_id, need_id, because, expected=version, now=now())
    return answer.ok(shown.need(case, need, actor))


@router.post(
    "/{need_id}/reopening",
    name="reopen_need",
    summary="Open a need again",
    responses=problems(CaseNotFound, NeedNotYours, CaseIsClosed, NeedNotReopened, Stale),
)
async def reopen_need(
    actor: CaseWriter, case_id: UUID, need_id: UUID, version: IfMatch, cases: Cases, answer: Answers
) -> NeedView:
    """A need that was set aside, met or withdrawn is there again.

    It is open and nobody's catch; its owner sees to it, or the holder when the owner has let go. Who handed it on is
    alarmed.
    """
    case, need = await needs.reopen_need(cases, actor, case_id, need_id, expected=version, now=now())
    return answer.ok(shown.need(case, need, actor))


@router.post(
    "/{need_id}/closure",
    name="close_need",
    summary="End a need",
    responses=problems(CaseNotFound, NeedNotYours, CaseIsClosed, NeedIsSettled, CitizensWordsMissing, Stale),
)
async def close_need(
    actor: CaseWriter,
    case_id: UUID,
    need_id: UUID,
    body: CloseNeedRequest,
    version: IfMatch,
    cases: Cases,
    answer: Answers,
) -> NeedView:
    """A need is met, withdrawn by the citizen (in own words), or was our mistake."""
    case, need = await needs.close_need(
        cases,
        actor,
        case_id,
        need_id,
        outcome=body.outcome,
        citizen_statement=body.citizen_statement,
        expected=version,
        now=now(),
    )
    return answer.ok(shown.need(case, need, actor))
