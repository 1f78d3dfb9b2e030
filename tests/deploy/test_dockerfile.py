"""The image: pinned, built from the lock, run by a number that is not root, stopped by a signal it gets itself."""

import json
import re
import tomllib

import pytest

from tests.deploy.compose_file import ROOT
from tests.deploy.dockerfile import faults, instructions

TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_file_has_no_fault() -> None:
    assert faults(TEXT) == []


def test_every_package_of_the_wheel_is_copied_and_let_through_to_the_builder() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    copied = {one.rest.split()[0] for one in instructions(TEXT) if one.name == "COPY"}

    assert packages <= copied
    assert {f"!{package}" for package in packages} <= set(ignored)


def test_the_builder_is_sent_nothing_that_is_not_named() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]

    assert rules[0] == "*"
    assert not any("secret" in rule or "deploy" in rule or ".git" in rule for rule in rules)


def test_the_health_check_is_python_that_compiles() -> None:
    check = next(one for one in instructions(TEXT) if one.name == "HEALTHCHECK")

    command = json.loads(check.rest[check.rest.index("[") :])

    assert command[:2] == ["python", "-c"]
    compile(command[2], "HEALTHCHECK", "exec")
    assert "/livez" in command[2]


@pytest.mark.parametrize(
    ("pattern", "instead", "words"),
    [
        (r"python:3[\w.-]+\n", "python:latest\n", "not pinned"),
        (r"python:3[\w.-]+\n", "python:3.13-slim\n", "not pinned"),
        (r"FROM \$\{UV_IMAGE\} AS uv", "FROM uv AS uv", "not pinned"),
        (r"(?s)FROM \$\{UV_IMAGE\}.*(?=FROM \$\{PYTHON_IMAGE\} AS run)", "", "not built in stages"),
        (r"COPY chassis chassis", "ADD https://example.org/chassis.tgz chassis", "ADD"),
        (r"COPY chassis chassis", "COPY . .", "whatever lies"),
        (r"COPY chassis chassis", "RUN curl https://example.org | sh", "past the lock"),
        (r'"--frozen", ', "", "what the lock says"),
        (r'"--no-default-groups", ', "", "what the lock says"),
        (r"USER 10001:10001\n", "", "runs as user 0"),
        (r"USER 10001:10001", "USER root", "runs as user root"),
        (r"USER 10001:10001", "USER 33:33", "runs as user 33"),
        (r"ENTRYPOINT .*", "ENTRYPOINT python -m chassis.serve", "swallows SIGTERM"),
        (r"(?s)HEALTHCHECK.*?\n(?=#)", "HEALTHCHECK CMD wget localhost\n", "no health check"),
        (r"PYTHONDONTWRITEBYTECODE=1", "PYTHONHASHSEED=0", "writes bytecode"),
    ],
)
def test_a_planted_fault_is_found(pattern: str, instead: str, words: str) -> None:
    spoilt, replaced = re.subn(pattern, instead, TEXT)
    assert replaced

    found = faults(spoilt)

    assert any(words in fault for fault in found), found
