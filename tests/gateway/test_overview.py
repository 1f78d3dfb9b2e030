"""One citizen's whole picture: whole, in part, or refused as the case itself is refused."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from gateway import overview
from gateway.overview import SOURCES
from tests.gateway.conftest import Build, Town
from tests.gateway.servers import closed_port
from tests.gateway.test_proxy import hang

CASE = "019a8f00-0000-7000-8000-000000000001"
URL = f"/v1/overview/cases/{CASE}"
NO_ONE_IS_HOME = f"http://127.0.0.1:{closed_port()}"


def set_up(town: Town) -> dict[str, Any]:
    """Give every part an answer of its own; what the overview must say."""
    told = {}
    for name, source in SOURCES.items():
        told[name] = {"part": name, "version": 7, "text": "æøå"}
        fake = town.surveys if source.service == "surveys" else town.cases
        fake.answers(source.path.replace("{caseId}", CASE), 200, told[name])
    return told


@pytest.fixture
async def whole(build: Build) -> AsyncIterator[Town]:
    """A town where referrals are answered too."""
    async with build.town() as town:
        town.upstreams["referrals"] = town.behind["cases"].url
        yield town


async def test_it_holds_every_part_as_the_service_answers_it(whole: Town, caseworker: dict[str, str]) -> None:
    told = set_up(whole)

    response = await whole.http.get(URL, headers=caseworker)

    assert response.status_code == 200
    assert response.json() == {**told, "parts": dict.fromkeys(SOURCES, "ok")}


async def test_every_service_is_asked_as_the_caller(whole: Town, build: Build) -> None:
    set_up(whole)
    asked = {
        **build.bearer(sectors=["employment", "social"]),
        "Access-Purpose": "coordination",
        "Acting-Unit": "social",
        "Accept-Language": "en",
        "Sync-Token": f"cases:{CASE}:4",
    }

    response = await whole.http.get(URL, headers=asked | {"If-None-Match": '"1"', "X-User-Id": "me"})

    seen = [*whole.cases.seen, *whole.surveys.seen]
    assert len(seen) == len(SOURCES)
    for request in seen:
        assert {name: request.header(name.lower()) for name in asked} == asked
        assert request.header("if-none-match") is None
        assert request.header("x-user-id") is None
        assert (request.header("traceparent") or "")[:36] == response.headers["traceparent"][:36]
    assert {request.target for request in seen} >= {
        f"/v1/referrals?caseId={CASE}",
        f"/v1/invitations?caseId={CASE}",
        f"/v1/cases/{CASE}/timeline?limit=20",
    }


async def test_a_part_one_may_not_see_is_hidden_and_one_that_is_away_is_named(
    whole: Town, caseworker: dict[str, str]
) -> None:
    told = set_up(whole)
    whole.upstreams["referrals"] = NO_ONE_IS_HOME
    whole.cases.answers(f"/v1/cases/{CASE}/consents", 403, {})
    whole.surveys.answers(f"/v1/cases/{CASE}/scores", 404, {})
    whole.surveys.answers("/v1/invitations", 503, {})

    response = await whole.http.get(URL, headers=caseworker)

    body = response.json()
    missing = {"consents": "hidden", "scores": "hidden", "invitations": "unavailable", "referrals": "unavailable"}
    assert body.pop("parts") == dict.fromkeys(SOURCES, "ok") | missing
    assert body == told | dict.fromkeys(missing, None)


async def test_a_plan_that_nobody_has_written_is_not_hidden(whole: Town, caseworker: dict[str, str]) -> None:
    set_up(whole)
    whole.cases.answers(f"/v1/cases/{CASE}/plan", 404, {})

    told = (await whole.http.get(URL, headers=caseworker)).json()
    whole.upstreams["cases"] = NO_ONE_IS_HOME
    away = (await whole.http.get(URL, headers=caseworker)).json()

    assert (told["plan"], told["parts"]["plan"]) == (None, "ok")
    assert (away["plan"], away["parts"]["plan"]) == (None, "unavailable")


async def test_a_part_that_hangs_does_not_hold_back_the_others(
    whole: Town, caseworker: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "PATIENCE", 0.2)
    set_up(whole)
    whole.surveys.behaviours["/v1/invitations"] = hang

    response = await whole.http.get(URL, headers=caseworker)

    parts = response.json()["parts"]
    assert (parts.pop("invitations"), set(parts.values())) == ("unavailable", {"ok"})


async def test_few_parts_are_asked_for_at_once(
    whole: Town, caseworker: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many parts there are, one page takes three connections; and every part is asked in the end."""
    monkeypatch.setattr(overview, "ABREAST", 3)
    set_up(whole)
    waiting: list[str] = []
    three, released = asyncio.Event(), asyncio.Event()

    async def wait(scope: Scope, receive: Receive, send: Send) -> None:
        waiting.append(scope["path"])
        if len(waiting) == 3:
            three.set()
        await released.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    for fake in (whole.cases, whole.surveys):
        fake.behaviours.update({source.path.replace("{caseId}", CASE): wait for source in SOURCES.values()})
    page = asyncio.create_task(whole.http.get(URL, headers=caseworker))
    await three.wait()
    await asyncio.sleep(0.1)  # time for a fourth to come
    at_once = len(waiting)
    released.set()

    assert set((await page).json()["parts"].values()) == {"ok"}
    assert (at_once, len(waiting)) == (3, len(SOURCES))


