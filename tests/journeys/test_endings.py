"""How journeys end: a catch that does not come, a catch that is lost, a case that closes. Somebody always holds."""

import pytest

from helhed.demo.caller import Caller, Json
from tests.journeys import acts
from tests.journeys.acts import Opened
from tests.journeys.history import gaps, holders_over_time
from tests.journeys.stage import ADULTS, Stage, eventually, refused
from tests.journeys.stream import announced, moments


async def still_held_by(sector: str, caller: Caller, case: Opened) -> None:
    """The sector holds and has held all the time; nobody else ever did."""
    told = await caller.get(f"{case.path}/responsibility")
    opened = (await caller.get(case.path))["openedAt"]
    assert told["holder"]["sector"] == sector
    assert gaps(told["history"], "holder", opened, None) == []
    assert await holders_over_time(caller, case, told["history"], told["at"]) == [sector]


NOES: dict[str, tuple[str, Json]] = {
    "rejection": ("health", {"reasonCode": "no-capacity", "suggestion": "Prøv regionens tilbud."}),
    "failure": ("health", {"reasonCode": "citizen-not-reached"}),
    "cancellation": ("employment", {"because": "Borgeren er flyttet ind hos sin søster."}),
}


@pytest.mark.parametrize("ending", NOES)
async def test_a_referral_that_comes_to_nothing_leaves_responsibility_where_it_was(stage: Stage, ending: str) -> None:
    employment, health = stage.employment, stage.health
    case = await acts.open_case(employment, "substance-use")
    referral = await acts.refer(employment, case)
    if ending == "failure":
        await acts.accept(health, referral)
        await acts.meet(health, referral)
    by, body = NOES[ending]
    ended = await (health if by == "health" else employment).post(f"{referral}/{ending}", body)
    assert (ended["state"], ended["allowedActions"]) == (
        {"rejection": "rejected", "failure": "failed", "cancellation": "cancelled"}[ending],
        [],
    )

    # The sender is told, holds, and sees whom nobody catches now.
    await still_held_by("employment", employment, case)
    assert await acts.alarms(employment, case) == ["referral-without-successor"]
    (mine,) = (await employment.get("/v1/worklist"))["items"]
    assert mine["attention"][0]["referralId"] == referral.removeprefix("/v1/referrals/")
    assert (await acts.unmet(employment, case))[0] == ("need-not-referred", case.treatment)
    # The receiver has no part in the case any more.
    await refused(health, "GET", case.path, status=404, slug="not-found-or-not-yours")

    # And the need can be referred anew.
    await acts.refer(employment, case, toUnit="health:sundhedshus")
    assert await acts.alarms(employment, case) == ["need-uncaught"]


async def test_the_sender_reads_why_it_was_turned_down(stage: Stage) -> None:
    case = await acts.open_case(stage.employment, "substance-use")
    referral = await acts.refer(stage.employment, case)
    await stage.health.post(f"{referral}/rejection", NOES["rejection"][1])

    ending = (await stage.employment.get(referral))["ending"]
    assert (ending["reasonCode"], ending["suggestion"]) == ("no-capacity", "Prøv regionens tilbud.")


async def test_a_failure_of_treatment_is_told_to_the_sender_without_its_reason(stage: Stage) -> None:
    case = await acts.open_case(stage.employment, "substance-use")
    referral = await acts.refer(stage.employment, case)
    await acts.accept(stage.health, referral)
    await stage.health.post(f"{referral}/failure", {"reasonCode": "citizen-did-not-attend"})

    told = await stage.employment.get(referral)
    assert (told["state"], told["ending"]["reasonCode"]) == ("failed", None)


