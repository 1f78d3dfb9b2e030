"""What the planner makes of the lists, with all copies in place: which way it goes in, how long, how much it reads."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.bare import tapes
from bench.operations import AUTHORITY, Operation
from bench.tape import Statement
from bench.town import BenchTown

_LISTED = ("cases", "watch_items", "referrals")
SMALL = 1000  # a table of fewer rows may well be read whole

Node = dict[str, Any]


def plans(town: BenchTown, folder: Path, operations: Iterable[Operation]) -> list[dict[str, Any]]:
    """One entry for each SELECT of the lists."""
    found = []
    for operation in operations:
        with _asking(town, operation) as connection:
            for number, statement in enumerate(_selects(operation, folder), start=1):
                found.append({"operation": operation.name, "statement": number, **_explained(connection, statement)})
    return found


def in_words(town: BenchTown, folder: Path, operation: Operation) -> str:
    """The plan of an operation's first SELECT, as PostgreSQL tells it."""
    statement = next(_selects(operation, folder))
    with _asking(town, operation) as connection:
        lines = connection.execute(f"explain (analyze, buffers) {statement.query}", statement.values).fetchall()
    return "\n".join(line for (line,) in lines)


@contextmanager
def _asking(town: BenchTown, operation: Operation) -> Iterator[psycopg.Connection[Any]]:
    """As the service itself: its own role, under row-level security, for one authority."""
    url = town.databases[operation.service].app_url
    with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute("select set_config('app.authority', %s, false)", [AUTHORITY])
        yield connection


def _selects(operation: Operation, folder: Path) -> Iterator[Statement]:
    first, _ = tapes(folder, operation)
    return (s for s in first.statements if _is_of_a_list(" ".join(s.query.lower().split())))


def _is_of_a_list(query: str) -> bool:
    return query.startswith("select") and any(f"from {table}" in query for table in _LISTED)


def _explained(connection: psycopg.Connection[Any], statement: Statement) -> dict[str, Any]:
    asked = f"explain (analyze, buffers, memory, format json) {statement.query}"
    for _ in range(2):  # the second time, what it reads is in memory
        row = connection.execute(asked, statement.values).fetchone()
    assert row is not None
    (said,) = row[0]
    nodes = [node for node in _nodes(said["Plan"]) if node["Actual Loops"]]
    return {
        "ways_in": sorted({_way(node) for node in nodes if "Relation Name" in node}),
        "seq_scans": sorted({n["Relation Name"] for n in nodes if n["Node Type"] == "Seq Scan" and _read(n) > SMALL}),
        "rows": said["Plan"]["Actual Rows"],
        "planning_ms": said["Planning Time"],
        "planning_kib": said["Planning"]["Memory Used"],
        "execution_ms": said["Execution Time"],
        "pages": said["Plan"]["Shared Hit Blocks"] + said["Plan"]["Shared Read Blocks"],
        "sorted_kib": max((node.get("Sort Space Used", 0) for node in nodes), default=0),
    }


def _read(node: Node) -> float:
    return float((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])


def _way(node: Node) -> str:
    by = node.get("Index Name")
    return f"{node['Relation Name']}: {node['Node Type']}" + (f" {by}" if by else "")


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)
