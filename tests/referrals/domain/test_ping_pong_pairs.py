"""Two needs that wait for each other: when it is so, since when, and until when."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from chassis.ids import new_id
from services.referrals.domain.codes import DeclineCode
from services.referrals.domain.ping_pong import BECAUSE_OF_THE_OTHER, Catch, Decline, ping_pongs
from services.referrals.domain.redirection import Place

ILL, USING = DeclineCode.UNTREATED_MENTAL_ILLNESS, DeclineCode.ACTIVE_SUBSTANCE_USE
ALCOHOL, PSYCHIATRY = Place("health", "alkohol"), Place("health", "psykiatri")
DRINKING, LOW = new_id(), new_id()


def day(number: int) -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=number)


def no(need: UUID, code: DeclineCode, by: Place, on: int) -> Decline:
    return Decline(new_id(), need, code, by, day(on))


def yes(on: int, lost: int | None = None) -> Catch:
    return Catch(day(on), None if lost is None else day(lost))


THE_ONE, THE_OTHER = no(DRINKING, ILL, ALCOHOL, 1), no(LOW, USING, PSYCHIATRY, 5)


def test_each_waits_for_the_other() -> None:
    (found,) = ping_pongs([THE_ONE, THE_OTHER], {})

    assert (found.first, found.second, found.since, found.resolved_at) == (THE_ONE, THE_OTHER, day(5), None)


def test_which_came_first_does_not_matter() -> None:
    mirrored = [no(DRINKING, ILL, ALCOHOL, 5), no(LOW, USING, PSYCHIATRY, 1)]

    assert [pair.since for pair in ping_pongs(mirrored, {})] == [day(5)]
    assert all(ping_pongs(order, {}) == ping_pongs(mirrored, {}) for order in permutations(mirrored))


def test_one_need_sent_round_is_not_ping_pong() -> None:
    assert ping_pongs([THE_ONE, no(DRINKING, USING, PSYCHIATRY, 5)], {}) == []


def test_two_needs_declined_for_the_same_reason_are_not() -> None:
    assert ping_pongs([THE_ONE, no(LOW, ILL, PSYCHIATRY, 5)], {}) == []


def test_any_other_reason_is_not_because_of_the_other_need() -> None:
    for code in set(DeclineCode) - BECAUSE_OF_THE_OTHER:
        assert ping_pongs([THE_ONE, no(LOW, code, PSYCHIATRY, 5)], {}) == []


def test_one_receiver_alone_sends_nobody_to_and_fro() -> None:
    assert ping_pongs([THE_ONE, no(LOW, USING, ALCOHOL, 5)], {}) == []
    assert ping_pongs([THE_ONE, no(LOW, USING, Place.of("health", "health:alkohol"), 5)], {}) == []
    assert len(ping_pongs([THE_ONE, no(LOW, USING, Place("social", "alkohol"), 5)], {})) == 1


def test_a_catch_of_either_ends_it() -> None:
    for need in (DRINKING, LOW):
        (found,) = ping_pongs([THE_ONE, THE_OTHER], {need: [yes(9), yes(12)]})
        assert found.resolved_at == day(9)
        assert not found.resolved_by(day(9))
        assert found.resolved_by(day(10))


def test_who_was_caught_before_the_other_no_came_was_never_sent_to_and_fro() -> None:
    assert ping_pongs([THE_ONE, THE_OTHER], {DRINKING: [yes(3)]}) == []


def test_a_catch_before_the_no_does_not_count() -> None:
    (found,) = ping_pongs([THE_ONE, THE_OTHER], {DRINKING: [yes(0)], LOW: [yes(4)]})

    assert found.resolved_at is None


def test_declined_again_meanwhile_is_the_same_again() -> None:
    again = [no(DRINKING, ILL, Place("social", None), 8), no(LOW, USING, Place("social", "x"), 9)]

    (found,) = ping_pongs([THE_ONE, THE_OTHER, *again], {})
    assert (found.first, found.second) == (THE_ONE, THE_OTHER)


def test_after_a_catch_it_can_begin_anew() -> None:
    anew = [no(DRINKING, ILL, ALCOHOL, 20), no(LOW, USING, PSYCHIATRY, 21)]

    found = ping_pongs([THE_ONE, THE_OTHER, *anew], {DRINKING: [yes(9)], LOW: [yes(10)]})
    assert [(pair.since, pair.resolved_at) for pair in found] == [(day(5), day(9)), (day(21), None)]


def test_a_catch_that_is_lost_helps_for_as_long_as_it_lasts() -> None:
    """What a month was told stays so: the citizen was caught then."""
    for need in (DRINKING, LOW):
        (found,) = ping_pongs([THE_ONE, THE_OTHER], {need: [yes(9, lost=12)]})
        assert (found.since, found.resolved_at) == (day(5), None)
        assert [found.resolved_by(day(on)) for on in (9, 10, 12, 13)] == [False, True, True, False]


def test_after_a_lost_catch_another_can_end_it() -> None:
    (found,) = ping_pongs([THE_ONE, THE_OTHER], {DRINKING: [yes(9, lost=12)], LOW: [yes(20)]})

    assert (found.since, found.resolved_at) == (day(5), day(20))
    assert [found.resolved_by(day(on)) for on in (11, 15, 21)] == [True, False, True]


def test_a_catch_lost_before_the_other_no_never_helped() -> None:
    (found,) = ping_pongs([THE_ONE, THE_OTHER], {DRINKING: [yes(2, lost=4)]})

    assert (found.since, found.resolved_by(day(30))) == (day(5), False)


def test_who_was_caught_when_the_other_no_came_is_sent_to_and_fro_once_that_is_lost() -> None:
    (found,) = ping_pongs([THE_ONE, THE_OTHER], {DRINKING: [yes(3, lost=8)]})

    assert (found.since, found.resolved_at) == (day(8), None)


declines = st.lists(
    st.builds(
        no,
        st.sampled_from([DRINKING, LOW, UUID(int=3)]),
        st.sampled_from([ILL, USING, DeclineCode.OTHER]),
        st.sampled_from([ALCOHOL, PSYCHIATRY]),
        st.integers(0, 20),
    ),
    max_size=6,
)


catches = st.lists(
    st.one_of(
        st.builds(yes, st.integers(0, 20)),
        st.builds(lambda on, days: yes(on, on + days), st.integers(0, 20), st.integers(1, 9)),
    ),
    max_size=2,
)


@given(declines, st.dictionaries(st.sampled_from([DRINKING, LOW]), catches))
def test_whoever_is_on_it_was_declined_twice_and_had_nobody(
    made: list[Decline], caught: dict[UUID, list[Catch]]
) -> None:
    for pair in ping_pongs(made, caught):
        assert pair.first.need_id != pair.second.need_id
        assert pair.first.by != pair.second.by
        assert {pair.first.code, pair.second.code} == BECAUSE_OF_THE_OTHER
        assert pair.first.at <= pair.second.at <= pair.since
        for one in (pair.first, pair.second):
            for catch in caught.get(one.need_id, []):
                assert not (one.at < catch.at <= pair.since and catch.stands_at(pair.since))
        assert pair.resolved_at is None or pair.resolved_at > pair.since
        assert pair.resolved_by(day(99)) == (pair.resolved_at is not None)


@given(declines, st.dictionaries(st.sampled_from([DRINKING, LOW]), catches))
def test_what_a_month_was_told_is_not_changed_by_what_is_lost_later(
    made: list[Decline], caught: dict[UUID, list[Catch]]
) -> None:
    """Nobody is declined a need that is caught: that referral is live until it is lost, and a need has one."""
    told = day(15)
    made = [no for no in made if not any(c.lost_at and c.at <= no.at <= c.lost_at for c in caught.get(no.need_id, []))]
    then = {
        need: [Catch(c.at) if c.stands_at(told) else c for c in some if c.at < told] for need, some in caught.items()
    }

    def waited(made: list[Decline], caught: dict[UUID, list[Catch]]) -> set[tuple[datetime, bool]]:
        return {(p.since, p.resolved_by(told)) for p in ping_pongs(made, caught) if p.since < told}

    assert waited([no for no in made if no.at < told], then) == waited(made, caught)
