"""Issuers that exist only in a test, and tokens that are exactly as right or as wrong as the test wants them."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from chassis.auth import Verifier

NOW = 1_900_000_000
ISSUER = "https://login.example/realms/town"
NEIGHBOUR = "https://login.neighbour.example"

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
Sign = Callable[[bytes], bytes]

# Made once: an RSA key takes longer to make than all the rest of these tests.
EC_KEY = ec.generate_private_key(ec.SECP256R1())
NEIGHBOUR_KEY = ec.generate_private_key(ec.SECP256R1())
STRANGER_KEY = ec.generate_private_key(ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)

CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "sub": "a1b2c3",
    "aud": "helhed",
    "iat": NOW - 10,
    "exp": NOW + 290,
    "client_id": "journal",
    "authority": "0101",
    "sectors": ["employment"],
    "roles": ["caseworker"],
    "scope": "cases:read",
}


def encode(part: bytes | dict[str, Any]) -> str:
    """One part of a compact token."""
    content = part if isinstance(part, bytes) else json.dumps(part).encode()
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def compact(header: bytes | dict[str, Any], payload: bytes | dict[str, Any], sign: Sign) -> str:
    """A token of any content, signed as it is."""
    content = f"{encode(header)}.{encode(payload)}"
    return f"{content}.{encode(sign(content.encode()))}"


def signer(algorithm: str, key: Any) -> Sign:
    """Signs with any algorithm PyJWT knows, also those we refuse."""
    return lambda content: jwt.get_algorithm_by_name(algorithm).sign(content, key)


def token(
    *,
    algorithm: str = "ES256",
    kid: str = "ec",
    key: Any = EC_KEY,
    typ: str = "at+jwt",
    header: dict[str, Any] | None = None,
    without: Iterable[str] = (),
    **claims: Any,
) -> str:
    """A good token, but for what the arguments say. A claim or header given as None is written as null."""
    whole_header = {"alg": algorithm, "kid": kid, "typ": typ, **(header or {})}
    payload = {name: value for name, value in {**CLAIMS, **claims}.items() if name not in without}
    return compact(whole_header, payload, signer(algorithm, key))


def public_jwk(key: PrivateKey, kid: str, **members: Any) -> dict[str, Any]:
    """The public half as a JSON Web Key, as identity providers publish it."""
    family = {
        ec.EllipticCurvePrivateKey: jwt.algorithms.ECAlgorithm,
        rsa.RSAPrivateKey: jwt.algorithms.RSAAlgorithm,
        ed25519.Ed25519PrivateKey: jwt.algorithms.OKPAlgorithm,
    }
    writer = next(family[known] for known in family if isinstance(key, known))
    jwk = json.loads(writer.to_jwk(key.public_key()))
    jwk.pop("key_ops", None)
    return {**jwk, "kid": kid, "use": "sig", **members}


def profile(**members: Any) -> dict[str, Any]:
    """The profile of `ISSUER`, but for what the arguments say; a member given as None is left out."""
    keys = [public_jwk(EC_KEY, "ec"), public_jwk(RSA_KEY, "rsa"), public_jwk(ED_KEY, "ed")]
    whole = {
        "issuer": ISSUER,
        "algorithms": ["ES256", "RS256", "PS256", "EdDSA"],
        "types": ["at+jwt", "JWT"],
        "jwks": {"keys": keys},
        **members,
    }
    return {name: value for name, value in whole.items() if value is not None}


def neighbour() -> dict[str, Any]:
    """An issuer beside `ISSUER` that may do less: ES256 and at+jwt only."""
    keys = {"keys": [public_jwk(NEIGHBOUR_KEY, "neighbour")]}
    return {"issuer": NEIGHBOUR, "algorithms": ["ES256"], "types": ["at+jwt"], "jwks": keys}


def issuers_file(folder: Path, *profiles: dict[str, Any]) -> Path:
    """An issuers.json with these profiles."""
    path = folder / "issuers.json"
    path.write_text(json.dumps({"issuers": list(profiles)}))
    return path


def verifier(folder: Path, *profiles: dict[str, Any], now: float = NOW, mode: str = "production") -> Verifier:
    """A verifier for these profiles, for which it is always `now`."""
    return Verifier.from_file(issuers_file(folder, *profiles), mode=mode, now=lambda: now)
