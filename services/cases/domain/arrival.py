"""A case that comes from another system with its history: who held it and when, its needs, how it ended.

It comes in whole or not at all, and under the same rules as if it had been lived here: one holder at every instant.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from services.cases.domain import events
from services.cases.domain.case import Case, ExternalReference, Informed
from services.cases.domain.citizen import Citizen
from services.cases.domain.consent import Consent
from services.cases.domain.ending import WITHOUT_THE_GATE, Closure
from services.cases.domain.errors import NoAuthorityNamed, OwnerNotInvolved
from services.cases.domain.errors.arrivals import (
    HistoryOutsideTheCase,
    HistoryToCome,
    HoldingNotContinuous,
    NeedsLeftOpen,
    NobodyCoordinates,
    TwoAtOnce,
)
from services.cases.domain.need import Need
from services.cases.domain.policies import Policies
from services.cases.domain.responsibility import Responsibilities, Responsibility

_STRETCHES = "/responsibility"
_NEEDS = "/needs"


@dataclass(frozen=True, slots=True)
class ArrivedCase:
    """What another system tells of one case. Its first external reference is what makes telling it twice harmless."""

    citizen: Citizen
    external_references: tuple[ExternalReference, ...]
    opened_at: datetime
    stretches: tuple[Responsibility, ...]
    needs: tuple[Need, ...]
    closure: Closure | None = None
    kle: str | None = None
    citizen_informed: Informed | None = None

    @property
    def holders(self) -> list[Responsibility]:
        """Who held it, in order."""
        return sorted((s for s in self.stretches if s.kind == "holder"), key=lambda s: s.since)

    @property
    def taken_in(self) -> set[tuple[str, str]]:
        """The units (sector and name) that have a part in it now."""
        if self.closure:
            return set()
        lasting = [stretch for stretch in self.stretches if stretch.until is None and stretch.unit]
        return {(one.sector, (one.unit or "").removeprefix(f"{one.sector}:")) for one in lasting}

    def must_hold_together(self, policies: Policies, now: datetime) -> None:
        """Refuse a history that cannot have been.

        Raises:
            HistoryToCome, HistoryOutsideTheCase, HoldingNotContinuous, TwoAtOnce, NobodyCoordinates, OwnerNotInvolved,
            NeedsLeftOpen, NoAuthorityNamed.
        """
        self._must_lie_in_its_time(now)
        self._must_be_held()
        parts = [*self.holders, *self._of("involved")]
        for sector in {part.sector for part in parts}:
            _must_not_meet([part for part in parts if part.sector == sector])
        _must_not_meet(self._of("coordinator"))
        if self.closure:
            self._must_have_ended_well(self.closure)
            return
        if policies.coordinator_required and not any(s.until is None for s in self._of("coordinator")):
            raise NobodyCoordinates(pointer=_STRETCHES)
        present = {part.sector for part in parts if part.until is None}
        if any(need.owner_sector not in present for need in self.needs if not need.settled):
            raise OwnerNotInvolved(pointer=_NEEDS)

    def as_case(
        self, case_id: UUID, *, authority: str, number: str, person: Citizen, new_id: Callable[[], UUID]
    ) -> Case:
        """The case as it stands today, with all that led here, and what the town is to hear of it."""
        case = Case(
            id=case_id,
            authority=authority,
            number=number,
            citizen=person,
            origin="imported",
            opened_at=self.opened_at,
            kle=self.kle,
            citizen_informed=self.citizen_informed,
            status="closed" if self.closure else "open",
            needs={need.id: need for need in self.needs},
            responsibilities=self._responsibilities(new_id),
            external_references=self.external_references,
            closure=self.closure,
            version=1,
        )
        case.events.extend(self._moments(case))
        return case

    # -- the rules ------------------------------------------------------------------------------------------------

    def _must_lie_in_its_time(self, now: datetime) -> None:
        last = self.closure.at if self.closure else now
        if self.opened_at > now or last > now:
            raise HistoryToCome(pointer="/openedAt" if self.opened_at > now else "/closure/at")
        for stretch in self.stretches:
            if max(stretch.since, stretch.until or stretch.since) > now:
                raise HistoryToCome(pointer=_STRETCHES)
            until = stretch.until or last
            if not self.opened_at <= stretch.since < until <= last:
                raise HistoryOutsideTheCase(pointer=_STRETCHES)
        for need in self.needs:
            if not self.opened_at <= need.registered_at <= last:
                raise HistoryOutsideTheCase(pointer=_NEEDS)

    def _must_be_held(self) -> None:
        holders, end = self.holders, self.closure.at if self.closure else None
        whole = (
            bool(holders)
            and holders[0].since == self.opened_at
            and holders[-1].until in ((end, None) if end else (None,))
            and all(one.until == following.since for one, following in pairwise(holders))
        )
        if not whole:
            raise HoldingNotContinuous(pointer=_STRETCHES)

    def _must_have_ended_well(self, closure: Closure) -> None:
        if not closure.names_where_to:
            raise NoAuthorityNamed(pointer="/closure")
        if closure.ground not in WITHOUT_THE_GATE and not all(need.settled for need in self.needs):
            raise NeedsLeftOpen(pointer=_NEEDS)

    # -- the case -------------------------------------------------------------------------------------------------

    def _of(self, kind: str) -> list[Responsibility]:
        return [stretch for stretch in self.stretches if stretch.kind == kind]

    def _responsibilities(self, new_id: Callable[[], UUID]) -> Responsibilities:
        # Who holds has a part: it is not told twice.
        parts = [replace(holder, id=new_id(), kind="involved") for holder in self.holders]
        found = Responsibilities()
        for stretch in (*self.stretches, *parts):
            found.take(stretch)
        if self.closure:
            found.end_all(self.closure.at)
        return found

    def _moments(self, case: Case) -> Iterable[events.Happening]:
        """Others learn how things stand, not the years that led here: who holds is who they are to turn to."""
        holder, coordinator = case.holder, case.coordinator
        subject = coordinator.subject if coordinator else None
        yield events.CaseOpened(holder.sector, holder.unit, subject, case.number, case.origin)
        for part in case.involved:
            if part.sector != holder.sector:
                yield events.SectorInvolved(part.sector, part.unit)
        for need in self.needs:
            yield events.NeedRegistered(need.id, need.owner_sector)
            aside = need.setting_aside
            if need.state == "set-aside" and aside:
                yield events.NeedSetAside(need.id, aside.revisit_on, aside.revisit_by_sector)
            elif need.settled:
                yield events.NeedEnded(need.id)
        if case.closure:
            yield events.CaseClosed(case.closure.ground, case.closure.by_sector)


def _must_not_meet(stretches: list[Responsibility]) -> None:
    for one, following in pairwise(sorted(stretches, key=lambda s: s.since)):
        if one.until is None or one.until > following.since:
            raise TwoAtOnce(pointer=_STRETCHES)


@dataclass(frozen=True, slots=True)
class ArrivedConsent:
    """What another system tells of one consent: of which case, by which name of its own, and what was agreed."""

    reference: ExternalReference
    case: ExternalReference
    consent: Consent

    def join(self, case: Case, *, today: date, now: datetime) -> None:
        """Add it to its case. The town hears of it when it is in force: what it covers may be shared from now on.

        Raises:
            HistoryToCome, HistoryOutsideTheCase.
        """
        consent = self.consent
        if max(consent.recorded_at, consent.withdrawn_at or consent.recorded_at) > now:
            raise HistoryToCome(pointer="/recordedAt")
        refused_and_withdrawn = consent.decision == "refused" and consent.withdrawn_at is not None
        if refused_and_withdrawn or (consent.withdrawn_at and consent.withdrawn_at < consent.recorded_at):
            raise HistoryOutsideTheCase(pointer="/withdrawnAt")
        if case.status == "open" and consent.in_force(today):
            case.record_consent(consent)
        else:
            case.consents[consent.id] = consent


@dataclass(frozen=True, slots=True)
class ArrivedContact:
    """What another system tells of one contact with the citizen."""

    reference: ExternalReference
    case: ExternalReference
    told: Mapping[str, Any]
