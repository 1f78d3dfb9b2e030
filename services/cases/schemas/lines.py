"""What a line of each kind of import says, and the value of the domain it becomes."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from chassis.clock import day_of
from chassis.ids import new_id
from chassis.problems import faults_of
from chassis.sectors import Sector
from chassis.wire import AuthorityCode, Body, Code, Day, LongText, Moment, ShortText, UnitId
from services.cases.domain.arrival import ArrivedCase, ArrivedConsent, ArrivedContact
from services.cases.domain.case import ExternalReference, Informed
from services.cases.domain.consent import Consent, lapses_in_time
from services.cases.domain.ending import Closure
from services.cases.domain.entry import Channel, Initiator, PurposeKind
from services.cases.domain.need import Need, SettingAside
from services.cases.domain.need import Outcome as NeedOutcome
from services.cases.domain.operation import ImportKind
from services.cases.domain.organisation import StaffMember, Unit
from services.cases.domain.responsibility import Responsibility
from services.cases.schemas.entries import Minutes, Rating
from services.cases.schemas.files import LineUnreadable
from services.cases.schemas.organisation import StaffRequest, UnitRequest
from services.cases.schemas.requests import (
    CitizenRequest,
    ConsentRequest,
    ExternalReferenceRequest,
    InformedRequest,
    KleNumber,
    NeedDomain,
    Yes,
)
from services.cases.schemas.subjects import OpaqueSubject
from services.cases.schemas.told import citizen_told


class StretchLine(Body):
    """Who was responsible, from when, to when (absent: still). `subject`, opaque, of a coordinator alone. Who held the
    case was involved as well: that is not told. A sector that is involved still reads the case from now on, so the line
    names the `legalBasis` of that."""

    kind: Literal["holder", "involved", "coordinator"]
    sector: Sector
    unit: UnitId | None = None
    subject: OpaqueSubject | None = None
    from_: Moment = Field(alias="from")
    to: Moment | None = None
    legal_basis: Code | None = None

    @model_validator(mode="after")
    def _names_what_lets_it_read(self) -> Self:
        if (self.kind == "involved" and self.to is None) != (self.legal_basis is not None):
            raise ValueError("a sector that is involved still has a legal basis, and nobody else names one")
        return self

    @model_validator(mode="after")
    def _names_who_coordinates(self) -> Self:
        if (self.kind == "coordinator") != (self.subject is not None):
            raise ValueError("a coordinator is a person, and nobody else is")
        return self


class NeedLine(Body):
    """One need, as it stands. What was asked of another sector is asked anew by `POST /v1/referrals`,so not here."""

    domain: NeedDomain
    description: LongText | None = None
    owner_sector: Sector
    registered_at: Moment
    state: Literal["open", "set-aside", "met", "withdrawn"] = "open"
    outcome: NeedOutcome | None = None
    citizen_statement: LongText | None = None
    revisit_on: Day | None = None
    revisit_by_sector: Sector | None = None

    @model_validator(mode="after")
    def _is_as_a_need_can_be(self) -> Self:
        aside = self.state == "set-aside"
        if aside != (self.revisit_on is not None) or aside != (self.revisit_by_sector is not None):
            raise ValueError("a need that is set aside, and no other, has a day and a sector to ask again")
        ended = {"met": ("met",), "withdrawn": ("withdrawn-by-citizen", "duplicate", "registered-in-error")}
        if self.outcome not in ended.get(self.state, (None,)):
            raise ValueError("a need that has ended, and no other, has the outcome of its state")
        if (aside or self.outcome == "withdrawn-by-citizen") and self.citizen_statement is None:
            raise ValueError("what the citizen decided is in the citizen's own words")
        return self


class ClosureLine(Body):
    """How the case ended."""

    at: Moment
    ground: Literal["no-needs-left", "citizen-moved", "citizen-died", "citizen-declined"]
    reason: LongText
    to_authority: AuthorityCode | None = None
    told: ShortText | None = None


class CaseLine(Body):
    """One case with its history. By its first external reference it is known again when the line is sent twice."""

    external_references: Annotated[list[ExternalReferenceRequest], Field(min_length=1, max_length=20)]
    citizen: CitizenRequest
    opened_at: Moment
    responsibility: Annotated[list[StretchLine], Field(min_length=1, max_length=500)]
    needs: Annotated[list[NeedLine], Field(max_length=50)] = Field(default_factory=list)
    closure: ClosureLine | None = None
    kle: KleNumber | None = None
    citizen_informed: InformedRequest | None = None


class RecordName(Body):
    """What the other system calls a record."""

    system: Code
    value: ShortText


class ConsentLine(ConsentRequest):
    """One consent, given or refused, of a case that is here already. `reference` is the consent's own name."""

    reference: RecordName
    case: RecordName
    recorded_at: Moment
    withdrawn_at: Moment | None = None