async def test_a_case_that_is_not_there_for_the_caller_is_its_own_404(whole: Town, caseworker: dict[str, str]) -> None:
    set_up(whole)
    refusal = {"type": "urn:helhed:problem:not-found-or-not-yours", "status": 404}
    whole.cases.answers(f"/v1/cases/{CASE}", 404, refusal, {"content-language": "en"})

    response = await whole.http.get(URL, headers=caseworker)

    assert (response.status_code, response.json()) == (404, refusal)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-language"] == "en"


async def test_the_rest_is_answered_when_the_case_itself_cannot_be(whole: Town, caseworker: dict[str, str]) -> None:
    set_up(whole)
    whole.upstreams["cases"] = NO_ONE_IS_HOME

    response = await whole.http.get(URL, headers=caseworker)

    body = response.json()
    assert (response.status_code, body["case"], body["parts"]["case"]) == (200, None, "unavailable")
    assert body["scores"]["part"] == "scores"


async def test_nobody_home_is_503(whole: Town, caseworker: dict[str, str]) -> None:
    for service in ("cases", "referrals", "surveys"):
        whole.upstreams[service] = NO_ONE_IS_HOME

    response = await whole.http.get(URL, headers=caseworker)

    assert (response.status_code, response.headers["retry-after"]) == (503, "1")


@pytest.mark.parametrize(
    ("url", "headers", "status", "slug"),
    [
        (URL, {}, 401, "unauthenticated"),
        (URL, {"Authorization": "", "Access-Purpose": ""}, 401, "unauthenticated"),
        ("/v1/overview/cases/x", None, 400, "invalid-request"),
        (f"{URL}?depth=2", None, 400, "invalid-request"),
    ],
)
async def test_what_is_wrong_is_refused_before_anybody_is_asked(
    whole: Town, caseworker: dict[str, str], url: str, headers: dict[str, str] | None, status: int, slug: str
) -> None:
    response = await whole.http.get(url, headers=caseworker if headers is None else headers)

    assert (response.status_code, response.json()["type"]) == (status, f"urn:helhed:problem:{slug}")
    assert whole.cases.seen == whole.surveys.seen == []


async def test_the_purpose_is_asked_for_here_too(whole: Town, build: Build) -> None:
    without = await whole.http.get(URL, headers=build.bearer())
    not_mine = await whole.http.get(URL, headers=build.bearer() | {"Access-Purpose": "statistics"})

    assert (without.status_code, without.json()["type"]) == (400, "urn:helhed:problem:purpose-required")
    assert (not_mine.status_code, not_mine.json()["type"]) == (403, "urn:helhed:problem:purpose-not-allowed")
