"""What belongs to cases, and the organisation: the other kinds of import; and the page that tells of all of them."""

import json
import re
from pathlib import Path

import pytest

from tests.cases.importing import CSV, MOVED, Importer, case_line, closed_line, name
from tests.cases.world import Json, World, agreed, cpr, opening


@pytest.fixture
def importer(world: World) -> Importer:
    """A system of employment."""
    return Importer(world)


def of_case(line: Json) -> Json:
    """How the other system calls the case of a line."""
    return {part: line["externalReferences"][0][part] for part in ("system", "value")}


async def test_consents_come_to_cases_that_are_here(world: World, importer: Importer) -> None:
    line, ended = case_line(), closed_line()
    await importer.brought(line, ended)
    consent = {**agreed(), "reference": name(), "case": of_case(line), "recordedAt": MOVED}
    health = {**consent, "reference": name(), "legalBasis": "sundhedsloven-43"}
    became = await importer.brought(
        consent,
        consent,
        {**consent, "reference": name(), "withdrawnAt": "2024-01-01T00:00:00Z"},
        health,
        {**consent, "reference": name(), "case": of_case(ended)},
        {**consent, "reference": name(), "case": name()},
        {**consent, "reference": name(), "recordedAt": "2199-01-01T00:00:00Z"},
        {**consent, "reference": name(), "withdrawnAt": "2020-01-01T00:00:00Z"},
        {**consent, "reference": name(), "toSector": "police"},
        {**consent, "reference": name(), "fromSector": "health", "toSector": "employment"},
        of="consents",
    )

    assert became == [
        ("created", None),
        ("unchanged", None),
        ("created", None),
        ("created", None),
        ("created", None),
        ("refused", "case-unknown"),
        ("refused", "history-to-come"),
        ("refused", "history-outside-the-case"),
        ("refused", "unknown-sector"),
        ("refused", "consent-not-yours"),
    ]
    case = await importer.find(line)
    listed = (await world.caller().read(f"/cases/{case['id']}/consents"))["items"]
    # Under the Health Act it has lapsed a year after it was given; withdrawn is withdrawn.
    assert sorted(one["inForce"] for one in listed) == [False, False, True]
    assert {one["recordedAt"] for one in listed} == {MOVED}
    said = [event["type"].split(".")[-2] for event in await world.announced(case["id"])]
    assert said.count("consent-given") == 1


async def test_contacts_come_to_cases_that_are_here(world: World, importer: Importer) -> None:
    line, ended = case_line(), closed_line()
    await importer.brought(line, ended)
    contact = {
        "reference": name(),
        "case": of_case(line),
        "at": MOVED,
        "channel": "phone",
        "initiatedBy": "citizen",
        "attended": True,
        "minutes": 20,
        "purposeKind": "help",
        "summary": "Talte om gæld.",
    }
    lines = (
        contact,
        contact,
        {**contact, "reference": name(), "case": of_case(ended)},
        {**contact, "reference": name(), "case": name()},
        {**contact, "reference": name(), "at": "2199-01-01T00:00:00Z"},
    )

    foretold = await importer.brought(*lines, of="contacts", dry=True)
    became = await importer.brought(*lines, of="contacts")

    assert foretold == became
    assert became == [
        ("created", None),
        ("unchanged", None),
        ("created", None),
        ("refused", "case-unknown"),
        ("refused", "not-yet-happened"),
    ]
    case = await importer.find(line)
    kept = (await world.caller().read(f"/cases/{case['id']}/contacts"))["items"]
    assert [(one["at"], one["summary"]) for one in kept] == [(MOVED, "Talte om gæld.")]
    assert await Importer(world, "health").brought(contact, of="contacts") == [("unchanged", None)]


