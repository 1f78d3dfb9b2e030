"""What a caller may say of itself, and what only the gateway may."""

import pytest

from gateway.headers import allowed_inwards, client_address, inwards
from gateway.settings import networks
from tests.gateway.conftest import Build, Town
from tests.gateway.servers import raw

SPOOFED = [
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-User",
    "X_Forwarded_For",
    "Forwarded",
    "Via",
    "X-Real-IP",
    "X-User-Id",
    "X-User-Roles",
    "X-Remote-User",
    "X-Client-Cert",
    "X-Client-Cert-Subject",
    "X-SSL-Client-Cert",
    "X-Request-Id",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-HTTP-Method-Override",
    "tracestate",
    "baggage",
    "Cookie",
    "Proxy-Authorization",
    "TE",
    "Keep-Alive",
    "Upgrade",
    "HTTP2-Settings",
    "Origin",
    "Helhed-Actor",
]

CARRIED = {
    "acting-unit": "employment",
    "idempotency-key": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "if-match": '"3"',
    "if-none-match": '"3"',
    "accept-language": "en",
    "accept": "application/json",
    "content-type": "application/json",
    "sync-token": "cases:019a8f00-0000-7000-8000-000000000001:4",
}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_nobody_can_say_what_only_the_gateway_may_say(town: Town, caseworker: dict[str, str]) -> None:
    spoofed = dict.fromkeys(SPOOFED, "spoofed")

    await town.http.get("/v1/cases", headers=caseworker | spoofed)

    seen = town.cases.seen[0]
    assert [pair for pair in seen.headers if "spoofed" in pair[1]] == []
    assert (seen.header("x-forwarded-for"), seen.header("x-forwarded-proto")) == ("127.0.0.1", "http")
    assert seen.header("host") == town.behind["cases"].url.removeprefix("http://")


async def test_what_the_services_need_passes(town: Town, caseworker: dict[str, str]) -> None:
    await town.http.post("/v1/cases", headers=caseworker | CARRIED, content=b"{}")

    seen = town.cases.seen[0]
    assert {name: seen.header(name) for name in CARRIED} == CARRIED
    assert {name: seen.header(name.lower()) for name in caseworker} == caseworker


async def test_a_header_passes_when_a_service_documents_it_unless_it_is_a_claim(
    town: Town, caseworker: dict[str, str]
) -> None:
    said = {"Scale-Version": "2", "X-User-Id": "me", "Other": "x"}

    await town.http.get("/v1/cases/x/scores", headers=caseworker | said)

    seen = town.surveys.seen[0]
    assert [seen.header(name.lower()) for name in said] == ["2", None, None]


async def test_what_connection_names_goes_no_further(town: Town, caseworker: dict[str, str]) -> None:
    request = (
        f"GET /v1/cases HTTP/1.1\r\nHost: x\r\nAuthorization: {caseworker['Authorization']}\r\n"
        "Accept-Language: en\r\nConnection: keep-alive, Accept-Language\r\n\r\n"
    )

    await raw(town.gateway.port, request.encode())

    assert town.cases.seen[0].header("accept-language") is None
    assert town.cases.seen[0].header("connection") is None


async def test_a_well_formed_trace_goes_on_in_a_new_leg_and_comes_back(town: Town, caseworker: dict[str, str]) -> None:
    response = await town.http.get("/v1/cases", headers=caseworker | {"traceparent": TRACE})

    inside = town.cases.seen[0].header("traceparent") or ""
    assert response.headers["traceparent"] == inside
    assert inside[:36] == TRACE[:36]
    assert inside != TRACE


@pytest.mark.parametrize(
    "trace", ["", "x", TRACE.upper(), TRACE.replace("00-", "01-", 1), "00-" + "0" * 32 + TRACE[35:]]
)
async def test_a_malformed_trace_starts_anew(town: Town, caseworker: dict[str, str], trace: str) -> None:
    response = await town.http.get("/v1/cases", headers=caseworker | {"traceparent": trace})

    assert response.status_code == 200
    assert trace[3:35] != response.headers["traceparent"][3:35]


async def test_bytes_that_are_no_text_are_refused_and_not_guessed_at(town: Town, caseworker: dict[str, str]) -> None:
    request = f"GET /v1/cases HTTP/1.1\r\nHost: x\r\nAuthorization: {caseworker['Authorization']}\r\nAccess-Purpose: "

    status, _, body = await raw(town.gateway.port, request.encode() + b"\xff\xfe\r\n\r\n")

    assert (status, b"urn:helhed:problem:invalid-request" in body) == (400, True)
    assert town.cases.seen == []


async def test_a_trusted_proxy_may_say_for_whom_it_speaks(build: Build, caseworker: dict[str, str]) -> None:
    said = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9, 127.0.0.1"}
    async with build.town(trusted_proxies=networks("127.0.0.0/8")) as town:
        await town.http.get("/v1/cases", headers=caseworker | said)

    assert town.cases.seen[0].header("x-forwarded-for") == "203.0.113.9"


@pytest.mark.parametrize(
    ("peer", "said", "believed"),
    [
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.1", "somebody", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, somebody", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("unknown", "198.51.100.7", "unknown"),
    ],
)
def test_whose_call_it_is(peer: str, said: str | None, believed: str) -> None:
    assert client_address(peer, said, networks("10.0.0.0/8")) == believed


def test_a_length_beside_chunks_is_dropped() -> None:
    both = [(b"content-length", b"3"), (b"transfer-encoding", b"chunked"), (b"accept", b"*/*")]

    assert inwards(both, allowed_inwards(())) == [(b"accept", b"*/*")]
