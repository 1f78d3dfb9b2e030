"""Whoever could demand asks first: answered by number or by case, one or a thousand, and told nothing of why."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import event, text

from tests.cases.exempting import REASON, enrolled, exempted, in_days, today
from tests.cases.world import Caller, Json, World, cpr, fingerprint, opening, slug, somewhere


@pytest.fixture
def number() -> str:
    """Somebody's number."""
    return cpr()


@pytest.fixture
async def case(world: World, number: str) -> Json:
    """Their case."""
    return await world.caller().does("/cases", opening(citizen=person(number)))


def person(number: str) -> Json:
    """Somebody who is known by a number."""
    return {"identifiers": [{"system": "cpr", "value": number}]}


def benefits(world: World, **changes: Any) -> Caller:
    """The benefits system."""
    return world.caller(None, role="integration", subject="ydelse", **changes)


def about(number: str, provision: str = "offers", on: int | str = 0) -> Json:
    """A question about a person, by number."""
    day = in_days(on) if isinstance(on, int) else on
    return {"identifier": {"system": "cpr", "value": number}, "provision": provision, "on": day}


async def test_who_is_exempt_is_told_until_when_and_nothing_of_why(world: World, case: Json, number: str) -> None:
    part = await enrolled(world, case)
    await world.caller().does(f"/cases/{case['id']}/exemptions", part.asking(0, 200, "offers") | {"reason": REASON})

    by_number = await benefits(world).does("/exemption-checks", about(number))
    by_case = await benefits(world).does(
        "/exemption-checks", {"caseId": case["id"], "provision": "offers", "on": in_days(200)}
    )
    with_hyphen = await benefits(world).does("/exemption-checks", about(f"{number[:6]}-{number[6:]}"))

    assert by_number == by_case == with_hyphen == {"exempt": True, "provision": "offers", "until": in_days(200)}


@pytest.mark.parametrize(
    ("provision", "on", "exempt"),
    [
        ("offers", 0, True),
        ("offers", 150, True),
        ("offers", -1, False),
        ("offers", 151, False),
        ("availability", 0, False),
        ("offer", 0, False),
    ],
)
async def test_the_duty_binds_on_every_other_day_and_every_other_duty_binds(
    world: World, case: Json, number: str, provision: str, on: int, exempt: bool
) -> None:
    await exempted(world, case)

    told = await benefits(world).does("/exemption-checks", about(number, provision, on))

    assert told == {"exempt": exempt, "provision": provision, "until": in_days(150) if exempt else None}


async def test_somebody_unknown_is_answered_as_somebody_who_is_not_exempt(
    world: World, case: Json, number: str
) -> None:
    await exempted(world, case)
    elsewhere = "0147"
    asked = [
        (benefits(world), about(number, "availability")),
        (benefits(world), about(cpr(), "availability")),
        (benefits(world, authority=elsewhere), about(number, "availability")),
        (benefits(world), {"caseId": somewhere(), "provision": "availability", "on": in_days(0)}),
        (benefits(world, authority=elsewhere), {"caseId": case["id"], "provision": "availability", "on": in_days(0)}),
        (benefits(world), about(number, "availability") | {"identifier": {"system": "sbsys", "value": "1"}}),
    ]

    answers = [await caller.post("/exemption-checks", body) for caller, body in asked]

    assert answers[0].json() == {"exempt": False, "provision": "availability", "until": None}
    assert [fingerprint(answer) for answer in answers] == [fingerprint(answers[0])] * len(asked)


async def test_what_was_decided_in_an_earlier_case_still_holds(world: World, case: Json, number: str) -> None:
    await exempted(world, case)
    await world.caller().does(
        f"/cases/{case['id']}/closure",
        {"ground": "citizen-declined", "reason": "Vil ikke.", "citizenStatement": "Jeg vil ikke mere."},
    )
    later = await world.caller().does("/cases", opening(citizen=person(number)))

    by_number = await benefits(world).does("/exemption-checks", about(number))
    refused = await world.caller().post(
        f"/cases/{later['id']}/demand-checks", {"provision": "offers", "on": in_days(0), "kind": "demand"}
    )

    assert by_number["exempt"] is True
    assert slug(refused) == "citizen-exempt"
    assert [str(look.case_id) for look in await world.looked() if look.what == "exemption-check"] == [case["id"]]


