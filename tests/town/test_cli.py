"""The small commands: migrate, token, clean."""

from pathlib import Path

import jwt
import psycopg
import pytest
from typer.testing import CliRunner, Result

from chassis import keys
from helhed.cli import app
from helhed.home import Home
from helhed.town import SERVICES
from tests.town.conftest import Start


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Home:
    """A folder of this test's own, and an environment that says nothing else."""
    for name in ("HELHED_MODE", "HELHED_DATABASE_URL", "HELHED_NATS_URL", "HELHED_KEYS_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HELHED_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home")


def helhed(*words: str) -> Result:
    """Call the command."""
    return CliRunner().invoke(app, words, catch_exceptions=False)


def test_migrating_brings_every_service_up_to_date_and_then_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HELHED_MODE", "development")

    first, second = helhed("migrate"), helhed("migrate")

    assert first.exit_code == second.exit_code == 0
    assert first.output.count("brought to the newest revision") == len(SERVICES)
    assert second.output.count("was up to date") == len(SERVICES)


def test_migrating_uses_the_server_of_the_town_that_runs(
    start: Start, here: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELHED_MODE", "development")
    town = start("postgres", "gateway").until_ready()

    assert helhed("migrate").exit_code == 0

    port = here.read_register()["processes"][0]["port"]
    url = f"postgresql://helhed_cases_app:{here.secret('cases_app.password')}@127.0.0.1:{port}/helhed_cases"
    psycopg.connect(url).close()
    assert town.process.poll() is None


@pytest.mark.parametrize("mode", [None, "production"])
def test_migrating_outside_development_needs_an_administrators_url(
    monkeypatch: pytest.MonkeyPatch, here: Home, mode: str | None
) -> None:
    if mode:
        monkeypatch.setenv("HELHED_MODE", mode)

    result = helhed("migrate")

    assert result.exit_code == 1
    assert "HELHED_DATABASE_URL" in result.output
    assert not here.path.exists()


def test_migrating_in_production_makes_up_no_password(monkeypatch: pytest.MonkeyPatch, postgres_admin_url: str) -> None:
    monkeypatch.setenv("HELHED_MODE", "production")
    monkeypatch.setenv("HELHED_DATABASE_URL", postgres_admin_url)

    result = helhed("migrate")

    assert result.exit_code == 1
    assert "HELHED_CASES_DATABASE_URL (or HELHED_CASES_DATABASE_URL_FILE) is not set" in result.output


def test_a_token_says_what_was_asked_and_nothing_else(here: Home) -> None:
    keys.make_missing(here.keys, "development")

    result = helhed("token", "--authority", "0101", "--sector", "health", "--role", "caseworker", "--unit", "health:a")

    assert result.exit_code == 0
    claims = jwt.decode(result.output.strip(), options={"verify_signature": False})
    assert (claims["authority"], claims["sectors"], claims["roles"], claims["units"]) == (
        "0101",
        ["health"],
        ["caseworker"],
        ["health:a"],
    )


def test_no_token_is_made_outside_development(monkeypatch: pytest.MonkeyPatch, here: Home) -> None:
    assert helhed("token", "--role", "caseworker").exit_code == 1
    keys.make_missing(here.keys, "development")
    monkeypatch.setenv("HELHED_MODE", "production")

    result = helhed("token", "--role", "caseworker")

    assert result.exit_code == 1
    assert "tokens are for development" in result.output


def test_the_demo_needs_a_town_that_runs(here: Home) -> None:
    here.open()
    here.write_register({"gateway": "http://127.0.0.1:1"})  # as a killed supervisor leaves it

    result = helhed("demo")

    assert result.exit_code == 1
    assert "start it with `make run`" in result.output


def test_cleaning_forgets_everything(start: Start, here: Home) -> None:
    start("postgres", "gateway").until_ready().stop()

    assert helhed("clean", "--yes").exit_code == 0

    assert not here.path.exists()


def test_cleaning_spares_a_town_that_runs(start: Start, here: Home) -> None:
    town = start("gateway").until_ready()

    result = helhed("clean", "--yes")

    assert result.exit_code == 1
    assert str(town.process.pid) in result.output
    assert here.path.exists()


def test_cleaning_spares_a_folder_that_is_not_a_towns(here: Home) -> None:
    here.path.mkdir()
    (here.path / "letters").write_text("mine")

    assert helhed("clean", "--yes").exit_code == 1

    assert (here.path / "letters").exists()


def test_servers_of_ones_own_are_used_and_none_is_started(
    start: Start, here: Home, postgres_admin_url: str, nats_url: str
) -> None:
    start("postgres", "nats", "gateway", HELHED_DATABASE_URL=postgres_admin_url, HELHED_NATS_URL=nats_url).until_ready()

    assert [process["name"] for process in here.read_register()["processes"]] == ["gateway"]
    assert not here.postgres.exists()
