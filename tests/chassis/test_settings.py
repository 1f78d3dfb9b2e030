"""What a process reads from its environment, and what it takes to be so when nothing is said."""

import os
from pathlib import Path

import pytest

from chassis.settings import MissingSetting, Settings, env, mode, optional_env


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("HELHED_")]:
        monkeypatch.delenv(name)


def test_a_value_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("  postgresql://x\n")
    monkeypatch.setenv("HELHED_X_FILE", str(tmp_path / "url"))

    assert env("HELHED_X") == optional_env("HELHED_X") == "postgresql://x"


def test_a_file_goes_before_a_value_and_a_value_before_a_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HELHED_X", "value")
    assert env("HELHED_X", "default") == "value"

    (tmp_path / "x").write_text("file")
    monkeypatch.setenv("HELHED_X_FILE", str(tmp_path / "x"))
    assert env("HELHED_X", "default") == "file"


def test_an_empty_name_of_a_file_names_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELHED_X_FILE", "")

    assert env("HELHED_X", "default") == "default"


def test_what_is_missing_is_named_with_both_its_names() -> None:
    with pytest.raises(MissingSetting, match=r"HELHED_X \(or HELHED_X_FILE\)"):
        env("HELHED_X")
    assert optional_env("HELHED_X") is None


def test_a_file_that_is_not_there_is_no_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HELHED_X_FILE", str(tmp_path / "nothing"))

    with pytest.raises(FileNotFoundError):
        env("HELHED_X", "default")


def test_what_nobody_has_decided_is_production(monkeypatch: pytest.MonkeyPatch) -> None:
    assert mode() == Settings.from_environment("cases").mode == "production"
    monkeypatch.setenv("HELHED_MODE", "development")
    assert mode() == "development"


@pytest.mark.parametrize("value", ["", "dev", "Development", "test", "production "])
def test_a_mode_there_is_not_is_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HELHED_MODE", value)

    with pytest.raises(MissingSetting):
        mode()


def test_a_service_reads_its_own_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HELHED_HOME", str(tmp_path))
    monkeypatch.setenv("HELHED_CASES_DATABASE_URL", "cases")
    monkeypatch.setenv("HELHED_CASES_MESSENGER_DATABASE_URL", "messenger")
    monkeypatch.setenv("HELHED_SURVEYS_DATABASE_URL", "surveys")
    monkeypatch.setenv("HELHED_CORS_ORIGINS", "https://a.example,https://b.example")

    cases, surveys = Settings.from_environment("cases"), Settings.from_environment("surveys")

    assert (cases.database_url, cases.messenger_database_url) == ("cases", "messenger")
    assert (surveys.database_url, surveys.messenger_database_url, surveys.nats_url) == ("surveys", None, None)
    assert cases.cors_origins == ("https://a.example", "https://b.example")
    assert cases.keys_dir == tmp_path / "keys"
    assert cases.issuers_file == tmp_path / "keys" / "issuers.json"
    assert (cases.drain_seconds, cases.pool_size) == (5, 5)


def test_nobody_may_ask_from_another_site_unless_said() -> None:
    assert Settings.from_environment("cases").cors_origins == ()
