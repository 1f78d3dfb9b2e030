"""The services' OpenAPI: checked in as their apps say it, and never skipped because something is broken."""

import json
from pathlib import Path

import pytest

from helhed.contracts import ROOT, openapi

APP = """
class app:
    @staticmethod
    def openapi():
        return {"openapi": "3.1.0", "info": {"title": "Ældre", "version": "1"}, "a": 1}
"""


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of services of the test's own; what the test adds to it can be imported."""
    package = f"services_{tmp_path.name}"
    (tmp_path / package).mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(openapi, "PACKAGE", package)
    return tmp_path / package


def add_service(town: Path, name: str, app: str | None) -> None:
    (town / name).mkdir()
    if app is not None:
        (town / name / "app.py").write_text(app)


def test_what_is_checked_in_is_what_the_apps_say() -> None:
    said = dict(openapi.texts())

    assert [path.stem for path in said] == ["cases", "referrals", "surveys"]
    assert {path: (ROOT / path).read_text("utf-8") for path in said} == said


def test_a_service_without_an_app_is_left_out_and_the_others_are_written_the_same_every_time(
    town: Path,
) -> None:
    add_service(town, "cases", APP)
    add_service(town, "referrals", None)

    found = dict(openapi.texts())

    assert [path.as_posix() for path in found] == ["openapi/cases.json"]
    (text,) = found.values()
    assert list(json.loads(text)) == ["a", "info", "openapi"]
    assert "Ældre" in text
    assert text.endswith("}\n")


@pytest.mark.parametrize("broken", ["import no_such_library", "from .routes import missing", "1 / 0"])
def test_a_broken_app_is_an_error_and_not_an_absent_one(town: Path, broken: str) -> None:
    add_service(town, "cases", broken)

    with pytest.raises((ImportError, ZeroDivisionError)):
        list(openapi.texts())
