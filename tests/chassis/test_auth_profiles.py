"""issuers.json: what would make it unsafe is refused when it is read, with a message an operator can act on."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from chassis.auth import Verifier
from chassis.keys import DEVELOPMENT_ISSUER, SERVICES_ISSUER, development_token, make_missing, signing_key
from chassis.profiles import BadIssuers
from tests.support.tokens import EC_KEY, ISSUER, issuers_file, neighbour, profile, public_jwk

WEAK_RSA = rsa.generate_private_key(public_exponent=65537, key_size=1024)
OTHER_CURVE = ec.generate_private_key(ec.SECP384R1())
OCTETS = {"kty": "oct", "kid": "shared", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQ"}
PRIVATE = {**public_jwk(EC_KEY, "ec"), "d": "AAAA"}


def keys(*jwks: dict[str, Any]) -> dict[str, Any]:
    return {"keys": list(jwks)}


UNSAFE = {
    "HS256": (profile(algorithms=["ES256", "HS256"]), "HS256: only RS256, PS256, ES256, EdDSA are accepted"),
    "none": (profile(algorithms=["none"]), "none: only"),
    "no algorithm": (profile(algorithms=[]), "algorithms"),
    "any type": (profile(types=["at+jwt", "dpop+jwt"]), "only at\\+jwt and JWT are accepted"),
    "a shared secret": (profile(jwks=keys(OCTETS)), "key 'shared' is not RSA, EC or OKP"),
    "a private key": (profile(jwks=keys(PRIVATE)), "key 'ec' is a private key"),
    "a weak RSA key": (profile(jwks=keys(public_jwk(WEAK_RSA, "weak"))), "less than 2048 bits"),
    "another curve": (profile(jwks=keys(public_jwk(OTHER_CURVE, "p384"))), "key 'p384'"),
    "a key to encrypt": (profile(jwks=keys(public_jwk(EC_KEY, "ec", use="enc"))), "not for verifying"),
    "a key to wrap": (profile(jwks=keys(public_jwk(EC_KEY, "ec", key_ops=["wrapKey"]))), "not for verifying"),
    "a key of RS512": (profile(jwks=keys(public_jwk(EC_KEY, "ec", alg="ES512"))), "algorithm that is not"),
    "one id, two keys": (
        profile(jwks=keys(public_jwk(EC_KEY, "ec"), public_jwk(EC_KEY, "ec"))),
        "key 'ec' is given twice",
    ),
    "a key without id": (profile(jwks=keys({**public_jwk(EC_KEY, "ec"), "kid": None})), "has no id"),
    "a broken key": (profile(jwks=keys({**public_jwk(EC_KEY, "ec"), "x": "AAAA"})), "malformed"),
    "a point off the curve": (
        profile(jwks=keys({**public_jwk(EC_KEY, "ec"), "x": public_jwk(EC_KEY, "")["y"]})),
        "malformed",
    ),
    "no key": (profile(jwks=keys()), "no usable key"),
    "no key set": (profile(jwks=None), "exactly one of jwks, jwksFile and jwksUri"),
    "two key sets": (profile(jwksUri="https://login.example/keys"), "exactly one of"),
    "a missing file": (profile(jwks=None, jwksFile="nowhere.json"), "nowhere.json: No such file"),
    "plain http": (profile(jwks=None, jwksUri="http://login.example/keys"), "jwksUri must be https"),
    "another scheme": (profile(jwks=None, jwksUri="file:///etc/passwd"), "jwksUri"),
    "half a day": (profile(maxLifetimeSeconds=43200), "at most 5400"),
    "a lifetime as text": (profile(maxLifetimeSeconds="600"), "maxLifetimeSeconds"),
    "a misspelt member": (profile(audiences=["helhed"]), "audiences"),
    "a role nobody has": (profile(roleMap={"x": "root"}), "root: not a role an issuer may give"),
    "the role of a service": (profile(roleMap={"x": "service"}), "service: not a role"),
    "services that fetch keys": (
        profile(issuer=SERVICES_ISSUER, jwks=None, jwksUri="https://login.example/keys"),
        "our own services sign at\\+jwt",
    ),
    "marked development": (profile(development=True), "a development issuer, which production refuses"),
    "called development": (profile(issuer=DEVELOPMENT_ISSUER), "a development issuer, which production"),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_profile_keeps_the_process_from_starting(tmp_path: Path, name: str) -> None:
    unsafe, message = UNSAFE[name]
    with pytest.raises(BadIssuers, match=message):
        Verifier.from_file(issuers_file(tmp_path, neighbour(), unsafe), mode="production")


def test_safe_profiles_are_read(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps(keys(public_jwk(EC_KEY, "ec"))))
    Verifier.from_file(
        issuers_file(
            tmp_path,
            neighbour(),
            profile(issuer="a", jwks=None, jwksFile="keys.json"),
            profile(issuer="b", jwks=None, jwksUri="https://login.example/keys", maxLifetimeSeconds=5400),
        ),
        mode="production",
    )


def test_in_development_an_issuer_may_be_near_and_last_long(tmp_path: Path) -> None:
    near = profile(jwks=None, jwksUri="http://127.0.0.1:8081/keys")
    long = profile(issuer="x", development=True, maxLifetimeSeconds=43200)
    Verifier.from_file(issuers_file(tmp_path, near, long), mode="development")
    with pytest.raises(BadIssuers, match="at most 43200"):
        Verifier.from_file(
            issuers_file(tmp_path, profile(development=True, maxLifetimeSeconds=43201)), mode="development"
        )


def test_one_issuer_has_one_profile(tmp_path: Path) -> None:
    with pytest.raises(BadIssuers, match="given twice"):
        Verifier.from_file(issuers_file(tmp_path, profile(), profile()), mode="production")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"issuers": []}', "at least one issuer"),
        ('{"issuers": [{}], "more": 1}', "must be"),
        ('{"issuers": [], "issuers": []}', "given twice"),
        ('{"issuers": ["x"]}', "valid dictionary"),
    ],
)
def test_a_file_that_is_no_list_of_issuers_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "issuers.json"
    path.write_text(content)
    with pytest.raises(BadIssuers, match=message):
        Verifier.from_file(path, mode="production")


def test_a_missing_file_and_an_unknown_mode_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadIssuers, match="No such file"):
        Verifier.from_file(tmp_path / "issuers.json", mode="production")
    with pytest.raises(BadIssuers, match="the mode must be"):
        Verifier.from_file(issuers_file(tmp_path, profile()), mode="Production")


def test_a_refusal_shows_no_key_material(tmp_path: Path) -> None:
    with pytest.raises(BadIssuers) as refused:
        Verifier.from_file(issuers_file(tmp_path, profile(jwks=OCTETS["k"])), mode="production")
    assert "jwks" in str(refused.value)
    assert OCTETS["k"] not in str(refused.value)


# ── the development issuer in production ─────────────────────────────────────────────────────────


@pytest.fixture
def laptop(tmp_path: Path) -> Path:
    make_missing(tmp_path / "keys", "development")
    return tmp_path / "keys"


async def test_a_laptops_keys_serve_in_development(laptop: Path) -> None:
    made = development_token(laptop, authority="0101", sectors=["health"], roles=["caseworker"])
    claims = await Verifier.from_file(laptop / "issuers.json", mode="development").verify(made)
    assert (claims.issuer, claims.authority, claims.sectors) == (DEVELOPMENT_ISSUER, "0101", {"health"})


def test_a_laptops_keys_do_not_start_in_production(laptop: Path) -> None:
    with pytest.raises(BadIssuers, match="urn:helhed:development is a development issuer"):
        Verifier.from_file(laptop / "issuers.json", mode="production")


@pytest.mark.parametrize("given_by", ["jwks", "jwksFile"])
def test_the_development_key_under_another_name_does_not_start_either(
    laptop: Path, tmp_path: Path, given_by: str
) -> None:
    disguised = keys(public_jwk(signing_key(laptop / "issuer.pem"), "respectable"))
    (tmp_path / "keys.json").write_text(json.dumps(disguised))
    source = {"jwks": disguised} if given_by == "jwks" else {"jwks": None, "jwksFile": "keys.json"}
    path = issuers_file(tmp_path, profile(issuer=ISSUER, **source))
    with pytest.raises(BadIssuers, match="key 'respectable' is that of the local development issuer"):
        Verifier.from_file(path, mode="production", keys_dir=laptop)
    Verifier.from_file(path, mode="development", keys_dir=laptop)


def test_a_development_key_that_cannot_be_read_does_not_start_in_production(tmp_path: Path) -> None:
    (tmp_path / "issuer.pem").write_text("not a key")
    with pytest.raises(BadIssuers, match="production must not have a development issuer"):
        Verifier.from_file(issuers_file(tmp_path, profile()), mode="production")
