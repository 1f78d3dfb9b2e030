"""What no Python file of the house may hold; for each rule a file that breaks it, which must be found."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.house import sources
from tests.house.tree import PACKAGES, ROOMS, name_of, python_files

Guard = Callable[[str, str], Iterator[str]]

COMMITTERS = {
    "chassis/database.py": "the edge itself",
    "migrations/env.py": "settings of its own connection, before the migration",
}
LONG = {
    "chassis/documentation.py:complete": "one document, member by member",
    "chassis/documentation.py:document": "one operation, member by member",
    "chassis/http.py:build_app": "an application put together, in the order in which it is",
    "chassis/tables.py:chassis_tables": "a list of columns",
    "contracts/events/cases.py": "everything cases ever says, on one page",
    "services/cases/use_cases/open_case.py:open_case": "its signature names what a case begins with",
}


def faults(guard: Guard, files: Iterable[Path]) -> list[str]:
    """What the guard finds in all of these, having looked at some."""
    looked_at = list(files)
    assert looked_at, "there was nothing to look at"
    return [fault for path in looked_at for fault in guard(name_of(path), path.read_text(encoding="utf-8"))]


def test_the_guards_see_the_whole_tree() -> None:
    assert len(python_files(of=ROOMS)) > 220
    assert len(python_files()) > 320


def test_nobody_commits_but_the_edge() -> None:
    found = faults(sources.commits, python_files(of=PACKAGES))

    assert {fault.partition(":")[0] for fault in found} == set(COMMITTERS)


@pytest.mark.parametrize(
    "text",
    [
        "await connection.commit()",
        "self.session.rollback()",
        "with engine.begin() as connection: ...",
        "connection.execute('COMMIT;')",
    ],
)
def test_a_commit_elsewhere_is_found(text: str) -> None:
    assert list(sources.commits("services/cases/queries.py", f"async def f(connection):\n    {text}\n"))


def test_the_environment_is_read_in_one_place() -> None:
    """Beside the command `helhed`, which makes the environment of what it starts."""
    everywhere = python_files(of=tuple(room for room in PACKAGES if room != "helhed"))

    found = faults(sources.environment, everywhere)

    assert {fault.partition(":")[0] for fault in found} == {"chassis/settings.py"}


@pytest.mark.parametrize("text", ["import os\nos.environ['A']", "from os import getenv", "import os\nos.getenv('A')"])
def test_a_look_at_the_environment_is_found(text: str) -> None:
    assert list(sources.environment("gateway/limits.py", text))


def test_a_domain_has_no_clock_and_no_dice() -> None:
    domains = [path for path in python_files(of=("services",)) if "domain" in path.parts]

    assert len(domains) > 30
    assert faults(sources.chance, domains) == []


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import UTC, datetime\nat = datetime.now(UTC)",
        "from datetime import date\non = date.today()",
        "from uuid import uuid4",
        "import uuid\nid = uuid.uuid7()",
        "import random",
        "from secrets import token_hex",
        "import time",
    ],
)
def test_a_clock_or_dice_in_a_domain_are_found(text: str) -> None:
    assert list(sources.chance("services/cases/domain/case.py", text))


def test_no_test_is_left_out_without_a_reason() -> None:
    tests = python_files(of=("tests",))

    assert len(tests) > 90
    assert faults(sources.unexplained_skips, tests) == []


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skip\ndef test_it(): ...",
        "@pytest.mark.skip()\ndef test_it(): ...",
        "@pytest.mark.skipif(True)\ndef test_it(): ...",
        "@pytest.mark.xfail(strict=True)\ndef test_it(): ...",
        "@pytest.mark.skip(reason='')\ndef test_it(): ...",
        "def test_it():\n    pytest.skip()",
        "pytest.importorskip('a')",
        "pytestmark = pytest.mark.skip",
    ],
)
def test_a_test_left_out_in_silence_is_found(text: str) -> None:
    assert list(sources.unexplained_skips("tests/cases/test_it.py", text))


def test_a_test_left_out_with_a_reason_is_none_of_ours() -> None:
    text = "@pytest.mark.skipif(not_here, reason='there is none here')\ndef test_it():\n    pytest.skip('too old')"

    assert list(sources.unexplained_skips("tests/cases/test_it.py", text)) == []


def test_whoever_silences_a_checker_says_why() -> None:
    assert faults(sources.unexplained_silence, python_files()) == []


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa: S311",
        "# type: ignore",
        "# type: ignore[arg-type]",
        "# type: ignore[arg-type]  # yes",
        "# type: ignore  # because it is so much easier",
    ],
)
def test_silence_without_a_reason_is_found(comment: str) -> None:
    assert list(sources.unexplained_silence("chassis/paging.py", f"x = 1  {comment}\n"))


@pytest.mark.parametrize(
    "comment", ["# noqa: S311 - a story's dice, no secret", "# type: ignore[misc]  # what mypy refuses is the test"]
)
def test_silence_with_a_reason_is_none_of_ours(comment: str) -> None:
    assert list(sources.unexplained_silence("chassis/paging.py", f"x = 1  {comment}\n")) == []


def test_what_is_long_is_long_for_a_reason() -> None:
    """A name that is no longer needed in LONG is a fault too."""
    assert set(faults(sources.length, python_files(of=PACKAGES))) == set(LONG)


def test_what_is_too_long_is_found() -> None:
    function = "def f():\n" + "    x = 1\n" * sources.MOST_LINES_OF_A_FUNCTION
    file = "x = 1\n" * (sources.MOST_LINES + 1)

    assert list(sources.length("a.py", function)) == ["a.py:f"]
    assert list(sources.length("a.py", file)) == ["a.py"]


def test_every_module_says_what_it_is_for() -> None:
    assert faults(sources.silent_modules, python_files()) == []


def test_a_silent_module_is_found() -> None:
    assert list(sources.silent_modules("gateway/__init__.py", "# a comment is not a docstring\n"))


def test_no_two_files_of_tests_go_by_one_name() -> None:
    """Folders of tests are no packages: pytest takes a second file of a name for the first, and runs neither whole."""
    assert twins(python_files(of=("tests",))) == []


def test_two_files_of_one_name_are_found() -> None:
    files = [
        Path("tests/a/test_x.py"),
        Path("tests/b/test_x.py"),
        Path("tests/b/test_y.py"),
        Path("tests/b/conftest.py"),
    ]

    assert twins(files) == ["test_x.py"]


def twins(files: Iterable[Path]) -> list[str]:
    """Names that more than one of these files of tests has."""
    often = Counter(path.name for path in files if path.name.startswith("test_"))
    return sorted(name for name, times in often.items() if times > 1)
