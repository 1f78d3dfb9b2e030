"""Alarms are told to people: once, to the right ones, in words that tell nothing of health; seen, or taken further."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.clock import now
from contracts.events.referrals import DeadlineApproachingV1, DeadlineMissedV1
from services.cases.repository.notifications import NotificationRepository
from services.cases.schemas.notifications import TEXTS
from tests.cases.watchers import DAY, alarms_of, time_passes
from tests.cases.world import ASIDE, Json, World, opening, slug, somewhere

HOURS = timedelta(hours=1)


async def lost(world: World) -> Json:
    """A case that employment let go of, whose catch is gone afterwards."""
    case = await world.case()
    referral_id = await world.caught(case)
    assert (await world.release(case)).status_code == 201
    await world.referred(case, "failed", referral_id=referral_id)
    return case


async def only(world: World, sector: str = "employment", **who: Any) -> Json:
    """The one notification somebody has."""
    (one,) = (await world.caller(sector, **who).read("/notifications"))["items"]
    return dict(one)


async def escalated(world: World, notification: Json, hours: float) -> None:
    """The clock looks whether it has waited too long, so many hours from now."""
    async with world.database.transaction(world.authority) as tx:
        await NotificationRepository(tx).take_further(UUID(notification["id"]), now() + hours * HOURS)


async def asked_of_health(world: World, case: Json) -> dict[str, Any]:
    """Health has been asked; what every moment of that referral tells."""
    sectors = {"from_sector": "employment", "to_sector": "health"}
    return {
        "referral_id": await world.referred(case, "requested"),
        "need_id": UUID(case["needs"][0]["id"]),
    } | sectors


# -- to whom -------------------------------------------------------------------------------------------------------


async def test_a_lost_catch_is_told_to_the_present_and_to_the_last_holder(world: World) -> None:
    case = await lost(world)
    need = case["needs"][0]["id"]

    assert await alarms_of(world, case, "health", subject="bodil") == [("caught-then-lost", "bodil", need)]
    assert await alarms_of(world, case, "employment", subject="anna") == [("caught-then-lost", "anna", need)]
    assert await alarms_of(world, case, "employment", subject="carl") == []
    assert await alarms_of(world, case, "social") == []


async def test_the_last_holder_reads_the_alarm_and_not_the_case(world: World) -> None:
    case, anna = await lost(world), world.caller()
    alarm = await only(world)

    assert (await anna.get(f"/notifications/{alarm['id']}")).status_code == 200
    assert (await anna.get(f"/cases/{case['id']}")).status_code == 404
    assert (alarm["text"], alarm["sector"]) == ("En borger, der var grebet, er det ikke længere.", "employment")


@pytest.mark.parametrize("end", ["rejected", "failed"])
async def test_who_sent_a_referral_hears_that_it_came_to_nothing(world: World, end: str) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted", end)

    assert await alarms_of(world, case, "employment") == [(f"referral-{end}", "anna", case["needs"][0]["id"])]
    assert await alarms_of(world, case, "health") == []


async def test_a_referral_taken_back_by_its_sender_alarms_nobody(world: World) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted", "cancelled")

    assert await alarms_of(world, case, "employment") == []


async def test_a_need_that_comes_back_is_told_to_who_handed_it_on(world: World) -> None:
    case = await world.case()
    await world.caught(case)
    await world.release(case)
    need, bodil = f"/cases/{case['id']}/needs/{case['needs'][0]['id']}", world.caller("health", subject="bodil")
    await bodil.does(f"{need}/closure", {"outcome": "met"})

    await bodil.does(f"{need}/reopening", {"because": "Det er der igen."})

    told = ("need-reopened", case["needs"][0]["id"])
    assert [(kind, one) for kind, _, one in await alarms_of(world, case, "employment")] == [told]
    assert [(kind, one) for kind, _, one in await alarms_of(world, case, "health", subject="bodil")] == [told]


async def test_where_no_person_is_the_unit_is_told(world: World) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted", unit="alkohol")
    await time_passes(world, case, 8)

    told = [("first-contact-overdue", None, case["needs"][0]["id"])]
    assert await alarms_of(world, case, "health") == told
    assert (await world.caller("health", "alkohol").read("/notifications"))["items"][0]["unit"] == "alkohol"
    assert (await world.caller("health", "psykiatri").read("/notifications"))["items"] == []
    assert await alarms_of(world, case, "employment") == [("first-contact-overdue", "anna", case["needs"][0]["id"])]


async def test_another_authority_hears_nothing(world: World) -> None:
    case = await lost(world)
    alarm = await only(world)

    assert await alarms_of(world, case, "employment", authority="0147") == []
    assert (await world.caller(authority="0147").get(f"/notifications/{alarm['id']}")).status_code == 404


# -- once ----------------------------------------------------------------------------------------------------------


async def test_what_was_told_is_not_told_again(world: World) -> None:
    case = await lost(world)
    for days in (0, 1, 40):
        await time_passes(world, case, days)
    await world.caller("health", subject="bodil").patch(f"/cases/{case['id']}", {"kle": "27"}, If_Match='"6"')

    assert len(await alarms_of(world, case, "employment")) == 1


async def test_that_a_question_is_owed_again_is_announced_once(world: World) -> None:
    case = await world.case()
    need = f"/cases/{case['id']}/needs/{case['needs'][0]['id']}"
    day = (now() + 3 * DAY).date().isoformat()
    await world.caller().does(f"{need}/setting-aside", ASIDE | {"revisitOn": day})

    for days in (1, 4, 4, 9):
        await time_passes(world, case, days)

    told = [one["data"] for one in await world.announced(case["id"]) if "need-revisit-due" in one["type"]]
    assert told == [{"needId": case["needs"][0]["id"], "revisitOn": day, "revisitBySector": "social"}]
    assert [kind for kind, _, _ in await alarms_of(world, case, "social")] == ["revisit-due"]


async def test_a_breach_reaches_who_has_acknowledged_that_the_day_came_near(world: World) -> None:
    case = await world.case()
    common = await asked_of_health(world, case)
    await world.tell(UUID(case["id"]), DeadlineApproachingV1(**common, due_on=now().date()))
    near, anna = await only(world), world.caller()
    await anna.does(f"/notifications/{near['id']}/acknowledgement")
    (seen,) = (await anna.read("/watch-list", kind="guarantee-at-risk"))["items"]

    await world.tell(UUID(case["id"]), DeadlineMissedV1(**common, due_on=now().date()))

    gone, before = (await anna.read("/notifications"))["items"]
    (unseen,) = (await anna.read("/watch-list", kind="guarantee-at-risk"))["items"]
    assert (seen["acknowledgedBy"], unseen["acknowledgedBy"]) == ("anna", None)
    assert (before["id"], gone["kind"], gone["acknowledgedAt"]) == (near["id"], "guarantee-missed", None)
    assert (near["text"], gone["text"]) == (TEXTS["guarantee-at-risk"].da, TEXTS["guarantee-missed"].da)
    await escalated(world, gone, 25)
    lead = world.caller(role="team-lead", subject="lise")
    assert [one["kind"] for one in (await lead.read("/notifications"))["items"]] == ["guarantee-missed"]


async def test_what_came_true_and_was_over_before_anybody_looked_is_told_to_nobody(world: World) -> None:
    case = await world.case()
    sent = await world.referred(case, "requested", "accepted")
    await world.referred(case, "contact", referral_id=sent)

    await time_passes(world, case, 30)

    assert await alarms_of(world, case, "employment") == []


# -- seen, or taken further ----------------------------------------------------------------------------------------


async def test_an_alarm_is_acknowledged_once_and_the_list_says_by_whom(world: World) -> None:
    case = await world.case()
    await world.caller().does(f"/cases/{case['id']}/citizen-alarms", {"statement": "Ingen har ringet."})
    alarm, anna = await only(world), world.caller()
    path = f"/notifications/{alarm['id']}/acknowledgement"

    stale = await anna.post(path, If_Match='"9"')
    seen = await anna.post(path, If_Match='"1"')
    again = await anna.post(path)

    assert (alarm["acknowledgedAt"], alarm["allowedActions"]) == (None, ["acknowledgeNotification"])
    assert [(one.status_code, slug(one)) for one in (stale, again)] == [
        (412, "stale-version"),
        (409, "already-acknowledged"),
    ]
    assert (seen.status_code, seen.headers["ETag"], seen.json()["acknowledgedBy"]) == (200, '"2"', "anna")
    assert (await anna.get(f"/notifications/{alarm['id']}")).json() == seen.json()
    (item,) = (await anna.read("/watch-list", kind="citizen-says-not-caught"))["items"]
    assert item["acknowledgedBy"] == "anna"
    assert (await anna.read("/notifications", acknowledged="false"))["items"] == []
    assert len((await anna.read("/notifications", acknowledged="true"))["items"]) == 1


async def test_an_alarm_is_not_acknowledged_by_who_was_not_told(world: World) -> None:
    await lost(world)
    alarm = await only(world)
    path = f"/notifications/{alarm['id']}/acknowledgement"

    answers = [
        await world.caller(subject="carl").post(path),
        await world.caller("health", subject="bodil").post(path),
        await world.caller(role="team-lead", subject="lise").post(path),
        await world.caller().post(f"/notifications/{somewhere()}/acknowledgement"),
        await world.caller(scope="cases:read").post(path),
    ]

    assert [one.status_code for one in answers] == [404, 404, 404, 404, 403]


async def test_a_system_has_seen_nothing(world: World) -> None:
    case = await world.case()
    await world.caller().does(f"/cases/{case['id']}/citizen-alarms", {"statement": "Ingen har ringet."})
    robot = world.caller(role="integration")
    alarm = await only(world, role="integration")

    assert alarm["allowedActions"] == []
    assert slug(await robot.post(f"/notifications/{alarm['id']}/acknowledgement")) == "role-missing"


async def test_what_nobody_acknowledges_goes_to_the_team_lead_and_is_announced_once(world: World) -> None:
    case = await lost(world)
    alarm = await only(world)
    lead = {"role": "team-lead", "subject": "lise"}

    await escalated(world, alarm, 23)
    assert await alarms_of(world, case, "employment", **lead) == []
    for hours in (25, 26):
        await escalated(world, alarm, hours)

    assert [kind for kind, _, _ in await alarms_of(world, case, "employment", **lead)] == ["caught-then-lost"]
    assert await alarms_of(world, case, "health", **lead) == []
    assert await alarms_of(world, case, "employment", subject="carl") == []
    told = [one["data"] for one in await world.announced(case["id"]) if "unacknowledged" in one["type"]]
    assert told == [{"notificationId": alarm["id"], "sector": "employment"}]
    seen = await world.caller(role="team-lead", subject="lise").does(f"/notifications/{alarm['id']}/acknowledgement")
    assert seen["acknowledgedBy"] == "lise"


async def test_what_was_acknowledged_in_time_goes_no_further(world: World) -> None:
    case = await lost(world)
    alarm = await only(world)
    await world.caller().does(f"/notifications/{alarm['id']}/acknowledgement")

    await escalated(world, alarm, 100)

    assert (await only(world))["escalatedAt"] is None
    assert not [one for one in await world.announced(case["id"]) if "unacknowledged" in one["type"]]


# -- words and looks -----------------------------------------------------------------------------------------------


async def test_an_alarm_is_told_in_the_readers_language(world: World) -> None:
    await lost(world)

    assert (await only(world))["text"] == TEXTS["caught-then-lost"].da
    assert (await only(world, language="en"))["text"] == TEXTS["caught-then-lost"].en


async def test_an_alarm_tells_neither_domain_nor_other_sector(world: World) -> None:
    case = await world.case("substance-use")
    await world.referred(case, "requested", "rejected", to="health")

    told = str(await only(world))
    assert "substance" not in told
    assert "health" not in told


async def test_alarms_are_newest_first_page_by_page_and_looks_at_them_are_logged(world: World) -> None:
    cases = []
    for _ in range(3):
        cases.append(await world.caller().does("/cases", opening()))
        await world.referred(cases[-1], "requested", "rejected")
    anna = world.caller()

    first = await anna.read("/notifications", limit="2")
    rest = await anna.read("/notifications", limit="2", cursor=first["page"]["next"])

    assert [one["caseId"] for one in first["items"] + rest["items"]] == [one["id"] for one in reversed(cases)]
    assert rest["page"]["next"] is None
    looks = [look.case_id for look in await world.looked() if look.what == "notifications"]
    assert looks == [UUID(one["id"]) for one in reversed(cases)]
