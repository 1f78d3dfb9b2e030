"""A citizen takes part in a trial: two consents, a baseline, one arm for good, and a way out at any time."""

from datetime import timedelta
from typing import Any

import pytest

from chassis.clock import day_of, now
from tests.cases.trials import BOTH, YES, ended, enrolled, recruiting, registered
from tests.cases.world import Json, World, cpr, opening, slug, somewhere

TODAY = day_of(now())


@pytest.fixture
async def trial(world: World) -> Json:
    """A trial that recruits in the world's authority."""
    return await recruiting(world)


async def enrol(world: World, trial: Json, case: Json, **changes: Any) -> Any:
    """What a caseworker is answered who enrols this case."""
    who = changes.pop("who", world.caller())
    body = {"caseId": case["id"], "consents": YES} | changes
    return await who.post(f"/trials/{trial['id']}/enrolments", body)


def at(trial: Json, enrolment: Json, step: str = "") -> str:
    """Where an enrolment is."""
    return f"/trials/{trial['id']}/enrolments/{enrolment['id']}{step}"


async def test_who_is_not_evaluated_gets_an_arm_at_once(world: World, trial: Json) -> None:
    case = await world.case()

    answer = await enrol(world, trial, case)

    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1{at(trial, made)}"
    assert made["arm"] in ("voluntary", "comparison")
    assert (made["status"], made["stratum"], made["caseId"]) == ("active", world.authority, case["id"])
    assert (made["startsOn"], made["endsOn"]) == (TODAY.isoformat(), "2029-12-31")
    assert made["allowedActions"] == ["withdrawEnrolment"]
    assert await world.caller().read(at(trial, made)) == made


async def test_who_is_evaluated_answers_first_and_gets_an_arm_with_the_baseline(world: World, trial: Json) -> None:
    made = await enrolled(world, trial, consents=BOTH)
    assert (made["status"], made["arm"], made["startsOn"]) == ("awaiting-baseline", None, None)
    assert made["allowedActions"] == ["recordBaseline", "withdrawEnrolment"]

    measured = await world.caller().does(at(trial, made, "/baseline"), {"outcome": "answered"})

    assert (measured["status"], measured["baseline"]) == ("active", "answered")
    assert measured["arm"] in ("voluntary", "comparison")
    again = await world.caller().post(at(trial, made, "/baseline"), {"outcome": "declined"})
    assert slug(again) == "baseline-not-awaited"


async def test_the_town_hears_of_it_before_the_arm_is_given(world: World, trial: Json) -> None:
    case = await world.case()

    made = await enrolled(world, trial, case, consents=BOTH)

    said = (await world.announced(case["id"]))[-1]
    assert said["type"] == "dk.helhed.cases.enrolment-started.v1"
    assert said["data"] == {"enrolmentId": made["id"], "trialId": trial["id"], "evaluation": True}


@pytest.mark.parametrize("consents", [{"effort": False, "evaluation": True}, {"effort": False, "evaluation": False}])
async def test_nobody_takes_part_in_an_effort_they_did_not_agree_to(world: World, trial: Json, consents: Json) -> None:
    answer = await enrol(world, trial, await world.case(), consents=consents)

    assert (answer.status_code, slug(answer)) == (409, "consent-to-effort-missing")


async def test_an_active_enrolment_is_the_only_one(world: World, trial: Json) -> None:
    case = await world.case()
    await enrolled(world, trial, case)

    assert slug(await enrol(world, trial, case)) == "already-enrolled"


async def test_trials_of_one_group_exclude_each_other_and_others_do_not(world: World, trial: Json) -> None:
    rival = await recruiting(world)
    other = await recruiting(world, conflictGroup="housing")
    case = await world.case()
    await enrolled(world, trial, case)

    assert slug(await enrol(world, rival, case)) == "already-enrolled"
    assert (await enrol(world, other, case)).status_code == 201


async def test_leaving_has_a_future_end_with_notice_and_no_consequence(world: World, trial: Json) -> None:
    case = await world.case()
    made = await enrolled(world, trial, case)

    left = await world.caller().does(at(trial, made, "/withdrawal"), {"statement": "Jeg orker det ikke."})

    assert (left["status"], left["arm"]) == ("withdrawn", made["arm"])
    assert left["endsOn"] == (TODAY + timedelta(days=28)).isoformat()
    assert left["allowedActions"] == []
    assert (await world.announced(case["id"]))[-1]["type"] == "dk.helhed.cases.enrolment-withdrawn.v1"
    assert slug(await world.caller().post(at(trial, made, "/withdrawal"))) == "enrolment-not-active"


