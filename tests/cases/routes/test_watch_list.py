"""The watch list over HTTP: whose it is, in which order, how much of it; and what citizens say who are not caught."""

from typing import Any
from uuid import UUID

import pytest

from chassis.clock import now
from services.cases.domain.attention import URGENCY
from tests.cases.watchers import DAY, long_ago
from tests.cases.world import ASIDE, NOTE, Json, World, agreed, opening, slug, somewhere

SAID = {"statement": "Ingen har ringet til mig i tre uger."}
OVER = {"citizenStatement": "Nu har de ringet."}


async def on_the_list(world: World, sector: str = "employment", /, **query: str) -> list[Any]:
    """What is on a sector's list: kinds and cases, in order."""
    items = (await world.caller(sector).read("/watch-list", **query))["items"]
    return [(item["kind"], item["caseId"]) for item in items]


async def test_the_list_is_sorted_by_urgency_and_then_by_how_long_it_has_been_so(world: World) -> None:
    young, old, refused = [await world.case() for _ in range(3)]
    await long_ago(world, old, 3)
    await world.referred(refused, "requested", "rejected")

    assert await on_the_list(world) == [
        ("referral-without-successor", refused["id"]),
        ("need-uncaught", old["id"]),
        ("need-uncaught", young["id"]),
    ]


async def test_an_item_says_whose_list_it_is_on_and_who_has_to_act(world: World) -> None:
    case = await world.caller("employment", "jobcenter").does("/cases", opening())

    (item,) = (await world.caller().read("/watch-list"))["items"]

    assert item == {
        "kind": "need-uncaught",
        "caseId": case["id"],
        "caseNumber": case["caseNumber"],
        "needId": case["needs"][0]["id"],
        "referralId": None,
        "sector": "employment",
        "unit": "jobcenter",
        "since": item["since"],
        "dueOn": None,
        "responsible": {"subject": "anna", "unit": "jobcenter"},
        "acknowledgedBy": None,
    }


async def test_a_sector_sees_its_own_list_and_asking_for_anothers_shows_nothing(world: World) -> None:
    case = await world.case()

    assert await on_the_list(world, "health") == []
    assert await on_the_list(world, "health", sector="employment") == []
    assert await on_the_list(world, sector="health,social") == []
    assert await on_the_list(world, sector="health,employment") == [("need-uncaught", case["id"])]
    elsewhere = World(world.app, world.http, world.keys)
    assert (await elsewhere.caller().read("/watch-list"))["items"] == []


async def test_a_list_is_of_kinds_and_of_a_unit(world: World) -> None:
    east = await world.caller("employment", "east").does("/cases", opening())
    west = await world.caller("employment", "west").does("/cases", opening())
    await world.referred(west, "requested", "rejected")

    assert await on_the_list(world, unit="east") == [("need-uncaught", east["id"])]
    assert await on_the_list(world, kind="referral-without-successor") == [("referral-without-successor", west["id"])]
    assert await on_the_list(world, kind="need-uncaught,revisit-due") == [("need-uncaught", east["id"])]


@pytest.mark.parametrize("query", [{"kind": "fell"}, {"sector": "police"}, {"unit": "a b"}, {"caseId": "x"}], ids=str)
async def test_what_is_not_a_filter_is_refused(world: World, query: dict[str, str]) -> None:
    answer = await world.caller().get("/watch-list", **query)

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")


async def test_the_list_has_pages_without_gap_or_repetition(world: World) -> None:
    made = [(await world.case())["id"] for _ in range(5)]
    seen, query = [], {"limit": "2"}

    while True:
        page = await world.caller().read("/watch-list", **query)
        seen += [item["caseId"] for item in page["items"]]
        if page["page"]["next"] is None:
            break
        query["cursor"] = page["page"]["next"]

    assert seen == made


