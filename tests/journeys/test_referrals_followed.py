"""Referrals followed to their end, with everything running: sent on, given up, paused, taken back, and no longer
covered. Whatever happens, the town knows whether somebody has met the citizen."""

from datetime import date, timedelta
from typing import Any

from helhed.demo.caller import Caller, Json
from tests.journeys import acts
from tests.journeys.acts import Opened
from tests.journeys.history import gaps
from tests.journeys.passing import pause_began
from tests.journeys.stage import ADULTS, ALCOHOL, Stage, eventually, refused, subject_of
from tests.journeys.stream import announced, moments

PSYCHIATRY = "health:psykiatri"
WORDS = "Han har to gange været i behandling og vil gerne prøve igen."


async def test_who_is_sent_on_twice_is_caught_by_the_last_and_every_end_tells_the_way(stage: Stage) -> None:
    employment, health, social = stage.employment, stage.health, stage.social
    psychiatry = stage.somebody(sector="health", unit=PSYCHIATRY)
    case = await acts.open_case(employment, "substance-use")
    first = await acts.refer(employment, case, reason=WORDS, approachedOn=acts.in_days(-3))

    # Not here, says the alcohol unit; nor here, says psychiatry: the same request goes on, in the sender's words.
    sent = await acts.send_on(health, first)
    second = f"/v1/referrals/{sent['successorId']}"
    onward = {"toSector": "social", "toUnit": ADULTS, "reasonCode": "not-in-target-group"}
    third = f"/v1/referrals/{(await psychiatry.post(f'{second}/redirection', onward))['successorId']}"
    back = {"toSector": "health", "toUnit": ALCOHOL, "reasonCode": "other"}
    await refused(social, "POST", f"{third}/redirection", back, status=409, slug="redirect-loop")
    here = await social.get(third)
    assert (here["reason"], here["approachedOn"], here["from"]["sector"]) == (WORDS, acts.in_days(-3), "employment")

    # Nobody has caught her meanwhile, and the case says so; nobody was let go either.
    assert (await acts.need_in(employment, case, "substance-use"))["catchState"] == "uncaught"
    assert await acts.alarms(employment, case) == ["need-uncaught"]
    assert (await acts.unmet(employment, case))[0] == ("referral-not-accepted", case.treatment)
    await refused(health, "GET", case.path, status=404, slug="not-found-or-not-yours")

    await acts.catch(social, third)

    assert (await acts.need_in(employment, case, "substance-use"))["catchState"] == "caught"
    assert await acts.unmet(employment, case) == []
    ids = [path.removeprefix("/v1/referrals/") for path in (first, second, third)]
    for end in (first, third):
        assert await chain(employment, end) == (ids, 0)
    assert await chain(social, third) == (ids[2:], 2)
    assert await chain(health, first) == (ids[:2], 1)
    states = {one["id"]: one["state"] for one in (await employment.get("/v1/referrals", caseId=case.id))["items"]}
    assert [states[one] for one in ids] == ["rejected", "rejected", "in-progress"]
    assert (await acts.release(employment, case))["referralIds"] == ids[2:]
    assert (await social.get(case.path))["holdingSector"] == "social"


async def test_three_tries_that_reach_nobody_end_with_an_alarm_for_who_holds(stage: Stage) -> None:
    employment, health = stage.employment, stage.health
    case = await acts.open_case(employment, "substance-use")
    # He asked for help fifteen days ago, and was promised treatment within fourteen.
    approached = {"approachedOn": acts.in_days(-15), "guarantee": "drug-treatment"}
    referral = await acts.refer(employment, case, **approached)
    await acts.accept(health, referral)
    at_risk = await eventually(lambda: watched(employment, case), lambda kinds: "guarantee-at-risk" in kinds)
    assert at_risk == ["guarantee-at-risk"]

    for _ in range(3):
        await acts.try_to_reach(health, referral)
    tried = await employment.get(referral)
    assert (tried["attempts"]["count"], tried["catchState"]) == (3, "accepted")
    assert ("first-contact-missing", case.treatment) in await acts.unmet(employment, case)
    failed = await health.post(f"{referral}/failure", {"reasonCode": "citizen-not-reached"})

    # The breach is no end, and the end hides no breach.
    clocks = {clock["guarantee"]: clock["state"] for clock in failed["clocks"]}
    assert (failed["state"], clocks) == ("failed", {"drug-treatment": "missed", "first-contact": "stopped"})
    # Who holds is told, on the list, on the case and in person, and still holds.
    assert (await acts.need_in(employment, case, "substance-use"))["catchState"] == "uncaught"
    assert await acts.alarms(employment, case) == ["referral-without-successor"]
    assert await watched(employment, case) == ["referral-without-successor"]
    told = {one["kind"]: one for one in await notified(employment, case)}
    assert set(told) == {"guarantee-missed", "referral-failed"}
    assert {one["subject"] for one in told.values()} == {subject_of(stage, "employment")}
    assert told["referral-failed"]["referralId"] == referral.removeprefix("/v1/referrals/")
    held = await employment.get(f"{case.path}/responsibility")
    assert (held["holder"]["sector"], gaps(held["history"], "holder", held["history"][0]["from"], None)) == (
        "employment",
        [],
    )
    heard = moments(await announced(stage.town, "referrals", case.id))
    assert (heard.count("deadline-missed"), heard.count("contact-attempted")) == (1, 3)
    assert heard[-1] == "referral-failed"


