"""Everything referrals announces: one referral's way from one sector to another.

Every moment names the referral, the need and the two sectors, so that a listener who missed the story can
still place it. None says why: the reason of a rejection or a failure is often health data, and the sender
reads what the return scope allows through the API. That a citizen is referred at all can be health data,
hence the classification.
"""

from typing import ClassVar

from pydantic import Field

from contracts.event import Authority, Classification, Code, Day, Event, Id, Sector, Sensitivity, Subject, Unit, YesNo

_LINK_MADE_BY = (
    "Where the receiver told it by a one-referral link: who in the sending sector made that link, and so is not who "
    "lets go on the strength of it."
)


class ReferralMoment(Event):
    """A moment in the life of one referral. cases keeps the catch state of the need from all of them.

    With `toAuthority` the receiver is of another authority: the sector of the same name in the sender's own was not
    asked, and is told nothing.
    """

    service: ClassVar[str] = "referrals"
    dataclassification: ClassVar[Classification] = "restricted"
    dksensitivity: ClassVar[Sensitivity] = "sensitive"

    referral_id: Id
    need_id: Id
    from_sector: Sector
    to_sector: Sector
    to_unit: Unit | None = None
    to_authority: Authority | None = Field(
        default=None,
        description="Where the sector that was asked is of another authority. Absent: of the sender's own.",
    )


class ReferralRequestedV1(ReferralMoment):
    """A sector asked another to take on a need.

    cases lets the receiving sector read the case while the referral lives, and of the citizen what the basis covers;
    and goes on watching a promised day that is near. Responsibility has not moved. Of an anonymous referral the
    receiver is to know nothing, so it gets no sight of the case and no part in it.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.referral-requested.v1"

    anonymous: YesNo | None = Field(default=None, description="True: the receiver is not told of it.")
    due_on: Day | None = Field(
        default=None,
        description="Of a request that was sent on: the promised day of which it has been told, with the one before, "
        "that it comes near or has gone by. It is not told again.",
    )
    return_scope: Code | None = Field(
        default=None,
        description="What of the way back the sender may see: `none`, `caught-only`, `dates`, `dates-and-outcome`. "
        "Absent: no dates.",
    )
    consent_id: Id | None = Field(default=None, description="The consent that it rests on, where it rests on one.")
    legal_basis: Code | None = Field(default=None, description="The provision that it rests on, where it does on one.")


class ReferralAcceptedV1(ReferralMoment):
    """The receiver committed to act.

    cases moves the need from uncaught to accepted; the unit that will act is whom to telephone.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.referral-accepted.v1"

    responsible_unit: Unit | None = None


class ReferralRejectedV1(ReferralMoment):
    """The receiver refused. Responsibility stays with the sender.

    cases alerts whoever answers for the need, and marks it uncaught.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.referral-rejected.v1"


class ContactAttemptedV1(ReferralMoment):
    """The receiver tried to reach the citizen and did not. An attempt is never a contact.

    cases shows that somebody is trying; the catch state does not change.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.contact-attempted.v1"


class FirstContactHeldV1(ReferralMoment):
    """The citizen attended a first contact, and the receiver says so.

    cases counts the contact half of the catch. When and how stays with the receiver: attending treatment is
    health data too.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.first-contact-held.v1"

    link_made_by: Subject | None = Field(default=None, description=_LINK_MADE_BY)


class HandoverReceivedV1(ReferralMoment):
    """The receiver gave a receipt; with `takesHolding` it is a standing, irrevocable offer to hold the case.

    cases counts the receipt half of the catch, and a release may name this receipt. Unit and coordinator
    are who will hold: cases moves them in at the release, so they must come with the receipt.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.handover-received.v1"

    receipt_id: Id
    takes_holding: YesNo
    unit: Unit | None = None
    coordinator: Subject | None = None
    link_made_by: Subject | None = Field(default=None, description=_LINK_MADE_BY)