async def test_what_lies_ahead_is_on_no_list_yet(world: World) -> None:
    case = await world.case()
    need = f"/cases/{case['id']}/needs/{case['needs'][0]['id']}"
    tomorrow = (now() + 2 * DAY).date().isoformat()
    await world.caller().does(f"{need}/setting-aside", ASIDE | {"revisitOn": tomorrow, "revisitBySector": "social"})
    assert await on_the_list(world, "social") == []

    await long_ago(world, case, 3)

    assert await on_the_list(world, "social") == [("revisit-due", case["id"])]
    assert await on_the_list(world) == [("revisit-due", case["id"])]
    (first, *_) = (await world.caller().read("/worklist"))["items"]
    assert [(one["kind"], one["dueOn"]) for one in first["attention"]] == [("revisit-due", tomorrow)]


async def test_every_look_at_the_list_is_logged_case_by_case(world: World) -> None:
    cases = [await world.case(), await world.case()]

    await on_the_list(world)
    await on_the_list(world, "health")

    looks = [(look.what, look.case_id) for look in await world.looked()]
    assert looks == [("watch-list", UUID(one["id"])) for one in cases] + [("watch-list", None)]


# -- how much ------------------------------------------------------------------------------------------------------


async def counts(world: World, sector: str = "employment") -> dict[str, Any]:
    """How much waits, of the kinds that there are."""
    told = (await world.caller(sector).read("/worklist/counts"))["counts"]
    assert len(told) == len(URGENCY)
    return {one["kind"]: (one["n"], one["more"]) for one in told if one["n"]}


async def test_counts_are_told_by_kind_and_of_nobody(world: World) -> None:
    refused = await world.case()
    await world.case()
    await world.referred(refused, "requested", "rejected")

    assert await counts(world) == {"referral-without-successor": (1, False), "need-uncaught": (1, False)}
    assert await counts(world, "health") == {}
    assert await world.looked() == []


@pytest.mark.parametrize(("much", "told"), [(99, (99, False)), (100, (99, True)), (140, (99, True))])
async def test_counts_are_exact_to_ninety_nine(world: World, much: int, told: tuple[int, bool]) -> None:
    needs = [{"domain": "debt"}] * 50
    whole, rest = divmod(much, 50)
    for some in [needs] * whole + ([needs[:rest]] if rest else []):
        await world.case(needs=some)

    assert await counts(world) == {"need-uncaught": told}


# -- the citizen's own word ----------------------------------------------------------------------------------------


async def alarmed(world: World, case: Json, sector: str = "employment", **told: Any) -> Json:
    """The citizen has said it."""
    return await world.caller(sector).does(f"/cases/{case['id']}/citizen-alarms", SAID | told)


async def test_the_citizens_word_is_an_alarm_whatever_the_records_say(world: World) -> None:
    case = await world.case()
    await world.caught(case)
    anna = world.caller()
    answer = await anna.post(f"/cases/{case['id']}/citizen-alarms", SAID)
    alarm = answer.json()

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/cases/{case['id']}/citizen-alarms/{alarm['id']}"
    assert (alarm["statement"], alarm["allowedActions"], alarm["hidden"]) == (SAID["statement"], ["endCitizenAlarm"], 0)
    assert await anna.read(f"/cases/{case['id']}/citizen-alarms/{alarm['id']}") == alarm
    assert (await anna.read(f"/cases/{case['id']}/citizen-alarms"))["items"] == [alarm]
    assert await on_the_list(world) == [("citizen-says-not-caught", case["id"])]
    (item,) = (await anna.read("/worklist"))["items"]
    assert [one["kind"] for one in item["attention"]] == ["citizen-says-not-caught"]


async def test_the_alarm_ends_by_the_citizens_word_and_by_no_other(world: World) -> None:
    case = await world.case()
    alarm = await alarmed(world, case, needId=case["needs"][0]["id"])
    path = f"/cases/{case['id']}/citizen-alarms/{alarm['id']}/ending"
    anna = world.caller()

    silent = await anna.post(path, {})
    stale = await anna.post(path, OVER, If_Match='"7"')
    ended = await anna.does(path, OVER, If_Match='"1"')
    again = await anna.post(path, OVER)

    assert [(one.status_code, slug(one)) for one in (silent, stale, again)] == [
        (400, "invalid-request"),
        (412, "stale-version"),
        (409, "citizen-alarm-ended"),
    ]
    assert (ended["endedStatement"], ended["version"], ended["allowedActions"]) == (OVER["citizenStatement"], 2, [])
    assert await on_the_list(world) == [("need-uncaught", case["id"])]


