"""Parts that begin, move within a sector and are stated: never a moment without a holder, never two of a kind."""

import itertools
from datetime import timedelta
from uuid import uuid4

import pytest

from chassis.sectors import SECTORS
from services.cases.domain.errors import AlreadyInvolved, CaseIsClosed, InvolvementBasisMissing
from services.cases.domain.responsibility import Party
from services.cases.domain.screening import SCREENED
from tests.cases.builders import HOUR, MONDAY, TODAY, case, closure, consent, happened, hear, need, referral, release


def test_every_sector_is_one_that_is_asked() -> None:
    assert set(SCREENED) == SECTORS


def involve(made, sector="health", *, basis=False, at=MONDAY + HOUR):  # type: ignore[no-untyped-def]  # a shorthand
    made.involve(sector, None, because="network-meeting", on_other_basis=basis, at=at, row_id=uuid4())


def test_a_sector_is_given_a_part_when_the_citizen_agreed_to_it() -> None:
    made = case(need())
    made.record_consent(consent())

    involve(made)

    part = made.involvement("health")
    assert part is not None
    assert (part.since, part.because) == (MONDAY + HOUR, "network-meeting")
    assert happened(made) == ["ConsentGiven", "SectorInvolved"]


@pytest.mark.parametrize(
    "instead",
    [
        {"decision": "refused"},
        {"to_sector": "social"},
        {"from_sector": "social"},
        {"withdrawn_at": MONDAY},
        {"valid_until": TODAY - timedelta(days=1)},
    ],
    ids=["refused", "to another", "from another", "withdrawn", "lapsed"],
)
def test_without_an_agreement_in_force_to_just_this_nobody_is_given_a_part(instead: dict[str, object]) -> None:
    made = case(need())
    made.record_consent(consent(**instead))

    with pytest.raises(InvolvementBasisMissing):
        involve(made)
    assert made.involvement("health") is None

    involve(made, basis=True)
    assert made.involvement("health") is not None


def test_a_part_is_given_once_and_not_in_a_closed_case() -> None:
    made = case(need())
    involve(made, basis=True)

    with pytest.raises(AlreadyInvolved):
        involve(made, basis=True)
    with pytest.raises(AlreadyInvolved):
        involve(made, "employment", basis=True)

    made.close(closure("citizen-died"))
    with pytest.raises(CaseIsClosed):
        involve(made, "social", basis=True)


def test_another_person_coordinates_and_nothing_else_moves() -> None:
    made = case(need())
    holder = made.holder

    made.coordinate("carl", None, at=MONDAY + HOUR, new_id=uuid4)

    assert made.coordinator is not None
    assert (made.coordinator.subject, made.coordinator.since) == ("carl", MONDAY + HOUR)
    assert made.holder == holder
    assert [r.until for r in made.responsibilities.values() if r.subject == "anna"] == [MONDAY + HOUR]
    assert happened(made) == ["CoordinatorChanged"]


def test_another_unit_holds_from_the_instant_the_first_does_not() -> None:
    made = case(need())

    made.coordinate("carl", "job-syd", at=MONDAY + HOUR, new_id=uuid4)

    holders = sorted((r for r in made.responsibilities.values() if r.kind == "holder"), key=lambda r: r.since)
    assert [(r.unit, r.since, r.until) for r in holders] == [
        (None, MONDAY, MONDAY + HOUR),
        ("job-syd", MONDAY + HOUR, None),
    ]
    assert [(r.sector, r.unit) for r in made.involved] == [("employment", "job-syd")]


def test_to_name_who_coordinates_already_changes_nothing() -> None:
    made = case(need())
    before = dict(made.responsibilities)

    made.coordinate("anna", None, at=MONDAY + HOUR, new_id=uuid4)

    assert (dict(made.responsibilities), happened(made)) == (before, [])


def test_a_clock_that_is_behind_reassigns_no_earlier_than_it_was_held() -> None:
    made = hear(case(one := need()), referral(one, steps="acr"))
    release(made)

    made.coordinate("dorte", "alkohol-nord", at=MONDAY, new_id=uuid4)

    stretches = sorted((r for r in made.responsibilities.values() if r.kind == "holder"), key=lambda r: r.since)
    assert all(a.until == b.since for a, b in itertools.pairwise(stretches))
    assert made.holder.unit == "alkohol-nord"


def stated(authority: str, kind: str = "paying", at=MONDAY + HOUR) -> Party:  # type: ignore[no-untyped-def]  # a moment
    return Party(uuid4(), kind, authority, at, "moved", "employment")  # type: ignore[arg-type]  # one of the two


def test_who_pays_is_not_who_decides_and_neither_is_who_holds() -> None:
    made = case(need())
    made.state_party(stated("0147"))
    made.state_party(stated("0101", at=MONDAY + 3 * HOUR))

    assert [made.party("paying", MONDAY + n * HOUR) for n in (0, 1, 2, 3)] == ["0101", "0147", "0147", "0101"]
    assert made.party("acting", MONDAY + 2 * HOUR) == "0101"
    assert made.holder.sector == "employment"


def test_a_statement_begins_no_earlier_than_the_one_it_follows() -> None:
    made = case(need())
    made.state_party(stated("0147", at=MONDAY + 2 * HOUR))
    made.state_party(stated("0101", at=MONDAY))

    first, second = made.parties.values()
    assert first.until == second.since == MONDAY + 2 * HOUR
