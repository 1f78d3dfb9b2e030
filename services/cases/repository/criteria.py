"""Criteria sets: an authority's own as rows, beside those that ship with the product."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update

from chassis.actor import Actor
from chassis.database import Transaction
from chassis.problems import AlreadyExists
from services.cases.domain.criteria import CriteriaSet, must_be_free
from services.cases.domain.errors.criteria import CriteriaDayTaken
from services.cases.domain.shipped_criteria import shipped_sets
from services.cases.tables import criteria_sets as sets

c = sets.c
_later = sets.alias("later")
# In force until the next published edition of the same code begins.
SUPERSEDED_ON = (
    select(func.min(_later.c.valid_from))
    .where(
        _later.c.authority == c.authority,
        _later.c.code == c.code,
        _later.c.status == "published",
        _later.c.valid_from > c.valid_from,
    )
    .scalar_subquery()
    .label("superseded_on")
)
_ONE = select(sets, SUPERSEDED_ON).where(c.id == bindparam("set_id"), c.authority == bindparam("of_authority"))
_LOCKED = _ONE.with_for_update(of=sets)
_NEXT_EDITION = select(func.coalesce(func.max(c.edition), 0).label("last")).where(
    c.authority == bindparam("of_authority"), c.code == bindparam("of_code")
)
_TAKEN = select(c.id).where(
    c.authority == bindparam("of_authority"),
    c.code == bindparam("of_code"),
    c.status == "published",
    c.valid_from == bindparam("day"),
)
_ADD = insert(sets)
_REWRITE = (
    update(sets)
    .where(c.id == bindparam("set_id"))
    .values(document=bindparam("written", type_=c.document.type), version=bindparam("next_version"))
)
_PUBLISH = (
    update(sets)
    .where(c.id == bindparam("set_id"))
    .values(
        status="published",
        valid_from=bindparam("day"),
        published_at=bindparam("at"),
        published_by=bindparam("by"),
        version=bindparam("next_version"),
    )
)


class CriteriaRepository:
    """The criteria sets one authority can use: the transaction's."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def find(self, set_id: UUID) -> CriteriaSet | None:
        """A set by its id, shipped or the authority's own, draft or published."""
        shipped = shipped_sets().get(set_id)
        if shipped:
            return shipped
        row = await self._tx.one(_ONE, set_id=set_id, of_authority=self._tx.authority)
        return row and of_row(row)

    async def locked(self, set_id: UUID) -> CriteriaSet | None:
        """The same, and nobody else changes it until the transaction ends."""
        shipped = shipped_sets().get(set_id)
        if shipped:
            return shipped
        row = await self._tx.one(_LOCKED, set_id=set_id, of_authority=self._tx.authority)
        return row and of_row(row)

    async def next_edition(self, code: str) -> int:
        """The number of the next edition of a code.

        Raises:
            CriteriaCodeTaken: it is a shipped set's.
        """
        must_be_free(code, shipped_sets())
        row = await self._tx.one(_NEXT_EDITION, of_authority=self._tx.authority, of_code=code)
        assert row is not None
        return int(row.last) + 1

    async def add(self, made: CriteriaSet, actor: Actor, *, at: datetime) -> None:
        """Keep a new draft.

        Raises:
            AlreadyExists: its id is a shipped set's. (One of a row's is told by the database.)
        """
        if made.id in shipped_sets():
            raise AlreadyExists()
        row: dict[str, Any] = {
            "id": made.id,
            "authority": self._tx.authority,
            "code": made.code,
            "edition": made.edition,
            "document": made.document,
            "status": made.status,
            "created_at": at,
            "created_by": actor.subject,
            "version": made.version,
        }
        await self._tx.run(_ADD, [row])

    async def rewrite(self, draft: CriteriaSet) -> None:
        """Keep what a draft now says, one version up."""
        await self._tx.run(_REWRITE, set_id=draft.id, written=draft.document, next_version=draft.version)

    async def publish(self, made: CriteriaSet, actor: Actor) -> CriteriaSet:
        """Keep that it is published; the set as it is in force, also where a later edition is published already.

        Raises:
            CriteriaDayTaken: another edition begins on that day.
        """
        day = made.valid_from
        if await self._tx.one(_TAKEN, of_authority=self._tx.authority, of_code=made.code, day=day):
            raise CriteriaDayTaken()
        await self._tx.run(
            _PUBLISH,
            set_id=made.id,
            day=day,
            at=made.published_at,
            by=actor.subject,
            next_version=made.version,
        )
        kept = await self.find(made.id)
        assert kept is not None
        return kept


def of_row(row: Any) -> CriteriaSet:
    """A row as the set it is. What is not selected of the document is not in it."""
    document: Mapping[str, Any] = row.document
    return CriteriaSet(
        id=row.id,
        code=row.code,
        edition=row.edition,
        document=document,
        status=row.status,
        valid_from=row.valid_from,
        valid_to=_day_before(row.superseded_on),
        published_at=row.published_at,
        version=row.version,
    )


def _day_before(day: date | None) -> date | None:
    return day - timedelta(days=1) if day else None
