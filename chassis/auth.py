"""From a bearer token to the claims that may be believed, or `Unauthenticated`.

The signature is PyJWT's work. What PyJWT leaves open (any `typ`, no `exp`, an `exp` in thirty years, numbers
written as text, members given twice) is decided here: a token that two readers understand differently is a
way in. The rules are those of RFC 8725 and RFC 9068; what differs between issuers is in their profiles.
"""

import hashlib
import re
import time
from base64 import urlsafe_b64decode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import jwt

from chassis.claims import Claims, Unauthenticated, claims_of, client_of, scopes_of
from chassis.jwks import KEY_TYPES, KeysAway, PublicKey
from chassis.keys import SERVICES_ISSUER, development_token, service_token
from chassis.profiles import Issuer, IssuerProfile, load_issuers
from chassis.strict_json import parse_object

__all__ = ["Claims", "Unauthenticated", "Verifier", "development_token", "service_token"]

LARGEST_TOKEN = 8 * 1024
LEEWAY_SECONDS = 30
REMEMBERED_TOKENS = 4096
REMEMBERED_SECONDS = 60

_REQUIRED = ("iss", "sub", "aud", "exp", "iat")
# The signature may be empty here, so that an unsigned token is refused for its algorithm.
_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*")
# Extensions we would have to understand (crit, b64), and marks of encrypted, packed or nested tokens.
_CRITICAL = ("crit", "b64")
_NOT_PLAIN = ("enc", "zip", "cty")
# What only an ID token, a logout token or a security event has.
_NOT_OF_AN_ACCESS_TOKEN = ("nonce", "at_hash", "c_hash", "s_hash", "events")

_signatures = jwt.PyJWS(algorithms=list(KEY_TYPES))


