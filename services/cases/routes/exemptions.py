"""Exemption from named duties: granted, ended, and asked for by whoever is about to demand something."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from chassis import tracing
from chassis.clock import day_of, now
from chassis.errors import BadInput, Stale
from chassis.given import Language, of_caller, of_tx
from chassis.http import Answers, IfMatch, problems, room
from chassis.paging import Page, PageRequest
from chassis.problems import Fault, Faults, problem
from chassis.report_months import ReportPeriodUnfit, months_over
from chassis.wire import Day
from services.cases.domain.citizen import identifier
from services.cases.domain.errors import CaseIsClosed, CaseNotFound, MalformedCpr, SectorNotInvolved
from services.cases.domain.errors import exemptions as refusals
from services.cases.domain.errors.arrivals import MalformedReplacementNumber
from services.cases.domain.exemption_bases import exemption_bases
from services.cases.domain.exemptions import ExemptionWish, must_be_one_who_asks
from services.cases.permissions import (
    CaseReader,
    ExemptionBasisReader,
    ExemptionChecker,
    ExemptionDecider,
    RefusalReader,
)
from services.cases.queries.exemptions import ExemptionQueries, Question
from services.cases.repository import PolicyRepository
from services.cases.repository.exemptions import ExemptionRepository
from services.cases.routes.given import Cases
from services.cases.schemas import exemptions as shown
from services.cases.schemas.exemptions import (
    DemandCheckRequest,
    DemandCheckView,
    ExemptionBasisView,
    ExemptionCheckRequest,
    ExemptionChecksRequest,
    ExemptionChecksView,
    ExemptionCheckView,
    ExemptionEndRequest,
    ExemptionRequest,
    ExemptionView,
    RefusalReportView,
)
from services.cases.use_cases import exemptions as use_cases

router = room(tags=["exemptions"], prefix="/v1/cases/{case_id}/exemptions")
demands = room(tags=["exemptions"], prefix="/v1/cases/{case_id}")
checks = room(tags=["exemptions"])


Exemptions = Annotated[ExemptionRepository, Depends(of_tx(ExemptionRepository))]
Policies = Annotated[PolicyRepository, Depends(of_tx(PolicyRepository))]
Reads = Annotated[ExemptionQueries, Depends(of_caller(ExemptionQueries))]


@router.post(
    "",
    status_code=201,
    name="grant_exemption",
    summary="Exempt the citizen from named duties",
    responses=problems(
        refusals.UnknownExemptionBasis,
        CaseNotFound,
        SectorNotInvolved,
        refusals.ExemptionNotYours,
        CaseIsClosed,
        refusals.ExemptionOver,
        refusals.CitizenNotEnrolled,
        refusals.ExemptionBasisNotGranted,
        refusals.ProvisionNotCovered,
        refusals.OutsideItsGround,
        refusals.ExemptionTooLong,
        refusals.ExemptionOverlaps,
    ),
)
async def grant_exemption(
    actor: ExemptionDecider,
    case_id: UUID,
    body: ExemptionRequest,
    cases: Cases,
    exemptions: Exemptions,
    answer: Answers,
) -> ExemptionView:
    """Release the citizen from named duties for a period; both days count. It takes away no help and no duty of yours.

    Under a trial (`legalBasisId`) every day lies within the legal basis and the citizen's enrolment, and every
    provision is one that arm and basis name. By ordinary law (`legalBasis`, see `GET /v1/exemption-bases`) one decision
    reaches so far as the law lets it, and can be renewed from the day after. Decided by the holding sector, or by
    employment with a part in the case. `reason` is kept sealed.
    """
    at = now()
    wish = ExemptionWish(
        provisions=tuple(sorted(set(body.provisions))),
        valid_from=body.from_,
        valid_to=body.to,
        legal_basis=body.legal_basis,
        legal_basis_id=body.legal_basis_id,
        reason=body.reason,
    )
    case, granted = await use_cases.grant_exemption(cases, exemptions, actor, case_id, wish, now=at)
    return answer.created(
        shown.exemption(case, granted, actor, day_of(at)), f"/v1/cases/{case_id}/exemptions/{granted.id}"
    )


@router.get("", name="list_exemptions", summary="List the exemptions", responses=problems(CaseNotFound))
async def list_exemptions(actor: CaseReader, case_id: UUID, reads: Reads, page: PageRequest) -> Page[ExemptionView]:
    """All exemptions of the case, by their first day. On what another sector's rests is told under a consent only."""
    case, found, end = await reads.listed(case_id, page)
    return Page[ExemptionView](items=[shown.exemption(case, one, actor, day_of(now())) for one in found], page=end)


@router.get("/{exemption_id}", name="get_exemption", summary="Read an exemption", responses=problems(CaseNotFound))
async def get_exemption(
    actor: CaseReader, case_id: UUID, exemption_id: UUID, reads: Reads, answer: Answers
) -> ExemptionView:
    """One exemption."""
    case, found = await reads.one(case_id, exemption_id)
    return answer.ok(shown.exemption(case, found, actor, day_of(now())))


