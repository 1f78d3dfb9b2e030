"""The public keys of an issuer: given in the configuration, in a file beside it, or at the issuer's address.

A key is found by its id and its type, never by anything else a token says of itself.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chassis.strict_json import parse_object

PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey

# Every algorithm that is ever accepted, with the type of key it needs. What is not here cannot be configured.
KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
SMALLEST_RSA_KEY = 2048

CACHE_SECONDS = 10 * 60
LEAST_SECONDS_BETWEEN_FETCHES = 60
LAST_GOOD_SECONDS = 24 * 60 * 60
FETCH_TIMEOUT_SECONDS = 5
LARGEST_ANSWER = 256 * 1024

_log = logging.getLogger(__name__)


class BadKeys(Exception):
    """A key set that must not be used. The message names key ids, never key material."""


class KeysAway(Exception):
    """The issuer's keys could not be fetched, and there are no earlier ones that still count."""


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """One public key. `algorithm` is set when the issuer keeps the key for a single algorithm."""

    key: PublicKey
    algorithm: str | None


KeySet = dict[tuple[str, str], VerificationKey]  # by key id and key type


class KeySource(Protocol):
    """Where the keys of one issuer come from."""

    async def find(self, kid: str, key_type: str) -> VerificationKey | None:
        """The key with this id and type, or None.

        Raises:
            KeysAway: there is no key at all at the moment, so nothing can be said of the token.
        """


def fingerprint(key: PublicKey) -> bytes:
    """The same bytes for the same public key, however it was written down."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def parse_key_set(document: dict[str, Any], *, barred: frozenset[bytes], lenient: bool) -> KeySet:
    """Read a JSON Web Key Set.

    Identity providers publish keys for other uses beside the ones we need; `lenient` passes over what is
    unusable instead of refusing the set. A `barred` key, or an id that may mean two keys, always refuses it.

    Raises:
        BadKeys: the set must not be used.
    """
    found: KeySet = {}
    for jwk in _members(document):
        kid, key_type = jwk.get("kid"), jwk.get("kty")
        try:
            key = _parse_key(jwk)
        except BadKeys as fault:
            if lenient:
                continue
            raise BadKeys(f"key {kid!r} {fault}") from None
        if fingerprint(key.key) in barred:
            raise BadKeys(f"key {kid!r} is that of the local development issuer")
        if (str(kid), str(key_type)) in found:
            raise BadKeys(f"key {kid!r} is given twice")
        found[str(kid), str(key_type)] = key
    if not found:
        raise BadKeys("no usable key")
    return found


def _members(document: dict[str, Any]) -> list[dict[str, Any]]:
    keys = document.get("keys")
    if not isinstance(keys, list) or not all(isinstance(jwk, dict) for jwk in keys):
        raise BadKeys("a key set is an object with a list `keys`")
    return keys


def _parse_key(jwk: dict[str, Any]) -> VerificationKey:
    kid, key_type, algorithm = jwk.get("kid"), jwk.get("kty"), jwk.get("alg")
    if not isinstance(kid, str) or not kid:
        raise BadKeys("has no id (`kid`)")
    usual = next((name for name, needs in KEY_TYPES.items() if needs == key_type), None)
    if usual is None:
        raise BadKeys("is not RSA, EC or OKP: a shared secret is never accepted")
    if "d" in jwk:
        raise BadKeys("is a private key and does not belong here")
    if jwk.get("use", "sig") != "sig" or "verify" not in (jwk.get("key_ops") or ["verify"]):
        raise BadKeys("is not for verifying signatures")
    if algorithm is not None and KEY_TYPES.get(str(algorithm)) != key_type:
        raise BadKeys("is for an algorithm that is not accepted")
    try:
        key = jwt.PyJWK(jwk, algorithm=usual).key
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        raise BadKeys("is malformed") from None
    return VerificationKey(_strong(key), algorithm)


def _strong(key: object) -> PublicKey:
    match key:
        case RSAPublicKey() if key.key_size >= SMALLEST_RSA_KEY:
            return key
        case EllipticCurvePublicKey() if isinstance(key.curve, SECP256R1):
            return key
        case Ed25519PublicKey():
            return key
        case RSAPublicKey():
            raise BadKeys(f"is an RSA key of less than {SMALLEST_RSA_KEY} bits")
        case _:
            raise BadKeys("is on a curve that is not accepted")


class GivenKeys:
    """Keys written into the configuration."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    async def find(self, kid: str, key_type: str) -> VerificationKey | None:
        """The key with this id and type, or None."""
        return self._keys.get((kid, key_type))


