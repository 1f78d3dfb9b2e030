"""The way to cases by itself: after a failure nobody asks for a while, then one asks for all."""

import asyncio

import httpx2
import pytest

from chassis.ids import new_id
from services.referrals.asks import ContactCards
from services.referrals.domain.contact_card import CardQuestion, CitizenPart
from tests.referrals.neighbour import Neighbour

QUESTION = CardQuestion(new_id(), None)
REST = 0.05


async def knows_nobody(request: httpx2.Request) -> httpx2.Response:
    """Cases in good health."""
    return httpx2.Response(200, json={"items": []})


async def is_broken(request: httpx2.Request) -> httpx2.Response:
    """Cases in bad health."""
    return httpx2.Response(500)


async def refuses(request: httpx2.Request) -> httpx2.Response:
    """Cases in good health, to somebody whose token it does not believe."""
    return httpx2.Response(401)


@pytest.fixture
def neighbour() -> Neighbour:
    """Nobody yet."""
    return Neighbour()


def way_to(neighbour: Neighbour, rest: float = REST) -> ContactCards:
    """A way that is easily tired."""
    return ContactCards("http://cases", patience=0.5, rest=rest, transport=neighbour)


async def part(cards: ContactCards) -> CitizenPart:
    """What comes of one question."""
    return (await cards.of([QUESTION], {})).of(QUESTION.referral_id).part


async def test_after_a_failure_nobody_asks_for_a_while(neighbour: Neighbour) -> None:
    cards = way_to(neighbour, rest=60.0)
    neighbour.does(is_broken)

    told = [await part(cards) for _ in range(5)]

    assert set(told) == {CitizenPart.UNAVAILABLE}
    assert len(neighbour.asked) == 1
    await cards.close()


async def test_then_one_asks_for_all_and_when_it_went_well_everybody_does(neighbour: Neighbour) -> None:
    cards = way_to(neighbour)
    assert await part(cards) is CitizenPart.UNAVAILABLE
    await asyncio.sleep(REST * 1.5)
    was_asked, may_answer = asyncio.Event(), asyncio.Event()

    async def answers_later(request: httpx2.Request) -> httpx2.Response:
        was_asked.set()
        await may_answer.wait()
        return await knows_nobody(request)

    neighbour.does(answers_later)
    the_one = asyncio.create_task(part(cards))
    await was_asked.wait()
    others = [await part(cards) for _ in range(3)]
    may_answer.set()

    assert others == [CitizenPart.UNAVAILABLE] * 3
    assert await the_one is CitizenPart.HIDDEN
    assert [await part(cards) for _ in range(3)] == [CitizenPart.HIDDEN] * 3
    assert len(neighbour.asked) == 5
    await cards.close()


async def test_what_is_wrong_with_one_caller_stops_nobody_else(neighbour: Neighbour) -> None:
    cards = way_to(neighbour, rest=60.0)
    neighbour.does(refuses)
    assert await part(cards) is CitizenPart.UNAVAILABLE

    neighbour.does(knows_nobody)

    assert await part(cards) is CitizenPart.HIDDEN
    await cards.close()
