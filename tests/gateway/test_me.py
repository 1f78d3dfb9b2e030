"""Who the token says I am."""

from tests.gateway.conftest import Build, Town


async def test_a_caseworker_sees_what_the_token_says(town: Town, build: Build) -> None:
    token = build.bearer(subject="anna", sectors=["health"], units=["alkohol"])

    response = await town.http.get("/v1/me", headers=token)

    told = response.json()
    assert response.status_code == 200
    assert (told["subject"], told["authority"], told["roles"]) == ("anna", "0101", ["caseworker"])
    assert (told["sectors"], told["units"]) == (["health"], ["alkohol"])
    assert told["purposes"] == ["casework", "coordination", "emergency", "treatment"]
    assert told["acting"] == {"sector": "health", "unit": "alkohol"}


async def test_who_has_several_units_sees_them_without_naming_one(town: Town, build: Build) -> None:
    token = build.bearer(sectors=["health"], units=["alkohol", "psykiatri"])

    unnamed = await town.http.get("/v1/me", headers=token)
    named = await town.http.get("/v1/me", headers=token | {"Acting-Unit": "psykiatri"})
    not_mine = await town.http.get("/v1/me", headers=token | {"Acting-Unit": "somatik"})

    assert unnamed.json()["units"] == ["alkohol", "psykiatri"]
    assert unnamed.json()["acting"] == {"sector": None, "unit": None}
    assert named.json()["acting"] == {"sector": "health", "unit": "psykiatri"}
    assert not_mine.status_code == 403


async def test_a_narrow_token_may_ask_too(town: Town, build: Build) -> None:
    response = await town.http.get("/v1/me", headers=build.bearer(scope="referrals:read"))

    assert (response.status_code, response.json()["scopes"]) == (200, ["referrals:read"])


async def test_without_a_token_nobody_is_anybody(town: Town) -> None:
    response = await town.http.get("/v1/me")

    assert (response.status_code, response.headers["www-authenticate"]) == (401, 'Bearer realm="helhed"')
