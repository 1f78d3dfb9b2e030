"""Everything cases says to the town: domain event in, contract event out."""

from collections.abc import Callable
from typing import Any

from chassis.envelope import Announcement
from contracts.events.cases import (
    CaseClosedV1,
    CaseImportedV1,
    CaseOpenedV1,
    CatchLostV1,
    ConsentGivenV1,
    ConsentWithdrawnV1,
    CoordinatorChangedV1,
    CriteriaAssessedV1,
    EnrolmentStartedV1,
    EnrolmentWithdrawnV1,
    ExemptionEndingV1,
    ExemptionGrantedV1,
    InvitationDeliveredV1,
    InvitationUndeliverableV1,
    NeedEndedV1,
    NeedRegisteredV1,
    NeedReopenedV1,
    NeedRevisitDueV1,
    NeedSetAsideV1,
    NotificationUnacknowledgedV1,
    OfferAnsweredV1,
    OfferMadeV1,
    PlanAgreedV1,
    ResponsibilityTransferredV1,
    SectorInvolvedV1,
    SectorReleasedV1,
)
from services.cases.domain import events
from services.cases.domain.letters import LetterDelivered, LetterUndeliverable


def _opened(event: events.CaseOpened) -> Announcement:
    kind = CaseImportedV1 if event.origin == "imported" else CaseOpenedV1
    return kind(
        opened_by_sector=event.sector,
        opened_by_unit=event.unit,
        coordinator=event.coordinator,
        case_number=event.case_number,
        origin=event.origin,
    )


def _consent_given(event: events.ConsentGiven) -> Announcement:
    return ConsentGivenV1(
        consent_id=event.consent_id,
        from_sector=event.from_sector,
        to_sector=event.to_sector,
        to_unit=event.to_unit,
        data_categories=event.data_categories,
        shared_for=event.shared_for,
        legal_basis=event.legal_basis,
        valid_until=event.valid_until,
        to_authority=event.to_authority,
    )


def _released(event: events.SectorReleased) -> Announcement:
    return SectorReleasedV1(
        sector=event.sector,
        ground=event.ground,
        release_id=event.release_id,
        need_ids=event.need_ids,
        receipt_id=event.receipt_id,
        taken_over_by=event.taken_over_by,
    )


def _transferred(event: events.ResponsibilityTransferred) -> Announcement:
    return ResponsibilityTransferredV1(
        from_sector=event.from_sector,
        to_sector=event.to_sector,
        to_unit=event.to_unit,
        coordinator=event.coordinator,
        receipt_id=event.receipt_id,
    )


_WORDS: dict[type, Callable[[Any], Announcement]] = {
    events.CaseOpened: _opened,
    events.NeedRegistered: lambda e: NeedRegisteredV1(need_id=e.need_id, owner_sector=e.owner_sector),
    events.NeedSetAside: lambda e: NeedSetAsideV1(
        need_id=e.need_id, revisit_on=e.revisit_on, revisit_by_sector=e.revisit_by_sector
    ),
    events.NeedEnded: lambda e: NeedEndedV1(need_id=e.need_id),
    events.ConsentGiven: _consent_given,
    events.ConsentWithdrawn: lambda e: ConsentWithdrawnV1(consent_id=e.consent_id),
    events.SectorInvolved: lambda e: SectorInvolvedV1(sector=e.sector, unit=e.unit),
    events.SectorReleased: _released,
    events.ResponsibilityTransferred: _transferred,
    events.CatchLost: lambda e: CatchLostV1(need_id=e.need_id, referral_id=e.referral_id),
    events.CaseClosed: lambda e: CaseClosedV1(ground=e.ground, closed_by_sector=e.closed_by_sector),
    events.NeedRevisitDue: lambda e: NeedRevisitDueV1(
        need_id=e.need_id, revisit_on=e.revisit_on, revisit_by_sector=e.revisit_by_sector
    ),
    events.NeedReopened: lambda e: NeedReopenedV1(need_id=e.need_id, owner_sector=e.owner_sector),
    events.CoordinatorChanged: lambda e: CoordinatorChangedV1(sector=e.sector, unit=e.unit, coordinator=e.coordinator),
    events.PlanAgreed: lambda e: PlanAgreedV1(plan_version=e.plan_version),
    events.OfferMade: lambda e: OfferMadeV1(offer_id=e.offer_id, sector=e.sector),
    events.OfferAnswered: lambda e: OfferAnsweredV1(offer_id=e.offer_id, sector=e.sector),
    events.ExemptionGranted: lambda e: ExemptionGrantedV1(
        exemption_id=e.exemption_id, provisions=e.provisions, valid_from=e.valid_from, valid_to=e.valid_to
    ),
    events.ExemptionEnding: lambda e: ExemptionEndingV1(exemption_id=e.exemption_id, valid_to=e.valid_to),
    events.EnrolmentStarted: lambda e: EnrolmentStartedV1(
        enrolment_id=e.enrolment_id, trial_id=e.trial_id, evaluation=e.evaluation
    ),
    events.EnrolmentWithdrawn: lambda e: EnrolmentWithdrawnV1(enrolment_id=e.enrolment_id, trial_id=e.trial_id),
    events.CriteriaAssessed: lambda e: CriteriaAssessedV1(
        assessment_id=e.assessment_id, criteria_set_id=e.criteria_set_id
    ),
    events.NotificationUnacknowledged: lambda e: NotificationUnacknowledgedV1(
        notification_id=e.notification_id, sector=e.sector, unit=e.unit
    ),
    LetterDelivered: lambda e: InvitationDeliveredV1(invitation_id=e.invitation_id, channel=e.channel),
    LetterUndeliverable: lambda e: InvitationUndeliverableV1(invitation_id=e.invitation_id, reason_code=e.reason_code),
}


def in_public(happening: events.Happening | LetterDelivered | LetterUndeliverable) -> Announcement:
    """What the town hears of it."""
    return _WORDS[type(happening)](happening)
