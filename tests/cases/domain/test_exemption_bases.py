"""How long somebody can be exempted by ordinary law, and which months a report may tell of."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import RuleBroken
from chassis.report_months import ReportPeriodUnfit, months_over
from services.cases.domain.errors.exemptions import (
    ExemptionTooLong,
    OutsideItsGround,
    ProvisionNotCovered,
    UnknownExemptionBasis,
)
from services.cases.domain.exemption_bases import (
    ExemptionBasis,
    ExemptionLimit,
    exemption_bases,
    exemption_basis,
    last_day,
)
from tests.cases.builders import TODAY, day

DAY = timedelta(days=1)
days = st.dates(date(2025, 1, 1), date(2028, 12, 31))


def law(**changes: Any) -> ExemptionBasis:
    """Three months at a time, and six for decisions from July 2026."""
    limits = (ExemptionLimit(day("2026-07-01"), 6), ExemptionLimit(day("2026-01-01"), 3))
    told = {"code": "law", "reference": "-", "label_da": "-", "label_en": "-", "provisions": frozenset({"offers"})}
    period = {"valid_from": day("2026-01-01"), "valid_to": day("2026-12-31")}
    return ExemptionBasis(**told | period | {"limits": limits} | changes)


@pytest.mark.parametrize(
    ("first", "latest"),
    [
        ("2025-12-31", None),
        ("2026-01-01", "2026-03-31"),
        ("2026-06-30", "2026-09-29"),
        ("2026-07-01", "2026-12-31"),
        ("2026-10-01", "2026-12-31"),
        ("2027-01-01", None),
    ],
)
def test_how_far_a_decision_reaches_is_the_law_of_its_first_day(first: str, latest: str | None) -> None:
    assert law().latest(day(first)) == (latest and day(latest))


def test_a_law_that_becomes_stricter_is_the_law() -> None:
    stricter = law(limits=(ExemptionLimit(day("2026-01-01"), 6), ExemptionLimit(day("2026-07-01"), 3)))

    assert [stricter.latest(day(first)) for first in ("2026-06-30", "2026-07-01")] == [
        day("2026-12-29"),
        day("2026-09-30"),
    ]


def test_a_decision_reaches_its_last_day_and_not_the_next() -> None:
    law().must_allow(("offers",), day("2026-02-10"), day("2026-05-09"))

    with pytest.raises(ExemptionTooLong) as refused:
        law().must_allow(("offers",), day("2026-02-10"), day("2026-05-10"))

    assert refused.value.facts == {"latest": day("2026-05-09")}


def test_before_the_law_is_in_force_and_for_what_it_does_not_name_nobody_is_exempted() -> None:
    with pytest.raises(OutsideItsGround):
        law().must_allow(("offers",), day("2025-12-31"), day("2026-01-31"))
    with pytest.raises(OutsideItsGround):
        law(limits=()).must_allow(("offers",), day("2026-02-01"), day("2026-02-02"))
    with pytest.raises(ProvisionNotCovered) as refused:
        law().must_allow(("interviews", "offers"), day("2026-02-01"), day("2026-02-02"))

    assert refused.value.facts == {"provisions": ["interviews"]}


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        ("2026-01-01", 6, "2026-06-30"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-08-29", 6, "2027-02-28"),
        ("2027-08-29", 6, "2028-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-01", 1, "2026-12-31"),
        ("2026-07-15", 6, "2027-01-14"),
    ],
)
def test_months_are_counted_as_the_law_counts_them(first: str, months: int, last: str) -> None:
    assert last_day(day(first), months) == day(last)


@given(first=days, months=st.integers(1, 12))
def test_the_next_so_many_months_begin_the_day_after_and_never_leave_a_day_out(first: date, months: int) -> None:
    last = last_day(first, months)

    assert first < last
    assert 28 * months - 1 <= (last - first).days <= 31 * months
    if first.day <= 28:
        assert (last + DAY).day == first.day


def test_what_the_product_ships_is_dated_and_reaches_six_months_at_most() -> None:
    shipped = exemption_bases()

    assert set(shipped) == {"social-assessment", "act-1750-2025"}
    for basis in shipped.values():
        first = max(basis.valid_from, day("2026-11-22"))
        assert basis.latest(first) == last_day(first, 6)
        assert basis.provisions
        assert basis.limits[0].valid_from == basis.valid_from
    with pytest.raises(UnknownExemptionBasis):
        exemption_basis("law-of-nowhere")


@pytest.mark.parametrize(
    ("first", "last", "today", "told"),
    [
        ("2026-01-15", "2026-02-03", "2026-03-02", ("2026-01-01", "2026-03-01")),
        ("2026-01-15", "2026-03-31", "2026-03-02", ("2026-01-01", "2026-03-01")),
        ("2026-03-01", "2026-03-31", "2026-03-02", ("2026-03-01", "2026-03-01")),
        ("2026-03-01", "2026-03-31", "2026-04-01", ("2026-03-01", "2026-04-01")),
        ("2027-03-01", "2027-03-31", "2026-04-01", ("2027-03-01", "2027-03-01")),
    ],
)
def test_months_are_told_whole_and_when_they_are_over(first: str, last: str, today: str, told: tuple[str, str]) -> None:
    assert months_over(day(first), day(last), day(today)) == (day(told[0]), day(told[1]))


@pytest.mark.parametrize(("first", "last"), [("2026-03-02", "2026-03-01"), ("2023-01-01", "2026-01-01")])
def test_a_report_runs_forwards_over_three_years_at_most(first: str, last: str) -> None:
    with pytest.raises(ReportPeriodUnfit):
        months_over(day(first), day(last), TODAY)


def test_every_refusal_here_has_its_own_words() -> None:
    broken = [kind for kind in RuleBroken.__subclasses__() if kind.__module__.endswith("errors.exemptions")]

    assert len({kind.slug for kind in broken}) == len({kind.title.da for kind in broken}) == len(broken) >= 9
