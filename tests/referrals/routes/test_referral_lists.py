"""Worklists: who finds what, in which order, page by page; and the log of who looked."""

from typing import Any

import pytest
from sqlalchemy import select

from chassis.tables import TABLES
from tests.referrals.world import World, without_trace


async def test_a_list_is_newest_first_page_by_page(world: World) -> None:
    made = [(await world.referral())["id"] for _ in range(5)]
    health = world.caller("health")

    first = (await health.get("/referrals", limit="2")).json()
    second = (await health.get("/referrals", limit="2", cursor=first["page"]["next"])).json()
    third = (await health.get("/referrals", limit="2", cursor=second["page"]["next"])).json()

    found = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert found == made[::-1]
    assert third["page"]["next"] is None


async def test_both_sides_find_it_and_nobody_else(world: World) -> None:
    seen = await world.referral()

    found = {
        name: [item["id"] for item in (await caller.get("/referrals")).json()["items"]]
        for name, caller in {
            "employment": world.caller("employment"),
            "health": world.caller("health"),
            "team-lead": world.caller("health", role="team-lead"),
            "integration": world.caller("health", role="integration"),
            "social": world.caller("social"),
            "no sector": world.caller(None),
            "elsewhere": world.caller("health", authority="0147"),
        }.items()
    }

    assert {name for name, ids in found.items() if ids == [seen["id"]]} == {
        "employment",
        "health",
        "team-lead",
        "integration",
    }
    assert [found[name] for name in ("social", "no sector", "elsewhere")] == [[], [], []]


@pytest.mark.parametrize("path", ["", "/history", "/contact-attempts", "/contact-attempts/{other}"])
async def test_reads_are_not_found_alike(world: World, path: str) -> None:
    seen, other = await world.referral(), await world.referral()
    there = path.format(other=other["id"])

    strange = await world.caller("social").get(f"/referrals/{seen['id']}{there}")
    absent = await world.caller("health").get(f"/referrals/{other['needId']}{there}")

    assert (strange.status_code, absent.status_code) == (404, 404)
    assert without_trace(strange) == without_trace(absent)


async def test_a_list_is_narrowed(world: World) -> None:
    asked = await world.referral()
    accepted = await world.referral("acceptance", toUnit="alkohol")
    failed = await world.referral("acceptance", "failure")
    health, unit = world.caller("health"), world.caller("health", "alkohol")

    async def found(caller: Any, **filters: str) -> set[str]:
        answer = await caller.get("/referrals", **filters)
        assert answer.status_code == 200, answer.text
        return {item["id"] for item in answer.json()["items"]}

    everything = {asked["id"], accepted["id"], failed["id"]}
    assert await found(health) == everything
    assert await found(health, state="requested,failed") == {asked["id"], failed["id"]}
    assert await found(health, toSector="health", fromSector="employment,social") == everything
    assert await found(health, fromSector="health") == set()
    assert await found(health, caseId=accepted["caseId"]) == {accepted["id"]}
    assert await found(health, toUnit="alkohol") == await found(health, toUnit="health:alkohol") == {accepted["id"]}
    assert await found(health, toUnit="social:alkohol") == set()
    assert await found(unit, toUnit="me") == {accepted["id"]}
    assert await found(health, toUnit="me") == everything
    assert await found(world.caller("employment", "alkohol"), toUnit="me") == set()


@pytest.mark.parametrize(
    "query",
    [
        {"state": "open"},
        {"state": "requested,"},
        {"toSector": "Health"},
        {"fromSector": "employment,helth"},
        {"caseId": "1"},
        {"limit": "0"},
        {"limit": "201"},
        {"colour": "red"},
        {"cursor": "AAAA"},
        {"toUnit": "a b"},
    ],
    ids=str,
)
async def test_a_query_that_is_not_right_is_refused(world: World, query: dict[str, str]) -> None:
    answer = await world.caller("health").get("/referrals", **query)

    assert answer.status_code == 400


async def test_every_look_is_logged_with_its_purpose(world: World) -> None:
    seen = await world.referral()
    before = len(await looks(world))

    await world.caller("health").get("/referrals")
    await world.caller("health").get(f"/referrals/{seen['id']}/history")
    await world.caller("social").get("/referrals")

    logged = (await looks(world))[before:]
    assert [(row.sector, row.purpose, str(row.case_id)) for row in logged] == [
        ("health", "casework", seen["caseId"]),
        ("health", "casework", seen["caseId"]),
        ("social", "casework", "None"),
    ]


async def test_a_token_narrowed_to_reading_is_offered_nothing_to_do(world: World) -> None:
    seen = await world.referral()
    reader, writer = world.caller("health", scope="referrals:read"), world.caller("health")

    narrowed = [(await reader.get(path)).json() for path in (f"/referrals/{seen['id']}", "/referrals")]
    refused = await reader.post(f"/referrals/{seen['id']}/acceptance", {})

    assert (narrowed[0]["allowedActions"], narrowed[1]["items"][0]["allowedActions"]) == ([], [])
    assert refused.status_code == 403
    assert (await writer.get(f"/referrals/{seen['id']}")).json()["allowedActions"][:2] == ["acceptance", "rejection"]


async def test_an_unchanged_referral_is_not_sent_twice(world: World) -> None:
    seen = await world.referral()
    health = world.caller("health")
    health.headers["If-None-Match"] = f'"{seen["version"]}"'

    assert (await health.get(f"/referrals/{seen['id']}")).status_code == 304


async def looks(world: World) -> list[Any]:
    """The look-up log of this authority, in order."""
    async with world.database.transaction(world.authority) as tx:
        return list(await tx.all(select(TABLES.lookups).order_by(TABLES.lookups.c.id)))
