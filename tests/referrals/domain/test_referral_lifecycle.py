"""Every cell of (action, state, side), against a list written by hand from the ordinance and not from the code."""

import pytest

from chassis.errors import InvalidTransition
from services.referrals.domain.errors import (
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
    ("sender", "requested", "cancellation"): "cancelled",
    ("sender", "accepted", "cancellation"): "cancelled",
    ("sender", "in-progress", "cancellation"): "cancelled",
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

CELLS = [(side, state, action) for side in Side for state in State for action in Action]


def test_the_ten_fhir_task_states_are_named() -> None:
    assert {str(state) for state in State} == FHIR_TASK_STATES


@pytest.mark.parametrize(("side", "state", "action"), CELLS)
def test_every_cell_is_as_the_ordinance_says(side: Side, state: State, action: Action) -> None:
    expected = ORDINANCE.get((str(side), str(state), str(action)))

    if expected is None:
        assert refusal(action, Standing(state), side) is not None
    else:
        assert next_state(action, Standing(state), side) == expected


def test_the_table_holds_no_cell_that_the_ordinance_lacks() -> None:
    table = {
        (str(rule.by), str(before), str(action)): str(after)
        for action, rule in TRANSITIONS.items()
        for before, after in rule.moves.items()
    }

    assert table == ORDINANCE


@pytest.mark.parametrize("receipt", [(False, False), (True, False), (True, True)])
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("state", list(State))
def test_what_is_listed_as_open_is_what_is_let_through(state: State, side: Side, receipt: tuple[bool, bool]) -> None:
    standing = Standing(state, *receipt)

    assert open_actions(standing, side) == [a for a in Action if refusal(a, standing, side) is None]


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("action", ["first-contact", "handover-receipt"])
def test_a_sender_never_confirms_contact_nor_gives_a_receipt(state: State, action: str) -> None:
    assert isinstance(refusal(Action(action), Standing(state), Side.SENDER), OnlyTheReceiver)


@pytest.mark.parametrize("state", list(State))
def test_a_receiver_never_takes_back_the_senders_request(state: State) -> None:
    assert isinstance(refusal(Action.CANCELLATION, Standing(state), Side.RECEIVER), OnlyTheSender)


@pytest.mark.parametrize("action", [action for action in Action if action is not Action.CANCELLATION])
def test_a_colleague_of_another_unit_is_told_whose_it_is(action: Action) -> None:
    assert isinstance(refusal(action, Standing(State.REQUESTED), Side.COLLEAGUE), OnlyTheAddressedUnit)


def test_an_illegal_step_names_the_legal_ones_of_this_caller() -> None:
    refused = refusal(Action.COMPLETION, Standing(State.REQUESTED), Side.RECEIVER)

    assert isinstance(refused, InvalidTransition)
    assert refused.facts == {"allowed": ["acceptance", "rejection"]}


def test_a_receipt_is_given_once() -> None:
    given = Standing(State.ACCEPTED, receipt_given=True)

    assert isinstance(refusal(Action.HANDOVER_RECEIPT, given, Side.RECEIVER), ReceiptAlreadyGiven)


@pytest.mark.parametrize("state", [State.ACCEPTED, State.IN_PROGRESS])
def test_a_promise_to_hold_is_kept(state: State) -> None:
    promised = Standing(state, receipt_given=True, holding_promised=True)

    assert isinstance(refusal(Action.FAILURE, promised, Side.RECEIVER), ReceiptIsIrrevocable)
    assert isinstance(refusal(Action.CANCELLATION, promised, Side.SENDER), ReceiptIsIrrevocable)


@pytest.mark.parametrize("state", [State.ACCEPTED, State.IN_PROGRESS])
def test_a_receipt_that_takes_no_holding_binds_nobody(state: State) -> None:
    given = Standing(state, receipt_given=True)

    assert next_state(Action.FAILURE, given, Side.RECEIVER) is State.FAILED
    assert next_state(Action.CANCELLATION, given, Side.SENDER) is State.CANCELLED


def test_nothing_leads_out_of_an_ended_state() -> None:
    assert {"rejected", "completed", "failed", "cancelled", "entered-in-error"} == ENDED
    assert not {state for rule in TRANSITIONS.values() for state in rule.moves} & ENDED
    assert not LIVE & ENDED
