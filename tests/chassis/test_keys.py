"""The keys directory: who may read it, that it is made once, and what is signed with it."""

import hashlib
import hmac
import json
import multiprocessing
import stat
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import jwt
import pytest

from chassis.auth import Verifier
from chassis.keys import (
    DEVELOPMENT_ISSUER,
    SERVICES,
    SERVICES_ISSUER,
    Keyring,
    KeysUnusable,
    Secret,
    development_token,
    make_missing,
    service_token,
    signing_key,
)

SERVICE_FILES = {f"{service}.{kind}" for service in SERVICES for kind in ("secret", "pem")}


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def issuers_in(directory: Path) -> dict[str, dict[str, Any]]:
    listed = json.loads((directory / "issuers.json").read_text())["issuers"]
    return {profile["issuer"]: profile for profile in listed}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "home" / "keys"


def test_a_laptop_gets_every_key_and_its_own_issuer(directory: Path) -> None:
    make_missing(directory, "development")
    assert set(contents(directory)) == SERVICE_FILES | {"issuer.pem", "issuers.json", ".lock"}
    assert set(issuers_in(directory)) == {SERVICES_ISSUER, DEVELOPMENT_ISSUER}


def test_production_gets_no_development_issuer(directory: Path) -> None:
    make_missing(directory, "production")
    assert set(contents(directory)) == SERVICE_FILES | {"issuers.json", ".lock"}
    assert set(issuers_in(directory)) == {SERVICES_ISSUER}
    Verifier.from_file(directory / "issuers.json", mode="production")


def test_only_the_owner_may_read(directory: Path) -> None:
    make_missing(directory, "development")
    assert mode_of(directory) == 0o700
    assert {path.name: mode_of(path) for path in directory.iterdir()} == dict.fromkeys(contents(directory), 0o600)


def test_nothing_secret_is_in_the_issuers_file(directory: Path) -> None:
    make_missing(directory, "development")
    for profile in issuers_in(directory).values():
        assert all("d" not in key for key in profile["jwks"]["keys"])


def test_a_second_time_changes_nothing(directory: Path) -> None:
    make_missing(directory, "development")
    before = contents(directory)
    make_missing(directory, "development")
    assert contents(directory) == before


def test_a_complete_directory_may_be_read_only(directory: Path) -> None:
    make_missing(directory, "production")
    (directory / ".lock").unlink()
    make_missing(directory, "production")
    assert not (directory / ".lock").exists(), "it would have written"


def test_a_lost_signing_key_is_made_anew_and_announced(directory: Path) -> None:
    make_missing(directory, "development")
    before = contents(directory)
    (directory / "surveys.pem").unlink()
    make_missing(directory, "development")
    after = contents(directory)
    assert {name for name in after if after[name] != before[name]} == {"surveys.pem", "issuers.json"}


async def test_tokens_of_a_new_signing_key_are_believed(directory: Path) -> None:
    make_missing(directory, "production")
    (directory / "surveys.pem").unlink()
    make_missing(directory, "production")
    auth = Verifier.from_file(directory / "issuers.json", mode="production")
    claims = await auth.verify(service_token(directory, "surveys", authority=None))
    assert (claims.subject, claims.authority) == ("service:surveys", None)


def test_production_does_not_replace_a_lost_secret(directory: Path) -> None:
    make_missing(directory, "production")
    (directory / "cases.secret").unlink()
    with pytest.raises(KeysUnusable, match=r"cases\.secret is gone"):
        make_missing(directory, "production")
    assert not (directory / "cases.secret").exists()


def test_the_operators_own_issuers_stay(directory: Path) -> None:
    directory.mkdir(parents=True)
    own = {
        "issuer": "https://login.example",
        "algorithms": ["RS256"],
        "jwksUri": "https://login.example/keys",
    }
    (directory / "issuers.json").write_text(json.dumps({"issuers": [own]}))
    make_missing(directory, "production")
    assert list(issuers_in(directory)) == ["https://login.example", SERVICES_ISSUER]
    assert issuers_in(directory)["https://login.example"] == own


@pytest.mark.parametrize("content", ["{", "[]", '{"issuers": [1]}', '{"issuers": [{}]}', '{"issuers": 1}'])
def test_an_issuers_file_that_cannot_be_read_is_left_alone(directory: Path, content: str) -> None:
    directory.mkdir(parents=True)
    (directory / "issuers.json").write_text(content)
    with pytest.raises(KeysUnusable, match=r"issuers\.json cannot be read"):
        make_missing(directory, "production")
    assert (directory / "issuers.json").read_text() == content


def test_an_unknown_mode_makes_nothing(directory: Path) -> None:
    with pytest.raises(KeysUnusable, match="development, production"):
        make_missing(directory, "test")
    assert not directory.exists()


def _make_and_tell(directory: Path, barrier: Barrier, told: Queue) -> None:
    barrier.wait(20)
    make_missing(directory, "development")
    told.put(contents(directory))


