"""Secrets on disk: a secret and a signing key per service, the development issuer, and what they sign.

A keys directory holds `<service>.secret` (32 random bytes), `<service>.pem` (ES256, signs that service's own
tokens), `issuer.pem` (development only) and `issuers.json` (whose tokens are believed).
In production give each service only its own two files and `issuers.json`.
"""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from chassis.sealing import derive
from chassis.strict_json import parse_object

SERVICES = ("cases", "referrals", "surveys", "gateway")
SERVICES_ISSUER = "urn:helhed:services"
DEVELOPMENT_ISSUER = "urn:helhed:development"
DEVELOPMENT_LIFETIME = 12 * 60 * 60
AUDIENCE = "helhed"
SECRET_BYTES = 32
MODES = ("development", "production")


class KeysUnusable(Exception):
    """The keys directory lacks something, or holds what must not be used. The message is for operators."""


class Secret(bytes):
    """A service's secret. It does not show itself in logs and tracebacks."""

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def derive(self, label: str) -> bytes:
        """A 32-byte key for one use (HKDF-SHA256); another label gives an unrelated key."""
        return derive(self, label)


class Keyring:
    """Reads the secrets of one keys directory, from the file at every call."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def secret(self, service: str) -> Secret:
        """The secret of one service.

        Raises:
            KeysUnusable: the file is missing, or is not exactly 32 bytes.
        """
        path = self._directory / f"{service}.secret"
        content = _read(path)
        if len(content) != SECRET_BYTES:
            raise KeysUnusable(f"{path} must hold exactly {SECRET_BYTES} bytes")
        return Secret(content)


# ── making what lacks ────────────────────────────────────────────────────────────────────────────


def make_missing(directory: Path, mode: str) -> None:
    """Create what the keys directory lacks, and only that. Safe when two processes start at once.

    In production no development issuer is made. An `issuers.json` that an operator wrote keeps its issuers
    and gets the services' own added.

    Raises:
        KeysUnusable: production has lost a secret that was there before. A new one could not open what the
            old one sealed, so a person must decide.
    """
    if mode not in MODES:
        raise KeysUnusable(f"the mode must be one of {', '.join(MODES)}")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _missing_files(directory, mode) and not _issuers_to_write(directory, mode):
        return  # so that a read-only directory that holds everything is fine
    with _only_one_process(directory):
        for path in _missing_files(directory, mode):
            is_secret = path.suffix == ".secret"
            if is_secret and mode == "production" and path.with_suffix(".pem").exists():
                raise KeysUnusable(f"{path} is gone but its service has run before: restore it from a backup")
            _write(path, secrets.token_bytes(SECRET_BYTES) if is_secret else _new_signing_key())
        issuers = _issuers_to_write(directory, mode)
        if issuers:
            _write(directory / "issuers.json", json.dumps(issuers, indent=2, ensure_ascii=False).encode())


def _missing_files(directory: Path, mode: str) -> list[Path]:
    # Each secret before its key: a crash in between then never looks like a lost secret.
    names = [name for service in SERVICES for name in (f"{service}.secret", f"{service}.pem")]
    if mode == "development":
        names.append("issuer.pem")
    return [directory / name for name in names if not (directory / name).exists()]


def _issuers_to_write(directory: Path, mode: str) -> dict[str, Any] | None:
    """What issuers.json should say, or None when it says so already (or cannot yet, for want of keys)."""
    if _missing_files(directory, mode):
        return None
    path = directory / "issuers.json"
    try:
        present = parse_object(path.read_bytes()) if path.exists() else {}
        kept = {profile["issuer"]: profile for profile in present.get("issuers", [])}
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise KeysUnusable(f"{path} cannot be read: {fault}") from None
    wanted = dict(kept)
    for profile in _own_profiles(directory, mode):
        there = kept.get(profile["issuer"])
        if there is None:
            wanted[profile["issuer"]] = profile
        elif "jwks" in there and there["jwks"] != profile["jwks"]:  # a key was made anew
            wanted[profile["issuer"]] = {**there, "jwks": profile["jwks"]}
    return None if wanted == kept and path.exists() else {**present, "issuers": list(wanted.values())}


def _own_profiles(directory: Path, mode: str) -> Iterator[dict[str, Any]]:
    yield {
        "issuer": SERVICES_ISSUER,
        "audience": AUDIENCE,
        "algorithms": ["ES256"],
        "types": ["at+jwt"],
        "jwks": {"keys": [_public_jwk(directory / f"{service}.pem", kid=service) for service in SERVICES]},
    }
    if mode == "development":
        yield {
            "issuer": DEVELOPMENT_ISSUER,
            "development": True,
            "audience": AUDIENCE,
            "algorithms": ["ES256"],
            "types": ["at+jwt"],
            "maxLifetimeSeconds": DEVELOPMENT_LIFETIME,
            "jwks": {"keys": [_public_jwk(directory / "issuer.pem", kid="development")]},
        }


def _new_signing_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public_jwk(path: Path, *, kid: str) -> dict[str, Any]:
    public = jwt.algorithms.ECAlgorithm.to_jwk(signing_key(path).public_key(), as_dict=True)
    return {**public, "kid": kid, "use": "sig", "alg": "ES256"}


@contextmanager
def _only_one_process(directory: Path) -> Iterator[None]:
    # A lock of the kernel, not a file's existence: it goes when its holder dies.
    descriptor = os.open(directory / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read. A reader sees all of it or none."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise KeysUnusable(f"{path} cannot be read: {fault.strerror}") from None


def signing_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The ES256 private key in a PEM file.

    Raises:
        KeysUnusable: there is no file, or it holds no such key.
    """
    try:
        key = load_pem_private_key(_read(path), password=None)
    except (ValueError, TypeError):
        raise KeysUnusable(f"{path} holds no usable private key") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeysUnusable(f"{path} must hold an ES256 (P-256) private key")
    return key


