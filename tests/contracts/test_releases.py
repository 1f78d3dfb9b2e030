"""What is frozen stays as it was: each way of changing the past is tried, and caught."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.event import Event, Sector
from contracts.events import every_event
from contracts.events.cases import NeedRegisteredV1
from helhed.contracts import check, releases, write
from helhed.contracts.schemas import rules_of, schema_id, schema_of

OPENED = "released/dk.helhed.cases.case-opened.v1.json"
GOLDEN = "golden/dk.helhed.cases.case-opened.v1.json"
NEED = "dk.helhed.cases.need-registered.v1"


def loosen(path: Path) -> None:
    schema = json.loads(path.read_text("utf-8"))
    schema["required"].pop()
    path.write_text(json.dumps(schema))


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def committed(contracts: Path) -> Path:
    """The copy in a git checkout of its own, everything committed."""
    git(contracts.parent, "init", "-q", "-b", "main")
    git(contracts.parent, "add", ".")
    git(contracts.parent, "commit", "-q", "-m", "released")
    return contracts


@pytest.fixture(autouse=True)
def without_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the services' OpenAPI out of it: importing three apps says nothing about the past."""
    monkeypatch.setattr("helhed.contracts.openapi.texts", lambda: ())


def instead_of(event: type[Event], *others: type[Event]) -> tuple[type[Event], ...]:
    """The whole vocabulary with one class exchanged, or gone."""
    return tuple(other for other in every_event() if other is not event) + others


class Richer(NeedRegisteredV1):
    """The need, and who will look at it first."""

    looked_at_by: Sector | None = None


class Stricter(NeedRegisteredV1):
    """The need, and a field that old messages lack."""

    looked_at_by: Sector


def test_what_is_checked_in_is_what_the_classes_say(committed: Path) -> None:
    assert list(check(committed)) == []
    assert write(committed) == []


def test_every_event_is_released_under_its_own_name(contracts: Path) -> None:
    found = releases.releases(contracts)

    assert {release.event_type for release in found if not release.revision} == {e.event_type for e in every_event()}
    assert all(release.schema["$id"] == schema_id(release.event_type, release.revision) for release in found)


EDITS: dict[str, Callable[[Path], object]] = {
    f"{OPENED} was edited after its release": lambda root: loosen(root / OPENED),
    f"{GOLDEN} was edited after its release": lambda root: (root / GOLDEN).write_text("[]"),
    f"{OPENED} was released and is gone": lambda root: (root / OPENED).unlink(),
    "golden/new.json has no checksum": lambda root: (root / "golden" / "new.json").write_text("[]"),
}


@pytest.mark.parametrize(("said", "edit"), EDITS.items(), ids=EDITS.keys())
def test_an_edit_is_seen_without_git(contracts: Path, said: str, edit: Callable[[Path], object]) -> None:
    assert list(releases.manifest_faults(contracts)) == []

    edit(contracts)

    assert any(fault.startswith(said) for fault in releases.manifest_faults(contracts))


def test_an_edit_that_also_rewrites_the_manifest_is_seen_by_git(committed: Path) -> None:
    assert list(releases.history_faults(committed)) == []

    loosen(committed / OPENED)
    (committed / "released" / "MANIFEST").unlink()
    write(committed)

    assert list(releases.manifest_faults(committed)) == []
    assert [fault.split(" differs")[0] for fault in releases.history_faults(committed)] == [OPENED]


def test_a_deleted_release_is_seen_by_git(committed: Path) -> None:
    (committed / OPENED).unlink()
    (committed / "released" / "MANIFEST").unlink()

    assert [fault.split(" is in")[0] for fault in releases.history_faults(committed)] == [OPENED]


def test_an_edit_committed_on_a_branch_is_held_against_where_it_left_main(committed: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", str(tmp_path), str(tmp_path / "clone"))
    clone = tmp_path / "clone" / "contracts"
    git(clone, "checkout", "-q", "-b", "work")
    loosen(clone / OPENED)
    git(clone, "commit", "-qam", "an edit of the past")

    assert [fault.split(" differs")[0] for fault in releases.history_faults(clone)] == [OPENED]


def test_outside_a_checkout_the_manifest_alone_guards(contracts: Path) -> None:
    loosen(contracts / OPENED)

    assert list(releases.history_faults(contracts)) == []
    assert list(releases.manifest_faults(contracts)) != []


def test_writing_never_mends_an_edited_release(contracts: Path) -> None:
    loosen(contracts / OPENED)
    edited = (contracts / OPENED).read_text("utf-8")

    write(contracts)

    assert (contracts / OPENED).read_text("utf-8") == edited
    assert f"{OPENED} was edited after its release" in list(releases.manifest_faults(contracts))


def test_a_new_optional_field_is_frozen_beside_the_first_release(contracts: Path) -> None:
    events = instead_of(NeedRegisteredV1, Richer)
    before = (contracts / "released" / f"{NEED}.json").read_text("utf-8")

    written = releases.release_new(contracts, events)

    assert [path.name for path in written] == [f"{NEED}.1.json"]
    assert (contracts / "released" / f"{NEED}.json").read_text("utf-8") == before
    frozen = json.loads(written[0].read_text("utf-8"))
    assert frozen["$id"] == f"urn:helhed:schema:{NEED}:1"
    assert rules_of(frozen) == rules_of(schema_of(Richer))
    assert list(releases.faults(contracts, events)) == []
    assert releases.release_new(contracts, events) == []


def test_a_field_once_gained_is_bound_like_the_first(contracts: Path) -> None:
    releases.release_new(contracts, instead_of(NeedRegisteredV1, Richer))

    found = list(releases.faults(contracts, every_event()))

    assert f"{NEED}.1.json: lookedAtBy: removed" in found


def test_a_breaking_change_is_named_and_never_released(contracts: Path) -> None:
    events = instead_of(NeedRegisteredV1, Stricter)

    written = releases.release_new(contracts, events)

    assert written == []
    assert f"{NEED}.json: lookedAtBy: required, and it was not" in list(releases.faults(contracts, events))


def test_a_released_event_keeps_its_class(contracts: Path) -> None:
    found = list(releases.faults(contracts, instead_of(NeedRegisteredV1)))

    assert len(found) == 1
    assert found[0].startswith(f"{NEED} was released and has no class any more")


def test_an_event_nobody_released_is_named(contracts: Path) -> None:
    (contracts / "released" / f"{NEED}.json").unlink()

    assert list(releases.faults(contracts, every_event())) == [f"{NEED} is not released: run `helhed contracts write`"]
