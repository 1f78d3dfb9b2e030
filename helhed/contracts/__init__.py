"""`helhed contracts write|check`: what is generated from `contracts/events`, and the gate before it.

`check` changes nothing and names every fault. `write` generates the documents and freezes what is new; it
never changes a frozen file, so a fault that `check` finds in one is mended by hand: by a new version beside
the old.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import contracts
from contracts.events import every_event
from helhed.contracts import asyncapi, golden, openapi, privacy, releases
from helhed.contracts.schemas import schema_of

ROOT = Path(contracts.__file__).parent


def main(argv: Sequence[str] | None = None) -> int:
    """The command; answers the exit code: 0 when everything agrees."""
    parser = argparse.ArgumentParser(prog="helhed contracts", description="The words services say to each other.")
    parser.add_argument("action", choices=("write", "check"))
    if parser.parse_args(argv).action == "write":
        for path in write(ROOT):
            print(f"wrote {path.relative_to(ROOT.parent)}")
    found = list(check(ROOT))
    for fault in found:
        print(fault)
    return 1 if found else 0


def write(root: Path) -> list[Path]:
    """Freeze new schemas and generate the documents; answers the files that changed."""
    written = releases.release_new(root, every_event())
    for path, text in _documents(root):
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
            written.append(path)
    return written


def check(root: Path) -> Iterator[str]:
    """Everything that keeps these contracts from being released as they are."""
    events = every_event()
    yield from releases.faults(root, events)
    yield from releases.manifest_faults(root)
    yield from releases.history_faults(root)
    yield from golden.faults(root, events)
    yield from privacy.faults({event.event_type: schema_of(event) for event in events}, privacy.allow_list(root))
    for path, text in _documents(root):
        if not path.exists() or path.read_text("utf-8") != text:
            yield f"{path.relative_to(root)} is not what the classes say: run `helhed contracts write`"


def _documents(root: Path) -> Iterator[tuple[Path, str]]:
    """Every generated file with the text it should have. What needs no app comes first, so that a service whose app
    cannot be imported keeps nobody from describing its events."""
    for service in asyncapi.SERVICES:
        yield root / "asyncapi" / f"{service}.yaml", asyncapi.text_of(service, root, every_event())
    for path, text in openapi.texts():
        yield root / path, text
