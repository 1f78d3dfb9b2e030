"""Anonymous treatment can be caught too: by a code that the citizen carries, confirmed by a unit that sees no case.

The sender asks for it with an anonymous referral, of which the receiving side finds nothing, before or after. The
citizen gets the code on paper and shows it where they come. Whoever there meets them types the code and the day, and
learns that it was good. That is the contact and the receipt in one, and the end of the referral: nothing more is asked
of anybody. The sender learns that the citizen is caught, and no more.

Such a receipt never takes holding: who does not know whom they have met cannot promise to hold their case.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.access import is_addressed
from services.referrals.domain.days import beginning_of
from services.referrals.domain.errors.handover import CatchCodeNotUsable
from services.referrals.domain.events import (
    FirstContactHeld,
    HandoverReceived,
    ReferralAccepted,
    ReferralCompleted,
    ReferralEvent,
)
from services.referrals.domain.lifecycle import Action, Side, State, next_state
from services.referrals.domain.moments import Ending, FirstContact, Receipt, Step
from services.referrals.domain.referral import Referral

GOOD_FOR = timedelta(days=60)
"""Long enough to gather courage, short enough that a paper found in a drawer tells nothing."""

_LETTERS = re.compile(r"[\s-]+")
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def as_said(secret: str) -> str:
    """A code as it is printed: twelve characters in three groups, none of which looks like another."""
    return "-".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def as_kept(said: str) -> str:
    """The code somebody typed, however they wrote it: small letters, with or without the groups, an O for a zero."""
    return _LETTERS.sub("", said).upper().translate(_LOOKALIKES)


class CodeState(StrEnum):
    """How it stands with a code."""

    LIVE = "live"
    USED = "used"
    REPLACED = "replaced"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CatchCode:
    """One code of one referral. Of its secret only a keyed hash is kept, and that is not here."""

    id: UUID
    referral_id: UUID
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    replaced_at: datetime | None = None

    @classmethod
    def issue(cls, id: UUID, referral_id: UUID, *, at: datetime) -> "CatchCode":
        """A new one. Whatever came before it is replaced."""
        return cls(id, referral_id, at, at + GOOD_FOR)

    def state_at(self, at: datetime) -> CodeState:
        """How it stands at a moment."""
        if self.used_at is not None:
            return CodeState.USED
        if self.replaced_at is not None:
            return CodeState.REPLACED
        return CodeState.EXPIRED if at >= self.expires_at else CodeState.LIVE


@dataclass(frozen=True, slots=True)
class CatchConfirmation:
    """Somebody of a unit has met whoever carried a code. It names neither the code nor the citizen."""

    id: UUID
    attended_on: date
    at: datetime
    by: Actor


def require_usable(
    code: CatchCode | None, referral: Referral | None, *, by: Actor, attended_on: date, at: datetime
) -> tuple[CatchCode, Referral]:
    """The code and its referral, when this caller may confirm that its bearer was met that day.

    The day is part of it: an answer of its own for a day too early would say that the code is good, and when the
    citizen first asked for help.

    Raises:
        CatchCodeNotUsable: in all other cases, with nothing to tell them apart.
    """
    good = (
        code is not None
        and referral is not None
        and code.state_at(at) is CodeState.LIVE
        and referral.anonymous
        and referral.state is State.REQUESTED
        and is_addressed(by, referral)
        and attended_on >= referral.approach_day
    )
    if code is None or referral is None or not good:
        raise CatchCodeNotUsable()
    return code, referral


def catch_unseen(
    referral: Referral, *, by: Actor, attended_on: date, receipt_id: UUID, at: datetime
) -> Iterator[Action]:
    """Take an anonymous referral from the request to its end: yes, met, received, done. Each step is to be saved.

    Who signed for it, and in which unit, is kept with the confirmation and not told with the referral: where somebody
    is treated is health data, and the sender is told `caught` and no more. How they met nobody has said.
    """
    unseen = replace(by, unit=None)

    def take(action: Action, event: ReferralEvent) -> Action:
        reached = next_state(action, referral.standing(unseen), Side.RECEIVER)
        referral.steps.append(Step(action, referral.state, reached, at, unseen))
        referral.events.append(event)
        referral.state = reached
        return action

    yield take(Action.ACCEPTANCE, ReferralAccepted(None))
    met = take(Action.FIRST_CONTACT, FirstContactHeld())
    referral.first_contact = FirstContact(beginning_of(attended_on), None)
    yield met
    received = take(Action.HANDOVER_RECEIPT, HandoverReceived(receipt_id, False, None, None))
    referral.receipt = Receipt(receipt_id, at, takes_holding=False, unit=None, coordinator=None)
    yield received
    done = take(Action.COMPLETION, ReferralCompleted())
    referral.ending = Ending(at)
    yield done
