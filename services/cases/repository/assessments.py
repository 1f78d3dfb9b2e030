"""Assessments: kept once, never changed. What is known of a person in them is sealed."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, and_, bindparam, exists, func, insert, not_, select
from sqlalchemy.dialects.postgresql import distinct_on

from chassis.clock import day_of
from chassis.database import Transaction
from services.cases.domain.assessment import Assessment, Decider, Deviation, Path
from services.cases.domain.criteria import CriterionResult, Verdict
from services.cases.domain.events import CriteriaAssessed
from services.cases.domain.expression import Facts, Value
from services.cases.repository.rows import Rows
from services.cases.repository.timeline import tell_town
from services.cases.repository.watching import WatchBook
from services.cases.tables import assessments, cases, responsibilities

a = assessments.c
_r = responsibilities.c
_ADD = insert(assessments)
_ONE = select(assessments).where(
    a.id == bindparam("assessment_id"), a.case_id == bindparam("of_case"), a.authority == bindparam("of_authority")
)

# Of each code the latest assessment of a case: what an earlier one came to is history.
_latest = (
    select(a.case_id, a.selected, a.path_sector, a.sector, a.decided_at)
    .ext(distinct_on(a.case_id, a.criteria_set_code))
    .where(a.authority == bindparam("of_authority"))
    .order_by(a.case_id, a.criteria_set_code, a.decided_at.desc(), a.id.desc())
    .subquery("latest")
)
_takes_part = exists(
    select(1)
    .select_from(responsibilities)
    .where(
        and_(
            _r.case_id == _latest.c.case_id,
            _r.kind.in_(("holder", "involved")),
            _r.until.is_(None),
            _r.sector == _latest.c.path_sector,
        )
    )
)
# Open cases that were assessed, that no set selects, and for whose path no sector answers any more.
UNSELECTED_WITHOUT_PATH = (
    select(_latest.c.case_id, func.max(_latest.c.decided_at).label("since"))
    .join(cases, and_(cases.c.id == _latest.c.case_id, cases.c.status == "open"))
    .group_by(_latest.c.case_id)
    .having(not_(func.bool_or(_latest.c.selected)), not_(func.bool_or(_takes_part)))
    .order_by(_latest.c.case_id)
)


class AssessmentRepository:
    """The assessments of one authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)

    async def add(self, made: Assessment) -> None:
        """Keep it, and say that somebody was assessed: by which set, not with what result."""
        decider, path, deviation = made.decider, made.path, made.deviation
        row: dict[str, Any] = {
            "id": made.id,
            "authority": self._tx.authority,
            "case_id": made.case_id,
            "criteria_set_id": made.criteria_set_id,
            "criteria_set_code": made.criteria_set_code,
            "edition": made.edition,
            "sector": decider.sector,
            "unit": decider.unit,
            "decided_by": decider.subject,
            "decided_at": decider.at,
            "rules_select": made.verdict.selects,
            "selected": made.selected,
            "deviation_reason": self._rows.seal(
                deviation.reason if deviation else None, "assessments.deviation_reason", made.id
            ),
            "path_sector": path.sector if path else None,
            "path_responsible": path.responsible if path else None,
            "findings": self._rows.seal(_findings(made), "assessments.findings", made.id),
            "obstacles": [self.hash(made.criteria_set_id, code) for code in made.verdict.obstacles],
        }
        await self._tx.run(_ADD, [row])
        event = CriteriaAssessed(assessment_id=made.id, criteria_set_id=made.criteria_set_id)
        await tell_town(self._tx, made.case_id, [event], at=decider.at)
        await WatchBook(self._tx).soon([made.case_id], decider.at)  # who is selected by nothing is watched

    async def find(self, case_id: UUID, assessment_id: UUID) -> Assessment | None:
        """One assessment of a case."""
        row = await self._tx.one(_ONE, assessment_id=assessment_id, of_case=case_id, of_authority=self._tx.authority)
        return row and self.of_row(row)

    async def unselected_without_path(self) -> Sequence[Row[Any]]:
        """The open cases between chairs after an assessment: `case_id`, and `since` when it was last assessed.

        None is written so; a case comes to be so when the sector of its path has let go.
        """
        return await self._tx.all(UNSELECTED_WITHOUT_PATH, of_authority=self._tx.authority)

    def hash(self, criteria_set_id: UUID, code: str) -> bytes:
        """By what one criterion of one set is counted: who has the rows and not the key cannot tell which it is."""
        context = f"assessments.obstacles|{self._tx.authority}|{criteria_set_id}"
        return self._tx.sealer.blind_index(code, context=context)

    def of_row(self, row: Row[Any]) -> Assessment:
        """A row as the assessment it is."""
        told = orjson.loads(self._rows.read(row.findings, "assessments.findings", row.id) or "{}")
        results = (CriterionResult(code, found, tuple(missing)) for code, found, missing in told["results"])
        reason = self._rows.read(row.deviation_reason, "assessments.deviation_reason", row.id)
        return Assessment(
            id=row.id,
            case_id=row.case_id,
            criteria_set_id=row.criteria_set_id,
            criteria_set_code=row.criteria_set_code,
            edition=row.edition,
            decider=Decider(row.decided_by, row.sector, row.unit, row.decided_at, day_of(row.decided_at)),
            facts={code: _fact(value) for code, value in told["facts"].items()},
            evidence=told["evidence"],
            verdict=Verdict(tuple(results), told["must"], told["may"], row.rules_select, tuple(told["obstacles"])),
            selected=row.selected,
            deviation=None if reason is None else Deviation(row.selected, reason),
            path=Path(row.path_sector, row.path_responsible) if row.path_sector else None,
        )


def _findings(made: Assessment) -> str:
    verdict = made.verdict
    told = {
        "facts": _told(made.facts),
        "evidence": made.evidence,
        "results": [[one.code, one.finding, one.missing] for one in verdict.results],
        "must": verdict.must,
        "may": verdict.may,
        "obstacles": verdict.obstacles,
    }
    return orjson.dumps(told).decode()


def _told(facts: Facts) -> dict[str, Any]:
    # A day is told apart from a code by its place in an object.
    return {code: {"day": value.isoformat()} if isinstance(value, date) else value for code, value in facts.items()}


def _fact(told: Any) -> Value:
    return date.fromisoformat(told["day"]) if isinstance(told, dict) else told
