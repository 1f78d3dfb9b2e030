"""How a file is read into lines: NDJSON, or CSV whose heading names the members of a line by their paths.

`citizen.identifiers.0.value` is the first identifier's value. Both are read into the same models, so they are equally
strict. An empty cell is a member that is absent.
"""

import csv
import io
import re
from typing import Any

from chassis import hygiene
from chassis.problems import TooLarge
from services.cases.domain.errors.arrivals import ContentUnreadable

NDJSON, CSV = "application/x-ndjson", "text/csv"

_PATH = re.compile(r"[a-z][A-Za-z]{0,39}(\.(\d{1,2}|[a-z][A-Za-z]{0,39})){0,5}", re.ASCII)
_MOST_COLUMNS = 500
_DELIMITERS = (";", ",")
# A cell is text. These members are not; a test holds the list complete.
YES_OR_NO = frozenset({"anonymous", "attended", "digitalPost", "interpreter"})
NUMBERS = frozenset({"citizenRating", "minutes"})


class LineUnreadable(ValueError):
    """The line is not of its kind: which rule it breaks, and where in it. It never tells what stood there."""

    def __init__(self, code: str, pointer: str | None = None) -> None:
        super().__init__(code)
        self.code, self.pointer = code, pointer


def text_of(content: bytes) -> str:
    """The text of a part.

    Raises:
        ContentUnreadable: not UTF-8, or with NUL.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ContentUnreadable() from None
    if "\x00" in text:
        raise ContentUnreadable()
    return text


def without_heading(text: str) -> tuple[str, str]:
    """A CSV's heading, and what follows it. The heading keeps its delimiter: `;` or `,`.

    Raises:
        ContentUnreadable: the first line does not name members, or names one twice or inside another.
    """
    heading, _, rest = text.partition("\n")
    heading = heading.rstrip("\r")
    names = [name.strip().strip('"') for name in heading.split(_delimiter(heading))]
    within = {name[:end] for name in names for end in range(len(name)) if name[end] == "."}
    twice = len(set(names)) != len(names) or not within.isdisjoint(names)
    if twice or len(names) > _MOST_COLUMNS or not all(_PATH.fullmatch(name) for name in names):
        raise ContentUnreadable()
    return _delimiter(heading).join(names), rest


def lines_of(text: str, columns: str | None) -> list[Any]:
    """The lines of a part, unread: JSON texts, or with `columns` the rows of a CSV. Empty ones do not count.

    Raises:
        ContentUnreadable: the CSV cannot be taken apart.
    """
    if columns is None:
        return [line for line in text.split("\n") if line.strip()]
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(columns), strict=True)
        return [row for row in rows if any(row)]
    except csv.Error:
        raise ContentUnreadable() from None


def members_of(line: Any, columns: str | None) -> Any:
    """What a line says.

    Raises:
        LineUnreadable: it is not JSON, or has another number of cells than the heading.
    """
    if columns is None:
        return _json(line)
    names = columns.split(_delimiter(columns))
    if len(line) != len(names):
        raise LineUnreadable("columns-differ")
    tree: dict[str, Any] = {}
    for name, cell in zip(names, line, strict=True):
        if cell != "":
            _plant(tree, name.split("."), cell)
    return _lists(tree)


def _json(line: str) -> Any:
    try:
        return hygiene.check(line.encode())
    except hygiene.Unclean as unclean:
        raise LineUnreadable(unclean.code) from None
    except TooLarge:
        raise LineUnreadable("too-deep") from None


def _plant(tree: dict[str, Any], path: list[str], cell: str) -> None:
    *branches, leaf = path
    for branch in branches:
        tree = tree.setdefault(branch, {})
    tree[leaf] = _value(leaf, cell)


def _value(name: str, cell: str) -> Any:
    if name in YES_OR_NO and cell in ("true", "false"):
        return cell == "true"
    return int(cell) if name in NUMBERS and re.fullmatch(r"\d{1,9}", cell, re.ASCII) else cell


def _lists(tree: Any) -> Any:
    """The tree with a list wherever all members are numbers, in their order."""
    if not isinstance(tree, dict):
        return tree
    if tree and all(name.isdigit() for name in tree):
        return [_lists(tree[name]) for name in sorted(tree, key=int)]
    return {name: _lists(value) for name, value in tree.items()}


def _delimiter(heading: str) -> str:
    return next((mark for mark in _DELIMITERS if mark in heading), ",")
