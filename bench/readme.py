"""Puts the latest figures between the marks in README.md: `python -m bench.readme`."""

import json
from pathlib import Path

from bench import report

README = Path(__file__).with_name("README.md")
LATEST = Path(__file__).parent / "results" / "latest.json"
BEGIN, END = "<!-- figures: written by `python -m bench.readme` -->", "<!-- end of figures -->"


def main() -> None:
    """Replace what stands between the marks."""
    figures = json.loads(LATEST.read_text(encoding="utf-8"))
    machine = figures["machine"]
    load = ", ".join(f"{value:.1f}" for value in machine["load_average"])
    where = (
        f"Measured {machine['date']} by `make bench` ({figures['run_seconds']:.0f} s) at {machine['commit']} on "
        f"{machine['cores']} cores ({machine['processor']}), {machine['system']}, Python {machine['python']}; "
        f"load average before it began: {load}."
    )
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    text = f"{before}{BEGIN}\n\n{where}\n\n{report.as_markdown(figures)}\n\n{END}{after}"
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
