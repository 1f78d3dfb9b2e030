"""What permits a sharing, part by part."""

from dataclasses import replace
from datetime import date

import pytest

from chassis.ids import new_id
from services.referrals.domain.errors import SharingBasisMissing
from services.referrals.domain.legal_bases import legal_bases
from services.referrals.domain.sharing import Basis, BasisKind, BasisStatus, Consent, LegalBasis, Sharing, status

TODAY = date(2026, 3, 2)
CASE = new_id()
CONSENT = Consent(new_id(), CASE, "employment", "health", valid_until=TODAY)
SHARING = Sharing(CASE, "employment", "health", "alkohol")


def test_a_consent_covers_what_it_says_until_its_last_day() -> None:
    assert CONSENT.basis_for(SHARING, on=TODAY) == Basis(BasisKind.CONSENT, consent_id=CONSENT.id)


@pytest.mark.parametrize(
    ("changed", "fails"),
    [
        ({"case_id": new_id()}, "consent-unknown"),
        ({"from_sector": "social"}, "consent-from-another-sector"),
        ({"to_sector": "social"}, "consent-to-another-sector"),
        ({"to_unit": "psykiatri"}, "consent-to-another-unit"),
        ({"withdrawn": True}, "consent-withdrawn"),
        ({"valid_until": date(2026, 3, 1)}, "consent-expired"),
    ],
)
def test_a_consent_that_does_not_cover_it_says_which_part_fails(changed: dict[str, object], fails: str) -> None:
    with pytest.raises(SharingBasisMissing) as refused:
        replace(CONSENT, **changed).basis_for(SHARING, on=TODAY)  # type: ignore[arg-type]  # one field at a time

    assert refused.value.facts == {"fails": fails}


def test_a_consent_to_one_unit_does_not_cover_the_whole_sector() -> None:
    narrow = replace(CONSENT, to_unit="alkohol")

    with pytest.raises(SharingBasisMissing):
        narrow.basis_for(replace(SHARING, to_unit=None), on=TODAY)


@pytest.mark.parametrize("written", ["alkohol", "health:alkohol"])
def test_a_unit_is_the_same_with_its_sector_and_without(written: str) -> None:
    narrow = replace(CONSENT, to_unit=written)

    assert narrow.basis_for(SHARING, on=TODAY).consent_id == CONSENT.id


def test_a_provision_is_in_force_from_its_first_day_to_its_last() -> None:
    provision = LegalBasis("x", date(2026, 3, 2), date(2026, 3, 2), None)

    assert provision.basis_for(SHARING, on=TODAY) == Basis(BasisKind.LEGAL_BASIS, legal_basis="x")
    for day in (date(2026, 3, 1), date(2026, 3, 3)):
        with pytest.raises(SharingBasisMissing) as refused:
            provision.basis_for(SHARING, on=day)
        assert refused.value.facts == {"fails": "legal-basis-not-in-force"}


def test_a_provision_for_one_sector_serves_no_other() -> None:
    with pytest.raises(SharingBasisMissing) as refused:
        legal_bases()["sundhedsloven-41"].basis_for(SHARING, on=TODAY)

    assert refused.value.facts == {"fails": "legal-basis-not-for-this-sector"}


def test_the_shipped_provisions_are_dated() -> None:
    assert len(legal_bases()) >= 3
    assert all(provision.valid_from < TODAY for provision in legal_bases().values())


@pytest.mark.parametrize(
    ("valid_until", "withdrawn", "expected"),
    [
        (None, False, BasisStatus.IN_FORCE),
        (TODAY, False, BasisStatus.IN_FORCE),
        (date(2026, 3, 1), False, BasisStatus.EXPIRED),
        (date(2026, 3, 1), True, BasisStatus.WITHDRAWN),
        (None, True, BasisStatus.WITHDRAWN),
    ],
)
def test_a_basis_stands_where_its_dates_and_the_citizen_put_it(
    valid_until: date | None, withdrawn: bool, expected: BasisStatus
) -> None:
    assert status(valid_until, withdrawn=withdrawn, on=TODAY) is expected
