"""The life of an invitation and its link, with the time told."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chassis.errors import InvalidTransition
from services.surveys.domain.errors import LinkNotUsable, WaveAlreadyInvited
from services.surveys.domain.events import InvitationIssued, ResponseSubmitted
from services.surveys.domain.invitation import Invitation, InvitationState
from services.surveys.domain.purpose import Purpose
from tests.surveys.builders import NOON, WHO5, invitation, session

LATER = NOON + timedelta(hours=1)
TOO_LATE = NOON + timedelta(days=14)

Ending = Callable[[Invitation], None]


def _submit(one: Invitation) -> None:
    one.submit(at=LATER)


def _revoke(one: Invitation) -> None:
    one.revoke(at=LATER)


def _expire(one: Invitation) -> None:
    one.make_room(at=TOO_LATE)


ENDINGS = pytest.mark.parametrize("end", [_submit, _revoke, _expire])


def test_an_invitation_is_announced_and_has_no_link_yet() -> None:
    """The link is made when somebody is about to send it, so that none lies waiting to be found."""
    issued = invitation()

    assert issued.link_digest is None
    assert issued.events == [InvitationIssued(issued.case_id, issued.id, "baseline", Purpose.CASEWORK)]


def test_it_can_be_answered_until_its_window_closes_and_not_at_that_moment() -> None:
    """Fourteen days for the baseline."""
    issued = invitation()

    assert issued.is_open(TOO_LATE - timedelta(microseconds=1))
    assert issued.state_at(TOO_LATE) is InvitationState.EXPIRED
    assert issued.state is InvitationState.ISSUED


def test_an_answer_is_announced_and_ends_it() -> None:
    """What was answered is not in the announcement."""
    answered = invitation()
    answered.events.clear()

    answered.submit(at=LATER)

    assert answered.state_at(TOO_LATE) is InvitationState.SUBMITTED
    assert answered.submitted_at == LATER
    assert answered.events == [ResponseSubmitted(answered.case_id, answered.id, "baseline", Purpose.CASEWORK)]


@ENDINGS
def test_what_has_ended_is_not_answered(end: Ending) -> None:
    """Whatever ended it, the respondent hears the same."""
    over = invitation()
    end(over)
    over.events.clear()

    with pytest.raises(LinkNotUsable):
        over.submit(at=LATER)

    assert over.events == []


@ENDINGS
def test_what_has_ended_gets_no_new_link_and_is_not_revoked(end: Ending) -> None:
    """Nothing more is allowed from there, and the refusal says so."""
    over = invitation()
    end(over)

    with pytest.raises(InvalidTransition) as no_link:
        over.replace_link(b"digest", at=LATER)
    with pytest.raises(InvalidTransition):
        over.revoke(at=LATER)

    assert no_link.value.facts == {"allowed": []}
    assert over.link_digest is None


@ENDINGS
def test_a_late_report_of_the_sender_changes_nothing(end: Ending) -> None:
    """Events travel slowly: an answer may overtake the news that the letter went out."""
    over = invitation()
    end(over)
    ended_as = over.state

    over.note_delivered(at=LATER)
    over.note_undeliverable("no-channel", at=LATER)

    assert over.state is ended_as
    assert over.delivered_at is None


def test_time_alone_ends_it_for_everybody() -> None:
    """No job has to run for a link to die."""
    old = invitation()

    with pytest.raises(LinkNotUsable):
        old.require_answerable(TOO_LATE)
    with pytest.raises(LinkNotUsable):
        old.submit(at=TOO_LATE)
    with pytest.raises(InvalidTransition):
        old.replace_link(b"digest", at=TOO_LATE)


def test_what_could_not_be_sent_can_be_sent_again() -> None:
    """And the reason is forgotten once it has gone out."""
    tried = invitation()

    tried.note_undeliverable("no-channel", at=LATER)
    unreached = tried.state
    tried.replace_link(b"digest", at=LATER)
    tried.note_delivered(at=LATER)

    assert unreached is InvitationState.UNDELIVERABLE
    assert tried.state is InvitationState.DELIVERED
    assert tried.undeliverable_reason is None


def test_a_new_link_does_not_prolong_the_time() -> None:
    """A reminder is a reminder, not a new invitation."""
    reminded = invitation()
    closes = reminded.expires_at

    reminded.replace_link(b"digest", at=LATER)

    assert reminded.expires_at == closes


def test_a_wave_makes_room_only_when_its_invitation_ran_out() -> None:
    """An answered wave is not asked again; an open one need not be."""
    answered, waiting, ran_out = invitation(), invitation(), invitation()
    answered.submit(at=LATER)

    with pytest.raises(WaveAlreadyInvited) as refused:
        answered.make_room(at=TOO_LATE)
    with pytest.raises(WaveAlreadyInvited):
        waiting.make_room(at=LATER)
    ran_out.make_room(at=TOO_LATE)

    assert refused.value.facts == {"invitation_id": str(answered.id)}
    assert ran_out.state is InvitationState.EXPIRED


# -- sittings -------------------------------------------------------------------------


@pytest.mark.parametrize(("now", "live"), [(LATER - timedelta(seconds=1), True), (LATER, False)])
def test_a_sitting_ends_with_its_hour(now: datetime, live: bool) -> None:
    """The link may still open a new one."""
    sitting = session(invitation(), expires_at=LATER)

    if live:
        assert sitting.require_live(now) is None
    else:
        with pytest.raises(LinkNotUsable):
            sitting.require_live(now)


def test_answers_to_one_version_are_never_read_as_answers_to_another() -> None:
    """A sitting that saw the questionnaire as it was before an upgrade must be opened anew."""
    sitting = session(invitation(), instrument_version="1997")

    with pytest.raises(LinkNotUsable):
        sitting.shown(WHO5)
