"""Exemption by the rules alone: within its ground, one decision at a time, never ended backwards."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.clock import DENMARK
from services.cases.domain.errors import SectorNotInvolved
from services.cases.domain.errors.exemptions import (
    ChecksNotYours,
    EndsBackwards,
    EndsNoSooner,
    ExemptionBasisNotGranted,
    ExemptionNotYours,
    ExemptionOver,
    NoticeTooShort,
    OutsideItsGround,
    ProvisionNotCovered,
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


def lapsed(
    one: Exemption, basis_to: date, enrolled_to: date = date.max, today: date = TODAY, notice: int = NOTICE
) -> Exemption:
    """What it rests on reaches no further."""
    return one.lapses(basis_to, enrolled_to, at=NOW, today=today, notice_days=notice, end_id=uuid4())


# -- under a trial ----------------------------------------------------------------------------------------------------


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


# -- its days ---------------------------------------------------------------------------------------------------------


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


# -- its end ----------------------------------------------------------------------------------------------------------


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


@given(first=days, length=st.integers(0, 400), today=days, basis=days, enrolled=days, notice=st.integers(0, 60))
def test_what_it_rests_on_ends_and_so_does_it_with_notice_and_never_backwards(
    first: date, length: int, today: date, basis: date, enrolled: date, notice: int
) -> None:
    one = exemption(first, first + length * DAY)
    allowed = min(max(basis, today + notice * DAY), max(enrolled, today))

    made = lapsed(one, basis, enrolled, today, notice)

    if one.state(today) in ("to-come", "in-force"):
        assert made.valid_to == min(one.valid_to, max(allowed, first - DAY))
        assert made.valid_to >= min(today, one.valid_to)
        assert lapsed(made, basis, enrolled, today, notice) is made
    else:
        assert made is one
    assert (made is one) == (made.valid_to == one.valid_to)


@pytest.mark.parametrize(
    ("basis", "enrolled", "last", "reason"),
    [
        (50, 60, 50, "legal-basis-ended"),
        (3, 60, NOTICE, "legal-basis-ended"),
        (-3, 60, NOTICE, "legal-basis-ended"),
        (60, 50, 50, "enrolment-ended"),
        (60, 3, 3, "enrolment-ended"),
        (60, -3, 0, "enrolment-ended"),
        (3, 3, 3, "enrolment-ended"),
    ],
)
def test_who_left_was_told_the_day_and_of_a_basis_that_ends_everybody_has_notice(
    basis: int, enrolled: int, last: int, reason: str
) -> None:
    made = lapsed(exemption(), TODAY + basis * DAY, TODAY + enrolled * DAY)

    assert made.valid_to == TODAY + last * DAY
    assert made.early_end is not None
    assert (made.early_end.reason, made.early_end.decided_by) == (reason, None)


# -- its announcement -------------------------------------------------------------------------------------------------


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


# -- who --------------------------------------------------------------------------------------------------------------


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
