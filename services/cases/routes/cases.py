"""Cases: open, read, list, search, change, close."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Body, Query

from chassis.clock import day_of, now
from chassis.errors import Stale
from chassis.http import Answers, IfMatch, IfMatchRequired, problems, room
from chassis.paging import Page, PageEnd, PageRequest
from chassis.problems import AlreadyExists
from chassis.sectors import Sector, UnknownSector
from chassis.wire import CodeList
from services.cases.domain.case import ExternalReference, Informed, Status
from services.cases.domain.citizen import identifier
from services.cases.domain.code_lists import NEED_DOMAINS
from services.cases.domain.ending import Closure
from services.cases.domain.errors import (
    AlreadyReceived,
    CaseIsClosed,
    CaseNotFound,
    CitizenHasNotMoved,
    CitizensWordsMissing,
    ClosureBlocked,
    HolderOnly,
    IdentifiersDisagree,
    ImportNotYours,
    MalformedCpr,
    NeedExists,
    NoAuthorityNamed,
    NoSector,
    OpenCaseExists,
    OverrideNotYours,
    OwnerNotInvolved,
    ProtectionNotYours,
    ReceivedInTheFuture,
    SectorNotInvolved,
)
from services.cases.domain.errors.arrivals import MalformedReplacementNumber
from services.cases.domain.errors.code_lists import CodeNotInForce
from services.cases.permissions import CaseReader, CaseReleaser, CaseWriter
from services.cases.queries import by_number, filters
from services.cases.routes.given import Cases, Lists, Reads
from services.cases.routes.told import told_in
from services.cases.schemas import shown
from services.cases.schemas.requests import (
    ArrivalRequest,
    ClosureRequest,
    OpenCaseRequest,
    SearchRequest,
    UpdateCaseRequest,
)
from services.cases.schemas.told import citizen_told
from services.cases.schemas.views import CaseSummary, CaseView
from services.cases.use_cases.close_case import close_case
from services.cases.use_cases.close_case import confirm_arrival as confirm_arrival_of
from services.cases.use_cases.open_case import FirstNeed, open_case
from services.cases.use_cases.update_case import update_case

router = room(tags=["cases"])


@router.post(
    "/cases",
    status_code=201,
    name="open_case",
    summary="Open a case",
    responses=problems(
        NoSector,
        ImportNotYours,
        OpenCaseExists,
        AlreadyExists,
        IdentifiersDisagree,
        NeedExists,
        OwnerNotInvolved,
        UnknownSector,
        MalformedCpr,
        MalformedReplacementNumber,
        CodeNotInForce,
    ),
)
async def open_a_case(
    actor: CaseWriter, body: OpenCaseRequest, cases: Cases, lists: Lists, answer: Answers
) -> CaseView:
    """Open a case: the caller's sector holds it from this instant and the caller coordinates.

    A person has at most one open case with an authority; a second is refused without a word about the first. The
    domains of needs are codes of the list `need-domains` that are in force today.
    """
    at = now()
    await lists.must_be_in_force(NEED_DOMAINS, [need.domain for need in body.needs], day_of(at))
    case = await open_case(
        cases,
        actor,
        case_id=body.id,
        citizen=citizen_told(body.citizen),
        needs=[FirstNeed(n.id, n.domain, n.description, n.owner_sector) for n in body.needs],
        kle=body.kle,
        external_references=[ExternalReference(r.system, r.value, r.url) for r in body.external_references],
        citizen_informed=Informed(body.citizen_informed.on, body.citizen_informed.how)
        if body.citizen_informed
        else None,
        origin=body.origin,
        now=at,
    )
    return answer.created(shown.whole(case, actor, day_of(at)), f"/v1/cases/{case.id}")


@router.get("/cases", name="list_cases", summary="List cases")
async def list_cases(
    actor: CaseReader,
    reads: Reads,
    page: PageRequest,
    status: Annotated[CodeList[Status], Query()] = None,
    holding_sector: Annotated[CodeList[Sector], Query(alias="holdingSector")] = None,
    involved_sector: Annotated[CodeList[Sector], Query(alias="involvedSector")] = None,
    coordinator: Annotated[str | None, Query(max_length=255, pattern=r"^[\x21-\x7e]+$")] = None,
    attention: bool | None = None,
) -> Page[CaseSummary]:
    """The cases the caller may see, newest first. `coordinator=me` is the caller; code filters are comma lists."""
    where = filters(
        actor.authority or "",
        status=status,
        holding_sector=holding_sector,
        involved_sector=involved_sector,
        coordinator=actor.subject if coordinator == "me" else coordinator,
        attention=attention,
    )
    found, end = await reads.listed(page, where=where)
    return Page[CaseSummary](items=[shown.summary(case, actor, day_of(now())) for case in found], page=end)


@router.post(
    "/cases/_search",
    name="search_cases",
    summary="Find a case",
    responses=problems(MalformedCpr, MalformedReplacementNumber),
)
async def search_cases(actor: CaseReader, reads: Reads, body: SearchRequest) -> Page[CaseSummary]:
    """Find by identifier, external reference or case number. In the body: an identifier has no place in an address."""
    if body.identifier:
        where = reads.by_identifier(identifier(body.identifier.system, body.identifier.value))
    elif body.external_reference:
        where = reads.by_reference(body.external_reference.system, body.external_reference.value)
    elif body.alias:
        where = reads.by_alias(body.alias)
    else:
        where = by_number(body.case_number or "")
    found = await reads.found(where)
    return Page[CaseSummary](
        items=[shown.summary(case, actor, day_of(now())) for case in found], page=PageEnd(next=None)
    )


@router.get("/worklist", name="get_worklist", summary="What needs attention first")
async def get_worklist(
    actor: CaseReader,
    reads: Reads,
    page: PageRequest,
    as_: Annotated[Literal["coordinator", "unit"], Query(alias="as")] = "coordinator",
    sort: Literal["attention"] = "attention",
) -> Page[CaseSummary]:
    """The caller's open cases, most urgent first: those they coordinate, or those their unit (or sector) holds."""
    authority = actor.authority or ""
    mine = (
        filters(authority, coordinator=actor.subject)
        if as_ == "coordinator"
        else filters(authority, holding_sector=[actor.sector or ""], unit=actor.unit)
    )
    found, end = await reads.worklist(page, where=mine)
    return Page[CaseSummary](items=[shown.summary(case, actor, day_of(now())) for case in found], page=end)


