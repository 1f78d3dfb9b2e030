"""Who is let in, how often, and what every answer says, whoever gives it."""

import asyncio

import pytest
from starlette.types import Receive, Scope, Send
from structlog.testing import CapturingLogger

from chassis import threshold
from chassis.threshold import SECURITY_HEADERS
from gateway.limits import Slots
from gateway.settings import Rate
from tests.gateway.conftest import Build, Town
from tests.gateway.servers import closed_port, read_body, respond, until

CASE = "/v1/cases/x"
SESSION = "/v1/survey-sessions"


async def test_without_a_token_that_holds_nothing_reaches_a_service(town: Town, build: Build) -> None:
    genuine = build.token()
    no_token = 'Bearer realm="helhed"'
    bad_token = 'Bearer realm="helhed", error="invalid_token"'
    cases: list[tuple[list[tuple[str, str]], str]] = [
        ([], no_token),
        ([("Authorization", "Basic dTpw")], no_token),
        ([("Authorization", "Bearer")], no_token),
        ([("Authorization", "Bearer nonsense")], bad_token),
        ([("Authorization", f"Bearer {genuine[:-4]}AAAA")], bad_token),
        ([("Authorization", f"Bearer {genuine}"), ("Authorization", f"Bearer {genuine}")], bad_token),
    ]

    for headers, challenge in cases:
        response = await town.http.post("/v1/cases", headers=headers, content=b"{}")

        assert (response.status_code, response.headers["www-authenticate"]) == (401, challenge), headers
        assert response.json()["type"] == "urn:helhed:problem:unauthenticated"
    assert (await town.http.get(f"/v1/cases?access_token={genuine}")).status_code == 401
    assert town.cases.seen == []


async def test_a_public_operation_needs_no_token_and_is_not_spoilt_by_a_bad_one(town: Town) -> None:
    without = await town.http.post(SESSION, content=b"{}")
    with_bad = await town.http.post(SESSION, content=b"{}", headers={"Authorization": "Bearer nonsense"})

    assert (without.status_code, with_bad.status_code) == (200, 200)


async def test_every_answer_says_the_same_about_itself_once(build: Build, caseworker: dict[str, str]) -> None:
    said_twice = {name.decode(): "theirs" for name, _ in SECURITY_HEADERS} | {"server": "x", "traceparent": "theirs"}
    async with build.town(urls={"surveys": f"http://127.0.0.1:{closed_port()}"}, max_body=10) as town:
        town.cases.answers("/v1/cases", 200, {}, headers=said_twice)
        answers = [
            await town.http.get("/v1/cases", headers=caseworker),
            await town.http.get("/v1/cases"),
            await town.http.get("/nowhere"),
            await town.http.delete("/v1/cases", headers=caseworker),
            await town.http.options("/v1/cases"),
            await town.http.post("/v1/cases", headers=caseworker, content=b"x" * 11),
            await town.http.get(f"{CASE}/scores", headers=caseworker),
            await town.http.get("/v1/me", headers=caseworker),
            await town.http.get("/v1/me"),
            await town.http.get("/v1/openapi.json"),
            await town.http.get("/"),
            await town.http.get("/livez"),
        ]

    assert [a.status_code for a in answers] == [200, 401, 404, 405, 204, 413, 503, 200, 401, 200, 200, 200]
    for answer in answers:
        for name, value in SECURITY_HEADERS:
            given = answer.headers.get_list(name.decode())
            page = name == b"content-security-policy" and answer.url.path == "/"
            assert len(given) == 1, (answer.url, name)
            assert page or given == [value.decode()], (answer.url, name)
        assert len(answer.headers.get_list("date")) == 1
        assert len(answer.headers.get_list("traceparent")) == 1
        assert "server" not in answer.headers
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["instance"] == f"urn:trace:{answer.headers['traceparent'][3:35]}"


async def test_a_problem_speaks_the_language_that_is_asked_for(town: Town) -> None:
    danish = await town.http.get("/v1/cases")
    english = await town.http.get("/v1/cases", headers={"Accept-Language": "en"})

    assert (danish.json()["title"], english.json()["title"]) == ("Log ind først.", "Sign in first.")
    assert (danish.headers["content-language"], english.headers["content-language"]) == ("da", "en")


async def test_the_call_over_the_quota_is_429_and_others_are_not(build: Build) -> None:
    async with build.town(rate=Rate(per_second=0.01, burst=3)) as town:
        mine = [await town.http.get("/v1/cases", headers=build.bearer(subject="me")) for _ in range(4)]
        theirs = await town.http.get("/v1/cases", headers=build.bearer(subject="somebody-else"))

    assert [answer.status_code for answer in mine] == [200, 200, 200, 429]
    assert {answer.headers["ratelimit-policy"] for answer in mine} == {'"default";q=3;w=300'}
    assert [answer.headers["ratelimit"] for answer in mine[:2]] == ['"default";r=2;t=100', '"default";r=1;t=200']
    assert mine[3].headers["ratelimit"].startswith('"default";r=0;t=')
    assert 0 < int(mine[3].headers["retry-after"]) <= 100
    assert mine[3].json()["type"] == "urn:helhed:problem:quota-exceeded"
    assert mine[3].json()["violatedPolicies"] == ["default"]
    assert theirs.status_code == 200
    assert len(town.cases.seen) == 4


