"""What every test of cases may ask for."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from tests.cases.world import World, make_app, opened
from tests.support.servers import TestDatabases


@pytest.fixture(scope="session")
def cases_app(databases: TestDatabases, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application over this worker's database. Building it costs more than all it does in a test."""
    keys = tmp_path_factory.mktemp("cases") / "keys"
    app = make_app(databases["cases"].app_url, keys)
    app.state.keys_of_the_test = keys
    return app


@pytest.fixture
async def world(cases_app: FastAPI) -> AsyncIterator[World]:
    """A running service and an authority of its own."""
    async with opened(cases_app, cases_app.state.keys_of_the_test) as running:
        yield running
