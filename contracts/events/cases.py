"""Everything cases announces. Each goes to the whole town; the docstring names who acts on it.

No event carries a need's domain, a citizen's words or a reason: `substance-use` is health data, and whoever
may know it asks cases with a permission of their own.
"""

from typing import ClassVar

from pydantic import Field

from contracts.event import (
    Authority,
    CaseNumber,
    Classification,
    Code,
    Day,
    Event,
    Id,
    Sector,
    Sensitivity,
    Subject,
    Unit,
    YesNo,
)


class CasesEvent(Event):
    """An event of the case records."""

    service: ClassVar[str] = "cases"


class CaseOpenedV1(CasesEvent):
    """A case was opened; its opening sector holds it from this instant.

    surveys issues the first invitation; referrals learns that the case exists and who holds it. Sector,
    unit and coordinator say whom to turn to; who the citizen is stays in cases.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.case-opened.v1"

    opened_by_sector: Sector
    opened_by_unit: Unit | None = None
    coordinator: Subject | None = None
    case_number: CaseNumber
    origin: Code = Field(description="How the case came to be: `registered` here, or `imported`.")


class CaseImportedV1(CasesEvent):
    """A case that began in another system was taken over with its history.

    As case-opened for referrals, but a moment of its own: surveys must not invite a citizen of three years'
    standing to a baseline.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.case-imported.v1"

    opened_by_sector: Sector
    opened_by_unit: Unit | None = None
    coordinator: Subject | None = None
    case_number: CaseNumber
    origin: Code = Field(description="How the case came to be: `registered` here, or `imported`.")


class NeedRegisteredV1(CasesEvent):
    """A need of the citizen was registered, at the opening or later; one event for each need.

    referrals may from now on carry a referral of this need from the sector that owns it. Which need it is
    (the domain) stays in cases, for it may be health data.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.need-registered.v1"

    need_id: Id
    owner_sector: Sector


class NeedSetAsideV1(CasesEvent):
    """The citizen said "not now" about a need; a sector owes the question again on a day.

    referrals no longer expects a referral of it; whoever reminds knows the day and the sector. The
    citizen's words stay in cases.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.need-set-aside.v1"

    need_id: Id
    revisit_on: Day
    revisit_by_sector: Sector


class NeedEndedV1(CasesEvent):
    """A need has ended: met, withdrawn, or registered by mistake; which of them stays in cases.

    referrals takes no new referral of it. One that is under way goes on until its own end.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.need-ended.v1"

    need_id: Id


class ConsentGivenV1(CasesEvent):
    """The citizen agreed that one sector shares named kinds of information with another.

    referrals shows the receiver what the consent covers and no more, so it needs the whole scope: from, to,
    which kinds of data, what for, on which legal basis, until when. The evidence stays in cases.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.consent-given.v1"
    dataclassification: ClassVar[Classification] = "restricted"
    dksensitivity: ClassVar[Sensitivity] = "sensitive"

    consent_id: Id
    from_sector: Sector
    to_sector: Sector
    to_unit: Unit | None = None
    to_authority: Authority | None = Field(
        default=None, description="Another authority that may be told. Absent: only the case's own."
    )
    data_categories: tuple[Code, ...] = Field(
        min_length=1, max_length=50, description="Kinds of information, as codes; never the information."
    )
    shared_for: Code = Field(description="What the information may be used for.")
    legal_basis: Code
    valid_until: Day | None = Field(default=None, description="The last day. Absent: until it is withdrawn.")


class ConsentWithdrawnV1(CasesEvent):
    """The citizen took a consent back.

    referrals stops sharing what rested on it at once; its id is enough to find that.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.consent-withdrawn.v1"

    consent_id: Id


class SectorInvolvedV1(CasesEvent):
    """A sector joined the effort beside the holder.

    referrals may now take referrals from that sector in this case.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.sector-involved.v1"

    sector: Sector
    unit: Unit | None = None


class SectorReleasedV1(CasesEvent):
    """A sector's part in the case has ended: the gate let it go, or the referral that was its only part came to naught.

    referrals knows that the sector is no longer a sender here, which needs moved on, and which receipt was relied upon;
    surveys, that it may no longer read. A release of the holder always names who took over, in the same transaction.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.sector-released.v1"

    sector: Sector
    ground: Code = Field(description="Why, as a code: `needs-handed-on` or `referral-ended`.")
    release_id: Id
    need_ids: tuple[Id, ...] = Field(max_length=50, description="The needs that moved to those who caught them.")
    receipt_id: Id | None = Field(default=None, description="The handover receipt the release rests on.")
    taken_over_by: Sector | None = None


class ResponsibilityTransferredV1(CasesEvent):
    """The holding responsibility moved from one sector to another, with the coordinator.

    Everybody who asks "who holds this citizen now" cares. The receipt says on which promise it rests.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.responsibility-transferred.v1"

    from_sector: Sector
    to_sector: Sector
    to_unit: Unit | None = None
    coordinator: Subject | None = None
    receipt_id: Id


