"""What the repository must not keep: numbers of people, somebody's own folders, work left undone."""

import re
from collections.abc import Iterator

import pytest

from tests.house import people
from tests.house.tree import ROOT, kept_files, name_of

# Spelled so that this file does not hold what it looks for.
UNDONE = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")


def texts() -> Iterator[tuple[str, str]]:
    """Every kept file that is text, with its name."""
    for path in kept_files():
        content = path.read_bytes()
        if b"\0" not in content:
            yield name_of(path), content.decode("utf-8", errors="replace")


def undone(name: str, text: str) -> Iterator[str]:
    """Work that somebody meant to come back to."""
    for number, line in enumerate(text.splitlines(), 1):
        if UNDONE.search(line):
            yield f"{name}:{number} {line.strip()}"


def test_the_whole_repository_is_read() -> None:
    names = {name for name, _ in texts()}

    assert len(names) > 400
    assert {"README.md", "uv.lock", "compose.yaml", "chassis/door.py", "contracts/openapi/cases.json"} <= names


def test_no_number_could_be_a_persons() -> None:
    assert [fault for name, text in texts() for fault in people.numbers(name, text)] == []


@pytest.mark.parametrize("spelled", ["{}{}", "{}-{}", "{} {}", "cpr={}{}."])
# In two parts, or this file would hold what it looks for.
@pytest.mark.parametrize(
    ("day", "rest"),
    [
        pytest.param("070761", "4293", id="the check holds"),
        pytest.param("010170", "1234", id="the first of January"),
        pytest.param("011107", "4123", id="since the check may fail"),
    ],
)
def test_a_number_of_a_person_is_found(day: str, rest: str, spelled: str) -> None:
    found = list(people.numbers("tests/cases/test_it.py", f"one\n{spelled.format(day, rest)}"))

    assert found == ["tests/cases/test_it.py:2 holds a number that may be a person's"]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("251248-9996", "published"),
        ("070761-4285", "published"),
        ("670761-4285", "a replacement number: day and sixty"),
        ("310461-4285", "no such day"),
        ("010203-1234", "the check fails for a day on which it never may"),
        ("20700000000", "eleven digits"),
        ("a0707614285", "part of a word"),
    ],
)
def test_a_number_of_nobody_is_none_of_ours(number: str, why: str) -> None:
    assert list(people.numbers("tests/cases/test_it.py", number)) == [], why


def test_no_folder_of_the_machine_it_was_written_on() -> None:
    assert [fault for name, text in texts() for fault in people.folders(name, text, own=str(ROOT))] == []


@pytest.mark.parametrize(
    "path",
    ["/srv/checkout/helhed/chassis", "see /ho" + "me/anna/notes.md", "cd /Us" + "ers/anna/helhed", "(/wo" + "rk/x)"],
)
def test_a_folder_of_somebodys_is_found(path: str) -> None:
    assert list(people.folders("docs/map.md", path, own="/srv/checkout/helhed"))


def test_no_work_is_left_undone() -> None:
    assert [fault for name, text in texts() for fault in undone(name, text)] == []


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"])
def test_work_left_undone_is_found(word: str) -> None:
    assert list(undone("chassis/door.py", f"def f():\n    ...  # {word}: later"))
