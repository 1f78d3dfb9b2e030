"""Cases that come with their history: they live on under the rules of all cases, and nobody is asked twice."""

import json
from typing import Any

from chassis.clock import day_of, now
from tests.cases.importing import (
    CLOSED,
    MOVED,
    OPENED,
    WORDS,
    Importer,
    case_line,
    closed_line,
    coordinating,
    name,
    ndjson,
    stretch,
)
from tests.cases.town_hall import administrator
from tests.cases.world import NAME, Json, World, cpr, opening, slug


async def test_a_case_comes_with_its_history_and_lives_on(world: World) -> None:
    line = case_line(
        responsibility=[
            stretch("holder", "social", to=MOVED),
            stretch("holder", "employment", MOVED, unit="team-nord"),
            stretch("involved", "social", MOVED),
            coordinating(since=MOVED),
        ],
        needs=[
            {"domain": "housing", "ownerSector": "social", "registeredAt": OPENED, "description": "Bor på gaden."},
            {
                "domain": "debt",
                "ownerSector": "employment",
                "registeredAt": MOVED,
                "state": "set-aside",
                "citizenStatement": WORDS,
                "revisitOn": "2027-01-01",
                "revisitBySector": "employment",
            },
            {"domain": "income", "ownerSector": "health", "registeredAt": OPENED, "state": "met", "outcome": "met"},
        ],
    )
    importer = Importer(world)

    assert await importer.brought(line) == [("created", None)]

    case = await importer.find(line)
    assert (case["origin"], case["status"], case["openedAt"]) == ("imported", "open", OPENED)
    assert (case["holdingSector"], case["coordinator"]["subject"]) == ("employment", "anna")
    assert [part["sector"] for part in case["involved"]] == ["social", "employment"] or len(case["involved"]) == 2
    then = await world.caller().read(f"/cases/{case['id']}/responsibility", at="2022-01-01T00:00:00Z")
    assert (then["holder"], then["coordinator"]) == ({"sector": "social", "unit": None}, None)
    assert {need["state"] for need in case["needs"]} == {"open", "set-aside", "met"}
    aside = next(need for need in case["needs"] if need["state"] == "set-aside")
    told = await world.caller().read(f"/cases/{case['id']}/needs/{aside['id']}")
    assert (told["citizenStatement"], told["revisitOn"]) == (WORDS, "2027-01-01")
    # The holder lives on in it, and may let go as ever.
    checked = await world.caller("social").read(f"/cases/{case['id']}/release-check")
    assert [unmet["code"] for unmet in checked["unmet"]] == ["need-not-referred"]
    await world.caller().does(f"/cases/{case['id']}/needs", {"domain": "violence"})


async def test_the_town_hears_that_it_was_imported_and_nothing_of_the_years(world: World) -> None:
    line = case_line(
        responsibility=[
            stretch("holder", "social", to=MOVED),
            stretch("holder", "employment", MOVED),
            stretch("involved", "health", MOVED),
            coordinating(since=MOVED),
        ]
    )
    await Importer(world).brought(line)
    case = await Importer(world).find(line)

    said = await world.announced(case["id"])

    assert [event["type"].split(".")[-2] for event in said] == ["case-imported", "sector-involved", "need-registered"]
    assert said[0]["data"]["openedBySector"] == "employment"
    assert NAME not in str(said)


async def test_a_closed_case_comes_closed(world: World) -> None:
    line = closed_line()
    person = line["citizen"]["identifiers"][0]

    assert await Importer(world).brought(line) == [("created", None)]

    case = await Importer(world).find(line)
    assert (case["status"], case["closedAt"], case["holdingSector"]) == ("closed", CLOSED, "employment")
    said = [event["type"].split(".")[-2] for event in await world.announced(case["id"])]
    assert said == ["case-imported", "need-registered", "case-closed"]
    # The person is known, and has no open case.
    await world.case(citizen={"identifiers": [person]})


async def test_a_line_that_comes_again_changes_nothing(world: World) -> None:
    line, importer = case_line(), Importer(world)
    first = await importer.brought(line, line)
    before = await importer.find(line)

    again = await importer.brought({**line, "kle": "15.00.00"})

    assert (first, again) == ([("created", None), ("unchanged", None)], [("unchanged", None)])
    assert await importer.find(line) == before


