"""The watch over cases: what the citizen says, what time brings about, and building the list anew."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.concurrency import expect
from services.cases.domain.access import must_end_alarm, must_work
from services.cases.domain.case import Case
from services.cases.domain.citizen_alarm import CitizenAlarm
from services.cases.domain.errors import CaseNotFound
from services.cases.domain.errors.watching import AlarmOfNoNeed
from services.cases.repository import CaseRepository
from services.cases.repository.watching import WatchBook


async def raise_alarm(
    cases: CaseRepository, actor: Actor, case_id: UUID, alarm: CitizenAlarm, *, now: datetime
) -> tuple[Case, CitizenAlarm]:
    """The citizen says that nobody has caught them.

    Raises:
        CaseNotFound, SectorNotInvolved, CaseIsClosed, AlarmOfNoNeed.
    """
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    case.must_be_open()
    if alarm.need_id is not None and alarm.need_id not in case.needs:
        raise AlarmOfNoNeed()
    case.citizen_alarms[alarm.id] = alarm
    await cases.save(case, at=now)
    return case, alarm


async def end_alarm(
    cases: CaseRepository,
    actor: Actor,
    case_id: UUID,
    alarm_id: UUID,
    *,
    statement: str,
    expected: int | None,
    now: datetime,
) -> tuple[Case, CitizenAlarm]:
    """The citizen says that it is over.

    Raises:
        CaseNotFound, SectorNotInvolved, AlarmNotYours, AlarmHasEnded, Stale.
    """
    case = await cases.get(case_id, actor)
    alarm = case.citizen_alarms.get(alarm_id)
    if alarm is None:
        raise CaseNotFound()
    must_work(case, actor)
    must_end_alarm(case, alarm, actor)
    expect(alarm.version, expected)
    ended = case.citizen_alarms[alarm_id] = alarm.end(statement, actor.sector or "", now)
    await cases.save(case, at=now)
    return case, ended


async def look_again(cases: CaseRepository, book: WatchBook, case_id: UUID, *, now: datetime) -> None:
    """Time has passed, or something beside the case has changed: what is so now is written down and told."""
    case = await cases.heard_of(case_id)
    if case is not None:
        await book.look_again(case, now)
