"""No door is open by accident, and every door says what it takes and answers; for each rule a door that breaks it."""

import importlib
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts

from chassis.errors import Refusal
from chassis.http import room
from chassis.idempotency import needs_key
from chassis.knock import Readings
from gateway.openapi import ITSELF, merged
from gateway.upstreams import Routes, documents
from tests.house import doors
from tests.house.sound import sound

APPS = {
    "cases": "services.cases.app",
    "referrals": "services.referrals.app",
    "surveys": "services.surveys.app",
    "gateway": "gateway.app",
}
PUBLIC = {
    "openSurveySession": "who holds the link from the letter has nothing else to show",
    "submitSurveyResponse": "the same person, one call later",
    "listPublicCriteriaSets": "whoever is measured by criteria may read them, without asking anybody",
    "getPublicCriteriaSet": "the same, one set in full",
    "openPartnerSession": "a partner without a system has a link to one referral and no login",
    "givePartnerAnswer": "the same partner, one call later",
    "listPublicServices": "what help there is is no secret from those who may need it",
}
UNPAGED = {
    "listInstruments": "as many as the product ships",
    "listSurveyProgrammes": "as many as the product ships",
}
UNKEYED = {
    "checkDemand": "a read: what was refused is counted once a day, however often it is asked",
    "checkExemption": "a read: a number of a person must not stand in an address",
    "checkExemptions": "a read of many, for the same reason",
    "searchContactCards": "a read of many: whom somebody looks up must not stand in an address",
    "searchCases": "a read: a number of a person must not stand in an address",
    "openPartnerSession": "opening a link uses nothing up, and mail scanners open it too",
    "openSurveySession": "opening a link changes nothing that counts, and a page is loaded again",
}
TOLD_ONCE = {
    "issueCatchCode": "the code itself, which no read tells",
    "makePartnerLink": "the link itself, which no read tells",
    "replaceInvitationLink": "the same, of a survey",
    "makeClosingPlan": "a count of the plan: read in full it is computed anew",
}
LIVES_ELSEWHERE = {
    "requestToJoin": "/v1/join-requests/{id}",
    "announceImport": "/v1/operations/{id}",
    "redirectReferral": "/v1/referrals/{id}/redirection",
}
OPEN_ENDED = dict.fromkeys(
    ("importDirectory", "putDirectoryService", "putDirectoryOrganisation", "putDirectoryLocation"),
    "HSDS lets a document have members of its own, and it goes out as it came in",
)
UNDOCUMENTED = {"/livez", "/readyz", "/problems", "/v1/openapi.json"}
PAGES = {"/", "/p"}


@pytest.fixture(scope="module")
def apps() -> dict[str, FastAPI]:
    """Every application of the town, as its process would serve it."""
    return {name: importlib.import_module(module).app for name, module in APPS.items()}


@pytest.fixture(scope="module")
def town(apps: dict[str, FastAPI]) -> dict[str, doors.Document]:
    """Every application's document."""
    return {name: app.openapi() for name, app in apps.items()}


def test_every_door_keeps_the_rules_or_is_named_with_a_reason(town: dict[str, doors.Document]) -> None:
    found = {(name, fault) for document in town.values() for name, fault in doors.faults(document)}

    unpaged = {(name, "is a list without limit and cursor") for name in UNPAGED}
    unkeyed = {(name, "is a POST without a required Idempotency-Key") for name in UNKEYED}
    open_ended = {(name, "takes members it does not know at body") for name in OPEN_ENDED}
    assert found == unpaged | unkeyed | open_ended


def test_only_these_doors_are_open(town: dict[str, doors.Document]) -> None:
    walked = [operation for document in town.values() for operation in doors.operations(document)]

    assert len(walked) > 50
    assert {operation.name for operation in walked if operation.is_public} == set(PUBLIC)


def test_every_operation_has_a_name_of_its_own(town: dict[str, doors.Document]) -> None:
    assert doors.shared_names(town) == set()


