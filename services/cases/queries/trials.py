"""What can be read of trials: by their sites, and by managers and evaluators whom their token names them to.

Whoever has a part in a trial is shown the original, in the trial's realm. Nothing there says who anybody is.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases import tables as t
from services.cases.domain.errors.trials import TrialNotFound
from services.cases.domain.legal_basis import BasisDecision
from services.cases.domain.trial import Amendment, Participant, Trial, realm_of
from services.cases.repository.trial_rows import load
from services.cases.repository.trials import known_trials, must_know

_OWN = select(t.trials.c.id).where(t.trials.c.authority == bindparam("realm"))


def _of_trial(table: Any) -> Select[Any]:
    return select(table).where(table.c.authority == bindparam("realm"), table.c.trial_id == bindparam("trial_id"))


_AMENDMENTS = _of_trial(t.trial_amendments)
_DECISIONS = _of_trial(t.legal_basis_decisions)
_SLOTS = _of_trial(t.trial_slots).order_by(t.trial_slots.c.list, t.trial_slots.c.position)
_PARTICIPANTS = _of_trial(t.trial_participants)


class TrialQueries:
    """The trials one actor may see."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor

    async def one(self, trial_id: UUID) -> Trial:
        """One trial.

        Raises:
            TrialNotFound.
        """
        await must_know(self._tx, self._actor, trial_id)
        found = await self._load(trial_id)
        if found is None:
            raise TrialNotFound()
        return found

    async def listed(self, page: Paging) -> tuple[list[Trial], PageEnd]:
        """A page of them, oldest first: there are few, and each is asked for where it lives."""
        if self._actor.authority:
            ids = [row.id for row in await self._tx.all(_OWN, realm=self._tx.authority)]
        else:
            ids = sorted(await known_trials(self._tx, self._actor))
        trials = [trial for trial_id in ids if (trial := await self._load(trial_id))]
        return page.among(trials, key=lambda trial: (trial.founded_at, trial.id))

    async def amendments(self, trial: Trial) -> list[Amendment]:
        """What was changed after registration."""
        rows = await self._within(trial, _AMENDMENTS)
        return [Amendment(**{name: getattr(row, name) for name in Amendment.__dataclass_fields__}) for row in rows]

    async def decisions(self, trial: Trial) -> list[BasisDecision]:
        """What was decided of the legal basis."""
        names = BasisDecision.__dataclass_fields__
        return [
            BasisDecision(**{name: getattr(row, name) for name in names})
            for row in await self._within(trial, _DECISIONS)
        ]

    async def used(self, trial: Trial) -> dict[str, list[str]]:
        """The arms that each list gave, place by place."""
        lists: dict[str, list[str]] = {}
        for row in await self._within(trial, _SLOTS):
            lists.setdefault(row.list, []).append(row.arm)
        return lists

    async def participants(self, trial: Trial, page: Paging) -> tuple[list[Participant], PageEnd]:
        """A page of the pseudonyms, in no order that tells anything; the trial's own log says who looked."""
        statement = page.window(_PARTICIPANTS, (t.trial_participants.c.id, "asc"))
        async with self._tx.within(realm_of(trial.id)):
            rows = await self._tx.all(statement, realm=self._tx.authority, trial_id=trial.id)
            await looked_up(self._tx, self._actor, [], "participants")
        found, end = page.cut(rows, key=lambda row: (row.id,))
        names = Participant.__dataclass_fields__
        return [Participant(**{name: getattr(row, name) for name in names}) for row in found], end

    async def _load(self, trial_id: UUID) -> Trial | None:
        async with self._tx.within(realm_of(trial_id)):
            return next(iter(await load(self._tx, [trial_id])), None)

    async def _within(self, trial: Trial, statement: Select[Any]) -> Any:
        async with self._tx.within(realm_of(trial.id)):
            return await self._tx.all(statement, realm=self._tx.authority, trial_id=trial.id)
