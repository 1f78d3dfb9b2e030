"""From the link to the release: whoever made the link by which the citizen was said to be met does not let go on it."""

from typing import Any

from tests.referrals.both import Both, Json
from tests.referrals.partners import ANSWERS, Partner, offered
from tests.referrals.world import APPROACHED, REASON, Caller

CAUGHT = ("acceptance", "first-contact", "handover-receipt")


async def refer(by: Caller, case: Json, need: int, to: str, **wish: Any) -> str:
    """Employment asks another sector on a legal basis; the referral's id."""
    asked = {"caseId": case["id"], "needId": case["needs"][need]["id"], "toSector": to, "reason": REASON}
    answer = await by.post("/referrals", {**asked, "legalBasis": "fvl-28-2", **APPROACHED, **wish})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def caught_by_link(both: Both) -> Json:
    """A case that social will hold, and of which anna's link says that the partner has met the citizen."""
    case = await both.cases.case("substance-use", "debt")
    await both.carry(case)
    anna = both.caller("employment", subject="anna")
    partners = await refer(anna, case, 0, "health", toServiceId=await offered(both.referrals))
    socials = await refer(anna, case, 1, "social")
    made = await anna.post(f"/referrals/{partners}/partner-links", {})
    partner = Partner(both.referrals.http, made.json()["url"].partition("#t=")[2])
    await partner.open()
    for step in CAUGHT:
        assert (await partner.answer(step)).status_code == 201
        taking = {"takesHolding": True} if step == "handover-receipt" else ANSWERS[step]
        took = await both.caller("social").post(f"/referrals/{socials}/{step}", taking)
        assert took.is_success, took.text
    await both.carry(case)
    return case


async def test_the_maker_of_the_link_is_refused_and_a_colleague_is_not(both: Both) -> None:
    case = await caught_by_link(both)
    path, body = f"/cases/{case['id']}/releases", {"sector": "employment", "reason": "Hun er grebet."}
    anna, bent = (both.cases.caller(subject=who, language="en") for who in ("anna", "bent"))

    dry = [await one.read(f"/cases/{case['id']}/release-check") for one in (anna, bent)]
    refused = await anna.post(path, body)
    done = await bent.post(path, body)

    assert [(one["releasable"], [unmet["code"] for unmet in one["unmet"]]) for one in dry] == [
        (False, ["told-by-own-link"]),
        (True, []),
    ]
    assert refused.status_code == 409
    assert refused.json()["unmet"] == dry[0]["unmet"]
    (unmet,) = refused.json()["unmet"]
    assert unmet["title"] == "The receiver answered with your link. A colleague lets go."
    assert unmet["remedy"] == {"operationId": "releaseSector", "who": "employment"}
    assert done.status_code == 201, done.text


async def test_what_is_told_by_a_login_names_nobodys_link(both: Both) -> None:
    case = await caught_by_link(both)

    events = await both.referrals.announced(case["id"])

    told = [
        (event["type"].split(".")[3], event["data"]["toSector"], event["data"].get("linkMadeBy"))
        for event in events
        if event["type"].split(".")[3] in ("first-contact-held", "handover-received")
    ]
    assert sorted(told, key=str) == [
        ("first-contact-held", "health", "anna"),
        ("first-contact-held", "social", None),
        ("handover-received", "health", "anna"),
        ("handover-received", "social", None),
    ]
    assert {event["data"].get("takesHolding") for event in events if event["data"].get("linkMadeBy")} == {None, False}