# ── signing ──────────────────────────────────────────────────────────────────────────────────────


def service_token(
    keys_dir: Path, service: str, *, authority: str | None, audience: str = AUDIENCE, lifetime: int = 300
) -> str:
    """A token with which one of our services speaks for itself in one authority.

    Raises:
        KeysUnusable: the service's private key is not in `keys_dir`.
    """
    claims = {
        "iss": SERVICES_ISSUER,
        "aud": audience,
        "sub": f"service:{service}",
        "client_id": service,
        "roles": ["service"],
        "authority": authority,
    }
    return _sign(claims, keys_dir / f"{service}.pem", kid=service, lifetime=lifetime)


def development_token(
    keys_dir: Path,
    *,
    authority: str | None,
    sectors: Sequence[str],
    roles: Sequence[str],
    subject: str | None = None,
    units: Sequence[str] = (),
    trials: Sequence[str] = (),
    scope: str | None = None,
    lifetime: int = DEVELOPMENT_LIFETIME,
) -> str:
    """A token of the local development issuer.

    Without a subject it gets one that tells role, sector and authority; without a scope it may do all
    that its roles may, since scopes only narrow.

    Raises:
        KeysUnusable: there is no `issuer.pem`, as in every production installation.
    """
    path = keys_dir / "issuer.pem"
    if not path.exists():
        raise KeysUnusable(f"{keys_dir} has no development issuer: only a town in development mode has one")
    claims: dict[str, Any] = {
        "iss": DEVELOPMENT_ISSUER,
        "aud": AUDIENCE,
        "sub": subject or "-".join(part for part in (*roles, *sectors, authority) if part),
        "client_id": "helhed-development",
        "sectors": list(sectors),
        "units": list(units),
        "roles": list(roles),
        "trials": list(trials),
        "authority": authority,
        "scope": scope,
    }
    return _sign(claims, path, kid="development", lifetime=lifetime)


def _sign(claims: dict[str, Any], path: Path, *, kid: str, lifetime: int) -> str:
    issued = int(time.time())
    said = {name: value for name, value in claims.items() if value is not None}
    payload = {**said, "iat": issued, "exp": issued + lifetime, "jti": secrets.token_urlsafe(16)}
    return jwt.encode(payload, signing_key(path), algorithm="ES256", headers={"typ": "at+jwt", "kid": kid})
