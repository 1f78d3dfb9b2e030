"""Loads and saves a trial: the original in the trial's realm, and in the same commit the copies of its sites."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update

from chassis.actor import Actor
from chassis.concurrency import expect
from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.errors.trials import TrialNotFound
from services.cases.domain.legal_basis import BasisDecision
from services.cases.domain.trial import Amendment, Site, Trial, realm_of
from services.cases.repository import trial_rows as rows
from services.cases.repository.trial_rows import load

_ADD_TRIAL = insert(t.trials)
_ADD_FOUNDER = insert(t.trial_founders)
_ADD_BASIS = insert(t.legal_bases)
_ADD_ARM = insert(t.trial_arms)
_ADD_SITE = insert(t.trial_sites)
_ADD_DECISION = insert(t.legal_basis_decisions)
_ADD_AMENDMENT = insert(t.trial_amendments)
_ADD_SEED = insert(t.trial_seeds)
_CHANGE_TRIAL = update(t.trials).where(
    t.trials.c.authority == bindparam("of_realm"), t.trials.c.id == bindparam("of_trial")
)
_CHANGE_BASIS = update(t.legal_bases).where(
    t.legal_bases.c.authority == bindparam("of_realm"), t.legal_bases.c.id == bindparam("of_basis")
)
_f = t.trial_founders.c
_FOUNDED = select(_f.trial_id).where(
    _f.authority == bindparam("realm"), _f.issuer == bindparam("issuer"), _f.subject == bindparam("subject")
)
_SITE = select(t.trials.c.id).where(t.trials.c.authority == bindparam("realm"), t.trials.c.id == bindparam("trial_id"))
_SEED = select(t.trial_seeds.c.seed).where(t.trial_seeds.c.trial_id == bindparam("trial_id"))
_p = t.trial_participants.c
_PENDING = (
    select(func.count().label("n"))
    .select_from(t.trial_participants)
    .where(_p.trial_id == bindparam("trial_id"), _p.arm.is_(None), _p.withdrawn_on.is_(None))
)


async def known_trials(tx: Transaction, actor: Actor) -> frozenset[UUID]:
    """The trials of who acts for no authority: those their token names, and those they founded."""
    rows_ = await tx.all(_FOUNDED, realm=tx.authority, issuer=actor.issuer, subject=actor.subject)
    return frozenset({row.trial_id for row in rows_} | {UUID(name) for name in actor.trials if _is_id(name)})


async def must_know(tx: Transaction, actor: Actor, trial_id: UUID) -> None:
    """Refuse a trial of others. An authority knows those it is a site of.

    Raises:
        TrialNotFound.
    """
    if actor.authority:
        known = await tx.one(_SITE, realm=tx.authority, trial_id=trial_id) is not None
    else:
        known = trial_id in await known_trials(tx, actor)
    if not known:
        raise TrialNotFound()


class TrialRepository:
    """The trials of one trial manager."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, trial: Trial, actor: Actor) -> None:
        """Keep a new trial, and who founded it.

        Raises:
            AlreadyExists: the id is taken.
        """
        founder = {"trial_id": trial.id, "authority": self._tx.authority, "founded_at": trial.founded_at}
        await self._tx.run(_ADD_FOUNDER, [founder | {"issuer": actor.issuer, "subject": actor.subject}])
        async with self._tx.within(realm_of(trial.id)):
            await self._add_copy(trial)

    async def get(self, trial_id: UUID, actor: Actor, *, expected: int | None = None) -> Trial:
        """The trial, locked until the transaction ends, if this actor has a part in it.

        Raises:
            TrialNotFound. Stale: the caller has read another version than `expected`.
        """
        await must_know(self._tx, actor, trial_id)
        async with self._tx.within(realm_of(trial_id)):
            found = await load(self._tx, [trial_id], to="change")
        if not found:
            raise TrialNotFound()
        expect(found[0].version, expected)
        return found[0]

    async def save(self, trial: Trial) -> None:
        """Keep what changed of it and of its legal basis, here and with its sites."""
        row, basis = rows.trial_row(trial), rows.legal_basis_row(trial.legal_basis)
        for realm in _realms(trial):
            async with self._tx.within(realm):
                await self._tx.run(_CHANGE_TRIAL, of_realm=realm, of_trial=trial.id, **row)
                await self._tx.run(_CHANGE_BASIS, of_realm=realm, of_basis=trial.legal_basis.id, **basis)

    async def register(self, trial: Trial, seed: bytes, *, at: datetime) -> None:
        """Keep the registered trial with its arms; the seed goes where nobody looks until it is revealed."""
        await self.save(trial)
        sealed = self._tx.sealer.seal(seed.hex(), context=_seed_place(trial.id))
        async with self._tx.within(realm_of(trial.id)):
            row = {"trial_id": trial.id, "authority": self._tx.authority, "seed": sealed, "drawn_at": at}
            await self._tx.run(_ADD_SEED, [row])
        for realm in _realms(trial):
            async with self._tx.within(realm):
                await self._add_arms(trial)

    async def add_site(self, trial: Trial, site: Site) -> None:
        """An authority takes part from now on: its row, and its copy of the trial."""
        async with self._tx.within(site.authority):
            await self._add_copy(trial)
            if trial.status != "draft":
                await self._add_arms(trial)
        for realm in (realm_of(trial.id), site.authority):
            async with self._tx.within(realm):
                row = {"authority": realm, "trial_id": trial.id} | rows.site_row(site)
                await self._tx.run(_ADD_SITE, [row])
        await self.save(trial)

    async def add_amendment(self, trial: Trial, amendment: Amendment) -> None:
        """Keep a dated change of a registered trial."""
        row = {name: getattr(amendment, name) for name in Amendment.__dataclass_fields__}
        await self._add_part(_ADD_AMENDMENT, trial, row)

    async def add_decision(self, trial: Trial, decision: BasisDecision) -> None:
        """Keep what was decided of the legal basis."""
        row = {name: getattr(decision, name) for name in BasisDecision.__dataclass_fields__}
        await self._add_part(_ADD_DECISION, trial, row | {"legal_basis_id": trial.legal_basis.id})

    async def seed(self, trial: Trial) -> bytes:
        """The seed, to reveal it."""
        async with self._tx.within(realm_of(trial.id)):
            return await seed_of(self._tx, trial.id)

    async def pending(self, trial: Trial) -> int:
        """How many take part and are still to be allocated."""
        async with self._tx.within(realm_of(trial.id)):
            row = await self._tx.one(_PENDING, trial_id=trial.id)
        assert row is not None
        return int(row.n)

    # -- inside ---------------------------------------------------------------------------------------------------

    async def _add_part(self, statement: Any, trial: Trial, row: dict[str, Any]) -> None:
        async with self._tx.within(realm_of(trial.id)):
            await self._tx.run(statement, [row | {"authority": self._tx.authority, "trial_id": trial.id}])
        await self.save(trial)

    async def _add_copy(self, trial: Trial) -> None:
        here = {"authority": self._tx.authority}
        await self._tx.run(_ADD_TRIAL, [here | {"id": trial.id} | rows.trial_row(trial)])
        basis = {"id": trial.legal_basis.id, "trial_id": trial.id} | rows.legal_basis_row(trial.legal_basis)
        await self._tx.run(_ADD_BASIS, [here | basis])

    async def _add_arms(self, trial: Trial) -> None:
        here = {"authority": self._tx.authority, "trial_id": trial.id}
        await self._tx.run(_ADD_ARM, [here | rows.arm_row(arm) for arm in trial.protocol.arms])


def _realms(trial: Trial) -> tuple[str, ...]:
    return (realm_of(trial.id), *(site.authority for site in trial.sites))


async def seed_of(tx: Transaction, trial_id: UUID) -> bytes:
    """The seed of the trial whose realm the transaction is in."""
    row = await tx.one(_SEED, trial_id=trial_id)
    assert row is not None, "a registered trial has a seed"
    return bytes.fromhex(tx.sealer.open(bytes(row.seed), context=_seed_place(trial_id)))


def _seed_place(trial_id: UUID) -> str:
    return f"trial_seeds.seed:{trial_id}"


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True
