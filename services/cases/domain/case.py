"""A case: the container of everything that concerns one citizen's integrated support with one authority."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from services.cases.domain import events, four_eyes, release_gate
from services.cases.domain.catch import KnownReferral
from services.cases.domain.consent import Consent
from services.cases.domain.ending import WITHOUT_THE_GATE, Closure, Release, ReleaseGround
from services.cases.domain.errors import (
    CitizenHasNotMoved,
    CitizensWordsMissing,
    ClosureBlocked,
    HeardInTheFuture,
    NeedExists,
    NoAuthorityNamed,
    OwnerNotInvolved,
    ReceivedInTheFuture,
    ReleaseBlocked,
)
from services.cases.domain.heard_case import HeardCase
from services.cases.domain.need import MISTAKES, Need, Outcome, SettingAside
from services.cases.domain.record import ExternalReference, Informed, Origin, Status
from services.cases.domain.release_gate import GateView, Unmet
from services.cases.domain.responsibility import Responsibility
from services.cases.domain.screening import Hearing, Screening

__all__ = ["Case", "ExternalReference", "Informed", "Origin", "Status"]


class Case(HeardCase):
    """One case. It changes only by its methods, and says in `events` what happened."""

    def note_contact(self, at: datetime | None) -> None:
        """When the citizen was last met, as the record tells it: a correction may take a meeting back."""
        self.last_contact_at = at

    def exempt(self, until: date | None) -> None:
        """The last day of the exemption that lasts longest from now; None without one."""
        self.exempt_until = until

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
        """A need has ended. In a closed case only one that was set aside: its question is still owed to the citizen.

        Raises:
            CaseIsClosed, NeedIsSettled, CitizensWordsMissing.
        """
        if self.needs[need_id].state != "set-aside":
            self.must_be_open()
        self.needs[need_id] = self.needs[need_id].close(outcome, citizen_statement)
        self.events.append(events.NeedEnded(need_id))

    def reopen_need(self, need_id: UUID, at: datetime) -> None:
        """A need is there again. It is its owner's; the holder's, when the owner has let go. Who handed it on is
        alarmed, and the citizen is not sent away (I7). It comes back after all help with it that has ended, whatever
        another machine's clock says.

        Raises:
            CaseIsClosed, NeedNotReopened.
        """
        self.must_be_open()
        need = self.needs[need_id]
        last_holder = need.handed_on.from_sector if need.handed_on else None
        owner = need.owner_sector if self.involvement(need.owner_sector) else self.holder.sector
        over = (r.ended_at for r in self.referrals.values() if r.need_id == need_id and r.ended_at)
        self.needs[need_id] = need.reopen(owner, max([at, *over]))
        self.events.append(events.NeedReopened(need_id, owner, last_holder))

    # -- being asked and heard ------------------------------------------------------------------------------------

    def screen(self, screening: Screening) -> None:
        """A sector has been asked whether it can help (RSL § 5).

        Raises:
            CaseIsClosed.
        """
        self.must_be_open()
        self.screenings[screening.id] = screening

    def hear_citizen(self, hearing: Hearing) -> None:
        """The citizen was heard on being let go (RSL § 4).

        Raises:
            CaseIsClosed, HeardInTheFuture.
        """
        self.must_be_open()
        if hearing.at > hearing.recorded_at:
            raise HeardInTheFuture()
        self.hearings[hearing.id] = hearing

    # -- consent ------------------------------------------------------------------------------------------------

    def record_consent(self, consent: Consent) -> None:
        """Note what the citizen agreed to or refused. A refusal is noted too, and blocks nothing.

        Raises:
            CaseIsClosed.
        """
        self.must_be_open()
        self.consents[consent.id] = consent
        self._tell_given(consent)

    def confirm_consent(self, consent_id: UUID, at: datetime, *, today: date) -> None:
        """The sector that gives stands by what the receiving one recorded: from now on it counts.

        Raises:
            CaseIsClosed, NothingToConfirm.
        """
        self.must_be_open()
        self.consents[consent_id] = confirmed = self.consents[consent_id].confirm(at, today=today)
        self._tell_given(confirmed)

    def withdraw_consent(self, consent_id: UUID, at: datetime) -> None:
        """The citizen withdraws. Possible in a closed case too.

        Raises:
            ConsentAlreadyWithdrawn.
        """
        self.consents[consent_id] = self.consents[consent_id].withdraw(at)
        if self.consents[consent_id].counts:  # else the town never heard of it
            self.events.append(events.ConsentWithdrawn(consent_id))

    # -- letting go ---------------------------------------------------------------------------------------------

    def gate(self, sector: str, ground: ReleaseGround | None = None, *, by: str | None = None) -> GateView:
        """What the release gate says to `sector` now; with `by`, to this person of it."""
        view = release_gate.look(self, sector, ground)
        return view if by is None else four_eyes.asked_of(view, sector, by)

    def release(
        self,
        sector: str,
        *,
        by: str,
        reason: str,
        at: datetime,
        new_id: Callable[[], UUID],
        ground: ReleaseGround | None = None,
    ) -> Release:
        """Let go: needs, holding and coordination move to those who caught them, in one step (I2, I3).

        A receiver that has let go of other needs since it signed has a part in the case again. What an override leaves
        uncaught is whoever holds the case's to see to: never nobody's (I8).

        Raises:
            CaseIsClosed. ReleaseBlocked: with all that is missing.
        """
        self.must_be_open()
        at = max(at, self.holder.since)
        view = self.gate(sector, ground, by=by)
        if not view.releasable:
            raise ReleaseBlocked(unmet=view.unmet)
        taker = view.taker if self.holder.sector == sector else None
        release = _release(new_id(), sector, view, taker, reason, at)
        self.releases[release.id] = release
        self._hand_on_needs(view, sector, taker.to_sector if taker else self.holder.sector, at, new_id)
        if taker:
            self._involve(taker.to_sector, taker.to_unit, at, "handed-over", new_id())
            self._hand_the_case_to(taker, sector, at, new_id)
        self.responsibilities.end("involved", at, sector)
        moved = tuple(hand_over.need.id for hand_over in view.hand_overs)
        self.events.append(
            events.SectorReleased(release.id, sector, release.ground, moved, release.receipt_id, release.taken_over_by)
        )
        self._leave_to_the_holder(sector)
        return release

    def _hand_on_needs(
        self, view: GateView, sector: str, holder: str, at: datetime, new_id: Callable[[], UUID]
    ) -> None:
        for need, referral in ((one.need, one.referral) for one in view.hand_overs):
            # For what is caught by somebody who takes no part here, whoever holds the case answers.
            owner = referral.to_sector if referral.takes_part else holder
            self.needs[need.id] = need.hand_on(referral.id, from_sector=sector, to_sector=owner, at=at)
            if referral.takes_part:
                self._involve(owner, referral.to_unit, at, "handed-over", new_id())

    def _leave_to_the_holder(self, sector: str) -> None:
        for need in self.owes(sector):
            self.needs[need.id] = need.left_to(self.holder.sector)
            self.events.append(events.NeedReopened(need.id, self.holder.sector))

    def _hand_the_case_to(self, taker: KnownReferral, sector: str, at: datetime, new_id: Callable[[], UUID]) -> None:
        receipt = taker.receipt
        if receipt is None:
            raise AssertionError("the gate lets nobody take over without a receipt")
        unit = receipt.unit or taker.to_unit
        self.responsibilities.end("holder", at)
        self.responsibilities.end("coordinator", at)
        self.responsibilities.take(
            Responsibility(new_id(), "holder", taker.to_sector, unit, None, at, "handed-over", None, receipt.id)
        )
        if receipt.coordinator:
            coordinator = Responsibility(
                new_id(), "coordinator", taker.to_sector, unit, receipt.coordinator, at, "handed-over", None, receipt.id
            )
            self.responsibilities.take(coordinator)
        self.events.append(
            events.ResponsibilityTransferred(sector, taker.to_sector, unit, receipt.coordinator, receipt.id)
        )

    def close(self, closure: Closure) -> None:
        """End the case: by its holder, when every other sector has let go and no need is open (I9), or on a named
        ground that the citizen's own life or word gives (I8).

        Raises:
            CaseIsClosed. NoAuthorityNamed: the citizen moved, and nobody says where.
            CitizensWordsMissing: declined without the citizen's own words (I10).
            ReceivedInTheFuture. ClosureBlocked: with what is left.
        """
        self.must_be_open()
        if not closure.names_where_to:
            raise NoAuthorityNamed()
        if not closure.is_said:
            raise CitizensWordsMissing()
        if closure.received_on and closure.received_on > closure.at.date():
            raise ReceivedInTheFuture()
        unmet = () if closure.ground in WITHOUT_THE_GATE else self._left_to_close(closure.by_sector)
        if unmet:
            raise ClosureBlocked(unmet=unmet)
        closure = replace(closure, at=max(closure.at, self.holder.since))
        self.status, self.closure = "closed", closure
        self.responsibilities.end_all(closure.at)
        self.events.append(events.CaseClosed(closure.ground, closure.by_sector))

    def confirm_arrival(self, on: date, receipt: str, *, today: date) -> None:
        """The authority the citizen moved to has confirmed: the watch over the move ends.

        Raises:
            CitizenHasNotMoved, AlreadyReceived, ReceivedInTheFuture.
        """
        if self.closure is None:
            raise CitizenHasNotMoved()
        self.closure = self.closure.received(on, receipt, today=today)

    def _left_to_close(self, holder: str) -> tuple[Unmet, ...]:
        others = [r for r in self.involved if r.sector != holder]
        sectors = [Unmet("sector-not-released", waiting_for_sector=r.sector, since=r.since) for r in others]
        needs = [
            Unmet("need-open-in-own-sector", need.id, waiting_for_sector=need.owner_sector, since=need.registered_at)
            for need in self.needs.values()
            if not need.settled
        ]
        # A need that was met or withdrawn has been talked about. Of a mistake of ours nobody need have asked.
        mistaken = any(need.outcome in MISTAKES for need in self.needs.values())
        asked = release_gate.not_asked(self, self.opened_at) if mistaken else ()
        return (*needs, *sectors, *asked)


def _release(
    row_id: UUID, sector: str, view: GateView, taker: KnownReferral | None, reason: str, at: datetime
) -> Release:
    return Release(
        id=row_id,
        sector=sector,
        ground=view.ground,
        reason=reason,
        at=at,
        taken_over_by=taker.to_sector if taker else None,
        receipt_id=taker.receipt.id if taker and taker.receipt else None,
        referral_ids=_rests_on(view, taker),
    )


def _rests_on(view: GateView, taker: KnownReferral | None) -> tuple[UUID, ...]:
    """The referrals a release uses up: those that caught its needs, and the one by which the holding moves."""
    used = [hand_over.referral.id for hand_over in view.hand_overs]
    return tuple(dict.fromkeys(used + ([taker.id] if taker else [])))
