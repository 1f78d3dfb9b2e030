"""Exemption by the rules alone: within its ground, one decision at a time, never ended backwards."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.clock import DENMARK
from chassis.errors import RuleBroken
from services.cases.domain.errors import SectorNotInvolved
from services.cases.domain.errors.exemptions import (
    ChecksNotYours,
    EndsBackwards,
    EndsNoSooner,
    ExemptionBasisNotGranted,
    ExemptionNotYours,
    ExemptionOver,
    ExemptionTooLong,
    NoticeTooShort,
    OutsideItsGround,
    ProvisionNotCovered,
    ReportPeriodUnfit,
    UnknownExemptionBasis,
)
from services.cases.domain.exemption_bases import (
    ExemptionBasis,
    ExemptionLimit,
    exemption_bases,
    exemption_basis,
    last_day,
)
from services.cases.domain.exemptions import (
    Exemption,
    Ground,
    TrialGround,
    exempt_until,
    exemption_actions,
    may_see_ground,
    must_be_one_who_asks,
    must_decide,
)
from services.cases.domain.legal_basis import LegalBasis, Provision
from services.cases.domain.refusals import months_over
from tests.cases.builders import TODAY, actor, case, consent, day, hear, need, referral

DAY = timedelta(days=1)
NOTICE = 28
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=DENMARK)

days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
periods = st.tuples(days, days).map(sorted)


def ground(basis: list[date], enrolled: list[date], **changes: Any) -> TrialGround:
    """A legal basis and an enrolment with these periods."""
    provisions = (Provision("offers", "LAB", "§ 1"), Provision("interviews", "LAB", "§ 2"))
    legal_basis = LegalBasis(uuid4(), "dispensation", "2026-1", "granted", basis[0], basis[1], provisions)
    told = {"basis": legal_basis, "exempt_from": frozenset({"offers", "interviews", "beyond"})} | changes
    return TrialGround(enrolment_id=uuid4(), starts_on=enrolled[0], ends_on=enrolled[1], **told)


def exemption(first: str | date = TODAY, last: str | date = "2026-08-31", **changes: Any) -> Exemption:
    """An exemption of employment's, from one day to another."""
    valid_from = date.fromisoformat(str(first))
    valid_to = date.fromisoformat(str(last))
    told: dict[str, Any] = {
        "id": uuid4(),
        "case_id": uuid4(),
        "provisions": ("offers",),
        "valid_from": valid_from,
        "valid_to": valid_to,
        "granted_to": valid_to,
        "ground": Ground(legal_basis="social-assessment"),
        "reason": None,
        "decided_by": "anna",
        "decided_sector": "employment",
        "decided_at": NOW,
    }
    return Exemption(**told | changes)


def ended(one: Exemption, on: date, reason: Any = "assessment-changed", today: date = TODAY) -> Exemption:
    """Somebody of employment ends it."""
    return one.ends(on, reason, by=actor(), at=NOW, today=today, notice_days=NOTICE, end_id=uuid4())


def lapsed(one: Exemption, allowed_to: date, today: date = TODAY, notice: int = NOTICE) -> Exemption:
    """What it rests on reaches no further."""
    return one.lapses(allowed_to, "legal-basis-ended", at=NOW, today=today, notice_days=notice, end_id=uuid4())


# -- under a trial ---------------------------------------------------------------------------------------------------


@given(basis=periods, enrolled=periods, wanted=periods)
def test_no_day_lies_outside_the_legal_basis_or_the_enrolment(
    basis: list[date], enrolled: list[date], wanted: list[date]
) -> None:
    found = ground(basis, enrolled)
    all_days = {wanted[0] + n * DAY for n in range((wanted[1] - wanted[0]).days + 1)}
    outside = any(not (b0 <= one <= b1) for one in all_days for b0, b1 in (basis, enrolled))

    try:
        found.must_allow(("offers",), wanted[0], wanted[1])
    except OutsideItsGround as refused:
        assert outside
        facts = (refused.facts["earliest"], refused.facts["latest"])
        assert facts == (max(basis[0], enrolled[0]), min(basis[1], enrolled[1]))
    else:
        assert not outside


