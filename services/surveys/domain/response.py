"""What a respondent answered: written once, scored by us, never changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.surveys.domain.instrument import Answer, Instrument
from services.surveys.domain.invitation import Invitation
from services.surveys.domain.link import Session
from services.surveys.domain.purpose import Purpose


@dataclass(frozen=True, slots=True)
class Response:
    """The answers with all that is needed to read them in ten years: instrument, version, language, wave, purpose."""

    id: UUID
    authority: str
    case_id: UUID
    invitation_id: UUID
    programme: str
    wave: str
    purpose: Purpose
    instrument: str
    instrument_version: str
    language: str
    answers: tuple[Answer, ...]
    score: int | None
    submitted_at: datetime

    @classmethod
    def to(
        cls,
        invitation: Invitation,
        session: Session,
        instrument: Instrument,
        answers: tuple[Answer, ...],
        *,
        id: UUID,
        at: datetime,
    ) -> "Response":
        """The response to an invitation, scored. The answers must be faultless."""
        return cls(
            id=id,
            authority=invitation.authority,
            case_id=invitation.case_id,
            invitation_id=invitation.id,
            programme=invitation.programme,
            wave=invitation.wave,
            purpose=invitation.purpose,
            instrument=instrument.code,
            instrument_version=instrument.version,
            language=session.language,
            answers=answers,
            score=instrument.score(answers),
            submitted_at=at,
        )
