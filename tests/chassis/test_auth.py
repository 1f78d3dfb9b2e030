"""Forged tokens: each is refused, and for its own reason. Beside every family stands one that is as it should be."""

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chassis.auth import LARGEST_TOKEN, Unauthenticated, Verifier
from tests.support.tokens import (
    CLAIMS,
    EC_KEY,
    ED_KEY,
    ISSUER,
    NEIGHBOUR,
    NEIGHBOUR_KEY,
    NOW,
    RSA_KEY,
    STRANGER_KEY,
    compact,
    encode,
    neighbour,
    profile,
    public_jwk,
    signer,
    token,
    verifier,
)

HEADER = {"alg": "ES256", "kid": "ec", "typ": "at+jwt"}
SIGN = signer("ES256", EC_KEY)
PUBLIC_PEM = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
STRANGER_JWK = public_jwk(STRANGER_KEY, "ec")


def with_hmac(algorithm: str, secret: bytes) -> str:
    """The classic confusion: the public key, which everybody has, used as a shared secret."""
    digest = {"HS256": hashlib.sha256, "HS512": hashlib.sha512}[algorithm]
    header = {"alg": algorithm, "kid": "rsa", "typ": "at+jwt"}
    return compact(header, CLAIMS, lambda content: hmac.new(secret, content, digest).digest())


def altered(genuine: str, **claims: object) -> str:
    """A genuine token with other claims under the old signature."""
    header, _, signature = genuine.split(".")
    return f"{header}.{encode({**CLAIMS, **claims})}.{signature}"


