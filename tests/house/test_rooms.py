"""The contracts of .importlinter hold, and each of them has been seen to refuse what it is there to refuse."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.tree import ROOMS, ROOT

CONFIGURATION = ".importlinter"


@dataclass(frozen=True, slots=True)
class Plant:
    """A line put into a copy of the tree, the contract that must refuse it, and how the report must name it."""

    contract: str
    file: str
    line: str
    told: str


def imports(contract: str, importer: str, imported: str) -> Plant:
    """A module, new or not, that imports what it must not."""
    return Plant(contract, importer.replace(".", "/") + ".py", f"import {imported}", f"{importer} -> {imported} ")


PLANTS = (
    imports("floors", "chassis.canary_of_floors", "services.cases.domain.case"),
    imports("floors", "chassis.canary_of_words", "contracts.event"),
    imports("floors", "gateway.canary_of_floors", "services.cases.domain.case"),
    imports("floors", "services.cases.routes.canary_of_floors", "gateway.limits"),
    imports("floors", "services.surveys.routes.canary_of_floors", "helhed.town"),
    imports("neighbours", "services.surveys.routes.canary_of_neighbours", "services.referrals.domain.case"),
    imports("rooms", "services.cases.domain.canary_of_rooms", "services.cases.publishes"),
    imports("rooms", "services.cases.repository.canary_of_rooms", "services.cases.schemas.views"),
    imports("rooms", "services.referrals.use_cases.canary_of_rooms", "services.referrals.queries"),
    imports("rooms", "services.referrals.routes.canary_of_rooms", "services.referrals.consumes"),
    Plant("rooms", "services/surveys/helpers.py", "A_DRAWER = 1", "- services.surveys.helpers"),
    Plant("no-circles", "gateway/canary_one.py", "import gateway.canary_two", ".canary_"),
    Plant("no-circles", "gateway/canary_two.py", "import gateway.canary_one", ".canary_"),
    imports("pure-domain", "services.cases.domain.canary_of_frameworks", "pydantic"),
    imports("pure-domain", "services.cases.domain.canary_of_chassis", "chassis.clock"),
    imports("borrowed-words", "chassis.actor", "pydantic"),
    imports("borrowed-words", "chassis.bearer", "cryptography"),
    imports("quiet-use-cases", "services.cases.use_cases.canary_of_http", "starlette"),
    imports("quiet-use-cases", "services.cases.use_cases.canary_of_schemas", "services.cases.schemas.views"),
    imports("one-door-to-tables", "services.cases.routes.canary_of_tables", "services.cases.tables"),
    imports("one-door-to-sql", "services.surveys.routes.canary_of_sql", "sqlalchemy"),
    imports("one-door-to-sql", "gateway.canary_of_sql", "sqlalchemy"),
    imports("one-door-to-the-wire", "services.cases.use_cases.canary_of_the_wire", "contracts.events.cases"),
    imports("one-door-to-the-broker", "services.surveys.routes.canary_of_the_broker", "nats"),
    imports("rooms", "services.referrals.repository.canary_of_asking", "services.referrals.asks"),
    imports("one-door-out", "services.surveys.routes.canary_of_calls", "httpx2"),
    imports("contracts-are-words", "contracts.canary_of_behaviour", "sqlalchemy"),
    imports("an-api-carries-no-events", "services.cases.app", "chassis.relay"),
    imports("a-worker-answers-no-calls", "services.referrals.worker", "services.referrals.routes"),
    imports("a-gateway-keeps-nothing", "gateway.canary_of_data", "chassis.database"),
    imports("nothing-leans-on-its-scaffolding", "chassis.canary_of_tests", "pytest"),
    imports("nothing-leans-on-its-scaffolding", "services.cases.routes.canary_of_tests", "tests"),
)


def contracts() -> Mapping[str, str]:
    """Every contract's id with the name that reports call it by."""
    written = configparser.ConfigParser()
    written.read(ROOT / CONFIGURATION)
    prefix = "importlinter:contract:"
    return {
        title.removeprefix(prefix): section["name"] for title, section in written.items() if title.startswith(prefix)
    }


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    """Import-linter over the packages in `tree`, with lines long enough for any report."""
    environment = {**os.environ, "COLUMNS": "1000", "PYTHONPATH": str(tree)}
    command = [str(Path(sys.executable).parent / "lint-imports"), "--config", CONFIGURATION, "--no-cache"]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def copy_of_the_tree(folder: Path) -> Path:
    """The Python of the rooms, and the contracts, in a folder of their own."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    shutil.copyfile(ROOT / CONFIGURATION, folder / CONFIGURATION)
    return folder


def plant(tree: Path, what: Plant) -> None:
    """Add the line at the end of its file, which is made when there is none."""
    with (tree / what.file).open("a", encoding="utf-8") as file:
        file.write(f"\n{what.line}\n")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What one run says of a tree that breaks every contract at once, by the contract's name."""
    tree = copy_of_the_tree(tmp_path_factory.mktemp("rooms"))
    for each in PLANTS:
        plant(tree, each)

    found = lint(tree)

    assert found.returncode == 1, found.stdout + found.stderr
    _, _, broken = found.stdout.partition("Broken contracts")
    parts = re.split(r"^(.+)\n-{3,}$", broken, flags=re.MULTILINE)[1:]
    return {name.strip(): said for name, said in zip(parts[::2], parts[1::2], strict=True)}


def test_every_wall_stands() -> None:
    found = lint(ROOT)

    assert found.returncode == 0, found.stdout + found.stderr
    analysed = re.search(r"Analyzed (\d+) files", found.stdout)
    assert analysed
    assert int(analysed[1]) > 250, "the linter has looked at next to nothing"


@pytest.mark.parametrize("planted", PLANTS, ids=lambda planted: f"{planted.contract}-{planted.file}")
def test_a_wall_refuses_what_it_is_there_to_refuse(planted: Plant, report: Mapping[str, str]) -> None:
    name = contracts()[planted.contract]

    assert planted.told in report.get(name, "")


def test_every_contract_has_a_canary() -> None:
    assert {planted.contract for planted in PLANTS} == set(contracts())


def test_a_service_without_its_rooms_is_refused(tmp_path: Path) -> None:
    tree = copy_of_the_tree(tmp_path)
    (tree / "services/housing").mkdir()
    (tree / "services/housing/__init__.py").touch()

    found = lint(tree)

    assert found.returncode == 1
    assert "Missing layer in container 'services.housing'" in found.stdout + found.stderr
