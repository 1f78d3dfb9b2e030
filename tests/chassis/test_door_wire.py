"""What goes through the door: bodies and their types, methods and paths, headers and traces."""

import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from chassis.hygiene import MOST_BYTES
from chassis.tables import TABLES
from tests.chassis.conftest import Shop

NOT_THERE = "00000000-0000-7000-8000-000000000000"
BAD_TOKEN = {"Authorization": "Bearer nonsense"}
AUDITOR = {"roles": ["auditor"], "purpose": "audit"}


def slug(response: Any) -> str:
    """The last part of a problem's type."""
    return str(response.json()["type"]).rpartition(":")[2]


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
