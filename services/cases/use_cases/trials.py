"""The life of a trial: founded, registered, recruiting, closed; joined by sites, amended with a date."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.ids import new_id, secret_seed
from services.cases.domain.allocation import commitment
from services.cases.domain.errors import PeriodBackwards
from services.cases.domain.legal_basis import BasisDecision, BasisOutcome, LegalBasis
from services.cases.domain.protocol import must_be_sound
from services.cases.domain.trial import Amendment, Protocol, Site, Trial, TrialStatus
from services.cases.repository.trials import TrialRepository


async def found_trial(trials: TrialRepository, actor: Actor, trial: Trial) -> Trial:
    """A new trial, as a draft.

    Raises:
        PeriodBackwards, ProtocolUnsound, AlreadyExists.
    """
    _must_make_sense(trial)
    await trials.add(trial, actor)
    return trial


async def replace_trial(
    trials: TrialRepository,
    actor: Actor,
    trial_id: UUID,
    *,
    name: str,
    period: tuple[date, date],
    conflict_group: str,
    protocol: Protocol,
    legal_basis: LegalBasis,
    expected: int,
) -> Trial:
    """Another version of a draft.

    Raises:
        TrialNotFound, Stale, TrialIsRegistered, PeriodBackwards, ProtocolUnsound.
    """
    trial = await trials.get(trial_id, actor, expected=expected)
    trial.must_be_draft()
    basis = replace(legal_basis, id=trial.legal_basis.id, version=trial.legal_basis.version + 1)
    starts_on, ends_on = period
    trial = replace(
        trial,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        conflict_group=conflict_group,
        protocol=protocol,
        legal_basis=basis,
        version=trial.version + 1,
    )
    _must_make_sense(trial)
    await trials.save(trial)
    return trial


async def register_trial(
    trials: TrialRepository, actor: Actor, trial_id: UUID, *, expected: int | None, now: datetime
) -> Trial:
    """Lock the protocol, draw the seed and commit to it.

    Raises:
        TrialNotFound, Stale, TrialStep, TrialHasNoOutcomes, ProtocolUnsound.
    """
    trial = await trials.get(trial_id, actor, expected=expected)
    must_be_sound(trial.protocol, trial.legal_basis)  # the legal basis may have been decided since
    seed = secret_seed()
    trial = trial.registered(commitment(seed, trial.id), now)
    await trials.register(trial, seed, at=now)
    return trial


async def move_trial(
    trials: TrialRepository, actor: Actor, trial_id: UUID, to: TrialStatus, *, expected: int | None
) -> Trial:
    """One step on in its life.

    Raises:
        TrialNotFound, Stale, TrialStep, TrialHasNoSite.
    """
    trial = (await trials.get(trial_id, actor, expected=expected)).moved(to)
    await trials.save(trial)
    return trial


async def reveal_seed(trials: TrialRepository, actor: Actor, trial_id: UUID, *, expected: int | None) -> Trial:
    """Tell the seed to everybody who has the trial, when nobody is allocated by it any more.

    Raises:
        TrialNotFound, Stale, SeedSealed, AllocationsPending.
    """
    trial = await trials.get(trial_id, actor, expected=expected)
    if trial.seed is not None:
        return trial
    trial.must_be_past_recruitment()
    trial = trial.revealed(await trials.seed(trial), pending=await trials.pending(trial))
    await trials.save(trial)
    return trial


async def decide_legal_basis(
    trials: TrialRepository,
    actor: Actor,
    trial_id: UUID,
    outcome: BasisOutcome,
    *,
    on: date,
    reference: str,
    period: tuple[date | None, date | None],
    expected: int | None,
    now: datetime,
) -> tuple[Trial, BasisDecision]:
    """Note what was decided of the legal basis: granted (or renewed), refused, ended.

    Raises:
        TrialNotFound, Stale, LegalBasisStep, LegalBasisEndsBeforeItBegins, PeriodBackwards.
    """
    trial = await trials.get(trial_id, actor, expected=expected)
    since, until = period
    basis = trial.legal_basis.decided(outcome, on=on, valid_from=since, valid_to=until)
    decision = BasisDecision(new_id(), outcome, on, reference, basis.valid_from, basis.valid_to, now)
    trial = replace(trial, legal_basis=basis, version=trial.version + 1)
    await trials.add_decision(trial, decision)
    return trial, decision


async def amend_trial(
    trials: TrialRepository,
    actor: Actor,
    trial_id: UUID,
    *,
    what: str,
    reason: str,
    ends_on: date | None,
    expected: int | None,
    now: datetime,
) -> tuple[Trial, Amendment]:
    """A dated change of a registered trial, with its reason; the protocol stays.

    Raises:
        TrialNotFound, Stale, NothingToAmend, PeriodBackwards.
    """
    amendment = Amendment(new_id(), what, reason, ends_on, now)
    trial = (await trials.get(trial_id, actor, expected=expected)).amended(amendment)
    await trials.add_amendment(trial, amendment)
    return trial, amendment


async def add_site(
    trials: TrialRepository, actor: Actor, trial_id: UUID, site: Site, *, expected: int | None
) -> tuple[Trial, Site]:
    """An authority takes part.

    Raises:
        TrialNotFound, Stale, SiteExists.
    """
    trial = (await trials.get(trial_id, actor, expected=expected)).joined(site)
    await trials.add_site(trial, site)
    return trial, site


def _must_make_sense(trial: Trial) -> None:
    if trial.ends_on < trial.starts_on:
        raise PeriodBackwards()
    must_be_sound(trial.protocol, trial.legal_basis)
