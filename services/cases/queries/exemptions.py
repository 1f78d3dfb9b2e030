"""What can be read of exemptions: those of a case, whether a duty binds somebody on a day, and refused demands counted.

Whether a duty binds is asked of a person and not of a case: what was decided in an earlier case of theirs still holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, LargeBinary, Text, Uuid, bindparam, column, func, literal_column, select, true
from sqlalchemy import case as case_
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from chassis.small_cells import Tally, ToldRow, told
from services.cases import tables as t
from services.cases.domain.case import Case
from services.cases.domain.citizen import Identifier
from services.cases.domain.errors import CaseNotFound
from services.cases.domain.exemptions import Exemption
from services.cases.queries.cases import CaseQueries
from services.cases.repository.exemptions import EXEMPTIONS, exemption
from services.cases.repository.rows import Rows

_e, _p, _r = t.exemptions.c, t.exemption_provisions.c, t.refused_demands.c
_OF_CASE = EXEMPTIONS.where(_e.case_id == bindparam("of_case"))
_ONE = _OF_CASE.where(_e.id == bindparam("exemption_id"))

# -- does the duty bind? One statement for one question and for a thousand ------------------------------------------

_ASKED = {"system": Text, "blind_index": LargeBinary, "case_id": Uuid, "provision": Text, "day": Date}
_asked = (
    func.unnest(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _ASKED.items()))
    .table_valued(*(column(name, kind) for name, kind in _ASKED.items()), with_ordinality="place")
    .render_derived()
    .lateral("asked")
)
_named, _all_cases, _i = t.cases.alias("named_case"), t.cases.alias("any_case"), t.identifiers.c
_covering = (
    select(_all_cases.c.id.label("case_id"), _p.valid_to)
    .select_from(
        _all_cases.outerjoin(
            t.exemption_provisions,
            (_p.case_id == _all_cases.c.id)
            & (_p.provision == _asked.c.provision)
            & (_p.valid_from <= _asked.c.day)
            & (_p.valid_to >= _asked.c.day),
        )
    )
    .where(
        _all_cases.c.authority == bindparam("of_authority"),
        # Not coalesce(): row-level security would take it for a function that may tell, and read every case.
        _all_cases.c.citizen_id == case_((_i.citizen_id.is_not(None), _i.citizen_id), else_=_named.c.citizen_id),
    )
    # The exemption that reaches furthest; without one, the case of today.
    .order_by(_p.valid_to.desc().nulls_last(), (_all_cases.c.status == "open").desc(), _all_cases.c.opened_at.desc())
    .limit(1)
    .lateral("covering")
)
_CHECK = (
    select(_covering.c.case_id, _covering.c.valid_to)
    .select_from(
        _asked.outerjoin(
            t.identifiers,
            (_i.authority == bindparam("of_authority"))
            & (_i.system == _asked.c.system)
            & (_i.blind_index == _asked.c.blind_index),
        )
        .outerjoin(_named, (_named.c.authority == bindparam("of_authority")) & (_named.c.id == _asked.c.case_id))
        .outerjoin(_covering, onclause=true())
    )
    .order_by(_asked.c.place)
)

_month = func.date_trunc(literal_column("'month'"), _r.day).cast(Date)
_COUNTED = (
    select(
        _month.label("month"),
        _r.provision,
        _r.kind,
        func.count().label("times"),
        func.count(_r.case_id.distinct()).label("citizens"),
    )
    .where(_r.authority == bindparam("of_authority"), _r.day >= bindparam("first_day"), _r.day < bindparam("day_after"))
    .group_by(_month, _r.provision, _r.kind)
    .order_by(_month, _r.provision, _r.kind)
)


@dataclass(frozen=True, slots=True)
class Question:
    """Does this duty bind this person on this day? The person by one identifier, or by a case of theirs."""

    provision: str
    day: date
    identifier: Identifier | None = None
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Refusals:
    """What was refused in one month under one provision, by kind, as it may be told."""

    month: date
    provision: str
    row: ToldRow


class ExemptionQueries:
    """The exemptions one actor may see."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)
        self._actor = actor
        self._cases = CaseQueries(tx, actor)

    async def listed(self, case_id: UUID, page: Paging) -> tuple[Case, list[Exemption], PageEnd]:
        """A page of the exemptions of a case, by their first day.

        Raises:
            CaseNotFound.
        """
        case = await self._cases.one(case_id, "exemptions")
        window = page.window(_OF_CASE, (_e.valid_from, "asc"), (_e.id, "asc"))
        rows = await self._tx.all(window, of_authority=self._tx.authority, of_case=case.id)
        found, end = page.cut(rows, key=lambda row: (row.valid_from, row.id))
        return case, [exemption(self._rows, row) for row in found], end

    async def one(self, case_id: UUID, exemption_id: UUID) -> tuple[Case, Exemption]:
        """One exemption.

        Raises:
            CaseNotFound.
        """
        case = await self._cases.one(case_id, "exemption")
        about = {"of_authority": self._tx.authority, "of_case": case.id, "exemption_id": exemption_id}
        row = await self._tx.one(_ONE, **about)
        if row is None:
            raise CaseNotFound()
        return case, exemption(self._rows, row)

    async def exempt_until(self, questions: Sequence[Question]) -> list[date | None]:
        """For each question the last day of the exemption, or None where the duty binds or the person is unknown.

        Who was found is in the look-up log: of each person the case that answered. Who was not, cannot be.
        """
        rows = await self._answers(questions)
        hits = [row.case_id for row in rows if row.case_id is not None]
        await looked_up(self._tx, self._actor, hits, "exemption-check")
        return [row.valid_to for row in rows]

    async def binds(self, case_id: UUID, provision: str, day: date) -> date | None:
        """For a case the actor may read: the last day of the exemption, or None where the duty binds.

        Raises:
            CaseNotFound.
        """
        case = await self._cases.one(case_id, "demand-check")
        (row,) = await self._answers([Question(provision, day, case_id=case.id)])
        until: date | None = row.valid_to
        return until

    async def refusals(self, first_day: date, day_after: date) -> list[Refusals]:
        """Refused demands by month, provision and kind."""
        rows = await self._tx.all(_COUNTED, of_authority=self._tx.authority, first_day=first_day, day_after=day_after)
        lines: dict[tuple[date, str], dict[str, Tally]] = {}
        for row in rows:
            lines.setdefault((row.month, row.provision), {})[row.kind] = Tally(row.times, row.citizens)
        return [Refusals(month, provision, told(cells)) for (month, provision), cells in lines.items()]

    async def _answers(self, questions: Sequence[Question]) -> Sequence[Any]:
        authority = self._tx.authority
        identifiers = [question.identifier for question in questions]
        return await self._tx.all(
            _CHECK,
            of_authority=authority,
            system=[i and i.system for i in identifiers],
            blind_index=[i and self._rows.index(authority, i) for i in identifiers],
            case_id=[question.case_id for question in questions],
            provision=[question.provision for question in questions],
            day=[question.day for question in questions],
        )
