"""One form for the code of an authority, in ASCII digits: tokens, bodies, paths, tables and events agree on it."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from chassis.authorities import AUTHORITY, AUTHORITY_FORM
from chassis.wire import AuthorityCode
from contracts.event import Authority
from services.cases.schemas.requests import KleNumber
from services.cases.schemas.trials import ClusterName
from services.referrals.schemas.hsds import DateTime

ROOT = Path(__file__).parents[2]
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
# The form of a link's secret begins with it, and says so in one expression of its own.
OF_TOKENS = {"services/referrals/domain/partner_links.py", "services/surveys/domain/link.py"}


@pytest.mark.parametrize("code", ["0101", "R1084", "CVR12345678"])
def test_an_authority_is_a_municipality_a_region_or_an_organisation(code: str) -> None:
    assert TypeAdapter(AuthorityCode).validate_python(code) == code
    assert re.fullmatch(AUTHORITY, code)


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (AuthorityCode, "0101"),
        (ClusterName, "0101/team-1"),
        (KleNumber, "27.24.00"),
        (DateTime, "2026-03-01T12:00:00"),
    ],
    ids=["authority", "cluster", "kle", "moment"],
)
def test_a_digit_is_one_of_ten(form: Any, written: str) -> None:
    """A pattern says `[0-9]`: for the parser of bodies `\\d` is every digit of every script."""
    assert TypeAdapter(form).validate_python(written) == written
    with pytest.raises(ValidationError):
        TypeAdapter(form).validate_python(written.translate(ARABIC))


def test_what_is_announced_has_the_form_that_is_taken_in() -> None:
    """The words of events know nothing of the chassis, so they say it again."""
    (_, told) = get_args(Authority)
    assert told.metadata[0].pattern == AUTHORITY_FORM


def test_nobody_else_writes_it_down() -> None:
    folders = ("chassis", "services", "gateway", "helhed")
    found = {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"CVR(\\d|\[0-9\])", path.read_text())
    }
    assert found - OF_TOKENS == {"chassis/authorities.py"}
