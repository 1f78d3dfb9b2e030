"""Being asked and heard: what letting go with nothing handed on rests on."""

from uuid import UUID

from chassis.clock import now
from chassis.http import Answers, problems, room
from chassis.paging import Page, PageRequest
from chassis.sectors import UnknownSector
from services.cases.domain.errors import CaseIsClosed, CaseNotFound, HeardInTheFuture, SectorNotInvolved
from services.cases.permissions import CasePerson, CaseReader
from services.cases.routes.given import Cases, Reads
from services.cases.schemas import screenings as shown
from services.cases.schemas.screenings import HearingRequest, HearingView, ScreeningRequest, ScreeningView
from services.cases.use_cases import screenings

router = room(tags=["responsibility"], prefix="/v1/cases/{case_id}")


@router.post(
    "/screenings",
    status_code=201,
    name="record_screening",
    summary="Note that a sector was asked",
    responses=problems(CaseNotFound, SectorNotInvolved, CaseIsClosed, UnknownSector),
)
async def record_screening(
    actor: CasePerson, case_id: UUID, body: ScreeningRequest, cases: Cases, answer: Answers
) -> ScreeningView:
    """A sector was asked whether it can help (RSL § 5). The latest answer of a sector counts.

    Letting go with nothing handed on takes `no-need` from every sector, one's own too, since one's part began.
    """
    case, made = await screenings.record_screening(
        cases, actor, case_id, sector=body.sector, outcome=body.outcome, now=now()
    )
    return answer.created(shown.screening(case, made), f"/v1/cases/{case_id}/screenings/{made.id}")


@router.get("/screenings", name="list_screenings", summary="List the screenings", responses=problems(CaseNotFound))
async def list_screenings(actor: CaseReader, case_id: UUID, reads: Reads, page: PageRequest) -> Page[ScreeningView]:
    """Who was asked, oldest first."""
    case = await reads.one(case_id, "screenings")
    found, end = page.among(list(case.screenings.values()), key=lambda made: (made.at, made.id))
    return Page[ScreeningView](items=[shown.screening(case, made) for made in found], page=end)


@router.get(
    "/screenings/{screening_id}", name="get_screening", summary="Read a screening", responses=problems(CaseNotFound)
)
async def get_screening(
    actor: CaseReader, case_id: UUID, screening_id: UUID, reads: Reads, answer: Answers
) -> ScreeningView:
    """One screening."""
    case = await reads.one(case_id, "screening")
    made = case.screenings.get(screening_id)
    if made is None:
        raise CaseNotFound()
    return answer.ok(shown.screening(case, made))


@router.post(
    "/hearings",
    status_code=201,
    name="record_hearing",
    summary="Note that the citizen was heard",
    responses=problems(CaseNotFound, SectorNotInvolved, CaseIsClosed, HeardInTheFuture),
)
async def record_hearing(
    actor: CasePerson, case_id: UUID, body: HearingRequest, cases: Cases, answer: Answers
) -> HearingView:
    """The citizen was heard on being let go (RSL § 4), and said this. What was said is never changed."""
    case, made = await screenings.record_hearing(cases, actor, case_id, at=body.at, statement=body.statement, now=now())
    return answer.created(shown.hearing(case, made, actor), f"/v1/cases/{case_id}/hearings/{made.id}")


@router.get("/hearings", name="list_hearings", summary="List the hearings", responses=problems(CaseNotFound))
async def list_hearings(actor: CaseReader, case_id: UUID, reads: Reads, page: PageRequest) -> Page[HearingView]:
    """When the citizen was heard, oldest first."""
    case = await reads.one(case_id, "hearings")
    found, end = page.among(list(case.hearings.values()), key=lambda made: (made.at, made.id))
    return Page[HearingView](items=[shown.hearing(case, made, actor) for made in found], page=end)


@router.get("/hearings/{hearing_id}", name="get_hearing", summary="Read a hearing", responses=problems(CaseNotFound))
async def get_hearing(actor: CaseReader, case_id: UUID, hearing_id: UUID, reads: Reads, answer: Answers) -> HearingView:
    """One hearing."""
    case = await reads.one(case_id, "hearing")
    made = case.hearings.get(hearing_id)
    if made is None:
        raise CaseNotFound()
    return answer.ok(shown.hearing(case, made, actor))
