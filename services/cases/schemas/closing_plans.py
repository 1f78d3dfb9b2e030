"""Closing plans on the wire."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

from chassis.actor import Actor
from chassis.paging import Page, PageEnd
from chassis.wire import Body, Day, Moment, UnitId, View
from services.cases.domain.closing_plan import CaseLeft, ClosingPlan, Demand, Progress
from services.cases.domain.organisation import Unit, UnitPart
from services.cases.domain.release_gate import Code as UnmetCode


class ClosingPlanRequest(Body):
    """The unit that is to close, and the day it should."""

    unit: UnitId
    closes_on: Day


class ClosingPlanPatch(Body):
    """Another day."""

    closes_on: Day


class ClosingPlanSummary(View):
    """Which unit is to close, and when."""

    id: UUID
    unit: str
    sector: str
    closes_on: Day
    made_at: Moment
    version: int
    allowed_actions: list[str]


class UnmetCountView(View):
    """In how many cases this is missing. One case may miss several things."""

    code: UnmetCode
    cases: int | None


class ProgressView(View):
    """How far the unit is from holding nobody. `referred`: referrals to it that wait for its answer, and nothing else
    of the case is the unit's. To who may see no case, counts under 5 are null, and so is what would give them away."""

    cases: int | None
    releasable: int | None
    referred: int | None
    unmet: list[UnmetCountView]


class RoomView(View):
    """What a service last said of its room. `stale`: more than 30 days ago."""

    service_id: UUID
    sector: str
    unit: str | None
    status: str
    waiting_days: int | None
    as_of: Day
    stale: bool


class DemandView(View):
    """How many needs of a domain the unit's sector sees to in these cases, how many are caught, and who has room."""

    need_domain: str
    needs: int | None
    caught: int | None
    capacity: list[RoomView]


class CaseLeftView(View):
    """One case the unit has a part in, and what its release waits for. `parts` says what part."""

    case_id: UUID
    case_number: str
    parts: list[UnitPart]
    releasable: bool
    unmet: list[UnmetCode]
    holding_sector: str
    coordinator: str | None
    version: int


class ClosingPlanView(ClosingPlanSummary):
    """Who is left in the unit now, a page at a time. `hidden`: how many cases the reader may not see one by one, null
    where they are few."""

    status: Literal["open", "ended"]
    progress: ProgressView
    demand: list[DemandView]
    cases: Page[CaseLeftView]
    hidden: int | None


def summary(plan: ClosingPlan, actor: Actor) -> ClosingPlanSummary:
    return ClosingPlanSummary(**_summary(plan), allowed_actions=_actions(actor, ends=False))


def whole(
    plan: ClosingPlan,
    unit: Unit,
    sums: tuple[Progress, Sequence[Demand]],
    listed: tuple[Sequence[CaseLeft], PageEnd, int],
    actor: Actor,
    today: date,
) -> ClosingPlanView:
    progress, demand = sums
    found, end, hidden = listed
    return ClosingPlanView(
        **_summary(plan),
        allowed_actions=_actions(actor, ends=unit.valid_to is None and progress.cases == 0),
        status="open" if unit.valid_to is None else "ended",
        progress=ProgressView(
            cases=progress.cases,
            releasable=progress.releasable,
            referred=progress.referred,
            unmet=[UnmetCountView(code=code, cases=number) for code, number in progress.unmet],
        ),
        demand=[_demand(one, today) for one in demand],
        cases=Page[CaseLeftView](items=[_case(one) for one in found], page=end),
        hidden=hidden if progress.cases is not None else None,
    )


def _summary(plan: ClosingPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in ClosingPlan.__dataclass_fields__}


def _actions(actor: Actor, *, ends: bool) -> list[str]:
    ending = ["endUnit"] if ends and actor.permits("units:end") else []
    return [*ending, *(["moveClosingPlan"] if actor.permits("closing-plans:write") else [])]


def _demand(one: Demand, today: date) -> DemandView:
    room = [
        RoomView(
            service_id=said.service_id,
            sector=said.sector,
            unit=said.unit,
            status=said.status,
            waiting_days=said.waiting_days,
            as_of=said.as_of,
            stale=said.stale(today),
        )
        for said in one.room
    ]
    return DemandView(need_domain=one.domain, needs=one.needs, caught=one.caught, capacity=room)


def _case(one: CaseLeft) -> CaseLeftView:
    return CaseLeftView(
        case_id=one.id,
        case_number=one.number,
        parts=list(one.parts),
        releasable=one.releasable,
        unmet=list(one.unmet),
        holding_sector=one.holder,
        coordinator=one.coordinator,
        version=one.version,
    )
