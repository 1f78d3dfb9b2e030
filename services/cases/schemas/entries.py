"""The record on the wire: bodies that come in, entries that go out."""

from typing import Annotated, Any, Literal, Self, TypeVar
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from chassis.actor import Actor
from chassis.wire import Body, Code, Day, LongText, Moment, ShortText, View
from services.cases.domain.case import Case
from services.cases.domain.entry import AppointmentOutcome, Channel, Entry, Initiator, PurposeKind, entry_actions
from services.cases.domain.time_use import FEWEST_TOLD, TimeUse
from services.cases.schemas.requests import Url, Yes

Minutes = Annotated[int, Field(strict=True, ge=1, le=1440)]
Rating = Annotated[int, Field(strict=True, ge=1, le=5)]
Reference = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class EntryRequest(Body):
    """What all entries may say: which one they correct."""

    corrects: UUID | None = Field(default=None, description="The entry of the same kind that this one puts right.")

    def told(self) -> dict[str, Any]:
        """What the entry tells, by the names of its columns."""
        return self.model_dump(exclude={"corrects"})


class ContactEntryRequest(EntryRequest):
    """A contact with the citizen, attended or not."""

    at: Moment
    channel: Channel
    initiated_by: Initiator
    attended: Yes
    minutes: Minutes | None = None
    purpose_kind: PurposeKind
    appointment_id: UUID | None = None
    summary: LongText | None = None
    citizen_rating: Rating | None = Field(default=None, description="How the citizen found it, from 1 to 5.")


class NoteRequest(EntryRequest):
    """A note. Without `at` it tells of now."""

    text: LongText
    at: Moment | None = None
    purpose_kind: PurposeKind | None = None
    minutes: Minutes | None = None


class AppointmentRequest(EntryRequest):
    """An appointment with the citizen."""

    at: Moment
    channel: Channel
    with_whom: ShortText = Field(alias="with", description="With whom the citizen is to meet.")
    minutes: Minutes | None = None
    purpose_kind: PurposeKind | None = None


class AppointmentOutcomeRequest(Body):
    """What became of an appointment. A moved one names its new time, and no other does."""

    outcome: AppointmentOutcome
    moved_to: Moment | None = None

    @model_validator(mode="after")
    def _moved_somewhere(self) -> Self:
        if (self.outcome == "moved") != (self.moved_to is not None):
            raise ValueError("a moved appointment has a new time, and no other has")
        return self


class DocumentLinkRequest(EntryRequest):
    """A link to a document in another system. The document itself stays there."""

    system: Code
    reference: Reference
    title: ShortText
    url: Url | None = None


class EntryView(View):
    """What all entries tell. An entry that was put right says by which one (`correctedBy`) and stays where it is."""

    id: UUID
    case_id: UUID
    sector: str
    unit: str | None
    recorded_by: str
    recorded_at: Moment
    corrects: UUID | None
    corrected_by: UUID | None
    version: int
    allowed_actions: list[str]


class ContactEntryView(EntryView):
    """A contact with the citizen, attended or not."""

    at: Moment
    channel: Channel
    initiated_by: Initiator
    attended: bool
    minutes: int | None
    purpose_kind: PurposeKind
    appointment_id: UUID | None
    summary: str | None
    citizen_rating: int | None


class NoteView(EntryView):
    """A note."""

    text: str
    at: Moment
    purpose_kind: PurposeKind | None
    minutes: int | None


class AppointmentView(EntryView):
    """An appointment, and what became of it. A moved one names its successor, and that one it."""

    at: Moment
    channel: Channel
    with_whom: str = Field(alias="with")
    minutes: int | None
    purpose_kind: PurposeKind | None
    outcome: AppointmentOutcome | None
    moved_to: UUID | None
    moved_to_at: Moment | None
    moved_from: UUID | None


class DocumentLinkView(EntryView):
    """A link to a document in another system."""

    system: str
    reference: str
    title: str
    url: str | None


OneKind = TypeVar("OneKind", bound=EntryView)


def shown(view: type[OneKind], case: Case, entry: Entry, actor: Actor) -> OneKind:
    """An entry as its kind is shown."""
    head = ("id", "case_id", "sector", "unit", "recorded_by", "recorded_at", "corrects", "corrected_by", "version")
    told = {name: getattr(entry, name) for name in head}
    return view(**told, **entry.told, allowed_actions=entry_actions(case, entry, actor))


class TimeUseView(View):
    """Minutes of one month, sector and purpose; of fewer citizens than five neither their number nor their minutes."""

    month: Day = Field(description="The first day of the month.")
    sector: str
    purpose_kind: PurposeKind | None
    minutes: int | None
    citizens: int | Literal["<5"]


def time_use(cell: TimeUse) -> TimeUseView:
    """A cell as everybody may see it."""
    few = cell.citizens < FEWEST_TOLD
    return TimeUseView(
        month=cell.month,
        sector=cell.sector,
        purpose_kind=cell.purpose_kind,
        minutes=None if few else cell.minutes,
        citizens="<5" if few else cell.citizens,
    )
