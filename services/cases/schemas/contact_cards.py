"""Contact cards on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.wire import Body, Moment, View

# As many as the longest page of a list.
MOST = 200


class ContactCardRequest(Body):
    """One referral. `consentId` counts only where the referral itself did not say what it rests on."""

    id: UUID
    consent_id: UUID | None = None


class ContactCardsRequest(Body):
    """The referrals of one page."""

    referrals: Annotated[list[ContactCardRequest], Field(min_length=1, max_length=MOST)]


class ContactCardView(View):
    """Who a referral is about and how to reach them. `hidden` counts what is known and not told here: because name and
    address are protected, or because the basis does not cover it.

    `nextAppointmentAt` is the next appointment that the receiving sector has made in the case, told to that sector.
    """

    referral_id: UUID
    display_name: str | None
    alias: str | None
    protected: bool
    phone: str | None
    safe_to_call: str | None
    language: str | None
    need_domain: str | None
    next_appointment_at: Moment | None
    hidden: int


class ContactCardsView(View):
    """The cards there are for the caller, in the order in which they were asked for."""

    items: list[ContactCardView]
