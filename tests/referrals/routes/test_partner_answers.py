"""A partner without a system: what its link opens, what it can answer, and what it can never do."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from chassis.bearer import OPEN_AT_ONCE
from chassis.clock import now
from chassis.ids import secret_token
from chassis.tables import TABLES
from contracts.events import cases
from services.referrals.domain.lifecycle import Action
from services.referrals.domain.partner_links import LINK_ACTIONS
from tests.referrals.dated import MONDAY, it_is, promised
from tests.referrals.partners import ANSWERS, Partner, linkable, made, offered, token_of
from tests.referrals.world import BODIES, REASON, World, slug, without_trace

CAUGHT = ("acceptance", "contact-attempts", "first-contact", "handover-receipt")


async def partner_of(world: World, *steps: str, **wish: Any) -> tuple[dict[str, Any], Partner]:
    """A referral that has gone through these steps, and a partner who has opened its link."""
    seen = await linkable(world, *steps, **wish)
    partner = await Partner.of(world, seen["id"])
    assert (await partner.open()).status_code == 201
    return seen, partner


async def test_a_link_shows_what_the_receiver_may_see_and_no_more(world: World) -> None:
    seen = await linkable(world, toUnit="alkohol", approachedOn="2026-03-01")
    partner = await Partner.of(world, seen["id"])

    opened = await partner.open()

    shown = opened.json()["referral"]
    assert (shown["reason"], shown["state"], shown["approachedOn"]) == (REASON, "requested", "2026-03-01")
    assert (shown["from"]["sector"], shown["to"]) == ("employment", {"sector": "health", "unit": "alkohol"})
    assert opened.json()["allowedActions"] == ["acceptance", "rejection"]
    for told in (seen["id"], seen["caseId"], seen["needId"], seen["caseNumber"], seen["basis"]["consentId"]):
        assert told not in opened.text


@pytest.mark.parametrize(("accepted", "name"), [("da", "Første kontakt"), ("en-GB", "First contact")])
async def test_promises_are_named_in_the_readers_language(world: World, accepted: str, name: str) -> None:
    seen = await linkable(world, "acceptance")
    token = token_of(await made(world, seen["id"]))

    opened = await world.http.post("/v1/partner-sessions", json={"token": token}, headers={"Accept-Language": accepted})

    (clock,) = opened.json()["referral"]["clocks"]
    assert clock["name"].startswith(name)
    assert opened.headers["content-language"] == accepted[:2]
    assert (opened.headers["cache-control"], opened.headers["referrer-policy"]) == ("no-store", "no-referrer")


async def test_scanners_open_it_five_times_and_the_partner_still_answers(world: World) -> None:
    seen = await linkable(world)
    partner = await Partner.of(world, seen["id"])

    opened = [(await partner.open()).json()["sessionToken"] for _ in range(5)]
    partner.session = opened[2]

    assert len(set(opened)) == 5
    assert (await partner.answer("acceptance")).status_code == 201


async def test_a_link_opened_without_end_keeps_the_latest_sessions(world: World) -> None:
    _, partner = await partner_of(world)
    first = partner.session
    for _ in range(OPEN_AT_ONCE):
        await partner.open()
    last = partner.session

    answered = []
    for partner.session in (first, last):
        answered.append((await partner.answer("acceptance")).status_code)

    assert answered == [404, 201]


async def test_a_whole_life_by_link_is_told_as_any_other(world: World) -> None:
    """The same states, catch states and events as when the unit has a login; only the history says how."""
    told = {}
    for by_link in (True, False):
        case = await world.case()
        seen, partner = await partner_of(world, case=case, toUnit="alkohol", returnScope="dates-and-outcome")
        for step in CAUGHT:
            unit = world.caller("health", "alkohol")
            done = (
                await partner.answer(step)
                if by_link
                else await unit.post(f"/referrals/{seen['id']}/{step}", ANSWERS[step])
            )
            assert done.is_success, done.text
        read = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()
        steps = (await world.caller("employment").get(f"/referrals/{seen['id']}/history")).json()["items"]
        told[by_link] = (
            [event["type"] for event in await world.announced(case.id)],
            [(step["action"], step["toState"], step["by"]) for step in steps],
            (read["state"], read["catchState"], read["responsibleUnit"], read["firstContact"]["at"]),
            [(clock["guarantee"], clock["state"]) for clock in read["clocks"]],
        )
        assert [step["byLink"] for step in steps] == [False] + [by_link] * 4

    assert told[True] == told[False]
    assert told[True][2][1] == "caught"


async def test_a_no_ends_the_referral_and_the_link(world: World) -> None:
    seen, partner = await partner_of(world)

    answered = await partner.answer("rejection")

    read = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()
    (link,) = (await world.caller("employment").get(f"/referrals/{seen['id']}/partner-links")).json()["items"]
    assert (answered.status_code, set(answered.json())) == (201, {"action", "recordedAt"})
    assert (read["state"], read["ending"]["reasonCode"]) == ("rejected", "no-capacity")
    assert read["ending"]["suggestion"] == BODIES["rejection"]["suggestion"]
    assert (link["state"], link["allowedActions"]) == ("used-up", ["revocation"])
    assert [(await partner.open()).status_code, (await partner.answer("rejection")).status_code] == [404, 404]


@pytest.mark.parametrize("action", sorted(set(Action) - LINK_ACTIONS))
async def test_nothing_else_can_be_done_by_a_link(world: World, action: str) -> None:
    _, partner = await partner_of(world, "acceptance")

    tried = await partner.answer(action, **BODIES[action])

    assert (tried.status_code, slug(tried)) == (400, "invalid-request")


@pytest.mark.parametrize("taking", [True, 0, None, "false"], ids=str)
async def test_nobody_promises_to_hold_a_case_by_a_link(world: World, taking: object) -> None:
    seen, partner = await partner_of(world, "acceptance", "first-contact")

    tried = await partner.answer("handover-receipt", takesHolding=taking)

    assert tried.status_code == 400
    assert (await world.caller("health").get(f"/referrals/{seen['id']}")).json()["handoverReceipt"] is None


async def test_what_does_not_fit_names_what_a_link_can_do(world: World) -> None:
    _, partner = await partner_of(world, "acceptance")

    tried = await partner.answer("rejection")

    assert (tried.status_code, slug(tried)) == (409, "invalid-transition")
    assert tried.json()["allowed"] == ["contact-attempts", "first-contact", "handover-receipt"]


async def test_a_time_in_the_future_is_refused_and_the_session_goes_on(world: World) -> None:
    _, partner = await partner_of(world, "acceptance")

    tried = await partner.answer("first-contact", at="2199-01-01T12:00:00Z", channel="phone", attended=True)

    assert (tried.status_code, slug(tried)) == (400, "time-in-the-future")
    assert (await partner.answer("first-contact")).status_code == 201


async def test_on_hold_there_is_nothing_to_answer(world: World) -> None:
    seen = await linkable(world, "acceptance", "hold")
    partner = await Partner.of(world, seen["id"])

    opened = (await partner.open()).json()

    assert (opened["allowedActions"], opened["referral"]["onHold"]["until"]) == ([], "2199-01-01")
    assert (await partner.answer("contact-attempts")).json()["allowed"] == []


async def test_a_withdrawn_consent_hides_the_words_and_the_rest_goes_on(world: World) -> None:
    case = await world.case()
    with it_is(MONDAY):
        seen, partner = await partner_of(world, case=case, guarantee="drug-treatment")
        await world.tell(case.id, cases.ConsentWithdrawnV1(consent_id=case.consent_id))

        opened = (await partner.open()).json()
        answered = await partner.answer("acceptance")

    shown = opened["referral"]
    assert (shown["reason"], shown["basisStatus"]) == (None, "withdrawn")
    assert [(clock["guarantee"], clock["name"]) for clock in shown["clocks"]] == [(None, None)]
    assert REASON not in str(opened)
    assert answered.status_code == 201
    assert (await world.caller("health").get(f"/referrals/{seen['id']}")).json()["state"] == "accepted"


async def test_a_look_by_link_is_logged_as_the_links(world: World) -> None:
    seen, _ = await partner_of(world, toUnit="alkohol")
    (link,) = (await world.caller("employment").get(f"/referrals/{seen['id']}/partner-links")).json()["items"]
    looks = TABLES.lookups

    async with world.database.transaction(world.authority) as tx:
        rows = await tx.all(select(looks).where(looks.c.subject == f"link:{link['id']}"))

    assert [(str(row.case_id), row.sector, row.unit, row.purpose, row.what) for row in rows] == [
        (seen["caseId"], "health", "alkohol", "coordination", "referral")
    ]


async def test_every_dead_token_gets_the_same_answer(world: World) -> None:
    """Unknown, replaced, revoked, expired, used up, of another authority, and a session that is no link."""
    seen, partner = await partner_of(world)
    ended, over = await partner_of(world)
    await over.answer("rejection")
    replaced = partner.token
    await made(world, seen["id"])
    expired = await Partner.of(world, (await linkable(world))["id"])
    secret = secret_token()
    unknown = f"{world.authority}.{secret}"

    dead = [unknown, replaced, over.token, partner.session, f"0147.{secret}", "x", partner.token[:-1]]
    answers = [await Partner(world.http, token).open() for token in dead]
    with time_machine.travel(now() + timedelta(days=31), tick=True):
        answers.append(await expired.open())

    assert {(one.status_code, slug(one)) for one in answers} == {(404, "partner-link-not-usable")}
    assert all(without_trace(one) == without_trace(answers[0]) for one in answers)
    assert ended["id"] not in answers[2].text


async def test_every_dead_session_gets_the_same_answer_too(world: World) -> None:
    _, live = await partner_of(world, "acceptance")
    replaced_of, replaced = await partner_of(world, "acceptance")
    await made(world, replaced_of["id"])
    closed_of, closed = await partner_of(world, "acceptance")
    await world.caller("employment").post(f"/referrals/{closed_of['id']}/cancellation", BODIES["cancellation"])
    dead = [
        Partner(world.http, "", f"{world.authority}.{secret_token()}"),
        Partner(world.http, "", live.token),
        Partner(world.http, "", f"0147.{live.session.partition('.')[2]}"),
        Partner(world.http, "", "x"),
        replaced,
        closed,
    ]

    answers = [await one.answer("contact-attempts") for one in dead]
    with time_machine.travel(now() + timedelta(minutes=31), tick=True):
        answers.append(await live.answer("contact-attempts"))

    assert {(one.status_code, slug(one)) for one in answers} == {(404, "partner-link-not-usable")}
    assert all(without_trace(one) == without_trace(answers[0]) for one in answers)


async def test_a_session_lasts_half_an_hour_and_the_link_opens_another(world: World) -> None:
    _, partner = await partner_of(world)

    with time_machine.travel(now() + timedelta(minutes=29), tick=True):
        in_time = await partner.answer("acceptance")
    with time_machine.travel(now() + timedelta(minutes=31), tick=True):
        late = await partner.answer("contact-attempts")
        await partner.open()
        again = await partner.answer("contact-attempts")

    assert [one.status_code for one in (in_time, late, again)] == [201, 404, 201]


async def test_a_link_does_not_go_with_the_referral_to_another_unit(world: World) -> None:
    seen, partner = await partner_of(
        world, case=await world.case(), toUnit="alkohol", legalBasis="fvl-28-2", consentId=None
    )
    lead = world.caller("health", role="team-lead")

    moved = await lead.post("/unit-reassignments", {"fromUnit": "alkohol", "toUnit": "psykiatri"})

    assert moved.json()["moved"] == 1
    assert [(await partner.open()).status_code, (await partner.answer("acceptance")).status_code] == [404, 404]
    (link,) = (await world.caller("employment").get(f"/referrals/{seen['id']}/partner-links")).json()["items"]
    assert (link["state"], link["to"]["unit"]) == ("used-up", "alkohol")


async def test_the_unit_and_its_link_say_yes_at_once_and_one_is_told(world: World) -> None:
    seen, partner = await partner_of(world, toUnit="alkohol")
    unit = world.caller("health", "alkohol")

    answers = await asyncio.gather(partner.answer("acceptance"), unit.post(f"/referrals/{seen['id']}/acceptance", {}))

    assert sorted(one.status_code // 100 for one in answers) == [2, 4]
    assert {slug(one) for one in answers if not one.is_success} == {"invalid-transition"}


async def test_a_link_taken_back_while_it_answers_answers_wholly_or_not_at_all(world: World) -> None:
    seen, partner = await partner_of(world)
    (link,) = (await world.caller("employment").get(f"/referrals/{seen['id']}/partner-links")).json()["items"]
    there = f"/referrals/{seen['id']}/partner-links/{link['id']}/revocation"

    answered, revoked = await asyncio.gather(partner.answer("acceptance"), world.caller("employment").post(there))

    state = (await world.caller("health").get(f"/referrals/{seen['id']}")).json()["state"]
    assert revoked.status_code == 200
    assert (answered.status_code, state) in {(201, "accepted"), (404, "requested")}


async def test_a_repeat_is_answered_alike_and_tells_nothing(world: World) -> None:
    """Also after the link is dead: what was kept says that something was written down, and nothing of the citizen."""
    seen, partner = await partner_of(world, "acceptance")
    key = secret_token()

    first = await partner.answer("contact-attempts", key=key)
    await made(world, seen["id"])
    again = await partner.answer("contact-attempts", key=key)
    other = await partner.answer("handover-receipt", key=key)

    assert (again.status_code, again.json(), again.headers["idempotent-replayed"]) == (201, first.json(), "true")
    assert set(first.json()) == {"action", "recordedAt"}
    assert (other.status_code, slug(other)) == (422, "idempotency-key-reused")
    assert (await world.caller("health").get(f"/referrals/{seen['id']}")).json()["attempts"]["count"] == 1


async def test_an_answer_needs_a_key_and_opening_needs_none(world: World) -> None:
    _, partner = await partner_of(world)
    body = {"sessionToken": partner.session, "action": "acceptance"}

    tried = await world.http.post("/v1/partner-answers", json=body)

    assert (tried.status_code, tried.json()["errors"][0]["code"]) == (400, "idempotency-key-required")


async def test_a_case_that_closes_takes_its_links_along(world: World) -> None:
    case = await world.case()
    _, partner = await partner_of(world, case=case)

    await world.tell(case.id, cases.CaseClosedV1(ground="override", closed_by_sector="employment"))

    assert [(await partner.open()).status_code, (await partner.answer("acceptance")).status_code] == [404, 404]


async def test_days_promised_before_the_link_are_shown_by_it(world: World) -> None:
    seen = await promised(world, toServiceId=await offered(world))
    with it_is(MONDAY):
        partner = await Partner.of(world, seen["id"])
        (clock,) = (await partner.open()).json()["referral"]["clocks"]

    assert (clock["guarantee"], clock["startedOn"], clock["dueOn"]) == ("drug-treatment", "2026-03-02", "2026-03-16")
