"""Who is sent to and fro between two needs: counted for everybody, and named to those who can see to it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, and_, bindparam, exists, func, or_, select

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.clock import day_of, start_of
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from chassis.report_months import month_after
from chassis.small_cells import Tally
from services.referrals.domain.access import reach
from services.referrals.domain.case import CaseStatus, NeedState
from services.referrals.domain.catch import catch_state
from services.referrals.domain.codes import CASE_CLOSED, CatchState, DeclineCode
from services.referrals.domain.lifecycle import State
from services.referrals.domain.ping_pong import BECAUSE_OF_THE_OTHER, Catch, Decline, PingPong, ping_pongs
from services.referrals.domain.redirection import Place
from services.referrals.domain.telling import Told, tell_alone, tell_line
from services.referrals.queries.reports import Period
from services.referrals.tables import TWO_DOORS, known_cases, known_involvements, known_needs, referral_steps, referrals

LOOKED_AT = "ping-pong"
_r, _s, _k, _n, _i = referrals.c, referral_steps.c, known_cases.c, known_needs.c, known_involvements.c
_here: BindParameter[str] = bindparam("of_authority")

# Cases in which somebody was declined for each of the two reasons: few, and found by an index of their own.
_BOTH = (
    select(_r.case_id)
    .where(_r.authority == _here, TWO_DOORS)
    .group_by(_r.case_id)
    .having(func.count(_r.ending_code.distinct()) == len(BECAUSE_OF_THE_OTHER))
)
_DECLINED_BY = (
    select(_s.by_unit)
    .where(_s.authority == _r.authority, _s.referral_id == _r.id, _s.to_state == State.REJECTED.value)
    .limit(1)
    .scalar_subquery()
)
_DECLINED = and_(_r.state == State.REJECTED.value, _r.ending_code.in_(sorted(BECAUSE_OF_THE_OTHER)))
_WAS_CAUGHT = and_(_r.first_contact_at.is_not(None), _r.receipt_at.is_not(None))
_REFERRALS = (
    select(
        _r.id,
        _r.case_id,
        _r.need_id,
        _r.state,
        _r.from_sector,
        _r.to_sector,
        _r.to_authority,
        _r.to_service_id,
        func.coalesce(_r.responsible_unit, _r.to_unit, _DECLINED_BY).label("unit"),
        _r.ending_code,
        _r.ended_at,
        func.greatest(_r.first_contact_at, _r.receipt_at).label("caught_at"),
        _DECLINED.label("declined"),
        _WAS_CAUGHT.label("was_caught"),
        _k.case_number,
        and_(_k.status == CaseStatus.OPEN, _n.state == NeedState.OPEN).label("is_open"),
    )
    .join(known_cases, and_(_k.authority == _r.authority, _k.case_id == _r.case_id))
    .join(known_needs, and_(_n.authority == _r.authority, _n.need_id == _r.need_id))
    .where(_r.authority == _here, _r.case_id.in_(_BOTH), or_(_DECLINED, _WAS_CAUGHT))
    .where(_r.state != State.ENTERED_IN_ERROR.value)
)


def _of_sector(found: Select[Any]) -> Select[Any]:
    """Only the cases that a sector holds or takes part in."""
    sector: BindParameter[str] = bindparam("sector")
    part = exists().where(_i.authority == _k.authority, _i.case_id == _k.case_id, _i.sector == sector)
    return found.where(or_(_k.holding_sector == sector, part))


_ALL, _OWN = _REFERRALS, _of_sector(_REFERRALS)


@dataclass(frozen=True, slots=True)
class Kept:
    """Two needs of one case that wait, or waited, for each other."""

    case_id: UUID
    case_number: str
    ping_pong: PingPong


@dataclass(frozen=True, slots=True)
class CitizensOfMonth:
    """How many citizens came to be sent to and fro in a month, and of how many that had ended a month later."""

    month: date
    citizens: Told
    resolved: Told
    unresolved: Told


class PingPongQueries:
    """What one caller is told of it."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor

    async def listed(self, page: Paging, *, resolved: bool) -> tuple[list[Kept], PageEnd]:
        """Of the caller's own cases, as far as the caller's sector is a side of both referrals; the longest first.

        Not where the case is closed, or the citizen no longer asks for help with one of the two.
        """
        far = reach(self._actor)
        rows = await self._tx.all(_OWN, of_authority=self._tx.authority, sector=far.sector) if far else []
        found = [kept for case in _by_case(rows) for kept in _kept(case, self._actor, resolved=resolved)]
        items, end = page.among(found, key=lambda kept: (kept.ping_pong.since, kept.ping_pong.second.referral_id))
        await looked_up(self._tx, self._actor, [kept.case_id for kept in items], LOOKED_AT)
        return items, end

    async def counted(self, period: Period) -> list[CitizensOfMonth]:
        """Every month of the period, with how many citizens it began for."""
        months: dict[date, set[UUID]] = defaultdict(set)
        unresolved: dict[date, set[UUID]] = defaultdict(set)
        for rows in _by_case(await self._tx.all(_ALL, of_authority=self._tx.authority)):
            for pair in _pairs(rows):
                month = day_of(pair.since).replace(day=1)
                months[month].add(rows[0].case_id)
                if not pair.resolved_by(_told_at(month)):
                    unresolved[month].add(rows[0].case_id)
        return [_told(month, len(months[month]), len(unresolved[month])) for month in period.months()]


