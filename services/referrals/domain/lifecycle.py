"""The life of a referral on one page: which action leads from which state to which, and on which side it lies.

`refusal` is the one decision: it guards every action, and `open_actions` lists what it would let through.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from chassis.errors import InvalidTransition, Refusal
from services.referrals.domain.errors import (
    OnlyTheAddressedUnit,
    OnlyTheReceiver,
    OnlyTheSender,
    ReceiptAlreadyGiven,
    ReceiptIsIrrevocable,
    SectorHasLetGo,
)


class State(StrEnum):
    """The ten FHIR Task states. Not every one can be reached yet; all are named, so that no reader is surprised."""

    DRAFT = "draft"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"


class Action(StrEnum):
    """What can be done to a referral; each is also the last part of its address."""

    ACCEPTANCE = "acceptance"
    REJECTION = "rejection"
    CONTACT_ATTEMPTS = "contact-attempts"
    FIRST_CONTACT = "first-contact"
    HANDOVER_RECEIPT = "handover-receipt"
    COMPLETION = "completion"
    FAILURE = "failure"
    CANCELLATION = "cancellation"


class Side(StrEnum):
    """Where somebody stands who may see the referral."""

    SENDER = "sender"
    RECEIVER = "receiver"
    COLLEAGUE = "colleague"
    """Of the receiving sector, but of another unit than the one addressed: sees, does not act."""
    FORMER_SENDER = "former-sender"
    """Of the sending sector after it has let the case go: sees its own request, and does not act."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Whose action it is, and where it leads from each state it is possible in."""

    by: Side
    moves: Mapping[State, State]


TRANSITIONS: Mapping[Action, Rule] = MappingProxyType(
    {
        Action.ACCEPTANCE: Rule(Side.RECEIVER, {State.REQUESTED: State.ACCEPTED}),
        Action.REJECTION: Rule(Side.RECEIVER, {State.REQUESTED: State.REJECTED}),
        # An attempt changes nothing: it is never a contact, however many there are.
        Action.CONTACT_ATTEMPTS: Rule(
            Side.RECEIVER, {State.ACCEPTED: State.ACCEPTED, State.IN_PROGRESS: State.IN_PROGRESS}
        ),
        Action.FIRST_CONTACT: Rule(Side.RECEIVER, {State.ACCEPTED: State.IN_PROGRESS}),
        # A receipt may come before the first contact or after it.
        Action.HANDOVER_RECEIPT: Rule(
            Side.RECEIVER, {State.ACCEPTED: State.ACCEPTED, State.IN_PROGRESS: State.IN_PROGRESS}
        ),
        Action.COMPLETION: Rule(Side.RECEIVER, {State.IN_PROGRESS: State.COMPLETED}),
        Action.FAILURE: Rule(Side.RECEIVER, {State.ACCEPTED: State.FAILED, State.IN_PROGRESS: State.FAILED}),
        Action.CANCELLATION: Rule(
            Side.SENDER,
            {
                State.REQUESTED: State.CANCELLED,
                State.ACCEPTED: State.CANCELLED,
                State.IN_PROGRESS: State.CANCELLED,
            },
        ),
    }
)

LIVE: frozenset[State] = frozenset({State.REQUESTED, State.ACCEPTED, State.IN_PROGRESS, State.ON_HOLD})
"""States in which the referral still asks something of somebody. A need has at most one live referral."""

ENDED: frozenset[State] = frozenset(State) - LIVE - {State.DRAFT}
"""States nothing leads out of."""

GIVES_UP: frozenset[Action] = frozenset({Action.FAILURE, Action.CANCELLATION})
"""What a receipt that takes holding rules out from then on."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the decision needs to know of a referral."""

    state: State
    receipt_given: bool = False
    holding_promised: bool = False


def refusal(action: Action, standing: Standing, side: Side) -> Refusal | None:
    """Why this side may not take this action now, or None when it may. Whose it is comes before whether it fits."""
    return _wrong_side(TRANSITIONS[action].by, side) or _wrong_time(action, standing, side)


def open_actions(standing: Standing, side: Side) -> list[Action]:
    """Every action this side may take now."""
    return [action for action in Action if _is_open(action, standing, side)]


def next_state(action: Action, standing: Standing, side: Side) -> State:
    """Where the action leads.

    Raises:
        NotAllowed: it is not this side's action.
        RuleBroken: it does not fit the referral as it stands.
    """
    refused = refusal(action, standing, side)
    if refused is not None:
        raise refused
    return TRANSITIONS[action].moves[standing.state]


def _wrong_side(by: Side, side: Side) -> Refusal | None:
    if side is by:
        return None
    if by is Side.SENDER:
        return SectorHasLetGo() if side is Side.FORMER_SENDER else OnlyTheSender()
    return OnlyTheAddressedUnit() if side is Side.COLLEAGUE else OnlyTheReceiver()


def _wrong_time(action: Action, standing: Standing, side: Side) -> Refusal | None:
    if standing.state not in TRANSITIONS[action].moves:
        return InvalidTransition(allowed=[str(open_one) for open_one in open_actions(standing, side)])
    return _against_the_receipt(action, standing)


def _against_the_receipt(action: Action, standing: Standing) -> Refusal | None:
    if action is Action.HANDOVER_RECEIPT and standing.receipt_given:
        return ReceiptAlreadyGiven()
    if action in GIVES_UP and standing.holding_promised:
        return ReceiptIsIrrevocable()
    return None


def _is_open(action: Action, standing: Standing, side: Side) -> bool:
    # Not `refusal(...) is None`: that builds the list of open actions for its message, and would go round in circles.
    rule = TRANSITIONS[action]
    return side is rule.by and standing.state in rule.moves and _against_the_receipt(action, standing) is None