async def test_a_pause_of_the_citizens_own_gives_the_clock_its_days_and_keeps_what_was_reached(stage: Stage) -> None:
    employment, health = stage.employment, stage.health
    case = await acts.open_case(employment, "substance-use")
    promise = {"guarantee": "alcohol-treatment", "returnScope": "dates", "approachedOn": acts.in_days(-2)}
    referral = await acts.refer(employment, case, **promise)
    await acts.accept(health, referral)
    await acts.try_to_reach(health, referral)
    due = {"alcohol-treatment": in_days(12), "first-contact": in_days(7)}
    assert await clocks_of(health, referral) == {name: (day, "running") for name, day in due.items()}

    held = await health.post(f"{referral}/hold", {"until": acts.in_days(30), "because": "Hun skal føde."})

    # The sender and the case see the pause; why she wants one, nobody but the receiver.
    assert (held["state"], await clocks_of(health, referral)) == (
        "on-hold",
        {name: (day, "paused") for name, day in due.items()},
    )
    (shown,) = (await employment.get(f"/v1/overview/cases/{case.id}"))["referrals"]["items"]
    assert (shown["state"], shown["onHold"]["until"], shown["catchState"]) == ("on-hold", acts.in_days(30), "accepted")
    assert (await acts.need_in(employment, case, "substance-use"))["catchState"] == "accepted"
    steps = (await employment.get(f"{referral}/history"))["items"]
    assert [(one["action"], one["because"]) for one in steps][-1] == ("hold", None)

    # Five days later she is ready.
    pause_began(stage, referral, days_ago=5)
    resumed = await health.post(f"{referral}/resumption")

    assert (resumed["state"], resumed["onHold"], resumed["attempts"]["count"]) == ("accepted", None, 1)
    longer = {name: (day + timedelta(days=5), "running") for name, day in due.items()}
    assert await clocks_of(health, referral) == await clocks_of(employment, referral) == longer
    await acts.meet(health, referral)
    await acts.give_receipt(health, referral)
    assert {state for _, state in (await clocks_of(health, referral)).values()} == {"met"}
    assert (await acts.need_in(employment, case, "substance-use"))["catchState"] == "caught"
    heard = moments(await announced(stage.town, "referrals", case.id))
    assert heard[3:5] == ["referral-put-on-hold", "referral-resumed"]
    assert "deadline-missed" not in heard


async def test_a_request_that_is_taken_back_after_the_yes_leaves_the_need_open_again(stage: Stage) -> None:
    employment, health = stage.employment, stage.health
    case = await acts.open_case(employment, "substance-use")
    referral = await acts.refer(employment, case)
    await acts.accept(health, referral)
    await acts.claim(health, referral)
    assert (await health.get(case.path))["id"] == case.id
    assert (await acts.need_in(employment, case, "substance-use"))["catchState"] == "accepted"

    because = {"because": "Hun er begyndt i et andet tilbud."}
    await refused(health, "POST", f"{referral}/cancellation", because, status=403, slug="only-the-sender")
    taken_back = await employment.post(f"{referral}/cancellation", because)

    assert (taken_back["state"], taken_back["catchState"]) == ("cancelled", "uncaught")
    assert (await acts.need_in(employment, case, "substance-use"))["catchState"] == "uncaught"
    assert await acts.alarms(employment, case) == await watched(employment, case) == ["referral-without-successor"]
    assert await notified(employment, case) == []  # who took it back need not be told of it
    assert (await acts.unmet(employment, case))[0] == ("need-not-referred", case.treatment)
    # The receiver reads that it is over and none of the sender's words, has no part in the case, and nothing to do.
    seen = await health.get(referral)
    assert (seen["reason"], seen["ending"]["because"], seen["allowedActions"]) == (None, None, [])
    assert seen["notShared"][0] == {"section": "reason", "why": "over"}
    assert taken_back["ending"]["because"] == because["because"]
    assert {clock["state"] for clock in seen["clocks"]} == {"stopped"}
    await refused(health, "GET", case.path, status=404, slug="not-found-or-not-yours")
    meeting = {"at": acts.now(), "channel": "phone", "attended": True}
    await refused(health, "POST", f"{referral}/first-contact", meeting, status=409, slug="invalid-transition")

    # Somebody else is asked, and catches her.
    again = await acts.refer(employment, case, toSector="social", toUnit=ADULTS)
    assert await acts.alarms(employment, case) == ["need-uncaught"]
    await acts.catch(stage.social, again)
    assert (await acts.need_in(employment, case, "substance-use"))["catchState"] == "caught"


