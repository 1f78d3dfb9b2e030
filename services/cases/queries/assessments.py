"""What can be read of assessments, by whom: the sector that made one, those it is shared with, and the path's."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, bindparam, func, literal_column, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.actor import Actor
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases.domain.assessment import Assessment
from services.cases.domain.case import Case
from services.cases.domain.errors import CaseNotFound
from services.cases.queries.cases import CaseQueries
from services.cases.queries.entries import seen_of
from services.cases.repository.assessments import AssessmentRepository
from services.cases.tables import assessments

CATEGORY = "assessments"
a = assessments.c
_OF_CASE = (a.case_id == bindparam("of_case"), a.authority == bindparam("of_authority"))
# Whoever is made responsible for the path must be able to know it, also where the rest is not shared with them.
_SEEN = or_(
    a.sector == func.any(bindparam("seen", type_=ARRAY(Text))), func.coalesce(a.path_sector == bindparam("mine"), False)
)
_LIST = select(assessments).where(*_OF_CASE, _SEEN)
_HIDDEN = select(func.count(literal_column("1")).label("n")).where(*_OF_CASE, not_(_SEEN))


@dataclass(frozen=True, slots=True)
class SeenAssessment:
    """An assessment, and whether its reader may see what it rests on (`shared`) or only that their sector is its
    path."""

    assessment: Assessment
    shared: bool


class AssessmentQueries:
    """The assessments one actor may see."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor
        self._kept = AssessmentRepository(tx)
        self._cases = CaseQueries(tx, actor)

    async def listed(self, case_id: UUID, page: Paging) -> tuple[list[SeenAssessment], int, PageEnd]:
        """A page of the case's assessments, oldest first, and how many are not shown.

        Raises:
            CaseNotFound.
        """
        case = await self._cases.one(case_id, CATEGORY)
        seen = self._seen(case)
        which = {"of_case": case.id, "of_authority": self._tx.authority, "seen": seen, "mine": self._actor.sector}
        window = page.window(_LIST, (a.decided_at, "asc"), (a.id, "asc"))
        rows, end = page.cut(await self._tx.all(window, **which), key=lambda row: (row.decided_at, row.id))
        hidden = await self._tx.one(_HIDDEN, **which)
        assert hidden is not None
        return [SeenAssessment(self._kept.of_row(row), row.sector in seen) for row in rows], hidden.n, end

    async def one(self, case_id: UUID, assessment_id: UUID) -> SeenAssessment:
        """One assessment.

        Raises:
            CaseNotFound: absent, or of another sector that has not named the actor's and that no consent covers.
        """
        case = await self._cases.one(case_id, "assessment")
        found = await self._kept.find(case.id, assessment_id)
        if found is None:
            raise CaseNotFound()
        shared = found.decider.sector in self._seen(case)
        if not shared and (found.path is None or found.path.sector != self._actor.sector):
            raise CaseNotFound()
        return SeenAssessment(found, shared)

    def _seen(self, case: Case) -> list[str]:
        return seen_of(case, self._actor, CATEGORY)
