"""What can be checked of an allocation, and the pseudonyms that were allocated."""

from collections.abc import Iterable
from uuid import UUID

from chassis.wire import Day, View
from services.cases.domain.allocation import ListCheck
from services.cases.domain.trial import Participant, Trial


class AllocationListView(View):
    """One list: the arms as they were given, and whether the seed gives the same."""

    name: str
    arms: list[str]
    reproduced: bool


class AllocationSequenceView(View):
    """All lists, with what is needed to compute them again. Who got which place is in no list."""

    trial_id: UUID
    seed: str
    seed_commitment: str
    ratio: dict[str, int]
    block_sizes: list[int]
    reproduced: bool
    lists: list[AllocationListView]


class ParticipantView(View):
    """Somebody who agreed to be evaluated. The id is random; only their authority knows whose it is."""

    id: UUID
    stratum: str
    arm: str | None
    enrolled_on: Day
    allocated_on: Day | None
    withdrawn_on: Day | None
    version: int


def allocation_sequence(trial: Trial, seed: str, checks: Iterable[ListCheck]) -> AllocationSequenceView:
    """The lists of a trial whose seed is revealed."""
    listed = [AllocationListView(name=one.name, arms=list(one.used), reproduced=one.reproduced) for one in checks]
    allocation = trial.protocol.allocation
    return AllocationSequenceView(
        trial_id=trial.id,
        seed=seed,
        seed_commitment=trial.seed_commitment or "",
        ratio=dict(allocation.ratio),
        block_sizes=sorted(allocation.block_sizes),
        reproduced=all(one.reproduced for one in listed),
        lists=listed,
    )


def participant(told: Participant, *, with_arm: bool) -> ParticipantView:
    """One pseudonym; its arm where the reader may see it."""
    return ParticipantView(
        id=told.id,
        stratum=told.stratum,
        arm=told.arm if with_arm else None,
        enrolled_on=told.enrolled_on,
        allocated_on=told.allocated_on if with_arm else None,
        withdrawn_on=told.withdrawn_on,
        version=1,
    )
