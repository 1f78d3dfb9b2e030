"""What was promised: frozen schemas, their checksums, and the proof that nobody edited them.

`released/<type>.json` is the schema a version was first released with. Optional fields may join a version
later; `released/<type>.1.json`, `.2.json` … freeze each such step, so that a field is bound from the day it
appeared. `golden/` holds messages of each, under the same names, and `released/MANIFEST` the checksums of
both folders.
"""

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from contracts.event import Event
from helhed.contracts.compatibility import breaks
from helhed.contracts.schemas import Schema, rules_of, schema_id, schema_of

FROZEN_FOLDERS = ("golden", "released")
_FILE = re.compile(r"(?P<type>.+[.]v[0-9]+)(?:[.](?P<revision>[0-9]+))?[.]json")


@dataclass(frozen=True)
class Release:
    """One frozen schema: a version's first release, or a later step of it."""

    path: Path
    event_type: str
    revision: int

    @cached_property
    def schema(self) -> Schema:
        schema: Schema = json.loads(self.path.read_text("utf-8"))
        return schema


def releases(root: Path) -> list[Release]:
    """Everything ever released, each version's steps in order."""
    matches = [(path, _FILE.fullmatch(path.name)) for path in (root / "released").glob("*.json")]
    found = [Release(path, m["type"], int(m["revision"] or 0)) for path, m in matches if m]
    return sorted(found, key=lambda release: (release.event_type, release.revision))


def faults(root: Path, events: tuple[type[Event], ...]) -> Iterator[str]:
    """Promises that today's classes do not keep, and changes that nobody has released yet."""
    known = {event.event_type: event for event in events}
    latest = {release.event_type: release for release in releases(root)}
    for release in releases(root):
        event = known.get(release.event_type)
        if event is None:
            yield f"{release.event_type} was released and has no class any more: its messages still lie about"
            continue
        yield from (f"{release.path.name}: {fault}" for fault in breaks(release.schema, schema_of(event)))
    for event_type, event in known.items():
        if event_type not in latest:
            yield f"{event_type} is not released: run `helhed contracts write`"
        elif rules_of(latest[event_type].schema) != rules_of(schema_of(event)):
            yield f"{event_type} is not as last released: where the gate allows it, `helhed contracts write`"


def release_new(root: Path, events: tuple[type[Event], ...]) -> list[Path]:
    """Freeze what has no frozen schema yet. A file that exists is never written to."""
    latest = {release.event_type: release for release in releases(root)}
    written = [path for event in events if (path := _release(root, event, latest.get(event.event_type)))]
    _extend_manifest(root)
    return written


def _release(root: Path, event: type[Event], last: Release | None) -> Path | None:
    schema = schema_of(event)
    if last and (rules_of(last.schema) == rules_of(schema) or breaks(last.schema, schema)):
        return None
    revision = last.revision + 1 if last else 0
    path = root / "released" / f"{event.event_type}{f'.{revision}' if revision else ''}.json"
    path.parent.mkdir(exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        json.dump(schema | {"$id": schema_id(event.event_type, revision)}, file, indent=2, ensure_ascii=False)
        file.write("\n")
    return path


def manifest_faults(root: Path) -> Iterator[str]:
    """Edits seen without git: every frozen file has its checksum, every checksum its file."""
    promised, found = _manifest(root), dict(_checksums(root))
    for name in sorted(promised.keys() | found.keys()):
        if name not in found:
            yield f"{name} was released and is gone"
        elif name not in promised:
            yield f"{name} has no checksum in released/MANIFEST: run `helhed contracts write`"
        elif promised[name] != found[name]:
            yield f"{name} was edited after its release"


def history_faults(root: Path) -> Iterator[str]:
    """Edits seen by git, whoever rewrote the manifest along with them.

    Against where this branch left origin/main, for main may hold releases the branch has not heard of;
    without an origin, against the last commit.
    """
    base = _git(root, "merge-base", "origin/main", "HEAD") or _git(root, "rev-parse", "--verify", "HEAD")
    if base is None:
        return
    commit = base.decode().strip()
    listed = _git(root, "ls-tree", "-r", "-z", "--name-only", commit, *FROZEN_FOLDERS) or b""
    for name in (name for name in listed.decode().split("\0") if name.endswith(".json")):
        path = root / name
        if not path.exists():
            yield f"{name} is in commit {commit[:12]} and is gone"
        elif _git(root, "show", f"{commit}:./{name}") != path.read_bytes():
            yield f"{name} differs from commit {commit[:12]}: what is released is never edited"


def _manifest(root: Path) -> dict[str, str]:
    """Checksums by file, in the format of sha256sum: `cd contracts && sha256sum --check
    released/MANIFEST`."""
    path = root / "released" / "MANIFEST"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return {name: checksum for checksum, name in (line.split("  ", 1) for line in lines)}


def _extend_manifest(root: Path) -> None:
    """Add files that have no checksum; one that has keeps it, or editing and writing would hide the edit."""
    entries = dict(_checksums(root)) | _manifest(root)
    lines = [f"{checksum}  {name}\n" for name, checksum in sorted(entries.items())]
    (root / "released" / "MANIFEST").write_text("".join(lines), "utf-8")


def _checksums(root: Path) -> Iterator[tuple[str, str]]:
    for folder in FROZEN_FOLDERS:
        for path in sorted((root / folder).glob("*.json")):
            yield path.relative_to(root).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()


def _git(root: Path, *arguments: str) -> bytes | None:
    """What git says, or None where there is no git, no checkout, or no such thing in it."""
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None
