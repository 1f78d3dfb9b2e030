"""PostgreSQL refuses root: as whom it runs, in which folders, and what is said where it cannot."""

import os
import shutil
import signal
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from helhed import embedded, launch
from helhed.home import Home
from helhed.ports import free_ports
from helhed.supervise import Supervisor
from tests.town.conftest import Start

ROOT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="what root meets")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may enter; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="helhed-users-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@as_root
def test_root_runs_it_in_a_private_folder(start: Start, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)

    town = start("postgres", "gateway", home=private / "home").until_ready()

    assert town.town.pid("postgres")
    assert private.stat().st_mode & 0o777 == 0o700


@as_root
def test_an_ordinary_user_runs_the_town(start: Start, open_folder: Path) -> None:
    home = open_folder / "home"
    home.mkdir()
    os.chown(home, launch.NOBODY, launch.NOBODY)
    town = start(home=home, command=_as_nobody("postgres", "nats", "gateway"), **_what_nobody_can_use(open_folder))

    town.until_ready()

    assert {member.uids().real for member in town.family()} == {launch.NOBODY}
    assert town.stop() == 0
    assert town.left_behind(seconds=5) == []


@as_root
def test_without_namespaces_root_runs_it_as_nobody(monkeypatch: pytest.MonkeyPatch, open_folder: Path) -> None:
    _without_namespaces(monkeypatch)
    home = Home(open_folder / "home")
    home.open()
    postgres = embedded.Postgres(home, free_ports(1)[0], durable=False)
    with Supervisor() as supervisor:
        postgres.prepare()
        supervisor.start([postgres.command()])
        ready = list(supervisor.wait_until_ready())

        assert ready == ["postgres"]
        assert postgres.runs_as == "nobody"
        assert postgres.data.stat().st_uid == launch.NOBODY


@as_root
def test_a_folder_that_nobody_may_enter_is_said_and_left_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _without_namespaces(monkeypatch)
    private = tmp_path / "private"
    private.mkdir(mode=0o700)

    with pytest.raises(embedded.CannotEmbed, match="the user `nobody` may not enter") as refusal:
        embedded.runs_as(private)

    assert str(private) in str(refusal.value)
    assert "HELHED_DATABASE_URL" in str(refusal.value)
    assert private.stat().st_mode & 0o777 == 0o700


def _as_nobody(*names: str) -> tuple[str, ...]:
    launcher = (sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), str(int(signal.SIGKILL)), "nobody")
    return (*launcher, _python_for_nobody(), "-m", "tests.town.small_town", *names)


def _what_nobody_can_use(folder: Path) -> dict[str, str]:
    """Our packages and programs, for an interpreter that need not be the one they were installed for."""
    return {
        "HOME": str(folder),
        "PYTHONPATH": os.pathsep.join((str(ROOT), sysconfig.get_path("purelib"))),
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.defpath)),
    }


def _python_for_nobody() -> str:
    """This interpreter, or the system's of the same version: root's own often lies in a folder closed to others."""
    same = f"import sys; sys.version_info[:2] == {sys.version_info[:2]} or sys.exit(1)"
    for candidate in (sys.executable, "/usr/bin/python3"):
        trial = (candidate, "-c", f"{same}; open({str(ROOT / 'pyproject.toml')!r})")
        if embedded._run("nobody", trial).returncode == 0:
            return candidate
    pytest.skip("no Python of this version that an ordinary user may run, or a checkout they may not enter")


def _without_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container whose rules forbid `unshare`."""
    run = embedded._run
    refused = embedded.subprocess.CompletedProcess((), 1, "", "unshare: Operation not permitted")
    monkeypatch.setattr(embedded, "_run", lambda who, argv: refused if who == "namespace" else run(who, argv))
