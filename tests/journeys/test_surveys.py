"""The survey beside the main job: one answer per letter, no guess where an item is missing, nobody asked in vain."""

from dataclasses import replace
from typing import Any

from helhed.demo.caller import Json
from tests.journeys import acts
from tests.journeys.acts import Opened
from tests.journeys.bodies import new_key
from tests.journeys.letters import ANSWERS, answering, letter_in, letter_of, token_in
from tests.journeys.stage import Stage, eventually, refused


async def invitation_of(stage: Stage, case: Opened) -> Json:
    """The one invitation of a case."""
    (invitation,) = (await stage.employment.get("/v1/invitations", caseId=case.id))["items"]
    found: Json = invitation
    return found


async def session_of(stage: Stage, case: Opened, **asks: str) -> Json:
    """Open the letter that has come for a case, and the survey behind its link."""
    letter = await letter_of(stage, (await invitation_of(stage, case))["id"])
    return await stage.anybody.post("/v1/survey-sessions", {"token": token_in(letter), **asks})


async def a_surveyed_case(stage: Stage, **differs: Any) -> Opened:
    """A case in an authority that has the programme on."""
    await stage.administrator.post("/v1/survey-programmes/who5-casework/activation")
    return await acts.open_case(stage.employment, "housing", **differs)


async def test_a_missing_item_means_no_score_and_no_guess(stage: Stage) -> None:
    case = await a_surveyed_case(stage)
    session = await session_of(stage, case)
    without_rest = {item: value for item, value in ANSWERS.items() if item != "rested"}
    await stage.anybody.post("/v1/survey-responses", answering(session, without_rest))

    (score,) = (await stage.employment.get(f"/v1/cases/{case.id}/scores"))["items"]
    assert score["score"] is None


async def test_who_answers_twice_is_not_counted_twice(stage: Stage) -> None:
    case = await a_surveyed_case(stage)
    one, other = await session_of(stage, case), await session_of(stage, case, language="en")
    assert one["instrument"]["stem"] != other["instrument"]["stem"]  # opening the link does not use it up
    await stage.anybody.post("/v1/survey-responses", answering(one, ANSWERS))

    for session in (one, other):
        body = answering(session, dict.fromkeys(ANSWERS, 0))
        await refused(stage.anybody, "POST", "/v1/survey-responses", body, status=404, slug="link-not-usable")
    (score,) = (await stage.employment.get(f"/v1/cases/{case.id}/scores"))["items"]
    assert score["score"] == 4 * sum(ANSWERS.values())


async def test_faults_in_the_answers_are_told_at_once_and_use_nothing_up(stage: Stage) -> None:
    case = await a_surveyed_case(stage)
    session = await session_of(stage, case)
    wrong = answering(session, {"cheerful": 6, "tired": 1})
    problem = await refused(stage.anybody, "POST", "/v1/survey-responses", wrong, status=400, slug="invalid-request")

    assert {(fault["pointer"], fault["code"]) for fault in problem["errors"]} == {
        ("/answers/0/value", "value-out-of-range"),
        ("/answers/1/item", "unknown-item"),
    }
    await stage.anybody.post("/v1/survey-responses", answering(session, ANSWERS))


async def test_a_withdrawn_invitation_takes_its_link_with_it(stage: Stage) -> None:
    case = await a_surveyed_case(stage)
    session = await session_of(stage, case)
    invitation = await invitation_of(stage, case)
    revoked = await stage.employment.post(f"/v1/invitations/{invitation['id']}/revocation")

    assert (revoked["state"], revoked["allowedActions"]) == ("revoked", [])
    body = answering(session, ANSWERS)
    await refused(stage.anybody, "POST", "/v1/survey-responses", body, status=404, slug="link-not-usable")


async def test_news_is_waited_for_only_by_who_gets_it(stage: Stage) -> None:
    """Referrals does not listen to surveys, nor surveys to referrals: neither waits for what the other has told."""
    case = await a_surveyed_case(stage)
    body = {"caseId": case.id, "programme": "who5-casework", "wave": "month-3"}
    wrote = await stage.employment.send("POST", "/v1/invitations", body=body, key=new_key())
    assert wrote.headers["sync-token"].startswith(f"surveys:{case.id}:")
    await acts.refer(stage.employment, case, "housing")

    impatient = replace(stage.employment, patience=0.0)
    for path in ("/v1/referrals", f"/v1/cases/{case.id}/scores", case.path):
        assert (await impatient.send("GET", path)).status_code == 200, path


async def test_where_nobody_can_be_reached_casework_is_told(stage: Stage) -> None:
    case = await a_surveyed_case(stage, citizen={"anonymous": True, "alias": "Gæst"})

    told = await eventually(lambda: invitation_of(stage, case), lambda found: found["state"] == "undeliverable")
    assert told["undeliverableReason"] == "no-contact-data"
    assert letter_in(stage.town.home / "outgoing", told["id"]) == {}


async def test_nobody_is_asked_where_the_programme_is_off(stage: Stage) -> None:
    case = await acts.open_case(stage.employment, "housing")

    assert (await stage.employment.get("/v1/invitations", caseId=case.id))["items"] == []
    invite = {"caseId": case.id, "programme": "who5-casework", "wave": "baseline"}
    await refused(stage.employment, "POST", "/v1/invitations", invite, status=409, slug="programme-not-active")


async def test_a_caseworker_cannot_get_the_citizens_link(stage: Stage) -> None:
    """Who can make a link could answer in the citizen's place."""
    case = await a_surveyed_case(stage)
    invitation = await invitation_of(stage, case)

    link = f"/v1/invitations/{invitation['id']}/link"
    await refused(stage.employment, "POST", link, status=403, slug="role-missing")
