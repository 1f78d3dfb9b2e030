"""Clocks: when they fall due, what stops them, what is told of them, and what no pause and no step may do to them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chassis.clock import DENMARK
from chassis.working_days import is_working_day
from services.referrals.domain.access import EVERYTHING, Part
from services.referrals.domain.clocks import (
    Clock,
    ClockState,
    Notice,
    counted,
    earliest,
    followed,
    later,
    seen,
    waiver_refusal,
)
from services.referrals.domain.errors import OnlyTheAddressedUnit, SectorHasLetGo
from services.referrals.domain.errors.clocks import NoDeadlineRuns
from services.referrals.domain.guarantees import Counting, Start, Terms
from services.referrals.domain.lifecycle import Side, State

DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)
DUE = MONDAY + 14 * DAY

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
countings = st.sampled_from(Counting)
spans = st.integers(1, 90)


def clock(
    on: date = MONDAY,
    *,
    days: int = 14,
    counting: Counting = Counting.CALENDAR,
    lead: int = 4,
    starts: Start = Start.APPROACH,
) -> Clock:
    return Clock.start("a-promise", Terms(days, counting, starts, lead), on=on, is_working_day=is_working_day)


def noon(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), DENMARK).replace(hour=12)


@dataclass(frozen=True)
class Took:
    """A step."""

    from_state: State | None
    to_state: State
    at: datetime


# -- when it falls due ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counting", "on", "number", "due"),
    [
        (Counting.CALENDAR, date(2026, 3, 20), 14, date(2026, 4, 3)),  # over the change to summer time
        (Counting.CALENDAR, date(2026, 10, 20), 14, date(2026, 11, 3)),  # and back
        (Counting.CALENDAR, date(2026, 12, 24), 14, date(2027, 1, 7)),
        (Counting.CALENDAR, date(2024, 2, 16), 14, date(2024, 3, 1)),  # over a 29 February
        (Counting.CALENDAR, date(2025, 2, 16), 14, date(2025, 3, 2)),
        (Counting.WORKING, date(2026, 3, 27), 5, date(2026, 4, 8)),  # Easter: 30, 31, 1, 7, 8
        (Counting.WORKING, date(2026, 12, 22), 5, date(2026, 12, 30)),  # 23, 24, 28, 29, 30
        (Counting.WORKING, date(2024, 4, 24), 3, date(2024, 4, 29)),  # no Store bededag any more
        (Counting.WORKING, date(2023, 5, 3), 3, date(2023, 5, 9)),  # there it still is
        (Counting.WORKING, date(2026, 11, 21), 1, date(2026, 11, 23)),  # from a Saturday
        (Counting.WORKING, date(2024, 2, 28), 1, date(2024, 2, 29)),
    ],
    ids=str,
)
def test_the_last_day(counting: Counting, on: date, number: int, due: date) -> None:
    assert clock(on, days=number, counting=counting).due_on == due


@given(days, spans)
def test_so_many_working_days_later_so_many_lie_between(day: date, number: int) -> None:
    due = later(day, number, Counting.WORKING, is_working_day)

    assert is_working_day(due)
    assert counted(day, due, Counting.WORKING, is_working_day) == number


# -- missed, or not ---------------------------------------------------------------------------------------------------


@given(
    number=spans,
    contact=st.none() | st.integers(-5, 120),
    waived=st.none() | st.integers(0, 120),
    look=st.integers(0, 150),
)
def test_it_is_missed_exactly_when_its_last_day_is_over_and_it_is_neither_met_nor_waived(
    number: int, contact: int | None, waived: int | None, look: int
) -> None:
    one, today = clock(days=number), MONDAY + look * DAY
    happened = sorted(
        (on, what) for on, what in ((contact, "met"), (waived, "waived")) if on is not None and on <= look
    )
    for on, what in happened:
        one = one.met(MONDAY + on * DAY) if what == "met" else one.waived(MONDAY + on * DAY)
    in_time = any(on <= number for on, _ in happened)

    assert (one.state_on(today) is ClockState.MISSED) == (today > one.due_on and not in_time)


def test_a_contact_on_the_last_day_is_in_time_however_late_it_is_written_down() -> None:
    told = clock().told(Notice.MISSED, noon(DUE + DAY))

    assert told.met(DUE).state is ClockState.MET
    assert not told.met(DUE).pressing


def test_a_contact_that_came_too_late_undoes_nothing_and_ends_the_pressing() -> None:
    late = clock().met(DUE + DAY)

    assert (late.state, late.pressing, late.settled_on) == (ClockState.MISSED, False, DUE + DAY)
    assert late.to_tell(DUE + 2 * DAY) is Notice.MISSED


@pytest.mark.parametrize(
    ("on", "in_error", "state"),
    [
        (DUE, False, ClockState.STOPPED),
        (DUE + DAY, False, ClockState.MISSED),
        (DUE + DAY, True, ClockState.STOPPED),
    ],
)
def test_the_end_of_a_referral_stops_its_clocks_and_hides_no_breach(
    on: date, in_error: bool, state: ClockState
) -> None:
    ended = clock().ended(on, in_error=in_error)

    assert (ended.state, ended.settled_on, ended.pressing) == (state, on, False)


def test_what_is_settled_stays_so() -> None:
    met, waived = clock().met(MONDAY), clock().waived(MONDAY)

    for settled in (met, waived, clock().ended(MONDAY, in_error=False), clock().met(DUE + DAY)):
        assert settled.ended(DUE + 3 * DAY, in_error=False) == settled
        assert settled.met(DUE) == settled
        assert settled.paused(MONDAY + DAY) == settled
        assert settled.waived(MONDAY + DAY) == settled


# -- pauses -----------------------------------------------------------------------------------------------------------


@given(days, spans, countings, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60)), max_size=5))
def test_no_pause_makes_the_last_day_come_earlier_and_each_leaves_as_many_days_as_there_were(
    on: date, number: int, counting: Counting, pauses: list[tuple[int, int]]
) -> None:
    one, today = clock(on, days=number, counting=counting), on
    for ahead, length in pauses:
        today += ahead * DAY
        assume(today <= one.due_on)
        left = counted(today, one.due_on, counting, is_working_day)
        paused = one.paused(today)
        assert paused.state is ClockState.PAUSED
        assert paused.to_tell(today + 400 * DAY) is None
        today += length * DAY
        resumed = paused.resumed(today, is_working_day)
        assert resumed.due_on >= one.due_on
        assert counted(today, resumed.due_on, counting, is_working_day) == left
        one = resumed


def test_a_pause_that_comes_after_the_last_day_finds_it_missed() -> None:
    assert clock().paused(DUE).state is ClockState.PAUSED
    assert clock().paused(DUE + DAY).state_on(DUE + DAY) is ClockState.MISSED


# -- following the referral -------------------------------------------------------------------------------------------


def follow(one: Clock, *steps: Took, contact: datetime | None = None) -> Clock:
    return followed(one, steps, contact_at=contact, is_working_day=is_working_day)


def test_a_hold_pauses_and_a_resumption_goes_on() -> None:
    held = follow(clock(), Took(State.ACCEPTED, State.ON_HOLD, noon(MONDAY + 3 * DAY)))
    going = follow(held, Took(State.ON_HOLD, State.IN_PROGRESS, noon(MONDAY + 13 * DAY)))

    assert (held.state, held.paused_on) == (ClockState.PAUSED, MONDAY + 3 * DAY)
    assert (going.state, going.due_on) == (ClockState.RUNNING, DUE + 10 * DAY)
    assert going.paused_on is None


@pytest.mark.parametrize("state", [State.REJECTED, State.FAILED, State.CANCELLED, State.ENTERED_IN_ERROR])
def test_every_end_stops_a_clock_also_one_that_was_paused(state: State) -> None:
    held = clock().paused(MONDAY + DAY)

    for before in (clock(), held):
        from_state = State.ON_HOLD if before is held else State.ACCEPTED
        after = follow(before, Took(from_state, state, noon(MONDAY + 40 * DAY if before is held else DUE)))
        assert after.state is ClockState.STOPPED


def test_a_referral_that_is_completed_was_met_and_not_stopped() -> None:
    done = Took(State.IN_PROGRESS, State.COMPLETED, noon(DUE + 30 * DAY))

    assert follow(clock(), done, contact=noon(DUE)).state is ClockState.MET


def test_the_contact_counts_on_its_danish_day() -> None:
    before_midnight, after = datetime(2026, 3, 16, 22, 59, tzinfo=UTC), datetime(2026, 3, 16, 23, 0, tzinfo=UTC)

    assert follow(clock(), contact=before_midnight).state is ClockState.MET
    assert follow(clock(), contact=after).state is ClockState.MISSED


# -- telling ----------------------------------------------------------------------------------------------------------


@given(spans, st.integers(0, 100), st.lists(st.integers(0, 30), max_size=30))
def test_whenever_somebody_looks_each_is_told_at_most_once_missed_last_and_only_what_is_true(
    number: int, lead: int, waits: list[int]
) -> None:
    one, today, told = clock(days=number, lead=lead), MONDAY, []
    for wait in [*waits, 400]:
        today += wait * DAY
        notice = one.to_tell(today)
        if notice is not None:
            told.append(notice)
            assert (today > one.due_on) == (notice is Notice.MISSED)
            assert today >= one.due_on - lead * DAY
            one = one.told(notice, noon(today))
        assert one.look_on is None or one.look_on > today

    assert told in ([Notice.APPROACHING, Notice.MISSED], [Notice.MISSED])


@pytest.mark.parametrize(
    ("look", "notice"),
    [
        (DUE - 5 * DAY, None),
        (DUE - 4 * DAY, Notice.APPROACHING),
        (DUE, Notice.APPROACHING),
        (DUE + DAY, Notice.MISSED),
    ],
)
def test_who_was_away_tells_what_is_true_when_it_is_back(look: date, notice: Notice | None) -> None:
    assert clock().to_tell(look) is notice


def test_of_what_is_met_waived_or_stopped_nothing_is_told() -> None:
    for settled in (clock().met(DUE), clock().waived(DUE), clock().ended(DUE, in_error=False)):
        assert settled.to_tell(DUE + 100 * DAY) is None


# -- the list, the wall and the waiver --------------------------------------------------------------------------------


def test_what_presses_is_what_runs_or_was_missed_and_not_what_rests() -> None:
    first, second = clock(days=7), replace(clock(), guarantee="another")

    assert earliest([second, first]) == MONDAY + 7 * DAY
    assert earliest([first.paused(MONDAY), second]) == DUE
    assert earliest([first.met(MONDAY), second.met(DUE + DAY)]) is None


def test_a_clock_that_the_receiver_started_tells_a_date_of_the_way_back() -> None:
    approach, accepted = clock(days=20), clock(starts=Start.ACCEPTANCE)

    assert seen([approach, accepted], EVERYTHING) == [accepted, approach]
    assert seen([approach, accepted], frozenset({Part.CATCH})) == [approach]
    assert seen([approach, accepted], frozenset()) == []


@pytest.mark.parametrize(
    ("side", "parts", "today", "refusal"),
    [
        (Side.RECEIVER, EVERYTHING, DUE, None),
        (Side.SENDER, frozenset({Part.CATCH}), DUE, None),
        (Side.SENDER, frozenset(), DUE, NoDeadlineRuns),
        (Side.RECEIVER, EVERYTHING, DUE + DAY, NoDeadlineRuns),
        (Side.COLLEAGUE, EVERYTHING, DUE, OnlyTheAddressedUnit),
        (Side.FORMER_SENDER, frozenset(), DUE, SectorHasLetGo),
    ],
    ids=["receiver", "sender", "sender-who-sees-none", "too-late", "colleague", "former-sender"],
)
def test_who_may_write_down_a_waiver(
    side: Side, parts: frozenset[Part], today: date, refusal: type[Exception] | None
) -> None:
    refused = waiver_refusal(side, [clock()], parts, today=today)

    assert (refused and type(refused)) is refusal
