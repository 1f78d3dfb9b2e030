"""The record over HTTP: written once, put right by a new entry, and behind the walls between sectors."""

from typing import Any

import pytest

from tests.cases.recording import KINDS, SUMMARY, ago, ahead, appointment, body_of, contact, involved, note
from tests.cases.world import Json, World, slug, somewhere

OPERATION = {
    "contacts": "recordContact",
    "notes": "recordNote",
    "appointments": "makeAppointment",
    "documents": "linkDocument",
}


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's."""
    return await world.case()


def at(case: Json, kind: str, entry_id: str = "") -> str:
    """The address of the entries of a kind, or of one of them."""
    return f"/cases/{case['id']}/{kind}" + (f"/{entry_id}" if entry_id else "")


@pytest.mark.parametrize("kind", KINDS)
async def test_an_entry_is_told_as_it_was_written(world: World, case: Json, kind: str) -> None:
    told = body_of(kind)

    answer = await world.caller("employment", "east").post(at(case, kind), told)

    made = answer.json()
    assert answer.status_code == 201, made
    assert answer.headers["Location"] == f"/v1{at(case, kind, made['id'])}"
    assert answer.headers["ETag"] == f'"{made["version"]}"' == '"1"'
    assert (made["sector"], made["unit"], made["recordedBy"], made["caseId"]) == (
        "employment",
        "east",
        "anna",
        case["id"],
    )
    assert {name: made[name] for name in told if name != "at"} == {n: v for n, v in told.items() if n != "at"}
    assert (made["corrects"], made["correctedBy"]) == (None, None)
    assert OPERATION[kind] in made["allowedActions"]
    assert await world.caller().read(at(case, kind, made["id"])) == made
    listed = await world.caller().read(at(case, kind))
    assert (listed["items"], listed["hidden"], listed["page"]) == ([made], 0, {"next": None})


@pytest.mark.parametrize("kind", KINDS)
async def test_a_correction_stands_beside_what_it_puts_right(world: World, case: Json, kind: str) -> None:
    anna = world.caller()
    old = await anna.does(at(case, kind), body_of(kind))

    new = await anna.does(at(case, kind), body_of(kind, corrects=old["id"]))
    newest = await anna.does(at(case, kind), body_of(kind, corrects=new["id"]))

    chain = (await anna.read(at(case, kind)))["items"]
    assert [entry["id"] for entry in chain] == [old["id"], new["id"], newest["id"]]
    assert [entry["corrects"] for entry in chain] == [None, old["id"], new["id"]]
    assert [entry["correctedBy"] for entry in chain] == [new["id"], newest["id"], None]
    assert [entry["version"] for entry in chain] == [2, 2, 1]
    assert [OPERATION[kind] in entry["allowedActions"] for entry in chain] == [False, False, True]
    kept = {name: value for name, value in old.items() if name not in ("correctedBy", "version", "allowedActions")}
    assert kept.items() <= chain[0].items()


@pytest.mark.parametrize("kind", KINDS)
async def test_an_entry_is_corrected_once_and_by_the_sector_that_wrote_it(world: World, kind: str) -> None:
    case, anna, bodil = await involved(world, covering=KINDS)
    other = await world.case()
    old = await anna.does(at(case, kind), body_of(kind))
    elsewhere = await anna.does(at(other, kind), body_of(kind))
    other_kind = "notes" if kind != "notes" else "documents"
    strange = await anna.does(at(case, other_kind), body_of(other_kind))

    refused = [
        await caller.post(at(case, kind), body_of(kind, corrects=wrong))
        for caller, wrong in (
            (anna, somewhere()),
            (anna, elsewhere["id"]),
            (anna, strange["id"]),
            (bodil, old["id"]),
        )
    ]
    new = await anna.does(at(case, kind), body_of(kind, corrects=old["id"]))
    again = await anna.post(at(case, kind), body_of(kind, corrects=old["id"]))

    assert [(answer.status_code, slug(answer)) for answer in refused] == [(409, "nothing-to-correct")] * 4
    assert (again.status_code, slug(again)) == (409, "entry-already-corrected")
    assert again.json()["correctedBy"] == new["id"]


