"""The watch list: who is between chairs, and who has to act. And what citizens say who are not caught."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from chassis.clock import day_of, now
from chassis.errors import Stale
from chassis.given import of_caller
from chassis.http import Answers, IfMatch, problems, room
from chassis.ids import new_id
from chassis.paging import Page, PageRequest
from chassis.sectors import Sector
from chassis.wire import CodeList, UnitId
from services.cases.domain.attention import Kind
from services.cases.domain.citizen_alarm import CitizenAlarm
from services.cases.domain.errors import CaseIsClosed, CaseNotFound, SectorNotInvolved
from services.cases.domain.errors.watching import AlarmHasEnded, AlarmNotYours, AlarmOfNoNeed
from services.cases.permissions import CasePerson, CaseReader, WatchCounter
from services.cases.queries.watching import WatchQueries
from services.cases.routes.given import Cases, Reads
from services.cases.schemas import watching as shown
from services.cases.schemas.watching import (
    AlarmEndingRequest,
    CitizenAlarmRequest,
    CitizenAlarmView,
    WatchCountsView,
    WatchCountView,
    WatchItemView,
)
from services.cases.use_cases import watching

router = room(tags=["watch list"])
alarms = room(tags=["watch list"], prefix="/v1/cases/{case_id}/citizen-alarms")


Watch = Annotated[WatchQueries, Depends(of_caller(WatchQueries))]


@router.get("/watch-list", name="get_watch_list", summary="Who is between chairs")
async def get_watch_list(
    actor: CaseReader,
    watch: Watch,
    page: PageRequest,
    kind: Annotated[CodeList[Kind], Query()] = None,
    sector: Annotated[CodeList[Sector], Query()] = None,
    unit: Annotated[UnitId | None, Query()] = None,
) -> Page[WatchItemView]:
    """What the caller's sector has to see to, most urgent first, then what has been so the longest.

    Each item says whose list it is on (`sector`) and who has to act (`responsible`). Of another sector's list nothing
    is told.
    """
    found, end = await watch.listed(page, kinds=kind, sectors=sector, unit=unit)
    return Page[WatchItemView](items=[shown.watch_item(row) for row in found], page=end)


@router.get("/worklist/counts", name="get_worklist_counts", summary="How much waits, by kind")
async def get_worklist_counts(actor: WatchCounter, watch: Watch) -> WatchCountsView:
    """How many items of each kind are on the watch list of the caller's sector; exact to 99. It tells of nobody."""
    counts = await watch.counts()
    return WatchCountsView(counts=[WatchCountView(kind=one.kind, n=one.n, more=one.more) for one in counts])


@alarms.post(
    "",
    status_code=201,
    name="raise_citizen_alarm",
    summary="The citizen says: nobody has caught me",
    responses=problems(CaseNotFound, SectorNotInvolved, CaseIsClosed, AlarmOfNoNeed),
)
async def raise_citizen_alarm(
    actor: CasePerson, case_id: UUID, body: CitizenAlarmRequest, cases: Cases, answer: Answers
) -> CitizenAlarmView:
    """Taken down in the citizen's own words. It is an alarm whatever the records say, and stands until the citizen says
    otherwise."""
    at = now()
    said = CitizenAlarm(new_id(), body.statement, body.need_id, actor.sector or "", actor.unit, at)
    case, alarm = await watching.raise_alarm(cases, actor, case_id, said, now=at)
    view = shown.citizen_alarm(case, alarm, actor, day_of(at))
    return answer.created(view, f"/v1/cases/{case_id}/citizen-alarms/{alarm.id}")


@alarms.get("", name="list_citizen_alarms", summary="List the citizen's alarms", responses=problems(CaseNotFound))
async def list_citizen_alarms(
    actor: CaseReader, case_id: UUID, reads: Reads, page: PageRequest
) -> Page[CitizenAlarmView]:
    """All alarms the citizen has raised, oldest first."""
    case = await reads.one(case_id, "citizen-alarms")
    found, end = page.among(list(case.citizen_alarms.values()), key=lambda alarm: (alarm.raised_at, alarm.id))
    views = [shown.citizen_alarm(case, alarm, actor, day_of(now())) for alarm in found]
    return Page[CitizenAlarmView](items=views, page=end)


@alarms.get("/{alarm_id}", name="get_citizen_alarm", summary="Read an alarm", responses=problems(CaseNotFound))
async def get_citizen_alarm(
    actor: CaseReader, case_id: UUID, alarm_id: UUID, reads: Reads, answer: Answers
) -> CitizenAlarmView:
    """One alarm of the citizen's."""
    case = await reads.one(case_id, "citizen-alarm")
    alarm = case.citizen_alarms.get(alarm_id)
    if alarm is None:
        raise CaseNotFound()
    return answer.ok(shown.citizen_alarm(case, alarm, actor, day_of(now())))


@alarms.post(
    "/{alarm_id}/ending",
    name="end_citizen_alarm",
    summary="The citizen says that it is over",
    responses=problems(CaseNotFound, SectorNotInvolved, AlarmNotYours, AlarmHasEnded, Stale),
)
async def end_citizen_alarm(
    actor: CasePerson,
    case_id: UUID,
    alarm_id: UUID,
    body: AlarmEndingRequest,
    version: IfMatch,
    cases: Cases,
    answer: Answers,
) -> CitizenAlarmView:
    """The alarm ends by what the citizen says, and by nothing else: said to the holder, to the sector that took it
    down, or to the one that owns the need it is about."""
    at = now()
    case, alarm = await watching.end_alarm(
        cases, actor, case_id, alarm_id, statement=body.citizen_statement, expected=version, now=at
    )
    return answer.ok(shown.citizen_alarm(case, alarm, actor, day_of(at)))