@pytest.mark.parametrize("status", ["applied-for", "refused", "ended"])
def test_nothing_rests_on_a_legal_basis_that_is_not_granted(status: Any) -> None:
    found = ground([TODAY, TODAY], [TODAY, TODAY])
    not_granted = replace(found, basis=replace(found.basis, status=status))

    with pytest.raises(ExemptionBasisNotGranted) as refused:
        not_granted.must_allow(("offers",), TODAY, TODAY)

    assert refused.value.facts == {"status": status}


@pytest.mark.parametrize(
    ("arm", "beyond"),
    [
        ({"offers"}, ["interviews"]),
        ({"offers", "interviews", "unnamed"}, ["unnamed"]),
        (set(), ["interviews", "offers"]),
    ],
    ids=["the arm names one", "the basis does not name one", "an arm that exempts from nothing"],
)
def test_a_provision_is_one_that_arm_and_basis_both_name(arm: set[str], beyond: list[str]) -> None:
    found = ground([TODAY, TODAY], [TODAY, TODAY], exempt_from=frozenset(arm))

    with pytest.raises(ProvisionNotCovered) as refused:
        found.must_allow(tuple(sorted(arm | {"offers", "interviews"})), TODAY, TODAY)

    assert refused.value.facts == {"provisions": beyond}


# -- by ordinary law -------------------------------------------------------------------------------------------------


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


# -- its days --------------------------------------------------------------------------------------------------------


def test_both_ends_count() -> None:
    one = exemption("2026-03-02", "2026-08-31")

    held = [one.covers("offers", day(d)) for d in ("2026-03-01", "2026-03-02", "2026-08-31", "2026-09-01")]

    assert held == [False, True, True, False]
    assert not one.covers("interviews", day("2026-05-01"))
    assert [one.state(day(d)) for d in ("2026-03-01", "2026-03-02", "2026-08-31", "2026-09-01")] == [
        "to-come",
        "in-force",
        "in-force",
        "over",
    ]


def test_the_longest_that_lasts_counts_for_the_case() -> None:
    over, cancelled = exemption("2026-01-01", "2026-03-01"), exemption("2026-05-01", "2026-04-30")
    longest, other = exemption(last="2026-09-30"), exemption(last="2026-08-31")

    assert exempt_until([over, longest, cancelled, other], TODAY) == day("2026-09-30")
    assert exempt_until([over, cancelled], TODAY) is None
    assert exempt_until([], TODAY) is None


# -- its end ---------------------------------------------------------------------------------------------------------


def test_an_end_is_told_in_advance_and_today_is_no_notice() -> None:
    one = exemption()

    with pytest.raises(NoticeTooShort) as refused:
        ended(one, TODAY + (NOTICE - 1) * DAY)
    made = ended(one, TODAY + NOTICE * DAY)

    assert refused.value.facts == {"earliest": TODAY + NOTICE * DAY}
    assert (made.valid_to, made.granted_to, made.version) == (day("2026-03-30"), day("2026-08-31"), 2)
    assert made.early_end is not None
    assert (made.early_end.reason, made.early_end.decided_by) == ("assessment-changed", "anna")
    assert not made.announcement_due(TODAY + 20 * DAY, NOTICE)  # the decision was the announcement


def test_the_citizen_who_asks_is_free_from_tomorrow_and_never_since_yesterday() -> None:
    one = exemption("2026-01-01")

    assert ended(one, TODAY, "citizen-request").valid_to == TODAY
    with pytest.raises(EndsBackwards):
        ended(one, TODAY - DAY, "citizen-request")


@pytest.mark.parametrize("on", ["2026-08-31", "2026-09-01"])
def test_an_ending_does_not_prolong(on: str) -> None:
    with pytest.raises(EndsNoSooner) as refused:
        ended(exemption(), day(on))

    assert refused.value.facts == {"to": day("2026-08-31")}


@pytest.mark.parametrize("one", [exemption("2026-01-01", "2026-03-01"), exemption("2026-05-01", "2026-04-30")])
def test_what_is_over_or_was_cancelled_has_no_end_to_give(one: Exemption) -> None:
    with pytest.raises(ExemptionOver):
        ended(one, TODAY, "citizen-request")
    assert lapsed(one, TODAY) is one


def test_one_that_ends_before_it_begins_never_comes_into_force() -> None:
    made = ended(exemption("2026-05-01"), day("2026-04-02"))

    assert made.valid_to == day("2026-04-30")
    assert made.state(TODAY) == made.state(day("2026-06-01")) == "cancelled"
    assert not any(made.covers("offers", day("2026-04-28") + n * DAY) for n in range(10))
    assert not made.announcement_due(day("2026-04-29"), NOTICE)