@pytest.mark.parametrize("name", APPS)
def test_what_is_deployed_is_documented_and_the_reverse(
    name: str, apps: dict[str, FastAPI], town: dict[str, doors.Document]
) -> None:
    deployed = {(method, path) for method, path in _deployed(apps[name]) if method != "HEAD"}
    documented = {(each.method.upper(), _nameless(each.path)) for each in doors.operations(town[name])}

    assert documented
    assert {path for _, path in deployed - documented} == UNDOCUMENTED | (PAGES if name == "gateway" else set())
    assert documented - deployed == set()


def test_the_gateway_leads_to_every_operation_and_describes_it(town: dict[str, doors.Document]) -> None:
    services = {name: document for name, document in town.items() if name != "gateway"}
    routes = Routes(documents())

    for name, document in services.items():
        for operation in doors.operations(document):
            route = routes.find(operation.path.replace("{", "").replace("}", "").encode())
            assert route, f"{operation.name} cannot be reached"
            assert (route.service, operation.method.upper() in route.methods) == (name, True)
    whole = merged(documents(), town["gateway"])
    described = {(each.method, each.path) for document in town.values() for each in doors.operations(document)}
    assert {(each.method, each.path) for each in doors.operations(whole)} == described | {("get", ITSELF)}


def test_a_documented_problem_is_one_that_the_service_has(town: dict[str, doors.Document]) -> None:
    for name, document in town.items():
        listed = doors.listed_problems(document)
        documented = set(doors.documented_problems(document))

        assert len(documented) > 8
        assert {(slug, listed[slug]["status"] if slug in listed else 0) for slug, _ in documented} == documented, name


def test_a_problem_means_the_same_everywhere(town: dict[str, doors.Document]) -> None:
    assert doors.two_meanings(town) == set()