@pytest.mark.parametrize("kind", KINDS)
async def test_another_sectors_entries_are_counted_and_not_shown_unless_a_consent_covers_them(
    world: World, kind: str
) -> None:
    case, anna, bodil = await involved(world, covering=tuple(k for k in (*KINDS, "need") if k != kind))
    theirs = await anna.does(at(case, kind), body_of(kind))
    own = await bodil.does(at(case, kind), body_of(kind))

    walled = await bodil.read(at(case, kind))
    unseen = await bodil.get(at(case, kind, theirs["id"]))
    consent = {
        "decision": "given",
        "fromSector": "employment",
        "toSector": "health",
        "dataCategories": [kind],
        "sharedFor": "treatment",
        "legalBasis": "fvl-28-1",
        "evidence": SUMMARY,
        "givenBy": "citizen",
    }
    given = await anna.does(f"/cases/{case['id']}/consents", consent)
    opened = await bodil.read(at(case, kind))
    seen = await bodil.read(at(case, kind, theirs["id"]))
    back = await anna.read(at(case, kind))
    await anna.does(f"/cases/{case['id']}/consents/{given['id']}/withdrawal")
    after = await bodil.read(at(case, kind))

    assert ([entry["id"] for entry in walled["items"]], walled["hidden"]) == ([own["id"]], 1)
    assert (unseen.status_code, slug(unseen)) == (404, "not-found-or-not-yours")
    assert ([entry["id"] for entry in opened["items"]], opened["hidden"]) == ([theirs["id"], own["id"]], 0)
    assert seen["allowedActions"] == []
    assert ([entry["id"] for entry in back["items"]], back["hidden"]) == ([theirs["id"]], 1)
    assert ([entry["id"] for entry in after["items"]], after["hidden"]) == ([own["id"]], 1)


@pytest.mark.parametrize("kind", KINDS)
async def test_who_may_not_and_what_is_not_there(world: World, case: Json, kind: str) -> None:
    anna, stranger = world.caller(), world.caller("health")
    made = await anna.does(at(case, kind), body_of(kind))
    other = await world.case()
    abroad = world.caller(authority="0999")
    receiving = world.caller("social")
    await world.referred(case, "requested", to="social")

    answers = [
        await stranger.post(at(case, kind), body_of(kind)),
        await stranger.get(at(case, kind)),
        await stranger.get(at(case, kind, made["id"])),
        await abroad.get(at(case, kind, made["id"])),
        await anna.get(at(other, kind, made["id"])),
        await anna.get(at(case, kind, somewhere())),
        await receiving.post(at(case, kind), body_of(kind)),
        await world.caller(role="evaluator").post(at(case, kind), body_of(kind)),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6 + [403, 403]
    assert slug(answers[6]) == "sector-not-involved"
    assert (await receiving.read(at(case, kind)))["hidden"] == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_is_written_in_a_closed_case_and_all_stays_readable(world: World, case: Json, kind: str) -> None:
    anna = world.caller()
    made = await anna.does(at(case, kind), body_of(kind))
    await anna.does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    late = await anna.post(at(case, kind), body_of(kind))

    assert (late.status_code, slug(late)) == (409, "case-closed")
    assert (await anna.read(at(case, kind, made["id"])))["allowedActions"] == []


async def test_pages_of_the_record_follow_one_another(world: World, case: Json) -> None:
    anna = world.caller()
    made = [(await anna.does(at(case, "notes"), note()))["id"] for _ in range(5)]

    found: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = await anna.read(at(case, "notes"), limit="2", **cursor)
        found += [entry["id"] for entry in page["items"]]
        cursor = {"cursor": page["page"]["next"]}

    assert (found, cursor) == (made, {"cursor": None})


async def test_a_write_that_is_repeated_writes_once(world: World, case: Json) -> None:
    anna = world.caller()
    key = {"Idempotency_Key": "0123456789abcdef-repeated"}

    first = await anna.post(at(case, "notes"), note(), **key)
    again = await anna.post(at(case, "notes"), note(), **key)

    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    assert len((await anna.read(at(case, "notes")))["items"]) == 1


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("contacts", {"channel": "letter"}),
        ("contacts", {"attended": 1}),
        ("contacts", {"minutes": 0}),
        ("contacts", {"minutes": 1441}),
        ("contacts", {"minutes": "30"}),
        ("contacts", {"citizenRating": 6}),
        ("contacts", {"purposeKind": "sanction"}),
        ("contacts", {"at": "2026-01-01"}),
        ("contacts", {"summary": "a\x00b"}),
        ("notes", {"text": ""}),
        ("notes", {"text": "x" * 4001}),
        ("appointments", {"with": None}),
        ("appointments", {"with": "line\nbreak"}),
        ("documents", {"url": "http://example.org/paper"}),
        ("documents", {"url": "javascript:alert(1)"}),
        ("documents", {"content": "the paper itself"}),
        ("documents", {"reference": "white space"}),
    ],
)
async def test_what_does_not_fit_is_refused(world: World, case: Json, kind: str, wrong: Json) -> None:
    answer = await world.caller().post(at(case, kind), body_of(kind, **wrong))

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")
    assert (await world.caller().read(at(case, kind)))["items"] == []


