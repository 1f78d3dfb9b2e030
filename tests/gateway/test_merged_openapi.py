"""One document for the whole town, and what it refuses to make up."""

import json

import pytest
from openapi_spec_validator import validate

from gateway.app import make_app
from gateway.openapi import Clash, merged, serialised
from gateway.overview import SOURCES
from gateway.settings import GatewaySettings
from gateway.upstreams import METHODS, Routes, documents
from tests.gateway.conftest import Build, Town
from tests.gateway.documents import CASES, SURVEYS, document, operation

OWN = document("Helhed", {"/v1/me": {"get": operation("whoAmI")}})


async def test_it_is_public_valid_and_names_every_operation_of_every_service(town: Town) -> None:
    response = await town.http.get("/v1/openapi.json")

    told = response.json()
    validate(told)
    assert response.headers["content-type"] == "application/json"
    assert set(told["paths"]) == {
        "/v1/cases",
        "/v1/cases/_search",
        "/v1/cases/{caseId}",
        "/v1/cases/{caseId}/needs",
        "/v1/cases/{caseId}/scores",
        "/v1/me",
        "/v1/openapi.json",
        "/v1/overview/cases/{caseId}",
        "/v1/survey-sessions",
    }


def test_every_operation_says_its_door_its_stability_and_what_the_gateway_may_refuse() -> None:
    told = merged({"cases": CASES, "surveys": SURVEYS}, OWN)

    operations = [item[method] for item in told["paths"].values() for method in METHODS if method in item]
    assert len(operations) == 12
    for each in operations:
        assert each["security"] in ([], [{"bearer": []}])
        assert each["x-stability"] in ("beta", "stable")
        assert {"429", "503"} <= set(each["responses"])


def test_the_same_documents_make_the_same_bytes_in_any_order() -> None:
    one = serialised(merged({"cases": CASES, "surveys": SURVEYS}, OWN))
    other = serialised(merged({"surveys": SURVEYS, "cases": CASES}, OWN))

    assert one == other
    assert json.loads(one)["info"]["version"] == "1.0.0"


def test_merging_leaves_what_it_merges_alone() -> None:
    before = json.dumps([CASES, SURVEYS, OWN])

    merged({"cases": CASES, "surveys": SURVEYS}, OWN)

    assert json.dumps([CASES, SURVEYS, OWN]) == before


@pytest.mark.parametrize(
    "other",
    [
        document("Other", {}, Thing={"type": "string"}),
        document("Other", {"/v1/cases": {"get": operation("listOthers")}}),
        document("Other", {"/v1/others": {"get": operation("listCases")}}),
    ],
    ids=["schema", "path", "operation"],
)
def test_one_name_for_two_things_is_refused(other: dict[str, object]) -> None:
    with pytest.raises(Clash):
        merged({"cases": CASES, "other": other}, OWN)


def test_a_part_of_the_overview_has_the_shape_its_own_operation_gives_it() -> None:
    part = {"anyOf": [{"type": "object"}, {"type": "null"}], "x-part-of": "GET /v1/cases/{id}"}
    unknown = {"type": "object", "x-part-of": "GET /v1/nowhere"}
    own = document("Helhed", {}, Overview={"type": "object", "properties": {"case": part, "other": unknown}})

    told = merged({"cases": CASES}, own)["components"]["schemas"]["Overview"]["properties"]

    assert told["case"] == {"anyOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "null"}]}
    assert told["other"] == unknown


def test_the_documents_in_this_repository_go_together(build: Build) -> None:
    found = documents()
    app = make_app(found, settings=GatewaySettings(shared=build.shared(), upstreams={}))

    told, routes = merged(found, app.openapi()), Routes(found)

    validate(told)
    assert {"cases", "referrals", "surveys"} <= set(found)
    for source in SOURCES.values():
        route = routes.find(source.path.replace("{caseId}", "x").encode())
        assert route is not None, source
        assert (route.service, "GET" in route.methods) == (source.service, True)
    overview = told["components"]["schemas"]["Overview"]["properties"]
    assert not any("x-part-of" in part for part in overview.values())
