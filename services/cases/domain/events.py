"""What can happen in a case, in the past tense."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CaseOpened:
    sector: str
    unit: str | None
    coordinator: str | None
    case_number: str
    origin: str


@dataclass(frozen=True, slots=True)
class NeedRegistered:
    need_id: UUID
    owner_sector: str


@dataclass(frozen=True, slots=True)
class NeedSetAside:
    need_id: UUID
    revisit_on: date
    revisit_by_sector: str


@dataclass(frozen=True, slots=True)
class NeedEnded:
    need_id: UUID


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    consent_id: UUID
    from_sector: str
    to_sector: str
    to_unit: str | None
    data_categories: tuple[str, ...]
    shared_for: str
    legal_basis: str
    valid_until: date | None
    to_authority: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    consent_id: UUID


@dataclass(frozen=True, slots=True)
class SectorInvolved:
    sector: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class SectorReleased:
    release_id: UUID
    sector: str
    ground: str
    need_ids: tuple[UUID, ...]
    receipt_id: UUID | None
    taken_over_by: str | None


@dataclass(frozen=True, slots=True)
class ResponsibilityTransferred:
    from_sector: str
    to_sector: str
    to_unit: str | None
    coordinator: str | None
    receipt_id: UUID


@dataclass(frozen=True, slots=True)
class CatchLost:
    need_id: UUID
    referral_id: UUID


@dataclass(frozen=True, slots=True)
class CaseClosed:
    ground: str
    closed_by_sector: str


@dataclass(frozen=True, slots=True)
class NeedRevisitDue:
    need_id: UUID
    revisit_on: date
    revisit_by_sector: str


@dataclass(frozen=True, slots=True)
class NeedReopened:
    need_id: UUID
    owner_sector: str
    last_holder: str | None = None  # who is alarmed (I7); not told to the town


@dataclass(frozen=True, slots=True)
class CoordinatorChanged:
    sector: str
    unit: str | None
    coordinator: str


@dataclass(frozen=True, slots=True)
class PlanAgreed:
    plan_version: int


@dataclass(frozen=True, slots=True)
class OfferMade:
    offer_id: UUID
    sector: str


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    offer_id: UUID
    sector: str


@dataclass(frozen=True, slots=True)
class ExemptionGranted:
    exemption_id: UUID
    provisions: tuple[str, ...]
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class ExemptionEnding:
    exemption_id: UUID
    valid_to: date


@dataclass(frozen=True, slots=True)
class EnrolmentStarted:
    enrolment_id: UUID
    trial_id: UUID
    evaluation: bool


@dataclass(frozen=True, slots=True)
class EnrolmentWithdrawn:
    enrolment_id: UUID
    trial_id: UUID


@dataclass(frozen=True, slots=True)
class CriteriaAssessed:
    assessment_id: UUID
    criteria_set_id: UUID


@dataclass(frozen=True, slots=True)
class NotificationUnacknowledged:
    notification_id: UUID
    sector: str
    unit: str | None


Happening = (
    CaseOpened
    | NeedRegistered
    | NeedSetAside
    | NeedEnded
    | ConsentGiven
    | ConsentWithdrawn
    | SectorInvolved
    | SectorReleased
    | ResponsibilityTransferred
    | CatchLost
    | CaseClosed
    | NeedRevisitDue
    | NeedReopened
    | CoordinatorChanged
    | PlanAgreed
    | OfferMade
    | OfferAnswered
    | ExemptionGranted
    | ExemptionEnding
    | EnrolmentStarted
    | EnrolmentWithdrawn
    | CriteriaAssessed
    | NotificationUnacknowledged
)
