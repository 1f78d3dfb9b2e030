"""A stage for each journey."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.journeys.stage import Baton, Stage
from tests.support.towns import RunningTown


@pytest.fixture
async def stage(town: RunningTown) -> AsyncIterator[Stage]:
    """The running town, seen from an authority that is this test's alone."""
    baton = Baton()
    hooks = {"request": [baton.give], "response": [baton.take]}
    async with (
        httpx2.AsyncClient(base_url=town.gateway_url, timeout=30.0, trust_env=False, event_hooks=hooks) as http,
        httpx2.AsyncClient(base_url=town.gateway_url, timeout=30.0, trust_env=False) as outside,
    ):
        yield Stage(town, http, outside)
