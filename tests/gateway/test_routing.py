"""Which requests go where: exactly those that a service documents."""

import json

import pytest

from gateway.upstreams import Routes, TwoServicesOnePath
from tests.gateway.conftest import Town
from tests.gateway.documents import CASES, SURVEYS, document, operation
from tests.gateway.servers import raw

CASE = "019a8f00-0000-7000-8000-000000000001"

HOSTILE = [
    "/v1/cases/%2e%2e",
    "/v1/cases/..",
    "/v1/cases/.",
    "/v1/cases//needs",
    "//v1/cases",
    "/v1//cases",
    "/v1/cases/",
    "/v1/cases/a%2fneeds",
    "/v1/cases/a%2Fneeds",
    "/v1/cases/a%5cneeds",
    "/v1/cases/a%252fneeds",
    "/v1/cases/a%00",
    "/v1/cases/a%0d%0ab",
    "/v1/cases/%zz",
    "/v1/cases/a%",
    "/v1/cases/../../internal",
    "/v1/%63ases",
    "/V1/cases",
    "/v1/cases;x=1",
    "/v1/internal/metrics",
    "/openapi.json",
    "/s",
]


async def test_a_request_reaches_the_service_that_documents_its_path(town: Town, caseworker: dict[str, str]) -> None:
    to_cases = await town.http.get(f"/v1/cases/{CASE}/needs", headers=caseworker)
    to_surveys = await town.http.get(f"/v1/cases/{CASE}/scores", headers=caseworker)

    assert (to_cases.json(), to_surveys.json()) == ({"service": "cases"}, {"service": "surveys"})


async def test_method_path_query_and_body_arrive_unchanged(town: Town, caseworker: dict[str, str]) -> None:
    query = "?text=%C3%A6%20b&state=a,b&plus=1+2"

    await town.http.post("/v1/cases" + query, headers=caseworker, content=b'{"a": 1}')
    await town.http.get("/v1/cases/%C3%B8-%20%3A:~" + query, headers=caseworker)

    posted, asked = town.cases.seen
    assert (posted.method, posted.target, posted.body) == ("POST", "/v1/cases" + query, b'{"a": 1}')
    assert (asked.method, asked.target, asked.body) == ("GET", "/v1/cases/%C3%B8-%20%3A:~" + query, b"")


async def test_a_path_nobody_documents_is_404_and_reaches_nobody(town: Town, caseworker: dict[str, str]) -> None:
    authorization = caseworker["Authorization"]
    answers = {}

    for path in HOSTILE:
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\n\r\n"
        status, headers, body = await raw(town.gateway.port, request.encode())
        answers[path] = (status, headers["content-type"], json.loads(body)["type"])

    no_such_path = (404, "application/problem+json", "urn:helhed:problem:no-such-path")
    assert answers == dict.fromkeys(HOSTILE, no_such_path)
    assert town.cases.seen == town.surveys.seen == []


async def test_an_absolute_target_is_routed_by_its_path_and_never_by_its_host(
    town: Town, caseworker: dict[str, str]
) -> None:
    authorization = caseworker["Authorization"]
    request = f"GET http://169.254.169.254/v1/cases HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\n\r\n"

    status, _, _ = await raw(town.gateway.port, request.encode())

    assert status == 200
    assert town.cases.seen[0].target == "/v1/cases"
    assert town.cases.seen[0].header("host") == town.behind["cases"].url.removeprefix("http://")


async def test_a_method_nobody_documents_is_405_with_what_there_is(town: Town, caseworker: dict[str, str]) -> None:
    response = await town.http.post(f"/v1/cases/{CASE}", headers=caseworker)

    assert response.status_code == 405
    assert response.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"
    assert response.json()["type"] == "urn:helhed:problem:method-not-allowed"


async def test_options_says_what_there_is_without_a_token(town: Town) -> None:
    response = await town.http.options("/v1/cases")

    assert (response.status_code, response.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert town.cases.seen == []


async def test_head_works_wherever_get_does(town: Town, caseworker: dict[str, str]) -> None:
    for path in ("/v1/cases", f"/v1/cases/{CASE}", "/v1/me", "/v1/openapi.json", "/", "/problems", "/livez"):
        response = await town.http.head(path, headers=caseworker)

        assert (path, response.status_code, response.content) == (path, 200, b"")


async def test_a_literal_step_wins_over_a_parameter() -> None:
    routes = Routes({"cases": CASES, "surveys": SURVEYS})

    search, one = routes.find(b"/v1/cases/_search"), routes.find(b"/v1/cases/x")

    assert search is not None
    assert one is not None
    assert (search.path, one.path) == ("/v1/cases/_search", "/v1/cases/{caseId}")


async def test_two_services_may_not_document_one_path() -> None:
    other = document("Other", {"/v1/cases/{id}": {"get": operation("readOther")}})

    with pytest.raises(TwoServicesOnePath):
        Routes({"cases": CASES, "other": other})


async def test_what_says_nothing_of_security_is_closed() -> None:
    silent = {"get": {"responses": {}}}
    route = Routes({"x": {"paths": {"/v1/x": silent}}}).find(b"/v1/x")

    assert route is not None
    assert (route.methods, route.public) == ({"GET", "HEAD"}, frozenset())
