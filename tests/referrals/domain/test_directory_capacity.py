"""How long a count is believed, and who may give one."""

from datetime import date, timedelta

import pytest

from chassis.actor import Actor
from services.referrals.domain.capacity import Capacity, CapacityStatus, may_tell, must_be_newer, must_tell
from services.referrals.domain.errors.directory import CapacityIsOlder, NotYourService, ServiceWithoutSector

TODAY = date(2026, 11, 22)


def counted(as_of: date) -> Capacity:
    return Capacity(CapacityStatus.WAITLIST, as_of, 14)


def actor(*units: str, role: str = "caseworker", sector: str | None = "health", acting: str | None = None) -> Actor:
    """Somebody with a role, of a sector and its units."""
    return Actor(
        subject="s",
        issuer="i",
        client="c",
        authority="0101",
        sector=sector,
        sectors=frozenset({sector} if sector else ()),
        units=frozenset(units),
        unit=acting,
        roles=frozenset({role}),
    )


@pytest.mark.parametrize(("days", "stale"), [(0, False), (30, False), (31, True)])
def test_a_count_is_believed_for_thirty_days(days: int, stale: bool) -> None:
    assert counted(TODAY - timedelta(days=days)).is_stale(TODAY) is stale


@pytest.mark.parametrize(
    ("who", "unit", "may"),
    [
        (actor("health:alkohol"), "alkohol", True),
        (actor("alkohol"), "health:alkohol", True),
        (actor("health:alkohol"), None, True),
        (actor(), "alkohol", True),
        (actor("health:psykiatri"), "alkohol", False),
        (actor("health:alkohol", "health:psykiatri", acting="health:psykiatri"), "alkohol", False),
        (actor("health:alkohol", role="team-lead"), "alkohol", True),
        (actor(sector="social"), None, False),
        (actor(sector=None), None, False),
        (actor(role="administrator", sector=None), "alkohol", True),
        (actor(role="integration", sector=None), "alkohol", True),
    ],
)
def test_the_units_own_staff_may_tell_and_who_keeps_the_directory(who: Actor, unit: str | None, may: bool) -> None:
    assert may_tell(who, sector="health", unit=unit) is may


def test_a_service_of_no_sector_has_nobody_who_tells() -> None:
    with pytest.raises(NotYourService):
        must_tell(actor(), sector=None, unit=None)
    with pytest.raises(ServiceWithoutSector):
        must_tell(actor(role="administrator"), sector=None, unit=None)


def test_an_older_count_does_not_take_the_place_of_a_newer() -> None:
    must_be_newer(counted(TODAY), None)
    must_be_newer(counted(TODAY), counted(TODAY))
    with pytest.raises(CapacityIsOlder) as refused:
        must_be_newer(counted(TODAY - timedelta(days=1)), counted(TODAY))
    assert refused.value.facts == {"asOf": "2026-11-22"}
