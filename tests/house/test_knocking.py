"""What a service's document says of its doors is what happens when one knocks: closed is closed, open is open."""

import importlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from chassis import keys
from helhed.town import SERVICES
from tests.house import doors

IDENTIFIER = "0199b5a0-0000-7000-8000-000000000000"
ON_EVERY_ANSWER = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The environment of a process that has keys and no database."""
    home = tmp_path_factory.mktemp("knocking")
    keys.make_missing(home, "development")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HELHED_MODE", "development")
        patch.setenv("HELHED_KEYS_DIR", str(home))
        patch.setenv("HELHED_ISSUERS_FILE", str(home / "issuers.json"))
        patch.setenv("HELHED_CASES_URL", "http://127.0.0.1:9")  # nobody is there, and nobody is asked
        for service in SERVICES:
            patch.delenv(f"HELHED_{service.upper()}_DATABASE_URL", raising=False)
        yield


@pytest.fixture(params=SERVICES)
async def service(request: pytest.FixtureRequest, surroundings: None) -> AsyncIterator[FastAPI]:
    """A service's application, started."""
    app: FastAPI = importlib.import_module(f"services.{request.param}.app").app
    async with app.router.lifespan_context(app):
        yield app


def visitor(app: FastAPI) -> httpx2.AsyncClient:
    """Somebody without a token."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://service")


def address(operation: doors.Operation) -> str:
    """A path of that operation, with something in the place of each parameter."""
    parts = operation.path.split("/")
    return "/".join(IDENTIFIER if part.startswith("{") else part for part in parts)


async def test_a_closed_door_is_closed_and_an_open_one_open(service: FastAPI) -> None:
    walked = list(doors.operations(service.openapi()))

    async with visitor(service) as http:
        refused = {each.name: await http.request(each.method.upper(), address(each)) for each in walked}

    assert len(walked) > 10
    assert {name for name, answer in refused.items() if answer.status_code != 401} == {
        each.name for each in walked if each.is_public
    }
    # Here is no database: what an open door would read is away, and only a body it would not take is told of.
    held = {each.name for each in walked if not each.is_public or each.method != "get"}
    assert {refused[name].status_code for name in held} <= {401, 415}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/livez", 200),
        ("GET", "/problems", 200),
        ("GET", "/v1/openapi.json", 200),
        ("GET", "/v1/nothing-here", 404),
        ("DELETE", "/problems", 405),
        ("GET", "{closed}", 401),
    ],
)
async def test_every_answer_has_the_headers_of_the_house(method: str, path: str, status: int, service: FastAPI) -> None:
    closed = next(address(each) for each in doors.operations(service.openapi()) if each.method == "get")

    async with visitor(service) as http:
        answer = await http.request(method, path.format(closed=closed))

    assert answer.status_code == status
    assert ON_EVERY_ANSWER.items() <= dict(answer.headers).items()
    assert {"api-version", "strict-transport-security", "traceparent"} <= set(answer.headers)
    assert "server" not in answer.headers
    assert status < 400 or answer.headers["content-type"] == "application/problem+json"


async def test_a_door_that_says_closed_and_is_open_is_found() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/v1/things", openapi_extra={"security": [{"bearer": []}]})
    async def things() -> dict[str, Any]:
        return {}

    (operation,) = doors.operations(app.openapi())
    async with visitor(app) as http:
        answer = await http.request(operation.method.upper(), address(operation))

    assert not operation.is_public
    assert answer.status_code != 401
