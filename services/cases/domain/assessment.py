"""An assessment: a citizen's situation held against a criteria set, by a person who decides and answers for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.cases.domain.criteria import CriteriaSet, Verdict, judge
from services.cases.domain.criteria_content import Content
from services.cases.domain.errors.criteria import (
    DeviationWithoutDifference,
    FaultyWriting,
    JudgementWithoutReason,
    PathMissing,
    WritingFault,
)
from services.cases.domain.expression import Facts, Value


@dataclass(frozen=True, slots=True)
class Path:
    """What happens instead for who is not selected: the sector that sees to it, and who in it is responsible."""

    sector: str
    responsible: str


@dataclass(frozen=True, slots=True)
class Deviation:
    """A decision that is not what the criteria came to, and why."""

    selected: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a person tells for an assessment: facts by code, what each criterion rests on, and the decision."""

    facts: Sequence[tuple[str, object]]
    evidence: Sequence[tuple[str, str]] = ()
    deviation: Deviation | None = None
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, for which sector and unit, and when."""

    subject: str
    sector: str
    unit: str | None
    at: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Assessment:
    """One assessment. It is not changed: when the situation changes, a new one follows."""

    id: UUID
    case_id: UUID
    criteria_set_id: UUID
    criteria_set_code: str
    edition: int
    decider: Decider
    facts: Facts
    evidence: Mapping[str, str]
    verdict: Verdict
    selected: bool
    deviation: Deviation | None
    path: Path | None


def assess(assessment_id: UUID, case_id: UUID, criteria: CriteriaSet, told: Told, decider: Decider) -> Assessment:
    """Hold what was told against the set, and settle who is selected.

    Raises:
        CriteriaSetNotInForce: on the day of the decision.
        FaultyWriting: a fact or a piece of evidence is not one that the set asks for.
        JudgementWithoutReason: a professional's judgement without what it rests on.
        DeviationWithoutDifference: it decides what the criteria came to.
        PathMissing: the citizen is not selected, and nobody is named who sees to what happens instead (A3).
    """
    criteria.must_be_in_force(decider.day)
    content = criteria.content()
    facts, evidence = _fitting(content, told)
    _judgements_have_reasons(content, facts, evidence)
    verdict = judge(content, facts, decider.day)
    selected = _decided(verdict, told.deviation)
    if not selected and told.path is None:
        raise PathMissing(rules_select=verdict.selects)
    return Assessment(
        id=assessment_id,
        case_id=case_id,
        criteria_set_id=criteria.id,
        criteria_set_code=criteria.code,
        edition=criteria.edition,
        decider=decider,
        facts=facts,
        evidence=evidence,
        verdict=verdict,
        selected=selected,
        deviation=told.deviation,
        path=told.path,
    )


def _fitting(content: Content, told: Told) -> tuple[Facts, Mapping[str, str]]:
    faults: list[WritingFault] = []
    facts: dict[str, Value] = {}
    for place, (code, value) in enumerate(told.facts):
        read = content.facts[code].value(value) if code in content.facts else None
        if code not in content.facts or code in facts:
            # What no criterion asks for is not written down about anybody.
            faults.append(WritingFault(f"/facts/{place}/code", "repeated-code" if code in facts else "unknown-fact"))
        elif read is None:
            faults.append(WritingFault(f"/facts/{place}/value", "value-does-not-fit"))
        else:
            facts[code] = read
    evidence: dict[str, str] = {}
    for place, (code, words) in enumerate(told.evidence):
        if code not in content.criteria or code in evidence:
            fault = "repeated-code" if code in evidence else "unknown-criterion"
            faults.append(WritingFault(f"/evidence/{place}/criterion", fault))
        evidence[code] = words
    if faults:
        raise FaultyWriting(tuple(faults))
    return facts, evidence


def _judgements_have_reasons(content: Content, facts: Facts, evidence: Mapping[str, str]) -> None:
    judged = {code for code in facts if content.facts[code].judgement}
    without = [code for code, one in content.criteria.items() if one.needs & judged and code not in evidence]
    if without:
        raise JudgementWithoutReason(criteria=without)


def _decided(verdict: Verdict, deviation: Deviation | None) -> bool:
    """Whether the citizen is selected. Unknown selects nobody: it is a reason to find out, or to deviate."""
    if deviation is None:
        return verdict.selects == "met"
    if verdict.selects == ("met" if deviation.selected else "not-met"):
        raise DeviationWithoutDifference()
    return deviation.selected
