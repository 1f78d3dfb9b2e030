"""When a legal basis permits something, when an enrolment ends, and what a trial may do next."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.domain.enrolment import Enrolment, TrialConsents
from services.cases.domain.errors import PeriodBackwards
from services.cases.domain.errors.trials import LegalBasisEndsBeforeItBegins, LegalBasisStep, NothingToWithdraw
from services.cases.domain.legal_basis import LegalBasis, Provision
from tests.cases.builders import MONDAY, TODAY, day

BASIS = LegalBasis(
    id=uuid4(),
    type="dispensation",
    reference="BEK 2498",
    status="granted",
    valid_from=day("2026-01-01"),
    valid_to=day("2026-12-31"),
    provisions=(Provision("las-13", "LAS", "§ 13"), Provision("lab-100", "LAB", "§ 100")),
)
ENROLMENT = Enrolment(
    id=uuid4(),
    trial_id=uuid4(),
    case_id=uuid4(),
    citizen_id=uuid4(),
    conflict_group="general",
    sector="employment",
    stratum="0101",
    status="awaiting-baseline",
    consents=TrialConsents(effort=True, evaluation=True),
    enrolled_at=MONDAY,
    enrolled_by="anna",
)
days = st.dates(day("2026-01-01"), day("2030-12-31"))


@pytest.mark.parametrize(
    ("status", "on", "permits"),
    [
        ("granted", "2025-12-31", False),
        ("granted", "2026-01-01", True),
        ("granted", "2026-12-31", True),
        ("granted", "2027-01-01", False),
        ("ended", "2026-06-01", True),
        ("applied-for", "2026-06-01", False),
        ("refused", "2026-06-01", False),
    ],
)
def test_a_legal_basis_permits_between_its_days_once_it_was_granted(status: str, on: str, permits: bool) -> None:
    basis = replace(BASIS, status=status)

    assert basis.in_force(day(on)) is permits
    assert basis.covers(frozenset({"las-13"}), day(on)) is permits
    assert not basis.covers(frozenset({"las-13", "sel-85"}), day(on))


def test_what_ends_permits_to_its_last_day_and_no_longer_than_before() -> None:
    sooner = BASIS.decided("ended", on=day("2026-06-30"), valid_from=None, valid_to=None)
    later = BASIS.decided("ended", on=day("2027-06-30"), valid_from=None, valid_to=day("2029-01-01"))

    assert (sooner.status, sooner.valid_to) == ("ended", day("2026-06-30"))
    assert later.valid_to == BASIS.valid_to
    assert sooner.in_force(day("2026-06-30"))
    assert not sooner.in_force(day("2026-07-01"))


def test_a_grant_may_set_the_period_and_a_further_one_renews_it() -> None:
    applied = replace(BASIS, status="applied-for")

    granted = applied.decided("granted", on=TODAY, valid_from=day("2026-02-01"), valid_to=None)
    renewed = granted.decided("granted", on=TODAY, valid_from=None, valid_to=day("2027-12-31"))

    assert (granted.valid_from, granted.valid_to) == (day("2026-02-01"), BASIS.valid_to)
    assert (renewed.valid_from, renewed.valid_to, renewed.version) == (day("2026-02-01"), day("2027-12-31"), 3)


def test_what_makes_no_sense_of_a_legal_basis_is_refused() -> None:
    refused = replace(BASIS, status="applied-for").decided("refused", on=TODAY, valid_from=None, valid_to=None)

    with pytest.raises(LegalBasisStep):
        refused.decided("granted", on=TODAY, valid_from=None, valid_to=None)
    with pytest.raises(LegalBasisStep):
        BASIS.decided("refused", on=TODAY, valid_from=None, valid_to=None)
    with pytest.raises(LegalBasisEndsBeforeItBegins):
        BASIS.decided("ended", on=day("2025-12-31"), valid_from=None, valid_to=None)
    with pytest.raises(PeriodBackwards):
        BASIS.decided("granted", on=TODAY, valid_from=day("2027-01-01"), valid_to=None)


@given(asked=st.none() | st.dates(TODAY + timedelta(days=1)), until=st.dates(TODAY), notice=st.integers(0, 400))
def test_ordinary_rules_return_with_notice_never_earlier_and_never_after_the_period(
    asked: date | None, until: date, notice: int
) -> None:
    made = ENROLMENT.allocated("voluntary", on=TODAY, until=until)

    left = made.left(MONDAY, today=TODAY, asked=asked, notice_days=notice, statement=None)

    notified = TODAY + timedelta(days=max(notice, 1))
    assert left.ends_on == min(until, max(asked or notified, notified))
    assert (left.arm, left.status) == ("voluntary", "withdrawn")


def test_who_is_no_longer_in_it_has_nothing_to_leave() -> None:
    over = ENROLMENT.allocated("voluntary", on=TODAY, until=TODAY)

    for enrolment, today in ((over, TODAY + timedelta(days=1)), (replace(over, status="withdrawn"), TODAY)):
        with pytest.raises(NothingToWithdraw):
            enrolment.left(MONDAY, today=today, asked=None, notice_days=28, statement=None)
        with pytest.raises(NothingToWithdraw):
            enrolment.unevaluated(MONDAY, today=today)


@given(until=days, today=days)
def test_a_period_that_is_over_is_over(until: date, today: date) -> None:
    made = replace(ENROLMENT, arm="voluntary", status="active", starts_on=day("2026-01-01"), ends_on=until)

    assert made.status_on(today) == ("completed" if until < today else "active")


def test_who_has_no_arm_yet_leaves_without_an_end() -> None:
    left = ENROLMENT.left(MONDAY, today=TODAY, asked=None, notice_days=28, statement="Nej tak.")

    assert (left.arm, left.ends_on, left.withdrawal_statement) == (None, None, "Nej tak.")
