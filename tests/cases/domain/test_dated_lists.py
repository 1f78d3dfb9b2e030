"""The lists the product ships say what the software can do, and the rules of a dated code."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from chassis.errors import Text
from chassis.sectors import Sector
from services.cases.domain.code_lists import DatedList, ListedCode, must_be_in_force
from services.cases.domain.ending import ClosureGround, ReleaseGround
from services.cases.domain.entry import AppointmentOutcome, Channel, PurposeKind
from services.cases.domain.errors.code_lists import CodeNotInForce
from services.cases.domain.need import Outcome
from services.cases.repository.code_lists import ShippedListFault, read_lists, shipped
from services.cases.schemas import requests
from tests.cases.builders import day

MIRRORED: dict[str, Any] = {
    "sectors": Sector,
    "closure-grounds": ClosureGround,
    "release-grounds": ReleaseGround,
    "need-outcomes": Outcome,
    "purpose-kinds": PurposeKind,
    "contact-channels": Channel,
    "letter-channels": requests.Channel,
    "appointment-outcomes": AppointmentOutcome,
}
A = ListedCode("a", Text("A", "A"), day("2026-01-01"), day("2026-06-30"), "b")
B = ListedCode("b", Text("B", "B"), day("2026-07-01"))
LIST = DatedList("letters", Text("Bogstaver", "Letters"), None, True, {"a": A, "b": B})


@pytest.mark.parametrize("name", MIRRORED)
def test_a_list_that_says_what_the_software_can_do_says_just_that(name: str) -> None:
    assert set(shipped()[name].codes) == set(get_args(MIRRORED[name]))


def test_no_authority_adds_to_what_the_software_can_do() -> None:
    closed = {name for name, listed in shipped().items() if not listed.open}

    assert closed == set(MIRRORED)


def test_what_is_of_the_law_is_labelled_as_an_example() -> None:
    for name in ("provisions", "legal-bases"):
        note = shipped()[name].note
        assert note is not None
        assert "lawyer" in note.en
        assert "jurist" in note.da


@pytest.mark.parametrize(
    ("code", "on", "in_force"),
    [
        ("a", "2025-12-31", False),
        ("a", "2026-01-01", True),
        ("a", "2026-06-30", True),
        ("a", "2026-07-01", False),
        ("b", "2026-06-30", False),
        ("b", "2199-01-01", True),
        ("c", "2026-07-01", False),
    ],
)
def test_a_code_is_in_force_from_its_first_day_to_its_last(code: str, on: str, *, in_force: bool) -> None:
    assert LIST.in_force(code, day(on)) is in_force


def test_all_codes_must_be_in_force() -> None:
    must_be_in_force(LIST, ["b"], day("2026-07-01"))

    with pytest.raises(CodeNotInForce) as refused:
        must_be_in_force(LIST, ["b", "a"], day("2026-07-01"))
    assert refused.value.facts == {"list": "letters"}


def test_a_local_code_stands_back_when_the_product_ships_it() -> None:
    local = ListedCode("a", Text("Andet", "Other"), day("2020-01-01"), source="local")

    assert LIST.with_local([local]).codes["a"] == A


def content(**changes: Any) -> dict[str, Any]:
    """A file of a list."""
    code = {
        "code": "a",
        "labels": {"da": "A", "en": "A"},
        "validFrom": "2026-01-01",
        "validTo": None,
        "replacedBy": None,
    }
    told = {"code": "letters", "title": {"da": "B", "en": "L"}, "note": None, "open": True, "codes": [code]}
    spoilt = changes.pop("in_code", {})
    return told | changes | ({"codes": [code | spoilt]} if spoilt else {})


@pytest.mark.parametrize(
    "spoilt",
    [
        {"code": "numbers"},
        {"codes": []},
        {"codes": content()["codes"] * 2},
        {"in_code": {"replacedBy": "z"}},
        {"in_code": {"validFrom": "soon"}},
        {"in_code": {"labels": {"da": "A"}}},
        {"colour": "red"},
    ],
    ids=str,
)
def test_a_faulty_file_stops_the_process_with_its_name(tmp_path: Path, spoilt: dict[str, Any]) -> None:
    (tmp_path / "letters.json").write_text(json.dumps(content(**spoilt)), encoding="utf-8")

    with pytest.raises(ShippedListFault, match="letters"):
        read_lists(tmp_path)


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "letters.json").write_text(json.dumps(content()), encoding="utf-8")

    assert set(read_lists(tmp_path)["letters"].codes) == {"a"}


def test_no_lists_at_all_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ShippedListFault):
        read_lists(tmp_path)