class FileKeys:
    """Keys in a file, read again when the file changes, so that keys rotate without a restart."""

    def __init__(self, path: Path, *, barred: frozenset[bytes]) -> None:
        self._path = path
        self._barred = barred
        self._seen = self._state()
        self._keys = self._read()

    async def find(self, kid: str, key_type: str) -> VerificationKey | None:
        """The key with this id and type, or None. A file that went bad leaves the last good keys in force."""
        try:
            state = self._state()
            if state != self._seen:
                self._seen = state
                self._keys = self._read()
        except BadKeys as fault:
            _log.error("the last good keys stay in force: %s", fault)
        return self._keys.get((kid, key_type))

    def _state(self) -> tuple[int, int, int]:
        try:
            state = self._path.stat()
        except OSError as fault:
            raise BadKeys(f"{self._path}: {fault.strerror}") from None
        return state.st_mtime_ns, state.st_size, state.st_ino

    def _read(self) -> KeySet:
        try:
            return parse_key_set(parse_object(self._path.read_bytes()), barred=self._barred, lenient=False)
        except (OSError, ValueError, BadKeys) as fault:
            raise BadKeys(f"{self._path}: {fault}") from None


class FetchedKeys:
    """Keys at the issuer's own address.

    They count for ten minutes. A token with an unknown key id has them fetched anew, but never more than once
    a minute, whoever asks: else anybody could make us flood the issuer. While the issuer is away the last
    good keys stay in force for a day.
    """

    def __init__(self, uri: str, *, barred: frozenset[bytes], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._uri = uri
        self._barred = barred
        self._monotonic = monotonic
        self._keys: KeySet = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def find(self, kid: str, key_type: str) -> VerificationKey | None:
        """The key with this id and type, or None.

        Raises:
            KeysAway: the keys could not be fetched for a day, or never.
        """
        wanted = (kid, key_type)
        # While somebody else fetches, a known key is good enough: only those who need the news wait for it.
        if self._is_due(wanted) and not (self._fetching.locked() and wanted in self._keys):
            async with self._fetching:
                if self._is_due(wanted):
                    await self._fetch()
        if self._monotonic() - self._fetched_at > LAST_GOOD_SECONDS:
            raise KeysAway(self._uri)
        return self._keys.get(wanted)

    def _is_due(self, wanted: tuple[str, str]) -> bool:
        now = self._monotonic()
        if now - self._tried_at < LEAST_SECONDS_BETWEEN_FETCHES:
            return False
        return wanted not in self._keys or now - self._fetched_at >= CACHE_SECONDS

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(FETCH_TIMEOUT_SECONDS):
                document = parse_object(await self._download())
            self._keys = parse_key_set(document, barred=self._barred, lenient=True)
            self._fetched_at = self._monotonic()
        except (httpx2.HTTPError, OSError, ValueError, BadKeys) as fault:
            _log.error("keys of %s not fetched, the last good ones stay in force: %r", self._uri, fault)
        finally:
            self._tried_at = self._monotonic()  # also when the request that waited for it was cancelled

    async def _download(self) -> bytes:
        # No proxy from the environment and no redirect: the address is pinned by the configuration.
        # Unpacked, a small answer can be as large as it likes: so none that is packed.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        async with (
            httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=FETCH_TIMEOUT_SECONDS) as client,
            client.stream("GET", self._uri, headers=headers) as response,
        ):
            if response.status_code != httpx2.codes.OK:
                raise BadKeys(f"the issuer answered {response.status_code}")
            content = b""
            async for piece in response.aiter_raw():
                content += piece
                if len(content) > LARGEST_ANSWER:
                    raise BadKeys("the issuer's answer is too long")
            return content
