"""The life of a referral on one page: which action leads from which state to which, and on which side it lies.

`refusal` is the one decision: it guards every action, and `open_actions` lists what it would let through.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from chassis.errors import InvalidTransition, Refusal
from services.referrals.domain.errors import (
    ClaimedByAnother,
    OnlyTheAddressedUnit,
    OnlyTheReceiver,
    OnlyTheSender,
    ReceiptAlreadyGiven,
    ReceiptIsIrrevocable,
    SectorHasLetGo,
)


class State(StrEnum):
    """The ten FHIR Task states. A draft is nobody's yet: a referral begins with the request, so nothing is one here."""

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
    REDIRECTION = "redirection"
    CLAIM = "claim"
    RETURN = "return"
    QUESTIONS = "questions"
    ANSWERS = "answers"
    CONTACT_ATTEMPTS = "contact-attempts"
    FIRST_CONTACT = "first-contact"
    HANDOVER_RECEIPT = "handover-receipt"
    HOLD = "hold"
    RESUMPTION = "resumption"
    COMPLETION = "completion"
    FAILURE = "failure"
    CANCELLATION = "cancellation"
    ENTRY_IN_ERROR = "entry-in-error"


class Side(StrEnum):
    """Where somebody stands who may see the referral."""

    SENDER = "sender"
    RECEIVER = "receiver"
    COLLEAGUE = "colleague"
    """Of the receiving sector, but of another unit than the one addressed: sees, does not act."""
    FORMER_SENDER = "former-sender"
    """Of the sending sector after it has let the case go: sees its own request, and does not act."""


class Hands(StrEnum):
    """In whose hands a referral is, as one caller sees it."""

    NOBODYS = "nobodys"
    OWN = "own"
    ANOTHERS = "anothers"
    A_TEAM_MEMBERS = "a-team-members"
    """Another's, and the caller leads the team: may take it over, and may hand it back for who is away."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the decision needs to know of a referral."""

    state: State
    receipt_given: bool = False
    holding_promised: bool = False
    contact_held: bool = False
    question_open: bool = False
    hands: Hands = Hands.NOBODYS


@dataclass(frozen=True, slots=True)
class Rule:
    """Whose action it is, and where it leads from each state it is possible in."""

    by: Side
    moves: Mapping[State, State]
    after_contact: Mapping[State, State] = field(default_factory=dict)
    """Where it leads instead, once the citizen has been met."""

    def leads_to(self, standing: Standing) -> State:
        """The state reached from here."""
        usual = self.moves[standing.state]
        return self.after_contact.get(standing.state, usual) if standing.contact_held else usual


LIVE: frozenset[State] = frozenset({State.REQUESTED, State.ACCEPTED, State.IN_PROGRESS, State.ON_HOLD})
"""States in which the referral still asks something of somebody. A need has at most one live referral."""

ENDED: frozenset[State] = frozenset(State) - LIVE - {State.DRAFT}
"""States nothing leads out of, but that a mistake is named as one even after it was rejected."""

_STAYS: Mapping[State, State] = MappingProxyType({state: state for state in State if state in LIVE})

