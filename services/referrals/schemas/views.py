"""What callers are shown. A member that is null is absent, or hidden from this side (see `returnScope`)."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from chassis.wire import Day, Moment, View
from services.referrals.domain.beside import Beside
from services.referrals.domain.codes import (
    AttemptChannel,
    AttemptResult,
    CatchState,
    ContactChannel,
    Outcome,
    Presence,
    ReturnScope,
)
from services.referrals.domain.contact_card import CitizenPart
from services.referrals.domain.handover import Section
from services.referrals.domain.lifecycle import Action, State
from services.referrals.domain.sharing import BasisKind, BasisStatus
from services.referrals.schemas.clocks import ClockView, DeadlineWaiverView
from services.referrals.schemas.shared import NotSharedView, SharedView


class PartyView(View):
    """A unit of a sector."""

    sector: str
    unit: str | None


class SideView(PartyView):
    """One side of a referral."""

    authority: str | None = Field(description="Where the two sides are of different authorities: which this one is.")


class AddressView(SideView):
    """Whom a request was put to: a sector, and a unit or a service of it where one was named."""

    service_id: UUID | None = Field(description="A service of the directory of the authority that was asked.")


class AttemptsView(View):
    """How often somebody tried to reach the citizen, and when last."""

    count: int | None
    last_at: Moment | None


class BasisView(View):
    """What the sharing rests on, and whether it still holds."""

    kind: BasisKind
    status: BasisStatus
    consent_id: UUID | None
    legal_basis: str | None
    valid_until: Day | None


class HoldView(View):
    """A pause by the citizen's own choice."""

    since: Moment | None
    until: Day | None


class ReferredCitizenView(View):
    """Whom it is about, as cases tells this caller now; a protected citizen by alias only.

    `hidden` counts what is known of name, telephone, hours, language and domain of the need and not told: because name
    and address are protected, or because the basis does not cover it.
    """

    display_name: str | None
    alias: str | None
    phone: str | None
    safe_to_call: str | None
    language: str | None
    protected: bool
    hidden: int


class ReferralSummary(View):
    """Enough to work from without a second call."""

    id: UUID
    case_id: UUID
    case_number: str
    need_id: UUID
    need_domain: str | None
    citizen: ReferredCitizenView | None
    citizen_part: CitizenPart = Field(
        description="Whether `citizen` and `needDomain` are told. `hidden`: not to this caller, or not any more. "
        "`unavailable`: cases cannot be asked now. `not-asked`: the answer to a change has nobody's name in it."
    )
    planned_first_contact_at: Moment | None = Field(
        description="Before the first contact: the receiver's next appointment in the case; for the receiving side."
    )
    state: State | None
    catch_state: CatchState | None
    from_: SideView = Field(alias="from")
    to: AddressView
    responsible_unit: str | None
    requested_at: Moment
    claimed_by: str | None = Field(description="Who in the receiving unit has it in hand; for the receiving side.")
    claimed_at: Moment | None
    on_hold: HoldView | None
    question_open: bool = Field(description="Whether the sender owes the receiver an answer.")
    replaces: UUID | None = Field(description="The referral that was sent on to become this one.")
    replaced_by: UUID | None = Field(description="The referral that this one became when it was sent on.")
    clocks: list[ClockView]
    attempts: AttemptsView
    basis: BasisView
    version: int
    allowed_actions: list[Action | Literal["deadline-waiver"] | Beside]


class ContactAttemptView(View):
    """A try that did not reach the citizen. It never changes, so its version is always 1."""

    id: UUID
    at: Moment
    channel: AttemptChannel | None
    result: AttemptResult | None
    version: Literal[1]


class FirstContactView(View):
    """The first meeting the citizen attended."""

    at: Moment
    channel: ContactChannel | None
    attended: Literal[True]
    present: list[Presence]
    warm: bool | None = Field(description="Whether the sender was present too; for the receiving side.")


class HandoverReceiptView(View):
    """The receiver's promise."""

    id: UUID
    at: Moment | None
    takes_holding: bool
    unit: str | None
    coordinator: str | None


class EndingView(View):
    """How the referral ended: `reasonCode` of a rejection, a failure or a closed case, else the outcome."""

    at: Moment | None
    reason_code: str | None
    suggestion: str | None
    outcome: Outcome | None
    because: str | None


class Referral(ReferralSummary):
    """Everything this side may see of one referral."""

    reason: str | None
    shared: SharedView
    not_shared: list[NotSharedView] = Field(description="What exists and is not shown to the receiver, and why.")
    handover_missing: list[Section] = Field(description="What the receiver asks to be told and nobody has written.")
    anonymous: bool = Field(description="The receiver finds nothing of it. A catch code catches it.")
    approached_on: Day | None
    guarantee: str | None
    return_scope: ReturnScope
    contact_attempts: list[ContactAttemptView]
    first_contact: FirstContactView | None
    handover_receipt: HandoverReceiptView | None
    deadline_waivers: list[DeadlineWaiverView]
    ending: EndingView | None

    @property
    def shade(self) -> str:
        """No step was taken when a basis ended, and yet it shows less than it did."""
        return "" if self.basis.status is BasisStatus.IN_FORCE else self.basis.status


class HistoryStep(View):
    """One step of a referral: `version` is the one it made. Without `by`, the case was closed."""

    version: int
    action: str
    from_state: State | None
    to_state: State
    at: Moment | None
    by: SideView | None
    by_link: bool = Field(description="Whether a partner without a system took it, by a one-referral link.")
    because: str | None = Field(description="Why the citizen wanted a pause; for the receiving side.")
