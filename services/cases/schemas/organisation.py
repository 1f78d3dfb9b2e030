"""Units, staff and absences on the wire."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from chassis.actor import Actor
from chassis.wire import Body, Code, Day, SectorCode, ShortText, Subject, UnitId, View
from services.cases.domain.organisation import (
    Absence,
    Colleague,
    StaffMember,
    Unit,
    leads,
    may_record_absence,
)

Phone = Annotated[str, StringConstraints(strict=True, max_length=20, pattern=r"^\+?[0-9 ]{3,20}$")]


class UnitRequest(Body):
    """A new unit. The id is the one in the authority's own organisation, or `sector:name`."""

    id: UnitId
    sector: SectorCode
    name: ShortText
    parent: UnitId | None = None
    valid_from: Day | None = None
    phone: Phone | None = None


class UnitPatch(Body):
    """A merge patch: what is named changes, null empties, what is absent stays. A unit always has a name."""

    name: ShortText | None = None
    parent: UnitId | None = None
    phone: Phone | None = None

    @model_validator(mode="after")
    def _keeps_a_name(self) -> Self:
        if "name" in self.model_fields_set and self.name is None:
            raise ValueError("a unit has a name")
        return self

    def changes(self) -> dict[str, object]:
        """What to change."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class UnitEndingRequest(Body):
    """The unit's last day: today or later."""

    on: Day


class StaffRequest(Body):
    """Where somebody works. `fte` is their share of a full week, `roles` what the authority's directory calls them."""

    display_name: ShortText | None = None
    unit: UnitId
    sector: SectorCode
    fte: Annotated[float, Field(strict=True, ge=0.001, le=1)] | None = None
    phone: Phone | None = None
    roles: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)
    valid_from: Day
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("the last day is not before the first")
        return self

    def member(self, subject: str) -> StaffMember:
        """Who it is about, and all this of them. A share is kept to the thousandth."""
        told = {name: getattr(self, name) for name in type(self).model_fields}
        share = None if self.fte is None else Decimal(self.fte).quantize(Decimal("0.001"))
        return StaffMember(subject=subject, **told | {"roles": tuple(self.roles), "fte": share})


class AbsenceRequest(Body):
    """Days away: the first, the last where it is known, and who stands in. Why is not asked."""

    from_: Day = Field(alias="from")
    to: Day | None = None
    substitute: Subject | None = None


class AbsenceEndingRequest(Body):
    """The first day back; today, when none is named."""

    back_on: Day | None = None


class SubstituteRequest(Body):
    """Who stands in."""

    substitute: Subject


class UnitView(View):
    """A unit. `validTo` is its last day; once it is set the unit takes nobody in."""

    id: str
    sector: str
    name: str
    parent: str | None
    valid_from: Day
    valid_to: Day | None
    phone: str | None
    version: int
    allowed_actions: list[str]


class PresenceView(View):
    """Whether somebody is there today. `substitute` is who stands in and is there; null when nobody does."""

    absent: bool
    back_on: Day | None
    substitute: str | None


class StaffView(View):
    """Somebody who works for the authority, and whether they are there today."""

    subject: str
    display_name: str | None
    unit: str
    sector: str
    fte: float | None
    phone: str | None
    roles: list[str]
    valid_from: Day
    valid_to: Day | None
    today: PresenceView
    version: int
    allowed_actions: list[str]


class AbsenceView(View):
    """Days away. Of one called off, `to` is the day before it would have begun."""

    id: str
    subject: str
    from_: Day = Field(alias="from")
    to: Day | None
    substitute: str | None
    version: int
    allowed_actions: list[str]


def unit(shown: Unit, actor: Actor) -> UnitView:
    lasts = shown.valid_to is None
    actions = ["updateUnit"] if lasts and actor.has("administrator") and actor.permits("units:write") else []
    if lasts and leads(actor, shown.sector) and actor.permits("units:end"):
        actions += ["endUnit"]
    if lasts and leads(actor, shown.sector) and actor.permits("closing-plans:write"):
        actions += ["makeClosingPlan"]
    told = {name: getattr(shown, name) for name in Unit.__dataclass_fields__}
    return UnitView(**told, allowed_actions=sorted(actions))


def staff(shown: StaffMember, known: Colleague, substitute: Colleague | None, actor: Actor) -> StaffView:
    actions = ["putStaff"] if actor.has("administrator") and actor.permits("staff:write") else []
    if may_record_absence(actor, shown) and actor.permits("absences:write"):
        actions = ["recordAbsence", *actions]
    return StaffView(
        subject=shown.subject,
        display_name=shown.display_name,
        unit=shown.unit,
        sector=shown.sector,
        fte=float(shown.fte) if shown.fte is not None else None,
        phone=shown.phone,
        roles=list(shown.roles),
        valid_from=shown.valid_from,
        valid_to=shown.valid_to,
        today=PresenceView(
            absent=known.absent, back_on=known.back_on, substitute=substitute.subject if substitute else None
        ),
        version=shown.version,
        allowed_actions=sorted(actions),
    )


def absence(shown: Absence, of: StaffMember, actor: Actor, today: date) -> AbsenceView:
    open_ended = shown.back_on is None or shown.back_on > today
    may = open_ended and may_record_absence(actor, of) and actor.permits("absences:write")
    return AbsenceView.model_construct(
        id=str(shown.id),
        subject=shown.subject,
        from_=shown.first_day,
        to=shown.last_day,
        substitute=shown.substitute,
        version=shown.version,
        allowed_actions=["endAbsence", "nameSubstitute"] if may else [],
    )
