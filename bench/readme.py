"""Puts the kept figures between the marks in README.md: `python -m bench.readme`."""

import json
from pathlib import Path
from typing import Any

from bench import report

HERE = Path(__file__).parent
README = HERE / "README.md"
# What is kept, and the mark after which it stands; a file that is not there leaves its place as it is.
MARKS = {
    "inbox-deadlines.json": "<!-- referrals: written by `python -m bench.readme` -->",
    "watch-list.json": "<!-- watch list: written by `python -m bench.readme` -->",
    "latest.json": "<!-- figures: written by `python -m bench.readme` -->",
}
END = "<!-- end of figures -->"


def main() -> None:
    """Replace what stands between the marks."""
    text = README.read_text(encoding="utf-8")
    for name, mark in MARKS.items():
        file = HERE / "results" / name
        if file.exists():
            text = replaced(text, mark, json.loads(file.read_text(encoding="utf-8")))
    README.write_text(text, encoding="utf-8")


def replaced(text: str, mark: str, figures: dict[str, Any]) -> str:
    """The text with these figures after that mark.

    Raises:
        ValueError: the text has no such mark, or nothing that ends it.
    """
    before, found, rest = text.partition(mark)
    _, end, after = rest.partition(END)
    if not (found and end):
        raise ValueError(f"no place for figures: {mark}")
    return f"{before}{mark}\n\n{where(figures)}\n\n{report.as_markdown(figures)}\n\n{END}{after}"


def where(figures: dict[str, Any]) -> str:
    """When, by what and on which machine they were measured, and how busy that was."""
    machine = figures["machine"]
    ended = f"; when it ended: {_load(machine['load_average_after'])}" if "load_average_after" in machine else ""
    return (
        f"Measured {machine['date']} by `{figures.get('command', 'make bench')}` ({figures['run_seconds']:.0f} s) at "
        f"{machine['commit']} on {machine['cores']} cores ({machine['processor']}), {machine['system']}, "
        f"Python {machine['python']}; load average before it began: {_load(machine['load_average'])}{ended}."
    )


def _load(averages: list[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in averages)


if __name__ == "__main__":
    main()
