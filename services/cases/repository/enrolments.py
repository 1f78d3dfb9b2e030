"""Loads and saves enrolments in their authority's realm, and says what happened, in the caller's transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.enrolment import Enrolment, TrialConsents
from services.cases.domain.errors.trials import AlreadyEnrolled, EnrolmentNotFound, TrialNotFound
from services.cases.domain.events import EnrolmentStarted, EnrolmentWithdrawn
from services.cases.domain.trial import Trial
from services.cases.repository.rows import Rows
from services.cases.repository.timeline import tell_town
from services.cases.repository.trial_rows import load

_e = t.enrolments.c
_mine = _e.authority == bindparam("authority")
_ONE = select(t.enrolments).where(_mine, _e.trial_id == bindparam("trial_id"), _e.id == bindparam("enrolment_id"))
_AWAITING = select(t.enrolments).where(_mine, _e.case_id == bindparam("case_id"), _e.status == "awaiting-baseline")
# Of several, one whose baseline was taken.
_EARLIER = (
    select(_e.participant_id, _e.baseline)
    .where(
        _mine,
        _e.trial_id == bindparam("trial_id"),
        _e.citizen_id == bindparam("citizen"),
        _e.participant_id.is_not(None),
    )
    .order_by(_e.baseline.is_(None))
    .limit(1)
)
_ADD = upsert(t.enrolments).on_conflict_do_nothing()
_CHANGE = update(t.enrolments).where(_e.authority == bindparam("of_authority"), _e.id == bindparam("of_id"))
# What is over is over: it no longer keeps the citizen out of another trial.
_COMPLETE = (
    update(t.enrolments)
    .where(
        _e.authority == bindparam("of_authority"),
        _e.citizen_id == bindparam("of_citizen"),
        _e.status == "active",
        _e.ends_on < bindparam("today"),
    )
    .values(status="completed", version=_e.version + 1)
)
# What may change of an enrolment, as the grant of the migration says too.
_CHANGING = (
    "arm",
    "status",
    "participant_id",
    "baseline",
    "baseline_at",
    "starts_on",
    "ends_on",
    "withdrawn_at",
    "evaluation_withdrawn_at",
    "version",
)
_FIXED = (
    "id",
    "trial_id",
    "case_id",
    "citizen_id",
    "conflict_group",
    "sector",
    "stratum",
    "cluster",
    "named_arm",
    "enrolled_at",
    "enrolled_by",
)


class EnrolmentRepository:
    """The enrolments of one authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)

    async def trial(self, trial_id: UUID) -> Trial:
        """The authority's copy of a trial it is a site of; it stays as it is until the transaction ends.

        Raises:
            TrialNotFound: it is no site of it, or there is none.
        """
        found = await load(self._tx, [trial_id], to="enrol")
        if not found:
            raise TrialNotFound()
        return found[0]

    async def get(self, trial_id: UUID, enrolment_id: UUID) -> Enrolment:
        """One enrolment. Its case's lock is its lock: take that first, and then read.

        Raises:
            EnrolmentNotFound.
        """
        row = await self._tx.one(_ONE, authority=self._tx.authority, trial_id=trial_id, enrolment_id=enrolment_id)
        if row is None:
            raise EnrolmentNotFound()
        return enrolment(self._rows, row)

    async def awaiting(self, case_id: UUID) -> Sequence[Enrolment]:
        """The enrolments of a case that wait for a baseline."""
        found = await self._tx.all(_AWAITING, authority=self._tx.authority, case_id=case_id)
        return [enrolment(self._rows, row) for row in found]

    async def participated(self, trial_id: UUID, citizen_id: UUID) -> tuple[UUID | None, bool]:
        """What the trial knows this citizen by, from an earlier enrolment, and whether their baseline was taken."""
        row = await self._tx.one(_EARLIER, authority=self._tx.authority, trial_id=trial_id, citizen=citizen_id)
        return (row.participant_id, row.baseline is not None) if row else (None, False)

    async def add(self, made: Enrolment, *, today: date, at: datetime) -> None:
        """Keep a new enrolment, and say so.

        Raises:
            AlreadyEnrolled: the citizen takes part already, here or in a trial that excludes this one.
        """
        await self._tx.run(_COMPLETE, of_authority=self._tx.authority, of_citizen=made.citizen_id, today=today)
        row = {name: getattr(made, name) for name in _FIXED} | self._changing(made)
        told = {"authority": self._tx.authority, "consent_text_version": made.consents.text_version}
        if not await self._tx.run(_ADD, [row | told | {"consent_effort": made.consents.effort}]):
            raise AlreadyEnrolled()
        started = EnrolmentStarted(made.id, made.trial_id, made.consents.evaluation)
        await tell_town(self._tx, made.case_id, [started], at=at)

    async def save(self, changed: Enrolment) -> None:
        """Keep what changed."""
        await self._tx.run(_CHANGE, of_authority=self._tx.authority, of_id=changed.id, **self._changing(changed))

    async def say_left(self, left: Enrolment, *, at: datetime) -> None:
        """Tell the town that the citizen left the trial."""
        event = EnrolmentWithdrawn(left.id, left.trial_id)
        await tell_town(self._tx, left.case_id, [event], at=at)

    def _changing(self, value: Enrolment) -> dict[str, Any]:
        words = self._rows.seal(value.withdrawal_statement, "enrolments.withdrawal_statement", value.id)
        plain = {name: getattr(value, name) for name in _CHANGING}
        return plain | {"withdrawal_statement": words, "consent_evaluation": value.consents.evaluation}


def enrolment(rows: Rows, row: Any) -> Enrolment:
    """The value of a row."""
    words = rows.read(row.withdrawal_statement, "enrolments.withdrawal_statement", row.id)
    consents = TrialConsents(row.consent_effort, row.consent_evaluation, row.consent_text_version)
    plain = {name: getattr(row, name) for name in (*_FIXED, *_CHANGING)}
    return Enrolment(**plain, consents=consents, withdrawal_statement=words)
