"""Every cell of (action, state, side): the domain's own table against a list written by hand (`ordinance.py`)."""

import itertools

import pytest

from chassis.errors import InvalidTransition
from services.referrals.domain.errors import (
    ClaimedByAnother,
    OnlyTheAddressedUnit,
    OnlyTheReceiver,
    OnlyTheSender,
    ReceiptAlreadyGiven,
    ReceiptIsIrrevocable,
)
from services.referrals.domain.lifecycle import (
    ENDED,
    LIVE,
    TRANSITIONS,
    Action,
    Hands,
    Side,
    Standing,
    State,
    next_state,
    open_actions,
    refusal,
)
from tests.referrals.ordinance import ACTIONS, ORDINANCE, SENDERS, SIDES, STATES, WHOSE_IT_IS, offered, owner

CELLS = list(itertools.product(SIDES, STATES, ACTIONS))


def test_the_list_knows_every_name_and_the_code_knows_no_more() -> None:
    assert {*STATES} == {str(state) for state in State}
    assert {*SIDES} == {str(side) for side in Side}
    assert [str(action) for action in Action] == [*ACTIONS]


def standing(state: State, action: Action) -> Standing:
    """A referral in this state in which nothing but the state can be in the action's way."""
    return Standing(state, question_open=True, hands=Hands.OWN if action is Action.RETURN else Hands.NOBODYS)


@pytest.mark.parametrize(("side", "state", "action"), CELLS)
def test_every_cell_is_as_the_ordinance_says(side: str, state: str, action: str) -> None:
    here = standing(State(state), Action(action))
    expected = ORDINANCE.get((side, state, action))
    refused = refusal(Action(action), here, Side(side))

    if expected is not None:
        assert refused is None
        assert next_state(Action(action), here, Side(side)) == expected
    elif side == owner(action):
        # What is named as possible instead is what the list of this state and side has.
        without = "claim" if action == "return" else "return"
        assert isinstance(refused, InvalidTransition)
        assert refused.facts == {"allowed": offered(side, state, without=without)}
    else:
        assert refused is not None
        assert refused.slug == WHOSE_IT_IS[side, owner(action)]


def test_the_table_holds_no_cell_that_the_ordinance_lacks() -> None:
    table = {
        (str(rule.by), str(before), str(action)): str(after)
        for action, rule in TRANSITIONS.items()
        for before, after in rule.moves.items()
    }

    assert table == ORDINANCE


def test_a_pause_ends_where_it_began() -> None:
    met = Standing(State.ON_HOLD, contact_held=True)

    assert next_state(Action.RESUMPTION, met, Side.RECEIVER) is State.IN_PROGRESS
    assert next_state(Action.RESUMPTION, Standing(State.ON_HOLD), Side.RECEIVER) is State.ACCEPTED
    assert {action for action, rule in TRANSITIONS.items() if rule.after_contact} == {Action.RESUMPTION}


@pytest.mark.parametrize("state", sorted(LIVE))
def test_what_a_colleague_has_in_hand_is_not_taken_from_them(state: State) -> None:
    for action in (Action.CLAIM, Action.RETURN):
        assert isinstance(refusal(action, Standing(state, hands=Hands.ANOTHERS), Side.RECEIVER), ClaimedByAnother)
        assert refusal(action, Standing(state, hands=Hands.A_TEAM_MEMBERS), Side.RECEIVER) is None


@pytest.mark.parametrize(("action", "hands"), [(Action.CLAIM, Hands.OWN), (Action.RETURN, Hands.NOBODYS)])
def test_nobody_claims_twice_or_hands_back_what_nobody_has(action: Action, hands: Hands) -> None:
    assert isinstance(refusal(action, Standing(State.REQUESTED, hands=hands), Side.RECEIVER), InvalidTransition)


@pytest.mark.parametrize("state", sorted(LIVE))
def test_what_was_not_asked_is_not_answered(state: State) -> None:
    assert isinstance(refusal(Action.ANSWERS, Standing(state), Side.SENDER), InvalidTransition)


@pytest.mark.parametrize("receipt", [(False, False), (True, False), (True, True)])
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("state", list(State))
def test_what_is_listed_as_open_is_what_is_let_through(state: State, side: Side, receipt: tuple[bool, bool]) -> None:
    for question_open, hands in itertools.product((False, True), Hands):
        here = Standing(state, *receipt, question_open=question_open, hands=hands)

        assert open_actions(here, side) == [a for a in Action if refusal(a, here, side) is None]


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("action", ["first-contact", "handover-receipt"])
def test_a_sender_never_confirms_contact_nor_gives_a_receipt(state: State, action: str) -> None:
    assert isinstance(refusal(Action(action), Standing(state), Side.SENDER), OnlyTheReceiver)


@pytest.mark.parametrize("state", list(State))
def test_a_receiver_never_takes_back_the_senders_request(state: State) -> None:
    assert isinstance(refusal(Action.CANCELLATION, Standing(state), Side.RECEIVER), OnlyTheSender)


@pytest.mark.parametrize("action", [action for action in Action if action not in SENDERS])
def test_a_colleague_of_another_unit_is_told_whose_it_is(action: Action) -> None:
    assert isinstance(refusal(action, Standing(State.REQUESTED), Side.COLLEAGUE), OnlyTheAddressedUnit)


def test_an_illegal_step_names_the_legal_ones_of_this_caller() -> None:
    refused = refusal(Action.COMPLETION, Standing(State.REQUESTED), Side.RECEIVER)

    assert isinstance(refused, InvalidTransition)
    assert refused.facts == {"allowed": ["acceptance", "rejection", "redirection", "claim", "questions"]}


def test_a_receipt_is_given_once() -> None:
    given = Standing(State.ACCEPTED, receipt_given=True)

    assert isinstance(refusal(Action.HANDOVER_RECEIPT, given, Side.RECEIVER), ReceiptAlreadyGiven)


@pytest.mark.parametrize("state", [State.ACCEPTED, State.IN_PROGRESS])
def test_a_promise_to_hold_is_kept(state: State) -> None:
    promised = Standing(state, receipt_given=True, holding_promised=True)

    assert isinstance(refusal(Action.FAILURE, promised, Side.RECEIVER), ReceiptIsIrrevocable)
    assert isinstance(refusal(Action.CANCELLATION, promised, Side.SENDER), ReceiptIsIrrevocable)
    assert isinstance(refusal(Action.ENTRY_IN_ERROR, promised, Side.SENDER), ReceiptIsIrrevocable)


def test_a_promise_is_not_sent_on() -> None:
    promised = Standing(State.ACCEPTED, receipt_given=True, holding_promised=True)

    assert isinstance(refusal(Action.REDIRECTION, promised, Side.RECEIVER), ReceiptIsIrrevocable)


@pytest.mark.parametrize("state", [State.ACCEPTED, State.IN_PROGRESS])
def test_a_receipt_that_takes_no_holding_binds_nobody(state: State) -> None:
    given = Standing(state, receipt_given=True)

    assert next_state(Action.FAILURE, given, Side.RECEIVER) is State.FAILED
    assert next_state(Action.CANCELLATION, given, Side.SENDER) is State.CANCELLED


def test_nothing_leads_out_of_an_ended_state_but_naming_a_rejected_one_a_mistake() -> None:
    assert {"rejected", "completed", "failed", "cancelled", "entered-in-error"} == ENDED
    ways_out = {(action, state) for action, rule in TRANSITIONS.items() for state in rule.moves if state in ENDED}
    assert ways_out == {(Action.ENTRY_IN_ERROR, State.REJECTED)}
    assert not LIVE & ENDED
