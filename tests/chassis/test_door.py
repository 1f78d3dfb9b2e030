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
    made_row, row = await shop.rows(select(lookups).order_by(lookups.c.id))
    assert (str(row.case_id), row.purpose, row.subject) == (made["id"], "coordination", "somebody")
    assert (made_row.case_id, made_row.purpose) == (row.case_id, "casework")


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
