"""What is promised on which day: the law's promises, and an authority's own decisions on those it leaves open."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from chassis.errors import NotFound, Text
from chassis.ids import new_id
from services.referrals.domain.errors.clocks import GuaranteeEndsTooEarly, GuaranteeInThePast, GuaranteeIsStatutory
from services.referrals.domain.guarantees import (
    Counting,
    GuaranteeDecision,
    Start,
    Terms,
    on_day,
    require_decidable,
    shipped,
)

TODAY = date(2026, 11, 22)
SPRING, SUMMER = date(2027, 3, 1), date(2027, 6, 1)


def decided(version: int, valid_from: date, *, days: int = 10, valid_to: date | None = None) -> GuaranteeDecision:
    terms = Terms(days, Counting.WORKING, Start.APPROACH, lead_days=3)
    label = Text("Vores løfte", "Our promise")
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    return GuaranteeDecision(new_id(), "our-promise", version, label, terms, valid_from, valid_to, "Byrådet", "kim", at)


def days_on(day: date, *decisions: GuaranteeDecision) -> int | None:
    standing = on_day("our-promise", decisions, day)
    return standing.terms.days if standing and standing.terms and standing.in_force(day) else None


@pytest.mark.parametrize(
    ("code", "days", "starts", "first"),
    [
        ("drug-treatment", 14, Start.APPROACH, date(2003, 1, 1)),
        ("alcohol-treatment", 14, Start.APPROACH, date(2007, 1, 1)),
        ("dual-diagnosis", 14, Start.RECEIPT, date(2024, 9, 1)),
        ("first-contact", 7, Start.ACCEPTANCE, date(2026, 1, 1)),
    ],
)
def test_what_is_shipped_runs_from_where_the_law_says_and_not_before_its_day(
    code: str, days: int, starts: Start, first: date
) -> None:
    guarantee = shipped()[code]

    assert guarantee.terms is not None
    assert (guarantee.terms.days, guarantee.terms.counting) == (days, Counting.CALENDAR)
    assert guarantee.terms.starts is starts
    assert [guarantee.in_force(day) for day in (first.replace(year=first.year - 1), first)] == [False, True]


def test_where_the_law_leaves_the_number_open_nothing_is_in_force_until_it_is_decided() -> None:
    assert not shipped()["processing-deadline"].in_force(TODAY)


def test_only_the_first_contact_is_promised_without_being_named_and_no_law_lacks_its_question() -> None:
    assert [code for code, one in shipped().items() if one.every_referral] == ["first-contact"]
    assert all(one.open_question and one.reference for one in shipped().values() if one.statutory)


def test_of_the_decisions_that_have_come_the_latest_day_holds_and_of_one_day_the_later_taken() -> None:
    first, second, instead = decided(1, TODAY, days=10), decided(2, SUMMER, days=5), decided(3, SUMMER, days=6)

    assert [days_on(day, first, second, instead) for day in (date(2026, 11, 21), TODAY, SPRING, SUMMER)] == [
        None, 10, 10, 6,
    ]  # fmt: skip


def test_a_decision_that_has_ended_is_not_followed_by_the_one_before_it() -> None:
    before, last = decided(1, TODAY, days=10), decided(2, SPRING, days=5, valid_to=SUMMER)

    assert [days_on(day, before, last) for day in (SPRING, SUMMER, date(2027, 6, 2))] == [5, 5, None]


def test_no_decision_changes_what_the_law_says() -> None:
    found = on_day("drug-treatment", [decided(1, TODAY)], TODAY)

    assert found is shipped()["drug-treatment"]


@pytest.mark.parametrize(
    ("differs", "refusal"),
    [
        ({"code": "drug-treatment"}, GuaranteeIsStatutory),
        ({"authority": None}, NotFound),
        ({"valid_from": date(2026, 11, 21)}, GuaranteeInThePast),
        ({"valid_to": date(2026, 11, 21)}, GuaranteeEndsTooEarly),
    ],
    ids=["the-laws", "nobodys", "past", "backwards"],
)
def test_what_an_authority_cannot_decide(differs: dict[str, Any], refusal: type[Exception]) -> None:
    wish: dict[str, Any] = {"code": "first-contact", "authority": "0101", "valid_from": TODAY, "valid_to": None}
    require_decidable(**wish, today=TODAY)

    with pytest.raises(refusal):
        require_decidable(**{**wish, **differs}, today=TODAY)