async def test_a_sector_brings_nothing_to_a_case_it_has_no_part_in(world: World, importer: Importer) -> None:
    line = case_line()
    await importer.brought(line)
    consent = {**agreed(), "reference": name(), "case": of_case(line), "recordedAt": MOVED}

    consent |= {"fromSector": "health", "toSector": "employment"}
    theirs = await Importer(world, "health").brought(consent, of="consents")

    assert theirs == await Importer(world, "health").brought({**consent, "case": name()}, of="consents")
    assert theirs == [("refused", "case-unknown")]


@pytest.mark.parametrize("dry", [True, False], ids=["dry", "for real"])
async def test_what_a_line_learns_of_cases_that_are_here_is_a_look_up(
    world: World, importer: Importer, dry: bool
) -> None:
    """Also where the line is refused and undone, and in a dry run: else anybody's number could be tried unseen."""
    line, number = case_line(), {"system": "cpr", "value": cpr()}
    await importer.brought(line)
    mine = (await importer.find(line))["id"]
    theirs = await world.caller("health").does("/cases", opening(citizen={"identifiers": [number]}))
    consent = {**agreed(), "reference": name(), "case": of_case(line), "recordedAt": "2199-01-01T00:00:00Z"}
    before = len(await world.looked())

    tried = await importer.brought(case_line(citizen={"identifiers": [number]}), dry=dry)
    again = await importer.brought(line, dry=dry)
    refused = await importer.brought(consent, of="consents", dry=dry)

    assert [*tried, *again, *refused] == [
        ("refused", "open-case-exists"),
        ("unchanged", None),
        ("refused", "history-to-come"),
    ]
    looks = [(str(look.case_id), look.subject) for look in (await world.looked())[before:] if look.what == "import"]
    assert looks == [(theirs["id"], "fagsystem"), (mine, "fagsystem"), (mine, "fagsystem")]


async def test_units_and_staff_come_once_and_in_order(world: World) -> None:
    importer = Importer(world, None)
    units = [
        {"id": "social:voksne", "sector": "social", "name": "Voksne", "validFrom": "2020-01-01"},
        {"id": "social:bolig", "sector": "social", "name": "Bolig", "parent": "social:voksne"},
        {"id": "social:bolig", "sector": "social", "name": "Bolig"},
        {"id": "bolig", "sector": "social", "name": "Bolig igen"},
        {"id": "social:gade", "sector": "social", "name": "Gade", "parent": "social:nowhere"},
        {"id": "health:gade", "sector": "social", "name": "Gade"},
    ]
    staff = [
        {"subject": "bodil", "unit": "social:bolig", "sector": "social", "validFrom": "2020-01-01", "fte": 0.8},
        {"subject": "bodil", "unit": "social:voksne", "sector": "social", "validFrom": "2020-01-01"},
        {"subject": "carl", "unit": "health:x", "sector": "health", "validFrom": "2020-01-01"},
    ]

    foretold = await importer.brought(*units, of="units", dry=True)
    became = await importer.brought(*units, of="units")
    people_foretold = await importer.brought(*staff, of="staff", dry=True)
    people = await importer.brought(*staff, of="staff")

    assert foretold == became
    assert [outcome for outcome, _ in became] == [
        "created",
        "created",
        "unchanged",
        "refused",
        "refused",
        "refused",
    ]
    assert became[3] == ("refused", "already-exists")
    assert people_foretold == people
    assert [outcome for outcome, _ in people] == ["created", "unchanged", "refused"]


async def test_what_the_page_shows_is_taken_in(world: World, importer: Importer) -> None:
    page = (Path(__file__).parents[3] / "docs" / "imports.md").read_text(encoding="utf-8")
    case, contact = (json.loads(shown) for shown in re.findall(r"```json\n(.*?)```", page, re.DOTALL))
    (table,) = re.findall(r"```\n(reference.*?)```", page, re.DOTALL)

    assert await importer.brought(case) == [("created", None)]
    assert await importer.brought(contact, of="contacts") == [("created", None)]
    operation = await importer.work_off(await importer.submitted(table.encode(), of="contacts", content=CSV))
    assert operation["outcomes"] == {"created": 0, "unchanged": 1, "refused": 0}