class CatchLostV1(CasesEvent):
    """A catch that a release had relied upon was lost afterwards: somebody may fall.

    The present and the last holder are alarmed. The need and the referral lead them to it; why it was lost is
    health data and stays where it is known.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.catch-lost.v1"
    dataclassification: ClassVar[Classification] = "restricted"
    dksensitivity: ClassVar[Sensitivity] = "sensitive"

    need_id: Id
    referral_id: Id


class CaseClosedV1(CasesEvent):
    """The case ended, and with it the holder's responsibility.

    referrals withdraws what is still open, surveys stops inviting. The ground tells an ordinary end from a
    citizen who moved, died or declined, because what must be told to whom differs.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.case-closed.v1"

    ground: Code = Field(
        description="`no-needs-left`, `citizen-moved`, `citizen-died`, `citizen-declined`; the list may grow."
    )
    closed_by_sector: Sector


class InvitationDeliveredV1(CasesEvent):
    """A survey invitation was handed to a channel that reaches the citizen.

    surveys marks it sent and lets its reminders run. Which channel, but never the address.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.invitation-delivered.v1"

    invitation_id: Id
    channel: Code = Field(description="The kind of channel: `digital-post`, `sms`, `email`, `letter`, `file`.")


class InvitationUndeliverableV1(CasesEvent):
    """A survey invitation could not be sent.

    surveys stops waiting for an answer, and the case shows that the citizen was not asked.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.invitation-undeliverable.v1"

    invitation_id: Id
    reason_code: Code = Field(description="What stood in the way, as a code: `no-channel`, `case-closed`.")


class NeedRevisitDueV1(CasesEvent):
    """A day has come on which the question is owed again to a citizen who had said "not now".

    The sector that owes it is reminded by everybody who reminds: cases shows it, the gateway
    tells the sector's own system.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.need-revisit-due.v1"

    need_id: Id
    revisit_on: Day
    revisit_by_sector: Sector


class NeedReopenedV1(CasesEvent):
    """A need that had been set aside, met or withdrawn is open again.

    referrals may carry a referral of it anew. The last holder is alarmed in cases.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.need-reopened.v1"

    need_id: Id
    owner_sector: Sector


class CoordinatorChangedV1(CasesEvent):
    """Another person coordinates, within the sector that holds.

    Everybody who turns to the coordinator cares. Nothing else has moved: the sector holds as before.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.coordinator-changed.v1"

    sector: Sector
    unit: Unit | None = None
    coordinator: Subject


class PlanAgreedV1(CasesEvent):
    """A version of the one plan was agreed with the citizen.

    Everybody who works by the plan cares. What it says stays in cases.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.plan-agreed.v1"

    plan_version: int = Field(ge=1)


class OfferMadeV1(CasesEvent):
    """A voluntary offer was made to the citizen.

    The holder and the offering sector care. What is offered stays in cases: its kind may be health data.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.offer-made.v1"

    offer_id: Id
    sector: Sector


class OfferAnsweredV1(CasesEvent):
    """The citizen has answered a voluntary offer.

    The offering sector reads the answer in cases. It is not told here: nothing may hang on it.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.offer-answered.v1"

    offer_id: Id
    sector: Sector


class ExemptionGrantedV1(CasesEvent):
    """The citizen is exempt from named duties for a period.

    Whoever would demand, or sanction, must not: the holder's own systems
    ask cases before they do. Neither the trial nor the reason is told.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.exemption-granted.v1"
    dataclassification: ClassVar[Classification] = "restricted"
    dksensitivity: ClassVar[Sensitivity] = "sensitive"

    exemption_id: Id
    provisions: tuple[Code, ...] = Field(min_length=1, max_length=50)
    valid_from: Day
    valid_to: Day


class ExemptionEndingV1(CasesEvent):
    """An exemption will end on a day to come, and the citizen is to be told before it does.

    The holder tells the citizen. Ordinary rules never apply backwards.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.exemption-ending.v1"
    dataclassification: ClassVar[Classification] = "restricted"
    dksensitivity: ClassVar[Sensitivity] = "sensitive"

    exemption_id: Id
    valid_to: Day


class EnrolmentStartedV1(CasesEvent):
    """A citizen who consented takes part in a trial from now on.

    surveys may invite to the baseline of those who agreed to be evaluated; the arm is not told.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.enrolment-started.v1"
    dataclassification: ClassVar[Classification] = "restricted"
    dksensitivity: ClassVar[Sensitivity] = "sensitive"

    enrolment_id: Id
    trial_id: Id
    evaluation: YesNo


class EnrolmentWithdrawnV1(CasesEvent):
    """A citizen left a trial. It has no consequence for the help they get.

    surveys stops inviting for the trial.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.enrolment-withdrawn.v1"
    dataclassification: ClassVar[Classification] = "restricted"
    dksensitivity: ClassVar[Sensitivity] = "sensitive"

    enrolment_id: Id
    trial_id: Id


class CriteriaAssessedV1(CasesEvent):
    """A citizen's situation was held against a published criteria set.

    The holder and everybody who counts who falls between cares. What came out stays in cases.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.criteria-assessed.v1"

    assessment_id: Id
    criteria_set_id: Id


class NotificationUnacknowledgedV1(CasesEvent):
    """An alarm was told to a person, and nobody has acknowledged it in time.

    The team lead of the sector is told next; the holder's own systems may alarm too.
    """

    event_type: ClassVar[str] = "dk.helhed.cases.notification-unacknowledged.v1"

    notification_id: Id
    sector: Sector
    unit: Unit | None = None
