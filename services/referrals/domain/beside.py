"""What the sender can do with a referral beside the steps of its life: complete what it hands over, have a code made.

Neither changes how far the referral is, so neither is an `Action` of the table in `lifecycle.py`. Each decision here
guards its call and is told in `allowedActions`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from chassis.errors import InvalidTransition, Refusal
from services.referrals.domain.errors import OnlyTheSender, SectorHasLetGo
from services.referrals.domain.errors.handover import AnonymousSharesNothing, HandoverAlreadyReceived, NotAnonymous
from services.referrals.domain.lifecycle import LIVE, Side, State

Beside = Literal["handover-content", "catch-codes"]

CONTENT: Beside = "handover-content"
CODES: Beside = "catch-codes"


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a referral is, as far as these decisions need to know."""

    state: State
    receipt_given: bool
    anonymous: bool


Decision = Callable[[Side, Stage], type[Refusal] | None]


def content_refusal(side: Side, stage: Stage) -> type[Refusal] | None:
    """Why this side may not write the handover content now, or None when it may.

    The sender may until the receipt: what the receiver has signed for is not changed behind its back.
    """
    if side is not Side.SENDER:
        return _not_the_sender(side)
    if stage.anonymous:
        return AnonymousSharesNothing
    if stage.receipt_given:
        return HandoverAlreadyReceived
    return None if stage.state in LIVE else InvalidTransition


def code_refusal(side: Side, stage: Stage) -> type[Refusal] | None:
    """Why this side may not have a catch code made now, or None when it may."""
    if side is not Side.SENDER:
        return _not_the_sender(side)
    if not stage.anonymous:
        return NotAnonymous
    return None if stage.state is State.REQUESTED else InvalidTransition


def open_beside(side: Side, stage: Stage) -> list[Beside]:
    """What of it this side may do now."""
    refusals = {CONTENT: content_refusal(side, stage), CODES: code_refusal(side, stage)}
    return [what for what, refused in refusals.items() if refused is None]


def _not_the_sender(side: Side) -> type[Refusal]:
    return SectorHasLetGo if side is Side.FORMER_SENDER else OnlyTheSender
