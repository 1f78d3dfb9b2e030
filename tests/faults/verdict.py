"""How checks are written, run and reported.

Each check yields one sentence per violation. `Verdict.looked_at` says how much each saw: a check that sees nothing
proves nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.faults.collected import Collected


@dataclass
class Verdict:
    """What the checks say: the violations by check, and how many things each looked at."""

    violations: dict[str, list[str]] = field(default_factory=dict)
    looked_at: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        told = [f"{check}: {words}" for check, found in self.violations.items() for words in found[:10]]
        return "\n".join(told) or "nothing is missing"


class Eye:
    """Counts what a check looks at, as it looks."""

    def __init__(self) -> None:
        self.seen = 0

    def over(self, things: Iterable[Any]) -> Iterator[Any]:
        """Each thing, counted."""
        for thing in things:
            self.seen += 1
            yield thing


Check = Callable[[Collected, Eye], Iterator[str]]
CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    """Register a check."""
    CHECKS[function.__name__] = function
    return function
