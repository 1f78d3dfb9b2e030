"""Who has a part in a case: involvements, the coordinator, and which authority decides and pays."""

from uuid import UUID

from chassis.clock import day_of, now
from chassis.errors import Stale
from chassis.http import Answers, IfMatch, problems, room
from chassis.paging import Page, PageRequest
from chassis.sectors import UnknownSector
from services.cases.domain.errors import (
    AlreadyInvolved,
    CaseIsClosed,
    CaseNotFound,
    HolderOnly,
    InvolvementBasisMissing,
)
from services.cases.domain.errors.organisation import CoordinatorUnfit, UnitUnfit
from services.cases.permissions import CasePerson, CaseReader, CaseWriter
from services.cases.routes.given import Cases, Reads, Staff, Units
from services.cases.schemas import parts as shown
from services.cases.schemas.parts import (
    CoordinatorRequest,
    InvolvementRequest,
    InvolvementView,
    PartyRequest,
    StatedPartyView,
)
from services.cases.schemas.shown import whole
from services.cases.schemas.views import CaseView
from services.cases.use_cases import parts

router = room(tags=["responsibility"], prefix="/v1/cases/{case_id}")


@router.post(
    "/involvements",
    status_code=201,
    name="involve_sector",
    summary="Give a sector a part in the case",
    responses=problems(
        CaseNotFound, HolderOnly, UnknownSector, CaseIsClosed, AlreadyInvolved, InvolvementBasisMissing, Stale
    ),
)
async def involve_sector(
    actor: CasePerson, case_id: UUID, body: InvolvementRequest, version: IfMatch, cases: Cases, answer: Answers
) -> InvolvementView:
    """By the holder. Whoever has a part may read the case: that takes a consent in force from the holder's sector to
    theirs, or a legal basis of another kind. It moves no need and no responsibility; a referral does.
    """
    case, part_id = await parts.involve_sector(
        cases,
        actor,
        case_id,
        sector=body.sector,
        unit=body.unit,
        because=body.because,
        on_other_basis=body.legal_basis is not None,
        expected=version,
        now=now(),
    )
    part = shown.involvement(case, case.responsibilities[part_id])
    return answer.created(part, f"/v1/cases/{case_id}/involvements/{part_id}")


@router.get("/involvements", name="list_involvements", summary="List the parts", responses=problems(CaseNotFound))
async def list_involvements(actor: CaseReader, case_id: UUID, reads: Reads, page: PageRequest) -> Page[InvolvementView]:
    """Every part a sector has or had, oldest first."""
    case = await reads.one(case_id, "involvements")
    known = [part for part in case.responsibilities.values() if part.kind == "involved"]
    found, end = page.among(known, key=lambda part: (part.since, part.id))
    return Page[InvolvementView](items=[shown.involvement(case, part) for part in found], page=end)


@router.get(
    "/involvements/{involvement_id}", name="get_involvement", summary="Read a part", responses=problems(CaseNotFound)
)
async def get_involvement(
    actor: CaseReader, case_id: UUID, involvement_id: UUID, reads: Reads, answer: Answers
) -> InvolvementView:
    """One part."""
    case = await reads.one(case_id, "involvement")
    part = case.responsibilities.get(involvement_id)
    if part is None or part.kind != "involved":
        raise CaseNotFound()
    return answer.ok(shown.involvement(case, part))


@router.post(
    "/coordinator",
    name="assign_coordinator",
    summary="Reassign within the holding sector",
    responses=problems(CaseNotFound, HolderOnly, CaseIsClosed, UnitUnfit, CoordinatorUnfit, Stale),
)
async def assign_coordinator(
    actor: CaseWriter,
    case_id: UUID,
    body: CoordinatorRequest,
    version: IfMatch,
    cases: Cases,
    units: Units,
    staff: Staff,
    answer: Answers,
) -> CaseView:
    """Another person coordinates from now on, or another unit of the sector holds. Nothing leaves the sector, so nobody
    is asked, and there is no moment without a holder. Where the authority keeps its units and staff here, the unit is
    one of the sector's, and the person works there today.
    """
    at = now()
    case = await parts.assign_coordinator(
        cases, units, staff, actor, case_id, subject=body.subject, unit=body.unit, expected=version, now=at
    )
    return answer.ok(whole(case, actor, day_of(at)))


@router.post(
    "/parties",
    status_code=201,
    name="state_party",
    summary="State which authority decides, or pays",
    responses=problems(CaseNotFound, HolderOnly, CaseIsClosed, Stale),
)
async def state_party(
    actor: CaseWriter, case_id: UUID, body: PartyRequest, version: IfMatch, cases: Cases, answer: Answers
) -> StatedPartyView:
    """Legal competence (handlekommune) and payment (betalingskommune) are kept apart from who holds the case. Until
    somebody states otherwise, both are the case's own authority's.
    """
    case, stated = await parts.state_party(
        cases,
        actor,
        case_id,
        kind=body.kind,
        authority=body.authority,
        because=body.because,
        expected=version,
        now=now(),
    )
    return answer.created(shown.party(case, stated), f"/v1/cases/{case_id}/parties/{stated.id}")


@router.get("/parties", name="list_parties", summary="List who decided and who paid", responses=problems(CaseNotFound))
async def list_parties(actor: CaseReader, case_id: UUID, reads: Reads, page: PageRequest) -> Page[StatedPartyView]:
    """Every statement, oldest first."""
    case = await reads.one(case_id, "parties")
    found, end = page.among(list(case.parties.values()), key=lambda stated: (stated.since, stated.id))
    return Page[StatedPartyView](items=[shown.party(case, stated) for stated in found], page=end)


@router.get("/parties/{party_id}", name="get_party", summary="Read a statement", responses=problems(CaseNotFound))
async def get_party(actor: CaseReader, case_id: UUID, party_id: UUID, reads: Reads, answer: Answers) -> StatedPartyView:
    """One statement."""
    case = await reads.one(case_id, "party")
    stated = case.parties.get(party_id)
    if stated is None:
        raise CaseNotFound()
    return answer.ok(shown.party(case, stated))