@router.get("/cases/{case_id}", name="get_case", summary="Read a case", responses=problems(CaseNotFound))
async def get_case(actor: CaseReader, case_id: UUID, reads: Reads, answer: Answers) -> CaseView:
    """One case in full. A sector that reads it only because of a referral to it is told of the citizen what the
    referral's basis covers today; `hidden` counts what is left out."""
    return answer.ok(shown.whole(await reads.one(case_id), actor, day_of(now())))


@router.patch(
    "/cases/{case_id}",
    name="update_case",
    summary="Change name, contact, protection or KLE",
    responses=problems(CaseNotFound, SectorNotInvolved, CaseIsClosed, ProtectionNotYours, Stale),
)
async def patch_case(
    actor: CaseWriter,
    case_id: UUID,
    body: Annotated[UpdateCaseRequest, Body(media_type="application/merge-patch+json")],
    version: IfMatchRequired,
    cases: Cases,
    answer: Answers,
) -> CaseView:
    """Apply a merge patch (RFC 7396): what is named changes, null empties, what is absent stays, in `contact` too.

    Who may change the case prolongs `protectedUntil`; a team lead of the holding sector alone shortens or empties it.
    """
    at = now()
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    if body.contact is not None:
        changes["contact"] = body.contact.changes()
    case = await update_case(cases, actor, case_id, changes=changes, expected=version, now=at)
    return answer.ok(shown.whole(case, actor, day_of(at)))


@router.post(
    "/cases/{case_id}/closure",
    name="close_case",
    summary="Close a case",
    responses=problems(
        CaseNotFound,
        HolderOnly,
        OverrideNotYours,
        CaseIsClosed,
        ClosureBlocked,
        NoAuthorityNamed,
        CitizensWordsMissing,
        Stale,
    ),
)
async def close_a_case(
    actor: CaseReleaser,
    case_id: UUID,
    body: ClosureRequest,
    version: IfMatch,
    cases: Cases,
    answer: Answers,
    told: told_in,
) -> CaseView:
    """End holding and case in one step: by the holder, when every other sector has let go and no need is open.

    A citizen who moved, died or declined all help (in own words) is a named ground. `override` is a team lead's, and is
    counted.
    """
    at, receipt = now(), body.receipt
    closure = Closure(
        ground=body.ground,
        reason=body.reason,
        at=at,
        by_sector=actor.sector or "",
        to_authority=body.to_authority,
        told=body.told,
        received_on=receipt.received_on if receipt else None,
        receipt=receipt.receipt if receipt else None,
        citizen_statement=body.citizen_statement,
    )
    with told:
        case = await close_case(cases, actor, case_id, closure, expected=version, now=at)
    return answer.ok(shown.whole(case, actor, day_of(at)))


@router.post(
    "/cases/{case_id}/closure/receipt",
    name="confirm_arrival",
    summary="Confirm that a citizen who moved has arrived",
    responses=problems(CaseNotFound, HolderOnly, CitizenHasNotMoved, AlreadyReceived, ReceivedInTheFuture, Stale),
)
async def confirm_arrival(
    actor: CaseWriter, case_id: UUID, body: ArrivalRequest, version: IfMatch, cases: Cases, answer: Answers
) -> CaseView:
    """The authority the citizen moved to has received them. Until then the citizen stays on the watch list."""
    at = now()
    case = await confirm_arrival_of(
        cases, actor, case_id, received_on=body.received_on, receipt=body.receipt, expected=version, now=at
    )
    return answer.ok(shown.whole(case, actor, day_of(at)))
