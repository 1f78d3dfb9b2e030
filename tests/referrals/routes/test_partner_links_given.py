"""The sender gives a link out, sees what becomes of it, and takes it back."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from chassis.clock import day_of, now
from chassis.ids import new_id
from tests.referrals.hsds import placed, put_service, service
from tests.referrals.partners import Partner, linkable, made, offered, token_of
from tests.referrals.world import World, let_go, slug, without_trace


async def links(world: World, referral_id: str) -> list[dict[str, Any]]:
    """The links of a referral as employment is told of them."""
    listed = await world.caller("employment").get(f"/referrals/{referral_id}/partner-links")
    assert listed.status_code == 200, listed.text
    return list(listed.json()["items"])


async def test_a_link_is_told_once(world: World) -> None:
    seen = await linkable(world, toUnit="alkohol")
    employment = world.caller("employment")

    given = await employment.post(f"/referrals/{seen['id']}/partner-links", {})
    link = given.json()
    read = await employment.get(given.headers["location"].removeprefix("/v1"))

    assert given.status_code == 201
    assert link["url"].startswith(f"https://town.example/p#t={world.authority}.")
    assert read.json() == {name: value for name, value in link.items() if name != "url"}
    assert read.headers["etag"] == given.headers["etag"]
    assert (link["state"], link["to"], link["lastUsedAt"]) == ("open", {"sector": "health", "unit": "alkohol"}, None)
    assert link["validUntil"] == (day_of(now()) + timedelta(days=30)).isoformat()
    assert token_of(link).partition(".")[2] not in str(await links(world, seen["id"]))


@pytest.mark.parametrize(
    ("placement", "unit"),
    [
        ({"partnerLinks": False}, None),
        ({"unit": None}, "alkohol"),
        ({"unit": "health:alkohol", "partnerLinks": False}, "alkohol"),
    ],
    ids=["not-said", "another-unit-named", "an-in-house-unit"],
)
async def test_who_answers_by_link_is_not_for_the_sender_to_say(
    world: World, placement: dict[str, Any], unit: str | None
) -> None:
    """A sender that made itself a link could confirm for the receiver that the citizen was met."""
    seen = await linkable(world, toServiceId=await offered(world, **placement), toUnit=unit)

    refused = await world.caller("employment").post(f"/referrals/{seen['id']}/partner-links", {})

    assert (refused.status_code, slug(refused)) == (409, "not-reached-by-link")
    assert "partnerLinks" in refused.json()["detail"]
    assert await links(world, seen["id"]) == []


@pytest.mark.parametrize("unit", [None, "alkohol"])
async def test_a_referral_to_no_service_gets_no_link(world: World, unit: str | None) -> None:
    seen = await world.referral(toUnit=unit)

    refused = await world.caller("employment").post(f"/referrals/{seen['id']}/partner-links", {})

    assert (refused.status_code, slug(refused)) == (409, "not-reached-by-link")


async def test_what_has_moved_to_a_unit_with_logins_gets_no_link(world: World) -> None:
    seen = await linkable(world, legalBasis="fvl-28-2", consentId=None)
    lead = world.caller("health", role="team-lead")
    await lead.post("/unit-reassignments", {"fromUnit": "alkohol", "toUnit": "psykiatri"})

    refused = await world.caller("employment").post(f"/referrals/{seen['id']}/partner-links", {})

    assert (refused.status_code, slug(refused)) == (409, "not-reached-by-link")


async def test_a_system_makes_no_link(world: World) -> None:
    """It keeps the directory, and so could say itself whom it may answer for."""
    seen = await linkable(world)
    system = world.caller("employment", role="integration")

    refused = await system.post(f"/referrals/{seen['id']}/partner-links", {})

    assert (refused.status_code, slug(refused)) == (403, "role-missing")


@pytest.mark.parametrize("said", [1, "true", None], ids=str)
async def test_that_a_service_answers_by_link_is_said_outright(world: World, said: object) -> None:
    document = service(helhed=placed("health", unit="alkohol", partnerLinks=said))

    refused = await put_service(world.caller(None, role="integration"), document)

    assert refused.status_code == 400
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/helhed/partnerLinks"]


async def test_a_new_link_replaces_the_old_one(world: World) -> None:
    seen = await linkable(world)
    first, second = [await Partner.of(world, seen["id"]) for _ in range(2)]

    opened = [(await partner.open()).status_code for partner in (first, second)]

    assert opened == [404, 201]
    assert [link["state"] for link in await links(world, seen["id"])] == ["open", "revoked"]


async def test_of_two_links_made_at_once_one_is_left(world: World) -> None:
    seen = await linkable(world)

    given = await asyncio.gather(*(made(world, seen["id"]) for _ in range(4)))

    opened = [(await Partner(world.http, token_of(link)).open()).status_code for link in given]
    assert sorted(opened) == [201, 404, 404, 404]


async def test_a_link_taken_back_is_dead_with_its_sessions(world: World) -> None:
    seen = await linkable(world)
    partner = await Partner.of(world, seen["id"])
    await partner.open()
    (link,) = await links(world, seen["id"])
    there = f"/referrals/{seen['id']}/partner-links/{link['id']}"

    revoked = await world.caller("employment").post(f"{there}/revocation")
    again = await world.caller("employment").post(f"{there}/revocation")

    assert (revoked.json()["state"], revoked.json()["allowedActions"]) == ("revoked", [])
    assert (again.status_code, slug(again)) == (409, "invalid-transition")
    assert [(await partner.answer("acceptance")).status_code, (await partner.open()).status_code] == [404, 404]


async def test_who_has_not_seen_that_it_was_used_is_told_when_asking_for_it(world: World) -> None:
    seen = await linkable(world)
    link = await made(world, seen["id"])
    await Partner(world.http, token_of(link)).open()

    there = f"/referrals/{seen['id']}/partner-links/{link['id']}/revocation"
    stale = await world.caller("employment").post(there, If_Match='"1"')

    assert (stale.status_code, slug(stale)) == (412, "stale-version")


@pytest.mark.parametrize(
    ("steps", "scope", "told"),
    [
        ((), "none", True),
        (("acceptance", "contact-attempts"), "caught-only", False),
        (("acceptance", "contact-attempts"), "dates", True),
    ],
)
async def test_when_it_was_used_is_a_date_of_the_way_back(
    world: World, steps: tuple[str, ...], scope: str, told: bool
) -> None:
    seen = await linkable(world, returnScope=scope)
    partner = await Partner.of(world, seen["id"])
    await partner.open()
    for step in steps:
        assert (await partner.answer(step)).status_code == 201

    assert [link["lastUsedAt"] is not None for link in await links(world, seen["id"])] == [told]


async def test_a_link_does_not_tell_that_the_help_was_given(world: World) -> None:
    """With the scope `none` the sender is not told that the citizen was met; an ended link would say so."""
    silent, open_ = [await linkable(world, "acceptance", "first-contact", returnScope=s) for s in ("none", "dates")]
    for seen in (silent, open_):
        await made(world, seen["id"])
        await world.caller("health").post(f"/referrals/{seen['id']}/completion", {"outcome": "help-given"})

    states = [(await links(world, seen["id"]))[0]["state"] for seen in (silent, open_)]

    assert states == ["open", "used-up"]


async def test_an_ended_referral_gets_no_link(world: World) -> None:
    seen = await linkable(world, "rejection")

    refused = await world.caller("employment").post(f"/referrals/{seen['id']}/partner-links", {})

    assert (refused.status_code, slug(refused)) == (409, "referral-has-ended")


@pytest.mark.parametrize("days", [-1, 181])
async def test_a_link_is_not_for_ever(world: World, days: int) -> None:
    seen = await linkable(world)
    wish = {"validUntil": (day_of(now()) + timedelta(days=days)).isoformat()}

    refused = await world.caller("employment").post(f"/referrals/{seen['id']}/partner-links", wish)

    assert (refused.status_code, slug(refused)) == (400, "link-validity-out-of-range")


async def test_the_receiving_side_has_no_part_in_links(world: World) -> None:
    seen = await linkable(world)
    link = await made(world, seen["id"])
    health, there = world.caller("health"), f"/referrals/{seen['id']}/partner-links"

    answers = [
        await health.get(there),
        await health.get(f"{there}/{link['id']}"),
        await health.post(there),
        await health.post(f"{there}/{link['id']}/revocation"),
    ]

    assert {(one.status_code, slug(one)) for one in answers} == {(403, "only-the-sender")}


async def test_to_everybody_else_there_is_nothing(world: World) -> None:
    seen = await linkable(world)
    link = await made(world, seen["id"])
    absent = await world.caller("employment").get(f"/referrals/{new_id()}/partner-links")

    for caller in (world.caller("social"), world.caller("employment", authority="0147")):
        there = f"/referrals/{seen['id']}/partner-links"
        for answer in (
            await caller.get(there),
            await caller.get(f"{there}/{link['id']}"),
            await caller.post(there),
            await caller.post(f"{there}/{link['id']}/revocation"),
        ):
            assert without_trace(answer) == without_trace(absent)


async def test_the_link_of_another_referral_is_none_of_this_one(world: World) -> None:
    one, other = [await linkable(world) for _ in range(2)]
    link = await made(world, other["id"])
    there = f"/referrals/{one['id']}/partner-links/{link['id']}"

    read = await world.caller("employment").get(there)
    revoked = await world.caller("employment").post(f"{there}/revocation")

    assert (read.status_code, revoked.status_code) == (404, 404)
    assert (await Partner(world.http, token_of(link)).open()).status_code == 201


async def test_who_has_let_go_makes_no_link_and_may_take_its_own_back(world: World) -> None:
    case = await world.case()
    seen = await linkable(world, case=case)
    partner = await Partner.of(world, seen["id"])
    await partner.open()
    await world.tell(case.id, let_go())
    employment, there = world.caller("employment"), f"/referrals/{seen['id']}/partner-links"

    refused = await employment.post(there)
    (link,) = await links(world, seen["id"])
    answered = await partner.answer("acceptance")
    revoked = await employment.post(f"{there}/{link['id']}/revocation")

    assert (refused.status_code, slug(refused)) == (403, "sector-has-let-go")
    assert (link["state"], link["lastUsedAt"], answered.status_code) == ("open", None, 201)
    assert (revoked.status_code, (await partner.open()).status_code) == (200, 404)


async def test_a_token_narrowed_to_reading_is_offered_nothing(world: World) -> None:
    seen = await linkable(world)
    link = await made(world, seen["id"])
    reader = world.caller("employment", scope="referrals:read")

    read = await reader.get(f"/referrals/{seen['id']}/partner-links/{link['id']}")

    assert read.json()["allowedActions"] == []
