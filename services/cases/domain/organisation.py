"""An authority's organisation as far as cases need it: units, who works in them, who is away and who stands in.

A unit has two names, with its sector (`health:alkohol`) and without (`alkohol`); both mean the same unit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.errors.organisation import (
    AbsenceBackwards,
    AbsenceEnded,
    AbsenceOverlaps,
    AuthorityRequired,
    CoordinatorUnfit,
    EndingInThePast,
    StaffNotYours,
    SubstituteUnfit,
    UnitAboveItself,
    UnitHasEnded,
    UnitHasUnits,
    UnitMisnamed,
    UnitNotYours,
    UnitStillHolds,
    UnitUnfit,
    UnitUnknown,
)

# What a unit has to do with a case: it holds it, one of its people coordinates it, it works in it, or a referral is
# under way to it (which is answered or sent elsewhere, not released).
UnitPart = Literal["holder", "coordinator", "involved", "referred"]

_DAY = timedelta(days=1)


def bare(unit: str, sector: str) -> str:
    """The unit's name without its sector."""
    return unit.removeprefix(f"{sector}:")


def must_have_authority(actor: Actor) -> None:
    """Refuse to decide for nobody.

    Raises:
        AuthorityRequired.
    """
    if actor.authority is None:
        raise AuthorityRequired()


