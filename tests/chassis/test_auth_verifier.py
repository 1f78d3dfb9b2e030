"""What the verifier keeps in mind, our own services' tokens, and tokens that nobody would think of."""

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.auth import REMEMBERED_SECONDS, Unauthenticated, Verifier
from chassis.keys import SERVICES_ISSUER, make_missing, service_token, signing_key
from tests.support.tokens import CLAIMS, EC_KEY, ISSUER, NOW, compact, issuers_file, profile, signer, token, verifier

HEADER = {"alg": "ES256", "kid": "ec", "typ": "at+jwt"}
SIGN = signer("ES256", EC_KEY)


async def test_a_verified_token_is_remembered_for_a_minute_and_never_beyond_its_end(tmp_path: Path) -> None:
    clock = [float(NOW)]
    auth = Verifier.from_file(issuers_file(tmp_path, profile()), mode="production", now=lambda: clock[0])
    short = token(exp=NOW + 5)
    first = await auth.verify(short)
    assert await auth.verify(short) is first

    clock[0] = NOW + 6  # past its end but within the leeway: verified anew, not from memory
    assert await auth.verify(short) is not first
    clock[0] = NOW + 36
    with pytest.raises(Unauthenticated, match="expired"):
        await auth.verify(short)

    clock[0] = float(NOW)
    long = token()
    first = await auth.verify(long)
    clock[0] = NOW + REMEMBERED_SECONDS
    assert await auth.verify(long) is not first


async def test_a_clock_set_back_makes_no_token_live_longer(tmp_path: Path) -> None:
    clock = [float(NOW)]
    auth = Verifier.from_file(issuers_file(tmp_path, profile()), mode="production", now=lambda: clock[0])
    made = token()
    await auth.verify(made)
    clock[0] = NOW - 3600
    with pytest.raises(Unauthenticated, match="not-yet-valid"):
        await auth.verify(made)


async def test_a_refusal_is_not_remembered(tmp_path: Path) -> None:
    clock = [float(NOW - 100)]
    auth = Verifier.from_file(issuers_file(tmp_path, profile()), mode="production", now=lambda: clock[0])
    early = token()
    with pytest.raises(Unauthenticated, match="not-yet-valid"):
        await auth.verify(early)
    clock[0] = NOW
    assert (await auth.verify(early)).subject == "a1b2c3"


async def test_the_memory_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.auth.REMEMBERED_TOKENS", 2)
    auth = verifier(tmp_path, profile())
    tokens = [token(sub=name) for name in "abc"]
    first, *_, last = [await auth.verify(each) for each in tokens]
    assert await auth.verify(tokens[2]) is last
    assert await auth.verify(tokens[0]) is not first


# ── our own services ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("town") / "keys"
    make_missing(directory, "production")
    return directory


async def test_a_service_is_believed_with_its_own_key(keys_dir: Path) -> None:
    auth = Verifier.from_file(keys_dir / "issuers.json", mode="production")
    claims = await auth.verify(service_token(keys_dir, "referrals", authority="0101"))
    assert (claims.issuer, claims.subject) == (SERVICES_ISSUER, "service:referrals")
    assert (claims.roles, claims.authority, claims.client) == ({"service"}, "0101", "referrals")


async def test_a_service_cannot_speak_for_another(keys_dir: Path) -> None:
    auth = Verifier.from_file(keys_dir / "issuers.json", mode="production")
    # surveys signs "service:cases", once with its own key id and once with that of cases
    for kid, reason in (("surveys", "subject"), ("cases", "signature")):
        forged = token(kid=kid, key=signing_key(keys_dir / "surveys.pem"), **_service_claims("service:cases"))
        with pytest.raises(Unauthenticated, match=reason):
            await auth.verify(forged)


async def test_a_service_gets_no_role_but_its_own(keys_dir: Path) -> None:
    auth = Verifier.from_file(keys_dir / "issuers.json", mode="production")
    greedy = token(
        kid="cases",
        key=signing_key(keys_dir / "cases.pem"),
        **_service_claims("service:cases", roles=["service", "administrator"]),
    )
    assert (await auth.verify(greedy)).roles == {"service"}


def _service_claims(subject: str, roles: list[str] | None = None) -> dict[str, Any]:
    issued = int(time.time())
    own = {"iss": SERVICES_ISSUER, "sub": subject, "roles": roles or ["service"]}
    return {**own, "iat": issued, "exp": issued + 60}


# ── anything at all ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def auth(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    return verifier(tmp_path_factory.mktemp("issuers"), profile())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
HEADERS = st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "cty", "jwk"]), JSON)
PAYLOADS = st.dictionaries(st.sampled_from([*CLAIMS, "nbf", "units", "trials", "azp", "typ"]), JSON)


@given(header=HEADERS, payload=PAYLOADS)
@settings(deadline=None)
async def test_whatever_it_holds_a_token_is_believed_or_refused(
    auth: Verifier, header: dict[str, Any], payload: dict[str, Any]
) -> None:
    for whole_header in ({**HEADER, **header}, {**HEADER, "typ": "JWT"}):
        try:
            claims = await auth.verify(compact(whole_header, {**CLAIMS, **payload}, SIGN))
        except Unauthenticated:
            continue
        assert claims.issuer == ISSUER
        assert claims.subject == {**CLAIMS, **payload}["sub"]
