"""The tutorial is true: its bash blocks run from top to bottom, and answer what the page says they answer."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests.docs.markdown import ROOT, Block, blocks
from tests.support.towns import RunningTown

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
MARK = "=== block "


@dataclass(frozen=True, slots=True)
class Step:
    """One bash block, and the lines the page promises in its answer."""

    script: str
    promised: tuple[str, ...]


def steps(page: str) -> list[Step]:
    """The bash blocks in order, each with the json block that follows it, if one does."""
    found = [block for block in blocks(page) if block.info in ("bash", "json")]
    followed = zip(found, [*found[1:], Block("", "")], strict=True)
    return [
        Step(block.body, tuple(filter(None, map(str.strip, after.body.splitlines()))) if after.info == "json" else ())
        for block, after in followed
        if block.info == "bash"
    ]


def broken_promises(found: list[Step], output: str) -> list[str]:
    """The promised lines that the answers do not have."""
    answers = output.split(MARK)[1:]
    return [
        f"block {number}: {line}"
        for number, (step, answer) in enumerate(zip(found, answers, strict=True))
        for line in step.promised
        if line.rstrip(",") not in answer
    ]


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page uses curl, and there is none here")
def test_the_tutorial_answers_what_it_says(town: RunningTown) -> None:
    found = steps(PAGE)
    script = "".join(f"echo '{MARK}{number}'\n{step.script}\n" for number, step in enumerate(found))

    done = subprocess.run(
        ["bash", "-euo", "pipefail"],
        input=script.replace("http://127.0.0.1:8080", town.gateway_url),
        cwd=ROOT,
        env={**os.environ, "HELHED_HOME": str(town.home), "HELHED_MODE": "development"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr + done.stdout + town.log("cases")[-2000:]
    logs = "".join(town.log(name)[-3000:] for name in ("cases", "cases-worker"))
    assert broken_promises(found, done.stdout) == [], done.stdout + logs


def test_the_page_calls_only_its_own_machine_and_promises_much() -> None:
    found = steps(PAGE)
    addresses = {word for step in found for word in step.script.split() if "http://" in word}

    assert {urlsplit(word.partition("=")[2] or word).hostname for word in addresses} == {"127.0.0.1"}
    assert sum(len(step.promised) for step in found) > 15


def test_a_promise_that_is_not_kept_is_found() -> None:
    page = '```bash\ncall\n```\n\n```json\n"state": "caught",\n"holder": "health"\n```\n'

    assert broken_promises(steps(page), f'{MARK}0\n"state": "caught"\n') == ['block 0: "holder": "health"']
