"""What number a person may have, in which system, and who may tell it of somebody anonymous."""

from uuid import uuid4

import pytest

from services.cases.domain.citizen import Citizen, Identifier, identifier
from services.cases.domain.errors.arrivals import AnonymousStaysSo, MalformedReplacementNumber, NotAnonymous


@pytest.mark.parametrize(
    ("system", "written", "kept"),
    [
        ("x-ecpr", "010190-1AB3", "0101901AB3"),  # national, born 19xx
        ("x-ecpr", "0101907zz0", "0101907ZZ0"),  # national, and letters have one form
        ("d-ecpr", "010190-0AB3", "0101900AB3"),  # local
        ("d-ecpr", "290200-5AB3", "2902005AB3"),
        ("d-ecpr", "010190-6AB3", "0101906AB3"),
        ("d-ecpr", "610190-1234", "6101901234"),  # older: digits only, and the day is 60 more
        ("fasit", " ab-17 ", "AB-17"),
    ],
)
def test_a_replacement_number_has_the_form_of_its_system(system: str, written: str, kept: str) -> None:
    assert identifier(system, written) == Identifier(system, kept)


@pytest.mark.parametrize(
    ("system", "written"),
    [
        ("x-ecpr", "010190-0AB3"),  # a local one
        ("d-ecpr", "010190-1AB3"),  # a national one
        ("x-ecpr", "320190-1AB3"),
        ("d-ecpr", "290201-0AB3"),
        ("d-ecpr", "011390-0AB3"),
        ("x-ecpr", "010190-1A23"),
        ("x-ecpr", "010190-1ÆB3"),
        ("x-ecpr", "610190-1234"),
        ("d-ecpr", "010203-1234"),  # that would be a CPR number
        ("d-ecpr", ""),
    ],
)
def test_what_is_not_of_the_form_is_no_replacement_number(system: str, written: str) -> None:
    with pytest.raises(MalformedReplacementNumber):
        identifier(system, written)


@pytest.mark.parametrize(
    ("system", "written", "warnings"),
    [
        ("cpr", "070761-4285", ()),
        ("cpr", "251248-9996", ("cpr-modulus-11",)),  # issued since 2007; looked at once more, never refused
        ("cpr", "670761-4284", ()),  # an administrative number has no check digit
        ("x-ecpr", "010190-1AB3", ()),
        ("fasit", "1", ()),
    ],
)
def test_a_check_digit_that_does_not_fit_is_a_warning(system: str, written: str, warnings: tuple[str, ...]) -> None:
    assert identifier(system, written).warnings == warnings


def test_replacement_numbers_are_masked_like_cpr_numbers() -> None:
    assert identifier("x-ecpr", "010190-1AB3").masked == "010190-xxxx"


def test_who_came_without_a_number_is_known_by_it_later_and_once() -> None:
    replacement, cpr = identifier("x-ecpr", "010190-1AB3"), identifier("cpr", "251248-9996")
    person = Citizen(uuid4(), identifiers=(replacement,))

    known = person.also_known_by(cpr)

    assert known.identifiers == (replacement, cpr)
    assert known.also_known_by(cpr) == known


def test_an_anonymous_citizen_is_identified_by_nobody_else() -> None:
    with pytest.raises(AnonymousStaysSo):
        Citizen(uuid4(), alias="Gæsten", anonymous=True).also_known_by(identifier("cpr", "251248-9996"))


def test_who_tells_who_they_are_keeps_the_alias_they_are_called_by() -> None:
    person = Citizen(uuid4(), alias="Gæsten", anonymous=True)

    known = person.identified((identifier("cpr", "251248-9996"),), "Nancy Ann Berggren")

    assert (known.anonymous, known.alias, known.name) == (False, "Gæsten", "Nancy Ann Berggren")
    with pytest.raises(NotAnonymous):
        known.identified((), None)
