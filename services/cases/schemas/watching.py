"""The watch list and the citizen's alarms on the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.actor import Actor
from chassis.wire import Body, Day, LongText, Moment, View
from services.cases.domain.access import LETTING_GO, may_end_alarm, may_see_of, may_work
from services.cases.domain.attention import Kind
from services.cases.domain.case import Case
from services.cases.domain.citizen_alarm import CitizenAlarm

# By which a consent opens to another sector what a citizen said to one.
STATEMENTS = "citizen-statements"


class ResponsibleView(View):
    """Who has to act: a person, or a unit."""

    subject: str | None
    unit: str | None


class WatchItemView(View):
    """One reason to look at a case now, on the list of one sector."""

    kind: Kind
    case_id: UUID
    case_number: str
    need_id: UUID | None
    referral_id: UUID | None
    sector: str
    unit: str | None
    since: Moment
    due_on: Day | None
    responsible: ResponsibleView
    acknowledged_by: str | None


class WatchCountView(View):
    """How many of a kind: exact to 99; `more` says that there are more."""

    kind: Kind
    n: int
    more: bool


class WatchCountsView(View):
    """How much waits on the watch list of the caller's sector, kind by kind, most urgent first."""

    counts: list[WatchCountView]


class CitizenAlarmRequest(Body):
    """What the citizen says who has not been caught, in own words; of one need, or of everything."""

    statement: LongText
    need_id: UUID | None = None


class AlarmEndingRequest(Body):
    """What the citizen says now that it is over."""

    citizen_statement: LongText


class CitizenAlarmView(View):
    """The citizen says: nobody has caught me. `hidden` counts the statements that another sector took down and no
    consent (`citizen-statements`) covers; that there is an alarm is told to everybody in the case."""

    id: UUID
    case_id: UUID
    statement: str | None
    need_id: UUID | None
    sector: str
    unit: str | None
    raised_at: Moment
    ended_at: Moment | None
    ended_statement: str | None
    ended_by_sector: str | None
    hidden: int
    version: int
    allowed_actions: list[str]


def watch_item(row: Any) -> WatchItemView:
    """One line of the list."""
    return WatchItemView(
        kind=row.kind,
        case_id=row.case_id,
        case_number=row.case_number,
        need_id=row.need_id,
        referral_id=row.referral_id,
        sector=row.sector,
        unit=row.unit,
        since=row.since,
        due_on=row.due_on,
        responsible=ResponsibleView(subject=row.responsible_subject, unit=row.responsible_unit),
        acknowledged_by=row.acknowledged_by,
    )


def citizen_alarm(case: Case, alarm: CitizenAlarm, actor: Actor, today: date) -> CitizenAlarmView:
    """One alarm, with the words that its reader may read."""
    raised = may_see_of(case, actor, alarm.sector, STATEMENTS, today)
    ended = alarm.ended_by_sector is not None and may_see_of(case, actor, alarm.ended_by_sector, STATEMENTS, today)
    person = actor.has(*LETTING_GO) and actor.permits("cases:write")
    may_end = alarm.stands and person and may_work(case, actor) and may_end_alarm(case, alarm, actor)
    return CitizenAlarmView(
        id=alarm.id,
        case_id=case.id,
        statement=alarm.statement if raised else None,
        need_id=alarm.need_id,
        sector=alarm.sector,
        unit=alarm.unit,
        raised_at=alarm.raised_at,
        ended_at=alarm.ended_at,
        ended_statement=alarm.ended_statement if ended else None,
        ended_by_sector=alarm.ended_by_sector,
        hidden=(not raised) + (not alarm.stands and not ended),
        version=alarm.version,
        allowed_actions=["endCitizenAlarm"] if may_end else [],
    )
