"""The ledger of a budget: what each entry does to the totals, and what is refused."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.domain.budget import BudgetEntry, Ledger, Totals
from services.cases.domain.errors.budget import (
    AlreadyReversed,
    BudgetCeilingReached,
    CommitmentNotOpen,
    CommitmentUnknown,
    NothingToReverse,
    ReversalDiffers,
)
from tests.cases.ledgers import REFUSALS, ask, entry, wish


def having(*entries: BudgetEntry, arm_ceiling: int | None = None) -> Ledger:
    """A ledger that has taken these."""
    ledger = Ledger(arm_ceiling=arm_ceiling, known_ceiling=arm_ceiling)
    for one in entries:
        ledger.enter(one)
    return ledger


def stands(ledger: Ledger) -> tuple[int, int, int, int]:
    """Allocated, committed, spent, available."""
    totals = ledger.totals
    return totals.allocated, totals.committed, totals.spent, totals.available


def test_nothing_is_there_before_it_is_allocated() -> None:
    assert stands(having()) == (0, 0, 0, 0)
    with pytest.raises(BudgetCeilingReached) as refused:
        having(entry("commitment", 1))
    assert refused.value.facts == {"available_oere": 0}


def test_what_is_committed_and_spent_is_not_available() -> None:
    ledger = having(entry("allocation", 100), entry("commitment", 30), entry("expense", 20))

    assert stands(ledger) == (100, 30, 20, 50)
    with pytest.raises(BudgetCeilingReached) as refused:
        ledger.enter(entry("expense", 51))
    assert refused.value.facts == {"available_oere": 50}
    assert stands(ledger) == (100, 30, 20, 50)
    ledger.enter(entry("commitment", 50))
    assert stands(ledger) == (100, 80, 20, 0)


@pytest.mark.parametrize(
    ("spent", "after"),
    [
        ([40], (100, 60, 40, 0)),
        ([40, 60], (100, 0, 100, 0)),
        ([100], (100, 0, 100, 0)),
    ],
    ids=["a part", "in two parts", "the whole"],
)
def test_an_expense_takes_first_from_the_commitment_it_settles(
    spent: list[int], after: tuple[int, int, int, int]
) -> None:
    bound = entry("commitment", 100)
    ledger = having(entry("allocation", 100), bound, *(entry("expense", n, commitment_id=bound.id) for n in spent))

    assert stands(ledger) == after


def test_only_what_goes_beyond_a_commitment_is_new() -> None:
    bound = entry("commitment", 60)
    ledger = having(entry("allocation", 100), bound)

    with pytest.raises(BudgetCeilingReached):
        ledger.enter(entry("expense", 101, commitment_id=bound.id))
    ledger.enter(entry("expense", 90, commitment_id=bound.id))

    assert stands(ledger) == (100, 0, 90, 10)


def test_a_commitment_is_settled_while_something_is_left_of_it() -> None:
    bound, undone, foreign = entry("commitment", 10), entry("commitment", 10), entry("commitment", 10, sector="health")
    foreign = entry("commitment", 10, sector="health", paying_sector="health")
    ledger = having(entry("allocation", 100), bound, undone, foreign, entry("expense", 10, commitment_id=bound.id))
    ledger.reverse(wish(undone))

    for settled in (bound, undone):
        with pytest.raises(CommitmentNotOpen):
            ledger.enter(entry("expense", 1, commitment_id=settled.id))
    for unknown in (uuid4(), foreign.id, next(iter(ledger.entries))):
        with pytest.raises(CommitmentUnknown):
            ledger.enter(entry("expense", 1, commitment_id=unknown))


def test_who_pays_may_settle_and_undo_what_another_sector_committed() -> None:
    bound = entry("commitment", 10, sector="health", paying_sector="employment")
    ledger = having(entry("allocation", 100), bound)

    ledger.enter(entry("expense", 4, commitment_id=bound.id))
    undoing = ledger.reverse(wish(bound))

    assert (undoing.amount, undoing.sector, undoing.paying_sector) == (6, "employment", "employment")
    assert stands(ledger) == (100, 0, 4, 96)


# -- reversals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["allocation", "commitment", "expense"])
def test_a_reversal_undoes_an_entry_once_and_stays_itself(kind: str) -> None:
    undone = entry(kind, 40)
    ledger = having(entry("allocation", 60), undone)
    undoing = ledger.reverse(wish(undone, amount=40, paying_sector="employment", purpose_kind="help"))

    assert stands(ledger) == (60, 0, 0, 60)
    assert (undoing.kind, undoing.amount, undoing.reverses) == ("reversal", 40, undone.id)
    for again in (undone, undoing):
        with pytest.raises(AlreadyReversed):
            ledger.reverse(wish(again))


def test_a_reversal_that_tells_other_than_what_it_undoes_is_refused() -> None:
    undone = entry("expense", 40)
    ledger = having(entry("allocation", 60), undone)

    for told in ({"amount": 39}, {"paying_sector": "health"}, {"purpose_kind": "work-trial"}):
        with pytest.raises(ReversalDiffers) as refused:
            ledger.reverse(wish(undone, **told))
        assert refused.value.facts == {"amount_oere": 40}
    assert stands(ledger) == (60, 0, 40, 20)


def test_only_who_entered_or_pays_undoes() -> None:
    undone = entry("expense", 40)
    ledger = having(entry("allocation", 60), undone)

    for asked in (wish(undone, sector="health"), wish(uuid4())):
        with pytest.raises(NothingToReverse):
            ledger.reverse(asked)


def test_money_that_is_bound_is_not_taken_back() -> None:
    first = entry("allocation", 60)
    ledger = having(first, entry("allocation", 40), entry("commitment", 50))

    with pytest.raises(BudgetCeilingReached) as refused:
        ledger.reverse(wish(first))

    assert refused.value.facts == {"available_oere": 50}
    assert stands(ledger) == (100, 50, 0, 50)


def test_of_a_commitment_what_is_left_is_undone() -> None:
    bound, whole = entry("commitment", 100), entry("commitment", 50)
    ledger = having(entry("allocation", 200), bound, whole)
    paid = entry("expense", 30, commitment_id=bound.id)
    ledger.enter(paid)
    ledger.enter(entry("expense", 50, commitment_id=whole.id))

    with pytest.raises(CommitmentNotOpen):
        ledger.reverse(wish(whole))
    assert ledger.reverse(wish(bound)).amount == 70
    assert stands(ledger) == (200, 0, 80, 120)
    ledger.reverse(wish(paid))
    assert stands(ledger) == (200, 0, 50, 150)


def test_an_expense_undone_binds_its_commitment_anew() -> None:
    bound = entry("commitment", 100)
    ledger = having(entry("allocation", 100), bound)
    paid = entry("expense", 30, commitment_id=bound.id)
    ledger.enter(paid)

    ledger.reverse(wish(paid))

    assert stands(ledger) == (100, 100, 0, 0)


# -- the arm's ceiling ---------------------------------------------------------------------------------------------


def test_an_arm_may_allow_less_than_was_allocated() -> None:
    ledger = having(entry("allocation", 100), entry("expense", 30), arm_ceiling=50)

    with pytest.raises(BudgetCeilingReached) as refused:
        ledger.enter(entry("commitment", 21))

    assert refused.value.facts == {"available_oere": 20}
    assert (ledger.totals.ceiling, ledger.totals.available) == (50, 20)
    assert having(entry("allocation", 40), arm_ceiling=50).totals.ceiling == 40


def test_a_ceiling_that_came_late_stops_what_asks_for_more_and_nothing_else() -> None:
    bound = entry("commitment", 60)
    ledger = having(entry("allocation", 100), bound, entry("expense", 20))
    ledger.arm_ceiling = 50

    assert ledger.totals.available == 0
    with pytest.raises(BudgetCeilingReached):
        ledger.enter(entry("expense", 1))
    ledger.enter(entry("expense", 60, commitment_id=bound.id))
    ledger.enter(entry("allocation", 10))

    assert stands(ledger) == (110, 0, 80, 0)


# -- whatever is asked ---------------------------------------------------------------------------------------------

ASKED = st.lists(
    st.tuples(
        st.sampled_from(["allocation", "commitment", "expense", "settling", "reversal"]),
        st.integers(1, 50),
        st.integers(0, 30),
    ),
    max_size=40,
)


@given(ASKED, st.one_of(st.none(), st.integers(0, 200)))
def test_whatever_is_asked_the_ceiling_holds_and_nothing_is_negative(
    asked: list[tuple[str, int, int]], arm_ceiling: int | None
) -> None:
    ledger = Ledger(arm_ceiling=arm_ceiling, known_ceiling=arm_ceiling)
    for kind, amount, place in asked:
        before, known = ledger.totals, len(ledger.entries)
        try:
            ask(ledger, kind, amount, place)
        except REFUSALS:
            assert (ledger.totals, len(ledger.entries)) == (before, known), "a refusal changes nothing"
        after = ledger.totals
        assert min(after.allocated, after.committed, after.spent) >= 0
        assert after.committed + after.spent <= after.allocated
        assert after.committed + after.spent <= after.ceiling or after.allocated < before.allocated


def test_totals_of_nothing() -> None:
    assert (Totals().ceiling, Totals().available) == (0, 0)
