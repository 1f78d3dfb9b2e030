"""The order of checks, and what each check says: one table, with requests that break several rules at once."""

import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import Request
from sqlalchemy import func, select

from chassis.door import room
from chassis.hygiene import MOST_BYTES
from chassis.ids import new_id
from chassis.tables import TABLES
from tests.chassis import things
from tests.chassis.conftest import Shop

NOT_THERE = "00000000-0000-7000-8000-000000000000"
BAD_TOKEN = {"Authorization": "Bearer nonsense"}
AUDITOR = {"roles": ["auditor"], "purpose": "audit"}


def slug(response: Any) -> str:
    """The last part of a problem's type."""
    return str(response.json()["type"]).rpartition(":")[2]


# -- order ---------------------------------------------------------------------------------------------------------

HUGE = b'{"colour": "' + b"a" * MOST_BYTES + b'"}'
MERGE = "application/merge-patch+json"
# Each request breaks its own rule and every later one. Columns: status, slug, who, headers, body.
ORDER: list[tuple[int, str, dict[str, Any], dict[str, str | None], bytes]] = [
    (401, "unauthenticated", {}, {"Authorization": None, "Accept": "image/png", "Content-Type": "text/plain"}, HUGE),
    (401, "unauthenticated", {}, {**BAD_TOKEN, "Accept": "image/png", "Content-Type": "text/plain"}, HUGE),
    (403, "role-missing", AUDITOR, {"Accept": "image/png", "Content-Type": "text/plain"}, HUGE),
    (403, "insufficient-scope", {"scope": "things:read"}, {"Accept": "image/png", "Content-Type": "text/plain"}, HUGE),
    (403, "purpose-not-allowed", {"purpose": "audit"}, {"Accept": "image/png", "Content-Type": "text/plain"}, HUGE),
    (403, "acting-unit-not-yours", {}, {"Acting-Unit": "x", "Accept": "image/png", "Content-Type": "text/plain"}, HUGE),
    (406, "not-acceptable", {}, {"Accept": "image/png", "Content-Type": "text/plain", "If-Match": '"9"'}, HUGE),
    (415, "unsupported-media-type", {}, {"Content-Type": "text/plain", "If-Match": '"9"'}, HUGE),
    (413, "too-large", {}, {"Content-Type": MERGE, "If-Match": '"9"'}, HUGE),
    (400, "invalid-request", {}, {"Content-Type": MERGE, "If-Match": '"9"'}, b"{"),
    (400, "invalid-request", {}, {"Content-Type": MERGE}, b'{"color": "blue"}'),
    (400, "invalid-request", {}, {"Content-Type": MERGE, "Sync-Token": "x"}, b'{"colour": "blue"}'),
    (428, "precondition-required", {}, {"Content-Type": MERGE}, b'{"colour": "blue"}'),
    (428, "precondition-required", {}, {"Content-Type": MERGE, "If-Match": "*"}, b'{"colour": "blue"}'),
]


@pytest.mark.parametrize(("status", "name", "who", "headers", "body"), ORDER, ids=[f"{r[0]} {r[1]}" for r in ORDER])
async def test_the_first_check_that_fails_answers(
    shop: Shop, status: int, name: str, who: dict[str, Any], headers: dict[str, str | None], body: bytes
) -> None:
    caller = shop.caller(**who)

    answer = await caller.ask("PATCH", f"/things/{NOT_THERE}", headers=headers, content=body)

    assert (answer.status_code, slug(answer)) == (status, name)


async def test_absent_goes_before_stale_and_stale_before_the_rule(shop: Shop) -> None:
    caller = shop.caller()
    made = await caller.make()
    closed = await caller.post(f"/things/{made['id']}/closure")
    where, paint = f"/things/{made['id']}", {"colour": "blue"}

    absent = await caller.patch(f"/things/{NOT_THERE}", paint, If_Match='"1"')
    stale = await caller.patch(where, paint, If_Match='"1"')
    against_the_rule = await caller.patch(where, paint, If_Match=closed.headers["etag"])

    assert (absent.status_code, slug(absent)) == (404, "not-found-or-not-yours")
    assert (stale.status_code, slug(stale), stale.json()["version"]) == (412, "stale-version", 2)
    assert (against_the_rule.status_code, slug(against_the_rule)) == (409, "invalid-transition")


async def test_the_token_is_checked_before_the_body_is_read(shop: Shop) -> None:
    read = False

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read = True
        yield b"{}"

    answer = await shop.anybody.ask("POST", "/things", headers={"Content-Type": "application/json"}, content=body())

    assert answer.status_code == 401
    assert not read


