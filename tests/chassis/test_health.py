"""Alive is not ready, ready once is ready until the way out."""

import asyncio

import pytest

from chassis.health import Health


class Check:
    """A check that fails until told otherwise."""

    def __init__(self) -> None:
        self.well, self.asked = False, 0

    async def __call__(self) -> None:
        self.asked += 1
        if not self.well:
            raise LookupError


async def test_ready_when_every_check_has_passed_once() -> None:
    health, one, other = Health(), Check(), Check()
    health.add(one)
    health.add(other)

    assert not await health.ready()
    one.well = True
    assert not await health.ready()
    other.well = True
    assert await health.ready()


async def test_a_database_that_goes_away_later_does_not_make_every_replica_leave() -> None:
    health, check = Health(), Check()
    health.add(check)
    check.well = True
    assert await health.ready()

    check.well = False

    assert await health.ready()
    assert check.asked == 1


async def test_on_the_way_out_nothing_is_ready() -> None:
    health = Health()
    assert await health.ready()

    health.draining = True

    assert not await health.ready()


async def test_a_check_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    health = Health()
    health.add(asyncio.Event().wait)
    monkeypatch.setattr("chassis.health.PATIENCE", 0.05)

    assert not await asyncio.wait_for(health.ready(), 5)
