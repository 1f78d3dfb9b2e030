"""The directory for everybody: what is published and open, and nobody's name."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.referrals.hsds import everything, placed, put_service, service, whole
from tests.referrals.world import World, slug


async def look(world: World, **params: str) -> httpx2.Response:
    """Look without a login."""
    return await world.http.get("/v1/public/services", params={"authority": world.authority} | params)


async def test_only_what_is_published_and_open_is_shown(world: World) -> None:
    keeper = world.caller(None, role="integration")
    for name, changes in {
        "Åben": {"helhed": placed()},
        "Ikke offentlig": {"helhed": placed(published=False)},
        "Uden plads i kommunen": {},
        "Lukket": {"helhed": placed(), "status": "inactive"},
        "Lukket lidt": {"helhed": placed(), "status": "temporarily closed"},
    }.items():
        await put_service(keeper, service(name=name, **changes))

    shown = await look(world)

    assert shown.status_code == 200
    assert [one["name"] for one in shown.json()["items"]] == ["Åben"]
    assert (await look(world, authority="0999", q="Åben")).json()["items"] == []
    assert (await look(world, need="debt", sector="social", q="åben")).json()["items"] != []


async def test_a_service_is_shown_so_that_one_can_go_there(world: World) -> None:
    texts = {"da": "For alle med gæld.", "en": "For everybody in debt."}
    document = whole(
        url="https://example.org/gaeld",
        phones=[{"id": str(uuid4()), "number": "+45 00 00 00 00"}],
        helhed=placed(eligibility=texts, criteriaSetId="0a1b2c3d-0000-4000-8000-000000000001"),
    )
    await put_service(world.caller(None, role="integration"), document)

    (shown,) = (await look(world)).json()["items"]

    assert (shown["organisation"], shown["phones"], shown["url"]) == (
        "Åkandehuset",
        ["+45 00 00 00 00"],
        "https://example.org/gaeld",
    )
    assert shown["places"] == [{"name": "Det gule hus", "address": "Algade 7", "postalCode": "4600", "city": "Køge"}]
    assert (shown["eligibility"], shown["criteriaSetId"]) == (texts, "0a1b2c3d-0000-4000-8000-000000000001")


def with_people(value: Any) -> Any:
    """The document, with a person's name wherever HSDS has a place for one, and in every text about a telephone."""
    if isinstance(value, list):
        return [with_people(one) for one in value]
    if not isinstance(value, dict):
        return value
    named = {name: with_people(inside) for name, inside in value.items()}
    for name in ("attention", "updated_by", "title", "department", "previous_value", "replacement_value", "notes"):
        if name in named:
            named[name] = "Karla Prøvesen"
    if "number" in named:
        named["description"] = "Spørg efter Karla Prøvesen"
    for name in ("email", "assurer_email"):
        if name in named:
            named[name] = "karla.provesen@example.org"
    for contact in named.get("contacts", ()):
        contact["name"] = "Karla Prøvesen"
    return named


async def test_nobody_who_works_there_is_named(world: World) -> None:
    document = with_people(everything()) | {"helhed": placed(), "name": "Gældsrådgivning", "status": "active"}
    made = await put_service(world.caller(None, role="integration"), document)
    assert made.status_code == 201, made.text
    assert made.text.count("Karla") > 20

    shown = await look(world)

    assert len(shown.json()["items"]) == 1
    assert "karla" not in shown.text.lower()


async def test_a_number_that_is_somebodys_own_is_not_shown(world: World) -> None:
    """HSDS says whose a telephone is by the contact that it names."""
    somebody = str(uuid4())
    document = service(
        contacts=[{"id": somebody, "name": "Karla Prøvesen"}],
        phones=[
            {"id": str(uuid4()), "number": "+45 00 00 00 01", "contact_id": somebody},
            {"id": str(uuid4()), "number": "+45 00 00 00 02"},
        ],
        helhed=placed(),
    )
    await put_service(world.caller(None, role="integration"), document)

    assert (await look(world)).json()["items"][0]["phones"] == ["+45 00 00 00 02"]


async def test_an_address_that_a_browser_would_run_is_not_shown(world: World) -> None:
    document = service(url="javascript:alert(1)", helhed=placed())
    await put_service(world.caller(None, role="integration"), document)

    assert (await look(world)).json()["items"][0]["url"] is None


@pytest.mark.parametrize("authority", ["", "101", "0101'", "R108", "CVR1", "public", "../0101"])
async def test_it_is_asked_whose_directory(world: World, authority: str) -> None:
    refused = await look(world, authority=authority)

    assert (refused.status_code, slug(refused)) == (400, "invalid-request")


async def test_without_an_authority_there_is_no_directory(world: World) -> None:
    assert (await world.http.get("/v1/public/services")).status_code == 400