# -- all faults at once --------------------------------------------------------------------------------------------


async def test_all_faults_are_told_at_once(shop: Shop) -> None:
    caller = shop.caller(sectors=["employment", "health"])
    body = {"name": "", "size": "12", "kind": "car", "colour": "Red", "wheels": 4, "seenAt": "2026-03-02T09:00:00"}

    answer = await caller.ask("POST", "/things?x=1&x=2", json=body, headers={"Sync-Token": "nonsense"})

    assert answer.status_code == 400
    assert {(fault["in"], fault["pointer"], fault["code"]) for fault in answer.json()["errors"]} == {
        ("query", "", "repeated"),
        ("header", "/Idempotency-Key", "idempotency-key-required"),
        ("header", "/Acting-Unit", "acting-unit-required"),
        ("header", "/Sync-Token", "malformed"),
        ("body", "/name", "string-too-short"),
        ("body", "/size", "int-type"),
        ("body", "/kind", "literal-error"),
        ("body", "/colour", "string-pattern-mismatch"),
        ("body", "/wheels", "extra-forbidden"),
        ("body", "/seenAt", "timezone-aware"),
    }


async def test_a_fault_with_a_name_of_its_own_gives_the_answer_its_type_only_when_alone(shop: Shop) -> None:
    purposeless = shop.caller(purpose=None)

    alone = await purposeless.get("/things")
    in_company = await purposeless.get("/things?limit=0")

    assert (alone.status_code, slug(alone)) == (400, "purpose-required")
    assert (in_company.status_code, slug(in_company)) == (400, "invalid-request")
    assert {fault["code"] for fault in in_company.json()["errors"]} == {"purpose-required", "greater-than-equal"}


@pytest.mark.parametrize(
    ("query", "code", "pointer"),
    [
        ("colours=red", "unknown", ""),
        ("Limit=1", "unknown", ""),
        ("limit=1&limit=1", "repeated", "/limit"),
        ("colour=red&colour=blue", "repeated", "/colour"),
        ("colours", "unknown", ""),
        ("=", "unknown", ""),
    ],
)
async def test_an_unknown_or_repeated_query_key_is_a_fault(shop: Shop, query: str, code: str, pointer: str) -> None:
    answer = await shop.caller().get(f"/things?{query}")

    assert answer.status_code == 400
    assert [(f["in"], f["code"], f["pointer"]) for f in answer.json()["errors"]] == [("query", code, pointer)]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "", "1.5", "9" * 30])
async def test_a_page_has_one_to_two_hundred_items(shop: Shop, limit: str) -> None:
    assert (await shop.caller().get(f"/things?limit={limit}")).status_code == 400


async def test_a_faulty_request_changes_nothing(shop: Shop) -> None:
    name = secrets.token_hex(8)

    answer = await shop.caller().ask("POST", "/things", json={"name": name})

    assert answer.status_code == 400
    assert await shop.rows(select(things.things).where(things.things.c.name == name)) == []


# -- bodies --------------------------------------------------------------------------------------------------------


async def _in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 1 << 18):
        yield body[start : start + (1 << 18)]


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_of_a_megabyte_is_read_and_one_more_byte_is_not(shop: Shop, chunked: bool) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
    largest = b'{"name": "x"' + b" " * (MOST_BYTES - 13) + b"}"
    assert len(largest) == MOST_BYTES

    def sent(body: bytes) -> Any:
        return _in_pieces(body) if chunked else body

    read = await shop.caller().ask("POST", "/things", headers=headers, content=sent(largest))
    refused = await shop.caller().ask("POST", "/things", headers=headers, content=sent(largest + b" "))

    assert read.status_code == 201
    assert (refused.status_code, slug(refused)) == (413, "too-large")


async def test_a_length_that_lies_small_helps_nobody(shop: Shop) -> None:
    headers = {"Content-Type": "application/json", "Content-Length": "2", "Idempotency-Key": secrets.token_hex(16)}

    answer = await shop.caller().ask("POST", "/things", headers=headers, content=_in_pieces(b" " * (MOST_BYTES + 1)))

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/merge-patch+json", "application/x-www-form-urlencoded", ""]
)
async def test_only_json_is_read(shop: Shop, kind: str) -> None:
    headers = {"Content-Type": kind, "Idempotency-Key": secrets.token_hex(16)}

    answer = await shop.caller().ask("POST", "/things", headers=headers, content=b'{"name": "x"}')

    assert (answer.status_code, slug(answer)) == (415, "unsupported-media-type")
    assert answer.json()["accepts"] == ["application/json"]


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (None, 200),
        ("", 200),
        ("*/*", 200),
        ("application/json", 200),
        ("application/*;q=0.2", 200),
        ("text/html, application/problem+json", 200),
        ("APPLICATION/JSON", 200),
        ("text/html", 406),
        ("application/xml, image/*", 406),
    ],
)
async def test_only_json_is_written(shop: Shop, accept: str | None, status: int) -> None:
    assert (await shop.caller().get("/menu", Accept=accept)).status_code == status


