"""What tests of letters may ask for."""

from collections.abc import AsyncIterator

import pytest

from services.cases.sends import Links
from tests.cases.use_cases.letters import LinksInMemory, Surveys, over_http
from tests.cases.world import World


@pytest.fixture
def surveys() -> Surveys:
    """The service that has the links."""
    return Surveys()


@pytest.fixture(params=["in memory", "over HTTP"])
async def links(request: pytest.FixtureRequest, surveys: Surveys, world: World) -> AsyncIterator[Links]:
    """The way to surveys: the double and the real one, held to the same."""
    if request.param == "in memory":
        yield LinksInMemory(surveys)
    else:
        async with over_http(surveys, world.keys) as real:
            yield real
