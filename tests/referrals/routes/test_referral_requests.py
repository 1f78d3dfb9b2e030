"""Asking: every way in which it is refused, and what a repeat does."""

import asyncio
from datetime import date
from typing import Any

import pytest

from chassis.ids import new_id
from contracts.events import cases
from tests.referrals.world import World, consent, slug, wish_for, without_trace


async def test_a_sector_the_case_does_not_know_gets_the_answer_of_a_case_that_is_not_there(world: World) -> None:
    case = await world.case()

    strangers = await world.caller("social").post("/referrals", wish_for(case))
    other_town = await world.caller("employment", authority="0147").post("/referrals", wish_for(case))
    nowhere = await world.caller("employment").post("/referrals", wish_for(case, caseId=str(new_id())))

    assert [r.status_code for r in (strangers, other_town, nowhere)] == [404, 404, 404]
    assert without_trace(strangers) == without_trace(other_town) == without_trace(nowhere)


async def test_an_involved_sector_may_ask_until_it_lets_go(world: World) -> None:
    case = await world.case()
    need, agreed = new_id(), new_id()
    await world.tell(
        case.id,
        cases.SectorInvolvedV1(sector="social"),
        cases.NeedRegisteredV1(need_id=need, owner_sector="social"),
        consent(agreed, from_sector="social"),
    )
    wish = wish_for(case, needId=str(need), consentId=str(agreed))

    first = await world.caller("social").post("/referrals", wish)
    await world.tell(
        case.id, cases.SectorReleasedV1(sector="social", ground="referral-ended", release_id=new_id(), need_ids=())
    )
    second = await world.caller("social").post("/referrals", wish)

    assert first.status_code == 201
    assert second.status_code == 404


async def test_a_closed_case_takes_no_referral(world: World) -> None:
    case = await world.case()
    await world.tell(case.id, cases.CaseClosedV1(ground="citizen-moved", closed_by_sector="employment"))

    asked = await world.caller("employment").post("/referrals", wish_for(case))

    assert asked.status_code == 404


async def test_a_need_is_referred_by_the_sector_that_owns_it(world: World) -> None:
    case, other_case = await world.case(), await world.case()
    others_need = new_id()
    await world.tell(case.id, cases.NeedRegisteredV1(need_id=others_need, owner_sector="social"))
    employment = world.caller("employment")

    refused = [
        await employment.post("/referrals", wish_for(case, needId=str(need)))
        for need in (others_need, other_case.need_id, new_id())
    ]

    assert [slug(one) for one in refused] == ["need-not-yours"] * 3


async def test_a_need_set_aside_is_not_referred(world: World) -> None:
    case = await world.case()
    aside = cases.NeedSetAsideV1(need_id=case.need_id, revisit_on=date(2026, 9, 1), revisit_by_sector="employment")
    await world.tell(case.id, aside)

    asked = await world.caller("employment").post("/referrals", wish_for(case))

    assert slug(asked) == "need-set-aside"


async def test_a_sector_does_not_refer_to_itself(world: World) -> None:
    case = await world.case()

    asked = await world.caller("employment").post("/referrals", wish_for(case, toSector="employment"))

    assert slug(asked) == "same-sector"


async def test_a_sector_that_does_not_exist_is_not_asked(world: World) -> None:
    """Nobody could ever see such a referral, and it would keep the need from being referred rightly."""
    case = await world.case()
    wish = wish_for(case, toSector="psykiatri", consentId=None, legalBasis="fvl-28-2")

    asked = await world.caller("employment").post("/referrals", wish)
    rightly = await world.caller("employment").post("/referrals", {**wish, "toSector": "health"})

    assert (asked.status_code, slug(asked)) == (400, "unknown-sector")
    assert rightly.status_code == 201


async def test_an_unknown_sector_is_told_before_the_case_is_looked_for(world: World) -> None:
    case = await world.case()

    asked = await world.caller("social").post("/referrals", wish_for(case, toSector="psykiatri"))

    assert slug(asked) == "unknown-sector"


async def test_a_need_has_one_live_referral_and_another_after_it_ended(world: World) -> None:
    case = await world.case()
    live = await world.referral("acceptance", case=case)
    employment = world.caller("employment")

    second = await employment.post("/referrals", wish_for(case))
    await world.caller("health").post(f"/referrals/{live['id']}/failure", {"reasonCode": "citizen-not-reached"})
    third = await employment.post("/referrals", wish_for(case))

    assert slug(second) == "need-already-referred"
    assert third.status_code == 201


async def test_two_who_ask_at_once_make_one_referral(world: World) -> None:
    case = await world.case()
    employment = world.caller("employment")

    answers = await asyncio.gather(*(employment.post("/referrals", wish_for(case)) for _ in range(4)))

    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    assert {slug(one) for one in answers if one.status_code == 409} == {"need-already-referred"}
    assert len(await world.announced(case.id)) == 1