async def test_a_name_that_is_known_tells_its_case_to_its_sector_alone(world: World) -> None:
    line = case_line()
    await Importer(world).brought(line)
    theirs = {
        **case_line(externalReferences=line["externalReferences"], needs=[]),
        "responsibility": [stretch("holder", "health"), coordinating("health")],
    }

    told = []
    for sector, again in (("employment", line), ("health", theirs)):
        importer = Importer(world, sector)
        (outcome,) = await importer.outcomes(await importer.work_off(await importer.submitted(ndjson(again))))
        told.append((outcome["outcome"], outcome["recordId"]))

    assert told == [("unchanged", (await Importer(world).find(line))["id"]), ("unchanged", None)]


async def test_nobody_gets_a_second_open_case(world: World) -> None:
    number = {"system": "cpr", "value": cpr()}
    await world.caller("health").does("/cases", opening(citizen={"identifiers": [number]}))
    who = {"identifiers": [number]}
    fresh = {"identifiers": [{"system": "cpr", "value": cpr()}]}

    became = await Importer(world).brought(
        case_line(citizen=who), closed_line(citizen=who), case_line(citizen=fresh), case_line(citizen=fresh)
    )

    refused = ("refused", "open-case-exists")
    assert became == [refused, ("created", None), ("created", None), refused]


async def test_a_system_brings_the_cases_of_its_own_sector(world: World) -> None:
    line = case_line(
        responsibility=[stretch(to=MOVED), stretch("holder", "health", MOVED), coordinating("health")], needs=[]
    )

    assert await Importer(world).brought(line) == [("refused", "held-by-another-sector")]
    assert await Importer(world, "health").brought(line) == [("created", None)]


WRONG: list[tuple[str, Json, str | None]] = [
    ("holding-not-continuous", {"responsibility": [stretch(since=MOVED), coordinating()]}, "/responsibility"),
    (
        "holding-not-continuous",
        {"responsibility": [stretch(to=MOVED), stretch(since="2023-05-02T09:00:01Z"), coordinating()]},
        "/responsibility",
    ),
    (
        "holding-not-continuous",
        {"responsibility": [stretch(), stretch("holder", "health", MOVED), coordinating()]},
        "/responsibility",
    ),
    ("holding-not-continuous", {"responsibility": [stretch(to=MOVED), coordinating()]}, "/responsibility"),
    ("holding-not-continuous", {"responsibility": [coordinating()]}, "/responsibility"),
    ("two-at-once", {"responsibility": [stretch(), coordinating(), coordinating(since=MOVED)]}, "/responsibility"),
    (
        "two-at-once",
        {"responsibility": [stretch(), coordinating(), stretch("involved", "employment", MOVED)]},
        "/responsibility",
    ),
    ("nobody-coordinates", {"responsibility": [stretch()]}, "/responsibility"),
    ("history-to-come", {"openedAt": "2199-01-01T00:00:00Z"}, "/openedAt"),
    (
        "history-outside-the-case",
        {"responsibility": [stretch(), coordinating(since="2020-01-01T00:00:00Z")]},
        "/responsibility",
    ),
    (
        "owner-not-involved",
        {"needs": [{"domain": "debt", "ownerSector": "health", "registeredAt": OPENED}]},
        "/needs",
    ),
    (
        "history-outside-the-case",
        {"needs": [{"domain": "debt", "ownerSector": "employment", "registeredAt": "2020-01-01T00:00:00Z"}]},
        "/needs",
    ),
    ("malformed-cpr", {"citizen": {"identifiers": [{"system": "cpr", "value": "310261-1234"}]}}, None),
    ("missing", {"citizen": None}, "/citizen"),
    ("extra-forbidden", {"caseworker": "Anna"}, "/caseworker"),
    ("extra-forbidden", {"010203-1234": "Anna"}, "/?"),
    ("literal-error", {"responsibility": [stretch("holder", "police"), coordinating()]}, "/responsibility/0/sector"),
    ("value-error", {"responsibility": [stretch(), stretch("coordinator")]}, "/responsibility/1"),
    (
        "value-error",
        {"needs": [{"domain": "debt", "ownerSector": "employment", "registeredAt": OPENED, "state": "set-aside"}]},
        "/needs/0",
    ),
    (
        "value-error",
        {"needs": [{"domain": "debt", "ownerSector": "employment", "registeredAt": OPENED, "state": "met"}]},
        "/needs/0",
    ),
    ("timezone-aware", {"openedAt": "2021-03-01T08:00:00"}, "/openedAt"),
]
ENDED: list[tuple[str, Json, str | None]] = [
    (
        "destination-missing",
        {"closure": {"at": CLOSED, "ground": "citizen-moved", "reason": "Flyttet."}},
        "/closure",
    ),
    ("needs-left-open", {"closure": {"at": CLOSED, "ground": "no-needs-left", "reason": "Færdig."}}, "/needs"),
    ("history-to-come", {"closure": {"at": "2199-01-01T00:00:00Z", "ground": "citizen-died", "reason": "x"}}, None),
    ("holding-not-continuous", {"responsibility": [stretch(to=MOVED)]}, "/responsibility"),
    ("history-outside-the-case", {"responsibility": [stretch(to="2025-12-01T00:00:00Z")]}, "/responsibility"),
]