def kinds_of(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    """Every kind of refusal below this one."""
    for below in kind.__subclasses__():
        if "slug" in vars(below):
            yield below
        yield from kinds_of(below)


def test_a_service_lists_no_problem_of_another(town: dict[str, doors.Document]) -> None:
    # What the chassis can refuse is everybody's; how much of it a process lists depends on what it has loaded.
    everybodys = {kind.slug for kind in kinds_of(Refusal) if kind.__module__.startswith("chassis.")}
    own = {name: set(doors.listed_problems(document)) - everybodys for name, document in town.items()}

    assert all(own.values())
    assert sum(map(len, own.values())) == len(set.union(*own.values()))


# -- the canaries -------------------------------------------------------------------------------------------------


def test_a_route_without_a_guard_cannot_be_built() -> None:
    router = room(tags=["canary"])

    async def naked() -> None: ...

    with pytest.raises(TypeError, match="exactly one guard"):
        router.get("/naked")(naked)


def test_a_route_past_the_doors_is_found() -> None:
    app, router = FastAPI(openapi_url=None, docs_url=None, redoc_url=None), APIRouter()

    @router.post("/v1/naked")
    async def naked() -> None: ...

    app.include_router(router)

    found = {fault for _, fault in doors.faults(app.openapi())}

    assert {"says nothing of security", "names no permission"} < found
    assert _deployed(app) == {("POST", "/v1/naked")}


def test_a_sound_document_has_no_fault() -> None:
    assert list(doors.faults(sound())) == []


Spoil = Callable[[Any, Any, Any], object]
SPOILS: dict[str, Spoil] = {
    "says nothing of security": lambda post, get, thing: post.pop("security"),
    "names no permission": lambda post, get, thing: get.pop("x-permission"),
    "has no operationId in camelCase": lambda post, get, thing: post.update(operationId="make_thing_v1_things_post"),
    "does not have exactly one tag, in lower case": lambda post, get, thing: post.update(tags=["things", "others"]),
    "has no summary of at most 60 characters": lambda post, get, thing: get.update(summary="x" * 61),
    "has no description": lambda post, get, thing: get.pop("description"),
    "does not document 401, 503": lambda post, get, thing: [post["responses"].pop(status) for status in ("401", "503")],
    "answers with a bare array, which can never get a second member": lambda post, get, thing: get["responses"].update(
        {"200": {"content": {"application/json": {"schema": {"type": "array"}}}, "description": "."}}
    ),
    "is a list without limit and cursor": lambda post, get, thing: get["parameters"].pop(),
    "is a POST without a required Idempotency-Key": lambda post, get, thing: post["parameters"].pop(),
    "takes a string of any length at query cursor": lambda post, get, thing: (
        get["parameters"][1]["schema"].clear() or get["parameters"][1]["schema"].update(type="string")
    ),
    "takes a string of any length at body/note": lambda post, get, thing: thing["properties"]["note"].pop("maxLength"),
    "takes any number of items at body/tags": lambda post, get, thing: thing["properties"]["tags"].pop("maxItems"),
    "takes a string of any length at body/tags[]": lambda post, get, thing: thing["properties"]["tags"].update(
        items={"anyOf": [{"type": "string"}, {"type": "null"}]}
    ),
    "takes members it does not know at body": lambda post, get, thing: thing.pop("additionalProperties"),
}


def test_a_patch_that_is_documented_as_something_else_is_found() -> None:
    """The doors take merge-patch alone: who keeps to such a document is always refused."""
    document = sound()
    things = document["paths"]["/v1/things"]
    things["patch"] = {**things.pop("post"), "operationId": "updateThing"}

    assert "is a PATCH of something other than merge-patch" in {found for _, found in doors.faults(document)}


@pytest.mark.parametrize("fault", SPOILS)
def test_a_door_that_breaks_a_rule_is_found(fault: str) -> None:
    document = sound()
    things = document["paths"]["/v1/things"]
    SPOILS[fault](things["post"], things["get"], document["components"]["schemas"]["Thing"])

    assert fault in {found for _, found in doors.faults(document)}


def test_two_operations_of_one_name_are_found() -> None:
    assert doors.shared_names({"a": sound(), "b": sound()}) == {"makeThing", "listThings"}


def test_a_problem_with_two_meanings_is_found() -> None:
    here, there = ({"x-problems": [{"type": "urn:helhed:problem:late", "status": status}]} for status in (409, 400))

    assert doors.two_meanings({"here": here, "there": there}) == {"late"}


def test_a_problem_documented_under_a_status_is_read() -> None:
    document = sound()
    document["paths"]["/v1/things"]["post"]["responses"]["409"] = {"description": "`thing-is-closed`, and rules"}

    assert list(doors.documented_problems(document)) == [("thing-is-closed", 409)]


def test_a_repeat_is_answered_with_what_can_be_read_today(apps: dict[str, FastAPI]) -> None:
    """Whatever a change answers that no read tells is kept for a week, sealed; so each has a reason."""
    kept = {name for app in apps.values() for name in _kept_word_for_word(app, LIVES_ELSEWHERE)}

    assert kept == set(TOLD_ONCE)


def test_an_answer_that_no_read_tells_is_found(apps: dict[str, FastAPI]) -> None:
    assert "requestToJoin" in _kept_word_for_word(apps["cases"], {})


def _kept_word_for_word(app: FastAPI, elsewhere: dict[str, str]) -> Iterator[str]:
    readings = Readings(app)
    for context in iter_route_contexts(app.routes):
        path = re.sub("{[^}]*}", str(UUID(int=0)), context.path or "")
        if "POST" not in (context.methods or ()) or not needs_key("POST", path) or context.unique_id in PUBLIC:
            continue
        made = elsewhere.get(context.unique_id, context.path + "/{id}").replace("{id}", str(UUID(int=0)))
        read = made if context.status_code in (201, 202) else readings.above(path)
        if readings.shape_of(re.sub("{[^}]*}", str(UUID(int=0)), read)) is not context.response_model:
            yield context.unique_id


def _deployed(app: FastAPI) -> set[tuple[str, str]]:
    """What the application answers, read from its routes and not from its document."""
    return {
        (method, _nameless(context.path or ""))
        for context in iter_route_contexts(app.routes)
        for method in context.methods or ()
    }


def _nameless(path: str) -> str:
    """A path whose parameters have no names: code and document spell them differently."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
