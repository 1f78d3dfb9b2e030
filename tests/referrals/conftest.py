"""What every test of referrals may ask for."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from tests.cases.world import make_app as make_cases_app
from tests.referrals.both import Both, both_opened
from tests.referrals.world import World, make_app, opened
from tests.support.servers import TestDatabases


@pytest.fixture(scope="session")
def referrals_app(databases: TestDatabases, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application over this worker's database. Building it costs more than all it does in a test."""
    keys = tmp_path_factory.mktemp("referrals") / "keys"
    app = make_app(databases["referrals"].app_url, keys)
    app.state.keys_of_the_test = keys
    return app


@pytest.fixture
async def world(referrals_app: FastAPI) -> AsyncIterator[World]:
    """A running service and an authority of its own."""
    async with opened(referrals_app, referrals_app.state.keys_of_the_test) as running:
        yield running


@pytest.fixture(scope="session")
def cases_app(databases: TestDatabases, referrals_app: FastAPI) -> FastAPI:
    """The neighbour's application, with keys in common."""
    return make_cases_app(databases["cases"].app_url, referrals_app.state.keys_of_the_test)


@pytest.fixture
async def both(cases_app: FastAPI, referrals_app: FastAPI) -> AsyncIterator[Both]:
    """Cases and referrals, running, with an authority of their own."""
    async with both_opened(cases_app, referrals_app, referrals_app.state.keys_of_the_test) as running:
        yield running
