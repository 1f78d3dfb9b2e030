"""Who has a referral in hand, and what becomes of it when a unit is reorganised."""

import asyncio
from uuid import UUID

import pytest

from tests.referrals.world import World, slug


async def test_a_claim_is_one_persons_and_the_unit_has_it_back_after(world: World) -> None:
    seen = await world.referral(toUnit="alkohol")
    path = f"/referrals/{seen['id']}"
    anna, bo = [world.caller("health", "alkohol", subject=name) for name in ("s-anna", "s-bo")]

    taken, refused, not_his = [
        await anna.post(f"{path}/claim"),
        await bo.post(f"{path}/claim"),
        await bo.post(f"{path}/return"),
    ]
    mine = [(await one.get("/referrals", claimedBy="me")).json()["items"] for one in (anna, bo)]
    by_name = (await bo.get("/referrals", claimedBy="s-anna")).json()["items"]
    offered = (await bo.get(path)).json()["allowedActions"]
    handed_back = await anna.post(f"{path}/return")

    assert taken.json()["claimedBy"] == "s-anna"
    assert taken.json()["claimedAt"] is not None
    assert [(one.status_code, slug(one)) for one in (refused, not_his)] == [(409, "claimed-by-another")] * 2
    assert [len(items) for items in mine] == [1, 0]
    assert [one["id"] for one in by_name] == [seen["id"]]
    assert "return" in taken.json()["allowedActions"]
    assert {"claim", "return"}.isdisjoint(offered)
    assert (handed_back.json()["claimedBy"], handed_back.json()["state"]) == (None, "requested")


async def test_two_who_take_it_at_once_get_one_yes_and_one_is_told(world: World) -> None:
    seen = await world.referral()
    callers = [world.caller("health", subject=f"s-{n}") for n in range(4)]

    answers = await asyncio.gather(*(one.post(f"/referrals/{seen['id']}/claim") for one in callers))

    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409]
    assert {slug(one) for one in answers if one.status_code == 409} == {"claimed-by-another"}


async def test_two_units_that_accept_at_once_one_wins_and_one_is_told(world: World) -> None:
    seen = await world.referral()
    units = [world.caller("health", unit) for unit in ("alkohol", "psykiatri")]

    answers = await asyncio.gather(*(one.post(f"/referrals/{seen['id']}/acceptance") for one in units))

    (won,) = [one.json() for one in answers if one.status_code == 200]
    (told,) = [one for one in answers if one.status_code != 200]
    assert won["responsibleUnit"] in ("alkohol", "psykiatri")
    # The other one is a unit that this referral is no longer for.
    assert (told.status_code, slug(told)) == (403, "only-the-addressed-unit")


async def test_a_team_lead_takes_over_and_hands_back(world: World) -> None:
    seen = await world.referral()
    path = f"/referrals/{seen['id']}"
    lead = world.caller("health", role="team-lead", subject="s-lead")
    await world.caller("health", subject="s-anna").post(f"{path}/claim")

    offered = (await lead.get(path)).json()["allowedActions"]
    returned = await lead.post(f"{path}/return")
    await world.caller("health", subject="s-anna").post(f"{path}/claim")
    taken = await lead.post(f"{path}/claim")

    assert {"claim", "return"} <= set(offered)
    assert returned.json()["claimedBy"] is None
    assert taken.json()["claimedBy"] == "s-lead"


async def test_the_sender_learns_neither_who_has_it_nor_that_somebody_has(world: World) -> None:
    seen = await world.referral()
    path, sender = f"/referrals/{seen['id']}", world.caller("employment")
    await world.caller("health", subject="s-anna").post(f"{path}/claim")

    shown = (await sender.get(path)).json()
    found = (await sender.get("/referrals", claimedBy="s-anna")).json()["items"]
    steps = (await sender.get(f"{path}/history")).json()["items"]

    assert (shown["claimedBy"], shown["claimedAt"], found) == (None, None, [])
    assert [one["action"] for one in steps] == ["request"]


