"""Bodies that callers send."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StrictBool

from chassis.wire import AuthorityCode, Body, Code, Day, LongText, Moment, SectorCode, Subject, UnitId
from services.referrals.domain.codes import (
    AttemptChannel,
    AttemptResult,
    ContactChannel,
    DeclineCode,
    FailureCode,
    Outcome,
    Presence,
    ReturnScope,
)
from services.referrals.schemas.addresses import ASKED_SERVICE
from services.referrals.schemas.handover import HandoverRequest


def _literally_true(value: object) -> object:
    # Without this, `1` would count as true: too little to say that somebody came.
    if value is not True:
        raise ValueError("must be true")
    return value


_AT = "Not before the Danish day on which the citizen asked for help, and not ahead."


class ReferralRequest(Body):
    """Ask another sector to take on a need. Exactly one of `consentId` and `legalBasis` must permit the sharing."""

    id: UUID | None = Field(default=None, description="Chosen by the client, a UUIDv7 of about now; or by the server.")
    case_id: UUID
    need_id: UUID
    to_sector: SectorCode
    to_unit: UnitId | None = None
    to_service_id: UUID | None = Field(default=None, description=ASKED_SERVICE)
    to_authority: AuthorityCode | None = Field(
        default=None, description="Another authority, whose sector is asked. Your own if absent."
    )
    reason: LongText = Field(description="Why, in the sender's words. Both sides read it while the basis holds.")
    approached_on: Day | None = Field(default=None, description="The day the citizen asked for help.")
    guarantee: Code | None = Field(default=None, description="A promise that was in force when the citizen asked.")
    consent_id: UUID | None = None
    legal_basis: Code | None = Field(default=None, description="A provision that permits sharing without consent.")
    return_scope: ReturnScope = Field(
        default=ReturnScope.CAUGHT_ONLY, description="What the sender may see of the way back."
    )
    handover: HandoverRequest | None = None
    anonymous: StrictBool = Field(
        default=False,
        description="The receiver finds nothing of it, so it names no basis. A catch code catches it.",
    )


class AcceptanceRequest(Body):
    """Commit to act."""

    responsible_unit: UnitId | None = Field(
        default=None, description="The unit that will act: else the caller's, else the one addressed."
    )


class RejectionRequest(Body):
    """Refuse."""

    reason_code: DeclineCode
    suggestion: LongText | None = Field(default=None, description="What the sender could do instead.")


class ContactAttemptRequest(Body):
    """A try that did not reach the citizen."""

    at: Moment = Field(description=_AT)
    channel: AttemptChannel
    result: AttemptResult


class FirstContactRequest(Body):
    """A first contact that the citizen attended. If they did not, it was a contact attempt."""

    at: Moment = Field(description=_AT)
    channel: ContactChannel
    attended: Annotated[Literal[True], BeforeValidator(_literally_true)]
    present: list[Presence] = Field(default=[], max_length=20, description="Who else was there, by role.")


class HandoverReceiptRequest(Body):
    """The receiver's promise. It is given once and cannot be taken back."""

    takes_holding: StrictBool = Field(description="True: a standing offer to hold the whole case.")
    coordinator: Subject | None = Field(
        default=None, description="Who will coordinate: the caller if absent. A system must name somebody."
    )


class CompletionRequest(Body):
    """The help was given, or ended."""

    outcome: Outcome


class FailureRequest(Body):
    """The referral could not be carried through."""

    reason_code: FailureCode


class CancellationRequest(Body):
    """The sender takes the request back."""

    because: LongText