class ContactLine(Body):
    """One contact with the citizen of a case that is here already. `reference` is the contact's own name."""

    reference: RecordName
    case: RecordName
    at: Moment
    channel: Channel
    initiated_by: Initiator
    attended: Yes
    minutes: Minutes | None = None
    purpose_kind: PurposeKind
    summary: LongText | None = None
    citizen_rating: Rating | None = None


class UnitLine(UnitRequest):
    """One unit. One of that id that is here already is left as it is; the one above it comes first."""


class StaffLine(StaffRequest):
    """Somebody who works here, by the opaque `subject` of their token. Who is here already is left as they are."""

    subject: OpaqueSubject


LINES: dict[ImportKind, type[Body]] = {
    "cases": CaseLine,
    "contacts": ContactLine,
    "consents": ConsentLine,
    "units": UnitLine,
    "staff": StaffLine,
}


def read(model: type[Body], members: Any) -> Any:
    """A line as its model.

    Raises:
        LineUnreadable: the first thing that is wrong with it.
    """
    try:
        return model.model_validate(members)
    except ValidationError as wrong:
        told = [{**error, "loc": ("body", *error["loc"])} for error in wrong.errors(include_input=False)]
        first = faults_of(told)[0]
        raise LineUnreadable(first.code, first.pointer or None) from None


def arrived_case(line: CaseLine) -> ArrivedCase:
    """What a line tells of a case.

    Raises:
        MalformedCpr, MalformedReplacementNumber.
    """
    stretches = tuple(
        Responsibility(new_id(), s.kind, s.sector, s.unit, s.subject, s.from_, s.legal_basis or "imported", s.to)
        for s in line.responsibility
    )
    arrived = ArrivedCase(
        citizen=citizen_told(line.citizen),
        external_references=tuple({(r.system, r.value): _reference(r) for r in line.external_references}.values()),
        opened_at=line.opened_at,
        stretches=stretches,
        needs=tuple(_need(need) for need in line.needs),
        kle=line.kle,
        citizen_informed=Informed(line.citizen_informed.on, line.citizen_informed.how)
        if line.citizen_informed
        else None,
    )
    if line.closure is None:
        return arrived
    told, last = line.closure, arrived.holders[-1].sector if arrived.holders else ""
    return replace(arrived, closure=Closure(told.ground, told.reason, told.at, last, told.to_authority, told.told))


def arrived_consent(line: ConsentLine) -> ArrivedConsent:
    """What a line tells of a consent.

    Raises:
        HealthConsentTooLong.
    """
    consent = Consent(
        id=new_id(),
        decision=line.decision,
        from_sector=line.from_sector,
        to_sector=line.to_sector,
        to_unit=line.to_unit,
        data_categories=tuple(line.data_categories),
        shared_for=line.shared_for,
        legal_basis=line.legal_basis,
        valid_until=lapses_in_time(line.legal_basis, line.from_sector, line.valid_until, day_of(line.recorded_at)),
        evidence=line.evidence,
        text_version=line.text_version,
        given_by=line.given_by,
        recorded_at=line.recorded_at,
        withdrawn_at=line.withdrawn_at,
    )
    return ArrivedConsent(named(line.reference), named(line.case), consent)


def _reference(told: ExternalReferenceRequest) -> ExternalReference:
    return ExternalReference(told.system, told.value, told.url)


def arrived_contact(line: ContactLine) -> ArrivedContact:
    """What a line tells of a contact."""
    told = line.model_dump(exclude={"reference", "case"}) | {"appointment_id": None}
    return ArrivedContact(named(line.reference), named(line.case), told)


def arrived_unit(line: UnitLine, today: date) -> Unit:
    """What a line tells of a unit."""
    return Unit(line.id, line.sector, line.name, line.valid_from or today, line.parent, phone=line.phone)


def arrived_member(line: StaffLine) -> StaffMember:
    """What a line tells of somebody who works here."""
    told = line.model_dump(exclude={"roles"})
    return StaffMember(**told, roles=tuple(line.roles))


def named(name: RecordName) -> ExternalReference:
    """What another system calls something."""
    return ExternalReference(name.system, name.value)


def _need(line: NeedLine) -> Need:
    aside = None
    if line.revisit_on and line.revisit_by_sector:
        aside = SettingAside(line.citizen_statement or "", line.revisit_on, line.revisit_by_sector)
    return Need(
        id=new_id(),
        domain=line.domain,
        description=line.description,
        owner_sector=line.owner_sector,
        registered_at=line.registered_at,
        state=line.state,
        setting_aside=aside,
        outcome=line.outcome,
        citizen_statement=None if aside else line.citizen_statement,
    )