@router.post(
    "/{exemption_id}/ending",
    name="end_exemption",
    summary="End an exemption sooner",
    responses=problems(
        CaseNotFound,
        SectorNotInvolved,
        refusals.ExemptionNotYours,
        refusals.EndsBackwards,
        refusals.ExemptionOver,
        refusals.EndsNoSooner,
        refusals.NoticeTooShort,
        Stale,
    ),
)
async def end_exemption(
    actor: ExemptionDecider,
    case_id: UUID,
    exemption_id: UUID,
    body: ExemptionEndRequest,
    version: IfMatch,
    cases: Cases,
    exemptions: Exemptions,
    policies: Policies,
    answer: Answers,
) -> ExemptionView:
    """Give it an earlier last day: never in the past, and with the notice that the authority's policy
    `exemption-notice-days` names, unless it is the citizen who asks (`citizen-request`: from today on)."""
    at = now()
    case, ended = await use_cases.end_exemption(
        cases,
        exemptions,
        policies,
        actor,
        case_id,
        exemption_id,
        on=body.on,
        reason=body.reason_code,
        expected=version,
        now=at,
    )
    return answer.ok(shown.exemption(case, ended, actor, day_of(at)))


@demands.post(
    "/demand-checks",
    name="check_demand",
    summary="Ask before demanding anything",
    response_model=DemandCheckView,
    responses=problems(CaseNotFound, refusals.CitizenExempt),
)
async def check_demand(
    actor: ExemptionChecker,
    case_id: UUID,
    body: DemandCheckRequest,
    reads: Reads,
    exemptions: Exemptions,
    language: Language,
) -> DemandCheckView | Response:
    """May something be demanded of the citizen under this provision that day, or anybody be sanctioned?

    While the citizen is exempt: 409 `citizen-exempt` with the last day. Nothing of what was to be demanded is kept,
    only that it was refused: which day, which provision, which kind.
    """
    until = await reads.binds(case_id, body.provision, body.on)
    if until is None:
        return DemandCheckView(permitted=True)
    await use_cases.refuse_demand(exemptions, case_id, body.provision, body.kind, now=now())
    # An answer and no exception: what was refused is counted, and who asked is logged, in the transaction that ends.
    refused = refusals.CitizenExempt(provision=body.provision, until=until)
    return problem(refused, language=language, trace_id=tracing.current().trace_id)


@checks.post(
    "/exemption-checks",
    name="check_exemption",
    summary="Does a duty bind somebody?",
    responses=problems(MalformedCpr, MalformedReplacementNumber, refusals.ChecksNotYours),
)
async def check_exemption(actor: ExemptionChecker, body: ExemptionCheckRequest, reads: Reads) -> ExemptionCheckView:
    """Whether a person is exempt from a duty on a day, and until when; nothing of why, or of any trial.

    Somebody unknown is answered as somebody who is not exempt.
    """
    must_be_one_who_asks(actor)
    (until,) = await reads.exempt_until([_question(body)])
    return shown.check(body.provision, until)


@checks.post(
    "/exemption-checks/_batch",
    name="check_exemptions",
    summary="Do duties bind these people?",
    responses=problems(MalformedCpr, MalformedReplacementNumber, refusals.ChecksNotYours),
)
async def check_exemptions(actor: ExemptionChecker, body: ExemptionChecksRequest, reads: Reads) -> ExemptionChecksView:
    """A thousand such questions at most; the answers come in the order of the questions."""
    must_be_one_who_asks(actor)
    until = await reads.exempt_until(_questions(body.checks))
    answers = [shown.check(one.provision, last) for one, last in zip(body.checks, until, strict=True)]
    return ExemptionChecksView(items=answers)


@checks.get("/exemption-bases", name="list_exemption_bases", summary="List the bases for exemption")
async def list_exemption_bases(actor: ExemptionBasisReader, page: PageRequest) -> Page[ExemptionBasisView]:
    """The provisions of ordinary law by which a citizen can be exempted, in force or not, by code."""
    found, end = page.among(list(exemption_bases().values()), key=lambda basis: (basis.code,))
    return Page[ExemptionBasisView](items=[shown.basis(one, day_of(now())) for one in found], page=end)


@checks.get(
    "/exemptions/refusals",
    name="report_refusals",
    summary="How often exemptions held",
    responses=problems(ReportPeriodUnfit),
)
async def report_refusals(
    actor: RefusalReader,
    reads: Reads,
    from_: Annotated[Day, Query(alias="from")],
    to: Annotated[Day, Query()],
) -> RefusalReportView:
    """Demands that were refused because the citizen is exempt: by month, provision and kind, without anybody's name.

    Whole months that are over. A count behind which stand fewer than five citizens is null, and so are as many others
    as it takes that it cannot be worked out.
    """
    first, day_after = months_over(from_, to, day_of(now()))
    rows = [shown.refused(one.month, one.provision, one.row) for one in await reads.refusals(first, day_after)]
    return shown.report(first, day_after, rows)


def _question(body: ExemptionCheckRequest) -> Question:
    asked = body.identifier
    known = identifier(asked.system, asked.value) if asked else None
    return Question(body.provision, body.on, known, body.case_id)


def _questions(bodies: Sequence[ExemptionCheckRequest]) -> list[Question]:
    """The questions; all numbers that cannot be anybody's are told at once."""
    questions, faults = [], []
    for place, body in enumerate(bodies):
        try:
            questions.append(_question(body))
        except BadInput as wrong:
            pointer = f"/checks/{place}/identifier/value"
            faults.append(Fault("body", pointer, wrong.slug, wrong.title, type(wrong)))
    if faults:
        raise Faults(faults)
    return questions
