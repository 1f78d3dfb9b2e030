"""One inbox: what one's own sectors ask, and what other authorities ask, in one order and page by page."""

from typing import Any

import pytest

from tests.referrals.abroad import Abroad, within
from tests.referrals.world import BODIES, Caller, World, wish_for


@pytest.fixture
def abroad(world: World) -> Abroad:
    """The authority whose inbox it is: the world's own sends to it."""
    return Abroad(world)


async def found(caller: Caller, **query: str) -> list[str]:
    """The ids on one page."""
    return [one["id"] for one in (await caller.get("/referrals", **query)).json()["items"]]


async def mixed(world: World, abroad: Abroad) -> list[str]:
    """Six referrals to health of one authority, by turns from inside, from one other and from a third; newest first."""
    inside, third = within(world, abroad.authority), within(world)
    made = []
    for _ in range(2):
        made.append((await inside.referral())["id"])
        made.append((await abroad.referral())["id"])
        case = await third.case(to_authority=abroad.authority)
        asked = await third.caller("employment").post("/referrals", wish_for(case, toAuthority=abroad.authority))
        made.append(asked.json()["id"])
    return made[::-1]


@pytest.mark.parametrize("limit", [1, 2, 4, 50])
async def test_both_kinds_come_newest_first_page_by_page(world: World, abroad: Abroad, limit: int) -> None:
    made, health, seen, cursor = await mixed(world, abroad), abroad.caller("health"), [], None
    while True:
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        page = (await health.get("/referrals", **query)).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["page"]["next"]
        if cursor is None:
            break
        assert len(page["items"]) == limit

    assert seen == made


async def test_what_falls_due_first_comes_first_of_both_kinds(world: World, abroad: Abroad) -> None:
    inside = within(world, abroad.authority)
    due = {"guarantee": "drug-treatment"}
    third = (await abroad.referral(approachedOn="2026-11-03", **due))["id"]
    second = (await inside.referral(approachedOn="2026-11-02", **due))["id"]
    first = (await abroad.referral(approachedOn="2026-11-01", **due))["id"]
    never = (await inside.referral())["id"]
    health = abroad.caller("health")

    paged = (await health.get("/referrals", sort="dueOn", limit="2")).json()
    rest = await found(health, sort="dueOn", limit="2", cursor=paged["page"]["next"])

    assert [one["id"] for one in paged["items"]] + rest == [first, second, third, never]
    assert set(await found(health, overdue="true")) == {first, second, third}


async def test_it_is_narrowed_as_the_rest_is(world: World, abroad: Abroad) -> None:
    psykiatri = (await abroad.referral(toUnit="health:psykiatri"))["id"]
    case = await abroad.case()
    whole = (await abroad.referral("acceptance", case=case))["id"]
    mine = abroad.caller("health", "psykiatri", subject="s-1")
    claimed = await mine.post(f"/referrals/{psykiatri}/claim")
    assert claimed.is_success

    async def narrowed(**query: Any) -> list[str]:
        return await found(mine, **query)

    assert await narrowed(state="accepted") == [whole]
    assert await narrowed(state="requested,accepted") == [whole, psykiatri]
    assert await narrowed(toUnit="me") == [psykiatri]
    assert await narrowed(toUnit="psykiatri") == [psykiatri]
    assert await narrowed(toUnit="gigt") == []
    assert await narrowed(claimedBy="me") == [psykiatri]
    assert await narrowed(claimedBy="s-2") == []
    assert await narrowed(caseId=str(case.id)) == [whole]
    assert await narrowed(fromSector="social") == []
    assert await narrowed(toSector="health", fromSector="employment") == [whole, psykiatri]
    assert await narrowed(toSector="social") == []
    assert await found(abroad.caller("health"), toUnit="me") == [whole, psykiatri]


async def test_the_sender_finds_what_it_sent_and_is_no_receiver_of_it(world: World, abroad: Abroad) -> None:
    seen = await abroad.referral("acceptance", "claim")
    who = seen["claimedBy"]
    employment = world.caller("employment")

    assert await found(employment) == [seen["id"]]
    assert await found(employment, claimedBy=who) == []
    assert await found(employment, toUnit="me") == []
    assert await found(abroad.caller("health"), claimedBy=who) == [seen["id"]]


async def test_a_sender_of_the_same_name_does_not_find_who_has_it_in_hand(world: World, abroad: Abroad) -> None:
    sent = await abroad.asked_by_its_namesake()
    claimed = await abroad.caller("health", "psykiatri", subject="s-1").post(f"/referrals/{sent}/claim")
    here = world.caller("health", "psykiatri", subject="s-1")

    assert claimed.json()["claimedBy"] == "s-1"
    assert await found(here) == [sent]
    assert await found(here, claimedBy="me") == await found(here, claimedBy="s-1") == []
    assert await found(world.caller("health"), toUnit="me") == []


async def test_a_reorganised_unit_there_is_told_what_is_not_moved(abroad: Abroad, world: World) -> None:
    seen = await abroad.referral(toUnit="alkohol")
    ended = await abroad.referral(toUnit="alkohol")
    await world.caller("employment").post(f"/referrals/{ended['id']}/cancellation", BODIES["cancellation"])
    lead = abroad.caller("health", role="team-lead")
    at_home = world.caller("health", role="team-lead")
    units = {"fromUnit": "alkohol", "toUnit": "rusmiddel"}

    there = (await lead.post("/unit-reassignments", units)).json()
    here = (await at_home.post("/unit-reassignments", units)).json()

    assert (there["moved"], there["remaining"], there["fromElsewhere"]) == (0, 0, 1)
    assert (here["moved"], here["remaining"], here["fromElsewhere"]) == (0, 0, 0)
    read = await abroad.caller("health").get(f"/referrals/{seen['id']}")
    assert read.json()["to"]["unit"] == "alkohol"
