"""What was taken back, or never meant, is nobody's to read who was asked; and a no is accounted for by who gave it."""

from typing import Any

import pytest

from chassis.ids import new_id
from contracts.events import cases
from tests.referrals.world import BODIES, REASON, World, consent, wish_for

EVERYTHING = ("need", "plan", "notes", "contact")
TRIED = "Tre samtaler i forsommeren."


async def ended(world: World, *steps: str) -> dict[str, Any]:
    """A request to a unit of health, with something handed over, that has come to its end."""
    case, agreed = await world.case(), new_id()
    await world.tell(case.id, consent(agreed, data_categories=EVERYTHING))
    wish = {"toUnit": "alkohol", "consentId": str(agreed), "handover": {"tried": TRIED}}
    return await world.referral(*steps, case=case, **wish)


def told(read: dict[str, Any]) -> tuple[Any, ...]:
    """The sender's words as they are read, and why what is not read is not."""
    hidden = {one["section"]: one["why"] for one in read["notShared"]}
    return read["reason"], read["shared"]["reason"], read["shared"]["tried"], hidden


OVER = (None, None, None, {"reason": "over", "tried": "over"})
OPEN = (REASON, REASON, TRIED, {})


@pytest.mark.parametrize("step", ["cancellation", "entry-in-error"])
@pytest.mark.parametrize("units", [(), ("alkohol",), ("psykiatri",)], ids=["sector", "unit", "colleague"])
async def test_what_was_taken_back_nobody_reads_who_was_asked(world: World, step: str, units: tuple[str, ...]) -> None:
    seen = await ended(world, step)
    path, reader = f"/referrals/{seen['id']}", world.caller("health", *units)

    read = (await reader.get(path)).json()
    content = (await reader.get(f"{path}/handover-content")).json()
    (version,) = (await reader.get(f"{path}/handover-content/versions")).json()["items"]
    request = (await reader.get(f"/fhir/ServiceRequest/{seen['id']}")).text

    assert told(read) == OVER
    assert (read["ending"]["because"], read["state"]) == (
        None,
        {"cancellation": "cancelled"}.get(step, "entered-in-error"),
    )
    assert content["shared"]["tried"] is version["shared"]["tried"] is None
    assert {one["why"] for one in [*content["notShared"], *version["notShared"]]} == {"over"}
    assert REASON not in request


@pytest.mark.parametrize("step", ["cancellation", "entry-in-error"])
async def test_its_sender_reads_its_own_and_that_the_receiver_no_longer_does(world: World, step: str) -> None:
    seen = await ended(world, step)

    read = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()

    assert told(read) == (REASON, REASON, TRIED, {"reason": "over", "tried": "over"})
    assert read["ending"]["because"] == BODIES[step]["because"]


@pytest.mark.parametrize("steps", [("rejection",), ("acceptance", "redirection")], ids=["rejected", "sent on"])
async def test_a_no_is_read_by_the_unit_that_gave_it_and_not_by_its_colleagues(
    world: World, steps: tuple[str, ...]
) -> None:
    seen = await ended(world, *steps)
    path = f"/referrals/{seen['id']}"

    unit = (await world.caller("health", "alkohol").get(path)).json()
    colleague = (await world.caller("health", "gigt").get(path)).json()
    sender = (await world.caller("employment").get(path)).json()

    assert told(unit) == told(sender) == OPEN
    assert told(colleague) == OVER
    assert colleague["ending"]["suggestion"] is None
    if steps == ("rejection",):
        assert unit["ending"]["suggestion"] == sender["ending"]["suggestion"] == BODIES["rejection"]["suggestion"]


@pytest.mark.parametrize("steps", [("acceptance", "first-contact", "completion"), ("acceptance", "failure")], ids=str)
async def test_what_was_carried_through_is_read_on(world: World, steps: tuple[str, ...]) -> None:
    seen = await ended(world, *steps)

    assert told((await world.caller("health", "gigt").get(f"/referrals/{seen['id']}")).json()) == OPEN


async def test_what_a_citizen_said_of_a_choice_and_what_was_answered_goes_with_the_reason(world: World) -> None:
    case = await world.case()
    seen = await world.referral(case=case)
    path, health, employment = f"/referrals/{seen['id']}", world.caller("health"), world.caller("employment")
    asked = (await health.post(f"{path}/questions", BODIES["questions"])).json()
    await employment.post(f"{path}/answers", {"questionId": asked["id"], "text": "Nej, de er hos deres far."})
    (before,) = (await health.get(f"{path}/answers")).json()["items"]

    await employment.post(f"{path}/cancellation", BODIES["cancellation"])

    (after,) = (await health.get(f"{path}/answers")).json()["items"]
    assert (before["text"], after["text"]) == ("Nej, de er hos deres far.", None)


async def test_whom_it_was_about_is_not_asked_for_the_receiver_any_more(world: World) -> None:
    seen = await ended(world, "entry-in-error")
    path = f"/referrals/{seen['id']}"

    parts = [(await world.caller(*who).get(path)).json()["citizenPart"] for who in (("health",), ("employment",))]

    assert parts == ["hidden", "unavailable"]


async def test_a_case_that_closes_ends_what_was_read_of_it(world: World) -> None:
    case = await world.case()
    seen = await world.referral("acceptance", case=case)
    unread = await world.caller("employment").post("/referrals", wish_for(case))

    await world.tell(case.id, cases.CaseClosedV1(ground="citizen-died", closed_by_sector="employment"))

    assert unread.status_code == 409
    assert (await world.caller("health").get(f"/referrals/{seen['id']}")).json()["reason"] is None