def padded_to(length: int) -> str:
    """A genuine token of exactly this many characters."""
    for filler in range(length):
        made = token(filler="x" * (length * 3 // 4 - filler))
        if len(made) == length:
            return made
    raise AssertionError("no filler gives that length")


GENUINE = {
    "ES256": token(),
    "RS256": token(algorithm="RS256", kid="rsa", key=RSA_KEY),
    "PS256": token(algorithm="PS256", kid="rsa", key=RSA_KEY),
    "EdDSA": token(algorithm="EdDSA", kid="ed", key=ED_KEY),
    "the neighbour's own": token(kid="neighbour", key=NEIGHBOUR_KEY, iss=NEIGHBOUR),
    "foreign key in the header, not looked at": token(
        header={"jwk": STRANGER_JWK, "jku": "https://evil.example/jwks", "x5u": "https://evil.example/x5u"}
    ),
    "type with its tree": token(typ="application/at+jwt"),
    "JWT with scope, no client": token(typ="JWT", without=["client_id"]),
    "JWT with azp, no scope": token(typ="JWT", azp="journal", without=["client_id", "scope"]),
    "exactly 8 KiB": padded_to(LARGEST_TOKEN),
    "among several audiences": token(aud=["account", "helhed"]),
    "sub of 255 characters": token(sub="s" * 255),
    "29 s expired": token(iat=NOW - 100, exp=NOW - 29),
    "iat 30 s ahead": token(iat=NOW + 30, exp=NOW + 330),
    "nbf reached": token(nbf=NOW),
    "longest lifetime": token(iat=NOW, exp=NOW + 600),
    "no authority": token(without=["authority"]),
    "a region": token(authority="R1084"),
    "an organisation": token(authority="CVR12345678"),
}

FORGED = {
    # algorithm
    "alg none": ("algorithm", compact({**HEADER, "alg": "none"}, CLAIMS, lambda _: b"")),
    "alg nOnE": ("algorithm", compact({**HEADER, "alg": "nOnE"}, CLAIMS, lambda _: b"")),
    "no alg": ("algorithm", compact({"kid": "ec", "typ": "at+jwt"}, CLAIMS, SIGN)),
    "alg a list": ("algorithm", compact({**HEADER, "alg": ["ES256"]}, CLAIMS, SIGN)),
    "HS256 with the public key": ("algorithm", with_hmac("HS256", PUBLIC_PEM)),
    "HS512 with the public key": ("algorithm", with_hmac("HS512", PUBLIC_PEM)),
    "RS512": ("algorithm", token(algorithm="RS512", kid="rsa", key=RSA_KEY)),
    "not this issuer's": ("algorithm", token(algorithm="PS256", kid="rsa", key=RSA_KEY, iss=NEIGHBOUR)),
    # key and signature
    "signed by a stranger": ("signature", token(key=STRANGER_KEY)),
    "the stranger's key in the header": ("signature", token(key=STRANGER_KEY, header={"jwk": STRANGER_JWK})),
    "x5c in the header": ("signature", token(key=STRANGER_KEY, header={"x5c": ["MIIB"]})),
    "altered claims": ("signature", altered(token(), roles=["administrator"])),
    "signature cut off": ("signature", token().rsplit(".", 1)[0] + "."),
    "signature of another token": ("signature", altered(token(sub="b"), sub="c")),
    "the neighbour signs for us": ("key", token(kid="neighbour", key=NEIGHBOUR_KEY)),
    "the neighbour with our key id": ("signature", token(key=NEIGHBOUR_KEY)),
    "we sign for the neighbour": ("key", token(iss=NEIGHBOUR)),
    "unknown kid with jku": ("key", token(kid="x", key=STRANGER_KEY, header={"jku": "https://evil.example"})),
    "kid walks up the path": ("key", token(kid="../../../../dev/null")),
    "kid with SQL": ("key", token(kid="ec' OR '1'='1")),
    "kid a number": ("key", token(header={"kid": 1})),
    "kid empty": ("key", token(kid="")),
    "no kid": ("key", compact({"alg": "ES256", "typ": "at+jwt"}, CLAIMS, SIGN)),
    "kid of another key type": ("key", token(algorithm="RS256", kid="ec", key=RSA_KEY)),
    # header
    "unknown crit": ("critical-header", token(header={"crit": ["town"], "town": 1})),
    "empty crit": ("critical-header", token(header={"crit": []})),
    "unencoded payload": ("critical-header", token(header={"b64": False, "crit": ["b64"]})),
    "no typ": ("type", compact({"alg": "ES256", "kid": "ec"}, CLAIMS, SIGN)),
    "typ dpop+jwt": ("type", token(typ="dpop+jwt")),
    "typ logout+jwt": ("type", token(typ="logout+jwt")),
    "JWT where only at+jwt counts": (
        "type",
        token(typ="JWT", kid="neighbour", key=NEIGHBOUR_KEY, iss=NEIGHBOUR),
    ),
    # shape
    "encrypted": ("malformed", f"{encode({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.a.b.c.d"),
    "says it is encrypted": ("malformed", token(header={"enc": "A256GCM"})),
    "nested": ("malformed", token(header={"cty": "JWT"})),
    "packed": ("malformed", token(header={"zip": "DEF"})),
    "too large": ("malformed", padded_to(LARGEST_TOKEN + 1)),
    "empty": ("malformed", ""),
    "two parts": ("malformed", token().rsplit(".", 1)[0]),
    "line break at the end": ("malformed", token() + "\n"),
    "base64 padding": ("malformed", token() + "="),
    "not ASCII": ("malformed", token() + "æ"),
    "half a character": ("malformed", token() + "\ud800"),
    "loose bits at the end": ("signature", token()[:-1] + "B"),
    "member twice in the header": (
        "malformed",
        compact(b'{"alg":"none","alg":"ES256","kid":"ec","typ":"at+jwt"}', CLAIMS, SIGN),
    ),
    "member twice in the payload": (
        "malformed",
        compact(HEADER, json.dumps(CLAIMS)[:-1].encode() + b',"roles":["administrator"]}', SIGN),
    ),
    "member twice, deeper": (
        "malformed",
        compact(HEADER, json.dumps(CLAIMS)[:-1].encode() + b',"a":{"b":1,"b":2}}', SIGN),
    ),
    "NaN": ("malformed", token(exp=float("nan"))),
    "payload a list": ("malformed", compact(HEADER, b"[]", SIGN)),
    "payload not UTF-8": ("malformed", compact(HEADER, b'{"iss":"\xff"}', SIGN)),
    "payload not JSON": ("malformed", compact(HEADER, b"iss", SIGN)),
    "bottomless payload": ("malformed", compact(HEADER, b"[" * 6000, SIGN)),
    "number too long to read": ("malformed", compact(HEADER, b'{"exp":' + b"9" * 5000 + b"}", SIGN)),
    # who it is from and for
    "no iss": ("claims", token(without=["iss"])),
    "iss a list": ("claims", token(iss=[ISSUER])),
    "unknown iss": ("issuer", token(iss="https://evil.example")),
    "iss with a slash more": ("issuer", token(iss=ISSUER + "/")),
    "iss in capitals": ("issuer", token(iss=ISSUER.upper())),
    "no aud": ("claims", token(without=["aud"])),
    "another's aud": ("audience", token(aud="journal")),
    "aud begins like ours": ("audience", token(aud="helhed2")),
    "audiences without us": ("audience", token(aud=["account", "journal"])),
    "no audience at all": ("audience", token(aud=[])),
    "aud an object": ("audience", token(aud={"helhed": True})),
    "no sub": ("claims", token(without=["sub"])),
    "sub null": ("claims", token(sub=None)),
    "sub empty": ("subject", token(sub="")),
    "sub a number": ("subject", token(sub=7)),
    "sub of 256 characters": ("subject", token(sub="s" * 256)),
    "sub that looks like another's": ("subject", token(sub="\u0430dmin")),  # a Cyrillic a
    "sub with an invisible space": ("subject", token(sub="a1b2c3\u200b")),
    "sub with a line break": ("subject", token(sub="a1b2c3\n")),
    "sub of a lone surrogate": ("subject", token(sub="\ud800")),
    "a person named like a service": ("subject", token(sub="service:cases")),
    # time
    "no exp": ("claims", token(without=["exp"])),
    "exp as text": ("claims", token(exp=str(NOW + 290))),
    "exp true": ("claims", token(exp=True)),
    "exp with decimals": ("claims", token(exp=NOW + 0.5)),
    "31 s expired": ("expired", token(iat=NOW - 100, exp=NOW - 31)),
    "expired when the leeway is over": ("expired", token(iat=NOW - 100, exp=NOW - 30)),
    "expired long ago": ("expired", token(iat=0, exp=1)),
    "no iat": ("claims", token(without=["iat"])),
    "iat 31 s ahead": ("not-yet-valid", token(iat=NOW + 31, exp=NOW + 331)),
    "nbf in an hour": ("not-yet-valid", token(nbf=NOW + 3600)),
    "nbf as text": ("claims", token(nbf="0")),
    "a second too long": ("lifetime", token(iat=NOW, exp=NOW + 601)),
    "thirty years": ("lifetime", token(exp=NOW + 30 * 365 * 86400)),
    "old iat, late exp": ("lifetime", token(iat=NOW - 86400, exp=NOW + 60)),
    "exp before iat": ("lifetime", token(iat=NOW + 20, exp=NOW + 10)),
    # what it says
    "authority of three digits": ("authority", token(authority="101")),
    "authority with a line break": ("authority", token(authority="0101\n")),
    "authority in other digits": ("authority", token(authority="٠١٠١")),
    "two authorities": ("authority", token(authority=["0101", "0147"])),
    "an authority and something else": ("authority", token(authority=["0101", "nowhere"])),
    "authority a number": ("claims", token(authority=101)),
    "roles an object": ("claims", token(roles={"administrator": True})),
    "a role that is no text": ("claims", token(roles=["caseworker", 1])),
    "client with a line break": ("claims", token(client_id="journal\n")),
    # ID tokens and other tokens that are not for us
    "JWT without scope and client": ("not-an-access-token", token(typ="JWT", without=["scope", "client_id"])),
    "with a nonce": ("not-an-access-token", token(typ="JWT", nonce="n")),
    "with at_hash": ("not-an-access-token", token(typ="JWT", at_hash="h")),
    "a logout token": ("not-an-access-token", token(typ="JWT", events={})),
    "a refresh token": (
        "not-an-access-token",
        compact({**HEADER, "typ": "JWT"}, {**CLAIMS, "typ": "Refresh"}, SIGN),
    ),
}


@pytest.fixture(scope="module")
def auth(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    return verifier(tmp_path_factory.mktemp("issuers"), profile(), neighbour())


@pytest.mark.parametrize("name", GENUINE)
async def test_a_genuine_token_is_believed(auth: Verifier, name: str) -> None:
    claims = await auth.verify(GENUINE[name])
    assert claims.roles == {"caseworker"}


@pytest.mark.parametrize("name", FORGED)
async def test_a_forged_token_is_refused_for_its_reason(auth: Verifier, name: str) -> None:
    reason, forged = FORGED[name]
    with pytest.raises(Unauthenticated) as refused:
        await auth.verify(forged)
    assert refused.value.reason == reason


async def test_a_refusal_tells_nothing_of_the_token(auth: Verifier) -> None:
    with pytest.raises(Unauthenticated) as refused:
        await auth.verify(token(sub="a secret subject", iss="https://evil.example"))
    assert refused.value.args == ("issuer",)
    assert refused.value.__cause__ is None