async def test_a_catch_lost_after_the_release_is_an_alarm_and_never_a_case_without_holder(stage: Stage) -> None:
    """Two receivers: health takes the case, social catches housing without taking the case, and fails later on."""
    employment, health, social = stage.employment, stage.health, stage.social
    case = await acts.open_case(employment, "substance-use", "housing")
    opened = (await employment.get(case.path))["openedAt"]
    await acts.catch(health, await acts.refer(employment, case))
    housing = await acts.refer(employment, case, "housing", toSector="social", toUnit=ADULTS)
    await acts.catch(social, housing, takes_holding=False)
    await acts.release(employment, case)
    assert (await acts.need_in(health, case, "housing"))["ownerSector"] == "social"

    await social.post(f"{housing}/failure", {"reasonCode": "no-capacity"})

    # The present holder sees it first on the worklist, in the overview, and in the case.
    for caller in (health, social):
        lost = await acts.need_in(caller, case, "housing")
        assert (lost["state"], lost["catchState"], lost["ownerSector"]) == ("handed-on", "caught-then-lost", "social")
        assert await acts.alarms(caller, case) == ["caught-then-lost"]
    (mine, *_) = (await health.get("/v1/worklist"))["items"]
    alarm = mine["attention"][0]
    assert (mine["id"], alarm["kind"], alarm["needId"]) == (case.id, "caught-then-lost", case.needs["housing"])
    assert alarm["referralId"] == housing.removeprefix("/v1/referrals/")
    overview = await health.get(f"/v1/overview/cases/{case.id}")
    assert overview["case"]["attention"][0]["kind"] == "caught-then-lost"

    # Nobody was let fall: health holds without a break, and the town has been told once.
    told = await health.get(f"{case.path}/responsibility")
    assert gaps(told["history"], "holder", opened, None) == []
    assert await holders_over_time(health, case, told["history"], told["at"]) == ["employment", "health"]
    events = await eventually(lambda: announced(stage.town, "cases", case.id), lambda e: "catch-lost" in moments(e))
    assert moments(events).count("catch-lost") == 1

    # Whose need it is now finds somebody else, and the alarm is over when somebody has caught it.
    again = await acts.refer(social, case, "housing", toSector="health")
    await acts.catch(health, again, takes_holding=False)
    await acts.release(social, case, "social")
    assert await acts.alarms(health, case) == []
    assert (await acts.need_in(health, case, "housing"))["catchState"] == "caught"


async def test_a_case_closes_when_no_need_is_open_and_every_other_sector_has_let_go(stage: Stage) -> None:
    employment, health = stage.employment, stage.health
    case = await acts.open_case(employment, "substance-use")
    referral = await acts.refer(employment, case)
    await acts.accept(health, referral)
    ordinary = {"ground": "no-needs-left", "reason": "Der er ikke mere at gøre."}

    problem = await refused(employment, "POST", f"{case.path}/closure", ordinary, status=409, slug="closure-blocked")
    assert {(one["code"], one["waitingFor"]["sector"]) for one in problem["unmet"]} == {
        ("need-open-in-own-sector", "employment"),
        ("sector-not-released", "health"),
    }
    await refused(health, "POST", f"{case.path}/closure", ordinary, status=403, slug="holder-only")
    await health.post(f"{referral}/failure", {"reasonCode": "citizen-declined"})  # which ends health's part
    await employment.post(f"{case.need('substance-use')}/closure", {"outcome": "met"})

    assert (await employment.post(f"{case.path}/closure", ordinary))["status"] == "closed"


GROUNDS: dict[str, Json] = {
    "citizen-moved": {"toAuthority": "0461", "told": "telephone"},
    "citizen-died": {},
    "citizen-declined": {"citizenStatement": "Jeg klarer mig selv."},
}


@pytest.mark.parametrize("ground", GROUNDS)
async def test_the_citizens_own_life_or_word_ends_a_case_with_open_needs(stage: Stage, ground: str) -> None:
    await stage.administrator.post("/v1/survey-programmes/who5-casework/activation")
    employment, health = stage.employment, stage.health
    case = await acts.open_case(employment, "substance-use")
    referral = await acts.refer(employment, case)
    await acts.accept(health, referral)

    closed = await employment.post(f"{case.path}/closure", {"ground": ground, "reason": "Aftalt.", **GROUNDS[ground]})

    assert (closed["status"], closed["holdingSector"], closed["involved"]) == ("closed", "employment", [])
    # What was still asked of anybody is asked no more.
    ended = await health.get(referral)
    assert (ended["state"], ended["ending"]["reasonCode"]) == ("cancelled", "case-closed")
    (invitation,) = (await employment.get("/v1/invitations", caseId=case.id))["items"]
    assert invitation["state"] == "revoked"
    # And nothing new is.
    await refused(employment, "POST", f"{case.path}/needs", {"domain": "housing"}, status=409, slug="case-closed")
    wish = acts.wish(case, legalBasis="fvl-28-2")
    await refused(employment, "POST", "/v1/referrals", wish, status=404, slug="not-found-or-not-yours")
    told = await employment.get(f"{case.path}/responsibility")
    assert told["holder"] is None
    assert gaps(told["history"], "holder", closed["openedAt"], closed["closedAt"]) == []


async def test_a_citizen_who_moved_has_moved_somewhere(stage: Stage) -> None:
    case = await acts.open_case(stage.employment, "substance-use")
    moved = {"ground": "citizen-moved", "reason": "Flyttet."}

    await refused(stage.employment, "POST", f"{case.path}/closure", moved, status=400, slug="destination-missing")
    assert (await stage.employment.get(case.path))["status"] == "open"
