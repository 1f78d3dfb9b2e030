"""The figures as tables for people."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

Figures = dict[str, Any]
Row = tuple[str, ...]

_WAYS = ("cases: ", "watch_items: ", "referrals: ")


def tables(figures: Figures) -> Iterator[tuple[str, Row, list[Row]]]:
    """Title, headings and rows of each table, of what was measured."""
    cases = f"{figures.get('town', {}).get('cases', 0):,} cases"
    if inbox := figures.get("inbox"):
        yield f"Worklists among {inbox['referrals']:,} referrals", *_watched(inbox["cells"])
        yield "Their statements", *_plans(inbox["plans"])
    if late := figures.get("deadlines"):
        yield f"{late['clocks']:,} clocks that fall due at once", *_late(late)
    if watched := figures.get("watch_list"):
        yield f"Watch list and worklist with {cases}", *_watched(watched["cells"])
        yield f"Their statements with {cases}", *_plans(watched["plans"])
    if "cells" in figures:
        yield "Requests", *_requests(figures["cells"])
        yield "Beside the bare handler, and what the gateway adds", *_ratios(figures["ratios"])
    if "lags" in figures:
        yield "From commit to consumer", *_lags(figures["lags"])
    if "plans" in figures:
        yield f"Lists with {cases}", *_plans(figures["plans"])
    yield "Memory (MiB), after the load", *_memory(figures["memory"])
    yield "Start", *_start(figures["start_seconds"])
    if figures["bars"]:
        yield "Bars", *_bars(figures["bars"])


def in_words(figures: Figures) -> str | None:
    """A plan as PostgreSQL tells it, where one was kept."""
    return (figures.get("inbox") or {}).get("in_words")


def show(figures: Figures, console: Console) -> None:
    """Print them."""
    for title, headings, rows in tables(figures):
        table = Table(title=title, title_justify="left", header_style="bold")
        for place, heading in enumerate(headings):
            table.add_column(heading, justify="left" if place == 0 else "right", overflow="fold")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    if plan := in_words(figures):
        console.print(plan, markup=False, soft_wrap=True)


def as_markdown(figures: Figures) -> str:
    """The same for README.md."""
    parts = [_markdown(*table) for table in tables(figures)]
    if plan := in_words(figures):
        parts.append(f"### The plan of the inbox by due day\n\n```text\n{plan}\n```")
    return "\n\n".join(parts)


def _markdown(title: str, headings: Row, rows: Iterable[Row]) -> str:
    lines = [headings, ("---",) + ("---:",) * (len(headings) - 1), *rows]
    return f"### {title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _requests(cells: list[Figures]) -> tuple[Row, list[Row]]:
    measured = ("requests/s", "p50 ms", "p99 ms", "refused", "CPU ms: answering", "postgres")
    headings = ("operation", "clients", "through", *measured)
    rows = []
    for cell in cells:
        postgres = cell["cpu_ms"]["postgres"]
        answering = sum(cell["cpu_ms"].values()) - postgres
        times = map(_number, (cell["per_second"], cell["p50_ms"], cell["p99_ms"]))
        burnt = map(_number, (answering, postgres))
        rows.append((cell["operation"], str(cell["clients"]), cell["target"], *times, str(cell["refused"]), *burnt))
    return headings, rows


def _watched(cells: list[Figures]) -> tuple[Row, list[Row]]:
    headings = ("operation", "clients", "requests", "requests/s", "p50 ms", "p95 ms", "p99 ms", "refused")
    names = ("per_second", "p50_ms", "p95_ms", "p99_ms")
    return headings, [
        (c["operation"], str(c["clients"]), f"{c['requests']:,}", *(_number(c[n]) for n in names), str(c["refused"]))
        for c in cells
    ]


def _late(late: Figures) -> tuple[Row, list[Row]]:
    rows = [(what, _number(seconds)) for what, seconds in sorted(late["seconds"].items(), key=lambda one: one[1])]
    return ("since they fell due", "seconds"), [*rows, ("told in a second", _number(late["told_per_second"]))]


def _ratios(ratios: list[Figures]) -> tuple[Row, list[Row]]:
    headings = ("operation", "clients", "service/bare by rate", "by CPU", "gateway adds at p50, ms")
    return headings, [
        (
            r["operation"],
            str(r["clients"]),
            f"{r['by_rate']:.0%}",
            f"{r['by_cpu']:.0%}",
            _number(r["gateway_adds_ms"]),
        )
        for r in ratios
    ]


def _lags(lags: list[Figures]) -> tuple[Row, list[Row]]:
    headings = ("while", "cases/s", "reads/s", "events", "p50 ms", "p99 ms", "max ms")
    names = ("cases_per_second", "reads_per_second", "events", "p50_ms", "p99_ms", "max_ms")
    return headings, [(lag["situation"], *(_number(lag[name]) for name in names)) for lag in lags]


def _plans(plans: list[Figures]) -> tuple[Row, list[Row]]:
    headings = (
        "statement",
        "execution ms",
        "planning ms",
        "planner KiB",
        "pages",
        "rows",
        "way in",
        "whole tables",
    )
    names = ("execution_ms", "planning_ms", "planning_kib", "pages", "rows")
    return headings, [
        (
            f"{p['operation']} {p['statement']}",
            *(_number(p[name]) for name in names),
            "; ".join(way.removeprefix("cases: ") for way in p["ways_in"] if way.startswith(_WAYS)),
            ", ".join(p["seq_scans"]) or "none",
        )
        for p in plans
    ]


def _memory(memory: dict[str, Figures]) -> tuple[Row, list[Row]]:
    rows = [(name, _number(held["rss"]), _number(held["pss"])) for name, held in memory.items()]
    total = ("all", *(_number(sum(held[kind] for held in memory.values())) for kind in ("rss", "pss")))
    return ("process", "resident", "its share"), [*rows, total]


def _start(seconds: dict[str, float]) -> tuple[Row, list[Row]]:
    return ("start", "seconds"), [(name, _number(value)) for name, value in seconds.items()]


def _bars(bars: list[Figures]) -> tuple[Row, list[Row]]:
    return ("bar", "wanted", "measured", "held"), [
        (bar["bar"], bar["wanted"], bar["measured"], "yes" if bar["held"] else "no") for bar in bars
    ]


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
