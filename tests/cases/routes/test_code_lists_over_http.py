"""Code lists: shipped and local, with dates, and the codes that a need may be registered with."""

from datetime import date, timedelta
from typing import Any

import pytest

from chassis.clock import day_of, now
from tests.cases.town_hall import administrator
from tests.cases.world import Caller, Json, World, opening, slug

TODAY = day_of(now())
LABELS = {"da": "Spil", "en": "Gambling"}


def local(valid_from: date = TODAY, **changes: Any) -> Json:
    """A code of the authority's own."""
    return {"labels": LABELS, "validFrom": valid_from.isoformat()} | changes


@pytest.fixture
def head(world: World) -> Caller:
    """Who keeps the authority's lists."""
    return administrator(world)


async def add(head: Caller, code: str, told: Json, of: str = "need-domains") -> Any:
    """A new code for a list."""
    return await head.put(f"/code-lists/{of}/codes/{code}", told, If_None_Match="*")


async def codes(caller: Caller, name: str, **on: str) -> list[str]:
    """The codes of a list."""
    return [one["code"] for one in (await caller.read(f"/code-lists/{name}", **on))["codes"]]


async def test_the_lists_are_there_to_be_shown(world: World) -> None:
    listed = (await world.caller().read("/code-lists"))["items"]

    assert {"need-domains", "sectors", "benefit-types", "legal-bases"} <= {one["list"] for one in listed}
    assert all(one["title"]["da"] and one["title"]["en"] for one in listed)


async def test_a_benefit_that_was_keeps_its_code_and_tells_what_it_became(world: World) -> None:
    anna = world.caller()
    whole = await anna.read("/code-lists/benefit-types")

    (old,) = [one for one in whole["codes"] if one["code"] == "uddannelseshjaelp"]
    assert (old["validTo"], old["replacedBy"]) == ("2025-06-30", "kontanthjaelp-2025")
    assert "uddannelseshjaelp" in await codes(anna, "benefit-types", on="2025-06-30")
    assert "kontanthjaelp-2025" not in await codes(anna, "benefit-types", on="2025-06-30")
    assert "uddannelseshjaelp" not in await codes(anna, "benefit-types", on="2025-07-01")
    assert "kontanthjaelp-2025" in await codes(anna, "benefit-types", on="2025-07-01")


async def test_an_authority_adds_a_code_of_its_own_and_uses_it_at_once(world: World, head: Caller) -> None:
    before = await world.caller().post("/cases", opening("gambling"))
    made = await add(head, "gambling", local())
    after = await world.caller().post("/cases", opening("gambling"))

    assert (before.status_code, slug(before), before.json()["list"]) == (400, "code-not-in-force", "need-domains")
    assert (made.status_code, made.headers["Location"]) == (201, "/v1/code-lists/need-domains/codes/gambling")
    assert (made.json()["source"], made.json()["version"]) == ("local", 1)
    assert (after.status_code, after.json()["needs"][0]["domain"]) == (201, "gambling")
    assert "gambling" not in await codes(world.caller(authority="0999"), "need-domains")


async def test_a_code_that_has_ended_takes_no_new_need_and_old_needs_keep_it(world: World, head: Caller) -> None:
    await add(head, "gambling", local(TODAY - timedelta(days=9)))
    case = await world.case("gambling")
    ended = local(TODAY - timedelta(days=9), validTo=(TODAY - timedelta(days=1)).isoformat(), replacedBy="debt")
    changed = await head.put("/code-lists/need-domains/codes/gambling", ended, If_Match='"1"')

    refused = await world.caller().post(f"/cases/{case['id']}/needs", {"domain": "gambling"})
    kept = await world.caller().read(f"/cases/{case['id']}")

    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert (refused.status_code, slug(refused)) == (400, "code-not-in-force")
    assert kept["needs"][0]["domain"] == "gambling"


async def test_a_code_of_tomorrow_is_not_in_force_today(world: World, head: Caller) -> None:
    await add(head, "gambling", local(TODAY + timedelta(days=1)))

    refused = await world.caller().post("/cases", opening("debt", "gambling"))

    assert (refused.status_code, slug(refused)) == (400, "code-not-in-force")


async def test_what_was_shipped_is_read_only(head: Caller) -> None:
    for headers in ({"If_None_Match": "*"}, {"If_Match": '"1"'}):
        refused = await head.put("/code-lists/need-domains/codes/debt", local(), **headers)
        assert (refused.status_code, slug(refused)) == (409, "shipped-code")


async def test_a_closed_list_takes_no_codes(head: Caller) -> None:
    refused = await add(head, "housing", local(), of="sectors")

    assert (refused.status_code, slug(refused)) == (409, "code-list-closed")


@pytest.mark.parametrize(
    "changes",
    [
        {"validTo": (TODAY - timedelta(days=1)).isoformat()},
        {"replacedBy": "nothing-like-it"},
        {"replacedBy": "gambling"},
    ],
)
async def test_a_code_that_does_not_hold_together_is_refused(head: Caller, changes: Json) -> None:
    refused = await add(head, "gambling", local(**changes))

    assert (refused.status_code, slug(refused)) == (400, "code-unfit")


async def test_a_code_is_changed_from_what_was_read(head: Caller) -> None:
    path = "/code-lists/need-domains/codes/gambling"

    assert (await head.put(path, local())).status_code == 428
    assert (await head.put(path, local(), If_Match='"1"')).status_code == 412
    assert (await add(head, "gambling", local())).status_code == 201
    assert (await add(head, "gambling", local())).status_code == 412
    assert (await head.get(path)).headers["ETag"] == '"1"'


async def test_lists_are_public_words_and_kept_by_administrators(world: World) -> None:
    for role in ("caseworker", "evaluator", "citizen", "dpo"):
        caller = world.caller(role=role, sector=None)
        caller.headers.pop("Access-Purpose")
        assert (await caller.get("/code-lists/need-domains")).status_code == 200, role
        assert (await add(caller, "gambling", local())).status_code == 403, role


async def test_a_list_that_says_something_else_has_another_etag(world: World, head: Caller) -> None:
    anna = world.caller()
    before = (await anna.get("/code-lists/need-domains")).headers["ETag"]
    again = (await anna.get("/code-lists/need-domains")).headers["ETag"]
    await add(head, "gambling", local())

    after = (await anna.get("/code-lists/need-domains")).headers["ETag"]

    assert (before == again, before == after) == (True, False)


@pytest.mark.parametrize("path", ["/code-lists/no-such-list", "/code-lists/need-domains/codes/no-such-code"])
async def test_what_is_not_there_is_not_found(world: World, path: str) -> None:
    assert (await world.caller().get(path)).status_code == 404