def test_processes_that_start_at_once_agree(directory: Path) -> None:
    context = multiprocessing.get_context("fork")
    barrier, told = context.Barrier(4), context.Queue()
    workers = [context.Process(target=_make_and_tell, args=(directory, barrier, told)) for _ in range(4)]
    for worker in workers:
        worker.start()
    seen = [told.get(timeout=20) for _ in workers]
    for worker in workers:
        worker.join()
    assert seen == [contents(directory)] * 4
    assert set(seen[0]) == SERVICE_FILES | {"issuer.pem", "issuers.json", ".lock"}, "no draft is left behind"


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────


def test_each_service_has_its_own_secret_and_each_use_its_own_key(directory: Path) -> None:
    make_missing(directory, "production")
    keyring = Keyring(directory)
    cases, surveys = keyring.secret("cases"), keyring.secret("surveys")
    assert cases == (directory / "cases.secret").read_bytes()
    derived = {cases.derive("seal"), cases.derive("index"), surveys.derive("seal"), bytes(cases)}
    assert len(derived) == 4
    assert {len(key) for key in derived} == {32}
    assert keyring.secret("cases").derive("seal") in derived, "the same tomorrow"


def test_a_derived_key_is_hkdf_sha256() -> None:
    # RFC 5869 without salt, for one block, with nothing but HMAC
    extracted = hmac.new(bytes(32), b"\x0b" * 32, hashlib.sha256).digest()
    expected = hmac.new(extracted, b"helhed\x01", hashlib.sha256).digest()
    assert Secret(b"\x0b" * 32).derive("helhed") == expected


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret(b"open sesame, open sesame, open!!")
    assert "sesame" not in f"{secret} {secret!r} {[secret]}"


@pytest.mark.parametrize("content", [None, b"", b"short", bytes(33)])
def test_a_secret_of_the_wrong_size_is_refused(directory: Path, content: bytes | None) -> None:
    directory.mkdir(parents=True)
    if content is not None:
        (directory / "cases.secret").write_bytes(content)
    with pytest.raises(KeysUnusable, match=r"cases\.secret"):
        Keyring(directory).secret("cases")


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────


def test_a_service_signs_only_with_the_key_it_has(directory: Path) -> None:
    make_missing(directory, "production")
    (directory / "cases.pem").unlink()
    with pytest.raises(KeysUnusable, match=r"cases\.pem cannot be read"):
        service_token(directory, "cases", authority="0101")


def test_a_service_token_lives_five_minutes(directory: Path) -> None:
    make_missing(directory, "production")
    made = service_token(directory, "gateway", authority="0101")
    assert jwt.get_unverified_header(made) == {"alg": "ES256", "kid": "gateway", "typ": "at+jwt"}
    claims = jwt.decode(made, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 300
    assert (claims["iss"], claims["sub"], claims["roles"]) == (
        SERVICES_ISSUER,
        "service:gateway",
        ["service"],
    )
    assert (
        claims["jti"]
        != jwt.decode(service_token(directory, "gateway", authority="0101"), options={"verify_signature": False})["jti"]
    )


async def test_a_development_token_says_what_was_asked_for(directory: Path) -> None:
    make_missing(directory, "development")
    made = development_token(
        directory,
        authority="0101",
        sectors=["health"],
        roles=["team-lead"],
        subject="anna",
        units=["health:alkohol"],
        scope="cases:read",
    )
    claims = await Verifier.from_file(directory / "issuers.json", mode="development").verify(made)
    assert (claims.subject, claims.authority, claims.client) == ("anna", "0101", "helhed-development")
    assert (claims.sectors, claims.units) == ({"health"}, {"health:alkohol"})
    assert (claims.roles, claims.scopes) == ({"team-lead"}, {"cases:read"})


async def test_without_a_subject_different_people_get_different_ones(directory: Path) -> None:
    make_missing(directory, "development")
    auth = Verifier.from_file(directory / "issuers.json", mode="development")
    subjects = [
        (await auth.verify(development_token(directory, authority=authority, sectors=sectors, roles=roles))).subject
        for authority, sectors, roles in (
            ("0101", ["health"], ["caseworker"]),
            ("0101", ["employment"], ["caseworker"]),
            ("0147", ["health"], ["caseworker"]),
            (None, [], ["evaluator"]),
        )
    ]
    assert subjects == [
        "caseworker-health-0101",
        "caseworker-employment-0101",
        "caseworker-health-0147",
        "evaluator",
    ]


def test_there_are_no_development_tokens_outside_development(directory: Path) -> None:
    make_missing(directory, "production")
    with pytest.raises(KeysUnusable, match="only a town in development mode"):
        development_token(directory, authority="0101", sectors=["health"], roles=["caseworker"])


@pytest.mark.parametrize("content", ["", "not a key"])
def test_a_file_without_a_key_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "issuer.pem"
    path.write_text(content)
    with pytest.raises(KeysUnusable, match=r"issuer\.pem holds no usable private key"):
        signing_key(path)
