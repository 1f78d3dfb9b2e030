"""What can be read of criteria sets: by those who work with them, and by everybody; and who falls between."""

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases.domain.coverage import Coverage, Criteria, coverage
from services.cases.domain.criteria import CriteriaSet, must_be_published, must_exist
from services.cases.domain.expression import Finding
from services.cases.domain.shipped_criteria import shipped_sets
from services.cases.repository.assessments import AssessmentRepository
from services.cases.repository.criteria import SUPERSEDED_ON, CriteriaRepository, of_row
from services.cases.tables import assessments, criteria_sets

c, a = criteria_sets.c, assessments.c
# A list shows what a set is called and where it comes from; what it says is read one by one.
_heading = func.jsonb_build_object("title", c.document["title"], "source", c.document["source"]).label("document")
_LISTED = select(
    c.id, c.code, c.edition, _heading, c.status, c.valid_from, c.published_at, c.version, SUPERSEDED_ON
).where(c.authority == bindparam("of_authority"), or_(bindparam("drafts"), c.status == "published"))
# Of each case its latest assessment by this set: a citizen is counted once.
_latest = (
    select(a.rules_select, a.obstacles)
    .ext(distinct_on(a.case_id))
    .where(a.authority == bindparam("of_authority"), a.criteria_set_id == bindparam("set_id"))
    .order_by(a.case_id, a.decided_at.desc(), a.id.desc())
    .subquery("latest")
)
_COUNTED = select(_latest.c.rules_select, _latest.c.obstacles, func.count().label("people")).group_by(
    _latest.c.rules_select, _latest.c.obstacles
)


class CriteriaQueries:
    """The criteria sets of one authority, beside those that ship with the product."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._sets = CriteriaRepository(tx)

    async def listed(
        self, page: Paging, *, drafts: bool = False, code: str | None = None, in_force_on: date | None = None
    ) -> tuple[list[CriteriaSet], PageEnd]:
        """A page of sets by code, the editions of each in order; of those that are rows, with what a list shows."""
        rows = await self._tx.all(_LISTED, of_authority=self._tx.authority, drafts=drafts)
        found = [*shipped_sets().values(), *map(of_row, rows)]
        return page.among(
            [
                one
                for one in found
                if (code is None or one.code == code) and (in_force_on is None or one.in_force(in_force_on))
            ],
            key=lambda one: (one.code, one.edition, one.id),
        )

    async def one(self, set_id: UUID, *, drafts: bool = False) -> CriteriaSet:
        """One set in full.

        Raises:
            CriteriaSetNotFound: absent, another authority's, or a draft and drafts are not asked for.
        """
        found = await self._sets.find(set_id)
        return must_exist(found) if drafts else must_be_published(found)

    async def coverage(self, criteria: CriteriaSet) -> Coverage:
        """How many of the authority's citizens the set selects and keeps out, as far as that can be told."""
        codes = tuple(criteria.content().criteria)
        hashes = AssessmentRepository(self._tx)
        code_of = {hashes.hash(criteria.id, code): code for code in codes}
        counted: Counter[tuple[Finding, Criteria]] = Counter()
        for row in await self._tx.all(_COUNTED, of_authority=self._tx.authority, set_id=criteria.id):
            counted[row.rules_select, _obstacles(row, code_of)] += row.people
        return coverage(codes, counted)


def _obstacles(row: Any, code_of: dict[bytes, str]) -> Criteria:
    return tuple(code_of[bytes(hashed)] for hashed in row.obstacles)
