"""Filters of a list: codes with commas between. A misspelt one is refused, never an empty list."""

import re
from enum import StrEnum
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from chassis.sectors import Sector, UnknownSector, require_known
from chassis.wire import MOST_CODES, Code, CodeList, UnitId


class Light(StrEnum):
    """A closed list."""

    RED = "red"
    GREEN = "green"


def read(kind: Any, text: str) -> Any:
    """As FastAPI would hand over what stands behind one key."""
    return TypeAdapter(kind).validate_python([text])


def pattern(kind: Any) -> str:
    """How the document describes it."""
    (described, _null) = TypeAdapter(kind).json_schema()["anyOf"]
    assert described["type"] == "string"
    return str(described["pattern"])


def test_a_list_is_read_in_order_each_code_once() -> None:
    assert read(CodeList[Light], "green,red,green") == [Light.GREEN, Light.RED]
    assert read(CodeList[Code], "a,b") == ["a", "b"]
    assert read(CodeList[UnitId], "health:alkohol,me") == ["health:alkohol", "me"]
    assert TypeAdapter(CodeList[Light]).validate_python(None) is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (CodeList[Light], "gren"),
        (CodeList[Light], "green,"),
        (CodeList[Light], ""),
        (CodeList[Sector], "employment,helth"),
        (CodeList[Code], "Upper"),
        (CodeList[Code], ",".join(f"c{number}" for number in range(MOST_CODES + 1))),
    ],
)
def test_what_is_no_such_list_is_refused_and_the_document_says_so(kind: Any, text: str) -> None:
    with pytest.raises(ValidationError):
        read(kind, text)

    assert not re.search(pattern(kind), text)


@pytest.mark.parametrize(
    ("kind", "text"), [(CodeList[Light], "red,green"), (CodeList[Sector], "social"), (CodeList[Code], "a-b,c")]
)
def test_the_document_describes_the_text_as_it_is_sent(kind: Any, text: str) -> None:
    assert re.search(pattern(kind), text)
    assert read(kind, text)


def test_a_sector_is_known_or_refused() -> None:
    require_known("employment", "health", "social")

    with pytest.raises(UnknownSector):
        require_known("health", "psykiatri")
