"""What a test needs to know of a Markdown page: its links, the paths it names, its tables, its code blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"`(?P<code>[^`\n]+)`")
_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
# Folders of this repository that a page may name in backticks.
_ROOMS = "bench|chassis|contracts|deploy|docs|gateway|helhed|migrations|services|tests"
_MADE_AT_RUN_TIME = ("deploy/secrets", "deploy/data")
_PATH = re.compile(rf"(?:{_ROOMS})/[\w./-]*")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced code block: what stands after the fence, and what is in it."""

    info: str
    body: str


def pages() -> list[Path]:
    """Every page people read: at the root, under docs, and beside each service."""
    return [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("services/*/README.md")]


def blocks(text: str) -> list[Block]:
    return [Block(found["info"].strip(), found["body"]) for found in _FENCE.finditer(text)]


def without_blocks(text: str) -> str:
    return _FENCE.sub("", text)


def codes(text: str) -> set[str]:
    """Everything in backticks."""
    return {found["code"] for found in _CODE.finditer(without_blocks(text))}


def rows(text: str) -> Iterator[list[str]]:
    """The cells of every table line, without the ruling lines."""
    for line in without_blocks(text).splitlines():
        if line.startswith("|") and not set(line) <= set("|-: "):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def dead_links(page: Path, text: str) -> list[str]:
    """Links to files that are not there. Addresses on the net are not asked."""
    targets = [found["target"].partition("#")[0] for found in _LINK.finditer(without_blocks(text))]
    local = [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]
    return [target for target in local if not (page.parent / target).exists()]


def missing_paths(text: str) -> list[str]:
    """Files and folders of this repository that the text names in backticks and that do not exist."""
    named = {code for code in codes(text) if _PATH.fullmatch(code) and not code.startswith(_MADE_AT_RUN_TIME)}
    return sorted(path for path in named if not (ROOT / path).exists())
