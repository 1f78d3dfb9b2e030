"""What can be read of enrolments, within their authority: by the sector that enrolled, and by the case's holder."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, or_, select

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases import tables as t
from services.cases.domain.case import Case
from services.cases.domain.enrolment import Enrolment, must_see
from services.cases.domain.errors.trials import EnrolmentNotFound
from services.cases.queries.cases import CaseQueries
from services.cases.repository.enrolments import enrolment
from services.cases.repository.loading import Loader
from services.cases.repository.rows import Rows

_e, _c, _r = t.enrolments.c, t.cases.c, t.responsibilities.c
_ONE = select(t.enrolments).where(
    _e.authority == bindparam("authority"), _e.trial_id == bindparam("trial_id"), _e.id == bindparam("enrolment_id")
)
_involved = and_(_r.case_id == _e.case_id, _r.kind == "involved", _r.sector == bindparam("sector"), _r.until.is_(None))
# `domain.enrolment.may_see` as a condition; a test holds the two equal.
_SEEN = (
    select(t.enrolments)
    .join(t.cases, _c.id == _e.case_id)
    .where(
        _e.authority == bindparam("authority"),
        _e.trial_id == bindparam("trial_id"),
        or_(
            _c.holding_sector == bindparam("sector"),
            and_(_e.sector == bindparam("sector"), exists(select(1).select_from(t.responsibilities).where(_involved))),
        ),
    )
)


class EnrolmentQueries:
    """The enrolments one actor may see."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor
        self._rows = Rows(tx.sealer)

    async def one(self, trial_id: UUID, enrolment_id: UUID) -> tuple[Case, Enrolment]:
        """One enrolment, with its case.

        Raises:
            EnrolmentNotFound, CaseNotFound.
        """
        row = await self._tx.one(_ONE, authority=self._tx.authority, trial_id=trial_id, enrolment_id=enrolment_id)
        if row is None:
            raise EnrolmentNotFound()
        case = await CaseQueries(self._tx, self._actor).one(row.case_id, "enrolment")
        found = enrolment(self._rows, row)
        must_see(case, found, self._actor)
        return case, found

    async def listed(self, trial_id: UUID, page: Paging) -> tuple[Sequence[tuple[Case, Enrolment]], PageEnd]:
        """A page of a trial's enrolments, newest first."""
        statement = page.window(_SEEN, (_e.enrolled_at, "desc"), (_e.id, "desc"))
        rows, end = page.cut(
            await self._tx.all(statement, authority=self._tx.authority, trial_id=trial_id, sector=self._actor.sector),
            key=lambda row: (row.enrolled_at, row.id),
        )
        wanted = {row.case_id for row in rows}
        cases = await Loader(self._tx, self._rows).some(_c.id.in_(wanted)) if wanted else []
        by_id = {case.id: case for case in cases}
        await looked_up(self._tx, self._actor, wanted, "enrolments")
        return [(by_id[row.case_id], enrolment(self._rows, row)) for row in rows], end
