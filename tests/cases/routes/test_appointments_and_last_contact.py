"""What became of an appointment, and when the citizen was last met: facts, without a consequence for the citizen."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chassis.clock import DENMARK, day_of, now
from tests.cases.recording import KINDS, ago, ahead, appointment, contact, decided, involved
from tests.cases.world import Json, World, slug, somewhere

MISSED = ("missed-by-authority", "missed-by-citizen")


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's."""
    return await world.case()


def at(case: Json, step: str = "") -> str:
    """The address of the appointments, or of what belongs to one."""
    return f"/cases/{case['id']}/appointments{step}"


async def met(world: World, case: Json) -> tuple[datetime | None, object]:
    """When the citizen was last met and is to be met, as the case knows it."""
    told = await world.caller().read(f"/cases/{case['id']}")
    met_at, due = told["lastContactAt"], told["nextContactDue"]
    return met_at and datetime.fromisoformat(met_at), due and date.fromisoformat(due)


# -- appointments --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["held", *MISSED])
async def test_what_became_of_an_appointment_is_told_once(world: World, case: Json, outcome: str) -> None:
    anna = world.caller()
    made = await anna.does(at(case), appointment(at=ago(hours=2), minutes=30, purposeKind="help"))
    assert made["allowedActions"] == ["makeAppointment", "tellAppointmentOutcome"]

    answer = await anna.post(at(case, f"/{made['id']}/outcome"), {"outcome": outcome})
    again = await anna.post(at(case, f"/{made['id']}/outcome"), {"outcome": "held"})

    told = answer.json()
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert told == made | {"outcome": outcome, "version": 2, "allowedActions": ["makeAppointment"]}
    assert await anna.read(at(case, f"/{made['id']}")) == told
    assert (again.status_code, slug(again), again.json()["outcome"]) == (409, "outcome-already-told", outcome)


async def test_a_moved_appointment_has_a_successor(world: World, case: Json) -> None:
    anna = world.caller()
    made = await anna.does(at(case), appointment(minutes=45, purposeKind="clarification"))
    later = ahead(days=8)

    moved = await anna.does(at(case, f"/{made['id']}/outcome"), {"outcome": "moved", "movedTo": later})
    successor = await anna.read(at(case, f"/{moved['movedTo']}"))

    assert datetime.fromisoformat(moved["movedToAt"]) == datetime.fromisoformat(later)
    assert (successor["movedFrom"], successor["at"], successor["outcome"]) == (made["id"], moved["movedToAt"], None)
    same = ("channel", "with", "minutes", "purposeKind", "sector")
    assert [successor[name] for name in same] == [made[name] for name in same]
    assert [one["id"] for one in (await anna.read(at(case)))["items"]] == [made["id"], successor["id"]]


async def test_a_missed_appointment_triggers_nothing(world: World, case: Json) -> None:
    anna = world.caller()
    made = [await anna.does(at(case), appointment(at=ago(hours=2))) for _ in MISSED]
    events, whole = await world.announced(case["id"]), await anna.read(f"/cases/{case['id']}")
    worklist = await anna.read("/worklist")

    for one, outcome in zip(made, MISSED, strict=True):
        await anna.does(at(case, f"/{one['id']}/outcome"), {"outcome": outcome})
    await anna.does(f"/cases/{case['id']}/contacts", contact(attended=False, appointmentId=made[0]["id"]))

    assert await world.announced(case["id"]) == events
    assert await anna.read(f"/cases/{case['id']}") == whole
    assert await anna.read("/worklist") == worklist
    assert await met(world, case) == (None, None)


async def test_nobody_knows_yet_whether_an_appointment_to_come_is_kept(world: World, case: Json) -> None:
    anna = world.caller()
    made = await anna.does(at(case), appointment())

    for outcome in ("held", *MISSED):
        early = await anna.post(at(case, f"/{made['id']}/outcome"), {"outcome": outcome})
        assert (early.status_code, slug(early)) == (409, "appointment-not-yet")


