"""Read your own writes: what a token says, and how a service waits for it."""

import asyncio
import time
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import sync
from chassis.database import Database
from chassis.problems import NotCaughtUp
from chassis.sync import CaughtUp, Point
from tests.chassis.conftest import Shop

CASES = [UUID(int=number) for number in range(1, 4)]
points = st.builds(Point, st.sampled_from(["cases", "referrals"]), st.sampled_from(CASES), st.integers(0, 10**18 - 1))


@given(st.lists(points, min_size=1, max_size=20))
def test_a_token_says_the_highest_number_of_each(told: list[Point]) -> None:
    merged = sync.merge(told)

    assert sync.parse(sync.render(merged)) == merged
    assert {(p.service, p.case_id): p.sequence for p in merged} == {
        (p.service, p.case_id): max(q.sequence for q in told if (q.service, q.case_id) == (p.service, p.case_id))
        for p in told
    }


@given(st.lists(points, max_size=10), st.lists(points, max_size=10))
def test_merging_is_the_same_in_any_order_and_any_number_of_times(one: list[Point], other: list[Point]) -> None:
    assert set(sync.merge(one + other)) == set(sync.merge(other + one)) == set(sync.merge(one + other + one))
    assert set(sync.merge([*sync.merge(one), *sync.merge(other)])) == set(sync.merge(one + other))


@pytest.mark.parametrize(
    "token",
    [
        "",
        ",",
        "cases",
        "cases:1",
        f"cases:{CASES[0]}",
        f"cases:{CASES[0]}:",
        f"cases:{CASES[0]}:-1",
        f"cases:{CASES[0]}:1x",
        f"CASES:{CASES[0]}:1",
        f"cases:{str(CASES[0]).replace('-', '')}:1",
        f"cases:{CASES[0]}:{'9' * 19}",
        f"cases:{CASES[0]}:1,",
        f"cases:{CASES[0]}:1;referrals:{CASES[0]}:1",
        ",".join(f"cases:{CASES[0]}:{number}" for number in range(65)),
    ],
)
def test_what_is_not_one_of_ours_is_refused(token: str) -> None:
    with pytest.raises(ValueError):
        sync.parse(token)


def test_spaces_after_commas_are_no_matter() -> None:
    assert len(sync.parse(f"cases:{CASES[0]}:1, referrals:{CASES[0]}:2")) == 2


def hear(shop: Shop, case_id: UUID, last: int, *, source: str = "cases", consumer: str = "surveys") -> None:
    """As if the worker had applied so much."""
    with psycopg.connect(shop.urls.admin_url, autocommit=True) as admin:
        admin.execute(
            "insert into inbox_streams (consumer, source, case_id, authority, last) values (%s, %s, %s, %s, %s)"
            " on conflict (consumer, source, case_id) do update set last = excluded.last",
            [consumer, source, case_id, shop.authority, last],
        )


def caught_up(shop: Shop, **patience: float) -> CaughtUp:
    """As the door has it, with less patience."""
    return CaughtUp(shop.database, "surveys", sources={"cases"}, **{"patience": 0.2, **patience})


async def test_what_has_come_is_not_waited_for(shop: Shop) -> None:
    case_id = uuid4()
    hear(shop, case_id, 7)
    here = caught_up(shop, patience=30)

    began = time.monotonic()
    await here.wait_for([Point("cases", case_id, 7), Point("cases", case_id, 6)], shop.authority)

    assert time.monotonic() - began < 5


async def test_what_comes_late_is_waited_for(shop: Shop) -> None:
    case_id = uuid4()
    hear(shop, case_id, 1)
    waiting = asyncio.create_task(caught_up(shop, patience=30).wait_for([Point("cases", case_id, 2)], shop.authority))
    done, _ = await asyncio.wait([waiting], timeout=0.15)
    assert not done

    hear(shop, case_id, 2)

    await asyncio.wait_for(waiting, 10)


async def test_every_point_must_have_come(shop: Shop) -> None:
    one, other = uuid4(), uuid4()
    hear(shop, one, 5)

    with pytest.raises(NotCaughtUp):
        await caught_up(shop).wait_for([Point("cases", one, 5), Point("cases", other, 1)], shop.authority)


@pytest.mark.parametrize("change", [{"source": "referrals"}, {"consumer": "other"}])
async def test_only_what_this_service_heard_of_that_service_counts(shop: Shop, change: dict[str, str]) -> None:
    case_id = uuid4()
    hear(shop, case_id, 5, **change)

    with pytest.raises(NotCaughtUp):
        await caught_up(shop).wait_for([Point("cases", case_id, 1)], shop.authority)


async def test_what_another_authority_heard_does_not_count(shop: Shop) -> None:
    case_id = uuid4()
    hear(shop, case_id, 5)
    here = caught_up(shop)
    await here.wait_for([Point("cases", case_id, 5)], shop.authority)

    with pytest.raises(NotCaughtUp):
        await here.wait_for([Point("cases", case_id, 5)], "0999")


async def test_nobody_waits_for_what_will_never_come_here(shop: Shop) -> None:
    await caught_up(shop).wait_for([Point("surveys", uuid4(), 9), Point("referrals", uuid4(), 9)], shop.authority)


async def test_what_was_known_once_is_not_asked_again(shop: Shop) -> None:
    case_id = uuid4()
    hear(shop, case_id, 5)
    here = caught_up(shop)
    await here.wait_for([Point("cases", case_id, 5)], shop.authority)

    await shop.database.close()
    gone = Database("postgresql://nobody:nothing@127.0.0.1:1/nowhere", name="gone")
    here._database = gone
    await here.wait_for([Point("cases", case_id, 4)], shop.authority)


async def test_a_request_is_answered_when_the_news_have_come(shop: Shop) -> None:
    case_id = uuid4()
    asked = asyncio.create_task(shop.caller().get("/menu", Sync_Token=f"cases:{case_id}:1"))
    done, _ = await asyncio.wait([asked], timeout=0.15)
    assert not done

    hear(shop, case_id, 1)

    assert (await asked).status_code == 200


async def test_a_request_whose_news_do_not_come_is_told_so_after_two_seconds(shop: Shop) -> None:
    began = time.monotonic()

    answer = await shop.caller().get("/menu", Sync_Token=f"cases:{uuid4()}:1")

    taken = time.monotonic() - began
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:helhed:problem:not-caught-up")
    assert answer.headers["retry-after"] == "1"
    assert 1.9 < taken < 10


async def test_those_who_wait_hold_no_connection(shop: Shop) -> None:
    """Ten wait, on a pool of five; everybody else is served meanwhile."""
    waiting = [asyncio.create_task(shop.caller().get("/menu", Sync_Token=f"cases:{uuid4()}:1")) for _ in range(10)]
    await asyncio.wait(waiting, timeout=0.2)

    served = [(await shop.caller().get("/things")).status_code for _ in range(5)]

    assert served == [200] * 5
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {503}
