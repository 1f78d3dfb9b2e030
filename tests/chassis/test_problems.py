"""Whatever goes wrong has one shape, and repeats nothing of what was sent."""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from chassis.errors import NotFound, Refusal, RuleBroken, Stale, Text
from chassis.problems import (
    BadInput,
    Fault,
    Faults,
    NotCaughtUp,
    Unauthorised,
    every_refusal,
    faults_of,
    problem,
    status_of,
)
from tests.chassis import things
from tests.chassis.conftest import Shop

CANARY = "karen-0102031234"
NOT_THERE = "00000000-0000-7000-8000-000000000000"
MERGE = {"Content-Type": "application/merge-patch+json"}


def _key() -> dict[str, str]:
    return {"Idempotency-Key": secrets.token_hex(16)}


async def _raw(shop: Shop, body: bytes) -> httpx2.Response:
    headers = {"Content-Type": "application/json", **_key()}
    return await shop.caller().ask("POST", "/things", headers=headers, content=body)


async def _existing(shop: Shop) -> httpx2.Response:
    made = await shop.caller().make()
    return await shop.caller().post("/things", {"id": made["id"], "name": CANARY})


async def _reused(shop: Shop) -> httpx2.Response:
    key = secrets.token_hex(16)
    await shop.caller().post("/things", {"name": "x"}, Idempotency_Key=key)
    return await shop.caller().post("/things", {"name": CANARY}, Idempotency_Key=key)


async def _stale(shop: Shop) -> httpx2.Response:
    made = await shop.caller().make(CANARY)
    return await shop.caller().patch(f"/things/{made['id']}", {"colour": CANARY}, If_Match='"7"')


async def _against_the_rule(shop: Shop) -> httpx2.Response:
    made = await shop.caller().make(CANARY)
    await shop.caller().post(f"/things/{made['id']}/closure")
    return await shop.caller().post(f"/things/{made['id']}/closure")


async def _in_flight(shop: Shop) -> httpx2.Response:
    """One of five at once; where they happened to come one after the other, five others."""
    for number in range(100):
        key, body = secrets.token_hex(16), {"name": f"{CANARY} {number}"}
        same = [shop.caller(subject="one").post("/things", body, Idempotency_Key=key) for _ in range(5)]
        for answer in await asyncio.gather(*same):
            if answer.status_code == 409:
                return answer
    raise AssertionError("they never met")


async def _database_away(shop: Shop) -> httpx2.Response:
    app = things.make_app("postgresql://nobody:nothing@127.0.0.1:1/nowhere", shop.keys)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://shop") as http,
    ):
        return await http.get(f"/v1/things/{CANARY}/explosion", headers=shop.caller().headers)


async def _preflight(shop: Shop) -> httpx2.Response:
    asked = {"Origin": f"https://{CANARY}.example", "Access-Control-Request-Method": "POST"}
    return await shop.http.options("/v1/things", headers=asked)


FAILURES: dict[str, tuple[int, Callable[[Shop], Awaitable[httpx2.Response]]]] = {
    "body: each member wrong": (
        400,
        lambda shop: shop.caller().post(
            "/things",
            {
                "id": CANARY,
                "name": CANARY * 20,
                "size": CANARY,
                "kind": CANARY,
                "colour": f"{CANARY}!",
                "seenAt": CANARY,
                "tags": [CANARY, "", CANARY * 20, {CANARY: CANARY}],
                CANARY: CANARY,
                "note": {CANARY: [CANARY]},
            },
        ),
    ),
    "body: not an object": (400, lambda shop: shop.caller().post("/things", [CANARY])),
    "body: only text": (400, lambda shop: shop.caller().post("/things", CANARY)),
    "body: not JSON": (400, lambda shop: _raw(shop, b'{"name": ' + CANARY.encode())),
    "body: doubled": (400, lambda shop: _raw(shop, f'{{"{CANARY}": 1, "{CANARY}": 2}}'.encode())),
    "body: deep": (413, lambda shop: _raw(shop, b"[" * 65 + CANARY.encode())),
    "query: unknown": (400, lambda shop: shop.caller().get(f"/things?{CANARY}={CANARY}")),
    "query: wrong": (400, lambda shop: shop.caller().get(f"/things?limit={CANARY}")),
    "query: too long": (400, lambda shop: shop.caller().get(f"/things?colour={CANARY * 10}")),
    "query: cursor": (400, lambda shop: shop.caller().get(f"/things?cursor={CANARY}")),
    "path: not an id": (400, lambda shop: shop.caller().get(f"/things/{CANARY}")),
    "path: not there": (404, lambda shop: shop.caller().get(f"/{CANARY}")),
    "path: method": (405, lambda shop: shop.caller().ask("DELETE", f"/things/{CANARY}")),
    "header: no key": (400, lambda shop: shop.caller().ask("POST", "/things", json={"name": CANARY})),
    "header: key": (400, lambda shop: shop.caller().post("/things", {"name": CANARY}, Idempotency_Key=CANARY[:15])),
    "header: sync token": (400, lambda shop: shop.caller().get("/things", Sync_Token=CANARY)),
    "header: purpose": (403, lambda shop: shop.caller(purpose=CANARY).get("/things")),
    "header: unit": (403, lambda shop: shop.caller().get("/things", Acting_Unit=CANARY)),
    "header: accept": (406, lambda shop: shop.caller().get("/things", Accept=f"text/{CANARY}")),
    "header: type": (415, lambda shop: shop.caller().post("/things", Content_Type=f"text/{CANARY}")),
    "token": (401, lambda shop: shop.caller().get("/things", Authorization=f"Bearer {CANARY}")),
    "role": (403, lambda shop: shop.caller(roles=["dpo"], subject=CANARY, purpose="audit").get("/things")),
    "scope": (403, lambda shop: shop.caller(scope=f"{CANARY}:read", subject=CANARY).get("/things")),
    "origin": (400, _preflight),
    "absent": (404, lambda shop: shop.caller().get(f"/things/{NOT_THERE}")),
    "taken": (409, _existing),
    "rule": (409, _against_the_rule),
    "in flight": (409, _in_flight),
    "stale": (412, _stale),
    "key reused": (422, _reused),
    "no precondition": (428, lambda shop: shop.caller().patch(f"/things/{NOT_THERE}", {"colour": CANARY})),
    "defect": (500, lambda shop: shop.caller().get(f"/things/{CANARY}/explosion")),
    "commit": (500, lambda shop: shop.caller().post("/things", {"name": "doomed", "note": CANARY})),
    "not caught up": (503, lambda shop: shop.caller().get("/menu", Sync_Token=f"cases:{NOT_THERE}:1")),
    "database away": (503, _database_away),
}
MEMBERS = {"type", "title", "status", "detail", "instance", "errors"}


