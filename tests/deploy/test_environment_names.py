"""compose.yaml tells each process what it reads, by the names it reads: a misspelt one would just be silence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from helhed.town import TOWN, Process, Surroundings, environment
from tests.deploy.compose_file import ROOT, load

COMPOSE = load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
ROOMS = ("chassis", "gateway", "services", "helhed")
READERS = {"env", "optional_env", "get", "getenv"}

# Read by the code and left out of production on purpose.
NOT_IN_PRODUCTION = {
    "HELHED_HOME": "production has no folder of its own: data lies in PostgreSQL and NATS, keys in HELHED_KEYS_DIR",
    "HELHED_PORT": "compose publishes the gateway itself",
    "HELHED_OUTGOING_DIR": "letters in a folder are for development; without it an invitation is undeliverable",
}


def names_read(source: str) -> Iterator[str]:
    """Every HELHED_… name that the source asks the environment for; what is put in at run time shows as `*`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            function = node.func
            called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            name = _pattern(node.args[0])
            if called in READERS and re.fullmatch(r"(HELHED|\*)[A-Z_*]*", name) and name != "*":
                yield name


def _pattern(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_pattern(part) for part in node.values)
    return "*" if isinstance(node, ast.FormattedValue) else ""


def _read_anywhere() -> set[str]:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return {name for path in files for name in names_read(path.read_text(encoding="utf-8"))}


def _told() -> set[str]:
    names = {name for service in COMPOSE.services.values() if service.ours for name in service.environment}
    return {_plain(name) for name in names}


def _plain(name: str) -> str:
    # HELHED_ISSUERS_FILE is a name of its own and not HELHED_ISSUERS given by a file.
    return name if name == "HELHED_ISSUERS_FILE" else name.removesuffix("_FILE")


def _fits(pattern: str, name: str) -> bool:
    return re.fullmatch(pattern.replace("*", r"[A-Z][A-Z_]*?"), name) is not None


def test_the_walk_finds_names_in_the_code() -> None:
    found = _read_anywhere()

    assert {"HELHED_MODE", "HELHED_KEYS_DIR", "HELHED_NATS_URL", "HELHED_DATABASE_URL"} <= found
    assert any("*" in name for name in found)


def test_a_reader_of_another_name_is_seen() -> None:
    source = 'env("HELHED_NEW"); os.environ.get(f"HELHED_{service}_THING"); env(name); print("HELHED_SAID")'

    assert sorted(names_read(source)) == ["HELHED_*_THING", "HELHED_NEW"]


def test_every_name_in_compose_is_read_by_somebody() -> None:
    read = _read_anywhere()

    unread = {name for name in _told() if not any(_fits(pattern, name) for pattern in read)}

    assert unread == set()


def test_every_name_that_is_read_is_in_compose_or_left_out_for_a_reason() -> None:
    told = _told()

    untold = {pattern for pattern in _read_anywhere() if not any(_fits(pattern, name) for name in told)}

    assert untold == set(NOT_IN_PRODUCTION)


def test_every_process_of_the_town_is_in_compose_and_only_the_migration_beside_them() -> None:
    assert {process.name for process in TOWN} | {"migrate"} == set(COMPOSE.services)


@pytest.mark.parametrize("process", [process for process in TOWN if process.module], ids=lambda process: process.name)
def test_a_process_runs_the_same_module_on_the_same_servers(process: Process) -> None:
    service = COMPOSE.services[process.name]

    assert service.command == [process.module]
    assert _servers(_plain(name) for name in service.environment) == _servers(environment(process, _surroundings()))


def _servers(names: Iterator[str] | dict[str, str]) -> set[str]:
    return {name for name in names if name.endswith(("_DATABASE_URL", "_NATS_URL"))}


def _surroundings() -> Surroundings:
    services = {process.service: "postgresql://somewhere" for process in TOWN if process.service}
    return Surroundings(
        home=Path("home"),
        ports={process.name: 1 for process in TOWN},
        nats_url="nats://somewhere",
        app_urls=services,
        messenger_urls=services,
    )