async def test_the_citizen_may_ask_for_a_later_end_and_never_gets_an_earlier_one(world: World, trial: Json) -> None:
    late, soon = (await enrolled(world, trial) for _ in range(2)), (TODAY + timedelta(days=2)).isoformat()
    one, two = [made async for made in late]

    asked = await world.caller().does(at(trial, one, "/withdrawal"), {"from": "2027-06-01"})
    hurried = await world.caller().does(at(trial, two, "/withdrawal"), {"from": soon})

    assert asked["endsOn"] == "2027-06-01"
    assert hurried["endsOn"] == (TODAY + timedelta(days=28)).isoformat()


async def test_ordinary_rules_never_return_retroactively(world: World, trial: Json) -> None:
    made = await enrolled(world, trial)

    answer = await world.caller().post(at(trial, made, "/withdrawal"), {"from": TODAY.isoformat()})

    assert (answer.status_code, slug(answer)) == (400, "end-not-ahead")


async def test_who_comes_back_gets_the_arm_they_had(world: World, trial: Json) -> None:
    number = cpr()
    for _ in range(6):
        case = await world.caller().does(
            "/cases", opening(citizen={"identifiers": [{"system": "cpr", "value": number}]})
        )
        made = await enrolled(world, trial, case)
        await world.caller().does(at(trial, made, "/withdrawal"))
        again = await enrolled(world, trial, case)
        assert again["arm"] == made["arm"]
        await world.caller().does(at(trial, again, "/withdrawal"))
        await world.caller().does(
            f"/cases/{case['id']}/closure",
            {"ground": "citizen-declined", "reason": "Slut.", "citizenStatement": "Jeg vil ikke mere."},
        )

    arms = {made["arm"], again["arm"]}
    assert len(arms) == 1


async def test_evaluation_cannot_begin_when_the_arm_is_known(world: World, trial: Json) -> None:
    case = await world.case()
    made = await enrolled(world, trial, case)
    await world.caller().does(at(trial, made, "/withdrawal"))

    assert slug(await enrol(world, trial, case, consents=BOTH)) == "evaluation-after-allocation"
    assert (await enrolled(world, trial, case))["arm"] == made["arm"]


async def test_leaving_the_evaluation_keeps_the_effort(world: World, trial: Json) -> None:
    waiting = await enrolled(world, trial, consents=BOTH)
    measured = await enrolled(world, trial, consents=BOTH)
    measured = await world.caller().does(at(trial, measured, "/baseline"), {"outcome": "answered"})

    freed = await world.caller().does(at(trial, waiting, "/withdrawal"), {"of": "evaluation"})
    kept = await world.caller().does(at(trial, measured, "/withdrawal"), {"of": "evaluation"})

    assert (freed["status"], freed["consents"]) == ("active", {"effort": True, "evaluation": False})
    assert freed["arm"] is not None
    assert (kept["status"], kept["arm"]) == ("active", measured["arm"])
    assert (
        slug(await world.caller().post(at(trial, kept, "/withdrawal"), {"of": "evaluation"})) == "enrolment-not-active"
    )


async def test_a_trial_that_does_not_recruit_takes_nobody_in(world: World) -> None:
    trial = await registered(world)
    case = await world.case()

    assert slug(await enrol(world, trial, case)) == "trial-not-recruiting"


async def test_who_waits_is_still_allocated_after_the_recruitment(world: World, trial: Json) -> None:
    made = await enrolled(world, trial, consents=BOTH)
    await ended(world, trial)

    measured = await world.caller().does(at(trial, made, "/baseline"), {"outcome": "not-possible"})

    assert measured["arm"] is not None
    assert slug(await enrol(world, trial, await world.case())) == "trial-not-recruiting"