# -- who -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer a.b.c", "bearer"])
async def test_without_a_token_that_holds_nobody_comes_in(shop: Shop, header: str) -> None:
    answer = await shop.anybody.get("/menu", Authorization=header)

    assert (answer.status_code, slug(answer)) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith('Bearer realm="helhed"')


async def test_a_scope_that_names_the_permission_opens_it(shop: Shop) -> None:
    assert (await shop.caller(scope="things:read").get("/things")).status_code == 200
    assert (await shop.caller(scope="openid profile").get("/things")).status_code == 200


async def test_a_read_of_personal_data_is_logged_with_its_purpose(shop: Shop) -> None:
    caller = shop.caller(subject="somebody")
    made = await caller.make()

    await caller.get(f"/things/{made['id']}", Access_Purpose="coordination")

    lookups = TABLES.lookups
    row = (await shop.rows(select(lookups)))[0]
    assert (str(row.case_id), row.purpose, row.subject) == (made["id"], "coordination", "somebody")


async def test_a_search_that_finds_nobody_is_logged_too(shop: Shop) -> None:
    await shop.caller().ask("POST", "/things/_search", json={"name": "nobody"})

    rows = await shop.rows(select(TABLES.lookups.c.case_id))
    assert [row.case_id for row in rows] == [None]


async def test_a_read_of_personal_data_that_logs_nothing_gives_nothing(shop: Shop) -> None:
    made = await shop.caller().make("somebody")

    answer = await shop.caller().get(f"/things/{made['id']}/secretly")

    assert (answer.status_code, slug(answer)) == (500, "internal-error")
    assert "somebody" not in answer.text


def test_a_route_without_a_guard_cannot_be_built() -> None:
    router = room(tags=["things"])

    with pytest.raises(TypeError, match="exactly one guard"):

        @router.get("/open")
        async def anybody_may(request: Request) -> None: ...


def test_a_route_with_two_guards_cannot_be_built() -> None:
    router = room(tags=["things"])

    with pytest.raises(TypeError, match="it has 2"):

        @router.get("/both")
        async def who_may(one: things.ThingReader, other: things.ThingWriter) -> None: ...


# -- methods and paths ---------------------------------------------------------------------------------------------


async def test_head_answers_wherever_get_does_with_its_headers_and_no_body(shop: Shop) -> None:
    made = await shop.caller().make()
    for path in ("/things", f"/things/{made['id']}", "/menu", "/openapi.json"):
        got, headed = await shop.caller().get(path), await shop.caller().ask("HEAD", path)

        assert got.status_code == headed.status_code == 200
        assert headed.content == b""
        for name in ("content-type", "content-length", "etag"):
            assert headed.headers.get(name) == got.headers.get(name)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/things", "GET, POST, HEAD"),
        ("PUT", f"/things/{NOT_THERE}", "GET, PATCH, HEAD"),
        ("GET", f"/things/{NOT_THERE}/closure", "POST"),
        ("HEAD", f"/things/{NOT_THERE}/closure", "POST"),
        ("OPTIONS", "/menu", "GET, HEAD"),
        ("TRACE", "/menu", "GET, HEAD"),
        ("BREW", "/menu", "GET, HEAD"),
    ],
)
async def test_a_method_that_a_path_does_not_have(shop: Shop, method: str, path: str, allow: str) -> None:
    answer = await shop.caller().ask(method, path)

    assert answer.status_code == 405
    assert answer.headers["allow"] == allow


@pytest.mark.parametrize("path", ["/things/", "/nowhere", "/menu/", "/things//", "/../things", "/things/x/y/z"])
async def test_a_path_that_is_not_there_is_not_there_and_leads_nowhere(shop: Shop, path: str) -> None:
    answer = await shop.caller().get(path)

    assert (answer.status_code, slug(answer)) == (404, "no-such-path")
    assert "location" not in answer.headers


# -- headers -------------------------------------------------------------------------------------------------------

