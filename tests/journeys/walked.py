"""A page of the documentation, walked: its bash blocks run from top to bottom, and answer what the page promises."""

import os
import shutil
import subprocess
from dataclasses import dataclass

import pytest

from tests.docs.markdown import ROOT, Block, blocks
from tests.support.towns import RunningTown

MARK = "=== block "


@dataclass(frozen=True, slots=True)
class Step:
    """One bash block, and the lines the page promises in its answer."""

    script: str
    promised: tuple[str, ...]


def page(name: str) -> str:
    """A page of the documentation."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def steps(text: str) -> list[Step]:
    """The bash blocks in order, each with the json block that follows it, if one does."""
    found = [block for block in blocks(text) if block.info in ("bash", "json")]
    followed = zip(found, [*found[1:], Block("", "")], strict=True)
    return [
        Step(block.body, tuple(filter(None, map(str.strip, after.body.splitlines()))) if after.info == "json" else ())
        for block, after in followed
        if block.info == "bash"
    ]


def walk(found: list[Step], town: RunningTown) -> "subprocess.CompletedProcess[str]":
    """What comes of doing what the page says, in a town of one's own. Without curl the test is left out; not in CI."""
    if shutil.which("curl") is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no curl: install it, so that the pages are walked")
        pytest.skip("the page uses curl, and there is none on this machine (apt install curl)")
    script = "".join(f"echo '{MARK}{number}'\n{step.script}\n" for number, step in enumerate(found))
    return subprocess.run(
        ["bash", "-euo", "pipefail"],
        input=script.replace("http://127.0.0.1:8080", town.gateway_url),
        cwd=ROOT,
        env={**os.environ, "HELHED_HOME": str(town.home), "HELHED_MODE": "development"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def broken_promises(found: list[Step], output: str) -> list[str]:
    """The promised lines that the answers do not have."""
    answers = output.split(MARK)[1:]
    return [
        f"block {number}: {line}"
        for number, (step, answer) in enumerate(zip(found, answers, strict=True))
        for line in step.promised
        if line.rstrip(",") not in answer
    ]
