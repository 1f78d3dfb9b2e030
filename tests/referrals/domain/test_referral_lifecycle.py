"""Every cell of (action, state, side), against a list written by hand from the ordinance and not from the code."""

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
    SectorHasLetGo,
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

ORDINANCE = {
    ("receiver", "requested", "acceptance"): "accepted",
    ("receiver", "requested", "rejection"): "rejected",
    ("receiver", "accepted", "contact-attempts"): "accepted",
    ("receiver", "in-progress", "contact-attempts"): "in-progress",
    ("receiver", "accepted", "first-contact"): "in-progress",
    ("receiver", "accepted", "handover-receipt"): "accepted",
    ("receiver", "in-progress", "handover-receipt"): "in-progress",
    ("receiver", "in-progress", "completion"): "completed",
    ("receiver", "accepted", "failure"): "failed",
    ("receiver", "in-progress", "failure"): "failed",
    ("receiver", "requested", "redirection"): "rejected",
    ("receiver", "accepted", "redirection"): "rejected",
    ("receiver", "accepted", "hold"): "on-hold",
    ("receiver", "in-progress", "hold"): "on-hold",
    ("receiver", "on-hold", "resumption"): "accepted",
    ("receiver", "requested", "claim"): "requested",
    ("receiver", "accepted", "claim"): "accepted",
    ("receiver", "in-progress", "claim"): "in-progress",
    ("receiver", "on-hold", "claim"): "on-hold",
    ("receiver", "requested", "return"): "requested",
    ("receiver", "accepted", "return"): "accepted",
    ("receiver", "in-progress", "return"): "in-progress",
    ("receiver", "on-hold", "return"): "on-hold",
    ("receiver", "requested", "questions"): "requested",
    ("receiver", "accepted", "questions"): "accepted",
    ("receiver", "in-progress", "questions"): "in-progress",
    ("receiver", "on-hold", "questions"): "on-hold",
    ("sender", "requested", "answers"): "requested",
    ("sender", "accepted", "answers"): "accepted",
    ("sender", "in-progress", "answers"): "in-progress",
    ("sender", "on-hold", "answers"): "on-hold",
    ("sender", "requested", "cancellation"): "cancelled",
    ("sender", "accepted", "cancellation"): "cancelled",
    ("sender", "in-progress", "cancellation"): "cancelled",
    ("sender", "on-hold", "cancellation"): "cancelled",
    ("sender", "requested", "entry-in-error"): "entered-in-error",
    ("sender", "accepted", "entry-in-error"): "entered-in-error",
    ("sender", "in-progress", "entry-in-error"): "entered-in-error",
    ("sender", "on-hold", "entry-in-error"): "entered-in-error",
    ("sender", "rejected", "entry-in-error"): "entered-in-error",
}
"""Who may do what in which state, and where it leads. What is not here is refused."""

FHIR_TASK_STATES = {
    "draft",
    "requested",
    "accepted",
    "rejected",
    "in-progress",
    "on-hold",
    "completed",
    "failed",
    "cancelled",
    "entered-in-error",
}

SENDERS = {"answers", "cancellation", "entry-in-error"}
"""What is the sender's to do. All else is the receiver's."""

CELLS = [(side, state, action) for side in Side for state in State for action in Action]


def test_the_ten_fhir_task_states_are_named() -> None:
    assert {str(state) for state in State} == FHIR_TASK_STATES


def standing(state: State, action: Action) -> Standing:
    """A referral in this state in which nothing but the state can be in the action's way."""
    return Standing(state, question_open=True, hands=Hands.OWN if action is Action.RETURN else Hands.NOBODYS)


@pytest.mark.parametrize(("side", "state", "action"), CELLS)
def test_every_cell_is_as_the_ordinance_says(side: Side, state: State, action: Action) -> None:
    here = standing(state, action)
    expected = ORDINANCE.get((str(side), str(state), str(action)))
    refused = refusal(action, here, side)
    owner = "sender" if action in SENDERS else "receiver"

    if expected is not None:
        assert refused is None
        assert next_state(action, here, side) == expected
    elif side == owner:
        # What is named as possible instead is what the list of this state and side has.
        listed = [str(a) for a in Action if (owner, str(state), str(a)) in ORDINANCE and _fits(a, here)]
        assert isinstance(refused, InvalidTransition)
        assert refused.facts == {"allowed": listed}
    else:
        assert isinstance(refused, (OnlyTheReceiver, OnlyTheSender, OnlyTheAddressedUnit, SectorHasLetGo))


def _fits(action: Action, here: Standing) -> bool:
    return action not in (Action.CLAIM, Action.RETURN) or here == standing(here.state, action)


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
