"""An issuer's keys change while we run, and its server is slow, broken, away or under somebody else's flood."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chassis import jwks
from chassis.auth import Unauthenticated, Verifier
from tests.support.tokens import (
    EC_KEY,
    NOW,
    RSA_KEY,
    STRANGER_KEY,
    issuers_file,
    profile,
    public_jwk,
    token,
)

OLD = public_jwk(EC_KEY, "ec")
NEW = public_jwk(STRANGER_KEY, "new")
WITH_OLD, WITH_NEW = token(), token(kid="new", key=STRANGER_KEY)


class IdentityProvider:
    """A real server on this machine that publishes what the test says, and counts who asks."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.body = b""
        self.headers: dict[str, str] = {}
        self.knocked = threading.Event()
        self.open = threading.Event()
        self.open.set()
        self.publish(OLD)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self.uri = f"http://127.0.0.1:{self.server.server_address[1]}/keys"

    def publish(self, *keys: dict[str, Any]) -> None:
        self.status, self.body = 200, json.dumps({"keys": keys}).encode()


def handler_of(provider: IdentityProvider) -> type[BaseHTTPRequestHandler]:
    """What the server runs for each request."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked += 1
            provider.knocked.set()
            provider.open.wait(10)
            self.send_response(provider.status)
            for name, value in provider.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(provider.body)))
            self.end_headers()
            self.wfile.write(provider.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a token that was believed a moment ago would not ask for its key again."""
    monkeypatch.setattr("chassis.auth.REMEMBERED_SECONDS", 0)


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    provider = IdentityProvider()
    thread = threading.Thread(target=provider.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield provider
    provider.open.set()
    provider.server.shutdown()
    provider.server.server_close()
    thread.join()


class Town:
    """A verifier of that provider's tokens, in whose time nothing passes unless the test says so.

    Only the age of the keys is measured in this time: the tokens themselves stay valid.
    """

    def __init__(self, folder: Path, source: dict[str, Any]) -> None:
        self.seconds = 0.0
        path = issuers_file(folder, profile(jwks=None, **source))
        self.verifier = Verifier.from_file(path, mode="development", now=lambda: NOW, monotonic=lambda: self.seconds)

    async def says(self, made: str) -> str:
        """`believed`, or the reason it is not."""
        try:
            await self.verifier.verify(made)
        except Unauthenticated as refused:
            return refused.reason
        return "believed"


@pytest.fixture
def town(tmp_path: Path, provider: IdentityProvider) -> Town:
    return Town(tmp_path, {"jwksUri": provider.uri})


async def test_keys_are_fetched_once_and_count_for_ten_minutes(town: Town, provider: IdentityProvider) -> None:
    for town.seconds in (0, 1, 599):
        assert await town.says(WITH_OLD) == "believed"
    assert provider.asked == 1
    town.seconds = 600
    assert await town.says(WITH_OLD) == "believed"
    assert provider.asked == 2


async def test_keys_rotate_with_overlap_and_the_withdrawn_one_ends(town: Town, provider: IdentityProvider) -> None:
    assert await town.says(WITH_OLD) == "believed"
    assert await town.says(WITH_NEW) == "key"
    provider.publish(OLD, NEW)
    town.seconds = 60  # an unknown key id has the keys fetched before their ten minutes are over
    assert await town.says(WITH_NEW) == "believed"
    assert await town.says(WITH_OLD) == "believed"
    provider.publish(NEW)
    town.seconds = 660
    assert await town.says(WITH_OLD) == "key"
    assert await town.says(WITH_NEW) == "believed"


async def test_a_flood_of_unknown_key_ids_costs_the_issuer_one_fetch_a_minute(
    town: Town, provider: IdentityProvider
) -> None:
    for minute in range(3):
        for second in (0, 30, 59):
            town.seconds = 60 * minute + second
            flood = (town.says(token(kid=f"{minute}-{second}-{n}")) for n in range(50))
            assert set(await asyncio.gather(*flood)) == {"key"}
        assert provider.asked == minute + 1
    assert await town.says(WITH_OLD) == "believed"


async def test_the_first_callers_share_one_fetch(town: Town, provider: IdentityProvider) -> None:
    assert set(await asyncio.gather(*(town.says(WITH_OLD) for _ in range(50)))) == {"believed"}
    assert provider.asked == 1


async def test_a_known_key_does_not_wait_for_a_slow_issuer(town: Town, provider: IdentityProvider) -> None:
    assert await town.says(WITH_OLD) == "believed"
    provider.open.clear()
    provider.knocked.clear()
    town.seconds = 60
    curious = asyncio.create_task(town.says(WITH_NEW))
    assert await asyncio.to_thread(provider.knocked.wait, 10)
    town.seconds = 601
    assert await town.says(WITH_OLD) == "believed"
    assert not curious.done()
    provider.open.set()
    assert await curious == "key"


async def test_a_caller_that_gives_up_does_not_open_the_way_for_a_flood(town: Town, provider: IdentityProvider) -> None:
    provider.open.clear()
    hasty = asyncio.create_task(town.says(WITH_OLD))
    assert await asyncio.to_thread(provider.knocked.wait, 10)
    hasty.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hasty
    provider.open.set()
    assert await town.says(WITH_OLD) == "keys-away"
    assert provider.asked == 1
    town.seconds = 60
    assert await town.says(WITH_OLD) == "believed"


async def test_while_the_issuer_is_away_the_last_good_keys_count_for_a_day(
    town: Town, provider: IdentityProvider
) -> None:
    assert await town.says(WITH_OLD) == "believed"
    provider.status = 503
    for town.seconds in (3600, 23 * 3600, 24 * 3600):
        assert await town.says(WITH_OLD) == "believed"
    assert provider.asked == 4
    town.seconds = 24 * 3600 + 60
    assert await town.says(WITH_OLD) == "keys-away"
    provider.status = 200
    town.seconds += 60
    assert await town.says(WITH_OLD) == "believed"


async def test_an_issuer_that_was_never_reached_is_not_the_tokens_fault(tmp_path: Path) -> None:
    nobody = IdentityProvider()
    nobody.server.server_close()
    assert await Town(tmp_path, {"jwksUri": nobody.uri}).says(WITH_OLD) == "keys-away"


BAD_ANSWERS = {
    "not JSON": (200, b"<html>", {}),
    "a list": (200, b"[]", {}),
    "keys no list": (200, b'{"keys": {}}', {}),
    "keys no objects": (200, b'{"keys": [1]}', {}),
    "no usable key": (200, json.dumps({"keys": [{**NEW, "use": "enc"}]}).encode(), {}),
    "one id, two keys": (200, json.dumps({"keys": [NEW, {**OLD, "kid": "new"}]}).encode(), {}),
    "strange members": (200, json.dumps({"keys": [{**NEW, "alg": ["x"]}]}).encode(), {}),
    "an error page with keys": (500, json.dumps({"keys": [NEW]}).encode(), {}),
    "sent elsewhere": (302, json.dumps({"keys": [NEW]}).encode(), {"Location": "/elsewhere"}),
    "endless": (200, json.dumps({"keys": [NEW], "x": "x" * jwks.LARGEST_ANSWER}).encode(), {}),
    "packed": (200, b"\x1f\x8b", {"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
async def test_a_bad_answer_changes_nothing(town: Town, provider: IdentityProvider, name: str) -> None:
    assert await town.says(WITH_OLD) == "believed"
    provider.status, provider.body, provider.headers = BAD_ANSWERS[name]
    town.seconds = 600
    assert await town.says(WITH_OLD) == "believed"
    assert await town.says(WITH_NEW) == "key"
    assert provider.asked == 2


async def test_keys_for_other_uses_are_passed_over(town: Town, provider: IdentityProvider) -> None:
    others: list[dict[str, Any]] = [
        public_jwk(RSA_KEY, "rsa", use="enc", alg="RSA-OAEP"),
        {"kty": "oct", "kid": "shared", "k": "AAAA"},
        {"kty": "EC"},
        {**OLD, "kid": None},
    ]
    provider.publish(*others, OLD)
    assert await town.says(WITH_OLD) == "believed"
    assert await town.says(token(algorithm="RS256", kid="rsa", key=RSA_KEY)) == "key"


async def test_a_key_kept_for_one_algorithm_serves_no_other(town: Town, provider: IdentityProvider) -> None:
    provider.publish(public_jwk(RSA_KEY, "rsa", alg="PS256"))
    assert await town.says(token(algorithm="PS256", kid="rsa", key=RSA_KEY)) == "believed"
    assert await town.says(token(algorithm="RS256", kid="rsa", key=RSA_KEY)) == "key"


async def test_a_proxy_in_the_environment_is_not_used(
    town: Town, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = IdentityProvider()
    nobody.server.server_close()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, nobody.uri)
    assert await town.says(WITH_OLD) == "believed"
    assert provider.asked == 1


# ── keys in a file ───────────────────────────────────────────────────────────────────────────────


async def test_keys_in_a_file_rotate_without_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [OLD]}))
    town = Town(tmp_path, {"jwksFile": "keys.json"})
    assert (await town.says(WITH_OLD), await town.says(WITH_NEW)) == ("believed", "key")
    _replace(path, {"keys": [NEW]})
    assert (await town.says(WITH_OLD), await town.says(WITH_NEW)) == ("key", "believed")


async def test_a_file_that_goes_bad_leaves_the_last_good_keys(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [OLD]}))
    town = Town(tmp_path, {"jwksFile": "keys.json"})
    _replace(path, {"keys": "none"})
    assert await town.says(WITH_OLD) == "believed"
    path.unlink()
    assert await town.says(WITH_OLD) == "believed"
    _replace(path, {"keys": [NEW]})
    assert await town.says(WITH_OLD) == "key"


def _replace(path: Path, content: object) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(content))
    draft.replace(path)
