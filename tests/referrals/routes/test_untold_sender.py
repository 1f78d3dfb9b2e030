"""A sender that is not told how far a request has come is not told it by what it may do, nor by what it is refused."""

from typing import Any

import pytest

from tests.referrals.handovers import put
from tests.referrals.partners import linkable
from tests.referrals.world import BODIES, World, slug, without_trace

BEFORE = ("acceptance",)
AFTER = {
    "met": ("acceptance", "first-contact"),
    "receipt": ("acceptance", "handover-receipt"),
    "caught": ("acceptance", "first-contact", "handover-receipt"),
    "paused": ("acceptance", "hold"),
    "completed": ("acceptance", "first-contact", "completion"),
}
MAY = ["cancellation", "entry-in-error", "handover-content"]


async def untold(world: World, *steps: str) -> str:
    """The path of a request whose sender sees nothing of the way back."""
    return f"/referrals/{(await linkable(world, *steps, returnScope='none'))['id']}"


@pytest.mark.parametrize("steps", [BEFORE, *AFTER.values()], ids=["accepted", *AFTER])
async def test_what_it_may_do_is_the_same_before_and_after(world: World, steps: tuple[str, ...]) -> None:
    path, employment = await untold(world, *steps), world.caller("employment")

    read = (await employment.get(path)).json()
    (listed,) = (await employment.get("/referrals")).json()["items"]
    refused = await employment.post(f"{path}/answers", BODIES["answers"])

    assert (read["state"], read["allowedActions"], listed["allowedActions"]) == ("accepted", MAY, MAY)
    assert (slug(refused), refused.json()["allowed"]) == ("invalid-transition", MAY)


async def _refusals(world: World, path: str) -> list[dict[str, Any]]:
    employment = world.caller("employment")
    answers = [await employment.post(f"{path}/{step}", BODIES[step]) for step in ("cancellation", "entry-in-error")]
    answers.append(await put(employment, f"{path}/handover-content", {"tried": "En samtale."}, If_None_Match="*"))
    answers.append(await employment.post(f"{path}/partner-links", {}))
    return [without_trace(answer) for answer in answers if not answer.is_success]


async def test_why_not_is_not_told_either(world: World) -> None:
    """A promise to hold, and the end of the work, stand in the way in one and the same words."""
    promised = await _refusals(world, await untold(world, *AFTER["receipt"]))
    completed = await _refusals(world, await untold(world, *AFTER["completed"]))

    assert {one["type"].rpartition(":")[2] for one in [*promised, *completed]} == {"not-possible-now"}
    assert {one["status"] for one in [*promised, *completed]} == {409}
    assert all("allowed" not in one for one in [*promised, *completed])
    assert len(completed) == 4, "cancelled, named an error, written anew, given to a partner"
    assert [one for one in completed if one not in promised] == []


async def test_what_is_in_its_way_for_all_to_know_is_named(world: World) -> None:
    """A no is told at every scope, and so is what follows from it."""
    path = await untold(world, "rejection")

    refused = await world.caller("employment").post(f"{path}/cancellation", BODIES["cancellation"])

    assert (slug(refused), refused.json()["allowed"]) == ("invalid-transition", ["entry-in-error"])


async def test_who_is_told_of_the_catch_is_told_why(world: World) -> None:
    seen = await world.referral(*AFTER["receipt"])

    refused = await world.caller("employment").post(f"/referrals/{seen['id']}/cancellation", BODIES["cancellation"])

    assert slug(refused) == "receipt-is-irrevocable"
