"""The treatment unit's screen: 25 referrals in one call at the gateway, with whom to call and when it is safe."""

import asyncio
from typing import Any

from helhed.demo.caller import Caller, Json
from tests.journeys import acts
from tests.journeys.stage import Stage, eventually, refused

INBOX = "/v1/referrals"
REACH = {"phone": "+45 12 34 56 78", "safeToCall": "kun når børnene er i skole", "language": "pl"}


async def asked(stage: Stage, citizen: Json) -> tuple[acts.Opened, Json, str]:
    """A case whose need the alcohol unit is asked to take on, with the citizen's consent."""
    case = await acts.open_case(stage.employment, "substance-use", citizen=citizen)
    consent = await acts.consent(stage.employment, case)
    return case, consent, await acts.refer(stage.employment, case, consentId=consent["id"])


async def inbox(caller: Caller) -> list[Json]:
    """What has come to the caller's unit, in one call."""
    items: list[Json] = (await caller.get(INBOX, toUnit="me", sort="dueOn"))["items"]
    return items


async def told(caller: Caller, many: int) -> list[Json]:
    """The same, when cases has heard of all that referrals has heard of."""

    def all_told(lines: list[Json]) -> bool:
        return [line["citizenPart"] for line in lines] == ["ok"] * many

    return await eventually(lambda: inbox(caller), all_told)


async def answered(caller: Caller, **asked_for: str) -> Json:
    """The only line of a caller's list, once cases was there to be asked."""

    def asked_cases(lines: list[Json]) -> bool:
        return [line["citizenPart"] for line in lines] != ["unavailable"]

    async def lines() -> list[Json]:
        return list((await caller.get(INBOX, **asked_for))["items"])

    (line,) = await eventually(lines, asked_cases)
    return line


def guest(number: int) -> Json:
    """Somebody who goes by an alias."""
    return {"anonymous": True, "alias": f"Gæst {number}", "contact": REACH}


async def test_the_inbox_of_25_tells_in_one_call_whom_to_call_where_and_when(stage: Stage) -> None:
    people: list[Any] = [guest(number) if number % 5 == 0 else acts.citizen(**REACH) for number in range(25)]
    made = [await asked(stage, person) for person in people]

    lines = {line["id"]: line for line in await told(stage.health, 25)}

    for (case, consent, referral), person in zip(made, people, strict=True):
        line = lines[referral.rpartition("/")[2]]
        name = {"displayName": person.get("name"), "alias": person.get("alias")}
        assert line["citizen"] == {**name, **REACH, "protected": False, "hidden": 0}
        assert (line["caseNumber"], line["needDomain"]) == (case.number, "substance-use")
        assert line["basis"]["consentId"] == consent["id"]
        assert {"acceptance", "rejection", "claim"} <= set(line["allowedActions"])


async def test_who_has_looked_stands_in_the_access_log_of_the_case(stage: Stage) -> None:
    case, _, _ = await asked(stage, acts.citizen(**REACH))
    await told(stage.health, 1)

    log = (await stage.employment.get(f"{case.path}/access-log"))["items"]

    assert ("contact-card", "health", "casework") in {(look["what"], look["sector"], look["purpose"]) for look in log}


async def test_after_a_withdrawal_the_line_is_there_and_the_name_is_gone(stage: Stage) -> None:
    case, consent, referral = await asked(stage, acts.citizen(**REACH))
    await acts.accept(stage.health, referral)
    await told(stage.health, 1)

    await stage.employment.post(f"{case.path}/consents/{consent['id']}/withdrawal", {})

    line = await answered(stage.health, toUnit="me")
    assert (line["citizenPart"], line["citizen"], line["needDomain"]) == ("hidden", None, None)
    assert line["allowedActions"]
    whole = await stage.health.get(referral)
    assert (whole["citizen"], whole["reason"]) == (None, None)


async def test_another_unit_and_another_sector_are_told_nobodys_name(stage: Stage) -> None:
    case, consent, referral = await asked(stage, acts.citizen(**REACH))
    await told(stage.health, 1)
    psychiatry = stage.somebody(sector="health", unit="health:psykiatri")

    line = await answered(psychiatry)

    assert (line["citizenPart"], line["citizen"], line["needDomain"]) == ("hidden", None, None)
    assert (await stage.social.get(INBOX))["items"] == []
    await refused(stage.social, "GET", referral, status=404, slug="not-found-or-not-yours")
    question = {"referrals": [{"id": referral.rpartition("/")[2], "consentId": consent["id"]}]}
    answers = await asyncio.gather(
        *(who.send("POST", "/v1/contact-cards/_search", body=question) for who in (stage.social, stage.health))
    )
    assert [len(answer.json()["items"]) for answer in answers] == [0, 1]
    assert case.id not in answers[0].text


async def test_the_overview_of_a_case_has_its_referrals_with_whom_they_are_about(stage: Stage) -> None:
    case, _, _ = await asked(stage, acts.citizen(**REACH))
    await told(stage.health, 1)

    overview = await eventually(
        lambda: stage.employment.get(f"/v1/overview/cases/{case.id}"),
        lambda found: found["parts"]["referrals"] == "ok" and found["referrals"]["items"][0]["citizenPart"] == "ok",
    )

    assert [line["citizen"]["phone"] for line in overview["referrals"]["items"]] == [REACH["phone"]]
