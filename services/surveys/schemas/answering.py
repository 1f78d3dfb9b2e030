"""What a respondent's device sends and gets. No login: the token is the right to answer once."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.errors import Text
from chassis.problems import Fault, Faults
from chassis.wire import Body, Moment, ShortText, View
from services.surveys.domain.instrument import Answer, FaultyAnswers, Instrument
from services.surveys.domain.purpose import PURPOSE_TEXTS, Purpose
from services.surveys.schemas.instruments import ItemView, items_of

Language = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z]{2}$", max_length=2)]


class SurveySessionRequest(Body):
    """Open a survey with the token from its link."""

    token: ShortText
    language: Language | None = Field(
        default=None, description="`da` or `en`; without it, what Accept-Language asks for."
    )


class ShownInstrument(View):
    """The questionnaire in the respondent's language. `attribution` must be shown with it."""

    code: str
    version: str
    language: str
    title: str
    stem: str
    items: list[ItemView]
    attribution: str

    @classmethod
    def of(cls, instrument: Instrument, language: str) -> "ShownInstrument":
        """The instrument in one of its languages."""
        wording = instrument.wording(language)
        return cls(
            code=instrument.code,
            version=instrument.version,
            language=language,
            title=instrument.title[language],
            stem=wording.stem,
            items=items_of(wording),
            attribution=instrument.licence.attribution,
        )


class SurveySessionView(View):
    """An open survey: what to show, why it is asked and who will see it, and the token to answer with."""

    session_token: str
    expires_at: Moment
    purpose_text: str
    instrument: ShownInstrument

    @classmethod
    def of(
        cls, instrument: Instrument, purpose: Purpose, *, token: str, language: str, expires_at: datetime
    ) -> "SurveySessionView":
        """The survey as its respondent sees it."""
        return cls(
            session_token=token,
            expires_at=expires_at,
            purpose_text=PURPOSE_TEXTS[purpose][language],
            instrument=ShownInstrument.of(instrument, language),
        )


class AnswerBody(Body):
    """One item answered."""

    item: ShortText
    value: Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)]

    def to_domain(self) -> Answer:
        """As the rules know it."""
        return Answer(self.item, self.value)


class SurveyResponseRequest(Body):
    """The answers, given once. Items may be left out; then there is no score."""

    session_token: ShortText
    answers: Annotated[list[AnswerBody], Field(min_length=1, max_length=200)]


_TOLD = {
    "unknown-item": Text("kendes ikke", "is not known"),
    "repeated-item": Text("er besvaret mere end én gang", "is answered more than once"),
    "value-out-of-range": Text("er ikke et af svarene", "is not one of the answers"),
}


def told(faulty: FaultyAnswers) -> Faults:
    """What is wrong with the answers, with a pointer into the body for each."""
    return Faults([Fault("body", f"/answers/{f.position}/{f.member}", f.code, _TOLD[f.code]) for f in faulty.faults])


class SurveyReceipt(View):
    """The answers have been received. A repeat with the same Idempotency-Key gets the same receipt."""

    receipt_id: UUID
    submitted_at: Moment
