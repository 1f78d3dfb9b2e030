"""What a token says of its caller, also when a Keycloak or an Entra says it in their own way."""

from pathlib import Path
from typing import Any

import pytest

from chassis.auth import Claims, Unauthenticated
from tests.support.tokens import CLAIMS, ISSUER, NOW, RSA_KEY, compact, profile, signer, token, verifier

KEYCLOAK = "https://sso.example/realms/town"
ENTRA = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0"

# As Keycloak writes it out of the box, with one attribute mapper (authority) and one for groups.
KEYCLOAK_PROFILE = profile(
    issuer=KEYCLOAK,
    algorithms=["RS256"],
    types=["JWT"],
    claims={"roles": "realm_access.roles", "client": "azp", "units": "groups", "sectors": "sector"},
    unitMap={"/health/alkohol": "health:alkohol"},
    clients={"journal": {"defaultPurpose": "casework"}},
)
KEYCLOAK_ACCESS = {
    "exp": NOW + 300,
    "iat": NOW,
    "auth_time": NOW - 60,
    "jti": "onrtac:0e0d4d9c-8c1e",
    "iss": KEYCLOAK,
    "aud": ["helhed", "account"],
    "sub": "f7f6c1d0-3a05-4c2f-9d0b-1f2e3d4c5b6a",
    "typ": "Bearer",
    "azp": "journal",
    "sid": "6d3f",
    "acr": "1",
    "allowed-origins": ["https://journal.example"],
    "realm_access": {"roles": ["caseworker", "offline_access", "default-roles-town"]},
    "resource_access": {"account": {"roles": ["manage-account"]}},
    "scope": "openid profile email",
    "authority": "0101",
    "sector": "health",
    "groups": ["/health/alkohol", "/choir"],
    "preferred_username": "jens",
}
KEYCLOAK_ID = {
    **{name: KEYCLOAK_ACCESS[name] for name in ("exp", "iat", "iss", "sub", "azp", "sid", "acr", "authority")},
    "aud": "helhed",  # the worst case: the client is called like the API
    "typ": "ID",
    "realm_access": KEYCLOAK_ACCESS["realm_access"],
}

ENTRA_PROFILE = profile(
    issuer=ENTRA,
    algorithms=["RS256"],
    types=["JWT"],
    audience="api://helhed",
    maxLifetimeSeconds=5400,
    claims={"authority": "tid", "scope": "scp", "units": "groups", "subject": "oid", "sectors": "groups"},
    authorityMap={"11111111-2222-3333-4444-555555555555": "0101"},
    roleMap={"Helhed.Caseworker": "caseworker"},
    sectorMap={"aaaaaaaa-0000-0000-0000-000000000001": "employment"},
    unitMap={"aaaaaaaa-0000-0000-0000-000000000002": "jobcenter-nord"},
)
ENTRA_ACCESS = {
    "aud": "api://helhed",
    "iss": ENTRA,
    "iat": NOW - 300,
    "nbf": NOW - 300,
    "exp": NOW + 4500,
    "aio": "ATQAy/8",
    "azp": "9a8b7c6d-0000-0000-0000-000000000000",
    "azpacr": "1",
    "groups": ["aaaaaaaa-0000-0000-0000-000000000001", "aaaaaaaa-0000-0000-0000-000000000002"],
    "name": "Jens Jensen",
    "oid": "00000000-0000-0000-66f3-3332eca7ea81",
    "rh": "0.AAAA",
    "roles": ["Helhed.Caseworker", "administrator"],
    "scp": "cases.readwrite",
    "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
    "tid": "11111111-2222-3333-4444-555555555555",
    "uti": "abc",
    "ver": "2.0",
}
ENTRA_ID = {
    **{name: ENTRA_ACCESS[name] for name in ("iss", "iat", "nbf", "exp", "oid", "sub", "tid", "roles", "ver")},
    "aud": "api://helhed",
    "preferred_username": "jens@town.example",
}


def signed(payload: dict[str, Any]) -> str:
    """As both sign by default: RS256, and a header that only says JWT."""
    return compact({"alg": "RS256", "typ": "JWT", "kid": "rsa"}, payload, signer("RS256", RSA_KEY))


async def claims_of(folder: Path, profile_: dict[str, Any], token_: str) -> Claims:
    return await verifier(folder, profile_).verify(token_)


async def test_a_keycloak_access_token_fits_by_configuration(tmp_path: Path) -> None:
    claims = await claims_of(tmp_path, KEYCLOAK_PROFILE, signed(KEYCLOAK_ACCESS))
    assert (claims.issuer, claims.subject, claims.client) == (KEYCLOAK, KEYCLOAK_ACCESS["sub"], "journal")
    assert (claims.authority, claims.sectors, claims.units) == ("0101", {"health"}, {"health:alkohol"})
    assert (claims.roles, claims.scopes) == ({"caseworker"}, {"openid", "profile", "email"})
    assert claims.default_purpose == "casework"


async def test_an_entra_access_token_fits_by_configuration(tmp_path: Path) -> None:
    claims = await claims_of(tmp_path, ENTRA_PROFILE, signed(ENTRA_ACCESS))
    assert (claims.subject, claims.client) == (ENTRA_ACCESS["oid"], ENTRA_ACCESS["azp"])
    assert (claims.authority, claims.sectors, claims.units) == ("0101", {"employment"}, {"jobcenter-nord"})
    assert (claims.roles, claims.scopes) == ({"caseworker"}, {"cases.readwrite"})


