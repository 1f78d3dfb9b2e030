"""What time does to links, sittings and waves, with the clock passed in; and two who answer at the same time."""

import asyncio
from datetime import timedelta

import pytest

from chassis.bearer import OPEN_AT_ONCE
from chassis.database import Database
from services.surveys.domain.errors import LinkNotUsable, WaveAlreadyInvited
from services.surveys.domain.instrument import Answer, AnswerFault, FaultyAnswers
from services.surveys.domain.invitation import InvitationState
from services.surveys.domain.link import SESSION_LENGTH
from services.surveys.repository import Cases, Invitations
from services.surveys.use_cases.follow_case import close_case
from tests.surveys.builders import NOON
from tests.surveys.desk import Desk

WINDOW = timedelta(days=14)
BLINK = timedelta(microseconds=1)


@pytest.fixture
async def desk(database: Database, authority: str) -> Desk:
    """A desk with a case at it."""
    desk = Desk(database, authority)
    await desk.set_up()
    return desk


async def test_a_link_works_to_the_last_moment_of_its_window(desk: Desk) -> None:
    """And not at the moment after."""
    invitation = await desk.invite(NOON)
    link = await desk.link(invitation.id, NOON)

    opened = await desk.open(link, NOON + WINDOW - BLINK)
    with pytest.raises(LinkNotUsable):
        await desk.open(link, NOON + WINDOW)

    assert opened.session.expires_at == NOON + WINDOW


async def test_a_sitting_lasts_an_hour_and_the_link_opens_another(desk: Desk) -> None:
    """Whoever was called away begins anew."""
    link = await desk.link((await desk.invite(NOON)).id, NOON)
    sitting = await desk.open(link, NOON)

    with pytest.raises(LinkNotUsable):
        await desk.submit(sitting.token, NOON + SESSION_LENGTH)
    another = await desk.open(link, NOON + SESSION_LENGTH)

    assert await desk.submit(another.token, NOON + 2 * SESSION_LENGTH - BLINK) == 60


async def test_an_answer_after_the_window_is_too_late_even_in_an_open_sitting(desk: Desk) -> None:
    """The sitting was never promised longer than the window."""
    link = await desk.link((await desk.invite(NOON)).id, NOON)
    sitting = await desk.open(link, NOON + WINDOW - BLINK)

    with pytest.raises(LinkNotUsable):
        await desk.submit(sitting.token, NOON + WINDOW)


async def test_a_wave_that_ran_out_can_be_asked_again_and_the_old_one_says_so(desk: Desk) -> None:
    """Not before."""
    first = await desk.invite(NOON)

    with pytest.raises(WaveAlreadyInvited):
        await desk.invite(NOON + WINDOW - BLINK)
    second = await desk.invite(NOON + WINDOW)

    assert await desk.state(first.id) is InvitationState.EXPIRED
    assert second.expires_at == NOON + 2 * WINDOW


async def test_closing_a_case_leaves_what_had_run_out_as_it_was(desk: Desk) -> None:
    """It was not revoked; nobody answered in time, and that is what a report should count."""
    ran_out = await desk.invite(NOON)

    async with desk.database.transaction(desk.authority) as tx:
        await close_case(Cases(tx), Invitations(tx), desk.case_id, now=NOON + WINDOW)

    assert await desk.state(ran_out.id) is InvitationState.ISSUED


async def test_an_invitation_keeps_so_many_sittings_and_the_latest_of_them(desk: Desk) -> None:
    """A link opened without end fills no table; whoever opened it last can answer."""
    link = await desk.link((await desk.invite(NOON)).id, NOON)
    sittings = [(await desk.open(link, NOON + step * BLINK)).token for step in range(OPEN_AT_ONCE + 2)]

    for forgotten in sittings[:2]:
        with pytest.raises(LinkNotUsable):
            await desk.submit(forgotten, NOON)

    assert await desk.submit(sittings[2], NOON) == 60


async def test_faulty_answers_are_told_by_their_place_and_spend_nothing(desk: Desk) -> None:
    """In the words of the questionnaire: what a pointer into a body is, the route knows."""
    link = await desk.link((await desk.invite(NOON)).id, NOON)
    sitting = (await desk.open(link, NOON)).token

    with pytest.raises(FaultyAnswers) as refused:
        await desk.submit(sitting, NOON, (Answer("cheerful", 9), Answer("hungry", 1)))

    assert refused.value.faults == (
        AnswerFault(0, "value", "value-out-of-range"),
        AnswerFault(1, "item", "unknown-item"),
    )
    assert await desk.submit(sitting, NOON) == 60


async def test_of_two_who_answer_at_once_the_second_waits_and_is_refused(desk: Desk) -> None:
    """Not told of a clash, which would say that somebody answered: told what every used link is told."""
    link = await desk.link((await desk.invite(NOON)).id, NOON)
    first, second = [(await desk.open(link, NOON)).token for _ in range(2)]

    async with desk.database.transaction(desk.authority) as tx:
        score = await desk.submit_within(tx, first, NOON)
        late = asyncio.create_task(desk.submit(second, NOON))
        finished, _ = await asyncio.wait({late}, timeout=0.3)

    assert score == 60
    assert not finished
    with pytest.raises(LinkNotUsable):
        await late