@given(
    first=days,
    length=st.integers(0, 400),
    today=days,
    allowed=days,
    notice=st.integers(0, 60),
)
def test_what_it_rests_on_ends_and_so_does_it_with_notice_and_never_backwards(
    first: date, length: int, today: date, allowed: date, notice: int
) -> None:
    one = exemption(first, first + length * DAY)

    made = lapsed(one, allowed, today, notice)

    assert made.valid_to <= one.valid_to
    if made is not one:
        assert made.valid_to >= today
        assert made.valid_to >= min(today + notice * DAY, one.valid_to)
        assert made.valid_to == max(allowed, today + notice * DAY, first - DAY)
        assert lapsed(made, allowed, today, notice) is made
    elif one.state(today) in ("to-come", "in-force"):
        assert one.valid_to <= max(allowed, today + notice * DAY, first - DAY)


# -- its announcement ------------------------------------------------------------------------------------------------


def test_the_end_is_due_as_many_days_ahead_and_until_somebody_has_seen_to_it() -> None:
    one = exemption(last="2026-08-31")

    due = [one.announcement_due(day(d), NOTICE) for d in ("2026-08-02", "2026-08-03", "2026-08-20", "2026-09-05")]
    told = one.announced(NOW, day("2026-08-03"))

    assert due == [False, True, True, True]
    assert (told.announced_at, told.announced_to, told.version) == (NOW, day("2026-08-31"), 2)
    assert not told.announcement_due(day("2026-08-04"), NOTICE)


def test_what_nobody_announced_in_time_is_kept_as_missed() -> None:
    missed = exemption(last="2026-08-31").announced(NOW, day("2026-09-01"))

    assert (missed.announced_at, missed.announced_to) == (None, day("2026-08-31"))
    assert not missed.announcement_due(day("2026-09-02"), NOTICE)


# -- who -------------------------------------------------------------------------------------------------------------


def test_the_holder_and_employment_with_a_part_decide() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="a"), referral(one, "social", steps="a"))
    held_by_health = hear(
        case(theirs := need(owner_sector="health"), sector="health"), referral(theirs, "employment", steps="a")
    )

    must_decide(made, actor("employment"))
    must_decide(held_by_health, actor("health"))
    must_decide(held_by_health, actor("employment"))
    with pytest.raises(ExemptionNotYours):
        must_decide(made, actor("social"))
    with pytest.raises(SectorNotInvolved):
        must_decide(case(need(owner_sector="social"), sector="social"), actor("employment"))


@pytest.mark.parametrize(
    ("sector", "role", "may"),
    [
        ("employment", "caseworker", True),
        ("employment", "team-lead", True),
        ("health", "caseworker", False),
        (None, "caseworker", False),
        ("health", "integration", True),
        (None, "integration", True),
    ],
)
def test_who_could_demand_may_ask(sector: str | None, role: str, may: bool) -> None:
    asking = actor(sector, role=role)

    if may:
        must_be_one_who_asks(asking)
    else:
        with pytest.raises(ChecksNotYours):
            must_be_one_who_asks(asking)


def test_on_what_it_rests_is_read_by_who_decided_and_under_a_consent() -> None:
    made, one = case(need()), exemption()
    agreed = consent(data_categories=("exemptions",))

    assert may_see_ground(made, one, actor("employment"), TODAY)
    assert not may_see_ground(made, one, actor("health"), TODAY)
    made.consents[agreed.id] = agreed
    assert may_see_ground(made, one, actor("health"), TODAY)


def test_who_may_end_it_is_told_so() -> None:
    made, one = case(need()), exemption()
    narrowed = replace(actor(), scopes=frozenset({"cases:read"}))

    assert exemption_actions(made, one, actor(), TODAY) == ["endExemption"]
    assert exemption_actions(made, one, actor(role="integration"), TODAY) == []
    assert exemption_actions(made, one, narrowed, TODAY) == []
    assert exemption_actions(made, one, actor("health"), TODAY) == []
    assert exemption_actions(made, one, actor(), day("2026-09-01")) == []


# -- what is reported ------------------------------------------------------------------------------------------------


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
