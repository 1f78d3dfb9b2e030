"""What permits one sector to tell another: a consent that covers it, or a provision. Refusal stops no help."""

from datetime import timedelta

import pytest

from helhed.demo.caller import Json
from tests.journeys import acts
from tests.journeys.bodies import BODIES
from tests.journeys.stage import ALCOHOL, Stage, refused


async def fails(stage: Stage, case: acts.Opened, **basis: str) -> str:
    """Ask for a referral on this basis and be refused; which part of the basis fails."""
    wish = acts.wish(case, **basis)
    problem = await refused(stage.employment, "POST", "/v1/referrals", wish, status=409, slug="sharing-basis-missing")
    return str(problem["fails"])


async def test_without_a_basis_nothing_is_shared(stage: Stage) -> None:
    case = await acts.open_case(stage.employment)
    agreed = await acts.consent(stage.employment, case)

    assert await fails(stage, case) == "not-named"
    assert await fails(stage, case, legalBasis="sundhedsloven-41") == "legal-basis-not-for-this-sector"
    assert await fails(stage, case, legalBasis="no-such-provision") == "legal-basis-unknown"
    assert await fails(stage, case, consentId=case.treatment) == "consent-unknown"
    assert await fails(stage, case, consentId=agreed["id"], legalBasis="fvl-28-2") == "more-than-one-named"
    assert (await stage.health.get("/v1/referrals"))["items"] == []


@pytest.mark.parametrize(
    ("differs", "part"),
    [
        ({"decision": "refused"}, "consent-unknown"),
        ({"toSector": "social"}, "consent-to-another-sector"),
        # What the receiving sector recorded, and the giving one has not confirmed, nobody else has heard of.
        ({"fromSector": "social", "toSector": "employment"}, "consent-unknown"),
        ({"toUnit": "health:sundhedshus"}, "consent-to-another-unit"),
    ],
)
async def test_a_consent_covers_what_the_citizen_said_and_no_more(stage: Stage, differs: Json, part: str) -> None:
    case = await acts.open_case(stage.employment)
    given = await acts.consent(stage.employment, case, **differs)

    assert await fails(stage, case, consentId=given["id"]) == part


async def test_no_consent_is_recorded_for_others_or_for_a_time_gone_by(stage: Stage) -> None:
    case = await acts.open_case(stage.employment)
    yesterday = (acts.today() - timedelta(days=1)).isoformat()
    body, path = BODIES["recordConsent"], f"{case.path}/consents"

    of_others = {**body, "fromSector": "social"}
    await refused(stage.employment, "POST", path, of_others, status=403, slug="consent-not-yours")
    lapsed = {**body, "validUntil": yesterday}
    await refused(stage.employment, "POST", path, lapsed, status=400, slug="consent-already-lapsed")


async def test_a_withdrawn_consent_carries_no_new_referral(stage: Stage) -> None:
    case = await acts.open_case(stage.employment)
    given = await acts.consent(stage.employment, case)
    withdrawal = f"{case.path}/consents/{given['id']}/withdrawal"
    withdrawn = await stage.employment.post(withdrawal, {})

    assert (withdrawn["inForce"], withdrawn["allowedActions"]) == (False, [])
    assert await fails(stage, case, consentId=given["id"]) == "consent-withdrawn"
    await refused(stage.employment, "POST", withdrawal, {}, status=409, slug="consent-not-in-force")


async def test_withdrawal_stops_the_sharing_and_not_the_help(stage: Stage) -> None:
    case = await acts.open_case(stage.employment)
    given = await acts.consent(stage.employment, case)
    referral = await acts.refer(stage.employment, case, consentId=given["id"])
    await acts.accept(stage.health, referral)
    assert (await stage.health.get(referral))["reason"] == acts.wish(case)["reason"]

    await stage.employment.post(f"{case.path}/consents/{given['id']}/withdrawal", {"evidence": "Ringede."})

    shown = await stage.health.get(referral)
    assert (shown["state"], shown["reason"], shown["basis"]["status"]) == ("accepted", None, "withdrawn")
    await acts.meet(stage.health, referral)
    await acts.give_receipt(stage.health, referral)
    await acts.set_aside(stage.employment, case)
    assert (await acts.release(stage.employment, case))["takenOverBy"] == "health"


async def test_refusing_consent_stops_no_help(stage: Stage) -> None:
    """The refusal is noted; the case goes on, and help that rests on another basis does too."""
    case = await acts.open_case(stage.employment)
    refusal = await acts.consent(stage.employment, case, decision="refused")
    assert refusal["inForce"] is False

    await acts.refer(stage.employment, case, legalBasis="fvl-28-2")


async def test_what_the_sender_sees_of_the_way_back_is_what_was_asked_for(stage: Stage) -> None:
    seen = {}
    for scope in ("none", "caught-only", "dates", "dates-and-outcome"):
        case = await acts.open_case(stage.employment, "substance-use")
        referral = await acts.refer(stage.employment, case, returnScope=scope)
        await acts.accept(stage.health, referral)
        await acts.meet(stage.health, referral)
        await stage.health.post(f"{referral}/failure", {"reasonCode": "citizen-declined"})
        told = await stage.employment.get(referral)
        contact = told["firstContact"]
        seen[scope] = (told["catchState"], contact and contact["channel"], bool(contact), told["ending"]["reasonCode"])
    assert seen == {
        "none": (None, None, False, None),
        "caught-only": ("uncaught", None, False, None),
        "dates": ("uncaught", None, True, None),
        "dates-and-outcome": ("uncaught", None, True, "citizen-declined"),
    }


async def test_a_need_is_referred_once_at_a_time_by_its_owner_to_somebody_else(stage: Stage) -> None:
    employment = stage.employment
    case = await acts.open_case(employment)
    elsewhere = await acts.open_case(employment)
    await acts.set_aside(employment, case)
    basis = {"legalBasis": "fvl-28-2"}

    async def turned_down(slug: str, body: Json) -> None:
        await refused(employment, "POST", "/v1/referrals", body, status=409, slug=slug)

    await turned_down("need-set-aside", acts.wish(case, "employment", **basis))
    await turned_down("same-sector", acts.wish(case, toSector="employment", toUnit=None, **basis))
    await turned_down("need-not-yours", acts.wish(case, **basis) | {"needId": elsewhere.treatment})
    await acts.refer(employment, case, toUnit=ALCOHOL)
    await turned_down("need-already-referred", acts.wish(case, **basis))