async def test_what_does_not_hold_together_is_refused_with_a_code_and_a_place(world: World) -> None:
    lines = [case_line(**changes) for _, changes, _ in WRONG] + [closed_line(**changes) for _, changes, _ in ENDED]
    expected = [(code, pointer) for code, _, pointer in [*WRONG, *ENDED]]
    importer = Importer(world)
    texts = ['{"openedAt":', "[]", '{"a": 1, "a": 2}', '"010203-1234"', "{" * 70]

    operation = await importer.submitted("\n".join([*map(json.dumps, lines), *texts]).encode())
    became = await importer.outcomes(await importer.work_off(operation))

    assert {one["outcome"] for one in became} == {"refused"}
    told = [(one["code"], one["pointer"]) for one in became]
    assert [code for code, _ in told[: len(expected)]] == [code for code, _ in expected]
    assert [where for (_, where), (_, named) in zip(told, expected, strict=False) if named] == [
        named for _, named in expected if named
    ]
    assert [code for code, _ in told[len(expected) :]] == [
        "json-invalid",
        "model-type",
        "duplicate-member",
        "model-type",
        "too-deep",
    ]
    assert "010203" not in str(became)
    assert (await world.caller().read("/cases"))["items"] == []


async def test_an_authority_may_do_without_a_coordinator(world: World) -> None:
    decided = {"value": False, "validFrom": day_of(now()).isoformat(), "reason": "Besluttet i udvalget."}
    kept = await administrator(world).put("/policies/coordinator-required", decided, If_None_Match="*")
    assert kept.status_code == 200, kept.text

    assert await Importer(world).brought(case_line(responsibility=[stretch()])) == [("created", None)]


async def test_a_name_that_another_case_has_is_not_given_twice(world: World) -> None:
    taken = name()
    await world.case(externalReferences=[taken])

    became = await Importer(world).brought(
        case_line(externalReferences=[name(), taken]), case_line(externalReferences=[taken])
    )

    assert became == [("refused", "already-exists"), ("unchanged", None)]


async def test_numbers_of_two_people_are_nobodys(world: World) -> None:
    one, other = ({"system": "cpr", "value": cpr()} for _ in range(2))
    became = await Importer(world).brought(
        closed_line(citizen={"identifiers": [one]}),
        closed_line(citizen={"identifiers": [other]}),
        closed_line(citizen={"identifiers": [one, other]}),
    )

    assert became[2] == ("refused", "identifiers-disagree")


async def test_protection_and_anonymity_come_along(world: World) -> None:
    hidden = case_line(
        citizen={
            "identifiers": [{"system": "cpr", "value": cpr()}],
            "name": NAME,
            "contact": {"phone": "12345678"},
            "protectedUntil": "2199-01-01",
        }
    )
    nameless = case_line(citizen={"anonymous": True, "alias": "Gæsten"})
    importer = Importer(world)
    operation = await importer.work_off(await importer.submitted(ndjson(hidden, nameless)))

    assert [one["outcome"] for one in await importer.outcomes(operation)] == ["created", "created"]
    assert NAME not in str(await importer.outcomes(operation))
    assert (await importer.find(hidden))["displayName"] is None
    assert (await importer.find(nameless))["alias"] == "Gæsten"


async def test_nobody_imports_by_hand(world: World) -> None:
    refused: list[Any] = [
        await world.caller().post("/imports", {"kind": "cases"}),
        await world.caller(role="integration", sector=None).post("/imports", {"kind": "cases"}),
        await world.caller(role="integration").post("/imports", {"kind": "referrals"}),
    ]

    assert [(one.status_code, slug(one)) for one in refused] == [
        (403, "role-missing"),
        (403, "sector-required"),
        (400, "invalid-request"),
    ]
