"""How much one caller, and all callers together, may ask for.

Memory only: each gateway process counts for itself, so two of them let through twice as much.
"""

import math
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.settings import Rate

POLICY = "default"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the bucket says to one call. `reset`: seconds until the whole quota is back."""

    allowed: bool
    remaining: int
    reset: int
    retry_after: int


class Buckets:
    """A token bucket per caller.

    A bucket is kept as one number, the moment at which it will be full again: tokens = burst - (full_at -
    now) * rate. So a bucket that has filled up says the same as no bucket, and forgetting the callers seen
    longest ago (at most `remember` are kept) forgives only those who were quiet, unless more callers than
    that are busy at once.
    """

    def __init__(self, rate: Rate, *, remember: int = 50_000) -> None:
        self.rate = rate
        self._remember = remember
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()
        self.policy_header = f'"{POLICY}";q={rate.burst};w={math.ceil(rate.burst / rate.per_second)}'

    def take(self, caller: Hashable, now: float) -> Verdict:
        """Count one call of `caller` at `now` (monotonic seconds). A refused call costs nothing."""
        full_at = max(self._full_at.pop(caller, now), now)
        one = 1 / self.rate.per_second
        tokens = self.rate.burst - (full_at - now) * self.rate.per_second
        allowed = tokens >= 1 - 1e-9  # the sum of many 1/rate steps is a hair off
        if allowed:
            full_at += one
            tokens -= 1
        self._keep(caller, full_at)
        return Verdict(
            allowed=allowed,
            remaining=max(0, math.floor(tokens + 1e-9)),
            reset=math.ceil(full_at - now),
            retry_after=0 if allowed else max(1, math.ceil((1 - tokens) * one)),
        )

    def headers(self, verdict: Verdict) -> list[tuple[bytes, bytes]]:
        """`RateLimit-Policy` and `RateLimit`, as draft-ietf-httpapi-ratelimit-headers writes them."""
        return [
            (b"ratelimit-policy", self.policy_header.encode()),
            (b"ratelimit", f'"{POLICY}";r={verdict.remaining};t={verdict.reset}'.encode()),
        ]

    def _keep(self, caller: Hashable, full_at: float) -> None:
        self._full_at[caller] = full_at
        if len(self._full_at) > self._remember:
            self._full_at.popitem(last=False)


class Slots:
    """How many requests may be under way at once. The one too many is told at once, never queued."""

    def __init__(self, count: int) -> None:
        self._free = count

    @contextmanager
    def one(self) -> Iterator[bool]:
        """Hold a slot inside the block; yields False, and holds none, when there is none."""
        if self._free <= 0:
            yield False
            return
        self._free -= 1
        try:
            yield True
        finally:
            self._free += 1
