"""Documents that are wrong, on purpose or not: told where, never with what stood there."""

import json
from typing import Any

import jsonschema
import pytest

from services.referrals.schemas.hsds_files import MOST_BYTES, MOST_LINES
from tests.referrals.hsds import NDJSON, NEW, everything, lines, organisation, place, post_file, put, service, whole
from tests.referrals.world import World, slug

SECRET = "KANARIEFUGL"


def nested(depth: int) -> Any:
    """Lists in lists."""
    value: Any = SECRET
    for _ in range(depth):
        value = [value]
    return value


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": None}, "/name"),
    "an empty name": ({"name": ""}, "/name"),
    "a number for a text": ({"description": 7}, "/description"),
    "null for a text": ({"x": 1, "alternate_name": [None]}, "/alternate_name"),
    "a text for a number": ({"minimum_age": "12"}, "/minimum_age"),
    "a truth for a number": ({"minimum_age": True}, "/minimum_age"),
    "a status of its own": ({"status": SECRET}, "/status"),
    "a list that is none": ({"phones": {"number": SECRET}}, "/phones"),
    "a part that is none": ({"phones": [SECRET]}, "/phones/0"),
    "a part without its number": ({"phones": [{"id": service()["id"]}]}, "/phones/0/number"),
    "too many parts": ({"phones": [{"id": service()["id"], "number": SECRET}] * 201}, "/phones"),
    "no address at all": ({"url": SECRET}, "/url"),
    "no e-mail": ({"email": SECRET}, "/email"),
    "no day": ({"assured_date": "2026-02-30"}, "/assured_date"),
    "a day with more": ({"assured_date": "2026-02-03\n"}, "/assured_date"),
    "a text that is too long": ({"description": SECRET * 1000}, "/description"),
    "a control character": ({"description": "a\u0007b"}, "/description"),
    "an id that is none": ({"organization_id": SECRET}, "/organization_id"),
    "deep in a place": (
        {"service_at_locations": [place(location={"id": SECRET, "location_type": "physical"})]},
        "/service_at_locations/0/location/id",
    ),
    "a sector that is none": ({"helhed": {"sector": SECRET}}, "/helhed/sector"),
    "a need that is no code": ({"helhed": {"covers": [SECRET]}}, "/helhed/covers/0"),
    "a member of ours that we lack": ({"helhed": {"price": SECRET}}, "/helhed/price"),
    "a no that is a text": ({"helhed": {"published": "no"}}, "/helhed/published"),
    "a yes that is a number": ({"helhed": {"published": 1}}, "/helhed/published"),
    "an id of criteria in braces": (
        {"helhed": {"criteriaSetId": "{0a1b2c3d-0000-4000-8000-000000000001}"}},
        "/helhed/criteriaSetId",
    ),
    "too deep": ({"x_deep": nested(30)}, ""),
    "too long as a whole": ({"x_long": SECRET * (MOST_BYTES // len(SECRET) + 1)}, ""),
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_wrong_document_is_refused_with_its_place(world: World, what: str) -> None:
    changes, pointer = WRONG[what]
    document = service(**changes)
    refused = await put(world.caller(None, role="integration"), f"/services/{document['id']}", document)

    assert (refused.status_code, slug(refused)) == (400, "invalid-request")
    assert pointer in [fault["pointer"] for fault in refused.json()["errors"]]
    assert SECRET not in refused.text
    assert not refused.headers.get("ETag")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'"text"', b"{", b'{"id":1,"id":2}', b'{"a":NaN}', b"\xff", b"null", b"7"]
)
async def test_what_is_no_document_is_refused(world: World, body: bytes) -> None:
    keeper = world.caller(None, role="integration")
    headers = {**keeper.headers, **NEW, "Content-Type": "application/json"}

    for kind in ("services", "organisations", "locations"):
        address = f"/v1/directory/{kind}/{service()['id']}"
        assert (await keeper.http.put(address, headers=headers, content=body)).status_code == 400


async def test_another_things_document_is_refused(world: World) -> None:
    keeper = world.caller(None, role="integration")
    house = organisation()

    other = await put(keeper, f"/organisations/{organisation()['id']}", house)
    kind = await put(keeper, f"/services/{house['id']}", house)

    assert [fault["pointer"] for fault in other.json()["errors"]] == ["/id"]
    assert (other.status_code, kind.status_code) == (400, 400)


async def test_what_no_parser_should_meet_does_not_come_in(world: World) -> None:
    keeper = world.caller(None, role="integration")
    deep = json.dumps(service(x=nested(70))).encode()
    long = json.dumps(service(x="x" * (1 << 20))).encode()

    assert (await post_file(keeper, deep, "application/json")).status_code == 413
    assert (await post_file(keeper, long, "application/json")).status_code == 413
    assert (await post_file(keeper, b"name\nx", "text/csv")).status_code == 415


async def test_a_file_has_a_bounded_number_of_lines(world: World) -> None:
    keeper = world.caller(None, role="integration")

    for content, kind in (
        (b"{}\n" * (MOST_LINES + 1), NDJSON),
        (json.dumps({"items": [{}] * (MOST_LINES + 1)}).encode(), "application/json"),
        *((body, "application/json") for body in (b'{"items": 7}', b"[{}]", b"null", b'"x"', b"{}")),
    ):
        refused = await post_file(keeper, content, kind)
        assert (refused.status_code, slug(refused)) == (400, "invalid-request")


async def test_a_line_of_anything_is_a_refused_line(world: World) -> None:
    answer = await post_file(world.caller(None, role="integration"), b'7\n"x"\n[]\nnull\n\xff\n{}', NDJSON)

    assert answer.status_code == 201
    assert {line["became"] for line in answer.json()["lines"]} == {"refused"}
    assert len(answer.json()["lines"]) == 6


async def test_the_published_form_accepts_what_is_accepted_and_refuses_the_rest(world: World) -> None:
    """Who checks a file against `formats/service` before sending it is not surprised by more than bounds and days."""
    told = await world.caller("social").get("/directory/formats/service")
    schema = jsonschema.Draft202012Validator(told.json()["documentSchema"])
    beyond_a_schema = {"no day", "too deep", "too long as a whole"}

    for document in (service(), whole(), everything(), *map(json.loads, lines(whole()).split(b"\n"))):
        assert schema.is_valid(document)
    for what, (changes, _) in WRONG.items():
        assert schema.is_valid(service(**changes)) is (what in beyond_a_schema), what
