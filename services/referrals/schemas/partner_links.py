"""One-referral links on the wire: what the sender makes and sees, and what the partner is shown and answers."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from chassis.wire import Body, Day, Moment, ShortText, View
from services.referrals.domain.clocks import ClockState
from services.referrals.domain.handover import Section
from services.referrals.domain.lifecycle import State
from services.referrals.domain.partner_links import LINK_ACTIONS, LinkState
from services.referrals.domain.sharing import BasisStatus
from services.referrals.schemas.requests import ContactAttemptRequest, FirstContactRequest, RejectionRequest
from services.referrals.schemas.shared import NotSharedView, SharedView
from services.referrals.schemas.views import ContactAttemptView, FirstContactView, HoldView, PartyView, Referral


class PartnerLinkRequest(Body):
    """Give a partner without a system a link to this one referral. Whom to call it reads in the handover's contact
    wishes, if the basis covers `contact`."""

    valid_until: Day | None = Field(
        default=None, description="The last day it opens anything: a month from today if absent, half a year at most."
    )


class PartnerLinkView(View):
    """A link that was given out. Its secret is not here: nobody can be told it again."""

    id: UUID
    referral_id: UUID
    state: LinkState
    to: PartyView = Field(description="Whom the referral was addressed to when the link was made.")
    made_at: Moment
    valid_until: Day
    last_used_at: Moment | None = Field(
        description="When it was last opened or answered with; once the partner has said yes, a date like the others."
    )
    revoked_at: Moment | None
    version: int
    allowed_actions: list[Literal["revocation"]]


class MadePartnerLinkView(PartnerLinkView):
    """A new link, with its secret. Told once: we keep only a keyed hash."""

    url: str = Field(description="The secret is in the fragment, which browsers do not send and servers do not log.")


# -- what the partner sends ---------------------------------------------------------------------------------------


class PartnerSessionRequest(Body):
    """Open a referral with the token from its link."""

    token: ShortText
    language: Annotated[str, StringConstraints(strict=True, pattern=r"^(da|en)$", max_length=2)] | None = Field(
        default=None, description="`da` or `en`; without it, what Accept-Language asks for."
    )


def _literally_false(value: object) -> object:
    # Without this, `0` would count as false: too little to say what is not promised.
    if value is not False:
        raise ValueError("must be false")
    return value


class PartnerAcceptance(Body):
    """Commit to act."""

    session_token: ShortText
    action: Literal["acceptance"]
    received_on: Day | None = Field(
        default=None, description="The day the request came to you, not before it was sent: the day it was if absent."
    )


class PartnerRejection(RejectionRequest):
    """Refuse."""

    session_token: ShortText
    action: Literal["rejection"]


class PartnerContactAttempt(ContactAttemptRequest):
    """A try that did not reach the citizen."""

    session_token: ShortText
    action: Literal["contact-attempts"]


class PartnerFirstContact(FirstContactRequest):
    """A first contact that the citizen attended."""

    session_token: ShortText
    action: Literal["first-contact"]


class PartnerReceipt(Body):
    """The citizen has been handed over. By a link nobody promises to hold the whole case."""

    session_token: ShortText
    action: Literal["handover-receipt"]
    takes_holding: Annotated[Literal[False], BeforeValidator(_literally_false)]


PartnerAnswer = PartnerAcceptance | PartnerRejection | PartnerContactAttempt | PartnerFirstContact | PartnerReceipt


# -- what the partner is shown ------------------------------------------------------------------------------------


class PartnerClockView(View):
    """One promise to the citizen. Which it is, is null where nothing permits the sharing any more."""

    guarantee: str | None
    name: str | None
    started_on: Day
    due_on: Day
    state: ClockState


class PartnerReferralView(View):
    """The referral as its receiver may see it today. It names no citizen and no case: only the sender's words tell who
    it is about, and `notShared` says which of them there are that the basis does not cover, and why. Name and number
    for the call stand in `contactWishes`."""

    from_: PartyView = Field(alias="from")
    to: PartyView
    requested_at: Moment
    approached_on: Day | None
    state: State | None
    reason: str | None
    shared: SharedView
    not_shared: list[NotSharedView]
    handover_missing: list[Section] = Field(
        description="What the receiver asks to be told and nobody has written: enough to say no for it."
    )
    basis_status: BasisStatus
    clocks: list[PartnerClockView]
    on_hold: HoldView | None
    contact_attempts: list[ContactAttemptView]
    first_contact: FirstContactView | None
    receipt_given_at: Moment | None

    @classmethod
    def of(cls, seen: Referral, names: Mapping[str, str]) -> "PartnerReferralView":
        """What an ordinary receiver is shown, without what only somebody with a login has use for."""
        clocks = [
            PartnerClockView(
                guarantee=clock.guarantee,
                name=names.get(clock.guarantee or ""),
                started_on=clock.started_on,
                due_on=clock.due_on,
                state=clock.state,
            )
            for clock in seen.clocks
        ]
        return cls(
            from_=seen.from_,
            to=seen.to,
            requested_at=seen.requested_at,
            approached_on=seen.approached_on,
            state=seen.state,
            reason=seen.reason,
            shared=seen.shared,
            not_shared=seen.not_shared,
            handover_missing=seen.handover_missing,
            basis_status=seen.basis.status,
            clocks=clocks,
            on_hold=seen.on_hold,
            contact_attempts=seen.contact_attempts,
            first_contact=seen.first_contact,
            receipt_given_at=seen.handover_receipt.at if seen.handover_receipt else None,
        )


class PartnerSessionView(View):
    """An open referral: what is shared, what can be answered, and the token to answer with."""

    session_token: str
    expires_at: Moment
    referral: PartnerReferralView
    allowed_actions: list[str]


def by_link(actions: list[str]) -> list[str]:
    """Of what a receiver may do now, what may be done by a link."""
    return [action for action in actions if action in LINK_ACTIONS]


class PartnerAnswerReceipt(View):
    """What was answered has been written down. It tells nothing else, so that a repeat of it tells nothing either; open
    the link again to see the referral as it is now."""

    action: Literal["acceptance", "rejection", "contact-attempts", "first-contact", "handover-receipt"]
    recorded_at: Moment
