"""From the payload of a token whose signature holds to what the rest of the house knows of its caller.

Names the house does not know are dropped; a claim of the wrong shape refuses the whole token.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chassis.authorities import AUTHORITY
from chassis.keys import SERVICES_ISSUER
from chassis.profiles import ROLES, IssuerProfile

# A citizen's case and a trial's pseudonymised rows must never meet in one token.
ROLES_WITHOUT_AUTHORITY = frozenset({"evaluator", "trial-manager"})

_CLIENT_CLAIMS = ("client_id", "azp", "appid")
_PRINTABLE = re.compile(r"[\x21-\x7e]{1,255}")
_AUTHORITY = re.compile(AUTHORITY)
_SECTOR = re.compile(r"[a-z][a-z0-9-]{0,31}")
_NAME = re.compile(r"[A-Za-z0-9:._-]{1,100}")


class Unauthenticated(Exception):
    """The token is not believed. `reason` is a coarse code for logs; nothing of the token is in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says of its caller, in our names. A caller is (issuer, subject), never a subject alone."""

    issuer: str
    subject: str
    client: str  # empty when the issuer does not name one
    authority: str | None
    sectors: frozenset[str]
    units: frozenset[str]
    roles: frozenset[str]
    scopes: frozenset[str]
    trials: frozenset[str]
    expires_at: datetime
    default_purpose: str | None


def claims_of(payload: Mapping[str, Any], profile: IssuerProfile) -> Claims:
    """Read the claims where the profile says they are.

    Raises:
        Unauthenticated: a claim has the wrong shape, or names an authority that cannot be one.
    """
    paths = profile.claims
    client = client_of(payload, profile)
    registration = profile.clients.get(client)
    known = frozenset({"service"}) if profile.issuer == SERVICES_ISSUER else ROLES
    roles = known & _mapped(_texts(payload, paths.roles), profile.role_map)
    authority = _authority(payload, profile)
    if roles and roles <= ROLES_WITHOUT_AUTHORITY:
        authority = None
    else:
        roles -= ROLES_WITHOUT_AUTHORITY
    return Claims(
        issuer=profile.issuer,
        subject=_subject(payload, profile),
        client=client,
        authority=authority,
        sectors=_fitting(_SECTOR, _mapped(_texts(payload, paths.sectors), profile.sector_map)),
        units=_fitting(_NAME, _mapped(_texts(payload, paths.units), profile.unit_map)),
        roles=roles,
        scopes=scopes_of(payload, profile),
        trials=_fitting(_NAME, _texts(payload, paths.trials)),
        expires_at=datetime.fromtimestamp(payload["exp"], UTC),
        default_purpose=registration.default_purpose if registration else None,
    )


def client_of(payload: Mapping[str, Any], profile: IssuerProfile) -> str:
    """The client that the token was issued to, or an empty string."""
    paths = [profile.claims.client] if profile.claims.client else [(name,) for name in _CLIENT_CLAIMS]
    client = next((value for value in (_at(payload, path) for path in paths) if value is not None), None)
    return "" if client is None else _printable(client, "claims")


def scopes_of(payload: Mapping[str, Any], profile: IssuerProfile) -> frozenset[str]:
    """The granted scopes, whether they are written as one text with spaces or as a list."""
    return _fitting(_PRINTABLE, frozenset(" ".join(_texts(payload, profile.claims.scope)).split()))


def _subject(payload: Mapping[str, Any], profile: IssuerProfile) -> str:
    _printable(payload["sub"], "subject")
    subject = _printable(_at(payload, profile.claims.subject), "subject")
    if subject.startswith("service:") and profile.issuer != SERVICES_ISSUER:
        raise Unauthenticated("subject")  # nobody else may look like one of our services
    return subject


def _authority(payload: Mapping[str, Any], profile: IssuerProfile) -> str | None:
    named = _texts(payload, profile.claims.authority)
    if not named:
        return None
    authorities = _fitting(_AUTHORITY, _mapped(named, profile.authority_map))
    if len(named) != 1 or len(authorities) != 1:
        raise Unauthenticated("authority")
    return next(iter(authorities))


def _at(payload: Mapping[str, Any], path: tuple[str, ...]) -> object:
    found: object = payload
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _texts(payload: Mapping[str, Any], path: tuple[str, ...]) -> frozenset[str]:
    found = _at(payload, path)
    listed = found if isinstance(found, list) else [] if found is None else [found]
    if not all(isinstance(text, str) for text in listed):
        raise Unauthenticated("claims")
    return frozenset(listed)


def _mapped(names: frozenset[str], names_to_ours: Mapping[str, str] | None) -> frozenset[str]:
    if names_to_ours is None:
        return names
    return frozenset(names_to_ours[name] for name in names if name in names_to_ours)


def _fitting(shape: re.Pattern[str], names: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in names if shape.fullmatch(name))


def _printable(value: object, reason: str) -> str:
    if not isinstance(value, str) or not _PRINTABLE.fullmatch(value):
        raise Unauthenticated(reason)
    return value
