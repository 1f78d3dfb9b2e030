"""Claims, pauses, questions, redirections and reorganised units on the wire: bodies, then views."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from chassis.wire import AuthorityCode, Body, Code, Day, LongText, Moment, SectorCode, UnitId, View
from services.referrals.domain.codes import DeclineCode
from services.referrals.schemas.addresses import ASKED_SERVICE
from services.referrals.schemas.views import AddressView, ReferralSummary, SideView


class HoldRequest(Body):
    """Pause, by the citizen's own choice. Nothing else is a reason for a pause."""

    until: Day | None = Field(default=None, description="The last day of it, where the citizen named one.")
    because: LongText = Field(description="What the citizen said.")


class EntryInErrorRequest(Body):
    """The referral was never meant."""

    because: LongText


class QuestionRequest(Body):
    """What the receiver needs to know."""

    id: UUID | None = Field(default=None, description="Chosen by the client, or by the server.")
    text: LongText


class QuestionAnswerRequest(Body):
    """What the sender answers."""

    id: UUID | None = Field(default=None, description="Chosen by the client, or by the server.")
    question_id: UUID
    text: LongText


class RedirectionRequest(Body):
    """Send the request on. Without a basis of its own, the one it came with must reach as far as the new receiver."""

    id: UUID | None = Field(
        default=None, description="The successor's: chosen by the client, a UUIDv7 of about now; or by the server."
    )
    to_sector: SectorCode
    to_unit: UnitId | None = None
    to_service_id: UUID | None = Field(default=None, description=ASKED_SERVICE)
    to_authority: AuthorityCode | None = Field(
        default=None, description="The authority that is asked instead: the caller's own if absent."
    )
    reason_code: DeclineCode
    consent_id: UUID | None = None
    legal_basis: Code | None = Field(default=None, description="A provision that permits sharing without consent.")


class UnitReassignmentRequest(Body):
    """A unit of the caller's sector is reorganised into another."""

    id: UUID | None = Field(default=None, description="Chosen by the client, or by the server.")
    from_unit: UnitId
    to_unit: UnitId


class QuestionView(View):
    """A question of the receiver's. It never changes, so its version is always 1."""

    id: UUID
    text: str | None
    at: Moment
    by: SideView
    answer_id: UUID | None
    version: Literal[1]


class QuestionAnswerView(View):
    """An answer of the sender's; the receiver reads its `text` while the basis holds."""

    id: UUID
    question_id: UUID
    text: str | None
    at: Moment
    by: SideView
    version: Literal[1]


class RedirectionView(View):
    """That a request was sent on. `successorId` is the new referral, which only its own two sectors can read."""

    referral_id: UUID
    successor_id: UUID
    need_id: UUID
    to: AddressView
    reason_code: DeclineCode
    at: Moment
    version: Literal[1]


class RedirectionChain(View):
    """Where a request has been, from the first receiver to the present one, as far as the reader may see it."""

    links: list[ReferralSummary] = Field(max_length=20)
    hidden: int = Field(description="How many more there are, between other sectors than the reader's.")


class UnitReassignmentView(View):
    """What one call has moved. `remaining` are moved by the next call."""

    id: UUID
    sector: str
    from_unit: str
    to_unit: str
    moved: int
    kept: int = Field(description="Stay where they are, because the citizen's consent names their unit.")
    from_elsewhere: int = Field(description="Live ones that other authorities sent: they are not moved by this.")
    remaining: int
    at: Moment
    version: Literal[1]
