"""What happens on the way to a service and back: down, slow, dying, too large, hung up on."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from gateway.proxy import WHOLE
from tests.gateway.conftest import Build, Town
from tests.gateway.servers import Behaviour, closed_port, raw, read_body, until

CASE = "/v1/cases/x"


async def hang(scope: Scope, receive: Receive, send: Send) -> None:
    """Never answer."""
    await asyncio.Event().wait()


def dies_after(promised: int) -> Behaviour:
    """Promise so many bytes, send half of them, and hang up."""

    async def behaviour(scope: Scope, receive: Receive, send: Send) -> None:
        await read_body(receive)
        headers = [(b"content-length", str(promised).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"x" * (promised // 2), "more_body": True})

    return behaviour


async def test_a_service_that_is_down_is_503_at_once(build: Build, caseworker: dict[str, str]) -> None:
    async with build.town(urls={"cases": f"http://127.0.0.1:{closed_port()}"}) as town:
        began = time.perf_counter()
        response = await town.http.get(CASE, headers=caseworker)
        took = time.perf_counter() - began

        others = await town.http.get(f"{CASE}/scores", headers=caseworker)

    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["type"] == "urn:helhed:problem:upstream-unavailable"
    assert took < 5
    assert others.status_code == 200


async def test_a_service_that_does_not_even_take_the_connection_is_503_at_once(
    build: Build, caseworker: dict[str, str]
) -> None:
    deaf = socket.create_server(("127.0.0.1", 0), backlog=0)
    port = deaf.getsockname()[1]
    # Linux takes backlog + 1 connections; the next one gets no answer at all, like one to a host that is gone.
    waiting = [socket.create_connection(("127.0.0.1", port))]
    try:
        async with build.town(urls={"cases": f"http://127.0.0.1:{port}"}, connect_timeout=0.3) as town:
            began = time.perf_counter()
            response = await town.http.get(CASE, headers=caseworker)
            took = time.perf_counter() - began
    finally:
        for each in (*waiting, deaf):
            each.close()

    assert response.json()["type"] == "urn:helhed:problem:upstream-unavailable"
    assert took < 5


async def test_a_service_that_hangs_is_a_problem_when_time_is_up(build: Build, caseworker: dict[str, str]) -> None:
    async with build.town(total_timeout=0.3) as town:
        town.cases.behaviours[CASE] = hang

        response = await town.http.get(CASE, headers=caseworker)

    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["type"] == "urn:helhed:problem:upstream-timeout"


@pytest.mark.parametrize("path", ["/v1/survey-sessions", "/v1/cases"])
async def test_who_announces_a_body_and_never_sends_it_holds_no_place(build: Build, path: str) -> None:
    """Public or not: a few hundred such callers would otherwise be all there is room for."""
    async with build.town(total_timeout=2, concurrency=2) as town:
        head = [f"POST {path} HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 100"]
        head.append(f"Authorization: {build.bearer()['Authorization']}")
        silent = ("\r\n".join(head) + "\r\n\r\n").encode()

        status, _, body = await raw(town.gateway.port, silent, wait=15)
        after = await town.http.get(CASE, headers=build.bearer() | {"Access-Purpose": "casework"})

    assert (status, json.loads(body)["type"]) == (400, "urn:helhed:problem:too-slow")
    assert after.status_code == 200


async def test_half_a_small_answer_becomes_a_problem(town: Town, caseworker: dict[str, str]) -> None:
    town.cases.behaviours[CASE] = dies_after(WHOLE)

    response = await town.http.get(CASE, headers=caseworker)

    assert (response.status_code, response.json()["type"]) == (503, "urn:helhed:problem:upstream-unavailable")


async def test_half_a_large_answer_is_cut_off_and_cannot_be_taken_for_whole(
    town: Town, caseworker: dict[str, str]
) -> None:
    town.cases.behaviours[CASE] = dies_after(WHOLE * 4)

    with pytest.raises(httpx2.RemoteProtocolError):
        await town.http.get(CASE, headers=caseworker)


async def test_a_large_answer_passes_unchanged(town: Town, caseworker: dict[str, str]) -> None:
    content = {"items": ["æ" * 1000] * 1000}
    town.cases.answers(CASE, 200, content)

    response = await town.http.get(CASE, headers=caseworker)

    assert response.json() == content


async def test_a_body_over_the_limit_is_413_whether_it_says_so_or_not(build: Build, caseworker: dict[str, str]) -> None:
    async def in_pieces(size: int) -> AsyncIterator[bytes]:
        for _ in range(size // 1000):
            yield b"x" * 1000

    async with build.town(max_body=10_000) as town:
        just = await town.http.post("/v1/cases", headers=caseworker, content=b"x" * 10_000)
        just_in_pieces = await town.http.post("/v1/cases", headers=caseworker, content=in_pieces(10_000))
        by_length = await town.http.post("/v1/cases", headers=caseworker, content=b"x" * 10_001)
        in_chunks = await town.http.post("/v1/cases", headers=caseworker, content=in_pieces(11_000))

    assert [r.status_code for r in (just, just_in_pieces, by_length, in_chunks)] == [200, 200, 413, 413]
    assert [r.json()["type"] for r in (by_length, in_chunks)] == ["urn:helhed:problem:too-large"] * 2
    assert [len(seen.body) for seen in town.cases.seen] == [10_000, 10_000]


async def test_the_token_is_looked_at_before_the_size(town: Town) -> None:
    response = await town.http.post("/v1/cases", content=b"x" * (2 << 20))

    assert response.status_code == 401


async def test_with_two_lengths_the_service_believes_the_chunks(town: Town, caseworker: dict[str, str]) -> None:
    request = (
        f"POST /v1/cases HTTP/1.1\r\nHost: x\r\nAuthorization: {caseworker['Authorization']}\r\n"
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    )

    status, _, _ = await raw(town.gateway.port, request.encode())

    assert status in (200, 400)
    assert [seen.body for seen in town.cases.seen] in ([b"hello"], [])


class Flaky:
    """A server on a raw socket: answers the first request of each connection, and hangs up on the second."""

    def __init__(self) -> None:
        self.requests = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            self.requests += 1
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
            await reader.readuntil(b"\r\n\r\n")
            self.requests += 1
        except asyncio.IncompleteReadError:
            pass
        writer.close()


@pytest.mark.parametrize(
    ("method", "status", "requests"),
    [("GET", 200, 3), ("POST", 503, 2), ("PUT", 503, 2), ("PATCH", 503, 2), ("DELETE", 503, 2)],
)
async def test_only_a_read_is_tried_again_on_a_connection_that_turned_out_dead(
    build: Build, caseworker: dict[str, str], method: str, status: int, requests: int
) -> None:
    flaky = Flaky()
    server = await asyncio.start_server(flaky.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    path = "/v1/cases" if method == "POST" else CASE
    async with server, build.town(urls={"cases": f"http://127.0.0.1:{port}"}) as town:
        await town.http.get(CASE, headers=caseworker)

        response = await town.http.request(method, path, headers=caseworker)

    assert (response.status_code, flaky.requests) == (status, requests)


async def test_a_client_that_hangs_up_leaves_no_connection_behind(build: Build, caseworker: dict[str, str]) -> None:
    async with build.town(total_timeout=2) as town:
        town.cases.behaviours[CASE] = hang
        asking = f"GET {CASE} HTTP/1.1\r\nHost: x\r\nAuthorization: {caseworker['Authorization']}\r\n\r\n"
        telling = (
            f"POST /v1/cases HTTP/1.1\r\nHost: x\r\nAuthorization: {caseworker['Authorization']}\r\n"
            "Content-Length: 1000\r\n\r\nonly the beginning"
        )
        for request in (asking, telling) * 20:
            _, writer = await asyncio.open_connection("127.0.0.1", town.gateway.port)
            writer.write(request.encode())
            await writer.drain()
            writer.close()
            await writer.wait_closed()

        await until(lambda: town.behind["cases"].connections == 0)
        afterwards = await town.http.get("/v1/cases", headers=caseworker)

    assert afterwards.status_code == 200
    assert [seen.target for seen in town.cases.seen] == ["/v1/cases"]


async def test_connections_to_a_service_are_used_again(town: Town, caseworker: dict[str, str]) -> None:
    for _ in range(20):
        await town.http.get(CASE, headers=caseworker)

    assert len(town.cases.seen) == 20
    assert town.behind["cases"].connections == 1