ALWAYS = {
    "api-version": "1.0.0",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/menu", 200),
        ("GET", "/v1/things?limit=0", 400),
        ("GET", f"/v1/things/{NOT_THERE}", 404),
        ("GET", "/v1/nowhere", 404),
        ("DELETE", "/v1/menu", 405),
        ("GET", f"/v1/things/{NOT_THERE}/explosion", 500),
        ("GET", "/v1/openapi.json", 200),
        ("GET", "/problems", 200),
        ("GET", "/livez", 200),
        ("GET", "/readyz", 200),
    ],
)
async def test_every_answer_carries_the_same_headers(shop: Shop, method: str, path: str, status: int) -> None:
    answer = await shop.http.request(method, path, headers=shop.caller().headers)

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "server" not in answer.headers


async def test_a_trace_goes_in_and_comes_out_again(shop: Shop) -> None:
    journey, leg = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"

    answer = await shop.caller().get(f"/things/{NOT_THERE}", traceparent=f"00-{journey}-{leg}-01")

    version, trace_id, span_id, _ = answer.headers["traceparent"].split("-")
    assert (version, trace_id) == ("00", journey)
    assert span_id != leg
    assert answer.json()["instance"] == f"urn:trace:{journey}"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        "00-" + "0" * 32 + "-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-" + "0" * 16 + "-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
    ],
)
async def test_a_trace_that_cannot_be_read_begins_anew(shop: Shop, header: str) -> None:
    answer = await shop.caller().get("/menu", traceparent=header)

    assert answer.status_code == 200
    assert "4bf92f3577b34da6a3ce929d0e0e4736" not in answer.headers["traceparent"]
    assert set(answer.headers["traceparent"].split("-")[1]) != {"0"}


async def test_the_trace_goes_into_the_outbox(shop: Shop) -> None:
    journey = secrets.token_hex(16)

    made = await shop.caller().post("/things", {"name": "x"}, traceparent=f"00-{journey}-00f067aa0ba902b7-01")

    outbox = TABLES.outbox
    rows = await shop.rows(select(outbox.c.event).where(outbox.c.case_id == made.json()["id"]))
    assert [row.event["traceparent"].split("-")[1] for row in rows] == [journey]


async def test_a_known_version_is_not_sent_again(shop: Shop) -> None:
    caller = shop.caller()
    made = await caller.make()
    where = f"/things/{made['id']}"

    for known in ('"1"', 'W/"1"', '"7", "1"', "*"):
        answer = await caller.get(where, If_None_Match=known)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')
        assert answer.headers["cache-control"] == "no-store"
    for other in ('"2"', "1", '"11"', ""):
        assert (await caller.get(where, If_None_Match=other)).status_code == 200


async def test_a_front_end_of_ours_may_ask_and_others_may_not(shop: Shop) -> None:
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "idempotency-key"}

    ours = await shop.http.options("/v1/things", headers={"Origin": "https://front.example", **preflight})
    theirs = await shop.http.options("/v1/things", headers={"Origin": "https://evil.example", **preflight})
    read = await shop.caller().get("/menu", Origin="https://front.example")

    assert ours.status_code == 200
    assert ours.headers["access-control-allow-origin"] == "https://front.example"
    assert "access-control-allow-origin" not in theirs.headers
    assert {"ETag", "Sync-Token", "Location"} <= set(read.headers["access-control-expose-headers"].split(", "))


# -- the transaction -----------------------------------------------------------------------------------------------


async def test_what_a_commit_refuses_is_never_answered_as_done(shop: Shop) -> None:
    answer = await shop.caller().post("/things", {"name": "doomed"})

    assert (answer.status_code, slug(answer)) == (500, "internal-error")
    assert "location" not in answer.headers
    assert "sync-token" not in answer.headers
    assert await shop.rows(select(things.things)) == []
    assert await shop.rows(select(TABLES.outbox.c.id).where(TABLES.outbox.c.authority == shop.authority)) == []
    assert await shop.rows(select(func.count()).select_from(TABLES.idempotency_keys)) == [(0,)]


async def test_an_answer_says_what_it_announced(shop: Shop) -> None:
    thing_id = new_id()

    answer = await shop.caller().post("/things", {"id": str(thing_id), "name": "x"})

    assert answer.headers["location"] == f"/v1/things/{thing_id}"
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["sync-token"] == f"surveys:{thing_id}:1"


async def test_an_id_that_is_taken_is_a_refusal_and_no_defect(shop: Shop) -> None:
    made = await shop.caller().make()

    answer = await shop.caller().post("/things", {"id": made["id"], "name": "another"})

    assert (answer.status_code, slug(answer)) == (409, "already-exists")


async def test_nobody_sees_the_things_of_another_authority(shop: Shop) -> None:
    made = await shop.caller().make()
    neighbour = shop.caller(authority="0999")

    assert (await neighbour.get(f"/things/{made['id']}")).status_code == 404
    assert made["id"] not in (await neighbour.get("/things")).text