def _by_case(rows: Iterable[Any]) -> Iterable[list[Any]]:
    cases: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        cases[row.case_id].append(row)
    return cases.values()


def _pairs(rows: Sequence[Any]) -> list[PingPong]:
    catches: dict[UUID, list[Catch]] = defaultdict(list)
    for row in rows:
        if row.was_caught:
            catches[row.need_id].append(_catch(row))
    declines = [
        Decline(row.id, row.need_id, DeclineCode(row.ending_code), _place(row), row.ended_at)
        for row in rows
        if row.declined
    ]
    return ping_pongs(declines, catches)


def _catch(row: Any) -> Catch:
    """A catch, and its end where what came after it gave it up."""
    with_case = row.state == State.CANCELLED and row.ending_code == CASE_CLOSED
    state = catch_state(State(row.state), contact_held=True, receipt_given=True, ended_with_case=with_case)
    return Catch(row.caught_at, row.ended_at if state is CatchState.CAUGHT_THEN_LOST else None)


def _place(row: Any) -> Place:
    """Who said no: a unit, else the service that was asked, else the sector."""
    return Place.of(row.to_sector, row.unit, None if row.unit else row.to_service_id, row.to_authority)


def _kept(rows: Sequence[Any], actor: Actor, *, resolved: bool) -> Iterator[Kept]:
    """What of one case is on the list: not what the reader is on no side of, for each code tells of the other need."""
    mine = {row.id for row in rows if actor.sector in (row.from_sector, None if row.to_authority else row.to_sector)}
    still = {row.id for row in rows if row.is_open}
    for pair in _pairs(rows):
        both = {pair.first.referral_id, pair.second.referral_id}
        if both <= mine and (pair.resolved_at is not None if resolved else pair.resolved_at is None and both <= still):
            yield Kept(rows[0].case_id, rows[0].case_number, pair)


def _told_at(month: date) -> datetime:
    return start_of(month_after(month_after(month)))


def _told(month: date, citizens: int, unresolved: int) -> CitizensOfMonth:
    cells: Mapping[str, int] = {"resolved": citizens - unresolved, "unresolved": unresolved}
    everybody = tell_alone(Tally(citizens, citizens))
    told = tell_line({code: Tally(n, n) for code, n in cells.items()}, whole=everybody)
    return CitizensOfMonth(month, everybody, told["resolved"], told["unresolved"])