class ReferralCompletedV1(ReferralMoment):
    """The receiver finished what it was asked to do.

    cases keeps a need that was caught as caught, and no longer expects anything of this referral. Where the help was
    broken off nobody holds the citizen now, and whoever answers for the need has to see to it: of the outcome that
    alone is told.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.referral-completed.v1"

    broken_off: YesNo | None = Field(default=None, description="True: broken off, so nobody holds the citizen now.")


class ReferralFailedV1(ReferralMoment):
    """The receiver could not carry it through. Responsibility does not move.

    cases alerts the holder; if a release relied on this catch, it is lost and alarms the last holder too.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.referral-failed.v1"


class ReferralCancelledV1(ReferralMoment):
    """The sender took the request back, or its case was closed.

    cases marks the need uncaught; the receiving sector no longer reads the case because of it.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.referral-cancelled.v1"


class ReferralRedirectedV1(ReferralMoment):
    """The receiver cannot help, and sent the request on to somebody who may: a referral of its own, linked to this one.

    cases treats this one as ended and hears of the successor by its own events. The sender stays responsible.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.referral-redirected.v1"

    successor_id: Id


class ReferralPutOnHoldV1(ReferralMoment):
    """The citizen asked for a pause. Nothing is lost and nobody has failed.

    cases alarms nobody for a first contact that the citizen has put off, until the pause has lasted as long as was
    meant: then it asks the receiver, and whoever sees to the need, to look.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.referral-put-on-hold.v1"

    until: Day | None = None


class ReferralResumedV1(ReferralMoment):
    """The pause is over.

    cases expects the first contact again, later by as many days as the pause took.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.referral-resumed.v1"

    due_on: Day | None = Field(
        default=None,
        description="The first promised day that is still to come, later by the pause. Absent: none is.",
    )


class ReferralReassignedV1(ReferralMoment):
    """The receiving unit was reorganised: another of the same sector has the referral. `toUnit` is the new address.

    cases changes whom to telephone. Nothing else has moved.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.referral-reassigned.v1"

    responsible_unit: Unit | None = None


class ReferralEnteredInErrorV1(ReferralMoment):
    """The referral was never meant: a mistake, taken back by who made it.

    cases takes back what it had noted of it; the holder is alarmed where something rested on it.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.referral-entered-in-error.v1"


class DeadlineApproachingV1(ReferralMoment):
    """A promised or statutory date of this referral comes near: told of each date once, so again after a pause that
    moved it. Which promise it is stays in referrals: it may tell of health.

    cases puts the need on the watch list of the holder and of the receiver.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.deadline-approaching.v1"

    due_on: Day


class DeadlineMissedV1(ReferralMoment):
    """A promised or statutory date of this referral has gone by. It escalates, and closes nothing.

    cases alerts whoever answers for the need, and the receiver, also when they knew that the day came near.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.deadline-missed.v1"

    due_on: Day


class DeadlineWaivedV1(ReferralMoment):
    """The citizen chose another provider: what was promised by a date is no longer owed. The referral goes on.

    cases takes the days to come off the watch list. What was missed stays there.
    """

    event_type: ClassVar[str] = "dk.helhed.referrals.deadline-waived.v1"


class CapacityChangedV1(Event):
    """A service of the directory says how much room it has, or has become another's, covers something else, or is
    closed. The stream is that of the service in its authority: no citizen is part of it.

    cases shows it beside the demand of those whom a closing unit still holds.
    """

    service: ClassVar[str] = "referrals"
    event_type: ClassVar[str] = "dk.helhed.referrals.capacity-changed.v1"

    service_id: Id
    sector: Sector
    unit: Unit | None = None
    covers: tuple[Code, ...] = Field(max_length=50, description="What the service helps with, as codes of needs.")
    status: Code = Field(description="`has-capacity`, `no-capacity`, `waitlist` or `assessment-required`.")
    as_of: Day
    waiting_days: int | None = Field(default=None, ge=0)
    active: YesNo | None = Field(
        default=None, description="False: the service takes in nobody, whatever it last said of its room."
    )
