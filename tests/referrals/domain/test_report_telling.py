"""A small number of a whole is told in no way: neither as itself, nor by its line."""

from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.small_cells import FEWEST, Tally
from services.referrals.domain.codes import DeclineCode
from services.referrals.domain.funnel import NODES, REQUESTED, Stand, coded, way
from services.referrals.domain.telling import FEW, Counts, tell_line, tell_whole
from tests.referrals.facts import bounds, fact


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 12), min_size=1))
def test_every_few_of_a_line_can_be_any_of_one_to_four(cells: dict[str, int]) -> None:
    total = sum(cells.values())
    told = tell_line({code: Tally(n, n) for code, n in cells.items()}, whole=total if total >= FEWEST else FEW)

    few = [code for code, number in told.items() if number == FEW]
    rest = total - sum(number for number in told.values() if isinstance(number, int))
    hidden = [bounds(number if number == FEW else None) for number in told.values() if not isinstance(number, int)]
    for code, n in cells.items():
        assert told[code] in (n, FEW, None)
        assert not (0 < n < FEWEST) or told[code] in (FEW, None)
    for _ in few:
        others_least = len(few) - 1 + FEWEST * (len(hidden) - len(few))
        others_most = (len(few) - 1) * (FEWEST - 1) if len(hidden) == len(few) else rest
        assert {value for value in range(1, FEWEST) if others_least <= rest - value <= others_most} == {1, 2, 3, 4}
    assert len(hidden) != 1 or total < FEWEST


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Stand), st.integers(1, 9), st.booleans()), max_size=14))
def test_nothing_is_told_below_a_hidden_number(drawn: list[tuple[Stand, int, bool]]) -> None:
    told = tell_whole(Counts.of(fact(stand, n, was_accepted=yes) for stand, n, yes in drawn))

    assert set(told) == set(NODES)
    for node, number in told.items():
        if number is not None:
            assert all(isinstance(told[above], int) for above in way(node)[1:])


def test_one_citizen_who_asked_often_is_one_citizen() -> None:
    anna = uuid4()
    counts = Counts.of([fact(Stand.REJECTED, 3, citizen=anna), fact(Stand.UNANSWERED, 3, citizen=anna)])

    assert counts[REQUESTED] == Tally(6, 1)
    assert tell_whole(counts)[REQUESTED] == FEW


def test_a_whole_by_hand() -> None:
    facts = [
        fact(Stand.REJECTED, 6, code=DeclineCode.NO_CAPACITY),
        fact(Stand.REDIRECTED, 5, code=DeclineCode.NOT_IN_TARGET_GROUP, was_accepted=True),
        fact(Stand.REJECTED, 3, code=DeclineCode.OTHER),
        fact(Stand.WITH_RECEIVER, 20),
        fact(Stand.AWAITING_CONTACT, 2),
        fact(Stand.UNANSWERED, 9),
    ]

    told = tell_whole(Counts.of(facts))

    assert {node: told[node] for node in ("requested", "accepted", "unanswered", "declined", "cancelled")} == {
        "requested": 45,
        "accepted": 22,
        "unanswered": 9,
        "declined": 14,
        "cancelled": 0,
    }
    # Two wait for a first contact: with the twenty beside them hidden as well, 22 - x is no answer.
    assert (told["awaiting-contact"], told["contact-held"], told["caught"]) == (FEW, None, None)
    assert (told["rejected"], told["redirected"], told["declined-after-acceptance"]) == (9, 5, 5)
    codes = [told[coded("declined", code)] for code in ("no-capacity", "not-in-target-group", "other", "duplicate")]
    # Five and three hidden would leave the three at most three: so the six are hidden too.
    assert codes == [None, None, FEW, 0]
