"""Whose tokens we believe, and how they say what we need: the file issuers.json, one profile per issuer.

A profile makes the tokens of a Keycloak, an Entra or a broker fit by configuration; no code knows them.
What would make a profile unsafe is refused when the file is read: the process then does not start.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel

from chassis.jwks import (
    KEY_TYPES,
    BadKeys,
    FetchedKeys,
    FileKeys,
    GivenKeys,
    KeySource,
    fingerprint,
    parse_key_set,
)
from chassis.keys import (
    AUDIENCE,
    DEVELOPMENT_ISSUER,
    DEVELOPMENT_LIFETIME,
    MODES,
    SERVICES_ISSUER,
    KeysUnusable,
    signing_key,
)
from chassis.strict_json import parse_object

LONGEST_LIFETIME = 90 * 60
TOKEN_TYPES = {"at+jwt": "at+jwt", "jwt": "JWT"}  # as compared → as written
ROLES = frozenset(
    {
        "caseworker",
        "team-lead",
        "evaluator",
        "trial-manager",
        "auditor",
        "dpo",
        "administrator",
        "integration",
        "citizen",
        "representative",
    }
)


class BadIssuers(Exception):
    """issuers.json must not be used. The message says which issuer and why; it holds no key."""


def _segments(path: object) -> object:
    return tuple(path.split(".")) if isinstance(path, str) else path


# Where a claim is: "realm_access.roles", or ["https://example.org/roles"] when a key itself has dots.
ClaimPath = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1)], ...],
    BeforeValidator(_segments),
    Field(min_length=1),
]


class _Part(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=False,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )


class ClaimPaths(_Part):
    """Where in the payload each claim is. Without a path `client` is `client_id`, `azp` or `appid`."""

    subject: ClaimPath = ("sub",)
    authority: ClaimPath = ("authority",)
    sectors: ClaimPath = ("sectors",)
    units: ClaimPath = ("units",)
    roles: ClaimPath = ("roles",)
    scope: ClaimPath = ("scope",)
    trials: ClaimPath = ("trials",)
    client: ClaimPath | None = None


class ClientRegistration(_Part):
    """What is agreed with one client of this issuer."""

    default_purpose: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]*$")] | None = None


class IssuerProfile(_Part):
    """One issuer. The maps turn its own names into ours; where a map is given, only what it names counts."""

    issuer: Annotated[str, StringConstraints(min_length=1)]
    jwks: dict[str, Any] | None = None
    jwks_file: str | None = None
    jwks_uri: Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+")] | None = None
    algorithms: Annotated[frozenset[str], Field(min_length=1)]
    types: Annotated[frozenset[str], Field(min_length=1)] = frozenset({"at+jwt"})
    audience: Annotated[str, StringConstraints(min_length=1)] = AUDIENCE
    max_lifetime_seconds: Annotated[int, Field(ge=1, strict=True)] = 600
    claims: ClaimPaths = ClaimPaths()
    role_map: dict[str, str] | None = None
    authority_map: dict[str, str] | None = None
    sector_map: dict[str, str] | None = None
    unit_map: dict[str, str] | None = None
    clients: dict[str, ClientRegistration] = {}
    development: Annotated[bool, Field(strict=True)] = False

    @field_validator("algorithms")
    @classmethod
    def _only_signatures_of_a_key_pair(cls, algorithms: frozenset[str]) -> frozenset[str]:
        refused = sorted(algorithms - KEY_TYPES.keys())
        if refused:
            raise ValueError(
                f"{', '.join(refused)}: only {', '.join(KEY_TYPES)} are accepted;"
                " a shared secret (HS256 …) or no signature (none) never is"
            )
        return algorithms

    @field_validator("types")
    @classmethod
    def _only_access_tokens(cls, types: frozenset[str]) -> frozenset[str]:
        compared = frozenset(name.lower() for name in types)
        if not compared <= TOKEN_TYPES.keys():
            raise ValueError(f"only {' and '.join(TOKEN_TYPES.values())} are accepted")
        return compared

    @field_validator("role_map")
    @classmethod
    def _only_roles_we_have(cls, role_map: dict[str, str] | None) -> dict[str, str] | None:
        unknown = sorted(set((role_map or {}).values()) - ROLES)
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: not a role an issuer may give")
        return role_map

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if sum(source is not None for source in (self.jwks, self.jwks_file, self.jwks_uri)) != 1:
            raise ValueError("give exactly one of jwks, jwksFile and jwksUri")
        longest = DEVELOPMENT_LIFETIME if self.development else LONGEST_LIFETIME
        if self.max_lifetime_seconds > longest:
            raise ValueError(f"maxLifetimeSeconds must be at most {longest}")
        if self.issuer == SERVICES_ISSUER and (self.development or self.jwks_uri or self.types != {"at+jwt"}):
            raise ValueError("our own services sign at+jwt with keys that are given here")
        return self


@dataclass(frozen=True, slots=True)
class Issuer:
    """A profile and the keys that go with it."""

    profile: IssuerProfile
    keys: KeySource


def load_issuers(
    path: Path, *, mode: str, keys_dir: Path | None = None, monotonic: Callable[[], float] = time.monotonic
) -> dict[str, Issuer]:
    """Read issuers.json; relative names in it are seen from its own folder.

    `keys_dir` (by default that folder) is where the key of a local development issuer would be: in production
    no issuer may use it, under whatever name.

    Raises:
        BadIssuers: the file must not be used in this mode.
    """
    if mode not in MODES:
        raise BadIssuers(f"the mode must be one of {', '.join(MODES)}")
    barred = _development_key(keys_dir or path.parent) if mode == "production" else frozenset()
    issuers: dict[str, Issuer] = {}
    for profile in _profiles(path):
        place = f"{path}: issuer {profile.issuer}"
        if profile.issuer in issuers:
            raise BadIssuers(f"{place} is given twice")
        if mode == "production" and (profile.development or profile.issuer == DEVELOPMENT_ISSUER):
            raise BadIssuers(f"{place} is a development issuer, which production refuses: remove it")
        try:
            keys = _keys_of(profile, path.parent, mode=mode, barred=barred, monotonic=monotonic)
        except BadKeys as fault:
            raise BadIssuers(f"{place}: {fault}") from None
        issuers[profile.issuer] = Issuer(profile, keys)
    return issuers


def _profiles(path: Path) -> list[IssuerProfile]:
    try:
        listed = parse_object(path.read_bytes())
        if set(listed) != {"issuers"} or not isinstance(listed["issuers"], list) or not listed["issuers"]:
            raise ValueError('must be {"issuers": […]} with at least one issuer')
        return [IssuerProfile.model_validate(profile) for profile in listed["issuers"]]
    except OSError as fault:
        raise BadIssuers(f"{path}: {fault.strerror}") from None
    except ValidationError as invalid:
        # Without the input: it may hold what somebody took for a key.
        faults = [
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}".removeprefix(": ")
            for fault in invalid.errors(include_input=False, include_url=False, include_context=False)
        ]
        raise BadIssuers(f"{path}: {'; '.join(faults)}") from None
    except ValueError as fault:
        raise BadIssuers(f"{path}: {fault}") from None


def _development_key(keys_dir: Path) -> frozenset[bytes]:
    path = keys_dir / "issuer.pem"
    if not path.exists():
        return frozenset()
    try:
        return frozenset({fingerprint(signing_key(path).public_key())})
    except KeysUnusable as fault:
        raise BadIssuers(f"{fault}; production must not have a development issuer at all") from None


def _keys_of(
    profile: IssuerProfile,
    folder: Path,
    *,
    mode: str,
    barred: frozenset[bytes],
    monotonic: Callable[[], float],
) -> KeySource:
    if profile.jwks is not None:
        return GivenKeys(parse_key_set(profile.jwks, barred=barred, lenient=False))
    if profile.jwks_file is not None:
        return FileKeys(folder / profile.jwks_file, barred=barred)
    assert profile.jwks_uri is not None  # one of the three is given, see the profile
    if mode == "production" and not profile.jwks_uri.startswith("https://"):
        raise BadKeys("jwksUri must be https")
    return FetchedKeys(profile.jwks_uri, barred=barred, monotonic=monotonic)
