"""Assessments on the wire: what a person states and decides, and what each criterion came to."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from chassis.wire import Body, Code, LongText, Moment, SectorCode, Subject, View
from services.cases.domain.assessment import Assessment, Deviation, Path, Told
from services.cases.domain.criteria import CriteriaSet
from services.cases.domain.expression import Finding
from services.cases.schemas.criteria import CriteriaText
from services.cases.schemas.expressions import FactValue
from services.cases.schemas.requests import Yes


class StatedFact(Body):
    """One fact that the set asks for. A day is written YYYY-MM-DD. What is not stated is unknown."""

    code: Code
    value: FactValue


class EvidenceRequest(Body):
    """What the finding of one criterion rests on. A professional's judgement is told with it."""

    criterion: Code
    text: LongText


class DeviationRequest(Body):
    """A decision that is not what the criteria came to, and why."""

    selected: Yes
    reason: LongText


class AssessmentPathRequest(Body):
    """What happens instead for who is not selected: a sector with a part in the case, and who in it is responsible."""

    sector: SectorCode
    responsible: Subject


class AssessmentRequest(Body):
    """A citizen's situation, to be held against a criteria set in force."""

    id: UUID | None = None
    criteria_set_id: UUID
    facts: Annotated[list[StatedFact], Field(max_length=60)]
    evidence: Annotated[list[EvidenceRequest], Field(max_length=60)] = Field(default_factory=list)
    deviation: DeviationRequest | None = None
    path: AssessmentPathRequest | None = None

    def to_domain(self) -> Told:
        """What was told, as the rules read it."""
        return Told(
            facts=[(fact.code, fact.value) for fact in self.facts],
            evidence=[(one.criterion, one.text) for one in self.evidence],
            deviation=Deviation(self.deviation.selected, self.deviation.reason) if self.deviation else None,
            path=Path(self.path.sector, self.path.responsible) if self.path else None,
        )


class AssessedBy(View):
    """The criteria set that was used: `edition` is the version of the rules."""

    id: UUID
    code: str
    edition: int


class AssessmentPathView(View):
    """Who sees to what happens instead."""

    sector: str
    responsible: str


class AssessmentSummary(View):
    """An assessment, as a list shows it: what the criteria came to (`rulesSelect`), and what was decided (`selected`).
    It is not changed; a new one follows."""

    id: UUID
    case_id: UUID
    criteria_set: AssessedBy
    sector: str
    unit: str | None
    decided_by: str
    decided_at: Moment
    rules_select: Finding
    selected: bool
    deviates: bool
    path: AssessmentPathView | None
    version: int


class CriterionResultView(View):
    """What one criterion came to, in whose words it stands, what it rests on, and which facts it lacks."""

    criterion: str
    text: CriteriaText
    finding: Finding
    missing: list[str]
    evidence: str | None


class AssessmentFindings(View):
    """What an assessment rests on. `must` (skal) and `may` (kan) are the groups of the rule; null where it has none."""

    facts: list[StatedFact]
    results: list[CriterionResultView]
    must: Finding | None
    may: Finding | None
    deviation_reason: str | None


class AssessmentView(AssessmentSummary):
    """An assessment in full. `findings` is null for the sector that is only named as its path, until a consent shares
    what it rests on."""

    findings: AssessmentFindings | None
    allowed_actions: list[str]


def summary(shown: Assessment) -> AssessmentSummary:
    """An assessment as a list shows it."""
    return AssessmentSummary.model_validate(_heading(shown))


def whole(shown: Assessment, criteria: CriteriaSet | None) -> AssessmentView:
    """An assessment in full; without its criteria set, no more than that it was made."""
    findings = _findings(shown, criteria) if criteria else None
    return AssessmentView.model_validate(_heading(shown) | {"findings": findings, "allowed_actions": []})


def _heading(shown: Assessment) -> dict[str, Any]:
    decider = shown.decider
    return {
        "id": shown.id,
        "case_id": shown.case_id,
        "criteria_set": AssessedBy(id=shown.criteria_set_id, code=shown.criteria_set_code, edition=shown.edition),
        "sector": decider.sector,
        "unit": decider.unit,
        "decided_by": decider.subject,
        "decided_at": decider.at,
        "rules_select": shown.verdict.selects,
        "selected": shown.selected,
        "deviates": shown.deviation is not None,
        "path": AssessmentPathView.model_validate(shown.path) if shown.path else None,
        "version": 1,
    }


def _findings(shown: Assessment, criteria: CriteriaSet) -> AssessmentFindings:
    text = {one["code"]: CriteriaText.model_validate(one["text"]) for one in criteria.document["criteria"]}
    verdict = shown.verdict
    return AssessmentFindings(
        facts=[
            StatedFact(code=code, value=value if isinstance(value, bool | int | str) else value.isoformat())
            for code, value in shown.facts.items()
        ],
        results=[
            CriterionResultView(
                criterion=one.code,
                text=text[one.code],
                finding=one.finding,
                missing=list(one.missing),
                evidence=shown.evidence.get(one.code),
            )
            for one in verdict.results
        ],
        must=verdict.must,
        may=verdict.may,
        deviation_reason=shown.deviation.reason if shown.deviation else None,
    )