@pytest.mark.parametrize(("status", "fail"), FAILURES.values(), ids=FAILURES.keys())
async def test_every_failure_is_a_problem_and_echoes_nothing(
    shop: Shop, status: int, fail: Callable[[Shop], Awaitable[httpx2.Response]]
) -> None:
    answer = await fail(shop)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "da"
    told = answer.json()
    assert told.keys() >= MEMBERS
    assert told["status"] == status
    assert told["type"].removeprefix("urn:helhed:problem:") in every_refusal()
    assert re.fullmatch("urn:trace:[0-9a-f]{32}", told["instance"])
    assert told["instance"].removeprefix("urn:trace:") == answer.headers["traceparent"].split("-")[1]
    everything = answer.text + str(answer.headers)
    assert CANARY not in everything
    assert "Hansen" not in everything  # what the defect's exception says
    assert "things" not in told["detail"]


@pytest.mark.parametrize("status", [409, 503])
async def test_what_passes_by_itself_says_when_to_come_back(shop: Shop, status: int) -> None:
    answer = await (_in_flight if status == 409 else _database_away)(shop)

    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "da"),
        ("en", "en"),
        ("en-GB,en;q=0.9,da;q=0.8", "en"),
        ("da,en", "da"),
        ("fr,en;q=0.5", "en"),
        ("fr", "da"),
        ("*", "da"),
    ],
)
async def test_a_problem_speaks_danish_unless_english_is_asked_for_first(shop: Shop, asked: str, language: str) -> None:
    answer = await shop.caller().get(f"/things/{NOT_THERE}", Accept_Language=asked)

    assert answer.headers["content-language"] == language
    assert answer.json()["title"] == NotFound.title[language]


async def test_the_registry_lists_every_type_with_its_status(shop: Shop) -> None:
    items = (await shop.http.get("/problems")).json()["items"]

    listed = {item["type"]: item["status"] for item in items}
    assert listed["urn:helhed:problem:not-found-or-not-yours"] == 404
    assert listed["urn:helhed:problem:stale-version"] == 412
    assert len(listed) == len(items) > 25
    assert all(item["title"]["da"] and item["title"]["en"] for item in items)


def test_every_refusal_of_the_chassis_has_a_status() -> None:
    for kind in every_refusal().values():
        assert 400 <= status_of(kind) < 600


def test_a_kind_without_a_status_is_a_defect() -> None:
    with pytest.raises(LookupError):
        status_of(Refusal)


def test_facts_are_told_in_camel_case_and_cannot_hide_the_members_of_a_problem() -> None:
    answer = problem(RuleBroken(open_referrals=3, status="mine", due_on=None), trace_id="0" * 32)

    told = _read(answer)
    assert told["openReferrals"] == 3
    assert told["status"] == 409
    assert told["dueOn"] is None


def test_one_named_fault_is_that_problem_and_two_are_an_invalid_request() -> None:
    stale = Fault("header", "/If-Match", "stale", Text("da", "en"), Stale, (("version", 7),))
    other = Fault("body", "/a", "missing", Text("da", "en"))

    alone, together = _read(problem(Faults([stale]))), _read(problem(Faults([stale, other]), language="en"))

    assert (alone["type"], alone["status"], alone["version"]) == ("urn:helhed:problem:stale-version", 412, 7)
    assert (together["type"], together["status"]) == ("urn:helhed:problem:invalid-request", 400)
    assert [fault["detail"] for fault in together["errors"]] == ["en", "en"]
    assert _read(problem(Faults([])))["type"].endswith(BadInput.slug)


def test_a_challenge_goes_into_its_header_and_not_into_the_body() -> None:
    answer = problem(Unauthorised(challenge='Bearer error="invalid_token"'))

    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert "challenge" not in _read(answer)


def test_a_wish_to_wait_may_be_overruled() -> None:
    assert problem(NotCaughtUp(), headers={"Retry-After": "7"}).headers["retry-after"] == "7"


def test_a_misspelt_member_is_named_unless_the_name_could_be_a_number_or_a_sentence() -> None:
    def pointer(name: str) -> str:
        return faults_of([{"type": "extra_forbidden", "loc": ("body", "citizen", name)}])[0].pointer

    assert pointer("colour") == "/citizen/colour"
    for name in ("0102031234", "Karen Hansen", "a" * 41, "a\nb", "", "a/b"):
        assert pointer(name) == "/citizen/?"


def _read(answer: Any) -> dict[str, Any]:
    import json

    return dict(json.loads(answer.body))
