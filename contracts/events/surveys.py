"""Everything surveys announces: that somebody is asked and that somebody answered, never what."""

from typing import ClassVar, Literal

from pydantic import Field

from contracts.event import Classification, Code, Event, Id, Sensitivity

Purpose = Literal["casework", "evaluation"]
"""Closed on purpose: it is the wall between casework and evaluation, and nobody may meet a third value
unprepared."""


class SurveysEvent(Event):
    """An event of the surveys. That somebody takes part in one is told with care: it may be a trial."""

    service: ClassVar[str] = "surveys"
    dataclassification: ClassVar[Classification] = "restricted"
    dksensitivity: ClassVar[Sensitivity] = "sensitive"


class InvitationIssuedV1(SurveysEvent):
    """A citizen is to be asked in a survey wave.

    cases alone has contact data: it fetches a fresh one-time link and delivers it. The link is a key and is
    never in an event.
    """

    event_type: ClassVar[str] = "dk.helhed.surveys.invitation-issued.v1"

    invitation_id: Id
    wave: Code = Field(description="The collection point of the programme: `baseline`, `m3`.")
    purpose: Purpose


class ResponseSubmittedV1(SurveysEvent):
    """A citizen answered. Answers and score stay in surveys.

    cases stops reminding, and the case shows that an answer came.
    """

    event_type: ClassVar[str] = "dk.helhed.surveys.response-submitted.v1"

    invitation_id: Id
    wave: Code = Field(description="The collection point of the programme: `baseline`, `m3`.")
    purpose: Purpose
