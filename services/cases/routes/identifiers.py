"""Who a case is for, and what other systems call it, when that is learnt after the opening."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from chassis.clock import day_of, now
from chassis.errors import Stale
from chassis.given import of_tx
from chassis.http import Answers, IfMatch, problems, room
from chassis.problems import AlreadyExists
from services.cases.domain.case import ExternalReference
from services.cases.domain.citizen import Identification, identifier
from services.cases.domain.errors import (
    CaseIsClosed,
    CaseNotFound,
    HolderOnly,
    IdentifiersDisagree,
    MalformedCpr,
    OpenCaseExists,
    SectorNotInvolved,
)
from services.cases.domain.errors.arrivals import AnonymousStaysSo, CprKnown, MalformedReplacementNumber, NotAnonymous
from services.cases.permissions import CaseReader, CaseWriter
from services.cases.repository.external_references import ExternalReferenceRepository
from services.cases.repository.identifiers import IdentifierRepository
from services.cases.routes.given import Cases, Reads
from services.cases.schemas import shown
from services.cases.schemas.identifiers import IdentificationRequest, IdentificationView
from services.cases.schemas.requests import ExternalReferenceRequest, IdentifierRequest
from services.cases.schemas.views import CaseView
from services.cases.use_cases import identifiers as who
from services.cases.use_cases.external_references import add_external_reference

router = room(tags=["identifiers"], prefix="/v1/cases/{case_id}")


Identifiers = Annotated[IdentifierRepository, Depends(of_tx(IdentifierRepository))]
References = Annotated[ExternalReferenceRepository, Depends(of_tx(ExternalReferenceRepository))]


@router.post(
    "/identifiers",
    name="add_identifier",
    summary="Know the citizen by one identifier more",
    responses=problems(
        CaseNotFound,
        HolderOnly,
        CaseIsClosed,
        AnonymousStaysSo,
        OpenCaseExists,
        IdentifiersDisagree,
        CprKnown,
        MalformedCpr,
        MalformedReplacementNumber,
        Stale,
    ),
)
async def add_an_identifier(
    actor: CaseWriter,
    case_id: UUID,
    body: IdentifierRequest,
    version: IfMatch,
    cases: Cases,
    identifiers: Identifiers,
    answer: Answers,
) -> CaseView:
    """Somebody who came with a replacement number, or none that counts elsewhere, turns out to have a CPR number.

    The holder adds it, and the case tells it masked. A number of somebody else is refused, without a word about them.
    Who an anonymous citizen is, nobody adds: see `identification`.
    """
    at = now()
    case = await who.add_identifier(
        cases, identifiers, actor, case_id, identifier(body.system, body.value), expected=version, now=at
    )
    return answer.ok(shown.whole(case, actor, day_of(at)))


@router.post(
    "/identification",
    name="identify_citizen",
    summary="An anonymous citizen tells who they are",
    responses=problems(
        CaseNotFound,
        HolderOnly,
        CaseIsClosed,
        NotAnonymous,
        OpenCaseExists,
        IdentifiersDisagree,
        CprKnown,
        MalformedCpr,
        MalformedReplacementNumber,
        Stale,
    ),
)
async def identify_a_citizen(
    actor: CaseWriter,
    case_id: UUID,
    body: IdentificationRequest,
    version: IfMatch,
    cases: Cases,
    identifiers: Identifiers,
    answer: Answers,
) -> CaseView:
    """Note the citizen's own act: what they said, and how it is known. Without it an anonymous case stays anonymous.

    A person with an open case here is refused without a word about it: ask its holder (`requestToJoin`).
    """
    at = now()
    case = await who.identify_citizen(
        cases,
        identifiers,
        actor,
        case_id,
        Identification(body.citizen_statement, body.evidence),
        known_by=tuple(dict.fromkeys(identifier(i.system, i.value) for i in body.identifiers)),
        name=body.name,
        expected=version,
        now=at,
    )
    return answer.ok(shown.whole(case, actor, day_of(at)))


@router.get(
    "/identification",
    name="get_identification",
    summary="How an anonymous citizen told who they are",
    responses=problems(CaseNotFound),
)
async def get_identification(
    actor: CaseReader, case_id: UUID, reads: Reads, identifiers: Identifiers
) -> IdentificationView:
    """What the citizen said, and the evidence of it. 404 where nobody was ever anonymous."""
    case = await reads.one(case_id, "identification")
    told = await identifiers.told(case.id)
    if told is None:
        raise CaseNotFound()
    said, at = told
    return IdentificationView(citizen_statement=said.citizen_statement, evidence=said.evidence, recorded_at=at)


@router.post(
    "/external-references",
    name="add_external_reference",
    summary="Tell what another system calls the case",
    responses=problems(CaseNotFound, SectorNotInvolved, CaseIsClosed, AlreadyExists, Stale),
)
async def add_a_reference(
    actor: CaseWriter,
    case_id: UUID,
    body: ExternalReferenceRequest,
    version: IfMatch,
    cases: Cases,
    references: References,
    answer: Answers,
) -> CaseView:
    """A system gives the case a name of its own, at any time in its life. A name leads to one case in the authority:
    one that is taken is refused, whichever case has it. The same name again changes nothing."""
    at = now()
    reference = ExternalReference(body.system, body.value, body.url)
    case = await add_external_reference(cases, references, actor, case_id, reference, expected=version, now=at)
    return answer.ok(shown.whole(case, actor, day_of(at)))
