"""What stands between a citizen and being let go too early: each refusal of the hand-over, and who may say what."""

import pytest

from helhed.demo.caller import Caller
from tests.journeys import acts
from tests.journeys.acts import LETTING_GO, Opened
from tests.journeys.stage import ALCOHOL, Stage, refused


async def holder(caller: Caller, case: Opened) -> str:
    """Who holds the case, as this caller is told."""
    return str((await caller.get(f"{case.path}/responsibility"))["holder"]["sector"])


async def blocked(caller: Caller, case: Opened) -> list[str]:
    """Try to let employment go; the codes of what is missing."""
    problem = await refused(caller, "POST", f"{case.path}/releases", LETTING_GO, status=409, slug="release-blocked")
    return [condition["code"] for condition in problem["unmet"]]


async def test_at_no_stage_before_the_catch_is_anybody_let_go(stage: Stage) -> None:
    employment, health = stage.employment, stage.health
    case = await acts.open_case(employment, "substance-use")
    assert await blocked(employment, case) == ["need-not-referred", "no-sector-takes-holding"]
    referral = await acts.refer(employment, case)
    assert (await blocked(employment, case))[0] == "referral-not-accepted"
    await acts.accept(health, referral)
    assert (await blocked(employment, case))[0] == "first-contact-missing"
    await acts.give_receipt(health, referral)  # may come before the first contact, and is not enough
    assert await blocked(employment, case) == ["first-contact-missing", "no-sector-takes-holding"]
    assert (await acts.need_in(employment, case, "substance-use"))["catchState"] == "receipt"
    await acts.meet(health, referral)

    assert (await acts.release(employment, case))["takenOverBy"] == "health"


async def test_caught_without_a_promise_to_hold_lets_no_holder_go(stage: Stage) -> None:
    case = await acts.open_case(stage.employment, "substance-use")
    await acts.catch(stage.health, await acts.refer(stage.employment, case), takes_holding=False)

    assert await blocked(stage.employment, case) == ["no-sector-takes-holding"]
    assert await holder(stage.employment, case) == "employment"


async def test_one_uncaught_need_is_enough_to_hold_back(stage: Stage) -> None:
    case = await acts.open_case(stage.employment, "substance-use", "housing")
    await acts.catch(stage.health, await acts.refer(stage.employment, case))

    assert await acts.unmet(stage.employment, case) == [("need-not-referred", case.needs["housing"])]
    await acts.set_aside(stage.employment, case, "housing")  # the citizen's word settles it
    assert await acts.unmet(stage.employment, case) == []


async def test_a_need_that_the_citizen_withdraws_needs_the_citizens_words(stage: Stage) -> None:
    case = await acts.open_case(stage.employment, "substance-use", "housing")
    await acts.catch(stage.health, await acts.refer(stage.employment, case))
    ending = {"outcome": "withdrawn-by-citizen"}
    await refused(
        stage.employment,
        "POST",
        f"{case.need('housing')}/closure",
        ending,
        status=400,
        slug="citizens-words-missing",
    )

    await stage.employment.post(
        f"{case.need('housing')}/closure", ending | {"citizenStatement": "Jeg har fundet en bolig selv."}
    )
    assert await acts.unmet(stage.employment, case) == []


async def test_a_sector_lets_go_by_itself_only(stage: Stage) -> None:
    case = await acts.open_case(stage.employment, "substance-use")
    await acts.catch(stage.health, await acts.refer(stage.employment, case))

    await refused(stage.health, "POST", f"{case.path}/releases", LETTING_GO, status=403, slug="own-sector-only")
    assert await holder(stage.health, case) == "employment"


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("acceptance", {}),
        ("rejection", {"reasonCode": "other"}),
        ("contact-attempts", {"at": acts.now(), "channel": "phone", "result": "no-answer"}),
        ("first-contact", {"at": acts.now(), "channel": "phone", "attended": True}),
        ("handover-receipt", {"takesHolding": True}),
        ("completion", {"outcome": "help-given"}),
        ("failure", {"reasonCode": "other"}),
    ],
)
async def test_the_sender_never_speaks_for_the_receiver(stage: Stage, act: str, body: dict[str, object]) -> None:
    case = await acts.open_case(stage.employment, "substance-use")
    referral = await acts.refer(stage.employment, case)

    await refused(stage.employment, "POST", f"{referral}/{act}", body, status=403, slug="only-the-receiver")


async def test_another_unit_of_the_receiver_sees_and_does_not_act(stage: Stage) -> None:
    colleague = stage.somebody(sector="health", unit="health:sundhedshus")
    case = await acts.open_case(stage.employment, "substance-use")
    referral = await acts.refer(stage.employment, case, toUnit=ALCOHOL)

    assert (await colleague.get(referral))["allowedActions"] == []
    await refused(colleague, "POST", f"{referral}/acceptance", {}, status=403, slug="only-the-addressed-unit")


async def test_a_receipt_is_given_once_and_for_good(stage: Stage) -> None:
    employment, health = stage.employment, stage.health
    case = await acts.open_case(employment, "substance-use")
    referral = await acts.refer(employment, case)
    await acts.accept(health, referral)
    shown = await acts.give_receipt(health, referral)

    assert not {"failure", "cancellation", "handover-receipt"} & set(shown["allowedActions"])
    again = {"takesHolding": False}
    await refused(health, "POST", f"{referral}/handover-receipt", again, status=409, slug="receipt-already-given")
    failing = {"reasonCode": "no-capacity"}
    await refused(health, "POST", f"{referral}/failure", failing, status=409, slug="receipt-is-irrevocable")
    taking_back = {"because": "Vi har ombestemt os."}
    await refused(
        employment, "POST", f"{referral}/cancellation", taking_back, status=409, slug="receipt-is-irrevocable"
    )
    assert (await health.get(referral))["catchState"] == "receipt"


async def test_steps_out_of_turn_name_the_steps_there_are(stage: Stage) -> None:
    case = await acts.open_case(stage.employment, "substance-use")
    referral = await acts.refer(stage.employment, case)

    met = {"at": acts.now(), "channel": "phone", "attended": True}
    problem = await refused(
        stage.health, "POST", f"{referral}/first-contact", met, status=409, slug="invalid-transition"
    )
    assert problem["allowed"] == (await stage.health.get(referral))["allowedActions"]
    assert problem["allowed"][:2] == ["acceptance", "rejection"]


async def test_a_case_that_was_changed_since_it_was_read_is_not_released(stage: Stage) -> None:
    case = await acts.open_case(stage.employment, "substance-use")
    read = (await stage.employment.get(case.path))["version"]
    await acts.catch(stage.health, await acts.refer(stage.employment, case))

    problem = await refused(
        stage.employment,
        "POST",
        f"{case.path}/releases",
        LETTING_GO,
        status=412,
        slug="stale-version",
        If_Match=f'"{read}"',
    )
    assert problem["version"] > read
    assert await holder(stage.employment, case) == "employment"
