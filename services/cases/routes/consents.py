"""What the citizen agreed to, refused, or withdrew."""

from uuid import UUID

from chassis.clock import day_of, now
from chassis.errors import Stale
from chassis.http import Answers, IfMatch, problems, room
from chassis.ids import new_id
from chassis.paging import Page, PageRequest
from chassis.sectors import UnknownSector
from services.cases.domain.consent import Consent
from services.cases.domain.errors import (
    CaseIsClosed,
    CaseNotFound,
    ConsentAlreadyLapsed,
    ConsentAlreadyWithdrawn,
    ConsentNotYours,
    HealthConsentTooLong,
    NothingToConfirm,
    SectorNotInvolved,
)
from services.cases.permissions import CasePerson, CaseReader, CaseWriter
from services.cases.routes.given import Cases, Reads
from services.cases.schemas import shown
from services.cases.schemas.requests import ConsentRequest, WithdrawalRequest
from services.cases.schemas.views import ConsentView
from services.cases.use_cases import consents

router = room(tags=["consents"], prefix="/v1/cases/{case_id}/consents")


@router.post(
    "",
    status_code=201,
    name="record_consent",
    summary="Record a consent, given or refused",
    responses=problems(
        CaseNotFound,
        SectorNotInvolved,
        CaseIsClosed,
        ConsentNotYours,
        UnknownSector,
        HealthConsentTooLong,
        ConsentAlreadyLapsed,
    ),
)
async def record_consent(
    actor: CasePerson, case_id: UUID, body: ConsentRequest, cases: Cases, answer: Answers
) -> ConsentView:
    """Note what the citizen agreed to or refused. A refusal blocks no help.

    A person of the sector that gives or of the one that receives records it. What the giving sector records counts at
    once; what the receiving one records counts when the giving one has confirmed it (`confirmation`).

    With `toAuthority` that sector of another authority may be told, by a referral, and nobody else by this consent.
    Without it, nobody outside of your own authority may.

    A consent under the Health Act (`legalBasis` `sundhedsloven-43`, or any by which health gives) lapses after a year
    at most.
    """
    at = now()
    given = Consent(
        id=new_id(),
        decision=body.decision,
        from_sector=body.from_sector,
        to_sector=body.to_sector,
        to_unit=body.to_unit,
        to_authority=body.to_authority,
        data_categories=tuple(body.data_categories),
        shared_for=body.shared_for,
        legal_basis=body.legal_basis,
        valid_until=body.valid_until,
        evidence=body.evidence,
        text_version=body.text_version,
        given_by=body.given_by,
        recorded_at=at,
    )
    case, consent = await consents.record_consent(cases, actor, case_id, given, now=at)
    return answer.created(shown.consent(case, consent, actor, day_of(at)), f"/v1/cases/{case_id}/consents/{consent.id}")


@router.get("", name="list_consents", summary="List the consents", responses=problems(CaseNotFound))
async def list_consents(actor: CaseReader, case_id: UUID, reads: Reads, page: PageRequest) -> Page[ConsentView]:
    """All consents and refusals, oldest first."""
    case = await reads.one(case_id, "consents")
    found, end = page.among(list(case.consents.values()), key=lambda consent: (consent.recorded_at, consent.id))
    return Page[ConsentView](items=[shown.consent(case, consent, actor, day_of(now())) for consent in found], page=end)


@router.get("/{consent_id}", name="get_consent", summary="Read a consent", responses=problems(CaseNotFound))
async def get_consent(actor: CaseReader, case_id: UUID, consent_id: UUID, reads: Reads, answer: Answers) -> ConsentView:
    """One consent or refusal."""
    case = await reads.one(case_id, "consent")
    consent = case.consents.get(consent_id)
    if consent is None:
        raise CaseNotFound()
    return answer.ok(shown.consent(case, consent, actor, day_of(now())))


@router.post(
    "/{consent_id}/confirmation",
    name="confirm_consent",
    summary="Confirm a consent that the receiving sector recorded",
    responses=problems(CaseNotFound, SectorNotInvolved, ConsentNotYours, CaseIsClosed, NothingToConfirm, Stale),
)
async def confirm_consent(
    actor: CasePerson, case_id: UUID, consent_id: UUID, version: IfMatch, cases: Cases, answer: Answers
) -> ConsentView:
    """A person of the sector that gives stands by it: from now on it may be relied on. Nobody who receives can."""
    at = now()
    case, consent = await consents.confirm_consent(cases, actor, case_id, consent_id, expected=version, now=at)
    return answer.ok(shown.consent(case, consent, actor, day_of(at)))


@router.post(
    "/{consent_id}/withdrawal",
    name="withdraw_consent",
    summary="Withdraw a consent",
    responses=problems(CaseNotFound, SectorNotInvolved, ConsentAlreadyWithdrawn, Stale),
)
async def withdraw_consent(
    actor: CaseWriter,
    case_id: UUID,
    consent_id: UUID,
    body: WithdrawalRequest,
    version: IfMatch,
    cases: Cases,
    answer: Answers,
) -> ConsentView:
    """The citizen withdraws: future sharing stops at once. Nothing is deleted and no help ends."""
    at = now()
    case, consent = await consents.withdraw_consent(cases, actor, case_id, consent_id, expected=version, now=at)
    return answer.ok(shown.consent(case, consent, actor, day_of(at)))
