"""Who has a part in a case: the verbs of responsibility that wait for nobody's receipt."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.cases.domain import events
from services.cases.domain.consent import Consent
from services.cases.domain.errors import AlreadyInvolved, InvolvementBasisMissing
from services.cases.domain.record import CaseRecord
from services.cases.domain.responsibility import Kind, Party, Responsibility


class CaseParts(CaseRecord):
    """A case whose parts begin, move within a sector and are stated. Handing over is `case.py`'s."""

    def open(self, *, sector: str, unit: str | None, coordinator: str, ids: tuple[UUID, UUID, UUID]) -> None:
        """The caller's sector holds from the first instant, and the caller coordinates."""
        parts: tuple[tuple[Kind, str | None], ...] = (
            ("holder", None),
            ("involved", None),
            ("coordinator", coordinator),
        )
        for row_id, (kind, subject) in zip(ids, parts, strict=True):
            self.responsibilities.take(
                Responsibility(row_id, kind, sector, unit, subject, self.opened_at, "case-opened")
            )
        self.events.append(events.CaseOpened(sector, unit, coordinator, self.number, self.origin))

    def involve(
        self, sector: str, unit: str | None, *, because: str, on_other_basis: bool, at: datetime, row_id: UUID
    ) -> None:
        """Give a sector a part in the case: it may read it from now on, so the citizen has agreed to that, or the
        caller names another legal basis.

        Raises:
            CaseIsClosed, AlreadyInvolved, InvolvementBasisMissing.
        """
        self.must_be_open()
        if self.involvement(sector):
            raise AlreadyInvolved()
        agreed = any(
            c.in_force(at.date()) and c.parties == (self.holder.sector, sector) for c in self.consents.values()
        )
        if not (agreed or on_other_basis):
            raise InvolvementBasisMissing()
        self._involve(sector, unit, at, because, row_id)

    def coordinate(self, subject: str, unit: str | None, *, at: datetime, new_id: Callable[[], UUID]) -> None:
        """Another person of the holding sector coordinates from now on; with another unit, that unit holds.

        Nothing leaves the sector, so nobody is asked: responsibility goes on without a gap.

        Raises:
            CaseIsClosed.
        """
        self.must_be_open()
        sector, held_by, before = self.holder.sector, unit or self.holder.unit, self.coordinator
        at = max(at, self.holder.since, before.since if before else at)
        if before and (before.subject, before.unit, self.holder.unit) == (subject, held_by, held_by):
            return
        kinds: tuple[Kind, ...] = ("holder", "involved") if held_by != self.holder.unit else ()
        for kind in kinds:
            self.responsibilities.end(kind, at, sector)
            self.responsibilities.take(Responsibility(new_id(), kind, sector, held_by, None, at, "reassigned"))
        self.responsibilities.end("coordinator", at)
        self.responsibilities.take(Responsibility(new_id(), "coordinator", sector, held_by, subject, at, "reassigned"))
        self.events.append(events.CoordinatorChanged(sector, held_by, subject))

    def state_party(self, stated: Party) -> None:
        """State which authority decides, or pays, from now on; whoever did so before does no more.

        Raises:
            CaseIsClosed.
        """
        self.must_be_open()
        before = next((p for p in self.parties.values() if p.kind == stated.kind and p.until is None), None)
        if before:
            stated = replace(stated, since=max(stated.since, before.since))
            self.parties[before.id] = replace(before, until=stated.since)
        self.parties[stated.id] = stated

    def _tell_given(self, consent: Consent) -> None:
        """The town hears of a consent when it counts: from then on it may be relied on."""
        if consent.decision != "given" or not consent.counts:
            return
        self.events.append(
            events.ConsentGiven(
                consent.id,
                consent.from_sector,
                consent.to_sector,
                consent.to_unit,
                consent.data_categories,
                consent.shared_for,
                consent.legal_basis,
                consent.valid_until,
                consent.to_authority,
            )
        )

    def _involve(self, sector: str, unit: str | None, at: datetime, because: str, row_id: UUID) -> None:
        if self.status == "open" and self.involvement(sector) is None:
            self.responsibilities.take(Responsibility(row_id, "involved", sector, unit, None, at, because))
            self.events.append(events.SectorInvolved(sector, unit))
