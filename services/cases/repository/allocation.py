"""Gives the next place of a list, and keeps the two sides of it apart.

In the trial's realm: which place gave which arm, and pseudonyms. In the authority's realm: whose arm it is. One commit
writes both; the one pointer between them, `enrolments.participant_id`, stands in the authority's realm.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.allocation import arm_at
from services.cases.domain.trial import Trial, realm_of
from services.cases.repository.trials import seed_of

_lists = upsert(t.trial_lists)
# Locks the list until commit: places are given in the order of commits, and who fails leaves no hole.
_NEXT = _lists.on_conflict_do_update(
    index_elements=[t.trial_lists.c.authority, t.trial_lists.c.trial_id, t.trial_lists.c.list],
    set_={"used": t.trial_lists.c.used + _lists.excluded.used},
).returning(t.trial_lists.c.used)
_ADD_SLOT = insert(t.trial_slots)
_ADD_PARTICIPANT = upsert(t.trial_participants).on_conflict_do_nothing()
_CHANGE_PARTICIPANT = update(t.trial_participants).where(t.trial_participants.c.id == bindparam("participant"))

_a, _c = t.allocations.c, t.allocated_clusters.c
_KEPT = select(_a.arm).where(
    _a.authority == bindparam("authority"), _a.trial_id == bindparam("trial_id"), _a.citizen_id == bindparam("citizen")
)
_KEEP = insert(t.allocations)
_CLUSTER = select(_c.arm).where(
    _c.authority == bindparam("authority"), _c.trial_id == bindparam("trial_id"), _c.cluster == bindparam("cluster")
)
_KEEP_CLUSTER = insert(t.allocated_clusters)
# Two who enrol first under one cluster follow one another: there is no row yet to lock.
_LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("what"), 0)))


class AllocationRepository:
    """Allocation for one authority, whose transaction it is."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def draw(self, trial: Trial, name: str) -> str:
        """The arm at the next place of a list."""
        async with self._tx.within(realm_of(trial.id)):
            place = {"authority": self._tx.authority, "trial_id": trial.id, "list": name}
            row = await self._tx.one(_NEXT, **place, used=1)
            assert row is not None
            position = row.used - 1
            arm = arm_at(await seed_of(self._tx, trial.id), name, trial.protocol.allocation, position)
            await self._tx.run(_ADD_SLOT, [place | {"position": position, "arm": arm}])
        return arm

    async def kept(self, trial: Trial, citizen_id: UUID) -> str | None:
        """The arm that this citizen was given before."""
        row = await self._tx.one(_KEPT, authority=self._tx.authority, trial_id=trial.id, citizen=citizen_id)
        return row.arm if row else None

    async def keep(self, trial: Trial, citizen_id: UUID, arm: str, *, named_by: str | None, at: datetime) -> None:
        """The arm of a citizen, for good."""
        row = {"authority": self._tx.authority, "trial_id": trial.id, "citizen_id": citizen_id, "arm": arm}
        told = {"method": trial.protocol.allocation.method, "allocated_at": at, "allocated_by": named_by}
        await self._tx.run(_KEEP, [row | told])

    async def kept_of(self, trial: Trial, cluster: str) -> str | None:
        """The arm of a cluster; until the transaction ends nobody else allocates it."""
        await self._tx.one(_LOCK, what=f"{self._tx.authority}/{trial.id}/{cluster}")
        row = await self._tx.one(_CLUSTER, authority=self._tx.authority, trial_id=trial.id, cluster=cluster)
        return row.arm if row else None

    async def keep_of(self, trial: Trial, cluster: str, arm: str, *, at: datetime) -> None:
        """The arm of a cluster, for good."""
        row = {"authority": self._tx.authority, "trial_id": trial.id, "cluster": cluster, "arm": arm}
        await self._tx.run(_KEEP_CLUSTER, [row | {"allocated_at": at}])

    # -- what the trial sees of somebody --------------------------------------------------------------------------

    async def take_part(self, trial: Trial, participant_id: UUID, stratum: str, *, on: date) -> None:
        """Somebody agreed to be evaluated; who comes back is the same as before."""
        async with self._tx.within(realm_of(trial.id)):
            row = {"id": participant_id, "authority": self._tx.authority, "trial_id": trial.id, "stratum": stratum}
            if not await self._tx.run(_ADD_PARTICIPANT, [row | {"enrolled_on": on}]):
                await self._tx.run(_CHANGE_PARTICIPANT, participant=participant_id, withdrawn_on=None)

    async def tell_arm(self, trial: Trial, participant_id: UUID, arm: str, *, on: date) -> None:
        """Their arm."""
        await self._tell(trial.id, participant_id, {"arm": arm, "allocated_on": on})

    async def tell_left(self, trial_id: UUID, participant_id: UUID, *, on: date) -> None:
        """They left, or are no longer evaluated. What is known so far stays: analysis is by assigned arm."""
        await self._tell(trial_id, participant_id, {"withdrawn_on": on})

    async def _tell(self, trial_id: UUID, participant_id: UUID, told: Mapping[str, Any]) -> None:
        async with self._tx.within(realm_of(trial_id)):
            await self._tx.run(_CHANGE_PARTICIPANT, participant=participant_id, **told)
