"""Nobody overwrites what they have not read."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.concurrency import etag, expect, is_known, wanted_version
from chassis.errors import Stale
from tests.chassis.conftest import Shop


@given(st.integers(0, 10**18 - 1))
def test_a_tag_names_its_version(version: int) -> None:
    assert wanted_version(etag(version)) == version
    assert is_known(etag(version), etag(version))
    assert not is_known(etag(version), etag(version + 1))


def test_what_is_shown_differently_has_another_tag_and_the_same_version() -> None:
    assert wanted_version(etag(3, "withdrawn")) == wanted_version(etag(3)) == 3
    assert not is_known(etag(3, "withdrawn"), etag(3))


@pytest.mark.parametrize(
    "header",
    ["", "*", "1", 'W/"1"', '"1", "2"', '"1', '""', '"-1"', '"1x"', '"1."', '"1.X"', '"٣"', '"' + "1" * 19 + '"'],
)
def test_what_can_never_match_names_no_version(header: str) -> None:
    assert wanted_version(header) is None


def test_only_another_version_is_stale() -> None:
    expect(3, 3)
    expect(3, None)
    with pytest.raises(Stale) as stale:
        expect(3, 2)
    assert stale.value.facts == {"version": 3}


@pytest.mark.parametrize("known", ['W/"1"', '"1", "2"', '"2"', "1", '"x"', '"0"'])
async def test_a_tag_that_does_not_match_is_stale(shop: Shop, known: str) -> None:
    made = await shop.caller().make()

    answer = await shop.caller().patch(f"/things/{made['id']}", {"colour": "blue"}, If_Match=known)

    assert answer.status_code == 412
    assert (await shop.caller().get(f"/things/{made['id']}")).json() == made


async def test_on_a_step_a_version_is_honoured_when_sent_and_not_asked_for(shop: Shop) -> None:
    made = await shop.caller().make()
    where = f"/things/{made['id']}/closure"

    assert (await shop.caller().post(where, If_Match='"9"')).status_code == 412
    done = await shop.caller().post(where)
    assert (done.status_code, done.headers["etag"]) == (200, '"2"')


async def test_of_fifty_who_have_read_the_same_one_writes(shop: Shop) -> None:
    made = await shop.caller().make()
    where, together = f"/things/{made['id']}", asyncio.Semaphore(5)  # no more than the pool has connections

    async def paint(number: int) -> int:
        async with together:
            answer = await shop.caller().patch(where, {"colour": f"blue-{number}"}, If_Match='"1"')
        return answer.status_code

    statuses = await asyncio.gather(*map(paint, range(50)))

    assert sorted(statuses) == [200] + [412] * 49
    assert (await shop.caller().get(where)).headers["etag"] == '"2"'
