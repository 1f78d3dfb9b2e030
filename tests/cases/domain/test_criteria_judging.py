"""Criteria sets in use: when they are in force, what they come to, and what a person may decide on it (A2, A3)."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.cases.domain.assessment import Assessment, Decider, Deviation, Path, Told, assess
from services.cases.domain.criteria import CriteriaSet, Verdict, judge, merged, must_be_free
from services.cases.domain.errors.criteria import (
    CriteriaCodeTaken,
    CriteriaSetIsPublished,
    CriteriaSetNotInForce,
    DeviationWithoutDifference,
    FaultyWriting,
    JudgementWithoutReason,
    PathMissing,
    PublishedInThePast,
)
from services.cases.domain.shipped_criteria import FOLDER, load, shipped_sets
from services.cases.schemas.criteria import CriteriaSetRequest
from tests.cases.builders import MONDAY, TODAY
from tests.cases.criteria_examples import EXAMPLE, IN_NEED, TOO_YOUNG, criteria_set, criterion, fact, leaf

DAY = timedelta(days=1)
JUDGED = [("has-complex-problems", "Nej.")]
PATH = Path("employment", "anna")
DECIDER = Decider("anna", "employment", None, MONDAY, TODAY)
HEAVY = {"complex-problems": True, "coordination-needed": True, "progress-within-reach": False}
SHIPPED = {
    "helhedsorienteret-indsats-2022-1.json": "e019aab841b15a2ba7a85422c7e7678771469d5046f186db93b209f0d0b0679e",
}
"""Every edition that was ever shipped, by its hash: what citizens were assessed by stays as it was."""


@pytest.fixture
def example() -> CriteriaSet:
    """The target group of the agreement of 2022."""
    return shipped_sets()[UUID(EXAMPLE)]


def draft(**changes: Any) -> CriteriaSet:
    """A draft of a set, but for the changes."""
    return CriteriaSet(uuid4(), "local-support", 1, criteria_set(**changes))


def verdict(of: CriteriaSet, facts: Any) -> Verdict:
    """What the set comes to."""
    return judge(of.content(), facts, TODAY)


def assessed(by: CriteriaSet, facts: Any, **told: Any) -> Assessment:
    """An assessment of somebody with these facts."""
    return assess(uuid4(), uuid4(), by, Told(tuple(facts.items()), **told), DECIDER)


# -- in force ------------------------------------------------------------------------------------------------------


def test_a_published_set_is_in_force_from_its_first_day_to_its_last() -> None:
    made = draft().published(TODAY, today=TODAY, at=MONDAY)
    ended = replace(made, valid_to=TODAY + DAY)

    assert [made.in_force(TODAY + n * DAY) for n in (-1, 0, 1, 999)] == [False, True, True, True]
    assert [ended.in_force(TODAY + n * DAY) for n in (-1, 0, 1, 2)] == [False, True, True, False]
    assert not replace(ended, status="draft").in_force(TODAY)


def test_nobody_is_measured_by_rules_that_could_not_be_read() -> None:
    with pytest.raises(PublishedInThePast):
        draft().published(TODAY - DAY, today=TODAY, at=MONDAY)


def test_what_is_published_is_not_changed() -> None:
    made = draft().published(TODAY, today=TODAY, at=MONDAY)

    with pytest.raises(CriteriaSetIsPublished):
        made.rewritten({"title": {"da": "Andet"}})
    with pytest.raises(CriteriaSetIsPublished):
        made.published(TODAY + DAY, today=TODAY, at=MONDAY)


def test_a_draft_is_rewritten_as_a_whole_that_fits() -> None:
    changed = draft().rewritten({"source": {"url": "https://example.org"}, "rule": {"may": leaf("grown")}})

    assert changed.document["source"] == draft().document["source"] | {"url": "https://example.org"}
    assert set(changed.document["rule"]) == {"must", "may"}
    assert changed.version == 2
    with pytest.raises(FaultyWriting):
        draft().rewritten({"facts": [fact("age", "age")]})


def test_a_merge_patch_changes_what_it_names() -> None:
    assert merged({"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"c": None}, "d": [2], "e": 3}) == {
        "a": {"b": 1, "c": None},
        "d": [2],
        "e": 3,
    }


@pytest.mark.parametrize(
    "made",
    [draft(), draft().published(TODAY + DAY, today=TODAY, at=MONDAY)],
    ids=["a draft", "one that is yet to come"],
)
def test_nobody_is_assessed_by_what_is_not_in_force(made: CriteriaSet) -> None:
    with pytest.raises(CriteriaSetNotInForce):
        assessed(made, {"age": 30}, path=PATH)


def test_a_shipped_code_is_not_an_authoritys_to_take(example: CriteriaSet) -> None:
    must_be_free("local-support", shipped_sets())
    with pytest.raises(CriteriaCodeTaken):
        must_be_free(example.code, shipped_sets())


# -- what a set comes to -------------------------------------------------------------------------------------------


def found(of: Verdict) -> dict[str, str]:
    """Each criterion and what it came to."""
    return {one.code: one.finding for one in of.results}


def test_the_example_must_be_offered_to_who_has_it_all_and_to_nobody_by_age_alone(example: CriteriaSet) -> None:
    must, young = verdict(example, IN_NEED), verdict(example, TOO_YOUNG)

    assert (must.must, must.may, must.selects, must.obstacles) == ("met", "unknown", "met", ())
    assert (young.must, young.may, young.selects) == ("not-met", "not-met", "not-met")
    assert found(young)["aged-twenty-five"] == "not-met"
    assert young.obstacles == ("aged-twenty-five",)


def test_who_has_problems_so_heavy_that_progress_is_out_of_reach_is_seen_to_fall_between(example: CriteriaSet) -> None:
    told = verdict(example, TOO_YOUNG | HEAVY)

    assert (told.selects, told.obstacles) == ("not-met", ("aged-twenty-five", "can-progress"))


def test_any_one_of_several_would_have_let_in_who_lacks_them_all(example: CriteriaSet) -> None:
    nowhere = dict.fromkeys(("socialpaedagogical-support", "supported-housing", "substance-treatment"), False)

    told = verdict(example, IN_NEED | nowhere | {"complex-problems": False})

    assert told.obstacles == ("section-85-support", "in-supported-housing", "in-substance-treatment")


def test_what_is_not_stated_is_unknown_and_named(example: CriteriaSet) -> None:
    told = verdict(example, {"age": 41, "has-min-plan": True})

    assert told.selects == "unknown"
    assert told.obstacles == ()
    assert {one.code: one.missing for one in told.results if one.missing}["on-benefit"] == ("benefit",)
    assert found(told)["aged-twenty-five"] == "met"
    assert all(not one.missing for one in told.results if one.finding != "unknown")


def test_who_may_still_be_selected_is_kept_out_by_nothing_yet(example: CriteriaSet) -> None:
    told = verdict(example, IN_NEED | {"age": 23})

    assert (told.must, told.may, told.selects, told.obstacles) == ("not-met", "unknown", "unknown", ())


def test_who_lacks_several_things_has_no_single_obstacle(example: CriteriaSet) -> None:
    assert verdict(example, TOO_YOUNG | {"has-min-plan": False}).obstacles == ()


# -- what a person decides -----------------------------------------------------------------------------------------


def test_who_the_rules_select_is_selected(example: CriteriaSet) -> None:
    made = assessed(example, IN_NEED)

    assert (made.selected, made.path, made.deviation) == (True, None, None)
    assert (made.criteria_set_code, made.edition, made.decider) == (example.code, 1, DECIDER)


@pytest.mark.parametrize(
    ("facts", "rules"), [({"age": 23}, "unknown"), ({"age": 23, "complex-problems": False}, "not-met")]
)
def test_nobody_is_left_without_somebody_responsible(example: CriteriaSet, facts: Any, rules: str) -> None:
    with pytest.raises(PathMissing) as refused:
        assessed(example, facts, evidence=JUDGED)
    made = assessed(example, facts, evidence=JUDGED, path=PATH)

    assert refused.value.facts == {"rules_select": rules}
    assert (made.selected, made.path, made.verdict.selects) == (False, PATH, rules)


def test_a_person_may_deviate_with_a_reason_and_never_without_a_difference(example: CriteriaSet) -> None:
    into, out = Deviation(True, "Hun fylder 25 i næste uge."), Deviation(False, "Han vil ikke.")

    assert assessed(example, {"age": 23}, deviation=into).selected
    assert not assessed(example, IN_NEED, deviation=out, path=PATH).selected
    assert not assessed(example, {"age": 23}, deviation=out, path=PATH).selected
    with pytest.raises(PathMissing):
        assessed(example, IN_NEED, deviation=out)
    with pytest.raises(DeviationWithoutDifference):
        assessed(example, IN_NEED, deviation=into)
    with pytest.raises(DeviationWithoutDifference):
        assessed(example, TOO_YOUNG, evidence=JUDGED, deviation=out, path=PATH)


def test_a_judgement_is_told_with_what_it_rests_on(example: CriteriaSet) -> None:
    judged = IN_NEED | {"complex-problems": True, "coordination-needed": True}

    with pytest.raises(JudgementWithoutReason) as refused:
        assessed(example, judged, evidence=[("needs-coordination", "Tre instanser.")])
    made = assessed(example, judged, evidence=[("needs-coordination", "Tre."), ("has-complex-problems", "Ja.")])

    assert refused.value.facts == {"criteria": ["has-complex-problems"]}
    assert made.evidence == {"needs-coordination": "Tre.", "has-complex-problems": "Ja."}


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"facts": [("income", 3)]}, ("/facts/0/code", "unknown-fact")),
        ({"facts": [("age", 41), ("age", 42)]}, ("/facts/1/code", "repeated-code")),
        ({"facts": [("age", True)]}, ("/facts/0/value", "value-does-not-fit")),
        ({"facts": [("age", 151)]}, ("/facts/0/value", "value-does-not-fit")),
        ({"facts": [("benefit", "loen")]}, ("/facts/0/value", "value-does-not-fit")),
        ({"facts": [], "evidence": [("gone", "-")]}, ("/evidence/0/criterion", "unknown-criterion")),
        ({"facts": [], "evidence": [("min-plan", "-")] * 2}, ("/evidence/1/criterion", "repeated-code")),
    ],
)
def test_what_no_criterion_asks_for_is_not_written_down_about_anybody(
    example: CriteriaSet, told: Any, fault: tuple[str, str]
) -> None:
    with pytest.raises(FaultyWriting) as refused:
        assess(uuid4(), uuid4(), example, Told(**told, path=PATH), DECIDER)

    assert [(one.pointer, one.code) for one in refused.value.faults] == [fault]


# -- what ships ----------------------------------------------------------------------------------------------------


def test_the_example_says_that_it_is_not_law(example: CriteriaSet) -> None:
    source = example.document["source"]

    assert source["status"] == "agreement"
    assert source["label"] == {"da": "aftale 2022, ikke lov", "en": "agreement 2022, not law"}
    assert example.in_force(TODAY)
    assert example.shipped


def test_a_shipped_set_could_have_been_written_through_the_door() -> None:
    for path in FOLDER.glob("*.json"):
        written = json.loads(path.read_text(encoding="utf-8"))
        body = {name: value for name, value in written.items() if name not in ("edition", "validFrom")}

        CriteriaSetRequest.model_validate(body)


def test_what_was_shipped_is_never_changed() -> None:
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.json")}

    assert files == SHIPPED


def test_a_later_shipped_edition_ends_the_earlier_one(tmp_path: Any) -> None:
    for edition, valid_from in ((1, "2022-06-07"), (2, "2027-01-01")):
        written = json.loads((FOLDER / next(iter(SHIPPED))).read_text(encoding="utf-8"))
        written |= {"id": str(uuid4()), "edition": edition, "validFrom": valid_from}
        (tmp_path / f"{edition}.json").write_text(json.dumps(written))

    first, second = sorted(load(tmp_path).values(), key=lambda one: one.edition)

    assert (first.valid_to, second.valid_to) == (date(2026, 12, 31), None)


def test_a_shipped_set_that_does_not_fit_stops_the_process(tmp_path: Any) -> None:
    written = criteria_set(criteria=[criterion("grown", op="is", fact="gone", value=True)])
    written |= {"id": str(uuid4()), "edition": 1, "validFrom": "2026-01-01"}
    (tmp_path / "1.json").write_text(json.dumps(written))

    with pytest.raises(FaultyWriting, match="unknown-fact"):
        load(tmp_path)
