"""How an import is sent: in parts, in order, again when an answer was lost; as NDJSON or as CSV."""

from typing import Any, get_args

import pytest

from services.cases.schemas.files import NUMBERS, YES_OR_NO
from services.cases.schemas.lines import LINES
from tests.cases.importing import CSV, OPENED, Importer, case_line, ndjson
from tests.cases.world import Json, World, fingerprint, slug, somewhere


@pytest.fixture
def importer(world: World) -> Importer:
    """A system of employment."""
    return Importer(world)


async def test_an_import_is_announced_sent_and_submitted(world: World, importer: Importer) -> None:
    announced = await importer.caller.post("/imports", {"kind": "cases"})
    operation = announced.json()

    first = await importer.send(operation, 1, ndjson(case_line(), "", case_line()))
    second = await importer.send(first.json(), 2, ndjson(case_line()))
    submitted = await importer.caller.does(f"/operations/{operation['id']}/submission", {"parts": 2})

    assert announced.status_code == 202
    assert announced.headers["location"] == f"/v1/operations/{operation['id']}"
    assert (operation["state"], operation["version"], operation["allowedActions"]) == (
        "receiving",
        1,
        ["giveUpImport", "sendPart", "submitImport"],
    )
    assert (first.json()["lines"], second.json()["lines"], second.headers["etag"]) == (2, 3, '"3"')
    assert (submitted["state"], submitted["parts"], submitted["done"]) == ("submitted", 2, 0)
    done = await importer.work_off(operation)
    assert (done["state"], done["outcomes"]["created"], done["allowedActions"]) == ("done", 3, [])
    listed = await importer.caller.read("/operations")
    assert [one["id"] for one in listed["items"]] == [operation["id"]]
    refused = await importer.caller.read(f"/operations/{operation['id']}/lines", outcome="refused")
    assert refused["items"] == []


async def test_a_part_whose_answer_was_lost_is_sent_again_and_kept_once(importer: Importer) -> None:
    operation = await importer.caller.does("/imports", {"kind": "cases"})
    part = ndjson(case_line())

    first = await importer.send(operation, 1, part)
    again = await importer.send(operation, 1, part)
    other = await importer.send(operation, 1, ndjson(case_line()))
    late = await importer.send(first.json(), 1, ndjson(case_line()))

    assert again.json() == first.json()
    assert (other.status_code, slug(other)) == (412, "stale-version")
    assert (late.status_code, slug(late), late.json()["next"]) == (409, "part-out-of-order", 2)


async def test_parts_come_in_order_and_all_of_them(importer: Importer) -> None:
    operation = await importer.caller.does("/imports", {"kind": "cases"})
    where = f"/operations/{operation['id']}"

    ahead = await importer.send(operation, 2, ndjson(case_line()))
    empty = await importer.caller.post(f"{where}/submission", {"parts": 1})
    first = await importer.send(operation, 1, ndjson(case_line()))
    too_many = await importer.caller.post(f"{where}/submission", {"parts": 2})
    csv = await importer.send(first.json(), 2, b"a,b\n1,2\n", CSV)
    await importer.caller.does(f"{where}/submission", {"parts": 1}, If_Match='"2"')
    after = await importer.send({**operation, "version": 3}, 2, ndjson(case_line()))

    assert (slug(ahead), ahead.json()["next"]) == ("part-out-of-order", 1)
    assert (slug(empty), empty.json()["received"]) == ("parts-missing", 0)
    assert (slug(too_many), too_many.json()["received"]) == ("parts-missing", 1)
    assert slug(csv) == "content-of-another-kind"
    assert (slug(after), after.json()["state"]) == ("operation-not-receiving", "submitted")


async def test_what_is_given_up_is_not_done(world: World, importer: Importer) -> None:
    operation = await importer.submitted(ndjson(case_line()))

    given_up = await importer.caller.does(f"/operations/{operation['id']}/cancellation")
    twice = await importer.caller.post(f"/operations/{operation['id']}/cancellation")

    assert (given_up["state"], given_up["done"]) == ("given-up", 0)
    assert (await importer.work_off(operation))["state"] == "given-up"
    assert (twice.status_code, slug(twice)) == (409, "operation-not-receiving")
    assert (await world.caller().read("/cases"))["items"] == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xfe{", "application/x-ndjson"),
        (b'{"a": "\x00"}', "application/x-ndjson"),
        (b"Navn;CPR\nHansen;010203-1234\n", CSV),
        (b"citizen.name,citizen.name\na,b\n", CSV),
        (b"citizen,citizen.name\na,b\n", CSV),
        (b'citizen.name,citizen.alias\n"a,b\n', CSV),
        (b"", CSV),
    ],
    ids=["no UTF-8", "NUL", "no heading", "a name twice", "a name inside another", "a quote left open", "nothing"],
)
async def test_what_cannot_be_read_is_refused_whole(importer: Importer, content: bytes, kind: str) -> None:
    operation = await importer.caller.does("/imports", {"kind": "cases"})

    refused = await importer.send(operation, 1, content, kind)

    assert (refused.status_code, slug(refused)) == (400, "content-unreadable")
    assert "Hansen" not in refused.text