async def test_each_refusal_of_an_alarm_has_its_name(world: World) -> None:
    case, closed = await world.case(), await world.case()
    await world.referred(case, "requested")
    anna = world.caller()
    await anna.does(f"/cases/{closed['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    answers = [
        await anna.post(f"/cases/{case['id']}/citizen-alarms", SAID | {"needId": somewhere()}),
        await anna.post(f"/cases/{closed['id']}/citizen-alarms", SAID),
        await world.caller("health").post(f"/cases/{case['id']}/citizen-alarms", SAID),
        await world.caller("social").post(f"/cases/{case['id']}/citizen-alarms", SAID),
        await anna.post(f"/cases/{somewhere()}/citizen-alarms", SAID),
        await anna.post(f"/cases/{case['id']}/citizen-alarms/{somewhere()}/ending", OVER),
        await anna.get(f"/cases/{case['id']}/citizen-alarms/{somewhere()}"),
        await anna.post(f"/cases/{case['id']}/citizen-alarms", {"statement": ""}),
    ]

    assert [(one.status_code, slug(one)) for one in answers] == [
        (400, "citizen-alarm-of-no-need"),
        (409, "case-closed"),
        (403, "sector-not-involved"),
        (404, "not-found-or-not-yours"),
        (404, "not-found-or-not-yours"),
        (404, "not-found-or-not-yours"),
        (404, "not-found-or-not-yours"),
        (400, "invalid-request"),
    ]


async def test_that_there_is_an_alarm_is_told_to_all_and_its_words_to_those_a_consent_lets_read_them(
    world: World,
) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted")
    await alarmed(world, case, statement=NOTE)
    bodil, path = world.caller("health"), f"/cases/{case['id']}/citizen-alarms"

    walled = (await bodil.read(path))["items"][0]
    await world.caller().does(f"/cases/{case['id']}/consents", agreed(dataCategories=["citizen-statements"]))
    shared = (await bodil.read(path))["items"][0]

    assert (walled["statement"], walled["hidden"]) == (None, 1)
    assert (shared["statement"], shared["hidden"]) == (NOTE, 0)


async def test_an_alarm_is_ended_by_who_answers_for_it_and_not_by_another_sector(world: World) -> None:
    case = await world.case("debt", "substance-use")
    for sector in ("health", "social"):
        await world.referred(case, "requested", "accepted", to=sector)
    theirs = await alarmed(world, case, "health", needId=case["needs"][0]["id"])
    path = f"/cases/{case['id']}/citizen-alarms/{theirs['id']}"
    other, raiser = world.caller("social"), world.caller("health")

    assert (await other.read(path))["allowedActions"] == []
    assert slug(await other.post(f"{path}/ending", OVER)) == "citizen-alarm-not-yours"
    assert (await raiser.read(path))["allowedActions"] == ["endCitizenAlarm"]
    assert (await raiser.does(f"{path}/ending", OVER))["endedBySector"] == "health"


async def test_who_owns_the_need_of_an_alarm_ends_it(world: World) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted")
    need = await world.caller("health").does(f"/cases/{case['id']}/needs", {"domain": "housing"})
    alarm = await alarmed(world, case, needId=need["id"])
    path = f"/cases/{case['id']}/citizen-alarms/{alarm['id']}/ending"

    assert (await world.caller("health").does(path, OVER))["endedBySector"] == "health"


async def test_a_system_neither_raises_nor_ends_a_citizens_alarm(world: World) -> None:
    case, robot = await world.case(), world.caller(role="integration")
    alarm = await alarmed(world, case)
    path = f"/cases/{case['id']}/citizen-alarms"

    answers = [await robot.post(path, SAID), await robot.post(f"{path}/{alarm['id']}/ending", OVER)]

    assert [slug(one) for one in answers] == ["role-missing"] * 2
    assert (await robot.read(f"{path}/{alarm['id']}"))["allowedActions"] == []
    assert "raiseCitizenAlarm" not in (await robot.read(f"/cases/{case['id']}"))["allowedActions"]
