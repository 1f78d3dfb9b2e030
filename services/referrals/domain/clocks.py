"""The clocks of a referral: when a promise falls due, what stops it, and what has to be told of it.

A clock counts days in Denmark, never hours: it neither gains nor loses by a change to summer time. Whether a day was
missed is a fact of the calendar; a process that was away does not change it, it is only told later. A missed clock
closes nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

from chassis.errors import Refusal
from services.referrals.domain.access import Part
from services.referrals.domain.days import day_of
from services.referrals.domain.errors import OnlyTheAddressedUnit, SectorHasLetGo
from services.referrals.domain.errors.clocks import NoDeadlineRuns
from services.referrals.domain.guarantees import Counting, Start, Terms
from services.referrals.domain.lifecycle import ENDED, Side, State

WAIVER: Final = "deadline-waiver"
"""The step that records a waiver. It changes no state, so it is no `Action`, and it is open to both sides."""

IsWorkingDay = Callable[[date], bool]

_A_DAY = timedelta(days=1)


class ClockState(StrEnum):
    """How it stands with a promise."""

    RUNNING = "running"
    PAUSED = "paused"
    """The citizen asked for a pause."""
    MET = "met"
    """The citizen attended a first contact, on the last day or before."""
    MISSED = "missed"
    """The last day went by without one. A later contact does not undo that."""
    WAIVED = "waived"
    """The citizen chose another provider."""
    STOPPED = "stopped"
    """The referral ended before the last day had gone by."""


class Notice(StrEnum):
    """What the town is told of a clock, each at most once."""

    APPROACHING = "approaching"
    MISSED = "missed"


_PRESSING = frozenset({ClockState.RUNNING, ClockState.MISSED})
_OPEN = frozenset({ClockState.RUNNING, ClockState.PAUSED})


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise in one referral, with the terms it was started on."""

    guarantee: str
    starts: Start
    counting: Counting
    lead_days: int
    started_on: date
    due_on: date
    """The last day on which the promise is kept."""
    state: ClockState = ClockState.RUNNING
    paused_on: date | None = None
    settled_on: date | None = None
    """When nothing more was expected: the day of the contact, the waiver or the end."""
    approaching_told_at: datetime | None = None
    missed_told_at: datetime | None = None

    @classmethod
    def start(cls, guarantee: str, terms: Terms, *, on: date, is_working_day: IsWorkingDay) -> "Clock":
        """A clock that runs from this day on. The day itself is not counted."""
        due_on = later(on, terms.days, terms.counting, is_working_day)
        return cls(guarantee, terms.starts, terms.counting, terms.lead_days, on, due_on)

    @property
    def pressing(self) -> bool:
        """Whether somebody should meet the citizen because of it."""
        return self.state in _PRESSING and self.settled_on is None

    @property
    def near_on(self) -> date:
        """The first day on which the last day is near."""
        return self.due_on - self.lead_days * _A_DAY

    @property
    def look_on(self) -> date | None:
        """The next day on which there is something to tell; None when there is not, as things stand."""
        if self.state not in _PRESSING or self.missed_told_at is not None:
            return None
        if self.state is ClockState.RUNNING and self.approaching_told_at is None:
            return self.near_on
        return self.due_on + _A_DAY

    def state_on(self, today: date) -> ClockState:
        """How it stands on a day, whether or not anybody has looked at the clock since."""
        return ClockState.MISSED if self.state is ClockState.RUNNING and today > self.due_on else self.state

    def paused(self, on: date) -> "Clock":
        """The citizen asked for a pause. What was missed before stays missed."""
        if self.state_on(on) is not ClockState.RUNNING:
            return self
        return replace(self, state=ClockState.PAUSED, paused_on=on)

    def resumed(self, on: date, is_working_day: IsWorkingDay) -> "Clock":
        """The pause is over: the last day lies as many days ahead as it did when the pause began."""
        if self.state is not ClockState.PAUSED or self.paused_on is None:
            return self
        away = counted(self.paused_on, on, self.counting, is_working_day)
        return replace(self._put_off(away, is_working_day), state=ClockState.RUNNING, paused_on=None)

    def received(self, on: date, today: date, is_working_day: IsWorkingDay) -> "Clock":
        """The request came to its receiver later than it was put. What was missed by the time they say so stays missed:
        the citizen had been told that day."""
        if self.starts is not Start.RECEIPT or on < self.started_on or self.state_on(today) is not ClockState.RUNNING:
            return self
        under_way = counted(self.started_on, on, self.counting, is_working_day)
        return replace(self._put_off(under_way, is_working_day), started_on=on)

    def met(self, on: date) -> "Clock":
        """The citizen attended on this day, however late it was written down."""
        if self.state not in {*_OPEN, ClockState.MISSED} or self.settled_on is not None:
            return self
        in_time = self.state is ClockState.PAUSED or on <= self.due_on
        return self._settled(ClockState.MET if in_time else ClockState.MISSED, on)

    def waived(self, on: date) -> "Clock":
        """The citizen chose another provider."""
        return self._settled(ClockState.WAIVED, on) if self.state_on(on) in _OPEN else self

    def ended(self, on: date, *, in_error: bool) -> "Clock":
        """The referral ended. What was missed by then stays missed, unless the referral was never meant."""
        if self.settled_on is not None:
            return self
        was = self.state_on(on)
        if was in _OPEN or in_error:
            return self._settled(ClockState.STOPPED, on)
        return self._settled(was, on)

    def left(self, at: datetime) -> "Clock":
        """Its request was sent on and the promise went along: what is still to be told of it is told there, and only
        there. What it was when it left stays written here."""
        ended = self.ended(day_of(at), in_error=False)
        return replace(ended, missed_told_at=ended.missed_told_at or at) if ended.look_on else ended

    def to_tell(self, today: date) -> Notice | None:
        """What has to be told today. Of a day that has gone by only that: that it came near is no news any more."""
        if self.look_on is None or today < self.look_on:
            return None
        return Notice.MISSED if self.state_on(today) is ClockState.MISSED else Notice.APPROACHING

    def told(self, notice: Notice, at: datetime) -> "Clock":
        """The clock after the town was told."""
        if notice is Notice.APPROACHING:
            return replace(self, approaching_told_at=at)
        return replace(self, state=ClockState.MISSED, missed_told_at=at)

    def _put_off(self, days: int, is_working_day: IsWorkingDay) -> "Clock":
        """Its last day comes so many days later. That it comes near is told of each last day once."""
        due_on = later(self.due_on, days, self.counting, is_working_day)
        told_at = self.approaching_told_at if due_on == self.due_on else None
        return replace(self, due_on=due_on, approaching_told_at=told_at)

    def _settled(self, state: ClockState, on: date) -> "Clock":
        return replace(self, state=state, paused_on=None, settled_on=on)


