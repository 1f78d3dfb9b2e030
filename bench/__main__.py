"""One run: start, fill, record, measure, print, keep."""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import figures as made
from bench import lag, measure, plans, report, taping, world
from bench.bare import TAPES
from bench.copies import Copies, fill, rows_of_one
from bench.operations import MEASURED
from bench.town import WORKERS, BenchTown, bench_town
from helhed.say import Say
from helhed.supervise import Stopped
from helhed.town import Process

HERE = Path(__file__).parent
LATEST = HERE / "results" / "latest.json"


def main(
    cases: Annotated[int, typer.Option(help="How many cases there are; a tenth as many are somebody else's.")] = 20_000,
    seconds: Annotated[float, typer.Option(help="How long a slice lasts; there are 48.")] = 1.8,
) -> None:
    """Measure the town on this machine."""
    console = Console(highlight=False)
    begun = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="helhed-bench-") as folder:
            found = run(Path(folder), Copies(cases, cases // 10), seconds, console)
    except Stopped:
        sys.exit(130)
    found["run_seconds"] = time.monotonic() - begun
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    report.show(found, console)
    console.print(f"Kept in {LATEST}; `python -m bench.readme` puts it into bench/README.md")


def run(folder: Path, copies: Copies, seconds: float, console: Console) -> dict[str, Any]:
    """All figures of one run."""
    found: dict[str, Any] = {"machine": made.machine(), "town": {"cases": copies.own + copies.others}}
    town = bench_town(folder / "home", Say(console))
    town.take()
    try:
        with town.started() as first:
            pass
        with town.started() as again:
            found["start_seconds"] = {"first, with initdb and migrations": first, "again": again}
            columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            with Progress(*columns, console=console) as progress:
                found |= _measured(town, folder, copies, seconds, progress)
    except measure.WrongAnswer as wrong:
        for log in sorted(town.home.logs.glob("*.log")):
            console.print(f"[bold]{log.name}[/]", escape(log.read_text(encoding="utf-8", errors="replace")[-1000:]))
        raise SystemExit(f"bench: {wrong}") from wrong
    finally:
        town.home.leave()
    found["ratios"] = made.ratios(found["cells"])
    found["bars"] = made.bars(found["ratios"], found["lags"])
    return found


def _measured(town: BenchTown, folder: Path, copies: Copies, seconds: float, progress: Progress) -> dict[str, Any]:
    who = world.tokens(town)
    original = world.tell_one(town, who)
    for _ in progress.track(fill(town, original, copies), rows_of_one(town, original), description="Cases copied"):
        pass
    known = world.world(original, who, copies.own)
    tapes = folder / "tapes"
    tapes.mkdir()
    taping.record(town, known, tapes)
    found: dict[str, Any] = {"plans": plans.plans(town, tapes)}
    with measure.Load(known) as load:
        situations = progress.track(lag.lags(town, load), len(lag.SITUATIONS), description="From commit to consumer")
        found["lags"] = list(situations)
        found["memory"] = {name: {"rss": m.rss, "pss": m.pss} for name, m in town.memory().items()}
        # From here on, handler beside handler: who carries and hears events rests, for all three alike.
        town.rest(*WORKERS)
        _add_bare(town, tapes)
        slices = len(MEASURED) * len(measure.CLIENTS) * len(measure.TARGETS) * measure.ROUNDS
        turns = progress.track(measure.cells(town, load, seconds), slices, description="Slices of load")
        cells = {(cell.operation, cell.clients, cell.target): cell for cell in turns}
    found["cells"] = [cell.figures() for cell in cells.values()]
    return found


def _add_bare(town: BenchTown, tapes: Path) -> None:
    services = ("cases", "referrals")
    os.environ[TAPES] = str(tapes)
    town.add(*(Process(name=f"bare-{s}", about="", module=f"bench.bare:{s}", service=s) for s in services))


if __name__ == "__main__":
    typer.run(main)
