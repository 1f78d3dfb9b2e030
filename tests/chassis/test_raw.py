"""A body that is no JSON goes through a door that says so, of the kinds it names, and through no other."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from chassis.hygiene import MOST_BYTES
from tests.chassis.conftest import Shop

WHERE = "/things/00000000-0000-7000-8000-000000000000/drawing"
NOT_JSON = b'\xff\x00{"a": NaN'


async def _drawn(shop: Shop, body: Any, kind: str = "text/csv; charset=utf-8", **headers: str) -> Any:
    named = {"Content-Type": kind, "If-Match": '"1"', **headers}
    return await shop.caller().ask("PUT", WHERE, headers=named, content=body)


@pytest.mark.parametrize("kind", ["text/csv", "Text/CSV; charset=utf-8", "application/x-ndjson"])
async def test_bytes_come_through_as_they_are(shop: Shop, kind: str) -> None:
    answer = await _drawn(shop, NOT_JSON, kind)

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"told": f"{kind.split(';')[0].lower()} {len(NOT_JSON)}"}


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data", "text/csvx", ""])
async def test_another_kind_is_not_read(shop: Shop, kind: str) -> None:
    answer = await _drawn(shop, NOT_JSON, kind)

    assert answer.status_code == 415


async def test_it_is_no_larger_than_any_other_body(shop: Shop) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"x" * (MOST_BYTES // 4)

    whole = await _drawn(shop, b"x" * MOST_BYTES)
    claimed = await _drawn(shop, b"x" * (MOST_BYTES + 1))
    streamed = await _drawn(shop, endless())

    assert (whole.status_code, claimed.status_code, streamed.status_code) == (200, 413, 413)


async def test_the_checks_before_and_after_it_are_those_of_every_door(shop: Shop) -> None:
    nobody = await shop.anybody.ask("PUT", WHERE, headers={"Content-Type": "text/csv"}, content=b"x")
    unsure = await _drawn(shop, b"x", **{"If-Match": "*"})

    assert (nobody.status_code, unsure.status_code) == (401, 428)


async def test_the_document_says_which_kinds_and_how_much(shop: Shop) -> None:
    told = shop.app.openapi()["paths"]["/v1/things/{thingId}/drawing"]["put"]

    kinds = told["requestBody"]["content"]
    assert {kind: said["schema"] for kind, said in kinds.items()} == {
        kind: {"type": "string", "maxLength": MOST_BYTES} for kind in ("text/csv", "application/x-ndjson")
    }
    assert "415" in told["responses"]
