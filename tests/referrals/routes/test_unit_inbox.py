"""A unit's inbox in one call: whom it is about and when it is safe to call, from the real cases, asked once, as the
caller. What is not for the caller, not covered any more, or cannot be asked now is said so, and never looks real."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from chassis.tables import TABLES
from services.referrals.asks import PATIENCE, REST
from tests.cases.recording import ahead, appointment
from tests.cases.world import NAME
from tests.referrals.both import ALCOHOL, JOBCENTER, PSYCHIATRY, REACH, Both, Json, somebody
from tests.referrals.world import Caller, World, make_app, opened


@pytest.fixture
async def patient(referrals_app: FastAPI) -> AsyncIterator[World]:
    """A service that is as patient with cases as the real one: other tests do not mind how busy the machine is."""
    keys: Path = referrals_app.state.keys_of_the_test
    app = make_app(referrals_app.state.database_url, keys, patience=PATIENCE, rest=REST)
    async with opened(app, keys) as running:
        running.cases.does(answers(200, b'{"items": []}'))
        yield running


CITIZEN = {"displayName": NAME, "alias": None, **REACH, "protected": False, "hidden": 0}
NEEDED = {
    *("id", "caseId", "caseNumber", "state", "catchState", "from", "to", "needDomain", "requestedAt", "clocks"),
    *("attempts", "plannedFirstContactAt", "citizen", "claimedBy", "basis", "version", "allowedActions"),
}
"""What a line of the inbox has, so that nobody needs a second call."""


async def inbox(caller: Caller, **filters: str) -> list[Json]:
    """The lines of a list."""
    answer = await caller.get("/referrals", **filters)
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


def who(line: Json) -> tuple[Any, ...]:
    """What a line says of the citizen."""
    return line["citizenPart"], line["citizen"], line["needDomain"]


HIDDEN, UNAVAILABLE = ("hidden", None, None), ("unavailable", None, None)


async def test_the_inbox_of_a_unit_has_all_that_is_needed_to_act_in_one_call_and_one_question(both: Both) -> None:
    first = await both.referral("acceptance", "claim")
    others = [await both.referral() for _ in range(24)]
    both.referrals.cases.asked.clear()

    lines = await inbox(both.unit, toUnit="me", sort="dueOn")

    assert len(lines) == 25
    assert [who(line) for line in lines] == [("ok", CITIZEN, "substance-use")] * 25
    assert all(line.keys() >= NEEDED for line in lines)
    (claimed,) = [line for line in lines if line["id"] == first.id]
    assert (claimed["claimedBy"], claimed["caseNumber"]) == ("bodil", first.case["caseNumber"])
    assert [set(clock) for clock in claimed["clocks"]] == [{"guarantee", "startedOn", "dueOn", "state"}]
    (question,) = both.referrals.cases.questions()
    assert {(one["id"], one["consentId"]) for one in question} == {(one.id, one.consent_id) for one in (first, *others)}


async def test_an_empty_page_asks_nobody(both: Both) -> None:
    assert await inbox(both.unit) == []
    assert both.referrals.cases.asked == []


async def test_one_referral_tells_the_same_and_so_does_its_chain(both: Both) -> None:
    asked = await both.referral()

    whole = (await both.unit.get(asked.path)).json()
    chain = (await both.unit.get(f"{asked.path}/chain")).json()

    assert who(whole) == ("ok", CITIZEN, "substance-use")
    assert [who(link) for link in chain["links"]] == [who(whole)]
    assert len(both.referrals.cases.asked) == 2


async def test_the_look_up_is_in_the_log_of_cases_in_the_callers_own_name_for_the_callers_own_reason(
    both: Both,
) -> None:
    asked = await both.referral()
    bodil = both.unit
    bodil.headers |= {"Access-Purpose": "treatment"}

    await inbox(bodil)

    (look,) = [look for look in await both.cases.looked() if look.what == "contact-card"]
    assert (str(look.case_id), look.subject, look.purpose) == (asked.case["id"], "bodil", "treatment")
    assert (look.sector, look.unit) == ("health", ALCOHOL)
    # And it is one story with the look at the list.
    here = TABLES.lookups
    async with both.referrals.database.transaction(both.referrals.authority) as tx:
        listed = await tx.all(select(here.c.trace_id).where(here.c.purpose == "treatment"))
    assert {row.trace_id for row in listed} == {look.trace_id}


async def test_who_wears_several_hats_is_asked_for_under_the_one_they_wear(both: Both) -> None:
    await both.referral(toUnit=ALCOHOL)
    both_units = both.caller("health", ALCOHOL, PSYCHIATRY)
    both_units.headers |= {"Acting-Unit": ALCOHOL}

    (line,) = await inbox(both_units)

    assert who(line) == ("ok", CITIZEN, "substance-use")


# -- for whom it is not ----------------------------------------------------------------------------------------------


async def test_another_unit_of_the_sector_sees_the_referral_and_not_whom_it_is_about(both: Both) -> None:
    await both.referral()

    (line,) = await inbox(both.caller("health", PSYCHIATRY))

    assert who(line) == HIDDEN
    assert both.referrals.cases.asked == []
    # What is not theirs is not theirs also when cases cannot be asked about what is.
    await both.referral(to_unit=PSYCHIATRY)
    both.referrals.cases.goes_away()
    assert [who(line) for line in await inbox(both.caller("health", PSYCHIATRY))] == [UNAVAILABLE, HIDDEN]


async def test_a_third_sector_has_an_empty_list_and_asks_nothing(both: Both) -> None:
    asked = await both.referral()

    assert await inbox(both.caller("social", "social:voksne")) == []
    assert (await both.caller("social", "social:voksne").get(asked.path)).status_code == 404
    assert both.referrals.cases.asked == []


async def test_the_sender_is_told_of_its_own_case_until_it_has_let_it_go(both: Both) -> None:
    asked = await both.referral("acceptance")
    sender = both.caller("employment", JOBCENTER)
    assert who((await sender.get(asked.path)).json()) == ("ok", CITIZEN, "substance-use")

    for step, body in (
        ("first-contact", {"at": asked.case["openedAt"], "channel": "face-to-face", "attended": True}),
        ("handover-receipt", {"takesHolding": True}),
    ):
        assert (await both.unit.post(f"{asked.path}/{step}", body)).is_success
    await both.carry(asked.case)
    assert (await both.cases.release(asked.case)).status_code == 201
    await both.carry(asked.case)

    assert who((await sender.get(asked.path)).json()) == HIDDEN
    await both.withdraw(asked, "health")
    assert who((await both.unit.get(asked.path)).json()) == ("ok", CITIZEN, "substance-use")  # the case is its own now


async def test_a_token_that_is_for_referrals_only_reads_the_list_without_names(both: Both) -> None:
    await both.referral()

    (line,) = await inbox(both.caller("health", ALCOHOL, scope="referrals:read"))

    assert who(line) == HIDDEN


# -- what the basis covers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [(), ("acceptance",)])
async def test_a_withdrawn_consent_takes_the_card_away_before_the_news_has_come_and_the_line_stays(
    both: Both, steps: tuple[str, ...]
) -> None:
    asked, other = await both.referral(*steps), await both.referral()
    assert {line["citizenPart"] for line in await inbox(both.unit)} == {"ok"}

    await both.withdraw(asked)

    told = {line["id"]: who(line) for line in await inbox(both.unit)}
    assert told == {asked.id: HIDDEN, other.id: ("ok", CITIZEN, "substance-use")}
    await both.carry(asked.case)
    (line,) = [line for line in await inbox(both.unit) if line["id"] == asked.id]
    assert (who(line), line["basis"]["status"]) == (HIDDEN, "withdrawn")
    assert line["allowedActions"]
    assert who((await both.unit.get(asked.path)).json()) == HIDDEN


async def test_the_telephone_is_told_only_where_the_consent_covers_contact_data(both: Both) -> None:
    asked = await both.referral(dataCategories=["need"])

    part, citizen, domain = who((await both.unit.get(asked.path)).json())

    unreached = dict.fromkeys(REACH) | {"hidden": 3}
    assert (part, citizen, domain) == ("ok", CITIZEN | unreached, "substance-use")


async def test_the_domain_is_told_only_where_the_consent_covers_the_need(both: Both) -> None:
    asked = await both.referral(dataCategories=["contact"])

    assert who((await both.unit.get(asked.path)).json()) == ("ok", CITIZEN | {"hidden": 1}, None)


async def test_a_protected_citizen_has_neither_name_nor_telephone_here(both: Both) -> None:
    asked = await both.referral(citizen=somebody(protectedUntil="2199-01-01"))

    for caller in (both.unit, both.caller("employment", JOBCENTER)):
        part, citizen, _ = who((await caller.get(asked.path)).json())
        nameless = dict.fromkeys(("displayName", *REACH)) | {"protected": True, "hidden": 4}
        assert (part, citizen) == ("ok", CITIZEN | nameless)


async def test_what_the_unit_has_turned_down_tells_it_no_more(both: Both) -> None:
    asked = await both.referral("rejection")

    assert who((await both.unit.get(asked.path)).json()) == HIDDEN


async def test_an_appointment_that_the_unit_has_made_is_the_planned_first_contact_until_it_is_held(both: Both) -> None:
    asked = await both.referral("acceptance")
    assert (await both.unit.get(asked.path)).json()["plannedFirstContactAt"] is None
    made = await both.at_cases("health", ALCOHOL).does(
        f"/cases/{asked.case['id']}/appointments", appointment(at=ahead(days=2))
    )

    assert (await inbox(both.unit))[0]["plannedFirstContactAt"] == made["at"]
    assert (await inbox(both.caller("employment", JOBCENTER)))[0]["plannedFirstContactAt"] is None
    held = {"at": asked.case["openedAt"], "channel": "phone", "attended": True}
    assert (await both.unit.post(f"{asked.path}/first-contact", held)).is_success
    assert (await inbox(both.unit))[0]["plannedFirstContactAt"] is None


# -- nothing is kept -------------------------------------------------------------------------------------------------


async def test_the_answer_to_a_change_has_nobodys_name_in_it_and_neither_has_its_repeat(both: Both) -> None:
    asked = await both.referral()
    both.referrals.cases.asked.clear()
    key = {"Idempotency-Key": "inbox-test-a-key-of-its-own"}

    first = await both.unit.post(f"{asked.path}/acceptance", {}, **key)
    again = await both.unit.post(f"{asked.path}/acceptance", {}, **key)

    assert again.headers["idempotent-replayed"] == "true"
    assert [who(answer.json()) for answer in (first, again)] == [("not-asked", None, None)] * 2
    assert both.referrals.cases.asked == []


async def test_what_is_asked_carries_the_caller_and_nothing_else_of_the_request(both: Both) -> None:
    await both.referral()
    bodil = both.unit
    bodil.headers |= {"Cookie": "a=b", "Sync-Token": f"cases:{'0' * 8}-0000-7000-8000-{'0' * 12}:0"}
    bodil.headers |= {"X-Forwarded-For": "192.0.2.1"}

    await inbox(bodil)

    (request,) = both.referrals.cases.asked
    assert request.headers["authorization"] == bodil.headers["Authorization"]
    assert not {"cookie", "sync-token", "x-forwarded-for", "idempotency-key"} & set(request.headers)
    assert request.url.query == b""


# -- cases is away ---------------------------------------------------------------------------------------------------


def answers(status: int, content: bytes = b"{}") -> Any:
    """Somebody who always answers this."""

    async def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, content=content)

    return answer


async def hangs(request: httpx2.Request) -> httpx2.Response:
    """Somebody who takes the question and says nothing."""
    await asyncio.sleep(60)
    raise AssertionError("nobody has waited for this")


async def breaks_off(request: httpx2.Request) -> httpx2.Response:
    """Somebody who hangs up."""
    raise httpx2.RemoteProtocolError("gone", request=request)


@pytest.mark.parametrize(
    "behaviour",
    [
        answers(500),
        answers(503),
        answers(400),
        answers(401),
        answers(302),
        answers(200, b"<html>"),
        answers(200, b'{"items": [{"referralId": "x"}]}'),
        answers(200, b'{"items": null}'),
        breaks_off,
    ],
)
async def test_an_answer_that_is_none_is_told_as_none(world: World, behaviour: Any) -> None:
    seen = await world.referral()
    world.cases.does(behaviour)

    answer = await world.caller("health").get("/referrals")

    assert answer.status_code == 200
    assert [(line["id"], who(line)) for line in answer.json()["items"]] == [(seen["id"], UNAVAILABLE)]


async def test_nobody_there_is_told_as_nobody_there_and_once_they_are_back_they_are_asked_again(both: Both) -> None:
    asked = await both.referral()
    both.referrals.cases.goes_away()

    assert [who(line) for line in await inbox(both.unit)] == [UNAVAILABLE]
    assert who((await both.unit.get(asked.path)).json()) == UNAVAILABLE

    both.referrals.cases.is_at(both.cases.app)
    assert [who(line) for line in await inbox(both.unit)] == [("ok", CITIZEN, "substance-use")]


async def test_who_hangs_is_waited_for_a_second_and_no_longer(patient: World) -> None:
    await patient.referral()
    patient.cases.does(hangs)

    began = time.monotonic()
    (line,) = await inbox(patient.caller("health"))

    assert who(line) == UNAVAILABLE
    assert 0.9 < time.monotonic() - began < 10


async def test_no_transaction_waits_for_cases(world: World) -> None:
    """There are five. Twelve pages that wait for cases keep none of them from who asks for something else."""
    await world.referral()
    all_wait = asyncio.Event()

    async def waits(request: httpx2.Request) -> httpx2.Response:
        if len(world.cases.asked) - before == 12:
            all_wait.set()
        return await hangs(request)

    before = len(world.cases.asked)
    world.cases.does(waits)
    health = world.caller("health")

    async def page() -> None:
        while (await health.get("/referrals")).status_code == 503:
            pass  # more at once than the pool has room for, for longer than anybody waits

    pages = [asyncio.create_task(page()) for _ in range(12)]
    async with asyncio.timeout(30):
        await all_wait.wait()

    others = await asyncio.gather(*(health.get("/guarantees") for _ in range(5)))

    assert [answer.status_code for answer in others] == [200] * 5
    assert not any(waiting.done() for waiting in pages)
    for waiting in pages:
        waiting.cancel()
    await asyncio.gather(*pages, return_exceptions=True)


async def test_a_card_with_members_that_are_new_is_read_and_one_that_nobody_asked_for_is_left(world: World) -> None:
    seen = await world.referral()
    card = CITIZEN | {"needDomain": "debt", "nextAppointmentAt": None, "shoeSize": 43}
    both_cards = [card | {"referralId": seen["id"]}, card | {"referralId": seen["needId"], "displayName": "A"}]
    world.cases.does(answers(200, httpx2.Response(200, json={"items": both_cards}).content))

    (line,) = await inbox(world.caller("health"))

    assert who(line) == ("ok", CITIZEN, "debt")
