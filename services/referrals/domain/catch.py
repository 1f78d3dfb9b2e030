"""When is a need caught? When the citizen has attended a first contact and the receiver has given its receipt."""

from services.referrals.domain.codes import CatchState
from services.referrals.domain.lifecycle import State

_GIVEN_UP = frozenset({State.REJECTED, State.FAILED, State.CANCELLED, State.ENTERED_IN_ERROR})
_NOT_TAKEN_ON = frozenset({State.DRAFT, State.REQUESTED})


def catch_state(state: State, *, contact_held: bool, receipt_given: bool, ended_with_case: bool = False) -> CatchState:
    """How far the catch has come. A referral that ended only because its case did keeps what it had reached."""
    if state in _GIVEN_UP and not ended_with_case:
        return CatchState.CAUGHT_THEN_LOST if contact_held and receipt_given else CatchState.UNCAUGHT
    if contact_held and receipt_given:
        return CatchState.CAUGHT
    if contact_held:
        return CatchState.CONTACT_HELD
    if receipt_given:
        return CatchState.RECEIPT
    return CatchState.UNCAUGHT if state in _NOT_TAKEN_ON or ended_with_case else CatchState.ACCEPTED
