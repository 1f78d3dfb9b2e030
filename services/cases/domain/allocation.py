"""Who gets which arm: drawn from a list that nobody can foresee and that everybody can check afterwards.

How a list is computed from the seed (32 bytes), so that anybody can do it again in any language:

1.  The stream of a list is the concatenation of SHA-256(seed ‖ name of the list in UTF-8 ‖ counter) for the counter
    0, 1, 2, … as eight bytes, big-endian.
2.  A number below n is the next four bytes of the stream as a big-endian integer x, modulo n; when x is not below the
    largest multiple of n that is at most 2³², x is thrown away and the next four bytes are taken.
3.  Block after block: a number below how many block sizes there are picks the size (sizes in ascending order). The
    block holds each arm in its share (arms in ascending order of their codes, a share being size × its part ÷ the sum
    of the ratio). It is shuffled from the back (Fisher-Yates): for i from the last place down to 1, a number j below
    i + 1 is drawn, and places i and j change.
4.  The blocks one after another are the list. Places count from 0.

The commitment is SHA-256(seed ‖ the sixteen bytes of the trial's id), in hex. It is published before the first place is
used, so that the seed cannot be chosen to fit.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, islice
from typing import Literal
from uuid import UUID

AllocationUnit = Literal["citizen", "caseworker", "unit", "authority"]
Method = Literal["randomised", "stepped-wedge", "assigned", "historical"]

# The arm that goes on as before. In a stepped-wedge trial a cluster is in it until its day comes.
COMPARISON = "comparison"
NAMED: frozenset[Method] = frozenset({"assigned", "historical"})
AUTHORITIES = "authorities"  # the one list of a trial that allocates whole authorities

_WORD = 4
_SPAN = 2 ** (8 * _WORD)


@dataclass(frozen=True, slots=True)
class ClusterStep:
    """In a stepped-wedge trial: the day from which a cluster (`0101`, `0101/north`) gives the new effort."""

    cluster: str
    on: date


@dataclass(frozen=True, slots=True)
class Allocation:
    """How arms are given: to whom, by which method, and what that method needs."""

    unit: AllocationUnit
    method: Method
    ratio: Mapping[str, int]
    block_sizes: tuple[int, ...]
    steps: tuple[ClusterStep, ...] = ()
    rule: str | None = None  # where the arm is named: by which rule

    def stepped(self, cluster: str, today: date, *, new_arm: str) -> str:
        """The arm of who enrols today in a cluster of a stepped-wedge trial."""
        arrived = any(step.cluster == cluster and step.on <= today for step in self.steps)
        return new_arm if arrived else COMPARISON


def commitment(seed: bytes, trial_id: UUID) -> str:
    """What is published of a seed beforehand."""
    return hashlib.sha256(seed + trial_id.bytes).hexdigest()


def keeps(promise: str, seed: bytes, trial_id: UUID) -> bool:
    """True when this is the seed that was committed to."""
    return hmac.compare_digest(promise, commitment(seed, trial_id))


def sequence(seed: bytes, name: str, ratio: Mapping[str, int], block_sizes: Sequence[int]) -> Iterator[str]:
    """The list of that name, from its first place on, without end."""
    words = _words(seed, name.encode())
    sizes, parts = sorted(block_sizes), sum(ratio.values())
    while True:
        size = sizes[_below(len(sizes), words)]
        block = [arm for arm in sorted(ratio) for _ in range(size * ratio[arm] // parts)]
        for last in range(size - 1, 0, -1):
            other = _below(last + 1, words)
            block[last], block[other] = block[other], block[last]
        yield from block


def arm_at(seed: bytes, name: str, allocation: Allocation, position: int) -> str:
    """The arm at one place of a list."""
    return next(islice(sequence(seed, name, allocation.ratio, allocation.block_sizes), position, None))


@dataclass(frozen=True, slots=True)
class ListCheck:
    """One list as it was used, beside the same places computed from the seed."""

    name: str
    used: tuple[str, ...]
    computed: tuple[str, ...]

    @property
    def reproduced(self) -> bool:
        """True when every arm that was given is the one that the seed gives."""
        return self.used == self.computed


def check(seed: bytes, allocation: Allocation, name: str, used: Sequence[str]) -> ListCheck:
    """Compute a list again, as far as it was used."""
    again = sequence(seed, name, allocation.ratio, allocation.block_sizes)
    return ListCheck(name, tuple(used), tuple(islice(again, len(used))))


def list_for(allocation: Allocation, authority: str, stratum: str, *, evaluated: bool) -> str:
    """Which list the next arm is drawn from.

    Who is not evaluated has lists of their own: those of the evaluated stay whole, block by block, and the help is
    spread evenly over the others too.
    """
    if allocation.unit == "authority":
        return AUTHORITIES
    if allocation.unit != "citizen":
        return f"{authority}/{allocation.unit}s"
    return f"{stratum}/{'evaluated' if evaluated else 'not-evaluated'}"


def _words(seed: bytes, label: bytes) -> Iterator[int]:
    for counter in count():
        block = hashlib.sha256(seed + label + counter.to_bytes(8, "big")).digest()
        for start in range(0, len(block), _WORD):
            yield int.from_bytes(block[start : start + _WORD], "big")


def _below(bound: int, words: Iterator[int]) -> int:
    fair = _SPAN - _SPAN % bound
    return next(word for word in words if word < fair) % bound