async def test_of_two_exemptions_the_one_that_reaches_furthest_is_told(world: World, case: Json, number: str) -> None:
    await exempted(world, case)
    await world.caller().does(
        f"/cases/{case['id']}/closure",
        {"ground": "citizen-declined", "reason": "Vil ikke.", "citizenStatement": "Jeg vil ikke mere."},
    )
    later = await world.caller().does("/cases", opening(citizen=person(number)))
    await exempted(world, later, to=in_days(170))

    assert (await benefits(world).does("/exemption-checks", about(number)))["until"] == in_days(170)


@pytest.mark.parametrize(
    ("clock", "exempt"),
    [
        ("2027-01-31T22:59:59Z", [True, False]),
        ("2027-01-31T23:00:00Z", [False, True]),
    ],
    ids=["the last second of January in Denmark", "midnight in Denmark"],
)
async def test_days_are_danish_days(world: World, number: str, clock: str, exempt: list[bool]) -> None:
    with time_machine.travel(datetime.fromisoformat(clock.replace("Z", "+00:00")), tick=True):
        made = await world.caller().does("/cases", opening(citizen=person(number)))
        today_there = today().isoformat()
        await exempted(world, made, **{"from": today_there}, to=today_there)

        said = [
            (await benefits(world).does("/exemption-checks", about(number, on=day)))["exempt"]
            for day in ("2027-01-31", "2027-02-01")
        ]

    assert said == exempt


# -- a thousand at once ----------------------------------------------------------------------------------------------


async def test_a_thousand_are_answered_in_their_order(world: World) -> None:
    numbers = [cpr() for _ in range(8)]
    for n, known in enumerate(numbers):
        made = await world.caller().does("/cases", opening(citizen=person(known)))
        if n % 2:
            await exempted(world, made, to=in_days(100 + n))
    asked = [about(numbers[n % 8] if n % 5 else cpr(), "offers" if n % 3 else "availability") for n in range(1000)]

    items = (await benefits(world).does("/exemption-checks/_batch", {"checks": asked}))["items"]

    expected = [in_days(100 + n % 8) if n % 5 and n % 3 and n % 2 else None for n in range(1000)]
    assert [item["until"] for item in items] == expected
    assert [item["exempt"] for item in items] == [until is not None for until in expected]
    assert [item["provision"] for item in items] == [one["provision"] for one in asked]
    assert {tuple(item) for item in items} == {("exempt", "provision", "until")}
    looks = [look for look in await world.looked() if look.what == "exemption-check"]
    assert len(looks) == 8
    assert {look.purpose for look in looks} == {"system-integration"}


