"""Numbers that could be a person's, and folders that are somebody's own, in what the repository keeps."""

import re
from collections.abc import Iterator
from datetime import date

PUBLISHED = frozenset({"2512489996", "0707614285"})
"""Numbers of nobody, published by Danish authorities for use in tests and examples."""

_TEN_DIGITS = re.compile(r"(?<![0-9A-Za-z])([0-9]{6})[- ]?([0-9]{4})(?![0-9A-Za-z])")
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_SINCE_WHEN_THE_CHECK_MAY_FAIL = date(2007, 10, 1)
_FIRST_OF_JANUARY_FULL = 1960

_OWN_FOLDER = re.compile(r"(?<![\w.$}])/(?:home|Users|work|workspace|builds)/[\w.-]+")
_NOBODYS = frozenset({"/home/you", "/home/helhed", "/home/runner", "/Users/you"})


def numbers(name: str, text: str) -> Iterator[str]:
    """Civil registration numbers that somebody may have."""
    for found in _TEN_DIGITS.finditer(text):
        number = found[1] + found[2]
        if number not in PUBLISHED and could_be_given(number):
            yield f"{name}:{text.count(chr(10), 0, found.start()) + 1} holds a number that may be a person's"


def could_be_given(number: str) -> bool:
    """Whether the register may have given it out: a real day, and the check holds or may fail for that day.

    The check (modulus 11) was given up in October 2007, for days of birth whose numbers had run out: the days since
    then, and the first of January of many years, which is registered for people who do not know their birthday.
    """
    born = _birthday(number)
    if born is None:
        return False
    if sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=True)) % 11 == 0:
        return True
    first_of_january = (born.month, born.day) == (1, 1) and born.year >= _FIRST_OF_JANUARY_FULL
    return first_of_january or born >= _SINCE_WHEN_THE_CHECK_MAY_FAIL


def _birthday(number: str) -> date | None:
    day, month, year, seventh = int(number[:2]), int(number[2:4]), int(number[4:6]), int(number[6])
    if seventh <= 3:
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    try:
        return date(century + year, month, day)
    except ValueError:
        return None


def folders(name: str, text: str, *, own: str) -> Iterator[str]:
    """Paths of the machine it was written on: this checkout's (`own`), or below a folder that people work in."""
    for number, line in enumerate(text.splitlines(), 1):
        elsewhere = [found for found in _OWN_FOLDER.findall(line) if found not in _NOBODYS]
        if own in line or elsewhere:
            yield f"{name}:{number} names a folder of somebody's"