TRANSITIONS: Mapping[Action, Rule] = MappingProxyType(
    {
        Action.ACCEPTANCE: Rule(Side.RECEIVER, {State.REQUESTED: State.ACCEPTED}),
        Action.REJECTION: Rule(Side.RECEIVER, {State.REQUESTED: State.REJECTED}),
        # Who has met the citizen does not send them on to the next: that is a referral of its own.
        Action.REDIRECTION: Rule(Side.RECEIVER, {State.REQUESTED: State.REJECTED, State.ACCEPTED: State.REJECTED}),
        # Who does the work, and what is still to be known, change nothing of how far the referral is.
        Action.CLAIM: Rule(Side.RECEIVER, _STAYS),
        Action.RETURN: Rule(Side.RECEIVER, _STAYS),
        Action.QUESTIONS: Rule(Side.RECEIVER, _STAYS),
        Action.ANSWERS: Rule(Side.SENDER, _STAYS),
        # An attempt changes nothing: it is never a contact, however many there are.
        Action.CONTACT_ATTEMPTS: Rule(
            Side.RECEIVER, {State.ACCEPTED: State.ACCEPTED, State.IN_PROGRESS: State.IN_PROGRESS}
        ),
        Action.FIRST_CONTACT: Rule(Side.RECEIVER, {State.ACCEPTED: State.IN_PROGRESS}),
        # A receipt may come before the first contact or after it.
        Action.HANDOVER_RECEIPT: Rule(
            Side.RECEIVER, {State.ACCEPTED: State.ACCEPTED, State.IN_PROGRESS: State.IN_PROGRESS}
        ),
        # The citizen's own choice. Contact, attempts and receipt stay as they are, and so the way back is known.
        Action.HOLD: Rule(Side.RECEIVER, {State.ACCEPTED: State.ON_HOLD, State.IN_PROGRESS: State.ON_HOLD}),
        Action.RESUMPTION: Rule(
            Side.RECEIVER,
            {State.ON_HOLD: State.ACCEPTED},
            after_contact={State.ON_HOLD: State.IN_PROGRESS},
        ),
        Action.COMPLETION: Rule(Side.RECEIVER, {State.IN_PROGRESS: State.COMPLETED}),
        Action.FAILURE: Rule(Side.RECEIVER, {State.ACCEPTED: State.FAILED, State.IN_PROGRESS: State.FAILED}),
        Action.CANCELLATION: Rule(Side.SENDER, dict.fromkeys(_STAYS, State.CANCELLED)),
        Action.ENTRY_IN_ERROR: Rule(Side.SENDER, dict.fromkeys((*_STAYS, State.REJECTED), State.ENTERED_IN_ERROR)),
    }
)

GIVES_UP: frozenset[Action] = frozenset(
    {Action.REDIRECTION, Action.FAILURE, Action.CANCELLATION, Action.ENTRY_IN_ERROR}
)
"""What a receipt that takes holding rules out from then on."""


def refusal(action: Action, standing: Standing, side: Side) -> Refusal | None:
    """Why this side may not take this action now, or None when it may. Whose it is comes before whether it fits."""
    wrong_side = _wrong_side(TRANSITIONS[action].by, side)
    if wrong_side is not None:
        return wrong_side
    obstacle = _obstacle(action, standing)
    if obstacle is InvalidTransition:
        return InvalidTransition(allowed=[str(open_one) for open_one in open_actions(standing, side)])
    return None if obstacle is None else obstacle()


def open_actions(standing: Standing, side: Side) -> list[Action]:
    """Every action this side may take now."""
    return [action for action in Action if side is TRANSITIONS[action].by and _obstacle(action, standing) is None]


def next_state(action: Action, standing: Standing, side: Side) -> State:
    """Where the action leads.

    Raises:
        NotAllowed: it is not this side's action.
        RuleBroken: it does not fit the referral as it stands.
    """
    refused = refusal(action, standing, side)
    if refused is not None:
        raise refused
    return TRANSITIONS[action].leads_to(standing)


def _wrong_side(by: Side, side: Side) -> Refusal | None:
    if side is by:
        return None
    if by is Side.SENDER:
        return SectorHasLetGo() if side is Side.FORMER_SENDER else OnlyTheSender()
    return OnlyTheAddressedUnit() if side is Side.COLLEAGUE else OnlyTheReceiver()


def _obstacle(action: Action, standing: Standing) -> type[Refusal] | None:
    """What is in the way of this action, whoever's it is; as a class, since its facts are told by who refuses."""
    if standing.state not in TRANSITIONS[action].moves:
        return InvalidTransition
    if action is Action.HANDOVER_RECEIPT and standing.receipt_given:
        return ReceiptAlreadyGiven
    if action in GIVES_UP and standing.holding_promised:
        return ReceiptIsIrrevocable
    if action is Action.ANSWERS and not standing.question_open:
        return InvalidTransition
    return _in_other_hands(action, standing.hands)


_NOTHING_TO_DO: Mapping[Action, Hands] = MappingProxyType({Action.CLAIM: Hands.OWN, Action.RETURN: Hands.NOBODYS})


def _in_other_hands(action: Action, hands: Hands) -> type[Refusal] | None:
    if action not in _NOTHING_TO_DO:
        return None
    if hands is Hands.ANOTHERS:
        return ClaimedByAnother
    return InvalidTransition if hands is _NOTHING_TO_DO[action] else None