@pytest.mark.parametrize(
    ("basis", "fails"),
    [
        ({"consentId": None}, "not-named"),
        ({"legalBasis": "fvl-28-2"}, "more-than-one-named"),
        ({"consentId": str(new_id())}, "consent-unknown"),
        ({"toSector": "social"}, "consent-to-another-sector"),
        ({"consentId": None, "legalBasis": "made-up"}, "legal-basis-unknown"),
        ({"consentId": None, "legalBasis": "sundhedsloven-41"}, "legal-basis-not-for-this-sector"),
    ],
)
async def test_without_a_basis_that_covers_it_nothing_is_shared(
    world: World, basis: dict[str, Any], fails: str
) -> None:
    case = await world.case()

    asked = await world.caller("employment").post("/referrals", wish_for(case, **basis))

    assert slug(asked) == "sharing-basis-missing"
    assert asked.json()["fails"] == fails


async def test_a_consent_withdrawn_or_expired_covers_nothing(world: World) -> None:
    withdrawn, expired = await world.case(), await world.case(valid_until=date(2026, 1, 31))
    await world.tell(withdrawn.id, cases.ConsentWithdrawnV1(consent_id=withdrawn.consent_id))
    employment = world.caller("employment")

    refused = [await employment.post("/referrals", wish_for(case)) for case in (withdrawn, expired)]

    assert [one.json()["fails"] for one in refused] == ["consent-withdrawn", "consent-expired"]


async def test_a_consent_to_one_unit_covers_that_unit(world: World) -> None:
    case = await world.case(to_unit="alkohol")
    employment = world.caller("employment")

    to_all = await employment.post("/referrals", wish_for(case))
    to_another = await employment.post("/referrals", wish_for(case, toUnit="psykiatri"))
    to_it = await employment.post("/referrals", wish_for(case, toUnit="alkohol"))

    assert [one.json().get("fails") for one in (to_all, to_another)] == ["consent-to-another-unit"] * 2
    assert to_it.status_code == 201


async def test_a_legal_basis_does_without_consent(world: World) -> None:
    case = await world.case()

    asked = await world.caller("employment").post("/referrals", wish_for(case, consentId=None, legalBasis="fvl-28-2"))

    assert asked.status_code == 201
    assert asked.json()["basis"] == {
        "kind": "legal-basis",
        "status": "in-force",
        "consentId": None,
        "legalBasis": "fvl-28-2",
        "validUntil": None,
    }


async def test_a_repeated_key_gives_the_first_answer_and_makes_nothing_new(world: World) -> None:
    case = await world.case()
    employment, key = world.caller("employment"), f"key-{new_id()}"

    first = await employment.post("/referrals", wish_for(case), Idempotency_Key=key)
    again = await employment.post("/referrals", wish_for(case), Idempotency_Key=key)
    changed = await employment.post("/referrals", wish_for(case, reason="noget andet"), Idempotency_Key=key)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert changed.status_code == 422
    assert len(await world.announced(case.id)) == 1


async def test_a_client_may_choose_the_id_once(world: World) -> None:
    case, other_case = await world.case(), await world.case()
    chosen = str(new_id())
    employment = world.caller("employment")

    first = await employment.post("/referrals", wish_for(case, id=chosen))
    second = await employment.post("/referrals", wish_for(other_case, id=chosen))

    assert first.json()["id"] == chosen
    assert slug(second) == "already-exists"


@pytest.mark.parametrize(
    "spoilt",
    [
        {"reason": ""},
        {"reason": "x" * 4001},
        {"reason": "a\u0000b"},
        {"reason": 7},
        {"caseId": "not-an-id"},
        {"toSector": "Health"},
        {"toUnit": "to enheder"},
        {"approachedOn": "2026-02-30"},
        {"approachedOn": "2199-01-01"},
        {"returnScope": "everything"},
        {"toAuthority": "trial:0147"},
        {"state": "accepted"},
        {"reason": None},
    ],
    ids=str,
)
async def test_a_body_that_is_not_right_is_refused_without_being_repeated(world: World, spoilt: dict[str, Any]) -> None:
    case = await world.case()

    asked = await world.caller("employment").post("/referrals", wish_for(case, **spoilt))

    assert asked.status_code == 400
    assert asked.headers["content-type"].startswith("application/problem+json")
    assert "to enheder" not in asked.text


async def test_only_who_works_with_citizens_may_knock(world: World) -> None:
    case = await world.case()

    answers = [
        await world.caller("employment", role=role).post("/referrals", wish_for(case))
        for role in ("citizen", "evaluator", "administrator", "auditor", "service")
    ]

    assert {one.status_code for one in answers} <= {401, 403}


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({}, ("caught-only", True, None)),
        ({"returnScope": "dates"}, ("dates", True, None)),
        ({"returnScope": "none", "consentId": None, "legalBasis": "fvl-28-2"}, ("none", False, "fvl-28-2")),
        ({"consentId": None, "anonymous": True}, ("caught-only", False, None)),
    ],
    ids=["as most", "with dates", "on law", "anonymous"],
)
async def test_the_town_is_told_what_it_rests_on_and_how_far_the_way_back_goes(
    world: World, wish: dict[str, Any], told: tuple[str, bool, str | None]
) -> None:
    case = await world.case()
    asked = await world.caller("employment").post("/referrals", wish_for(case, **wish))
    assert asked.status_code == 201, asked.text

    (event,) = await world.announced(case.id)

    scope, on_consent, legal_basis = told
    data = event["data"]
    assert (data["returnScope"], data.get("legalBasis")) == (scope, legal_basis)
    assert data.get("consentId") == (wish_for(case)["consentId"] if on_consent else None)
