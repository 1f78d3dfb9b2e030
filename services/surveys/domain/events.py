"""What can happen to an invitation that the rest of the town should hear."""

from dataclasses import dataclass
from uuid import UUID

from services.surveys.domain.purpose import Purpose


@dataclass(frozen=True, slots=True)
class InvitationIssued:
    """A citizen is to be invited. Whoever holds the contact data asks for the link and sends it."""

    case_id: UUID
    invitation_id: UUID
    wave: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class ResponseSubmitted:
    """A citizen has answered. What was answered is health data and stays here."""

    case_id: UUID
    invitation_id: UUID
    wave: str
    purpose: Purpose


SurveyEvent = InvitationIssued | ResponseSubmitted
