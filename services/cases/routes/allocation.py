"""How arms were given: checkable by everybody who has the trial, foreseeable by nobody."""

from uuid import UUID

from chassis.clock import day_of, now
from chassis.errors import Stale
from chassis.http import Answers, IfMatch, problems, room
from chassis.paging import Page, PageRequest
from services.cases.domain.allocation import check
from services.cases.domain.errors.trials import AllocationsPending, SeedSealed, TrialNotFound
from services.cases.domain.trial_access import sees_arms
from services.cases.permissions import ParticipantReader, TrialManager, TrialReader
from services.cases.routes.trials_given import TrialReads, Trials
from services.cases.schemas import allocation as shown
from services.cases.schemas import trial_views
from services.cases.schemas.allocation import AllocationSequenceView, ParticipantView
from services.cases.schemas.trial_views import TrialView
from services.cases.use_cases import trials as use

router = room(tags=["trials"], prefix="/v1/trials/{trial_id}")


@router.post(
    "/seed-revelation",
    name="reveal_seed",
    summary="Reveal the seed",
    responses=problems(TrialNotFound, SeedSealed, AllocationsPending, Stale),
)
async def reveal_seed(
    actor: TrialManager, trial_id: UUID, version: IfMatch, trials: Trials, answer: Answers
) -> TrialView:
    """Tell the seed, once the trial recruits no more and nobody waits to be allocated. From then on no arm is drawn."""
    trial = await use.reveal_seed(trials, actor, trial_id, expected=version)
    return answer.ok(trial_views.trial(trial, actor, day_of(now())))


@router.get(
    "/allocation-sequence",
    name="get_allocation_sequence",
    summary="Check the allocation",
    responses=problems(TrialNotFound, SeedSealed),
)
async def get_allocation_sequence(actor: TrialReader, trial_id: UUID, reads: TrialReads) -> AllocationSequenceView:
    """Every arm that was drawn, list by list in the order of the draws, and whether the revealed seed gives the same.

    Do not take our word for it. SHA-256 of the seed's 32 bytes and the 16 bytes of the trial's id is the commitment.
    A list's stream is SHA-256(seed, list name in UTF-8, counter as 8 bytes big-endian) for the counter 0, 1, 2, ….
    A number below n is the next 4 bytes big-endian, modulo n; one that is not below the largest multiple of n up to
    2^32 is thrown away. Block after block: a number picks one of the block sizes in ascending order; the block holds
    each arm, in ascending order of codes, in its share by the ratio; for i from its last place down to 1, a number j
    below i + 1 is drawn and places i and j change. The blocks, one after another, are the list.
    """
    trial = await reads.one(trial_id)
    if trial.seed is None:
        raise SeedSealed()
    used, seed = await reads.used(trial), bytes.fromhex(trial.seed)
    checks = [check(seed, trial.protocol.allocation, name, arms) for name, arms in sorted(used.items())]
    return shown.allocation_sequence(trial, trial.seed, checks)


@router.get(
    "/participants",
    name="list_participants",
    summary="List the pseudonyms",
    responses=problems(TrialNotFound),
)
async def list_participants(
    actor: ParticipantReader, trial_id: UUID, reads: TrialReads, page: PageRequest
) -> Page[ParticipantView]:
    """Who agreed to be evaluated, under ids that lead nowhere, in no order that tells anything.

    Arms are shown to evaluators; to who leads the trial only when the seed is revealed.
    """
    trial = await reads.one(trial_id)
    found, end = await reads.participants(trial, page)
    seen = sees_arms(trial, actor)
    return Page[ParticipantView](items=[shown.participant(one, with_arm=seen) for one in found], page=end)
