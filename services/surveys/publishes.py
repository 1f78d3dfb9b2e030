"""Everything surveys says to the rest of the town: domain event in, contract event out."""

from contracts.events.surveys import InvitationIssuedV1, ResponseSubmittedV1
from services.surveys.domain.events import InvitationIssued, ResponseSubmitted, SurveyEvent


def to_contract(event: SurveyEvent) -> InvitationIssuedV1 | ResponseSubmittedV1:
    """The contract's words for what happened. That somebody is asked and has answered; never the link, never what."""
    match event:
        case InvitationIssued():
            return InvitationIssuedV1(invitation_id=event.invitation_id, wave=event.wave, purpose=event.purpose.value)
        case ResponseSubmitted():
            return ResponseSubmittedV1(invitation_id=event.invitation_id, wave=event.wave, purpose=event.purpose.value)
