"""Exemptions on the wire, the questions whether a duty binds, and how they are shown."""

from datetime import date, timedelta
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from chassis.actor import Actor
from chassis.small_cells import ToldRow
from chassis.wire import Body, Code, Day, LongText, Moment, View
from services.cases.domain.case import Case
from services.cases.domain.exemption_bases import ExemptionBasis
from services.cases.domain.exemptions import (
    DecidedReason,
    DemandKind,
    EndingReason,
    Exemption,
    ExemptionState,
    exemption_actions,
    may_see_ground,
)
from services.cases.schemas.requests import IdentifierRequest

MOST_CHECKS = 1000


class ExemptionRequest(Body):
    """From which duties, from the first day to the last, and on what it rests: the legal basis of a trial, or a
    provision of ordinary law."""

    provisions: Annotated[list[Code], Field(min_length=1, max_length=50)]
    from_: Day = Field(alias="from")
    to: Day
    legal_basis_id: UUID | None = None
    legal_basis: Code | None = None
    reason: LongText | None = None

    @model_validator(mode="after")
    def _rests_on_one_thing(self) -> Self:
        if (self.legal_basis_id is None) == (self.legal_basis is None):
            raise ValueError("name the legal basis of a trial, or a provision of ordinary law")
        if self.to < self.from_:
            raise ValueError("the last day is before the first")
        return self


class ExemptionEndRequest(Body):
    """The last day of the exemption, and why it ends sooner."""

    on: Day
    reason_code: DecidedReason


class GroundView(View):
    """What an exemption rests on, and why it was decided."""

    legal_basis: str | None
    legal_basis_id: UUID | None
    enrolment_id: UUID | None
    reason: str | None


class ExemptionEndView(View):
    """That an exemption was ended sooner than it was granted to."""

    reason_code: EndingReason
    decided_at: Moment


class ExemptionView(View):
    """One exemption. `to` is the last day, null when it was cancelled before it began; `groundHidden` says that another
    sector decided, and that no consent lets the reader see on what it rests."""

    id: UUID
    case_id: UUID
    provisions: list[str]
    from_: Day = Field(alias="from")
    to: Day | None
    granted_to: Day
    state: ExemptionState
    decided_sector: str
    decided_at: Moment
    ground: GroundView | None
    ground_hidden: bool
    ending: ExemptionEndView | None
    end_announced_at: Moment | None
    version: int
    allowed_actions: list[str]


class ExemptionBasisView(View):
    """A provision of ordinary law by which a citizen can be exempted. `latest` is the last day that a decision with
    effect from today may name; null while there can be none."""

    code: str
    reference: str
    labels: dict[str, str]
    provisions: list[str]
    valid_from: Day
    valid_to: Day | None
    latest: Day | None


class ExemptionCheckRequest(Body):
    """Does this duty bind this person on this day? The person by one identifier, or by a case."""

    identifier: IdentifierRequest | None = None
    case_id: UUID | None = None
    provision: Code
    on: Day

    @model_validator(mode="after")
    def _asks_of_one_person(self) -> Self:
        if (self.identifier is None) == (self.case_id is None):
            raise ValueError("ask by an identifier or by a case")
        return self


class ExemptionChecksRequest(Body):
    """Up to a thousand questions."""

    checks: Annotated[list[ExemptionCheckRequest], Field(min_length=1, max_length=MOST_CHECKS)]


class ExemptionCheckView(View):
    """The answer, and nothing of why. `until` is the last day; null where the duty binds or the person is unknown."""

    exempt: bool
    provision: str
    until: Day | None


class ExemptionChecksView(View):
    """The answers, in the order of the questions."""

    items: list[ExemptionCheckView]


class DemandCheckRequest(Body):
    """What somebody is about to do, under which provision, on which day."""

    provision: Code
    on: Day
    kind: DemandKind


class DemandCheckView(View):
    """The duty binds the citizen that day. Otherwise the answer is 409 `citizen-exempt`."""

    permitted: bool


class RefusedKindView(View):
    """How often one kind of demand was refused; null where so few citizens stand behind it that it is not told."""

    kind: str
    refused: int | None


class RefusedDemandsView(View):
    """One month and provision. The total is null where a hidden count could be worked out from it."""

    month: str
    provision: str
    kinds: list[RefusedKindView]
    total: int | None


class RefusalReportView(View):
    """Refused demands, month by month. Months that are not over are not told: `completeTo` is the last day told."""

    from_: Day = Field(alias="from")
    complete_to: Day
    rows: list[RefusedDemandsView]


def exemption(case: Case, shown: Exemption, actor: Actor, today: date) -> ExemptionView:
    seen = may_see_ground(case, shown, actor, today)
    end = shown.early_end
    return ExemptionView(
        id=shown.id,
        case_id=shown.case_id,
        provisions=list(shown.provisions),
        from_=shown.valid_from,
        to=shown.valid_to if shown.valid_to >= shown.valid_from else None,
        granted_to=shown.granted_to,
        state=shown.state(today),
        decided_sector=shown.decided_sector,
        decided_at=shown.decided_at,
        ground=_ground(shown) if seen else None,
        ground_hidden=not seen,
        ending=ExemptionEndView(reason_code=end.reason, decided_at=end.decided_at) if end else None,
        end_announced_at=shown.announced_at,
        version=shown.version,
        allowed_actions=exemption_actions(case, shown, actor, today),
    )


def _ground(shown: Exemption) -> GroundView:
    rests_on = shown.ground
    return GroundView(
        legal_basis=rests_on.legal_basis,
        legal_basis_id=rests_on.legal_basis_id,
        enrolment_id=rests_on.enrolment_id,
        reason=shown.reason,
    )


def basis(shown: ExemptionBasis, today: date) -> ExemptionBasisView:
    return ExemptionBasisView(
        code=shown.code,
        reference=shown.reference,
        labels={"da": shown.label_da, "en": shown.label_en},
        provisions=sorted(shown.provisions),
        valid_from=shown.valid_from,
        valid_to=shown.valid_to,
        latest=shown.latest(today),
    )


def check(provision: str, until: date | None) -> ExemptionCheckView:
    return ExemptionCheckView(exempt=until is not None, provision=provision, until=until)


def refused(month: date, provision: str, row: ToldRow) -> RefusedDemandsView:
    kinds = [RefusedKindView(kind=kind, refused=times) for kind, times in sorted(row.cells.items())]
    return RefusedDemandsView(month=f"{month:%Y-%m}", provision=provision, kinds=kinds, total=row.total)


def report(first: date, day_after: date, rows: list[RefusedDemandsView]) -> RefusalReportView:
    return RefusalReportView(from_=first, complete_to=day_after - timedelta(days=1), rows=rows)