async def test_a_reorganised_units_work_goes_along(world: World) -> None:
    addressed = await world.referral("claim", toUnit="alkohol")
    taken_on = await world.referral(toUnit="visitation")
    other = await world.referral(toUnit="psykiatri")
    ended = await world.referral("rejection", toUnit="health:alkohol")
    await world.caller("health", "visitation").post(
        f"/referrals/{taken_on['id']}/acceptance", {"responsibleUnit": "health:alkohol"}
    )
    lead = world.caller("health", role="team-lead")

    done = await lead.post("/unit-reassignments", {"fromUnit": "alkohol", "toUnit": "rusmiddel"})

    assert done.status_code == 201
    assert [done.json()[name] for name in ("moved", "kept", "remaining", "sector")] == [2, 0, 0, "health"]
    assert (await lead.get(done.headers["Location"].removeprefix("/v1"))).json() == done.json()
    assert (await lead.get("/unit-reassignments")).json()["items"] == [done.json()]
    now = {one["id"]: one for one in (await lead.get("/referrals")).json()["items"]}
    assert (now[addressed["id"]]["to"]["unit"], now[addressed["id"]]["claimedBy"]) == ("rusmiddel", None)
    assert (now[taken_on["id"]]["to"]["unit"], now[taken_on["id"]]["responsibleUnit"]) == ("visitation", "rusmiddel")
    assert now[taken_on["id"]]["state"] == "accepted"
    assert [now[one["id"]]["version"] for one in (other, ended)] == [other["version"], ended["version"]]
    history = (await lead.get(f"/referrals/{addressed['id']}/history")).json()["items"]
    assert [one["action"] for one in history] == ["request", "claim", "unit-reassignment"]
    for one, to, acts in ((addressed, "rusmiddel", None), (taken_on, "visitation", "rusmiddel")):
        told = (await world.announced(UUID(one["caseId"])))[-1]
        assert told["type"] == "dk.helhed.referrals.referral-reassigned.v1"
        assert (told["data"]["toUnit"], told["data"].get("responsibleUnit")) == (to, acts)


async def test_where_the_consent_names_the_unit_the_referral_stays(world: World) -> None:
    bound = await world.referral(case=await world.case(to_unit="alkohol"), toUnit="alkohol")
    lead = world.caller("health", role="team-lead")

    done = (await lead.post("/unit-reassignments", {"fromUnit": "alkohol", "toUnit": "rusmiddel"})).json()

    assert (done["moved"], done["kept"], done["remaining"]) == (0, 1, 0)
    assert (await lead.get(f"/referrals/{bound['id']}")).json()["to"]["unit"] == "alkohol"


async def test_a_batch_is_bounded_and_the_next_call_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.referrals.use_cases.reassign_unit.MOST", 2)
    for _ in range(3):
        await world.referral(toUnit="alkohol")
    lead, body = world.caller("health", role="team-lead"), {"fromUnit": "alkohol", "toUnit": "rusmiddel"}

    told = [(await lead.post("/unit-reassignments", body)).json() for _ in range(2)]

    assert [(one["moved"], one["remaining"]) for one in told] == [(2, 1), (1, 0)]


async def test_only_the_lead_of_that_unit_in_that_sector_reorganises_it(world: World) -> None:
    seen = await world.referral(toUnit="alkohol")
    body = {"fromUnit": "alkohol", "toUnit": "rusmiddel"}

    worker = await world.caller("health").post("/unit-reassignments", body)
    elsewhere = await world.caller("health", "psykiatri", role="team-lead").post("/unit-reassignments", body)
    same = await world.caller("health", role="team-lead").post(
        "/unit-reassignments", {**body, "toUnit": "health:alkohol"}
    )
    sender = await world.caller("employment", role="team-lead").post("/unit-reassignments", body)
    stranger = await world.caller("social").get(f"/unit-reassignments/{sender.json()['id']}")

    assert (worker.status_code, slug(elsewhere), slug(same)) == (403, "only-the-addressed-unit", "same-unit")
    assert (sender.status_code, sender.json()["moved"], stranger.status_code) == (201, 0, 404)
    assert (await world.caller("health").get(f"/referrals/{seen['id']}")).json()["to"]["unit"] == "alkohol"