@pytest.mark.parametrize(("kind", "body"), [("contacts", contact), ("notes", note)])
async def test_what_has_not_been_is_not_noted_as_if_it_had(world: World, case: Json, kind: str, body: Any) -> None:
    tomorrow = await world.caller().post(at(case, kind), body(at=ahead(days=1)))
    soon = await world.caller().post(at(case, kind), body(at=ahead(minutes=1)))

    assert (tomorrow.status_code, slug(tomorrow)) == (400, "not-yet-happened")
    assert soon.status_code == 201, "two machines' clocks differ by a little"


async def test_a_note_without_a_time_tells_of_now(world: World, case: Json) -> None:
    made = await world.caller().does(at(case, "notes"), note(purposeKind="clarification", minutes=20))
    earlier = await world.caller().does(at(case, "notes"), note(at=ago(days=3)))

    assert made["at"] == made["recordedAt"]
    assert (made["purposeKind"], made["minutes"]) == ("clarification", 20)
    assert earlier["at"] < earlier["recordedAt"]


async def test_every_look_at_the_record_is_logged(world: World, case: Json) -> None:
    anna = world.caller()
    for kind in KINDS:
        made = await anna.does(at(case, kind), body_of(kind))
        await anna.read(at(case, kind))
        await anna.read(at(case, kind, made["id"]))

    assert [look.what for look in await world.looked()] == [kind for kind in KINDS for _ in range(2)]
    assert {str(look.case_id) for look in await world.looked()} == {case["id"]}


async def test_what_the_record_tells_goes_nowhere_else(world: World, case: Json) -> None:
    before = await world.announced(case["id"])
    for kind in KINDS:
        await world.caller().does(at(case, kind), body_of(kind))

    assert await world.announced(case["id"]) == before


async def test_the_appointment_that_a_contact_kept_is_the_sectors_own(world: World) -> None:
    case, anna, bodil = await involved(world, covering=KINDS)
    other = await world.case()
    agreed = await anna.does(at(case, "appointments"), appointment())
    elsewhere = await anna.does(at(other, "appointments"), appointment())
    wrong = await anna.does(at(case, "appointments"), appointment())
    await anna.does(at(case, "appointments"), appointment(corrects=wrong["id"]))

    kept = await anna.does(at(case, "contacts"), contact(appointmentId=agreed["id"]))
    answers = [
        await caller.post(at(case, "contacts"), contact(appointmentId=unfit))
        for caller, unfit in ((bodil, agreed["id"]), (anna, elsewhere["id"]), (anna, somewhere()), (anna, wrong["id"]))
    ]

    assert kept["appointmentId"] == agreed["id"]
    assert [slug(answer) for answer in answers] == ["appointment-unknown"] * 3 + ["entry-already-corrected"]
