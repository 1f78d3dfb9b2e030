"""What is added to a trial in its life: sites, amendments, decisions on its legal basis."""

from typing import Annotated
from uuid import UUID

from fastapi import Path

from chassis.clock import now
from chassis.errors import Stale
from chassis.http import Answers, IfMatch, problems, room
from chassis.paging import Page, PageRequest
from chassis.wire import AuthorityCode
from services.cases.domain.errors import PeriodBackwards
from services.cases.domain.errors.trials import (
    LegalBasisEndsBeforeItBegins,
    LegalBasisStep,
    NothingToAmend,
    SiteExists,
    TrialNotFound,
)
from services.cases.domain.trial import Site
from services.cases.permissions import TrialManager, TrialReader
from services.cases.routes.trials_given import TrialReads, Trials
from services.cases.schemas import trial_views as shown
from services.cases.schemas.trial_views import AmendmentView, LegalBasisDecisionView, SiteView
from services.cases.schemas.trials import AmendmentRequest, LegalBasisDecisionRequest, SiteRequest
from services.cases.use_cases import trials as use

router = room(tags=["trials"], prefix="/v1/trials/{trial_id}")


@router.post(
    "/sites",
    status_code=201,
    name="add_trial_site",
    summary="Add a site",
    responses=problems(TrialNotFound, SiteExists, Stale),
)
async def add_trial_site(
    actor: TrialManager, trial_id: UUID, body: SiteRequest, version: IfMatch, trials: Trials, answer: Answers
) -> SiteView:
    """An authority takes part from now on: it sees the trial, and may enrol once the trial recruits."""
    site = Site(body.authority, body.agreement, tuple(body.components), now())
    _, site = await use.add_site(trials, actor, trial_id, site, expected=version)
    return answer.created(shown.site(site), f"/v1/trials/{trial_id}/sites/{site.authority}")


@router.get("/sites", name="list_trial_sites", summary="List the sites", responses=problems(TrialNotFound))
async def list_trial_sites(actor: TrialReader, trial_id: UUID, reads: TrialReads, page: PageRequest) -> Page[SiteView]:
    """The authorities that take part, in the order they joined."""
    trial = await reads.one(trial_id)
    found, end = page.among(list(trial.sites), key=lambda site: (site.joined_at, site.authority))
    return Page[SiteView](items=[shown.site(site) for site in found], page=end)


@router.get("/sites/{authority}", name="get_trial_site", summary="Read a site", responses=problems(TrialNotFound))
async def get_trial_site(
    actor: TrialReader, trial_id: UUID, authority: Annotated[AuthorityCode, Path()], reads: TrialReads, answer: Answers
) -> SiteView:
    """One authority's part."""
    trial = await reads.one(trial_id)
    found = next((site for site in trial.sites if site.authority == authority), None)
    if found is None:
        raise TrialNotFound()
    return answer.ok(shown.site(found))


@router.post(
    "/amendments",
    status_code=201,
    name="amend_trial",
    summary="Amend a registered trial",
    responses=problems(TrialNotFound, NothingToAmend, PeriodBackwards, Stale),
)
async def amend_trial(
    actor: TrialManager, trial_id: UUID, body: AmendmentRequest, version: IfMatch, trials: Trials, answer: Answers
) -> AmendmentView:
    """Note, with today's date and a reason, what is done otherwise than registered. Arms, strata, allocation and
    outcomes stay as they are. A later last day prolongs no enrolment behind the citizen's back."""
    _, amendment = await use.amend_trial(
        trials,
        actor,
        trial_id,
        what=body.what,
        reason=body.reason,
        ends_on=body.ends_on,
        expected=version,
        now=now(),
    )
    return answer.created(shown.amendment(amendment), f"/v1/trials/{trial_id}/amendments/{amendment.id}")


@router.get(
    "/amendments", name="list_trial_amendments", summary="List the amendments", responses=problems(TrialNotFound)
)
async def list_trial_amendments(
    actor: TrialReader, trial_id: UUID, reads: TrialReads, page: PageRequest
) -> Page[AmendmentView]:
    """Every amendment, oldest first."""
    amendments = await reads.amendments(await reads.one(trial_id))
    found, end = page.among(amendments, key=lambda one: (one.amended_at, one.id))
    return Page[AmendmentView](items=[shown.amendment(one) for one in found], page=end)


@router.get(
    "/amendments/{amendment_id}",
    name="get_trial_amendment",
    summary="Read an amendment",
    responses=problems(TrialNotFound),
)
async def get_trial_amendment(
    actor: TrialReader, trial_id: UUID, amendment_id: UUID, reads: TrialReads, answer: Answers
) -> AmendmentView:
    """One amendment."""
    amendments = await reads.amendments(await reads.one(trial_id))
    found = next((one for one in amendments if one.id == amendment_id), None)
    if found is None:
        raise TrialNotFound()
    return answer.ok(shown.amendment(found))


@router.post(
    "/legal-basis-decisions",
    status_code=201,
    name="decide_legal_basis",
    summary="Note a decision on the legal basis",
    responses=problems(TrialNotFound, LegalBasisStep, LegalBasisEndsBeforeItBegins, PeriodBackwards, Stale),
)
async def decide_legal_basis(
    actor: TrialManager,
    trial_id: UUID,
    body: LegalBasisDecisionRequest,
    version: IfMatch,
    trials: Trials,
    answer: Answers,
) -> LegalBasisDecisionView:
    """The legal basis is granted, refused or ended. A further grant renews it; `ended` makes `on` its last day.

    When it ends sooner, so does every exemption that rests on it: never in the past, and with the notice that is owed.
    """
    _, decision = await use.decide_legal_basis(
        trials,
        actor,
        trial_id,
        body.outcome,
        on=body.on,
        reference=body.reference,
        period=(body.from_, body.to),
        expected=version,
        now=now(),
    )
    return answer.created(shown.decision(decision), f"/v1/trials/{trial_id}/legal-basis-decisions/{decision.id}")


@router.get(
    "/legal-basis-decisions",
    name="list_legal_basis_decisions",
    summary="List the decisions on the legal basis",
    responses=problems(TrialNotFound),
)
async def list_legal_basis_decisions(
    actor: TrialReader, trial_id: UUID, reads: TrialReads, page: PageRequest
) -> Page[LegalBasisDecisionView]:
    """Every decision, in the order they were noted."""
    decisions = await reads.decisions(await reads.one(trial_id))
    found, end = page.among(decisions, key=lambda one: (one.recorded_at, one.id))
    return Page[LegalBasisDecisionView](items=[shown.decision(one) for one in found], page=end)


@router.get(
    "/legal-basis-decisions/{decision_id}",
    name="get_legal_basis_decision",
    summary="Read a decision on the legal basis",
    responses=problems(TrialNotFound),
)
async def get_legal_basis_decision(
    actor: TrialReader, trial_id: UUID, decision_id: UUID, reads: TrialReads, answer: Answers
) -> LegalBasisDecisionView:
    """One decision."""
    decisions = await reads.decisions(await reads.one(trial_id))
    found = next((one for one in decisions if one.id == decision_id), None)
    if found is None:
        raise TrialNotFound()
    return answer.ok(shown.decision(found))
