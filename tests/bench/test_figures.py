"""Ratios and bars: what a run is judged by."""

import pytest

from bench.figures import bars, ratios
from bench.measure import percentile
from bench.readme import END, replaced
from bench.report import tables
from bench.where import cause, shares


def cell(target: str, per_second: float, p50: float, cpu: float, clients: int = 1) -> dict[str, object]:
    return {
        "operation": "read-case",
        "clients": clients,
        "target": target,
        "per_second": per_second,
        "p50_ms": p50,
        "cpu_ms": {target: cpu, "postgres": 1.0},
    }


CELLS = [cell("gateway", 80, 5.0, 4.0), cell("service", 100, 3.5, 3.0), cell("bare", 200, 1.0, 1.0)]


def test_a_service_is_compared_with_the_bare_handler_and_the_gateway_with_the_service() -> None:
    (found,) = ratios(CELLS)
    assert found["by_rate"] == 0.5
    assert found["by_cpu"] == 0.5
    assert found["gateway_adds_ms"] == 1.5


def test_bars_are_held_or_not() -> None:
    found = ratios([*CELLS, *({**each, "clients": 16} for each in CELLS)])
    lags = [{"situation": "idle", "p99_ms": 90.0}, {"situation": "flooded", "p99_ms": 9000.0}]
    assert [bar["held"] for bar in bars(found, lags)] == [True, True, True]
    slow = [{**each, "by_rate": 0.39, "gateway_adds_ms": 3.1} for each in found]
    assert [bar["held"] for bar in bars(slow, [{"situation": "busy", "p99_ms": 2001.0}])] == [False, False, False]


def test_what_was_not_measured_has_no_bar_and_no_table() -> None:
    assert bars([], []) == []
    found = {
        "town": {"cases": 2},
        "memory": {},
        "start_seconds": {},
        "bars": [],
        "watch_list": {"cells": [], "plans": []},
    }
    titles = [title for title, _, _ in tables(found)]
    assert titles[:2] == ["Watch list and worklist with 2 cases", "Their statements with 2 cases"]
    assert not {"Requests", "From commit to consumer", "Bars"} & set(titles)


def test_figures_stand_where_they_belong() -> None:
    machine = {"date": "d", "commit": "c", "cores": 2, "processor": "p", "system": "s", "python": "3"}
    machine |= {"load_average": [1.0, 2.0, 3.0], "load_average_after": [9.0, 8.0, 7.0]}
    figures = {"machine": machine, "command": "python -m bench watch-list", "run_seconds": 1.0, "town": {"cases": 2}}
    figures |= {"memory": {}, "start_seconds": {"again": 1.0}, "bars": []}
    text = replaced(f"a <!-- m -->old{END} b <!-- n -->kept{END}", "<!-- m -->", figures)
    assert text.startswith("a <!-- m -->\n\nMeasured d by `python -m bench watch-list` (1 s)")
    assert "before it began: 1.0, 2.0, 3.0; when it ended: 9.0, 8.0, 7.0." in text
    assert "old" not in text
    assert text.endswith(f"{END} b <!-- n -->kept{END}")
    with pytest.raises(ValueError, match="no place"):
        replaced("a", "<!-- m -->", figures)


def test_percentiles() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert (percentile(values, 50), percentile(values, 99), percentile([], 99)) == (51.0, 100.0, 0.0)


def test_stacks_are_told_apart() -> None:
    serving = "main (chassis/serve.py:1);run (uvicorn/server.py:2)"
    handling = f"{serving};run_endpoint_function (fastapi/routing.py:3);add (services/cases/repository/cases.py:4)"
    assert cause(serving) == "uvicorn, event loop, Starlette"
    assert cause(handling) == "rows and domain"
    assert cause(f"{handling};execute (psycopg/cursor_async.py:5)") == "psycopg: sending, waiting, fetching"
    assert shares([f"{handling} 3", "run (threading.py:1);Condition.wait (threading.py:2) 9"]).total() == 3
