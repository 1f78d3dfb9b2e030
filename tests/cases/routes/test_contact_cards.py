"""Contact cards over HTTP: one question for a whole inbox, answered as the caller may be told, and logged."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from sqlalchemy import event, text

from tests.cases.recording import ago, ahead, appointment
from tests.cases.world import NAME, PHONE, SAFE_TO_CALL, Caller, Json, World, agreed, fingerprint, slug, somewhere

REACH = {"phone": PHONE, "safeToCall": SAFE_TO_CALL, "language": "pl"}
ALCOHOL = "health:alkohol"


def citizen(**differs: Any) -> Json:
    """Somebody with a telephone that is not always safe."""
    return {"identifiers": [{"system": "journal", "value": somewhere()}], "name": NAME, "contact": REACH} | differs


async def asked(world: World, *steps: str, **consent: Any) -> tuple[Json, Json]:
    """A case with a referral to health that rests on a consent; and what is asked of it."""
    case = await world.case("substance-use", citizen=citizen())
    scope = {"dataCategories": ["need", "contact"], **consent}
    given = await world.caller().does(f"/cases/{case['id']}/consents", agreed(**scope))
    referral = await world.referred(case, *(steps or ("requested",)))
    return case, {"id": str(referral), "consentId": given["id"]}


async def cards(caller: Caller, *questions: Json) -> list[Json]:
    """The cards that are given."""
    found = await caller.does("/contact-cards/_search", {"referrals": list(questions)})
    items: list[Json] = found["items"]
    return items


async def test_the_receiver_is_told_who_it_is_and_when_it_is_safe_to_call(world: World) -> None:
    _, question = await asked(world)

    (card,) = await cards(world.caller("health", ALCOHOL), question)

    assert card == {
        "referralId": question["id"],
        "displayName": NAME,
        "alias": None,
        "protected": False,
        **REACH,
        "needDomain": "substance-use",
        "nextAppointmentAt": None,
        "hidden": 0,
    }
    assert await cards(world.caller("employment"), question) == [card]


async def test_many_are_told_in_the_order_they_were_asked_for_by_one_statement(world: World) -> None:
    questions = [(await asked(world))[1] for _ in range(25)][::-1]
    health = world.caller("health", ALCOHOL)
    await cards(health, questions[0])

    with counted(world) as one:
        await cards(health, questions[0])
    with counted(world) as many:
        found = await cards(health, *questions)

    assert [card["referralId"] for card in found] == [question["id"] for question in questions]
    assert len(many) == len(one)


async def test_what_is_another_sectors_or_authoritys_or_nobodys_has_no_card_and_all_look_alike(world: World) -> None:
    _, question = await asked(world)
    nothing = {"id": somewhere(), "consentId": question["consentId"]}
    body, absent = {"referrals": [question]}, {"referrals": [nothing]}

    for stranger in (world.caller("social"), world.caller("health", authority="0147"), world.caller(None)):
        there = await stranger.post("/contact-cards/_search", body)
        nowhere = await stranger.post("/contact-cards/_search", absent)
        assert (there.status_code, there.json()) == (200, {"items": []})
        assert fingerprint(there) == fingerprint(nowhere)


async def test_what_is_over_for_the_receiver_has_no_card_and_the_sender_still_has_its_own(world: World) -> None:
    _, question = await asked(world, "requested", "rejected")

    assert await cards(world.caller("health"), question) == []
    assert len(await cards(world.caller("employment"), question)) == 1


async def test_a_withdrawn_consent_ends_it_with_the_next_question_also_after_the_yes(world: World) -> None:
    case, question = await asked(world, "requested", "accepted")
    health = world.caller("health")
    assert len(await cards(health, question)) == 1

    await world.caller().does(f"/cases/{case['id']}/consents/{question['consentId']}/withdrawal")

    assert await cards(health, question) == []
    assert len(await cards(world.caller("employment"), question)) == 1


async def test_a_consent_of_another_case_covers_nothing(world: World) -> None:
    _, question = await asked(world)
    _, other = await asked(world)

    assert await cards(world.caller("health"), {**question, "consentId": other["consentId"]}) == []
    assert await cards(world.caller("health"), {**question, "consentId": somewhere()}) == []


async def test_a_consent_that_names_a_unit_tells_that_unit_only(world: World) -> None:
    _, question = await asked(world, toUnit=ALCOHOL)

    told = [len(await cards(world.caller("health", *unit), question)) for unit in ((ALCOHOL,), ("psykiatri",), ())]

    assert told == [1, 0, 0]


async def test_once_the_case_is_its_own_the_receiver_needs_no_consent(world: World) -> None:
    case, question = await asked(world, "requested", "accepted", "contact", "receipt")
    path = f"/cases/{case['id']}/consents/{question['consentId']}/withdrawal"
    await world.caller().does(path)
    assert await cards(world.caller("health"), question) == []

    assert (await world.release(case)).status_code == 201

    assert len(await cards(world.caller("health"), question)) == 1
    assert await cards(world.caller("employment"), question) == []


async def test_what_the_consent_does_not_cover_is_counted_and_not_told(world: World) -> None:
    _, question = await asked(world, dataCategories=["need"])

    (card,) = await cards(world.caller("health"), question)

    assert (card["displayName"], card["needDomain"]) == (NAME, "substance-use")
    assert [card[name] for name in REACH] == [None, None, None]
    assert card["hidden"] == 3


async def test_of_a_protected_citizen_neither_name_nor_telephone_is_told(world: World) -> None:
    case = await world.case("substance-use", citizen=citizen(protectedUntil="2199-01-01"))
    question = {"id": str(await world.referred(case, "requested"))}

    for caller in (world.caller("health"), world.caller()):
        (card,) = await cards(caller, question)
        assert (card["protected"], card["displayName"], card["hidden"]) == (True, None, 4)
        assert [card[name] for name in REACH] == [None, None, None]


async def test_an_anonymous_citizen_is_told_by_alias(world: World) -> None:
    case = await world.case("substance-use", citizen={"anonymous": True, "alias": "Gæst"})
    question = {"id": str(await world.referred(case, "requested"))}

    (card,) = await cards(world.caller("employment"), question)

    assert (card["displayName"], card["alias"], card["phone"]) == (None, "Gæst", None)


async def test_the_receivers_own_next_appointment_stands_on_its_card_and_on_nobody_elses(world: World) -> None:
    case, question = await asked(world, "requested", "accepted")
    health, path = world.caller("health"), f"/cases/{case['id']}/appointments"
    later, moved = ahead(days=3), ahead(days=2)
    kept = await health.does(path, appointment(at=later))
    wrong = await health.does(path, appointment(at=moved))
    await health.does(path, appointment(at=ago(days=1)))
    await world.caller().does(path, appointment(at=ahead(hours=2)))
    assert (await cards(health, question))[0]["nextAppointmentAt"] == wrong["at"]

    await health.does(path, appointment(at=ahead(days=5), corrects=wrong["id"]))

    assert (await cards(health, question))[0]["nextAppointmentAt"] == kept["at"]
    assert (await cards(world.caller(), question))[0]["nextAppointmentAt"] is None
    await health.does(f"{path}/{kept['id']}/outcome", {"outcome": "moved", "movedTo": ahead(days=9)})
    (card,) = await cards(health, question)
    assert ahead(days=4) < card["nextAppointmentAt"] < ahead(days=6)


async def test_each_card_that_is_given_is_in_the_log_under_who_asked_and_why(world: World) -> None:
    case, question = await asked(world)
    bodil = world.caller("health", ALCOHOL, subject="bodil")
    bodil.headers["Access-Purpose"] = "treatment"

    await cards(bodil, question)
    await cards(world.caller("social", subject="carl"), question)

    given, nothing = [look for look in await world.looked() if look.what == "contact-card"]
    assert (str(given.case_id), given.subject, given.purpose, given.unit) == (case["id"], "bodil", "treatment", ALCOHOL)
    assert (nothing.case_id, nothing.subject) == (None, "carl")
    log = await world.caller("employment").read(f"/cases/{case['id']}/access-log")
    assert {(look["what"], look["sector"]) for look in log["items"]} >= {("contact-card", "health")}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"referrals": []},
        {"referrals": [{"id": "not-an-id"}]},
        {"referrals": [{"id": str(n)} for n in range(3)]},
        {"referrals": [{"id": somewhere(), "name": "x"}]},
        {"referrals": [{"id": somewhere(), "consentId": "\x00"}]},
        {"referrals": [{"id": somewhere()}] * 201},
    ],
)
async def test_what_cannot_be_asked_is_refused_and_not_repeated(world: World, body: Json) -> None:
    answer = await world.caller("health").post("/contact-cards/_search", body)

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")
    assert "not-an-id" not in answer.text


async def test_who_asks_says_why_and_has_a_role_that_may(world: World) -> None:
    _, question = await asked(world)
    body = {"referrals": [question]}
    silent = world.caller("health")
    del silent.headers["Access-Purpose"]
    auditor = world.caller("health", role="auditor")
    auditor.headers["Access-Purpose"] = "audit"

    answers: list[httpx2.Response] = [
        await caller.post("/contact-cards/_search", body)
        for caller in (silent, auditor, world.caller("health", scope="referrals:read"))
    ]

    assert [(answer.status_code, slug(answer)) for answer in answers] == [
        (400, "purpose-required"),
        (403, "role-missing"),
        (403, "insufficient-scope"),
    ]


async def test_two_hundred_are_asked_for_at_once_and_nothing_but_an_index_is_read(world: World) -> None:
    await asked(world)
    with counted(world) as statements:
        await cards(world.caller("health"), *({"id": somewhere()} for _ in range(200)))

    (statement,) = [one for one in statements if "known_referrals" in one[0]]
    async with world.database.transaction(world.authority) as tx:
        await tx.run(text("set local enable_seqscan = off"))
        plan = "\n".join(row[0] for row in await tx.all(text("explain " + _inlined(*statement))))
    assert "Seq Scan" not in plan, plan


def _inlined(statement: str, values: Any) -> str:
    """The statement with its values in it: EXPLAIN takes no parameters here."""
    written = {
        name: "null"
        if value is None
        else "array[" + ",".join("null" if one is None else f"'{one}'" for one in value) + "]"
        if isinstance(value, list)
        else f"'{value}'"
        for name, value in values.items()
    }
    return str(statement % written)


@contextmanager
def counted(world: World) -> Iterator[list[tuple[str, Any]]]:
    """The statements that the service sends meanwhile."""
    sent: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, values: Any, *rest: Any) -> None:
        sent.append((statement, values))

    engine = world.database._engine.sync_engine  # there is no other way to see what is sent
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
