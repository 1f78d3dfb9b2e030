"""The examples that Open Referral itself publishes go in and come out equal, and a second time change nothing."""

import json
from pathlib import Path

import pytest

from tests.referrals.hsds import Json, canonical, put, send_file
from tests.referrals.world import Caller, World

FOLDER = Path(__file__).parents[1] / "published"


def example(name: str) -> Json:
    """A published document."""
    return dict(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def place_as_service(document: Json) -> Json:
    """A service at a location, told from the service's end: we take in services, with where they are."""
    told = {member: value for member, value in document.items() if member != "service"}
    return document["service"] | {"service_at_locations": [told]}


@pytest.fixture
def keeper(world: World) -> Caller:
    """A system that keeps an authority's directory."""
    return world.caller(None, role="integration")


@pytest.mark.parametrize(
    "document",
    [example("service_full"), place_as_service(example("service_at_location_full"))],
    ids=["service", "service-at-location"],
)
async def test_a_published_service_goes_in_and_comes_out_equal(keeper: Caller, document: Json) -> None:
    told = await send_file(keeper, document)
    page = (await keeper.get("/directory/export")).json()
    again, exported = await send_file(keeper, document), await send_file(keeper, page)

    assert (told["created"], told["refused"]) == (1, 0)
    assert [canonical(one) for one in page["items"]] == [canonical(document)]
    assert again["unchanged"] == exported["unchanged"] == 1


async def test_the_file_itself_is_what_is_sent(keeper: Caller) -> None:
    told = await send_file(keeper, (FOLDER / "service_full.json").read_bytes())

    assert (told["created"], told["refused"]) == (1, 0)
    (item,) = (await keeper.get("/directory/export")).json()["items"]
    assert canonical(item) == canonical(example("service_full"))


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("organisations", example("organization_full")),
        ("locations", example("service_at_location_full")["location"]),
    ],
    ids=["organisation", "location"],
)
async def test_a_published_entry_of_its_own_is_kept_as_it_is(keeper: Caller, path: str, document: Json) -> None:
    put_there = await put(keeper, f"/{path}/{document['id']}", document)

    assert put_there.status_code == 201, put_there.text
    read = (await keeper.get(f"/directory/{path}/{document['id']}")).json()
    assert canonical(read["hsds"]) == canonical(document)