async def test_another_systems_import_does_not_exist(world: World, importer: Importer) -> None:
    operation = await importer.submitted(ndjson(case_line()))
    other, where = Importer(world, "health"), f"/operations/{operation['id']}"

    for path in (where, f"{where}/lines"):
        nowhere = path.replace(operation["id"], somewhere())
        assert fingerprint(await other.caller.get(path)) == fingerprint(await other.caller.get(nowhere))
    for refused in (
        await other.caller.post(f"{where}/cancellation"),
        await other.send({**operation, "version": 1}, 1, b"x"),
        await other.caller.post(f"{where}/submission", {"parts": 1}),
    ):
        assert (refused.status_code, slug(refused)) == (404, "not-found-or-not-yours")
    assert (await other.caller.read("/operations"))["items"] == []
    assert (await world.caller().get(where)).status_code == 403


async def test_too_many_lines_are_sent_as_another_import(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cases.domain.operation.MOST_LINES", 2)
    operation = await importer.caller.does("/imports", {"kind": "cases"})

    refused = await importer.send(operation, 1, ndjson("{}", "{}", "{}"))

    assert (refused.status_code, slug(refused), refused.json()["most"]) == (409, "too-many-lines", 2)


# -- CSV -----------------------------------------------------------------------------------------------------------

HEADING = (
    "externalReferences.0.system;externalReferences.0.value;citizen.identifiers.0.system;citizen.identifiers.0.value;"
    "citizen.name;citizen.contact.digitalPost;openedAt;responsibility.0.kind;responsibility.0.sector;"
    "responsibility.0.from;responsibility.1.kind;responsibility.1.sector;responsibility.1.subject;responsibility.1.from;"
    "needs.0.domain;needs.0.ownerSector;needs.0.registeredAt;needs.0.description"
)


def row(line: Json, **changes: str) -> str:
    """A case as a row under the heading."""
    reference, citizen = line["externalReferences"][0], line["citizen"]
    cells = [reference["system"], reference["value"], "cpr", citizen["identifiers"][0]["value"], '"Berggren; Nancy"']
    cells += ["true", OPENED, "holder", "employment", OPENED, "coordinator", "employment", "anna", OPENED]
    cells += ["debt", "employment", OPENED, changes.get("description", '"Gæld,\nog flere breve"')]
    return ";".join(cells)


async def test_rows_of_a_csv_are_lines_like_any_other(world: World, importer: Importer) -> None:
    lines = [case_line() for _ in range(3)]
    first = f"\ufeff{HEADING}\r\n{row(lines[0])}\r\n\r\n{row(lines[1])}\r\n".encode()
    second = f"{row(lines[2], description='')}\r\nonly;three;cells\r\n".encode()

    operation = await importer.work_off(await importer.submitted(first, second, content=CSV))

    became = [(one["line"], one["outcome"], one["code"]) for one in await importer.outcomes(operation)]
    assert became == [
        (1, "created", None),
        (2, "created", None),
        (3, "created", None),
        (4, "refused", "columns-differ"),
    ]
    case = await importer.find(lines[0])
    assert (case["displayName"], case["citizen"]["contact"]["digitalPost"]) == ("Berggren; Nancy", True)
    need = await world.caller().read(f"/cases/{case['id']}/needs/{case['needs'][0]['id']}")
    assert need["description"] == "Gæld,\nog flere breve"
    other = await importer.find(lines[2])
    nothing = await world.caller().read(f"/cases/{other['id']}/needs/{other['needs'][0]['id']}")
    assert nothing["description"] is None


def test_every_member_that_is_no_text_is_known_to_the_reader_of_cells() -> None:
    flags: set[str] = set()
    numbers: set[str] = set()

    def walk(schema: Any) -> None:
        for member, told in schema.get("properties", {}).items():
            kinds = {told.get("type"), *(choice.get("type") for choice in told.get("anyOf", []))}
            flags.update({member} if "boolean" in kinds else ())
            # A decimal fraction is read from text as well.
            numbers.update({member} if "integer" in kinds else ())
        for part in schema.get("$defs", {}).values():
            walk(part)

    for model in LINES.values():
        walk(model.model_json_schema(by_alias=True))

    assert (flags, numbers) == (YES_OR_NO, NUMBERS)


@pytest.mark.parametrize("kind", LINES)
async def test_the_form_of_a_line_is_told(importer: Importer, kind: str) -> None:
    told = await importer.caller.read(f"/import-kinds/{kind}")

    assert told["kind"] == kind
    assert told["mediaTypes"] == ["application/x-ndjson", "text/csv"]
    assert told["lineSchema"]["type"] == "object"
    assert told["lineSchema"]["additionalProperties"] is False


def test_every_kind_has_lines() -> None:
    from services.cases.domain.operation import ImportKind

    assert set(LINES) == set(get_args(ImportKind))
