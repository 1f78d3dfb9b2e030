"""A case: the container of everything that concerns one citizen's integrated support with one authority."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.cases.domain import events, release_gate
from services.cases.domain.catch import (
    UNDER_WAY,
    CatchState,
    KnownReferral,
    Receipt,
    ReferralState,
    catch_state,
)
from services.cases.domain.citizen import Citizen
from services.cases.domain.consent import Consent
from services.cases.domain.ending import WITHOUT_THE_GATE, Closure, Release
from services.cases.domain.errors import (
    CaseIsClosed,
    ClosureBlocked,
    NeedExists,
    NoAuthorityNamed,
    OwnerNotInvolved,
    ReleaseBlocked,
)
from services.cases.domain.events import Happening
from services.cases.domain.need import Need, Outcome, SettingAside
from services.cases.domain.release_gate import GateView, Unmet
from services.cases.domain.responsibility import Kind, Responsibility, latest, present

Status = Literal["open", "closed"]
Origin = Literal["registered", "imported"]


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


@dataclass(slots=True)
class Case:
    """One case. It changes only by its methods, and says in `events` what happened."""

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
    responsibilities: dict[UUID, Responsibility] = field(default_factory=dict)
    consents: dict[UUID, Consent] = field(default_factory=dict)
    external_references: tuple[ExternalReference, ...] = ()
    releases: dict[UUID, Release] = field(default_factory=dict)
    closure: Closure | None = None
    version: int = 0
    events: list[Happening] = field(default_factory=list)

    # -- who is responsible ------------------------------------------------------------------------------------

    @property
    def holder(self) -> Responsibility:
        """The holding stretch: the present one, or in a closed case the last."""
        found = latest(self.responsibilities.values(), "holder")
        assert found is not None, "a case is held from its first instant"
        return found

    @property
    def coordinator(self) -> Responsibility | None:
        """The one person the citizen turns to; in a closed case the one who was it at the end."""
        if self.closure is None:
            return present(self.responsibilities.values(), "coordinator")
        last = latest(self.responsibilities.values(), "coordinator")
        return last if last and last.until == self.closure.at else None

    def involvement(self, sector: str) -> Responsibility | None:
        """The sector's present part in the case."""
        return present(self.responsibilities.values(), "involved", sector)

    @property
    def involved(self) -> list[Responsibility]:
        """All sectors with a present part."""
        return [r for r in self.responsibilities.values() if r.kind == "involved" and r.until is None]

    def open(self, *, sector: str, unit: str | None, coordinator: str, ids: tuple[UUID, UUID, UUID]) -> None:
        """The caller's sector holds from the first instant, and the caller coordinates."""
        parts: tuple[tuple[Kind, str | None], ...] = (
            ("holder", None),
            ("involved", None),
            ("coordinator", coordinator),
        )
        for row_id, (kind, subject) in zip(ids, parts, strict=True):
            self._take(Responsibility(row_id, kind, sector, unit, subject, self.opened_at, "case-opened"))
        self.events.append(events.CaseOpened(sector, unit, coordinator, self.number, self.origin))

    # -- needs --------------------------------------------------------------------------------------------------

    def register_need(self, need: Need) -> None:
        """Take in a need. It is owned by a sector that has a part in the case: nobody else would know of it.

        Raises:
            CaseIsClosed, NeedExists, OwnerNotInvolved.
        """
        self.must_be_open()
        if need.id in self.needs:
            raise NeedExists()
        if need.owner_sector != self.holder.sector and self.involvement(need.owner_sector) is None:
            raise OwnerNotInvolved()
        self.needs[need.id] = need
        self.events.append(events.NeedRegistered(need.id, need.owner_sector))

    def set_need_aside(self, need_id: UUID, because: SettingAside, *, today: date) -> None:
        """The citizen says "not now".

        Raises:
            CaseIsClosed, NeedIsSettled, RevisitInThePast.
        """
        self.must_be_open()
        self.needs[need_id] = self.needs[need_id].set_aside(because, today=today)
        self.events.append(events.NeedSetAside(need_id, because.revisit_on, because.revisit_by_sector))

    def close_need(self, need_id: UUID, outcome: Outcome, citizen_statement: str | None) -> None:
        """A need has ended.

        Raises:
            CaseIsClosed, NeedIsSettled, CitizensWordsMissing.
        """
        self.must_be_open()
        self.needs[need_id] = self.needs[need_id].close(outcome, citizen_statement)
        self.events.append(events.NeedEnded(need_id))

    # -- consent ------------------------------------------------------------------------------------------------

    def record_consent(self, consent: Consent) -> None:
        """Note what the citizen agreed to or refused. A refusal is noted too, and blocks nothing.

        Raises:
            CaseIsClosed.
        """
        self.must_be_open()
        self.consents[consent.id] = consent
        if consent.decision == "given":
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
                )
            )

    def withdraw_consent(self, consent_id: UUID, at: datetime) -> None:
        """The citizen withdraws. Possible in a closed case too.

        Raises:
            ConsentAlreadyWithdrawn.
        """
        self.consents[consent_id] = self.consents[consent_id].withdraw(at)
        self.events.append(events.ConsentWithdrawn(consent_id))

    # -- the catch, as heard from referrals ---------------------------------------------------------------------

    def hear_requested(self, referral: KnownReferral) -> None:
        """A referral of one of the needs was sent."""
        self.referrals[referral.id] = referral

    def hear_accepted(self, referral_id: UUID, unit: str | None, at: datetime, involvement_id: UUID) -> None:
        """The receiver commits to act: from now on it has a part in the case."""
        referral = self.referrals[referral_id] = self.referrals[referral_id].accepted(unit, at)
        self._involve(referral.to_sector, referral.to_unit, at, "referral-accepted", involvement_id)

    def hear_contact_held(self, referral_id: UUID, at: datetime) -> None:
        """The citizen has met the receiver."""
        self.referrals[referral_id] = self.referrals[referral_id].contact_held(at)

    def hear_receipt(self, referral_id: UUID, receipt: Receipt) -> None:
        """The receiver's receipt. Nothing moves: that is the release's doing."""
        self.referrals[referral_id] = self.referrals[referral_id].received(receipt)

    def hear_ended(self, referral_id: UUID, state: ReferralState, at: datetime, release_id: UUID) -> None:
        """Completed, rejected, failed or cancelled. Responsibility stays where it is (I4).

        A catch that a release relied on and that is now gone is an alarm (I28). A sector whose only part was this
        referral, and which owns nothing, is no longer involved.
        """
        referral = self.referrals[referral_id] = self.referrals[referral_id].ended(state, at)
        if referral.live or self.status == "closed":
            return
        need = self.needs.get(referral.need_id)
        if need and need.handed_on and need.handed_on.referral_id == referral_id and not need.settled:
            self.needs[need.id] = need.lose_catch(at)
            self.events.append(events.CatchLost(need.id, referral_id))
        self._uninvolve(referral, at, release_id)

    # -- letting go ---------------------------------------------------------------------------------------------

    def gate(self, sector: str) -> GateView:
        """What the release gate says to `sector` now."""
        involvement = self.involvement(sector)
        return release_gate.look(
            sector,
            holds=self.holder.sector == sector,
            since=involvement.since if involvement else self.opened_at,
            needs=self.needs.values(),
            referrals=self.referrals.values(),
            spent=self.spent,
        )

    @property
    def spent(self) -> frozenset[UUID]:
        """The referrals that a release has rested on: a catch supports one. A part that ended with its referral rested
        on nothing."""
        handed_on = [release for release in self.releases.values() if release.ground == "needs-handed-on"]
        return frozenset(referral_id for release in handed_on for referral_id in release.referral_ids)

    def catch_states(self) -> dict[UUID, CatchState]:
        """How far each need is caught."""
        spent = self.spent
        return {need.id: catch_state(need, self.referrals.values(), spent) for need in self.needs.values()}

    def release(self, sector: str, *, reason: str, at: datetime, new_id: Callable[[], UUID]) -> Release:
        """Let go: needs, holding and coordination move to those who caught them, in one step (I2, I3).

        A receiver that has let go of other needs since it signed has a part in the case again.

        Raises:
            CaseIsClosed. ReleaseBlocked: with all that is missing.
        """
        self.must_be_open()
        at = max(at, self.holder.since)
        view = self.gate(sector)
        if not view.releasable:
            raise ReleaseBlocked(unmet=view.unmet)
        for hand_over in view.hand_overs:
            self.needs[hand_over.need.id] = hand_over.need.hand_on(
                hand_over.referral.id, from_sector=sector, to_sector=hand_over.referral.to_sector, at=at
            )
        held = self.holder.sector == sector
        taker = view.taker if held else None
        release = Release(
            id=new_id(),
            sector=sector,
            ground="needs-handed-on",
            reason=reason,
            at=at,
            taken_over_by=taker.to_sector if taker else None,
            receipt_id=taker.receipt.id if taker and taker.receipt else None,
            referral_ids=tuple(hand_over.referral.id for hand_over in view.hand_overs),
        )
        self.releases[release.id] = release
        for hand_over in view.hand_overs:
            self._involve(hand_over.referral.to_sector, hand_over.referral.to_unit, at, "handed-over", new_id())
        if taker:
            self._hand_the_case_to(taker, sector, at, new_id)
        self._end("involved", at, sector)
        moved = tuple(hand_over.need.id for hand_over in view.hand_overs)
        self.events.append(
            events.SectorReleased(release.id, sector, release.ground, moved, release.receipt_id, release.taken_over_by)
        )
        return release

    def _hand_the_case_to(self, taker: KnownReferral, sector: str, at: datetime, new_id: Callable[[], UUID]) -> None:
        receipt = taker.receipt
        if receipt is None:
            raise AssertionError("the gate lets nobody take over without a receipt")
        unit = receipt.unit or taker.to_unit
        self._end("holder", at)
        self._end("coordinator", at)
        self._take(Responsibility(new_id(), "holder", taker.to_sector, unit, None, at, "handed-over", None, receipt.id))
        if receipt.coordinator:
            coordinator = Responsibility(
                new_id(), "coordinator", taker.to_sector, unit, receipt.coordinator, at, "handed-over", None, receipt.id
            )
            self._take(coordinator)
        self.events.append(
            events.ResponsibilityTransferred(sector, taker.to_sector, unit, receipt.coordinator, receipt.id)
        )

    def close(self, closure: Closure) -> None:
        """End the case: by its holder, when every other sector has let go and no need is open (I9), or on a named
        ground that the citizen's own life or word gives (I8).

        Raises:
            CaseIsClosed. NoAuthorityNamed: the citizen moved, and nobody says where. ClosureBlocked: with what is left.
        """
        self.must_be_open()
        if closure.ground == "citizen-moved" and not (closure.to_authority and closure.told):
            raise NoAuthorityNamed()
        unmet = () if closure.ground in WITHOUT_THE_GATE else self._left_to_close(closure.by_sector)
        if unmet:
            raise ClosureBlocked(unmet=unmet)
        closure = replace(closure, at=max(closure.at, self.holder.since))
        self.status, self.closure = "closed", closure
        for responsibility in list(self.responsibilities.values()):
            if responsibility.until is None:
                self.responsibilities[responsibility.id] = responsibility.ended(closure.at)
        self.events.append(events.CaseClosed(closure.ground, closure.by_sector))

    def _left_to_close(self, holder: str) -> tuple[Unmet, ...]:
        others = [r for r in self.involved if r.sector != holder]
        sectors = [Unmet("sector-not-released", waiting_for_sector=r.sector, since=r.since) for r in others]
        needs = [
            Unmet("need-open-in-own-sector", need.id, waiting_for_sector=need.owner_sector, since=need.registered_at)
            for need in self.needs.values()
            if not need.settled
        ]
        return (*needs, *sectors)

    # -- small steps ----------------------------------------------------------------------------------------------

    def must_be_open(self) -> None:
        """Refuse in a closed case.

        Raises:
            CaseIsClosed.
        """
        if self.status == "closed":
            raise CaseIsClosed()

    def _take(self, responsibility: Responsibility) -> None:
        self.responsibilities[responsibility.id] = responsibility

    def _end(self, kind: Literal["holder", "coordinator", "involved"], at: datetime, sector: str | None = None) -> None:
        lasting = present(self.responsibilities.values(), kind, sector)
        if lasting:
            self.responsibilities[lasting.id] = lasting.ended(at)

    def _involve(self, sector: str, unit: str | None, at: datetime, because: str, row_id: UUID) -> None:
        if self.status == "open" and self.involvement(sector) is None:
            self._take(Responsibility(row_id, "involved", sector, unit, None, at, because))
            self.events.append(events.SectorInvolved(sector, unit))

    def _uninvolve(self, referral: KnownReferral, at: datetime, release_id: UUID) -> None:
        sector = referral.to_sector
        owns = any(need.owner_sector == sector and not need.settled for need in self.needs.values())
        serves = any(r.to_sector == sector and r.state in UNDER_WAY for r in self.referrals.values())
        if self.involvement(sector) is None or self.holder.sector == sector or owns or serves:
            return
        self._end("involved", at, sector)
        ended = Release(release_id, sector, "referral-ended", "", at, None, None, (referral.id,))
        self.releases[ended.id] = ended
        self.events.append(events.SectorReleased(ended.id, sector, ended.ground, (), None, None))