class Verifier:
    """Decides whose tokens are believed. One per process; it remembers for a minute what it has verified."""

    def __init__(self, issuers: Mapping[str, Issuer], *, now: Callable[[], float] = time.time) -> None:
        self._issuers = issuers
        self._now = now
        self._verified = _Verified()

    @classmethod
    def from_file(
        cls,
        path: Path,
        *,
        mode: str,
        keys_dir: Path | None = None,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> Self:
        """A verifier for the issuers in `path`; see `chassis.profiles.load_issuers`.

        Raises:
            BadIssuers: the file must not be used in this mode.
        """
        return cls(load_issuers(path, mode=mode, keys_dir=keys_dir, monotonic=monotonic), now=now)

    async def verify(self, token: str) -> Claims:
        """What the token says of its caller.

        Raises:
            Unauthenticated: it is not believed. Reason `keys-away`: nothing is known to be wrong with the
                token, but its issuer's keys could not be fetched.
        """
        if len(token) > LARGEST_TOKEN or not token.isascii():
            raise Unauthenticated("malformed")
        now = self._now()
        digest = hashlib.sha256(token.encode()).digest()
        claims = self._verified.find(digest, now)
        if claims is None:
            claims = await self._verify(token, now)
            self._verified.keep(digest, claims, now)
        return claims

    async def _verify(self, token: str, now: float) -> Claims:
        header, payload = _read(token)
        algorithm, kind = _check_header(header)
        issuer = self._issuers.get(_text(payload, "iss"))
        if issuer is None:
            raise Unauthenticated("issuer")
        profile = issuer.profile
        if algorithm not in profile.algorithms:
            raise Unauthenticated("algorithm")
        if kind not in profile.types:
            raise Unauthenticated("type")
        kid = _text(header, "kid")
        _check_signature(token, await _find_key(issuer, kid, algorithm), algorithm)
        _check_times(payload, profile, now)
        _check_audience(payload, profile)
        if kind == "jwt":
            _check_access_token(payload, profile)
        claims = claims_of(payload, profile)
        if profile.issuer == SERVICES_ISSUER and claims.subject != f"service:{kid}":
            raise Unauthenticated("subject")  # each service speaks for itself only
        return claims


class _Verified:
    """The latest tokens that were believed, by digest. Failures are not kept: keys arrive, clocks move on."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, tuple[float, float, Claims]] = OrderedDict()

    def find(self, digest: bytes, now: float) -> Claims | None:
        since, until, claims = self._kept.get(digest, (0.0, 0.0, None))
        if claims is None or not since <= now < until:
            return None
        self._kept.move_to_end(digest)
        return claims

    def keep(self, digest: bytes, claims: Claims, now: float) -> None:
        until = min(now + REMEMBERED_SECONDS, claims.expires_at.timestamp())
        self._kept[digest] = (now, until, claims)
        self._kept.move_to_end(digest)
        if len(self._kept) > REMEMBERED_TOKENS:
            self._kept.popitem(last=False)


def _read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and payload, still unproven."""
    parts = _COMPACT.fullmatch(token)
    if parts is None:  # also five parts: an encrypted token
        raise Unauthenticated("malformed")
    try:
        header, payload = (parse_object(urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts.groups())
    except ValueError:
        raise Unauthenticated("malformed") from None
    if any(name in header for name in _NOT_PLAIN):
        raise Unauthenticated("malformed")
    return header, payload


def _check_header(header: Mapping[str, Any]) -> tuple[str, str]:
    """The algorithm and the type, in lower case. Keys and key addresses in the header are not looked at."""
    algorithm = header.get("alg")
    if not isinstance(algorithm, str):
        raise Unauthenticated("algorithm")
    if any(name in header for name in _CRITICAL):
        raise Unauthenticated("critical-header")
    kind = header.get("typ")
    if not isinstance(kind, str):
        raise Unauthenticated("type")
    return algorithm, kind.lower().removeprefix("application/")


def _text(members: Mapping[str, Any], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not value:
        raise Unauthenticated("key" if name == "kid" else "claims")
    return value


async def _find_key(issuer: Issuer, kid: str, algorithm: str) -> PublicKey:
    try:
        found = await issuer.keys.find(kid, KEY_TYPES[algorithm])
    except KeysAway:
        raise Unauthenticated("keys-away") from None
    if found is None or found.algorithm not in (None, algorithm):
        raise Unauthenticated("key")
    return found.key


def _check_signature(token: str, key: PublicKey, algorithm: str) -> None:
    try:
        _signatures.decode(token, key, algorithms=[algorithm])
    except jwt.InvalidTokenError:
        raise Unauthenticated("signature") from None


def _check_times(payload: Mapping[str, Any], profile: IssuerProfile, now: float) -> None:
    if any(payload.get(name) is None for name in _REQUIRED):
        raise Unauthenticated("claims")
    expires, issued, not_before = payload["exp"], payload["iat"], payload.get("nbf", 0)
    # `type`, not `isinstance`: true is an int to Python, and 1e300 or "1" a time to some libraries.
    if any(type(moment) is not int for moment in (expires, issued, not_before)):
        raise Unauthenticated("claims")
    if expires <= now - LEEWAY_SECONDS:
        raise Unauthenticated("expired")
    if max(issued, not_before) > now + LEEWAY_SECONDS:
        raise Unauthenticated("not-yet-valid")
    # Since `iat` lies at most the leeway ahead, this also bounds how far ahead `exp` may lie.
    if not 0 < expires - issued <= profile.max_lifetime_seconds:
        raise Unauthenticated("lifetime")


def _check_audience(payload: Mapping[str, Any], profile: IssuerProfile) -> None:
    audience = payload["aud"]
    named = audience if isinstance(audience, list) else [audience]
    if not all(isinstance(name, str) for name in named) or profile.audience not in named:
        raise Unauthenticated("audience")


def _check_access_token(payload: Mapping[str, Any], profile: IssuerProfile) -> None:
    """Refuse an ID token. With `at+jwt` the type says what it is; with plain `JWT` only the claims can."""
    if any(name in payload for name in _NOT_OF_AN_ACCESS_TOKEN):
        raise Unauthenticated("not-an-access-token")
    if str(payload.get("typ", "Bearer")).lower() != "bearer":  # how Keycloak tells its tokens apart
        raise Unauthenticated("not-an-access-token")
    if not scopes_of(payload, profile) and not client_of(payload, profile):
        raise Unauthenticated("not-an-access-token")