async def test_a_wrong_outcome_is_put_right_by_correcting_the_appointment(world: World, case: Json) -> None:
    anna = world.caller()
    wrong = await anna.does(at(case), appointment(at=ago(hours=2)))
    await anna.does(at(case, f"/{wrong['id']}/outcome"), {"outcome": "missed-by-citizen"})

    right = await anna.does(at(case), appointment(at=ago(hours=2), corrects=wrong["id"]))
    held = await anna.does(at(case, f"/{right['id']}/outcome"), {"outcome": "held"})
    late = await anna.post(at(case, f"/{wrong['id']}/outcome"), {"outcome": "held"})

    assert (held["outcome"], held["corrects"]) == ("held", wrong["id"])
    assert slug(late) == "entry-already-corrected"
    assert (await anna.read(at(case, f"/{wrong['id']}")))["version"] == 3


async def test_each_refusal_of_an_outcome_has_its_name(world: World) -> None:
    case, anna, bodil = await involved(world, covering=KINDS)
    made = await anna.does(at(case), appointment(at=ago(hours=2)))
    there = at(case, f"/{made['id']}/outcome")

    answers = [
        await anna.post(there, {"outcome": "moved"}),
        await anna.post(there, {"outcome": "held", "movedTo": ahead(days=1)}),
        await anna.post(there, {"outcome": "no-show"}),
        await anna.post(at(case, f"/{somewhere()}/outcome"), {"outcome": "held"}),
        await bodil.post(there, {"outcome": "held"}),
        await anna.post(there, {"outcome": "held"}, If_Match='"7"'),
        await world.caller("social").post(there, {"outcome": "held"}),
    ]

    assert [(answer.status_code, slug(answer)) for answer in answers] == [
        (400, "invalid-request"),
        (400, "invalid-request"),
        (400, "invalid-request"),
        (404, "not-found-or-not-yours"),
        (404, "not-found-or-not-yours"),
        (412, "stale-version"),
        (404, "not-found-or-not-yours"),
    ]
    assert (await anna.post(there, {"outcome": "held"}, If_Match='"1"')).status_code == 200
    await anna.does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})
    assert slug(await anna.post(there, {"outcome": "held"})) == "case-closed"


# -- last met ------------------------------------------------------------------------------------------------------


async def test_an_attended_contact_sets_when_the_citizen_was_last_met(world: World, case: Json) -> None:
    anna = world.caller()
    contacts = f"/cases/{case['id']}/contacts"

    first = await anna.does(contacts, contact(at=ago(days=2)))
    version = (await anna.read(f"/cases/{case['id']}"))["version"]
    await anna.does(contacts, contact(at=ago(days=3)))
    await anna.does(contacts, contact(at=ago(days=1), attended=False))
    unchanged = await met(world, case)
    same = (await anna.read(f"/cases/{case['id']}"))["version"]
    last = await anna.does(contacts, contact(at=ago(hours=3)))

    assert unchanged == (datetime.fromisoformat(first["at"]), None)
    assert version == same == case["version"] + 1
    assert await met(world, case) == (datetime.fromisoformat(last["at"]), None)


async def test_a_meeting_that_was_not_is_taken_back(world: World, case: Json) -> None:
    anna = world.caller()
    contacts = f"/cases/{case['id']}/contacts"
    first = await anna.does(contacts, contact(at=ago(days=5)))
    wrong = await anna.does(contacts, contact(at=ago(days=1)))

    earlier = await anna.does(contacts, contact(at=ago(days=2), corrects=wrong["id"]))
    then = await met(world, case)
    await anna.does(contacts, contact(attended=False, corrects=earlier["id"]))
    back = await met(world, case)
    await anna.does(contacts, contact(attended=False, corrects=first["id"]))

    assert then == (datetime.fromisoformat(earlier["at"]), None)
    assert back == (datetime.fromisoformat(first["at"]), None)
    assert await met(world, case) == (None, None)


async def test_the_next_meeting_is_due_as_often_as_the_authority_has_decided(world: World, case: Json) -> None:
    """Counted in days of Denmark: half past midnight there is the day before in UTC."""
    anna = world.caller()
    await decided(world, "contact-every-days", 14)
    late = (datetime.now(DENMARK) - timedelta(days=1)).replace(hour=0, minute=30, second=0, microsecond=0)

    made = await anna.does(f"/cases/{case['id']}/contacts", contact(at=late.astimezone(UTC).isoformat()))
    _, due = await met(world, case)
    await anna.does(f"/cases/{case['id']}/contacts", contact(attended=False, corrects=made["id"]))
    _, from_opening = await met(world, case)

    assert due == late.date() + timedelta(days=14)
    assert from_opening == day_of(now()) + timedelta(days=14)
