"""The doctor names what is wrong and what to do, on machines that are well and machines that are not."""

import io
import socket
import sys
from pathlib import Path

import pytest
from rich.console import Console

from helhed import doctor, embedded
from helhed.home import Home


@pytest.fixture(autouse=True)
def _nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HELHED_PORT", "HELHED_DATABASE_URL", "HELHED_NATS_URL"):
        monkeypatch.delenv(name, raising=False)


def examined(home: Path) -> tuple[int, str]:
    """The doctor's exit status and words."""
    words = io.StringIO()
    return doctor.main(Home(home), Console(file=words, width=300)), words.getvalue()


def test_a_machine_that_runs_these_tests_has_no_problem_but_a_port(tmp_path: Path) -> None:
    found = list(doctor.examine(Home(tmp_path / "home")))

    assert len(found) == 12
    assert [finding.what for finding in found if finding.verdict == "problem" and "Port" not in finding.what] == []
    assert not (tmp_path / "home").exists()


def test_a_taken_port_is_a_problem_with_a_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("HELHED_PORT", str(port))

        status, words = examined(tmp_path)

    assert status == 1
    assert f"problem Port {port} is taken" in words
    assert f"HELHED_PORT={port + 1} make run" in words


def test_missing_wheels_are_a_problem_with_a_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(embedded, "find_spec", lambda name: None)

    status, words = examined(tmp_path)

    assert status == 1
    assert "The PostgreSQL wheel is not installed" in words


def test_a_server_of_ones_own_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, postgres_admin_url: str, nats_url: str
) -> None:
    monkeypatch.setenv("HELHED_DATABASE_URL", postgres_admin_url)
    monkeypatch.setenv("HELHED_NATS_URL", nats_url)

    _, words = examined(tmp_path)

    assert "ok      PostgreSQL 18 of your own at 127.0.0.1" in words
    assert "ok      NATS of your own answers at 127.0.0.1" in words
    assert "nats.password" not in words


def test_a_server_that_does_not_answer_is_a_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HELHED_DATABASE_URL", "postgresql://postgres:hidden@127.0.0.1:1/postgres")

    status, words = examined(tmp_path)

    assert status == 1
    assert "problem postgres: connection failed" in words
    assert "hidden" not in words


def test_another_encoding_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "iso8859-1")

    finding = doctor.encoding(Home(tmp_path))

    assert finding.verdict == "warn"
    assert "LC_ALL=C.UTF-8" in finding.remedy