async def test_an_entra_token_of_the_older_kind_names_its_client_as_appid(tmp_path: Path) -> None:
    older = {**ENTRA_ACCESS, "appid": ENTRA_ACCESS["azp"], "ver": "1.0"}
    del older["azp"], older["scp"]  # an application's own token has no scope
    assert (await claims_of(tmp_path, ENTRA_PROFILE, signed(older))).client == ENTRA_ACCESS["azp"]


@pytest.mark.parametrize(
    ("profile_", "id_token"),
    [
        pytest.param(KEYCLOAK_PROFILE, KEYCLOAK_ID, id="keycloak, bare"),
        pytest.param(KEYCLOAK_PROFILE, {**KEYCLOAK_ID, "nonce": "n", "at_hash": "h"}, id="keycloak, usual"),
        pytest.param(KEYCLOAK_PROFILE, {**KEYCLOAK_ID, "typ": "Bearer", "at_hash": "h"}, id="keycloak, posing"),
        pytest.param(ENTRA_PROFILE, ENTRA_ID, id="entra, bare"),
        pytest.param(ENTRA_PROFILE, {**ENTRA_ID, "nonce": "n"}, id="entra, usual"),
    ],
)
async def test_their_id_tokens_are_refused(tmp_path: Path, profile_: dict[str, Any], id_token: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated, match="not-an-access-token"):
        await claims_of(tmp_path, profile_, signed(id_token))


async def test_a_tenant_that_is_not_in_the_map_has_no_authority_here(tmp_path: Path) -> None:
    with pytest.raises(Unauthenticated, match="authority"):
        await claims_of(tmp_path, ENTRA_PROFILE, signed({**ENTRA_ACCESS, "tid": "another"}))


@pytest.mark.parametrize("spoilt", [{"sub": "a\nb"}, {"oid": "a\nb"}, {"oid": None}])
async def test_a_subject_elsewhere_is_held_to_the_same_rule(tmp_path: Path, spoilt: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated, match="subject"):
        await claims_of(tmp_path, ENTRA_PROFILE, signed({**ENTRA_ACCESS, **spoilt}))


async def test_a_path_may_name_a_key_that_has_dots(tmp_path: Path) -> None:
    namespaced = profile(claims={"roles": ["https://town.example/roles"], "authority": ["a.b", "c"]})
    made = token(**{"https://town.example/roles": ["dpo"], "a.b": {"c": "0147"}})
    claims = await claims_of(tmp_path, namespaced, made)
    assert (claims.roles, claims.authority) == ({"dpo"}, "0147")


async def test_a_path_that_leads_nowhere_gives_nothing(tmp_path: Path) -> None:
    astray = profile(claims={"roles": "realm_access.roles", "sectors": "sub.sectors"})
    claims = await claims_of(tmp_path, astray, token())
    assert (claims.roles, claims.sectors) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (["caseworker", "root", "Administrator", "dpo "], {"caseworker"}),
        ("team-lead", {"team-lead"}),
        (["service"], set()),
        ([], set()),
        (["citizen", "representative"], {"citizen", "representative"}),
    ],
)
async def test_only_roles_we_have_remain(tmp_path: Path, said: object, kept: set[str]) -> None:
    claims = await claims_of(tmp_path, profile(), token(roles=said))
    assert (claims.roles, claims.authority) == (kept, "0101")


async def test_with_a_role_map_only_what_it_names_counts(tmp_path: Path) -> None:
    mapped = profile(roleMap={"HH-Sagsbehandler": "caseworker"})
    claims = await claims_of(tmp_path, mapped, token(roles=["HH-Sagsbehandler", "administrator"]))
    assert claims.roles == {"caseworker"}


async def test_who_evaluates_a_trial_has_no_authority(tmp_path: Path) -> None:
    evaluator = token(roles=["evaluator", "trial-manager"], trials=["t-1"])
    claims = await claims_of(tmp_path, profile(), evaluator)
    assert (claims.roles, claims.authority) == ({"evaluator", "trial-manager"}, None)
    assert claims.trials == {"t-1"}


async def test_who_works_with_citizens_does_not_evaluate(tmp_path: Path) -> None:
    claims = await claims_of(tmp_path, profile(), token(roles=["caseworker", "evaluator"]))
    assert (claims.roles, claims.authority) == ({"caseworker"}, "0101")


async def test_names_that_cannot_be_ours_are_dropped(tmp_path: Path) -> None:
    made = token(sectors=["health", "Health", "a b"], units=["health:alkohol", "/choir", "x" * 101], trials=["t 1"])
    claims = await claims_of(tmp_path, profile(), made)
    assert (claims.sectors, claims.units, claims.trials) == ({"health"}, {"health:alkohol"}, frozenset())


async def test_scopes_may_be_a_text_or_a_list(tmp_path: Path) -> None:
    for scope in ("cases:read  cases:write", ["cases:read", "cases:write"]):
        claims = await claims_of(tmp_path, profile(), token(scope=scope))
        assert claims.scopes == {"cases:read", "cases:write"}


async def test_what_is_not_said_is_empty(tmp_path: Path) -> None:
    absent = ["authority", "sectors", "roles", "scope", "client_id"]
    claims = await claims_of(tmp_path, profile(), token(without=absent))
    assert claims == Claims(
        issuer=ISSUER,
        subject=CLAIMS["sub"],
        client="",
        authority=None,
        sectors=frozenset(),
        units=frozenset(),
        roles=frozenset(),
        scopes=frozenset(),
        trials=frozenset(),
        expires_at=claims.expires_at,
        default_purpose=None,
    )
    assert claims.expires_at.timestamp() == CLAIMS["exp"]
