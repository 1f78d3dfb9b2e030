"""A surveys service of the tests' own: real PostgreSQL, the real application, and a way to hear from cases.

Every test acts in an authority nobody else uses, so they share one database and never meet.
"""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from chassis.database import Database
from chassis.keys import make_missing
from chassis.sealing import Sealer
from chassis.settings import Settings
from services.surveys.app import assemble
from tests.support.servers import TestDatabases
from tests.surveys.town import Cases, Surveys


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys and the issuers they make believable."""
    directory = tmp_path_factory.mktemp("keys")
    make_missing(directory, "development")
    return directory


@pytest.fixture
def authority() -> str:
    """An authority of this test's own."""
    return f"CVR{secrets.randbelow(10**8):08}"


@pytest.fixture
async def database(databases: TestDatabases) -> AsyncIterator[Database]:
    """The service's database, as the role the service has."""
    database = Database(databases["surveys"].app_url, name="surveys-tests", sealer=Sealer(b"k" * 32))
    yield database
    await database.close()


@pytest.fixture
def settings(databases: TestDatabases, keys_dir: Path, tmp_path: Path) -> Settings:
    """What the application would read from its environment."""
    return Settings(
        service="surveys",
        mode="development",
        home=tmp_path,
        keys_dir=keys_dir,
        issuers_file=keys_dir / "issuers.json",
        cors_origins=(),
        drain_seconds=0,
        database_url=databases["surveys"].app_url,
    )


@pytest.fixture
async def surveys(
    settings: Settings, authority: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Surveys]:
    """The application, spoken to over HTTP by the test's own authority."""
    monkeypatch.setenv("HELHED_PUBLIC_URL", "https://town.example")
    app = assemble(settings)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://surveys") as client,
    ):
        yield Surveys(client, settings.keys_dir, authority)


@pytest.fixture
def cases(authority: str, database: Database) -> Cases:
    """The service cases, as surveys hears it."""
    return Cases(authority, database)
