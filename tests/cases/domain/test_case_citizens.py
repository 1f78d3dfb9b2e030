"""Who a case is for: identifiers, protection, and how a letter may reach the person."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.domain.citizen import Citizen, Contact, Identifier, identifier
from services.cases.domain.errors import MalformedCpr
from services.cases.domain.letters import MOST_ATTEMPTS, Letter, channel_to
from tests.cases.builders import HOUR, MONDAY, TODAY, day


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("251248-9996", "2512489996"),  # the usual test person; fails nothing
        ("0101000002", "0101000002"),  # fails modulus 11, as numbers do since 2007
        ("  010101-0000 ", "0101010000"),
        ("290200-4111", "2902004111"),  # 2000 was a leap year
        ("610101-1234", "6101011234"),  # an administrative number: the day is 60 more
        ("911299-1234", "9112991234"),
    ],
)
def test_a_cpr_number_is_ten_digits_that_begin_with_a_date(written: str, kept: str) -> None:
    assert identifier("cpr", written) == Identifier("cpr", kept)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "251248",
        "251248-999",
        "251248-99961",
        "25 12 48 9996",
        "001248-9996",
        "321248-9996",
        "251348-9996",
        "250048-9996",
        "290200-1111",  # 1900 was none
        "290201-1111",
        "890201-1111",
        "310448-9996",
        "300248-9996",
        "601248-9996",
        "921248-9996",
        "900448-9996a",
        "910448-9996",
        "251248-9996\n0",
        "٢٥١٢٤٨٩٩٩٦",
    ],
)
def test_what_is_no_date_is_no_cpr_number(written: str) -> None:
    with pytest.raises(MalformedCpr):
        identifier("cpr", written)


@given(st.from_regex(r"[0-9]{6}-?[0-9]{4}", fullmatch=True))
def test_a_cpr_number_is_kept_in_one_form_or_not_at_all(written: str) -> None:
    try:
        kept = identifier("cpr", written)
    except MalformedCpr:
        day, month = int(written[:2]) % 60, int(written[2:4])
        assert not 1 <= day <= 31 or not 1 <= month <= 12 or day > 28
    else:
        assert kept == identifier("cpr", kept.value)
        assert kept.value == written.replace("-", "")


def test_other_identifiers_are_compared_without_regard_to_case_or_blanks() -> None:
    assert identifier("pas", " ab123c ") == identifier("pas", "AB123C")


def test_a_mask_tells_enough_to_recognise_and_not_enough_to_learn() -> None:
    assert identifier("cpr", "251248-9996").masked == "251248-xxxx"
    assert identifier("pas", "AB123C").masked == "…3C"
    assert identifier("pas", "ab12").masked == "…"


@pytest.mark.parametrize(("until", "protected"), [(None, False), ("2026-03-01", False), ("2026-03-02", True)])
def test_a_protection_lasts_through_its_last_day(until: str | None, protected: bool) -> None:
    assert Citizen(uuid4(), protected_until=until and day(until)).protected(TODAY) is protected  # type: ignore[arg-type]  # None stays None


# -- letters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contact", "way"),
    [
        (None, None),
        ({}, None),
        ({"preferred_channel": "sms"}, None),
        ({"phone": "12345678"}, "sms"),
        ({"email": "a@b.dk"}, "email"),
        ({"phone": "12345678", "email": "a@b.dk"}, "sms"),
        ({"phone": "12345678", "email": "a@b.dk", "preferred_channel": "email"}, "email"),
        ({"phone": "12345678", "digital_post": True}, "digital-post"),
        ({"phone": "12345678", "digital_post": True, "preferred_channel": "sms"}, "sms"),
        ({"email": "a@b.dk", "preferred_channel": "sms"}, "email"),
    ],
)
def test_a_letter_goes_the_way_the_citizen_prefers_or_the_way_there_is(
    contact: dict[str, Any] | None, way: str | None
) -> None:
    citizen = Citizen(uuid4(), contact=None if contact is None else Contact(**contact))

    assert channel_to(citizen) == way


def test_a_letter_that_fails_is_tried_later_and_later_for_about_a_day_and_then_no_more() -> None:
    letter = Letter(uuid4(), uuid4(), "pending", 0, MONDAY)
    at, pauses = MONDAY, []

    while not letter.spent:
        letter = letter.tried(at)
        pauses.append(letter.next_attempt_at - at)
        at = letter.next_attempt_at

    assert len(pauses) == MOST_ATTEMPTS
    assert pauses == sorted(pauses)
    assert pauses[0] < HOUR / 60
    assert max(pauses) == 6 * HOUR
    assert 12 * HOUR < at - MONDAY < 48 * HOUR
