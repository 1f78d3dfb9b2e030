"""One run: start, fill, record, measure, print, keep."""

import json
import os
import sys
import tempfile
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import deadlines, inbox, lag, measure, plans, report, still, taping, told, world
from bench import figures as made
from bench.bare import TAPES
from bench.copies import Copies, fill, rows_of_all
from bench.operations import MEASURED, PLANNED, WATCHED
from bench.town import WORKERS, BenchTown, bench_town
from helhed.say import Say
from helhed.supervise import Stopped
from helhed.town import Process

HERE = Path(__file__).parent
RESULTS = HERE / "results"
LATEST = RESULTS / "latest.json"


class Part(StrEnum):
    """What can be measured by itself."""

    LISTS = "lists"
    WATCH_LIST = "watch-list"
    LAG = "lag"
    REQUESTS = "requests"
    INBOX = "inbox"
    DEADLINES = "deadlines"


def main(
    parts: Annotated[list[Part] | None, typer.Argument(help="Only these parts; without any, all.")] = None,
    cases: Annotated[int, typer.Option(help="How many cases wait; other cases come to a fifth more.")] = 100_000,
    seconds: Annotated[float, typer.Option(help="How long a slice of load lasts; there are 84.")] = 1.8,
) -> None:
    """Measure the town on this machine."""
    console = Console(highlight=False)
    begun = time.monotonic()
    wanted = set(parts or Part)
    file = RESULTS / f"{'-'.join(part for part in Part if part in wanted)}.json" if parts else LATEST
    try:
        with tempfile.TemporaryDirectory(prefix="helhed-bench-") as folder:
            # Of the cases themselves these two measure nothing.
            copied = min(cases, deadlines.CASES) if wanted <= {Part.INBOX, Part.DEADLINES} else cases
            found = run(Path(folder), wanted, Copies(copied, copied // 10), seconds, console)
    except Stopped:
        sys.exit(130)
    found["command"] = " ".join(["python -m bench", *(parts or ())]) + (f" --cases {cases}" if cases != 100_000 else "")
    found["run_seconds"] = time.monotonic() - begun
    found["machine"]["load_average_after"] = list(os.getloadavg())
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    report.show(found, console)
    console.print(f"Kept in {file}; `python -m bench.readme` puts it into bench/README.md")


def run(folder: Path, wanted: set[Part], copies: Copies, seconds: float, console: Console) -> dict[str, Any]:
    """All figures of one run."""
    found: dict[str, Any] = {"machine": made.machine()}
    town = bench_town(folder / "home", Say(console))
    town.take()
    try:
        with town.started() as first:
            pass
        with town.started() as again:
            found["start_seconds"] = {"first, with initdb and migrations": first, "again": again}
            columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            with Progress(*columns, console=console) as progress:
                found |= _measured(town, folder, wanted, copies, seconds, progress)
    except measure.WrongAnswer as wrong:
        for log in sorted(town.home.logs.glob("*.log")):
            console.print(f"[bold]{log.name}[/]", escape(log.read_text(encoding="utf-8", errors="replace")[-1000:]))
        raise SystemExit(f"bench: {wrong}") from wrong
    finally:
        town.home.leave()
    if Part.REQUESTS in wanted:
        found["ratios"] = made.ratios(found["cells"])
    found["bars"] = made.bars(found.get("ratios", []), found.get("lags", []))
    return found


def _measured(
    town: BenchTown, folder: Path, wanted: set[Part], copies: Copies, seconds: float, progress: Progress
) -> dict[str, Any]:
    who, found = world.tokens(town), dict[str, Any]()
    if wanted != {Part.INBOX}:
        found |= _among_cases(town, who, folder, wanted, copies, seconds, progress)
    if Part.INBOX in wanted:
        found["inbox"] = inbox.measured(town, who, folder, seconds, progress)
    found["memory"] = {name: {"rss": m.rss, "pss": m.pss} for name, m in town.memory().items()}
    return found


def _among_cases(
    town: BenchTown,
    who: dict[str, str],
    folder: Path,
    wanted: set[Part],
    copies: Copies,
    seconds: float,
    progress: Progress,
) -> dict[str, Any]:
    filling = told.tell(town, who, copies)
    for _ in progress.track(fill(town, filling), rows_of_all(town, filling), description="Cases copied"):
        pass
    found: dict[str, Any] = {"town": {"cases": sum(len(each) for _, each in filling)}} | still.still(town, filling)
    known = world.world(filling[0][0], who, copies.own)
    tapes = folder / "tapes"
    tapes.mkdir()
    taping.record(town, known, tapes, dict.fromkeys(o for part in Part if part in wanted for o in TAPED.get(part, ())))
    if Part.LISTS in wanted:
        found["plans"] = plans.plans(town, tapes, PLANNED)
    with measure.Load(known) as load:
        if Part.WATCH_LIST in wanted:
            found["watch_list"] = _watch_list(town, load, tapes, seconds, progress)
        if Part.LAG in wanted:
            situations = progress.track(
                lag.lags(town, load), len(lag.SITUATIONS), description="From commit to consumer"
            )
            found["lags"] = list(situations)
        if Part.DEADLINES in wanted:
            found["deadlines"] = deadlines.announced(town, filling[0][0], copies, progress)
        if Part.REQUESTS in wanted:
            # From here on, handler beside handler: who carries and hears events rests, for all three alike.
            town.rest(*WORKERS)
            _add_bare(town, tapes)
            found["cells"] = measure.figures(town, load, seconds, progress, "Slices of load", MEASURED)
    return found


def _watch_list(town: BenchTown, load: measure.Load, tapes: Path, seconds: float, progress: Progress) -> dict[str, Any]:
    """As a screen waits for it: through the gateway, while the whole town works."""
    return {
        "plans": plans.plans(town, tapes, WATCHED),
        "cells": measure.figures(town, load, seconds, progress, "Slices of the watch list", WATCHED, ("gateway",)),
    }


def _add_bare(town: BenchTown, tapes: Path) -> None:
    services = ("cases", "referrals")
    os.environ[TAPES] = str(tapes)
    town.add(*(Process(name=f"bare-{s}", about="", module=f"bench.bare:{s}", service=s) for s in services))


TAPED = {Part.LISTS: PLANNED, Part.WATCH_LIST: WATCHED, Part.REQUESTS: MEASURED}


if __name__ == "__main__":
    typer.run(main)
