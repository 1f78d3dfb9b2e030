"""To whom a referral's citizen is told, and how much: the rule by itself, cell by cell."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from chassis.actor import Actor
from chassis.ids import new_id
from services.cases.domain.catch import KnownReferral, Receipt, ReferralState
from services.cases.domain.citizen import Citizen, Contact
from services.cases.domain.consent import Consent
from services.cases.domain.contact_card import EVERYTHING, CardGround, contact_card, covered

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
REFERRAL = KnownReferral(new_id(), new_id(), "employment", "health", "health:alkohol", NOW)
RECEIPT = Receipt(new_id(), True, None, "bodil", NOW)
ON_LAW = CardGround(
    REFERRAL, case_is_open=True, holding_sector="employment", need_owner="employment", involved=False, on_consent=False
)
ALCOHOL = "health:alkohol"


def somebody(sector: str | None, unit: str | None = None) -> Actor:
    """A caller of a sector and unit."""
    return Actor(subject="anna", issuer="i", client="c", authority="0101", sector=sector, unit=unit)


def consent(*categories: str, until: date | None = None, to: str = "health", unit: str | None = None) -> Consent:
    """A consent that employment gives for sharing with health."""
    return Consent(
        id=UUID(int=1),
        decision="given",
        from_sector="employment",
        to_sector=to,
        to_unit=unit,
        data_categories=categories or ("need", "contact"),
        shared_for="treatment",
        legal_basis="fvl-28-1",
        valid_until=until,
        evidence="",
        text_version=None,
        given_by="citizen",
        recorded_at=NOW,
    )


def on_consent(agreed: Consent | None) -> CardGround:
    """What bears on it when the referral rests on this consent."""
    return replace(ON_LAW, on_consent=True, consent=agreed)


def test_the_receiver_is_told_while_it_is_asked_under_a_provision_of_law() -> None:
    assert covered(ON_LAW, somebody("health"), TODAY) == EVERYTHING
    assert covered(ON_LAW, somebody("health", "psykiatri"), TODAY) == EVERYTHING


@pytest.mark.parametrize("sector", ["social", None])
def test_who_is_on_neither_side_is_told_nothing_whatever_part_they_have(sector: str | None) -> None:
    ground = replace(ON_LAW, involved=True, holding_sector="social", need_owner="social")

    assert covered(ground, somebody(sector), TODAY) is None


@pytest.mark.parametrize(
    ("holder", "involved", "told"), [("employment", False, True), ("social", True, True), ("social", False, False)]
)
def test_the_sender_is_told_while_the_case_is_its_own_to_work_on(holder: str, involved: bool, told: bool) -> None:
    ground = replace(on_consent(None), holding_sector=holder, involved=involved)

    assert covered(ground, somebody("employment"), TODAY) == (EVERYTHING if told else None)


@pytest.mark.parametrize(
    ("agreed", "unit", "told"),
    [
        (consent(), None, {"need", "contact"}),
        (consent("need"), None, {"need"}),
        (consent("contact", "plan"), None, {"contact"}),
        (consent("notes"), None, set()),
        (consent(until=TODAY), None, {"need", "contact"}),
        (consent(unit=ALCOHOL), "alkohol", {"need", "contact"}),
        (consent(unit="alkohol"), ALCOHOL, {"need", "contact"}),
    ],
)
def test_a_consent_covers_what_it_names(agreed: Consent, unit: str | None, told: set[str]) -> None:
    assert covered(on_consent(agreed), somebody("health", unit), TODAY) == frozenset(told)


@pytest.mark.parametrize(
    ("agreed", "unit"),
    [
        (None, None),  # not a consent of this case
        (consent(until=YESTERDAY), None),
        (consent().withdraw(NOW), None),
        (replace(consent(), decision="refused"), None),
        (replace(consent(), recorded_by_sector="health"), None),  # and not confirmed
        (consent(to="social"), None),
        (replace(consent(), from_sector="social"), None),
        (consent(unit=ALCOHOL), "health:psykiatri"),
        (consent(unit=ALCOHOL), None),
    ],
)
def test_a_consent_that_does_not_stand_or_reach_this_far_opens_nothing(
    agreed: Consent | None, unit: str | None
) -> None:
    assert covered(on_consent(agreed), somebody("health", unit), TODAY) is None


def test_a_consent_that_was_confirmed_counts() -> None:
    heard = replace(consent(), recorded_by_sector="health", confirmed_at=NOW)

    assert covered(on_consent(heard), somebody("health"), TODAY) == EVERYTHING


@pytest.mark.parametrize("state", ["rejected", "redirected", "failed", "cancelled", "entered-in-error"])
def test_what_came_to_nothing_tells_the_receiver_nothing_also_when_it_took_part(
    state: ReferralState,
) -> None:
    over = replace(REFERRAL, state=state, receipt=RECEIPT)

    assert covered(replace(ON_LAW, referral=over, involved=True), somebody("health"), TODAY) is None


@pytest.mark.parametrize(("receipt", "involved"), [(RECEIPT, False), (None, True), (None, False)])
def test_what_was_completed_tells_only_who_gave_a_receipt_and_takes_part(
    receipt: Receipt | None, involved: bool
) -> None:
    done = replace(REFERRAL, state="completed", receipt=receipt)
    ground = replace(ON_LAW, referral=done, involved=involved)

    assert covered(ground, somebody("health"), TODAY) is None
    waits_for_the_release = replace(ground, referral=replace(done, receipt=RECEIPT), involved=True)
    assert covered(waits_for_the_release, somebody("health"), TODAY) == EVERYTHING
    assert covered(replace(waits_for_the_release, case_is_open=False), somebody("health"), TODAY) is None


def test_to_have_accepted_is_not_enough_once_the_citizen_has_taken_the_consent_back() -> None:
    ground = replace(on_consent(consent().withdraw(NOW)), involved=True)

    assert covered(ground, somebody("health"), TODAY) is None


@pytest.mark.parametrize(
    ("holder", "owner", "involved", "told"),
    [
        ("health", "employment", False, True),
        ("social", "health", True, True),
        ("social", "health", False, False),  # it has let go itself
    ],
)
def test_what_a_release_has_made_its_own_asks_for_no_basis_any_more(
    holder: str, owner: str, involved: bool, told: bool
) -> None:
    ground = replace(on_consent(consent().withdraw(NOW)), holding_sector=holder, need_owner=owner, involved=involved)

    assert covered(ground, somebody("health"), TODAY) == (EVERYTHING if told else None)


PERSON = Citizen(
    new_id(),
    name="Nancy Ann Berggren",
    contact=Contact(phone="+45 12 34 56 78", safe_to_call="kun formiddag", language="pl", email="nancy@example.dk"),
)


def card(person: Citizen, *told: str) -> dict[str, object]:
    """What is on a card for these categories, without what it is about."""
    made = contact_card(ON_LAW, person, "substance-use", told=frozenset(told), next_appointment_at=None, today=TODAY)
    return {name: getattr(made, name) for name in made.__dataclass_fields__ if name != "referral_id"}


NOTHING = dict.fromkeys(("display_name", "alias", "phone", "safe_to_call", "language", "need_domain"))


def test_a_card_holds_what_is_covered_and_counts_the_rest() -> None:
    name = {"display_name": PERSON.name}
    reach = {"phone": "+45 12 34 56 78", "safe_to_call": "kun formiddag", "language": "pl"}
    domain = {"need_domain": "substance-use"}
    common = NOTHING | {"protected": False, "next_appointment_at": None} | name

    assert card(PERSON, "need", "contact") == common | reach | domain | {"hidden": 0}
    assert card(PERSON, "contact") == common | reach | {"hidden": 1}
    assert card(PERSON, "need") == common | domain | {"hidden": 3}
    assert card(PERSON) == common | {"hidden": 4}
    assert card(replace(PERSON, contact=None), "need") == common | domain | {"hidden": 0}


@pytest.mark.parametrize(("until", "protected"), [(TODAY, True), (TOMORROW, True), (YESTERDAY, False)])
def test_while_name_and_address_are_protected_neither_name_nor_contact_is_told(until: date, protected: bool) -> None:
    told = card(replace(PERSON, protected_until=until, alias="Gæst"), "need", "contact")

    assert told["protected"] is protected
    assert (told["display_name"] is None, told["phone"] is None, told["safe_to_call"] is None) == (protected,) * 3
    assert (told["alias"], told["need_domain"], told["hidden"]) == ("Gæst", "substance-use", 4 if protected else 0)


def test_an_anonymous_citizen_goes_by_an_alias() -> None:
    told = card(Citizen(new_id(), alias="Gæst på varmestuen", anonymous=True), "need")

    assert (told["display_name"], told["alias"], told["hidden"]) == (None, "Gæst på varmestuen", 0)
