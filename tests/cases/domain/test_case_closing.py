"""How a case may end, and that nothing new happens in it afterwards."""

from typing import Any
from uuid import uuid4

import pytest

from services.cases.domain.errors import CaseIsClosed, CitizensWordsMissing, ClosureBlocked, NoAuthorityNamed
from services.cases.domain.need import SettingAside
from tests.cases.builders import (
    HOUR,
    MONDAY,
    NOBODY_COORDINATES,
    TODAY,
    case,
    closure,
    codes,
    consent,
    day,
    happened,
    hear,
    need,
    receipt,
    referral,
    release,
)


def test_a_case_with_an_open_need_or_another_sector_in_it_is_not_closed() -> None:
    unsettled, handed = need(), need(owner_sector="social")
    made = hear(case(unsettled), referral(unsettled, "social", steps="a"))
    made.register_need(handed)

    with pytest.raises(ClosureBlocked) as refused:
        made.close(closure())

    unmet = refused.value.facts["unmet"]
    assert codes(unmet) == ["need-open-in-own-sector", "need-open-in-own-sector", "sector-not-released"]
    assert [one.waiting_for_sector for one in unmet] == ["employment", "social", "social"]
    assert (made.status, made.closure) == ("open", None)


def test_a_need_handed_on_is_not_a_need_met() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr"))
    release(made)

    with pytest.raises(ClosureBlocked) as refused:
        made.close(closure(by_sector="health"))

    assert codes(refused.value.facts["unmet"]) == ["need-open-in-own-sector"]


def test_a_case_whose_needs_are_met_withdrawn_or_set_aside_closes() -> None:
    met, withdrawn, aside = need(), need(), need()
    made = case(met, withdrawn, aside)
    made.close_need(met.id, "met", None)
    made.close_need(withdrawn.id, "withdrawn-by-citizen", "Nej tak.")
    made.set_need_aside(aside.id, SettingAside("Ikke nu.", day("2026-06-01"), "employment"), today=TODAY)
    made.events.clear()

    made.close(closure())

    assert made.status == "closed"
    assert happened(made) == ["CaseClosed"]
    assert {r.until for r in made.responsibilities.values()} == {MONDAY + 9 * HOUR}


@pytest.mark.parametrize("ground", ["citizen-moved", "citizen-died", "citizen-declined"])
def test_the_citizens_own_life_or_word_closes_a_case_whatever_is_open(ground: Any) -> None:
    one = need()
    made = hear(case(one), referral(one, steps="a"))

    made.close(closure(ground, to_authority="0147", told="Ringet til jobcentret."))

    assert made.status == "closed"
    assert made.involved == []
    assert made.holder.until == MONDAY + 9 * HOUR


def test_nobody_declines_but_in_their_own_words() -> None:
    made = case(need())

    with pytest.raises(CitizensWordsMissing):
        made.close(closure("citizen-declined", citizen_statement=None))

    assert made.status == "open"


@pytest.mark.parametrize("named", [{}, {"to_authority": "0147"}, {"told": "Ringet."}])
def test_who_moves_is_told_on(named: dict[str, str]) -> None:
    made = case(need())

    with pytest.raises(NoAuthorityNamed):
        made.close(closure("citizen-moved", **named))

    assert made.status == "open"


def test_nothing_new_happens_in_a_closed_case() -> None:
    one = need()
    given = consent()
    made = hear(case(one), referral(one, steps="acr"))
    made.record_consent(given)
    made.close(closure("citizen-died"))
    made.events.clear()
    aside = SettingAside("Ikke nu.", day("2026-06-01"), "employment")

    for act in (
        lambda: made.register_need(need()),
        lambda: made.set_need_aside(one.id, aside, today=TODAY),
        lambda: made.close_need(one.id, "met", None),
        lambda: made.record_consent(consent()),
        lambda: release(made),
        lambda: made.close(closure()),
    ):
        with pytest.raises(CaseIsClosed):
            act()

    assert made.events == []
    made.withdraw_consent(given.id, MONDAY + 10 * HOUR)
    assert happened(made) == ["ConsentWithdrawn"]


def test_news_of_referrals_changes_no_responsibility_in_a_closed_case() -> None:
    one = need()
    made = hear(case(one), sent := referral(one))
    made.close(closure("citizen-died"))
    made.events.clear()
    before = dict(made.responsibilities)

    made.hear_accepted(sent.id, None, MONDAY + 10 * HOUR, uuid4())
    made.hear_contact_held(sent.id, MONDAY + 11 * HOUR)
    made.hear_receipt(sent.id, receipt())
    made.hear_ended(sent.id, "cancelled", MONDAY + 12 * HOUR, uuid4())

    assert made.responsibilities == before
    assert made.events == []
    assert made.holder.sector == "employment"


def test_a_closed_case_still_names_who_held_and_coordinated_it_last() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr"))
    release(made)
    made.close_need(one.id, "met", None)

    made.close(closure(by_sector="health"))

    assert made.coordinator is not None
    assert (made.holder.sector, made.coordinator.subject) == ("health", "bodil")


def test_a_case_that_nobody_coordinated_at_the_end_names_nobody() -> None:
    one = need()
    made = hear(case(one, policies=NOBODY_COORDINATES), referral(one, steps="ac", receipt=receipt(coordinator=None)))
    release(made)

    made.close(closure("citizen-died", by_sector="health"))

    assert made.coordinator is None


def test_a_clock_that_is_behind_closes_no_case_before_it_was_held() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr"))
    release(made)

    made.close(closure("citizen-died", at=MONDAY))

    assert made.closure is not None
    assert made.closure.at == made.holder.since == made.holder.until
    assert made.holder.sector == "health"
