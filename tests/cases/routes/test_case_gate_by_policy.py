"""Which conditions the gate asks for beside the fixed ones is the authority's to decide, from a day on."""

from datetime import datetime, timedelta
from typing import Any, get_args

from fastapi import FastAPI

from chassis.clock import day_of, now
from services.cases.domain.access import allowed_actions
from services.cases.domain.release_gate import Code
from services.cases.schemas import shown
from tests.cases.builders import actor, case
from tests.cases.world import Json, World

PLAN = {
    "goals": [{"inCitizensWords": "Jeg vil sove om natten.", "about": "other"}],
    "efforts": [],
    "citizenAgreement": {"agrees": False, "statement": "Jeg er ikke enig.", "at": "2026-01-05T09:00:00Z"},
}


async def decide(world: World, code: str, value: Any) -> None:
    told = {"value": value, "validFrom": day_of(now()).isoformat(), "reason": "Byrådet."}
    keeper = world.caller(None, role="administrator")
    answer = await keeper.http.put(
        f"/v1/policies/{code}",
        headers=keeper.headers | {"If-None-Match": "*", "Access-Purpose": "quality-control"},
        json=told,
    )
    assert answer.is_success, answer.text


async def unmet(world: World, case: Json) -> list[str]:
    told = await world.caller().read(f"/cases/{case['id']}/release-check")
    return [one["code"] for one in told["unmet"]]


async def test_a_plan_is_asked_for_where_the_authority_says_so_and_a_disagreement_is_a_stand(world: World) -> None:
    case = await world.case()
    await world.caught(case)
    assert await unmet(world, case) == []

    await decide(world, "release-needs-plan", True)
    assert await unmet(world, case) == ["plan-not-agreed"]
    blocked = await world.release(case)
    assert [one["remedy"]["operationId"] for one in blocked.json()["unmet"]] == ["writePlan"]

    anna = world.caller()
    put = await anna.http.put(f"/v1/cases/{case['id']}/plan", headers=anna.headers | {"If-None-Match": "*"}, json=PLAN)
    assert put.is_success, put.text
    assert await unmet(world, case) == []
    assert (await world.release(case)).status_code == 201


async def test_how_soon_is_the_authoritys_to_say(world: World) -> None:
    await decide(world, "accept-within-days", 2)
    case = await world.case()
    await world.referred(case, "requested")

    told = await world.caller().read(f"/cases/{case['id']}/release-check")

    waits = {one["code"]: (one["since"], one["dueAt"]) for one in told["unmet"]}
    since, due = waits["referral-not-accepted"]
    assert datetime.fromisoformat(due) - datetime.fromisoformat(since) == timedelta(days=2)
    assert waits["no-sector-takes-holding"][1] is None


def test_every_remedy_and_every_action_that_is_offered_is_an_operation(cases_app: FastAPI) -> None:
    document = cases_app.openapi()
    ours = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    others = {"requestReferral", "acceptReferral", "recordFirstContact", "giveHandoverReceipt"}  # of referrals
    made = case()

    lead = actor(role="team-lead")
    assert set(allowed_actions(made, lead)) <= ours
    assert set(shown.REMEDIES.values()) <= ours | others
    assert shown.REMEDIES.keys() == set(get_args(Code))
