"""Days as people in Denmark count them: 23 and 25 hours long where summer time begins and ends, and holidays off."""

from datetime import date, datetime
from typing import Any

import pytest

from services.referrals.clocks.deadlines import tell_batch
from tests.referrals.dated import DAY, at, it_is, notices, promised
from tests.referrals.world import World

# -- summer time ------------------------------------------------------------------------------------------------------

LAST_SUNDAY_OF_MARCH, LAST_SUNDAY_OF_OCTOBER = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("due", "a_minute_before", "over"),
    [
        (LAST_SUNDAY_OF_MARCH - DAY, "2026-03-28T22:59:00Z", "2026-03-28T23:00:00Z"),
        (LAST_SUNDAY_OF_MARCH, "2026-03-29T21:59:00Z", "2026-03-29T22:00:00Z"),
        (LAST_SUNDAY_OF_MARCH + DAY, "2026-03-30T21:59:00Z", "2026-03-30T22:00:00Z"),
        (LAST_SUNDAY_OF_OCTOBER - DAY, "2026-10-24T21:59:00Z", "2026-10-24T22:00:00Z"),
        (LAST_SUNDAY_OF_OCTOBER, "2026-10-25T22:59:00Z", "2026-10-25T23:00:00Z"),
        (LAST_SUNDAY_OF_OCTOBER + DAY, "2026-10-26T22:59:00Z", "2026-10-26T23:00:00Z"),
    ],
    ids=str,
)
async def test_a_last_day_is_over_at_danish_midnight_however_long_it_was(
    world: World, due: date, a_minute_before: str, over: str
) -> None:
    asked = await promised(world, on=due - 14 * DAY)

    await look(world, a_minute_before)
    before = await notices(world, asked)
    await look(world, over)

    assert before == [("near", str(due))]
    assert await notices(world, asked) == [("near", str(due)), ("missed", str(due))]


@pytest.mark.parametrize(
    ("near", "a_minute_before", "begun"),
    [
        (LAST_SUNDAY_OF_MARCH, "2026-03-28T22:59:00Z", "2026-03-28T23:00:00Z"),
        (LAST_SUNDAY_OF_MARCH + DAY, "2026-03-29T21:59:00Z", "2026-03-29T22:00:00Z"),
        (LAST_SUNDAY_OF_OCTOBER, "2026-10-24T21:59:00Z", "2026-10-24T22:00:00Z"),
        (LAST_SUNDAY_OF_OCTOBER + DAY, "2026-10-25T22:59:00Z", "2026-10-25T23:00:00Z"),
    ],
    ids=str,
)
async def test_a_day_comes_near_at_danish_midnight(world: World, near: date, a_minute_before: str, begun: str) -> None:
    due = near + 4 * DAY
    asked = await promised(world, on=due - 14 * DAY)

    await look(world, a_minute_before)
    before = await notices(world, asked)
    await look(world, begun)

    assert before == []
    assert await notices(world, asked) == [("near", str(due))]


async def test_a_contact_in_the_hour_that_comes_twice_is_held_on_its_day(world: World) -> None:
    """Half past two comes twice on 25 October, and both are that day."""
    due = LAST_SUNDAY_OF_OCTOBER
    for held, state in (
        ("2026-10-25T02:30:00+02:00", "met"),
        ("2026-10-25T02:30:00+01:00", "met"),
        ("2026-10-25T23:59:00+01:00", "met"),
        ("2026-10-26T00:00:00+01:00", "missed"),
    ):
        asked = await promised(world, "acceptance", on=due - 14 * DAY)
        with it_is(due + 2 * DAY):
            contact = {"at": held, "channel": "phone", "attended": True}
            met = await world.caller("health").post(f"/referrals/{asked['id']}/first-contact", contact)
        states = {clock["guarantee"]: clock["state"] for clock in met.json()["clocks"]}
        assert states["drug-treatment"] == state, held


# -- holidays ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked_on", "days", "due"),
    [
        (date(2026, 3, 27), 5, date(2026, 4, 8)),  # Easter: Thursday, Friday and Monday are off
        (date(2024, 4, 24), 3, date(2024, 4, 29)),  # Store Bededag was abolished from 2024
        (date(2023, 5, 3), 3, date(2023, 5, 9)),  # and the year before nobody was at work on 5 May
        (date(2026, 5, 12), 3, date(2026, 5, 18)),  # Ascension; the Friday after it is no holiday
        (date(2026, 12, 22), 5, date(2026, 12, 30)),  # nor are Christmas Eve and New Year's Eve
    ],
    ids=str,
)
async def test_working_days_leave_out_the_holidays_of_their_year(
    world: World, asked_on: date, days: int, due: date
) -> None:
    with it_is(asked_on):
        await decide(world, days, asked_on)
    asked = await promised(world, guarantee="processing-deadline", on=asked_on)

    await look(world, at(due, 23, 59).isoformat())
    before = await notices(world, asked)
    await look(world, at(due + DAY, 0).isoformat())

    assert [(clock["startedOn"], clock["dueOn"]) for clock in asked["clocks"]] == [(str(asked_on), str(due))]
    assert before == [("near", str(due))]
    assert await notices(world, asked) == [("near", str(due)), ("missed", str(due))]


async def test_a_pause_over_easter_gives_back_the_working_days_that_were_left(world: World) -> None:
    with it_is(date(2026, 3, 23)):
        await decide(world, 6, date(2026, 3, 23))
    asked = await promised(world, "acceptance", guarantee="processing-deadline", on=date(2026, 3, 23))  # a Monday
    path = f"/referrals/{asked['id']}"

    with it_is(date(2026, 3, 27)):  # Friday: four of the six have gone, so two are left
        await world.caller("health").post(f"{path}/hold", {"because": "Hun er hos sin mor i påsken."})
    with it_is(date(2026, 4, 7)):  # the Tuesday after Easter
        resumed = (await world.caller("health").post(f"{path}/resumption")).json()

    due = {clock["guarantee"]: clock["dueOn"] for clock in resumed["clocks"]}
    assert (due["processing-deadline"], due["first-contact"]) == ("2026-04-09", "2026-04-10")


async def look(world: World, when: str) -> None:
    """The worker looks, at that moment."""
    await tell_batch(world.database, world.authority, datetime.fromisoformat(when))


async def decide(world: World, days: int, today: date) -> None:
    """The town promises an answer within so many working days, from today on."""
    keeper = world.caller(None, role="administrator")
    headers = {**keeper.headers, "Access-Purpose": "quality-control", "If-None-Match": "*"}
    body: dict[str, Any] = {
        "labels": {"da": "Svar inden for nogle arbejdsdage", "en": "An answer within some working days"},
        "days": days,
        "counting": "working",
        "starts": "approach",
        "leadDays": 2,
        "validFrom": today.isoformat(),
        "reason": "Byrådet har besluttet det.",
    }
    decided = await world.http.put("/v1/guarantees/processing-deadline", headers=headers, json=body)
    assert decided.status_code == 200, decided.text