@pytest.mark.parametrize(
    "basis",
    [
        {"status": "applied-for"},
        {"from": "2026-01-01", "to": "2026-06-30"},
        {"from": "2028-01-01"},
    ],
    ids=["not granted", "over", "to come"],
)
async def test_an_arm_that_exempts_needs_a_legal_basis_in_force_today(world: World, basis: Json) -> None:
    from tests.cases.trials import protocol

    trial = await recruiting(world, legalBasis=protocol()["legalBasis"] | basis)

    assert slug(await enrol(world, trial, await world.case())) == "legal-basis-not-in-force"


async def test_strata_are_the_trials_own(world: World) -> None:
    strata = [{"code": code, "name": {"da": code, "en": code}} for code in ("young", "old")]
    trial = await recruiting(world, strata=strata)
    case = await world.case()

    refused = await enrol(world, trial, case, stratum="middle")
    assert (refused.status_code, slug(refused), refused.json()["strata"]) == (400, "unknown-stratum", ["old", "young"])
    assert slug(await enrol(world, trial, case)) == "unknown-stratum"
    assert (await enrolled(world, trial, case, stratum="young"))["stratum"] == f"{world.authority}/young"


async def test_a_trial_without_strata_knows_none(world: World, trial: Json) -> None:
    assert slug(await enrol(world, trial, await world.case(), stratum="young")) == "unknown-stratum"


async def test_an_arm_that_is_drawn_is_not_named(world: World, trial: Json) -> None:
    answer = await enrol(world, trial, await world.case(), arm="voluntary", who=world.caller(role="team-lead"))

    assert (answer.status_code, slug(answer)) == (403, "arm-is-not-named")


# -- walls --------------------------------------------------------------------------------------------------------


async def test_an_authority_that_is_no_site_is_told_nothing(world: World, trial: Json) -> None:
    stranger = world.caller(authority="0999")
    case = await stranger.does("/cases", opening())

    for answer in (
        await enrol(world, trial, case, who=stranger),
        await stranger.get(f"/trials/{trial['id']}"),
        await stranger.get(f"/trials/{trial['id']}/enrolments"),
    ):
        assert (answer.status_code, slug(answer)) == (404, "not-found-or-not-yours")


async def test_another_sector_sees_no_enrolment(world: World, trial: Json) -> None:
    case = await world.case()
    await world.referred(case, "requested")
    made = await enrolled(world, trial, case)
    receiving, involved = world.caller("health"), world.caller("social")
    await world.referred(case, "requested", "accepted", to="social")

    for other in (receiving, involved):
        assert (await other.get(f"/cases/{case['id']}")).status_code == 200
        assert (await other.get(at(trial, made))).status_code == 404
        assert (await other.post(at(trial, made, "/withdrawal"))).status_code == 404
        assert (await other.read(f"/trials/{trial['id']}/enrolments"))["items"] == []


async def test_a_case_of_others_is_not_enrolled(world: World, trial: Json) -> None:
    case = await world.case()

    assert (await enrol(world, trial, case, who=world.caller("health"))).status_code == 404
    assert (await enrol(world, trial, {"id": somewhere()})).status_code == 404


async def test_who_only_receives_a_referral_enrols_nobody(world: World, trial: Json) -> None:
    case = await world.case()
    await world.referred(case, "requested")

    answer = await enrol(world, trial, case, who=world.caller("health"))

    assert (answer.status_code, slug(answer)) == (403, "sector-not-involved")


async def test_the_enrolments_of_a_sector_are_listed_newest_first(world: World, trial: Json) -> None:
    made = [await enrolled(world, trial) for _ in range(3)]

    first = await world.caller().read(f"/trials/{trial['id']}/enrolments", limit="2")
    rest = await world.caller().read(f"/trials/{trial['id']}/enrolments", limit="2", cursor=first["page"]["next"])

    assert [one["id"] for one in (*first["items"], *rest["items"])] == [one["id"] for one in reversed(made)]
    assert [look.what for look in (await world.looked())[-2:]] == ["enrolments", "enrolments"]


async def test_a_version_that_was_not_read_is_not_changed(world: World, trial: Json) -> None:
    made = await enrolled(world, trial, consents=BOTH)

    for step, body in (("/baseline", {"outcome": "answered"}), ("/withdrawal", {})):
        answer = await world.caller().post(at(trial, made, step), body, If_Match='"7"')
        assert (answer.status_code, slug(answer)) == (412, "stale-version")
