"""Trials: founded, registered, recruiting, closed. Nobody's name is in any of it."""

from uuid import UUID

from chassis.clock import day_of, now
from chassis.errors import Stale
from chassis.http import Answers, IfMatch, IfMatchRequired, problems, room
from chassis.ids import new_id
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from services.cases.domain.errors import PeriodBackwards
from services.cases.domain.errors.trials import (
    ProtocolUnsound,
    TrialHasNoOutcomes,
    TrialHasNoSite,
    TrialIsRegistered,
    TrialNotFound,
    TrialStep,
)
from services.cases.permissions import TrialManager, TrialReader
from services.cases.routes.trials_given import TrialReads, Trials
from services.cases.schemas import trial_views as shown
from services.cases.schemas import trials as told
from services.cases.schemas.trial_views import TrialView
from services.cases.schemas.trials import TrialDraft, TrialRequest
from services.cases.use_cases import trials as use

router = room(tags=["trials"], prefix="/v1/trials")


@router.post(
    "",
    status_code=201,
    name="found_trial",
    summary="Found a trial",
    responses=problems(PeriodBackwards, ProtocolUnsound, AlreadyExists),
)
async def found_trial(actor: TrialManager, body: TrialRequest, trials: Trials, answer: Answers) -> TrialView:
    """A new trial, as a draft that can be replaced. Whoever founds it leads it, and so does everybody whose token
    names it in `trials`.

    `protocol-unsound` lists by code what does not fit together. An arm exempts only from provisions of the legal basis.
    """
    at = now()
    trial = await use.found_trial(trials, actor, told.trial(body, body.id or new_id(), new_id(), at))
    return answer.created(shown.trial(trial, actor, day_of(at)), f"/v1/trials/{trial.id}")


@router.get("", name="list_trials", summary="List the trials")
async def list_trials(actor: TrialReader, reads: TrialReads, page: PageRequest) -> Page[TrialView]:
    """The trials that the caller's authority is a site of; for managers and evaluators those of their token, and those
    they founded. Oldest first."""
    trials, end = await reads.listed(page)
    return Page[TrialView](items=[shown.trial(trial, actor, day_of(now())) for trial in trials], page=end)


@router.get("/{trial_id}", name="get_trial", summary="Read a trial", responses=problems(TrialNotFound))
async def get_trial(actor: TrialReader, trial_id: UUID, reads: TrialReads, answer: Answers) -> TrialView:
    """One trial: what is compared, under which law, judged by what."""
    return answer.ok(shown.trial(await reads.one(trial_id), actor, day_of(now())))


@router.put(
    "/{trial_id}",
    name="replace_trial",
    summary="Change a draft",
    responses=problems(TrialNotFound, TrialIsRegistered, PeriodBackwards, ProtocolUnsound, Stale),
)
async def replace_trial(
    actor: TrialManager, trial_id: UUID, body: TrialDraft, version: IfMatchRequired, trials: Trials, answer: Answers
) -> TrialView:
    """Another version of a draft, all of it. What is registered is amended instead."""
    trial = await use.replace_trial(
        trials,
        actor,
        trial_id,
        name=body.name,
        period=(body.period.from_, body.period.to),
        conflict_group=body.conflict_group,
        protocol=told.protocol(body),
        legal_basis=told.legal_basis(body, trial_id),
        expected=version,
    )
    return answer.ok(shown.trial(trial, actor, day_of(now())))


@router.post(
    "/{trial_id}/registration",
    name="register_trial",
    summary="Register a trial",
    responses=problems(TrialNotFound, TrialStep, TrialHasNoOutcomes, ProtocolUnsound, Stale),
)
async def register_trial(
    actor: TrialManager, trial_id: UUID, version: IfMatch, trials: Trials, answer: Answers
) -> TrialView:
    """Lock arms, strata, allocation and outcomes for good, and commit to a seed that nobody has seen.

    `seedCommitment` is SHA-256 over the seed's 32 bytes and the 16 bytes of the trial's id, in hex.
    """
    at = now()
    trial = await use.register_trial(trials, actor, trial_id, expected=version, now=at)
    return answer.ok(shown.trial(trial, actor, day_of(at)))


@router.post(
    "/{trial_id}/recruitment",
    name="start_recruitment",
    summary="Start to recruit",
    responses=problems(TrialNotFound, TrialStep, TrialHasNoSite, Stale),
)
async def start_recruitment(
    actor: TrialManager, trial_id: UUID, version: IfMatch, trials: Trials, answer: Answers
) -> TrialView:
    """From now on sites may enrol."""
    trial = await use.move_trial(trials, actor, trial_id, "recruiting", expected=version)
    return answer.ok(shown.trial(trial, actor, day_of(now())))


@router.post(
    "/{trial_id}/recruitment-end",
    name="end_recruitment",
    summary="Stop recruiting",
    responses=problems(TrialNotFound, TrialStep, Stale),
)
async def end_recruitment(
    actor: TrialManager, trial_id: UUID, version: IfMatch, trials: Trials, answer: Answers
) -> TrialView:
    """Nobody is enrolled any more. Who waits for the baseline is still allocated."""
    trial = await use.move_trial(trials, actor, trial_id, "running", expected=version)
    return answer.ok(shown.trial(trial, actor, day_of(now())))


@router.post(
    "/{trial_id}/follow-up",
    name="start_follow_up",
    summary="Go over to follow-up",
    responses=problems(TrialNotFound, TrialStep, Stale),
)
async def start_follow_up(
    actor: TrialManager, trial_id: UUID, version: IfMatch, trials: Trials, answer: Answers
) -> TrialView:
    """The efforts are over; outcomes are still measured."""
    trial = await use.move_trial(trials, actor, trial_id, "follow-up", expected=version)
    return answer.ok(shown.trial(trial, actor, day_of(now())))


@router.post(
    "/{trial_id}/closure",
    name="close_trial",
    summary="Close a trial",
    responses=problems(TrialNotFound, TrialStep, Stale),
)
async def close_trial(
    actor: TrialManager, trial_id: UUID, version: IfMatch, trials: Trials, answer: Answers
) -> TrialView:
    """The trial is over. Nothing of it is deleted."""
    trial = await use.move_trial(trials, actor, trial_id, "closed", expected=version)
    return answer.ok(shown.trial(trial, actor, day_of(now())))