@dataclass(frozen=True, slots=True)
class DeadlineWaiver:
    """The citizen's own choice of another provider, in own words, as somebody wrote it down."""

    statement: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DueClock:
    """A clock that has something to tell, with what the town is told of its referral."""

    clock: Clock
    referral_id: UUID
    case_id: UUID
    need_id: UUID
    from_sector: str
    to_sector: str
    to_unit: str | None
    to_authority: str | None = None


class Moved(Protocol):
    """What a clock needs to know of a step in the life of its referral."""

    @property
    def from_state(self) -> State | None: ...
    @property
    def to_state(self) -> State: ...
    @property
    def at(self) -> datetime: ...


def later(day: date, days: int, counting: Counting, is_working_day: IsWorkingDay) -> date:
    """The day that lies so many days later."""
    if counting is Counting.CALENDAR:
        return day + days * _A_DAY
    while days > 0:
        day += _A_DAY
        days -= is_working_day(day)
    return day


def counted(after: date, until: date, counting: Counting, is_working_day: IsWorkingDay) -> int:
    """How many days lie after one day and not after another; none when the second does not lie later."""
    days = max((until - after).days, 0)
    if counting is Counting.CALENDAR:
        return days
    return sum(is_working_day(after + number * _A_DAY) for number in range(1, days + 1))


def followed(
    clock: Clock, steps: Iterable[Moved], *, contact_at: datetime | None, is_working_day: IsWorkingDay
) -> Clock:
    """The clock after its referral took these steps. Everything that pauses, meets or stops a clock goes through here.

    The contact comes first: a referral that is completed was met, not stopped.
    """
    if contact_at is not None:
        clock = clock.met(day_of(contact_at))
    for step in steps:
        on = day_of(step.at)
        if step.from_state is State.ON_HOLD and step.to_state is not State.ON_HOLD:
            clock = clock.resumed(on, is_working_day)
        if step.to_state is State.ON_HOLD and step.from_state is not State.ON_HOLD:
            clock = clock.paused(on)
        if step.to_state in ENDED:
            clock = clock.ended(on, in_error=step.to_state is State.ENTERED_IN_ERROR)
    return clock


def earliest(clocks: Iterable[Clock]) -> date | None:
    """The first day by which somebody should meet the citizen, of all promises in a referral."""
    return min((clock.due_on for clock in clocks if clock.pressing), default=None)


def next_day(clocks: Iterable[Clock], today: date) -> date | None:
    """The first of the last days that have not gone by."""
    return min((clock.due_on for clock in clocks if clock.state_on(today) is ClockState.RUNNING), default=None)


def watched_day(clocks: Iterable[Clock]) -> date | None:
    """The first of the last days of which the town has been told that they come near or have gone by."""
    told = (clock for clock in clocks if clock.pressing and (clock.approaching_told_at or clock.missed_told_at))
    return min((clock.due_on for clock in told), default=None)


def told_with(start: Start) -> Part:
    """The part of the way back that a clock belongs to. A clock that the receiver's yes started says when that was; the
    others run from days that are the sender's own."""
    return Part.DATES if start is Start.ACCEPTANCE else Part.CATCH


def seen(clocks: Iterable[Clock], parts: frozenset[Part]) -> list[Clock]:
    """The clocks that a side sees, the first to fall due first."""
    told = [clock for clock in clocks if told_with(clock.starts) in parts]
    return sorted(told, key=lambda clock: (clock.due_on, clock.guarantee))


def waiver_refusal(side: Side, clocks: Sequence[Clock], parts: frozenset[Part], *, today: date) -> Refusal | None:
    """Why this side may not write down a waiver today, or None when it may.

    Only clocks that it sees count: otherwise the answer would tell of a contact what the way back does not.
    """
    if side is Side.FORMER_SENDER:
        return SectorHasLetGo()
    if side is Side.COLLEAGUE:
        return OnlyTheAddressedUnit()
    runs = any(clock.state_on(today) in _OPEN for clock in seen(clocks, parts))
    return None if runs else NoDeadlineRuns()