@dataclass(frozen=True, slots=True)
class Unit:
    """A place in the organisation. `valid_to` is its last day; once it is set the unit takes nobody in."""

    id: str
    sector: str
    name: str
    valid_from: date
    parent: str | None = None
    valid_to: date | None = None
    phone: str | None = None
    version: int = 1

    def is_called(self, unit: str, sector: str) -> bool:
        """True for either of its names."""
        return sector == self.sector and bare(unit, sector) == bare(self.id, self.sector)

    def exists_on(self, day: date) -> bool:
        """True from its first day to its last."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def must_be_well_named(self, sectors: Iterable[str]) -> None:
        """Refuse an id that names another sector.

        Raises:
            UnitMisnamed.
        """
        named, colon, _ = self.id.partition(":")
        if colon and named in sectors and named != self.sector:
            raise UnitMisnamed()

    def must_last(self) -> None:
        """Refuse where the unit is to take somebody in and has ended.

        Raises:
            UnitHasEnded.
        """
        if self.valid_to is not None:
            raise UnitHasEnded()

    def must_stand_well(self, units: Mapping[str, "Unit"]) -> None:
        """Refuse a unit above it that is not there, has ended, or stands below it.

        Raises:
            UnitUnknown, UnitHasEnded, UnitAboveItself.
        """
        above = self.parent
        if above is None:
            return
        if above not in units:
            raise UnitUnknown()
        units[above].must_last()
        while above is not None:
            if above == self.id:
                raise UnitAboveItself()
            above = units[above].parent

    def ended(self, on: date, *, today: date, still_held: int, below: Iterable[str]) -> "Unit":
        """The unit with an end (I30): when nobody is left in it, and no unit stands below it.

        Raises:
            UnitHasEnded, EndingInThePast, UnitHasUnits, UnitStillHolds.
        """
        self.must_last()
        if on < today or on < self.valid_from:
            raise EndingInThePast()
        standing = sorted(below)
        if standing:
            raise UnitHasUnits(units=standing)
        if still_held:
            raise UnitStillHolds(n=still_held)
        return replace(self, valid_to=on, version=self.version + 1)


def leads(actor: Actor, sector: str) -> bool:
    """True for a team lead acting for the sector, and for an administrator."""
    return actor.has("administrator") or (actor.has("team-lead") and actor.sector == sector)


def must_lead(actor: Actor, unit: Unit) -> None:
    """Refuse to plan for or end another sector's unit.

    Raises:
        UnitNotYours.
    """
    if not leads(actor, unit.sector):
        raise UnitNotYours()


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works in a unit. `subject` is what their token says, opaque: no name, no address."""

    subject: str
    unit: str
    sector: str
    valid_from: date
    display_name: str | None = None
    fte: Decimal | None = None
    phone: str | None = None
    roles: tuple[str, ...] = ()
    valid_to: date | None = None
    version: int = 1

    def works_on(self, day: date) -> bool:
        """True while employed here, away or not."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def must_work_in(self, unit: Unit | None) -> None:
        """Refuse a unit that is not there, not of the sector, or has ended.

        Raises:
            UnitUnknown, UnitHasEnded.
        """
        if unit is None or unit.sector != self.sector:
            raise UnitUnknown()
        if self.valid_to is None or unit.valid_to is None or self.valid_to > unit.valid_to:
            unit.must_last()


@dataclass(frozen=True, slots=True)
class Absence:
    """Days somebody is away, from the first to the day they are back (which is not one of them), or for now.

    Why is not asked and has no place here: it is data about an employee's health.
    """

    id: UUID
    subject: str
    first_day: date
    back_on: date | None
    substitute: str | None
    recorded_at: datetime
    version: int = 1

    @property
    def last_day(self) -> date | None:
        """The last day away; of an absence called off, the day before it would have begun."""
        return self.back_on - _DAY if self.back_on else None

    def ended(self, back_on: date) -> "Absence":
        """The absence with an end, or an earlier one. Back before it began: it did not take place.

        Raises:
            AbsenceEnded: they are back by then already.
        """
        at_the_earliest = max(back_on, self.first_day)
        if self.back_on is not None and self.back_on <= at_the_earliest:
            raise AbsenceEnded()
        return replace(self, back_on=at_the_earliest, version=self.version + 1)

    def must_fit(self, earlier: Iterable["Absence"]) -> None:
        """Refuse an absence that runs backwards, or over another.

        Raises:
            AbsenceBackwards, AbsenceOverlaps.
        """
        if self.back_on is not None and self.back_on <= self.first_day:
            raise AbsenceBackwards()
        for other in earlier:
            begins_in_time = self.back_on is None or other.first_day < self.back_on
            ends_too_late = other.back_on is None or other.back_on > max(self.first_day, other.first_day)
            if begins_in_time and ends_too_late:
                raise AbsenceOverlaps(absence=str(other.id))

    def must_be_covered_by(self, substitute: StaffMember | None, sector: str) -> None:
        """Refuse a substitute who is nobody, the absent person, of another sector (who would be told what this one's
        coordinator is), or not employed when the absence begins.

        Raises:
            SubstituteUnfit.
        """
        fit = substitute is not None and substitute.sector == sector and substitute.works_on(self.first_day)
        if not fit or (substitute and substitute.subject == self.subject):
            raise SubstituteUnfit()


def must_take_in(units: Iterable[Unit], named: str, sector: str, today: date) -> None:
    """Refuse a unit that is none of the sector's today, or whose end is set. Who keeps no units may name any.

    Raises:
        UnitUnfit.
    """
    kept = list(units)
    if kept and not any(u.is_called(named, sector) and u.exists_on(today) and u.valid_to is None for u in kept):
        raise UnitUnfit()


def must_coordinate(member: StaffMember | None, sector: str, today: date) -> None:
    """Refuse somebody who is not of the sector's staff today: they would be told of a case that is not theirs.

    Raises:
        CoordinatorUnfit.
    """
    if member is None or member.sector != sector or not member.works_on(today):
        raise CoordinatorUnfit()


def day_after(last_day: date | None) -> date | None:
    """The first day back, from the last day away."""
    return last_day + _DAY if last_day else None


def may_record_absence(actor: Actor, member: StaffMember) -> bool:
    """True for the person, a team lead of the sector, and an administrator."""
    return actor.subject == member.subject or leads(actor, member.sector)


def must_record_absence(actor: Actor, member: StaffMember) -> None:
    """Refuse to record when somebody else's staff is away.

    Raises:
        StaffNotYours.
    """
    if not may_record_absence(actor, member):
        raise StaffNotYours()


@dataclass(frozen=True, slots=True)
class Colleague:
    """What others need to know of somebody on a day: how to reach them, whether they are away, who stands in."""

    subject: str
    name: str | None
    phone: str | None
    unit: str
    sector: str
    absent_since: date | None = None
    back_on: date | None = None
    substitute: str | None = None
    employed: bool = True

    @property
    def absent(self) -> bool:
        """True when they are away that day, or do not work here then."""
        return self.absent_since is not None or not self.employed


def present_substitute(of: str, colleagues: Mapping[str, Colleague]) -> Colleague | None:
    """Who stands in for somebody: their substitute, or while that one is away too, the substitute's, and so on.

    None when nobody is named, when the chain ends with somebody who is away, or when it runs in a circle.
    """
    seen = {of}
    next_one = colleagues[of].substitute if of in colleagues else None
    while next_one is not None and next_one not in seen:
        colleague = colleagues.get(next_one)
        if colleague is None:
            return None
        if not colleague.absent:
            return colleague
        seen.add(next_one)
        next_one = colleague.substitute
    return None
