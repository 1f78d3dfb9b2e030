"""What a case knows. What may happen to it is `case.py`'s to say."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.cases.domain.attention import WatchItem
from services.cases.domain.catch import CatchState, KnownReferral, catch_state
from services.cases.domain.citizen import Citizen
from services.cases.domain.citizen_alarm import CitizenAlarm
from services.cases.domain.consent import Consent
from services.cases.domain.contact_frequency import next_contact_due
from services.cases.domain.ending import Closure, Release
from services.cases.domain.entitlement import Owed, least
from services.cases.domain.errors import CaseIsClosed
from services.cases.domain.events import Happening
from services.cases.domain.need import Need
from services.cases.domain.policies import DEFAULTS, Policies
from services.cases.domain.responsibility import Party, PartyKind, Responsibilities, Responsibility, latest
from services.cases.domain.screening import Hearing, Screening

Status = Literal["open", "closed"]
Origin = Literal["registered", "imported"]

# Releases by which needs were handed on: each rests on the referrals it names, and those support no second one.
_HANDED_ON = frozenset({"needs-handed-on", "override"})


@dataclass(frozen=True, slots=True)
class ExternalReference:
    """What another system calls this case; a deep link where it has one."""

    system: str
    value: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Informed:
    """That the citizen was told of the case: when, and how."""

    on: date
    how: str


@dataclass(frozen=True, slots=True)
class StaffCard:
    """Who somebody is in the authority's own directory, where they are in it."""

    subject: str
    name: str | None = None
    phone: str | None = None


@dataclass(slots=True)
class CaseRecord:
    """One case as it stands, with what the authority has decided (`policies`) on the day it is looked at."""

    id: UUID
    authority: str
    number: str
    citizen: Citizen
    origin: Origin
    opened_at: datetime
    kle: str | None = None
    citizen_informed: Informed | None = None
    status: Status = "open"
    needs: dict[UUID, Need] = field(default_factory=dict)
    referrals: dict[UUID, KnownReferral] = field(default_factory=dict)
    responsibilities: Responsibilities = field(default_factory=Responsibilities)
    parties: dict[UUID, Party] = field(default_factory=dict)
    consents: dict[UUID, Consent] = field(default_factory=dict)
    external_references: tuple[ExternalReference, ...] = ()
    releases: dict[UUID, Release] = field(default_factory=dict)
    screenings: dict[UUID, Screening] = field(default_factory=dict)
    hearings: dict[UUID, Hearing] = field(default_factory=dict)
    citizen_alarms: dict[UUID, CitizenAlarm] = field(default_factory=dict)
    closure: Closure | None = None
    last_contact_at: datetime | None = None
    contact_every_days: Owed = field(default_factory=dict)  # by which the arms have the citizen met, at the least
    exempt_until: date | None = None
    plan_stated_at: datetime | None = None  # when the citizen took a stand on the current plan
    coordinator_card: StaffCard | None = None
    policies: Policies = DEFAULTS
    watched: tuple[WatchItem, ...] = ()  # what `watching.py` found in it when it was last looked at
    version: int = 0
    events: list[Happening] = field(default_factory=list)

    @property
    def holder(self) -> Responsibility:
        """The holding stretch: the present one, or in a closed case the last."""
        return self.responsibilities.holder

    @property
    def coordinator(self) -> Responsibility | None:
        """The one person the citizen turns to; in a closed case the one who was it at the end."""
        if self.closure is None:
            return self.responsibilities.present("coordinator")
        last = latest(self.responsibilities.values(), "coordinator")
        return last if last and last.until == self.closure.at else None

    def involvement(self, sector: str) -> Responsibility | None:
        """The sector's present part in the case."""
        return self.responsibilities.involvement(sector)

    @property
    def involved(self) -> list[Responsibility]:
        """All sectors with a present part."""
        return self.responsibilities.involved

    def party(self, kind: PartyKind, at: datetime) -> str:
        """Which authority decides, or pays, at a moment."""
        return next((p.authority for p in self.parties.values() if p.kind == kind and p.lasts_at(at)), self.authority)

    @property
    def spent(self) -> frozenset[UUID]:
        """The referrals that a release has rested on: a catch supports one. A part that ended with its referral rested
        on nothing."""
        handed_on = [release for release in self.releases.values() if release.ground in _HANDED_ON]
        return frozenset(referral_id for release in handed_on for referral_id in release.referral_ids)

    def catch_states(self) -> dict[UUID, CatchState]:
        """How far each need is caught."""
        spent = self.spent
        return {need.id: catch_state(need, self.referrals.values(), spent) for need in self.needs.values()}

    def known_to(self, sector: str | None, owed: Owed) -> Owed:
        """What of the arms' promises a sector may know: the holder all, who enrolled the citizen its own. To others it
        would tell that the citizen is in a trial, and in which arm."""
        if sector == self.holder.sector:
            return owed
        return {who: what for who, what in owed.items() if who == sector and self.involvement(who)}

    def next_contact_due(self, sector: str | None) -> date | None:
        """The last day for the next meeting as a sector may know it, where a minimum frequency holds: an arm's, else
        the authority's."""
        every = least(self.known_to(sector, self.contact_every_days)) or self.policies.contact_every_days
        return next_contact_due(self.last_contact_at or self.opened_at, every) if self.status == "open" else None

    def owes(self, sector: str) -> list[Need]:
        """The needs this sector has to see to."""
        return [need for need in self.needs.values() if need.owner_sector == sector and not need.settled]

    def must_be_open(self) -> None:
        """Refuse in a closed case.

        Raises:
            CaseIsClosed.
        """
        if self.status == "closed":
            raise CaseIsClosed()
