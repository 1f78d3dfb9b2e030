"""How the command talks: one line per finished step, a spinner only where somebody can see it spin."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from helhed.town import Process


class Say:
    """Words for the person who started us."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        if not self.console.is_terminal:
            self.console.width = max(self.console.width, 120)

    @contextmanager
    def step(self, what: str) -> Iterator[Callable[[str], None]]:
        """A step that takes time: spins while it does, then is one line. Call it with each part done."""
        begun = time.monotonic()
        done: list[str] = []
        if self.console.is_terminal:
            with self.console.status(escape(what)) as spinner:

                def part(name: str) -> None:
                    done.append(name)
                    spinner.update(escape(f"{what}: {', '.join(done)}"))

                yield part
        else:
            yield done.append
        self.console.print(f"[green]✓[/] {escape(what)} [dim]({time.monotonic() - begun:.1f} s)[/]")

    def line(self, what: str) -> None:
        """A plain line."""
        self.console.print(escape(what))

    def town(self, processes: Iterable[Process], ports: dict[str, int], logs: Path) -> None:
        """What runs where."""
        table = Table(title="The town", title_justify="left", header_style="bold")
        for heading in ("process", "what it does", "listens on", "database"):
            table.add_column(heading, no_wrap=True)
        for process in processes:
            where = f"127.0.0.1:{ports[process.name]}" if process.name in ports else "your own server"
            table.add_row(process.name, process.about, where, process.database or "")
        self.console.print(table)
        self.console.print(f"Logs: {logs}/<process>.log", soft_wrap=True)

    def next(self, gateway_url: str) -> None:
        """What to do with it."""
        self.console.print(
            f"\nOpen [bold]{gateway_url}/[/] for the API, with every call explained.\n"
            "In another terminal:\n"
            "  [bold]make demo[/]                 a hundred citizens, from the first conversation to the catch\n"
            "  [bold].venv/bin/helhed token --authority 0101 --sector employment --role caseworker[/]\n"
            "Ctrl-C stops everything; the data stays for the next start ([bold]make clean[/] forgets it).",
            soft_wrap=True,
        )
