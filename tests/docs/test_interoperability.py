"""The page on other systems names every state and every need domain, with what the code says of them."""

import json

import pytest

from services.referrals.domain.lifecycle import State
from services.referrals.schemas import fhir_shown
from services.referrals.schemas.fhir_shown import REASONS, REQUEST_STATUS
from tests.docs.markdown import ROOT, codes, rows

PAGE = (ROOT / "docs" / "interoperability.md").read_text(encoding="utf-8")
DOMAINS = json.loads((ROOT / "services/cases/code_lists/need-domains.json").read_text(encoding="utf-8"))["codes"]
# medcomfhir.dk: CodeSystem medcom-careCommunication-categoryCodes, 1.9.0.
CATEGORIES = {
    *("alcohol-and-drug-treatment", "assistive-devices", "carecoordination", "decease", "discharge"),
    *("examination-results", "healthcare", "home-care-assessment", "medicine", "nursing", "outpatient"),
    *("psychiatry-social-disability", "regarding-referral", "telemedicine", "training", "acute-ambulant"),
    *("extended-care-responsibility", "other"),
}
ACTIVITIES = {"new-message", "reply-message", "forward-message"}


def table(page: str, first: str) -> list[list[str]]:
    """The rows of the table whose first heading is this one."""
    found = list(rows(page))
    start = next(at for at, cells in enumerate(found) if cells[0] == first)
    width = len(found[start])
    body: list[list[str]] = []
    for cells in found[start + 1 :]:
        if len(cells) != width or not cells[0].startswith("`"):
            break
        body.append(cells)
    return body


def test_every_state_stands_with_its_two_statuses() -> None:
    told = {cells[0].strip("`"): (cells[1].strip("`"), cells[2].strip("`")) for cells in table(PAGE, "State")}

    assert told == {state.value: (state.value, REQUEST_STATUS[state]) for state in State}


def test_what_is_sent_is_one_of_medcoms_activities() -> None:
    named = {code for cells in table(PAGE, "State") for code in codes(cells[3]) if code.endswith("-message")}

    assert named
    assert named <= ACTIVITIES


def test_every_need_domain_stands_with_a_category_of_medcoms() -> None:
    told = {cells[0].strip("`"): (cells[1], cells[2].strip("`")) for cells in table(PAGE, "Need domain")}

    assert {code: dansk for code, (dansk, _) in told.items()} == {one["code"]: one["labels"]["da"] for one in DOMAINS}
    assert {category for _, category in told.values()} <= CATEGORIES


def test_the_systems_of_our_codes_are_named() -> None:
    used = {fhir_shown.CODES + name for name in (*REASONS.values(), "catch-state", "outcome", "output", "sector")}

    assert {code for code in codes(PAGE) if code.startswith(fhir_shown.CODES)} == used


@pytest.mark.parametrize(
    "row", ["| `caught` | `caught` | `active` | nothing |", "| `draft` | `draft` | `active` | x |"]
)
def test_a_row_that_the_code_does_not_know_is_found(row: str) -> None:
    page = f"| State | Task.status | ServiceRequest.status | x |\n|---|---|---|---|\n{row}\n"

    (cells,) = table(page, "State")
    assert (cells[0].strip("`"), cells[2].strip("`")) not in {(s.value, REQUEST_STATUS[s]) for s in State}
