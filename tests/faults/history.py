"""What the callers wrote down (see `helhed.demo.caller.History`), and what each kind of call does when it takes effect.

`ok` has happened, `fail` has not, `info` may have: nobody got an answer.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What a write does, named as the rows and events that show it are named in `traces.py`; `{}` is whose it is.
_DOES = {
    r"/v1/cases": "cases",
    r"/v1/cases/[^/]+/needs/([^/]+)/setting-aside": "setting-aside",
    r"/v1/cases/[^/]+/needs/([^/]+)/closure": "need-closure",
    r"/v1/cases/([^/]+)/consents": "consents",
    r"/v1/cases/([^/]+)/releases": "releases",
    r"/v1/cases/([^/]+)/closure": "closure",
    r"/v1/referrals": "referrals",
    r"/v1/referrals/([^/]+)/([^/]+)": "{}",
    r"/v1/survey-responses": "responses",
    r"/v1/survey-programmes/([^/]+)/activation": "activation",
}
# Reads in the clothes of a POST, without a key.
_NO_WRITE = re.compile(r"/_search$|/survey-sessions$")


@dataclass(slots=True)
class Call:
    """One call, from its first attempt to its last answer."""

    method: str
    path: str
    type: str
    status: int | None
    attempts: list[int | None]
    key: str | None = None
    ids: tuple[str, ...] = ()
    location: str | None = None
    trace: str | None = None
    sync: str | None = None
    invoked: float = 0.0
    completed: float = 0.0
    id: str | None = None

    @property
    def writes(self) -> bool:
        """True for a call that creates or changes something."""
        return self.method == "POST" and not _NO_WRITE.search(self.path)

    @property
    def created(self) -> str | None:
        """The id of what an acknowledged call made."""
        return self.location.rpartition("/")[2] if self.type == "ok" and self.location else None

    def effect(self) -> tuple[str, str]:
        """What it does, and to what (an id; empty for what stands by itself).

        Raises:
            LookupError: nobody has said here what such a call does.
        """
        for pattern, name in _DOES.items():
            if found := re.fullmatch(pattern, self.path):
                subject, *action = found.groups() or ("",)
                return name.format(*action), subject
        raise LookupError(f"what does POST {self.path} do?")


def read(path: Path) -> list[Call]:
    """The history, in the order in which the calls ended."""
    return list(_lines(path))


def _lines(path: Path) -> Iterator[Call]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield Call(**json.loads(line))
