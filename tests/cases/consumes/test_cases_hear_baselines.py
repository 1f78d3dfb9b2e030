"""An answer to the baseline of an evaluation gives the arm; no other answer does."""

from uuid import UUID

import pytest

from chassis.ids import new_id
from contracts.events.surveys import ResponseSubmittedV1
from tests.cases.trials import BOTH, enrolled, recruiting
from tests.cases.world import Json, World


def answered(wave: str = "baseline", purpose: str = "evaluation") -> ResponseSubmittedV1:
    """Surveys tells that somebody answered."""
    return ResponseSubmittedV1.model_validate({"invitationId": str(new_id()), "wave": wave, "purpose": purpose})


async def read(world: World, enrolment: Json) -> Json:
    """The enrolment as it is."""
    return await world.caller().read(f"/trials/{enrolment['trialId']}/enrolments/{enrolment['id']}")


async def test_an_answered_baseline_gives_the_arm(world: World) -> None:
    trial, case = await recruiting(world), await world.case()
    made = await enrolled(world, trial, case, consents=BOTH)

    await world.tell(UUID(case["id"]), answered(), answered())

    after = await read(world, made)
    assert (after["status"], after["baseline"], after["version"]) == ("active", "answered", 2)
    assert after["arm"] in ("voluntary", "comparison")


@pytest.mark.parametrize(("wave", "purpose"), [("m3", "evaluation"), ("baseline", "casework")])
async def test_another_answer_gives_none(world: World, wave: str, purpose: str) -> None:
    trial, case = await recruiting(world), await world.case()
    made = await enrolled(world, trial, case, consents=BOTH)

    await world.tell(UUID(case["id"]), answered(wave, purpose))

    assert (await read(world, made))["status"] == "awaiting-baseline"


async def test_an_answer_that_may_be_to_either_of_two_trials_is_taken_for_neither(world: World) -> None:
    case = await world.case()
    both = [await recruiting(world, conflictGroup=group) for group in ("one", "two")]
    made = [await enrolled(world, trial, case, consents=BOTH) for trial in both]

    await world.tell(UUID(case["id"]), answered())

    assert {(await read(world, one))["status"] for one in made} == {"awaiting-baseline"}


async def test_an_answer_in_a_case_that_is_not_known_is_let_pass(world: World) -> None:
    await world.tell(new_id(), answered())
