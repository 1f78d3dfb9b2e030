"""Consents: given or refused, withdrawn once, and under the Health Act never longer than a year."""

from datetime import date
from typing import Any

import pytest

from services.cases.domain.consent import HEALTH_LAW, lapses_in_time
from services.cases.domain.errors import ConsentAlreadyWithdrawn, HealthConsentTooLong
from tests.cases.builders import HOUR, MONDAY, TODAY, case, consent, day, happened, need


def test_a_consent_given_is_told_to_the_town_and_a_refusal_is_only_noted() -> None:
    made = case(need())
    given, refused = consent(), consent(decision="refused")

    made.record_consent(given)
    made.record_consent(refused)

    assert happened(made) == ["ConsentGiven"]
    assert set(made.consents) == {given.id, refused.id}


@pytest.mark.parametrize(
    ("changes", "covers"),
    [
        ({}, True),
        ({"valid_until": TODAY}, True),
        ({"valid_until": day("2026-03-01")}, False),
        ({"decision": "refused"}, False),
        ({"withdrawn_at": MONDAY}, False),
    ],
)
def test_a_consent_covers_sharing_until_its_last_day(changes: dict[str, Any], covers: bool) -> None:
    assert consent(**changes).in_force(TODAY) is covers


def test_a_withdrawal_is_noted_once_and_deletes_nothing() -> None:
    made = case(need())
    given = consent()
    made.record_consent(given)
    made.events.clear()

    made.withdraw_consent(given.id, MONDAY + HOUR)

    withdrawn = made.consents[given.id]
    assert (withdrawn.withdrawn_at, withdrawn.version, withdrawn.evidence) == (MONDAY + HOUR, 2, given.evidence)
    assert happened(made) == ["ConsentWithdrawn"]
    with pytest.raises(ConsentAlreadyWithdrawn):
        made.withdraw_consent(given.id, MONDAY + 2 * HOUR)


def test_there_is_nothing_to_withdraw_in_a_refusal() -> None:
    made = case(need())
    refusal = consent(decision="refused")
    made.record_consent(refusal)

    with pytest.raises(ConsentAlreadyWithdrawn):
        made.withdraw_consent(refusal.id, MONDAY + HOUR)


@pytest.mark.parametrize(
    ("today", "latest"),
    [
        ("2026-03-02", "2027-03-02"),
        ("2027-02-28", "2028-02-28"),
        ("2027-03-01", "2028-03-01"),
        ("2028-02-29", "2029-02-28"),
        ("2027-12-31", "2028-12-31"),
    ],
)
def test_a_health_consent_lapses_within_a_year_leap_day_or_not(today: str, latest: str) -> None:
    last = day(latest)

    for law, sector in ((HEALTH_LAW, "employment"), ("fvl-28-1", "health")):
        assert lapses_in_time(law, sector, None, day(today)) == last
        assert lapses_in_time(law, sector, last, day(today)) == last
        assert lapses_in_time(law, sector, day(today), day(today)) == day(today)
        with pytest.raises(HealthConsentTooLong):
            lapses_in_time(law, sector, date.fromordinal(last.toordinal() + 1), day(today))


def test_other_consents_last_as_long_as_the_citizen_said() -> None:
    assert lapses_in_time("fvl-28-1", "employment", None, TODAY) is None
    assert lapses_in_time("fvl-28-1", "employment", day("2099-01-01"), TODAY) == day("2099-01-01")