async def test_without_the_consent_the_next_read_shows_less_and_the_help_goes_on(stage: Stage) -> None:
    employment, health = stage.employment, stage.health
    case = await acts.open_case(employment, "substance-use")
    given = await acts.consent(employment, case)
    covered = {"consentId": given["id"], "reason": WORDS, "guarantee": "alcohol-treatment"}
    referral = await acts.refer(employment, case, **covered)
    accepted = await acts.accept(health, referral)
    question = await acts.ask(health, referral)
    reply = {"questionId": question["id"], "text": "To børn, hver anden uge."}
    await employment.post(f"{referral}/answers", reply)
    before = await everything(health, referral, case)
    for words in (WORDS, "alcohol-treatment", reply["text"]):
        assert words in before

    await employment.post(f"{case.path}/consents/{given['id']}/withdrawal", {"evidence": "Sagt i telefonen."})

    # From the next read on: not the words, not which promise; in no list and in no overview.
    after = await everything(health, referral, case)
    for words in (WORDS, "alcohol-treatment", reply["text"]):
        assert words not in after
    seen = await health.get(referral)
    assert (seen["basis"]["status"], seen["reason"], seen["guarantee"]) == ("withdrawn", None, None)
    # What remains: that there is a referral, whose, by when, and what there is to do.
    assert seen["allowedActions"] == accepted["allowedActions"]
    assert [clock["state"] for clock in seen["clocks"]] == ["running", "running"]
    mine = await employment.get(referral)
    assert (mine["reason"], mine["guarantee"]) == (WORDS, "alcohol-treatment")

    # It stops the sharing and not the help, and she is caught.
    await acts.meet(health, referral)
    await acts.give_receipt(health, referral)
    assert (await acts.need_in(employment, case, "substance-use"))["catchState"] == "caught"
    assert (await acts.release(employment, case))["takenOverBy"] == "health"
    done = await health.post(f"{referral}/completion", {"outcome": "help-given"})
    assert (done["state"], done["reason"]) == ("completed", None)


# -- what the journeys look at -----------------------------------------------------------------------------------------


async def chain(caller: Caller, referral: str) -> tuple[list[str], int]:
    """The referrals of a chain that somebody sees, in order, and how many others there are."""
    whole = await caller.get(f"{referral}/chain")
    return [link["id"] for link in whole["links"]], whole["hidden"]


async def watched(caller: Caller, case: Opened) -> list[str]:
    """What stands on the watch list of the caller's sector about a case."""
    items = (await caller.get("/v1/watch-list"))["items"]
    return [item["kind"] for item in items if item["caseId"] == case.id]


async def notified(caller: Caller, case: Opened) -> list[Json]:
    """What the caller has been told of a case."""
    return [one for one in (await caller.get("/v1/notifications"))["items"] if one["caseId"] == case.id]


async def clocks_of(caller: Caller, referral: str) -> dict[str, tuple[date, str]]:
    """The promises of a referral: the last day, and how it stands."""
    clocks = (await caller.get(referral))["clocks"]
    return {clock["guarantee"]: (date.fromisoformat(clock["dueOn"]), clock["state"]) for clock in clocks}


async def everything(caller: Caller, referral: str, case: Opened) -> str:
    """All that somebody reads of a referral, wherever it stands."""
    lists: list[Any] = [await caller.get(f"{referral}{part}") for part in ("", "/history", "/questions", "/answers")]
    lists += [await caller.get("/v1/referrals", caseId=case.id), await caller.get(f"{referral}/chain")]
    return str([*lists, (await caller.get(f"/v1/overview/cases/{case.id}"))["referrals"]])


def in_days(days: int) -> date:
    """A day near today."""
    return acts.today() + timedelta(days=days)
