"""The pages say what is so: no dead link, no absent file, no event or word that only one side knows."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.profiles import IssuerProfile
from contracts.events import every_event
from tests.docs.markdown import ROOT, blocks, codes, dead_links, missing_paths, pages, rows

DECISIONS = ROOT / "docs" / "decisions"
SERVICES = ("cases", "referrals", "surveys")
HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"]

# Named for how a decision is made, not for something in the town.
NOT_A_WORD_OF_THE_TOWN = {
    "Asking": "what a sender asks, as one value",
    "Words": "the sender's words that go along when a request is sent on",
    "Awaited": "which numbers tell who was reached and who still waits",
    "CaseParts": "the verbs of responsibility of a case",
    "HeardCase": "what a case learns of its referrals",
    "CaseRecord": "what a case knows",
    "Unaddressable": "why a service of the directory cannot be asked",
    "Around": "what bears on a case and stands outside of it",
    "Assessed": "what the latest assessment by a criteria set came to",
    "Action": "what may be done with a referral: the verbs of its routes",
    "Aged": "a statement about an age",
    "AnswerFault": "which answer does not fit its item",
    "Branch": "criteria joined in a rule",
    "CaseStatus": "open or closed, as referrals has heard",
    "CardGround": "what bears on whether a contact card is given",
    "CardQuestion": "which referral a contact card is asked for",
    "Catalogue": "the instruments and programmes this installation ships",
    "CitizenPart": "how it came out that a reader is told whom a referral is about",
    "Content": "what a written criteria set comes to when it is read",
    "Counts": "how many requests and citizens stand behind each number, before it is told",
    "Decider": "who decides, for whom and when",
    "Ear": "whose alarms somebody hears, as plain data",
    "Ending": "why a referral is no longer live",
    "Addressed": "what the question whom a request was put to needs to know",
    "Ends": "what an access decision asks of a referral",
    "EnrolmentWish": "what is said of a citizen who wants to take part",
    "Expression": "a statement of the language of criteria",
    "Counted": "how many requests stand alike",
    "Failing": "which part of a basis fails",
    "FaultyAnswers": "that some answers do not fit, and which",
    "GateView": "what the release gate finds for one sector",
    "Hands": "in whose hands a referral is, as its reader sees it",
    "HandedOn": "which release handed a need on, and by which referral",
    "InvitationState": "where an invitation is in its life",
    "Is": "a statement that a fact is one of some values",
    "Joined": "statements joined with all, any or not",
    "KnownCase": "what surveys has heard of a case",
    "KnownReferral": "what cases has heard of a referral",
    "LetterDelivered": "how the sending of a letter went",
    "LetterUndeliverable": "how the sending of a letter went",
    "Moved": "what a clock asks of a step",
    "NeedState": "open, set aside …, as referrals has heard",
    "Part": "what the way back consists of",
    "Parties": "what an access decision needs to know",
    "Period": "months and days",
    "Reach": "whose rows a caller may see, as plain data",
    "Rule": "one line of the state table",
    "Policies": "what an authority has decided for itself, as one value",
    "Position": "what one caller can do with one referral",
    "Share": "which counts a caller is told",
    "Standing": "what a state decision needs to know",
    "State": "where a referral or an invitation is in its life",
    "StaffCard": "how somebody stands in the directory of staff",
    "Step": "one line of a referral's history",
    "Told": "what a person tells for an assessment",
    "ToldPart": "one part of a count, as it may be told",
    "Totals": "where a budget stands after all its entries",
    "Verdict": "what criteria came to, before a person decides",
    "WhoItIs": "a contact card, or why there is none",
    "Within": "a statement that a fact lies within bounds",
    "TrialGround": "what a legal basis and an enrolment let be done, as one value",
    "Wording": "an instrument in one language",
}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_points_at_what_is_there(page: Path) -> None:
    assert dead_links(page, _read(page)) == []
    assert missing_paths(_read(page)) == []


def test_a_dead_link_and_a_missing_path_are_found(tmp_path: Path) -> None:
    assert dead_links(tmp_path / "page.md", "[gone](gone.md) [net](https://example.org) [here](#here)") == ["gone.md"]
    assert missing_paths("`chassis/door.py` `chassis/gone.py` `v1/cases/`") == ["chassis/gone.py"]


def map_of_events(text: str) -> dict[str, set[str]]:
    """What the map says: event type → the services that hear it."""
    lines = [cells for cells in rows(text) if len(cells) == 5 and cells[0] in SERVICES]
    return {
        f"dk.helhed.{service}.{moment.strip('`')}.v1": set(SERVICES) & set(heard_by.split(", "))
        for service, moment, _, heard_by, _ in lines
    }


def heard(source: str) -> set[str]:
    """The event classes that a `consumes` module registers an effect for."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.AsyncFunctionDef)]
    calls = [mark for node in functions for mark in node.decorator_list if isinstance(mark, ast.Call)]
    return {argument.id for call in calls for argument in call.args if isinstance(argument, ast.Name)}