async def test_calls_without_a_token_that_holds_share_the_quota_of_their_address(build: Build) -> None:
    bad = {"Authorization": "Bearer nonsense"}
    async with build.town(rate=Rate(per_second=0.01, burst=3)) as town:
        statuses = [
            (await town.http.post(SESSION)).status_code,
            (await town.http.get("/v1/cases", headers=bad)).status_code,
            (await town.http.get("/")).status_code,
            (await town.http.post(SESSION)).status_code,
            (await town.http.get("/v1/cases", headers=bad)).status_code,
            (await town.http.get("/readyz")).status_code,
            (await town.http.get("/v1/cases", headers=build.bearer())).status_code,
        ]

    assert statuses == [200, 401, 200, 429, 429, 200, 200]


class Waiting:
    """A service's answer that comes when the test says so."""

    def __init__(self) -> None:
        self.held = 0
        self.release = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await read_body(receive)
        self.held += 1
        await self.release.wait()
        await respond(send, 200, {})


async def test_a_service_that_hangs_takes_half_the_places_and_the_request_too_many_is_refused_at_once(
    build: Build, caseworker: dict[str, str]
) -> None:
    cases, scores = Waiting(), Waiting()
    async with build.town(concurrency=4) as town:
        town.cases.behaviours[CASE], town.surveys.behaviours[f"{CASE}/scores"] = cases, scores
        under_way = [asyncio.create_task(town.http.get(CASE, headers=caseworker)) for _ in range(2)]
        await until(lambda: cases.held == 2)

        over_its_half = await town.http.get("/v1/cases", headers=caseworker)
        the_other = await town.http.post(SESSION)
        under_way += [asyncio.create_task(town.http.get(f"{CASE}/scores", headers=caseworker)) for _ in range(2)]
        await until(lambda: scores.held == 2)
        over_all = await town.http.get("/v1/me", headers=caseworker)
        alive = await town.http.get("/livez")
        cases.release.set()
        scores.release.set()
        finished = [response.status_code for response in await asyncio.gather(*under_way)]
        afterwards = await town.http.get("/v1/cases", headers=caseworker)

    for refused in (over_its_half, over_all):
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert refused.json()["type"] == "urn:helhed:problem:overloaded"
    assert (the_other.status_code, alive.status_code) == (200, 200)
    assert (finished, afterwards.status_code) == ([200] * 4, 200)


def test_a_slot_comes_back_when_its_holder_fails() -> None:
    slots = Slots(1)

    with pytest.raises(LookupError), slots.one():
        raise LookupError

    with slots.one() as free:
        assert free


async def test_cors_is_for_the_configured_origins_and_said_once(build: Build, caseworker: dict[str, str]) -> None:
    asks = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "If-Match"}
    async with build.town(cors_origins=("https://town.example",)) as town:
        town.cases.answers("/v1/cases", 200, {}, headers={"access-control-allow-origin": "*", "etag": '"1"'})
        ours = await town.http.get("/v1/cases", headers=caseworker | {"Origin": "https://town.example"})
        others = await town.http.get("/v1/cases", headers=caseworker | {"Origin": "https://other.example"})
        refusal = await town.http.get("/v1/cases", headers={"Origin": "https://town.example"})
        preflight = await town.http.options(CASE, headers={"Origin": "https://town.example"} | asks)
        document = await town.http.get("/v1/openapi.json", headers={"Origin": "https://other.example"})

    assert ours.headers.get_list("access-control-allow-origin") == ["https://town.example"]
    assert {"ETag", "Sync-Token", "RateLimit"} <= set(ours.headers["access-control-expose-headers"].split(", "))
    assert "access-control-allow-origin" not in others.headers
    assert (refusal.status_code, refusal.headers["access-control-allow-origin"]) == (401, "https://town.example")
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, "https://town.example")
    assert document.headers.get_list("access-control-allow-origin") == ["*"]


async def test_the_log_line_names_the_route_and_never_the_path(
    town: Town, caseworker: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = CapturingLogger()
    monkeypatch.setattr(threshold, "log", logged)

    await town.http.get("/v1/cases/0707614285?text=Anna", headers=caseworker)

    (line,) = [call.kwargs for call in logged.calls]
    assert (line["route"], line["status"]) == ("/v1/cases/{caseId}", 200)
    assert "0707614285" not in str(line)
    assert "Anna" not in str(line)
