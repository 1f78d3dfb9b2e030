"""Documents in the shape of Open Referral's published examples go in, come out equal, and a second time change nothing.

Each into an authority of its own: the examples all tell of one service, differently.
"""

import pytest

from tests.referrals.hsds import Json, canonical, post_file, send_file
from tests.referrals.hsds_published import FULL, PAGE, SCHEDULED, SIMPLE
from tests.referrals.world import World, slug

PUBLISHED: dict[str, Json] = {"full": FULL, "simple": SIMPLE, "page": PAGE, "scheduled": SCHEDULED}


@pytest.mark.parametrize("name", PUBLISHED)
async def test_what_is_published_goes_in_and_comes_out_equal(world: World, name: str) -> None:
    keeper = world.caller(None, role="integration")
    services = PUBLISHED[name].get("contents", [PUBLISHED[name]])

    told = await send_file(keeper, PUBLISHED[name])
    page = (await keeper.get("/directory/export")).json()
    again, exported = await send_file(keeper, PUBLISHED[name]), await send_file(keeper, page)

    assert (told["created"], told["refused"]) == (len(services), 0)
    assert [canonical(one) for one in page["items"]] == [canonical(one) for one in services]
    assert again["unchanged"] == exported["unchanged"] == len(services)


async def test_one_example_after_the_other_changes_the_service(world: World) -> None:
    keeper = world.caller(None, role="integration")
    for name in ("simple", "full", "scheduled"):
        told = await send_file(keeper, PUBLISHED[name])
        assert told["refused"] == 0
        (service,) = (await keeper.get("/directory/export")).json()["items"]
        assert canonical(service) == canonical(PUBLISHED[name])


@pytest.mark.parametrize("body", [b'{"contents": 7}', b'{"contents": null}', b'{"total_items": 0}'])
async def test_a_page_without_services_is_no_file(world: World, body: bytes) -> None:
    refused = await post_file(world.caller(None, role="integration"), body, "application/json")

    assert (refused.status_code, slug(refused)) == (400, "invalid-request")