def test_the_map_tells_every_event_and_who_hears_it() -> None:
    effects = {service: heard(_read(ROOT / "services" / service / "consumes.py")) for service in SERVICES}

    told = {
        event.event_type: {service for service in SERVICES if event.__name__ in effects[service]}
        for event in every_event()
    }

    assert len(told) > 20
    assert all(effects.values())
    assert map_of_events(_read(ROOT / "docs" / "map.md")) == told


def test_an_event_or_a_listener_that_only_the_map_knows_is_found() -> None:
    text = "| cases | `case-forgotten` | never | surveys | nothing |"

    assert map_of_events(text) == {"dk.helhed.cases.case-forgotten.v1": {"surveys"}}
    assert heard("@consumer.on(CaseOpenedV1)\nasync def note(event): ...") == {"CaseOpenedV1"}


def test_every_decision_is_listed_and_every_listed_decision_is_there() -> None:
    files = {path.name for path in DECISIONS.glob("[0-9]*.md")}

    listed = set(re.findall(r"\((\d{4}-[a-z-]+\.md)\)", _read(DECISIONS / "README.md")))

    assert len(files) >= 15
    assert listed == files


@pytest.mark.parametrize("page", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda page: page.stem)
def test_a_decision_has_its_five_parts_on_one_screen(page: Path) -> None:
    text = _read(page)

    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert text.startswith(f"# {page.name[:4]}: ")
    assert len(text.splitlines()) <= 70


def domain_words(source: str) -> Iterator[str]:
    """The public classes of a domain module, but not refusals: they are sentences, told at /problems."""
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    return (node.name for node in classes if not node.name.startswith("_"))


def _domain_files() -> list[Path]:
    # Refusals are listed at /problems and moments on the map, by tests of their own.
    files = ROOT.glob("services/*/domain/*.py")
    return [path for path in files if path.name not in ("errors.py", "events.py")]


def test_every_public_name_of_a_domain_is_a_word_of_the_glossary() -> None:
    known = codes(_read(ROOT / "docs" / "glossary.md"))
    found = {name for path in _domain_files() for name in domain_words(_read(path))}

    assert {"Referral", "Instrument", "Case"} <= found
    assert found - known - set(NOT_A_WORD_OF_THE_TOWN) == set()


def test_what_is_exempt_from_the_glossary_exists_and_is_not_in_it() -> None:
    known = codes(_read(ROOT / "docs" / "glossary.md"))
    found = {name for path in _domain_files() for name in domain_words(_read(path))}

    assert set(NOT_A_WORD_OF_THE_TOWN) - found == set()
    assert set(NOT_A_WORD_OF_THE_TOWN) & known == set()


def test_a_new_class_in_a_domain_is_seen() -> None:
    assert list(domain_words("class Sanction: ...\nclass _Helper: ...\n")) == ["Sanction"]


def test_the_issuers_in_the_operations_page_are_believed_as_they_stand() -> None:
    examples = [block.body for block in blocks(_read(ROOT / "docs" / "operations.md")) if block.info == "json issuers"]

    profiles = [IssuerProfile.model_validate(json.loads(example)) for example in examples]

    assert len(profiles) == 2
    assert not any(profile.development for profile in profiles)


def test_the_readme_fits_on_one_screen() -> None:
    assert len(_read(ROOT / "README.md").splitlines()) <= 65


def guards_of(text: str) -> set[str]:
    """The names of constraints and triggers that a page says the database has."""
    return {name for cells in rows(text) if len(cells) == 5 for name in re.findall(r"`([a-z0-9_]+)`", cells[3])}


def test_every_guard_of_the_invariants_is_in_a_migration() -> None:
    text = _read(ROOT / "docs" / "invariants.md")
    revisions = "\n".join(_read(path) for path in (ROOT / "migrations").rglob("*.py"))

    named = guards_of(text)
    assert len(named) > 20
    assert {name for name in named if name not in revisions} == set()
    assert {f"I{n}" for n in (*range(1, 18), 22, 24, 25, 26, 27, 28, 29, 30)} <= set(re.findall(r"\bI\d+\b", text))


def test_a_guard_that_is_nowhere_is_found() -> None:
    assert guards_of("| I1 | rule | `a.py` | `one_holder`, `ck_gone` | `t.py` |") == {"one_holder", "ck_gone"}
