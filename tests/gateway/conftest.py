"""A gateway in front of two services that do as they are told, all on real sockets."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from chassis.auth import Verifier, development_token
from chassis.keys import make_missing
from chassis.settings import Settings
from gateway.app import make_app
from gateway.settings import GatewaySettings
from tests.gateway.documents import CASES, SURVEYS
from tests.gateway.servers import FakeService, Running, running


class Town:
    """The gateway and what stands behind it."""

    def __init__(
        self,
        fakes: dict[str, FakeService],
        behind: dict[str, Running],
        upstreams: dict[str, str],
        gateway: Running,
        http: httpx2.AsyncClient,
    ) -> None:
        self.cases = fakes["cases"]
        self.surveys = fakes["surveys"]
        self.behind = behind
        self.upstreams = upstreams  # where the gateway looks for each service; a test may move one
        self.gateway = gateway
        self.http = http


class Build:
    """Builds towns; a test says what differs from an ordinary one."""

    def __init__(self, keys: Path) -> None:
        self.keys = keys

    def token(self, **claims: Any) -> str:
        """A token of the development issuer, of a caseworker in employment unless the test says otherwise."""
        said: dict[str, Any] = {"authority": "0101", "sectors": ["employment"], "roles": ["caseworker"], **claims}
        return development_token(self.keys, **said)

    def bearer(self, **claims: Any) -> dict[str, str]:
        """The Authorization header of such a token."""
        return {"Authorization": f"Bearer {self.token(**claims)}"}

    @asynccontextmanager
    async def town(
        self, *, urls: dict[str, str] | None = None, cors_origins: tuple[str, ...] = (), **settings: Any
    ) -> AsyncIterator[Town]:
        """A town; `urls` sends the gateway elsewhere for a service."""
        fakes = {name: FakeService(name) for name in ("cases", "surveys")}
        async with AsyncExitStack() as stack:
            behind = {name: await stack.enter_async_context(running(fake)) for name, fake in fakes.items()}
            upstreams = {name: there.url for name, there in behind.items()} | (urls or {})
            configured = GatewaySettings(shared=self.shared(cors_origins), upstreams=upstreams, **settings)
            app = make_app(
                {"cases": CASES, "surveys": SURVEYS},
                settings=configured,
                verifier=Verifier.from_file(self.keys / "issuers.json", mode="development", keys_dir=self.keys),
            )
            gateway = await stack.enter_async_context(running(app))
            http = await stack.enter_async_context(httpx2.AsyncClient(base_url=gateway.url, timeout=10))
            yield Town(fakes, behind, upstreams, gateway, http)
            for server in (gateway, *behind.values()):
                server.stop()  # all at once: each takes a moment to notice

    def shared(self, cors_origins: tuple[str, ...] = ()) -> Settings:
        """What every process reads."""
        return Settings(
            service="gateway",
            mode="development",
            home=self.keys.parent,
            keys_dir=self.keys,
            issuers_file=self.keys / "issuers.json",
            cors_origins=cors_origins,
            drain_seconds=0,
        )


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys and issuers of a development town."""
    folder = tmp_path_factory.mktemp("gateway") / "keys"
    make_missing(folder, "development")
    return folder


@pytest.fixture
def build(keys: Path) -> Build:
    """Builds towns."""
    return Build(keys)


@pytest.fixture
async def town(build: Build) -> AsyncIterator[Town]:
    """An ordinary town."""
    async with build.town() as built:
        yield built


@pytest.fixture
def caseworker(build: Build) -> dict[str, str]:
    """Somebody who may call."""
    return build.bearer() | {"Access-Purpose": "casework"}


__all__ = ["Build", "Town"]