@contextmanager
def listening(world: World) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database meanwhile."""
    said: list[tuple[str, Any]] = []
    engine: Any = world.database._engine.sync_engine

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_thousand_are_as_many_statements_as_one(world: World, case: Json, number: str) -> None:
    with listening(world) as of_one:
        await benefits(world).does("/exemption-checks", about(number))
    with listening(world) as of_many:
        await benefits(world).does("/exemption-checks/_batch", {"checks": [about(cpr()) for _ in range(1000)]})

    assert len(of_many) == len(of_one) <= 4


async def test_no_question_reads_every_case(world: World, case: Json, number: str) -> None:
    with listening(world) as said:
        await benefits(world).does("/exemption-checks", about(number))
    statement, parameters = next(one for one in said if "unnest" in one[0] and "exemption_provisions" in one[0])

    async with world.database.transaction(world.authority) as tx:
        # So few rows are read whole in any case; forbidden that, only what cannot use an index does.
        await tx.run(text("set local enable_seqscan = off"))
        plan = await tx._connection.exec_driver_sql(f"explain {statement}", parameters)
        told = "\n".join(line[0] for line in plan)

    assert "Seq Scan" not in told
    assert "Index Cond: (citizen_id =" in told
    assert "blind_index = asked.blind_index" in told


@pytest.mark.parametrize("how_many", [0, 1001])
async def test_none_and_more_than_a_thousand_are_refused(world: World, how_many: int) -> None:
    answer = await benefits(world).post("/exemption-checks/_batch", {"checks": [about("0101010101")] * how_many})

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")


async def test_every_number_that_cannot_be_anybodys_is_told_at_once_and_not_repeated(world: World) -> None:
    asked = [about(cpr()), about("9999999999"), about(cpr()), about("3113131313")]

    answer = await benefits(world).post("/exemption-checks/_batch", {"checks": asked})

    assert answer.status_code == 400
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("/checks/1/identifier/value", "malformed-cpr"),
        ("/checks/3/identifier/value", "malformed-cpr"),
    ]
    assert "9999999999" not in answer.text
    assert await world.looked() == []


@pytest.mark.parametrize(
    "broken",
    [
        about("9999999999"),
        about("12345"),
        about("0101010101") | {"caseId": somewhere()},
        {"provision": "offers", "on": "2026-12-01"},
        about("0101010101") | {"identifier": None},
        about("0101010101") | {"identifier": {"system": "cpr", "value": "' or 1=1 --"}},
        about("0101010101") | {"identifier": {"system": "cpr", "value": "0101010101\u0000"}},
        about("0101010101") | {"identifier": {"system": "x" * 65, "value": "1"}},
        about("0101010101") | {"identifier": {"system": "cpr", "value": ["0101010101"]}},
        about("0101010101") | {"identifier": {"system": "cpr", "value": 101010101}},
        about("0101010101", "§ 13"),
        about("0101010101", on="2026-12-01T00:00:00Z"),
        about("0101010101", on="0001-01-01"),
        about("0101010101") | {"why": "nysgerrig"},
    ],
    ids=lambda value: None,
)
async def test_a_hostile_question_is_refused_and_not_repeated(world: World, broken: Json) -> None:
    for path, body in (("/exemption-checks", broken), ("/exemption-checks/_batch", {"checks": [broken]})):
        answer = await benefits(world).post(path, body)

        assert answer.status_code == 400
        for said in ("9999999999", "1=1", "nysgerrig", "0101010101"):
            assert said not in answer.text


# -- who may ask -----------------------------------------------------------------------------------------------------


async def test_systems_and_employment_ask_and_nobody_else(world: World, case: Json, number: str) -> None:
    await exempted(world, case)
    callers = {
        "a system": benefits(world),
        "employment": world.caller("employment"),
        "a team lead of employment": world.caller("employment", role="team-lead"),
        "health": world.caller("health"),
        "no sector": world.caller(None),
        "an auditor": world.caller(role="auditor"),
        "narrowed": benefits(world, scope="cases:read"),
    }

    said = {}
    for who, caller in callers.items():
        answers = [
            await caller.post("/exemption-checks", about(number)),
            await caller.post("/exemption-checks/_batch", {"checks": [about(number)]}),
        ]
        said[who] = [slug(answer) for answer in answers]

    assert said == {
        "a system": ["200", "200"],
        "employment": ["200", "200"],
        "a team lead of employment": ["200", "200"],
        "health": ["exemption-check-not-yours"] * 2,
        "no sector": ["exemption-check-not-yours"] * 2,
        "an auditor": ["role-missing"] * 2,
        "narrowed": ["insufficient-scope"] * 2,
    }


@pytest.mark.parametrize("path", ["/exemption-checks", "/exemption-checks/_batch"])
async def test_asking_is_reading_and_says_why(world: World, path: str, number: str) -> None:
    asking = benefits(world)
    del asking.headers["Access-Purpose"]
    body = about(number) if path == "/exemption-checks" else {"checks": [about(number)]}

    refused = await asking.post(path, body)

    assert (refused.status_code, slug(refused)) == (400, "purpose-required")


async def test_whom_somebody_asked_about_is_logged_and_so_is_a_search_that_found_nobody(
    world: World, case: Json, number: str
) -> None:
    await benefits(world).does("/exemption-checks", about(number))
    await benefits(world).does("/exemption-checks", about(cpr()))
    await benefits(world).does("/exemption-checks/_batch", {"checks": [about(number), about(number), about(cpr())]})
    await benefits(world).does("/exemption-checks/_batch", {"checks": [about(cpr()), about(cpr())]})

    looks = await world.looked()

    assert [look.case_id and str(look.case_id) for look in looks] == [case["id"], None, case["id"], None]
    assert {(look.what, look.subject, look.purpose) for look in looks} == {
        ("exemption-check", "ydelse", "system-integration")
    }
