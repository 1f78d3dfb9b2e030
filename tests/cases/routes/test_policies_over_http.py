"""What an authority decides for itself, over HTTP."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from chassis.clock import day_of, now
from tests.cases.town_hall import administrator
from tests.cases.world import Caller, Json, World, slug

TODAY = day_of(now())


def decision(value: Any, valid_from: date = TODAY, **changes: Any) -> Json:
    """A decision that holds from a day."""
    return {"value": value, "validFrom": valid_from.isoformat(), "reason": "Besluttet i udvalget."} | changes


@pytest.fixture
def head(world: World) -> Caller:
    """Who decides for the authority."""
    return administrator(world)


async def first(head: Caller, code: str, told: Json) -> Any:
    """The first decision on a policy."""
    return await head.put(f"/policies/{code}", told, If_None_Match="*")


async def test_what_is_undecided_is_told_with_its_default(world: World) -> None:
    listed = await world.caller().read("/policies")

    (days,) = [one for one in listed["items"] if one["code"] == "refer-within-days"]
    assert days == {
        "code": "refer-within-days",
        "takes": "number",
        "value": 14,
        "default": 14,
        "validFrom": None,
        "version": 0,
        "allowedActions": [],
    }


async def test_a_decision_holds_from_its_day_and_the_history_stays(world: World, head: Caller) -> None:
    made = await first(head, "refer-within-days", decision(7))
    later = decision(21, TODAY + timedelta(days=30))
    changed = await head.put("/policies/refer-within-days", later, If_Match=made.headers["ETag"])

    assert (made.status_code, made.json()["value"]) == (200, 7)
    assert (changed.status_code, changed.json()["value"], changed.json()["version"]) == (200, 7, 2)
    assert [one["value"] for one in changed.json()["decisions"]] == [21, 7]
    then = await world.caller().read("/policies", on=(TODAY + timedelta(days=30)).isoformat())
    assert {one["code"]: one["value"] for one in then["items"]}["refer-within-days"] == 21


async def test_nobody_decides_for_days_that_have_been(head: Caller) -> None:
    refused = await first(head, "release-needs-plan", decision(True, TODAY - timedelta(days=1)))

    assert (refused.status_code, slug(refused)) == (400, "policy-in-the-past")


@pytest.mark.parametrize(
    ("code", "value", "takes"),
    [
        ("release-needs-plan", 1, "yes-no"),
        ("refer-within-days", True, "number"),
    ],
)
async def test_a_value_of_the_other_kind_is_refused(head: Caller, code: str, value: Any, takes: str) -> None:
    refused = await first(head, code, decision(value))

    assert (refused.status_code, slug(refused), refused.json()["takes"]) == (400, "policy-value-unfit", takes)


@pytest.mark.parametrize("value", [-1, 10**6, "ja", 1.5, None, [True]])
async def test_what_no_policy_takes_is_refused(head: Caller, value: Any) -> None:
    refused = await first(head, "refer-within-days", decision(value))

    assert (refused.status_code, slug(refused)) == (400, "invalid-request")


async def test_a_policy_nobody_has_heard_of_is_not_found(world: World, head: Caller) -> None:
    assert (await world.caller().get("/policies/be-kind")).status_code == 404
    assert (await first(head, "be-kind", decision(True))).status_code == 404


async def test_a_decision_is_made_from_what_was_read(head: Caller) -> None:
    code = "release-needs-plan"

    assert (await head.put(f"/policies/{code}", decision(True))).status_code == 428
    assert (await first(head, code, decision(True))).status_code == 200
    assert (await first(head, code, decision(False))).status_code == 412
    assert (await head.put(f"/policies/{code}", decision(False), If_Match='"7"')).status_code == 412


async def test_everybody_reads_and_only_administrators_decide(world: World) -> None:
    for role in ("caseworker", "team-lead", "evaluator", "auditor", "dpo", "citizen", "integration", "trial-manager"):
        caller = world.caller(role=role, sector=None)
        caller.headers.pop("Access-Purpose")
        assert (await caller.get("/policies/release-needs-plan")).status_code == 200, role
        assert (await first(caller, "release-needs-plan", decision(True))).status_code == 403, role


async def test_an_authority_decides_for_itself_alone(world: World, head: Caller) -> None:
    await first(head, "release-needs-plan", decision(True))

    elsewhere = await world.caller(authority="0999").read("/policies/release-needs-plan")

    assert (elsewhere["value"], elsewhere["decisions"]) == (False, [])


async def test_two_who_decide_at_once_follow_one_another(world: World, head: Caller) -> None:

    answers = await asyncio.gather(*(first(head, "release-needs-plan", decision(True)) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


async def test_what_is_undecided_has_no_etag(world: World) -> None:
    assert "etag" not in (await world.caller().get("/policies/release-needs-plan")).headers
