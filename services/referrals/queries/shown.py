"""How a row is shown to one caller: each member, and the part of the way back it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any, Literal, cast

from sqlalchemy import Row

from chassis.actor import Actor
from chassis.errors import NotFound
from services.referrals.domain.access import WRITE, Part, Parties, hands, side_of, state_told, way_back
from services.referrals.domain.catch import catch_state
from services.referrals.domain.clocks import WAIVER, Clock, seen, waiver_refusal
from services.referrals.domain.codes import CASE_CLOSED, CatchState, Outcome, ReturnScope
from services.referrals.domain.contact_card import NOT_ASKED, WhoItIs
from services.referrals.domain.lifecycle import Action, Side, Standing, State, open_actions
from services.referrals.domain.moments import REASSIGNMENT, REQUEST
from services.referrals.domain.partner_links import BY_LINK
from services.referrals.domain.sharing import BasisKind, BasisStatus, status
from services.referrals.schemas.clocks import ClockView, DeadlineWaiverView
from services.referrals.schemas.views import (
    AddressView,
    AttemptsView,
    BasisView,
    ContactAttemptView,
    EndingView,
    FirstContactView,
    HandoverReceiptView,
    HistoryStep,
    HoldView,
    Referral,
    ReferralSummary,
    ReferredCitizenView,
    SideView,
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one caller sees of one referral today."""

    row: Any
    side: Side
    parts: frozenset[Part]
    today: date
    actor: Actor
    acts: bool
    """Whether the caller's token lets it do anything at all."""
    clocks: tuple[Clock, ...] = ()
    who: WhoItIs = NOT_ASKED
    """Whom it is about, when cases has been asked."""

    @classmethod
    def of(cls, row: Row[Any], actor: Actor, today: date, clocks: Sequence[Clock]) -> "Sight":
        """The sight this caller has.

        Raises:
            NotFound: none at all.
        """
        side = side_of(actor, cast(Parties, row))
        if side is None:
            raise NotFound()
        seen = _as_sent(row) if side is Side.FORMER_SENDER else row
        parts = way_back(side, ReturnScope(row.return_scope))
        return cls(seen, side, parts, today, actor, actor.permits(WRITE), tuple(clocks))

    @property
    def sees_reason(self) -> bool:
        """The sender wrote it. The receiver reads it only while something permits the sharing."""
        return self.side in (Side.SENDER, Side.FORMER_SENDER) or basis_status(self) is BasisStatus.IN_FORCE

    @property
    def sees_ending_words(self) -> bool:
        """Why it was taken back are the sender's words, like the reason; what to do instead are the receiver's."""
        return self.sees_reason if self.row.state in _TAKEN_BACK else True

    @property
    def standing(self) -> Standing:
        """What decides which actions are open to the reader."""
        row = self.row
        return Standing(
            State(row.state),
            receipt_given=row.receipt_id is not None,
            holding_promised=bool(row.receipt_takes_holding),
            contact_held=row.first_contact_at is not None,
            question_open=row.question_open,
            hands=hands(self.actor, row.claimed_by),
        )

    def senders(self, step: Row[Any]) -> bool:
        """Whether the sender took this step. In two authorities a sector of one name may stand on either side."""
        return step.by_authority is None and bool(step.by_sector == self.row.from_sector)

    def sees_waiver(self, step: Row[Any]) -> bool:
        """The citizen's words are read on the side that wrote them down, and by the receiver while it may be told."""
        if self.side is Side.SENDER:
            return self.senders(step)
        return self.side is not Side.FORMER_SENDER and (not self.senders(step) or self.sees_reason)

    def state(self, recorded: str) -> State | None:
        """A state, as far as this side is told it."""
        return state_told(State(recorded), self.side, self.parts)

    def if_seen(self, part: Part, value: Any) -> Any:
        """The value, or None when this part stays on the other side."""
        return value if part in self.parts else None


def _as_sent(row: Row[Any]) -> SimpleNamespace:
    """The row as it was when the request was made: what it has become since, its former sender is not told."""
    since = ("responsible_unit", "ended_at", "ending_words_sealed", "withdrawn_at", "claimed_by", "claimed_at")
    later = ("on_hold_since", "on_hold_until", "replaced_by")
    then = {"version": 1, "question_open": False} | dict.fromkeys((*since, *later))
    return SimpleNamespace(**{**row._mapping, **then})


_TAKEN_BACK = frozenset({State.CANCELLED, State.ENTERED_IN_ERROR})
"""Endings in the sender's own words."""


def basis_status(sight: Sight) -> BasisStatus:
    """Where the basis stands today."""
    return status(sight.row.valid_until, withdrawn=sight.row.withdrawn_at is not None, on=sight.today)


def summary(sight: Sight) -> ReferralSummary:
    """One line of a list."""
    return ReferralSummary(**_common(sight))


def referral(
    sight: Sight,
    attempts: Sequence[Row[Any]],
    waivers: list[DeadlineWaiverView],
    *,
    reason: str | None,
    ending_words: str | None,
) -> Referral:
    """The whole referral, as far as this side may see it. The words are opened only for who may read them."""
    return Referral(
        **_common(sight),
        reason=reason,
        approached_on=sight.row.approached_on,
        guarantee=sight.row.guarantee if sight.sees_reason else None,
        return_scope=sight.row.return_scope,
        contact_attempts=[attempt(sight, row) for row in attempts] if Part.DATES in sight.parts else [],
        first_contact=_first_contact(sight),
        handover_receipt=_receipt(sight),
        deadline_waivers=waivers,
        ending=_ending(sight, ending_words),
    )


def waiver(row: Row[Any], statement: str) -> DeadlineWaiverView:
    """One waiver. It never changes."""
    return DeadlineWaiverView(at=row.at, by_sector=row.by_sector, citizen_statement=statement, version=1)


def attempt(sight: Sight, row: Row[Any]) -> ContactAttemptView:
    """One try. The sender, where it may see it, learns when and nothing else."""
    return ContactAttemptView(
        id=row.id,
        at=row.at,
        channel=sight.if_seen(Part.DETAILS, row.channel),
        result=sight.if_seen(Part.DETAILS, row.result),
        version=1,
    )


def step(sight: Sight, row: Row[Any], because: str | None) -> HistoryStep:
    """One step. A side always sees when it acted itself, and when the case was closed."""
    by_nobody = row.by_sector is None
    dated = Part.DATES in sight.parts or by_nobody or sight.senders(row) or row.action in _FOR_THE_SENDER
    authority = row.by_authority or _senders_authority(sight.row)
    return HistoryStep(
        version=row.version,
        action=row.action,
        from_state=row.from_state and sight.state(row.from_state),
        # A former sender is told of its own request only, and that led here.
        to_state=sight.state(row.to_state) or State.REQUESTED,
        at=row.at if dated else None,
        by=None if by_nobody else SideView(sector=row.by_sector, unit=row.by_unit, authority=authority),
        by_link=(row.by_subject or "").startswith(BY_LINK),
        because=because,
    )


_FOR_THE_SENDER = frozenset({REQUEST, REASSIGNMENT, Action.REJECTION, Action.REDIRECTION, Action.QUESTIONS})
"""Steps of the receiver's that are an answer to the sender, not news of the citizen."""


def sender(row: Any, unit: str | None) -> SideView:
    """The side that asked, in this unit of it."""
    return SideView(sector=row.from_sector, unit=unit, authority=_senders_authority(row))


def receiver(row: Any, unit: str | None) -> SideView:
    """The side that was asked, in this unit of it."""
    return SideView(sector=row.to_sector, unit=unit, authority=row.to_authority)


def address(row: Any) -> AddressView:
    """Whom a request was put to."""
    unit, service, authority = row.to_unit, row.to_service_id, row.to_authority
    return AddressView(sector=row.to_sector, unit=unit, service_id=service, authority=authority)


def _senders_authority(row: Any) -> str | None:
    """Told where it is not the receiver's too."""
    return str(row.authority) if row.to_authority else None


def _common(sight: Sight) -> dict[str, Any]:
    row = sight.row
    return {
        "id": row.id,
        "case_id": row.case_id,
        "case_number": row.case_number,
        "need_id": row.need_id,
        **_who(sight),
        "state": sight.state(row.state),
        "catch_state": sight.if_seen(Part.CATCH, _caught(sight)),
        "from_": sender(row, row.from_unit),
        "to": address(row),
        "responsible_unit": row.responsible_unit,
        "requested_at": row.requested_at,
        "claimed_by": sight.if_seen(Part.DETAILS, row.claimed_by),
        "claimed_at": sight.if_seen(Part.DETAILS, row.claimed_at),
        "on_hold": _hold(sight),
        "question_open": row.question_open,
        "replaces": row.replaces,
        "replaced_by": row.replaced_by,
        "clocks": [_clock(sight, clock) for clock in seen(sight.clocks, sight.parts)],
        "attempts": AttemptsView(
            count=sight.if_seen(Part.CATCH, row.attempt_count),
            last_at=sight.if_seen(Part.DATES, row.last_attempt_at),
        ),
        "basis": _basis(sight),
        "version": row.version,
        "allowed_actions": [*open_actions(sight.standing, sight.side), *_waiver(sight)] if sight.acts else [],
    }


def _who(sight: Sight) -> dict[str, Any]:
    """Whom it is about. Until the first contact, the receiver's next appointment in the case is for that."""
    card = sight.who.card
    if card is None:
        return {"citizen": None, "citizen_part": sight.who.part, "need_domain": None, "planned_first_contact_at": None}
    return {
        "citizen": ReferredCitizenView.model_validate(card),
        "citizen_part": sight.who.part,
        "need_domain": card.need_domain,
        "planned_first_contact_at": card.next_appointment_at if sight.row.first_contact_at is None else None,
    }


def _caught(sight: Sight) -> CatchState:
    standing = sight.standing
    return catch_state(
        standing.state,
        contact_held=standing.contact_held,
        receipt_given=standing.receipt_given,
        ended_with_case=sight.row.state == State.CANCELLED and sight.row.ending_code == CASE_CLOSED,
    )


def _basis(sight: Sight) -> BasisView:
    row = sight.row
    return BasisView(
        kind=BasisKind.CONSENT if row.consent_id else BasisKind.LEGAL_BASIS,
        status=basis_status(sight),
        consent_id=row.consent_id,
        legal_basis=row.legal_basis,
        valid_until=row.valid_until,
    )


def _hold(sight: Sight) -> HoldView | None:
    """That the citizen wants a pause, belongs to the catch; when and how long, to the dates."""
    row = sight.row
    if row.on_hold_since is None or Part.CATCH not in sight.parts:
        return None
    return HoldView(
        since=sight.if_seen(Part.DATES, row.on_hold_since), until=sight.if_seen(Part.DATES, row.on_hold_until)
    )


def _clock(sight: Sight, clock: Clock) -> ClockView:
    """A clock as it stands today. Which promise it is can tell of health: it is read with the reason."""
    return ClockView(
        guarantee=clock.guarantee if sight.sees_reason else None,
        started_on=clock.started_on,
        due_on=clock.due_on,
        state=clock.state_on(sight.today),
    )


def _waiver(sight: Sight) -> list[Literal["deadline-waiver"]]:
    refused = waiver_refusal(sight.side, sight.clocks, sight.parts, today=sight.today)
    return [WAIVER] if refused is None else []


def _first_contact(sight: Sight) -> FirstContactView | None:
    row = sight.row
    if row.first_contact_at is None or Part.DATES not in sight.parts:
        return None
    return FirstContactView(
        at=row.first_contact_at,
        channel=sight.if_seen(Part.DETAILS, row.first_contact_channel),
        attended=True,
        present=sight.if_seen(Part.DETAILS, row.first_contact_present) or [],
    )


def _receipt(sight: Sight) -> HandoverReceiptView | None:
    """The receipt is a promise to the sender, so that it is given belongs to the catch; when, to the dates."""
    row = sight.row
    if row.receipt_id is None or Part.CATCH not in sight.parts:
        return None
    return HandoverReceiptView(
        id=row.receipt_id,
        at=sight.if_seen(Part.DATES, row.receipt_at),
        takes_holding=row.receipt_takes_holding,
        unit=row.receipt_unit,
        coordinator=row.receipt_coordinator,
    )


_TOLD_TO_THE_SENDER = frozenset({State.REJECTED, *_TAKEN_BACK})
"""Endings that are the sender's own act or an answer to it; the others belong to the way back."""


def _ending(sight: Sight, words: str | None) -> EndingView | None:
    row = sight.row
    if row.ended_at is None or sight.state(row.state) is not State(row.state):
        return None
    told = row.state in _TOLD_TO_THE_SENDER
    code = row.ending_code if told else sight.if_seen(Part.OUTCOME, row.ending_code)
    outcome = Outcome(code) if code and row.state == State.COMPLETED else None
    return EndingView(
        at=row.ended_at if told else sight.if_seen(Part.DATES, row.ended_at),
        reason_code=None if outcome else code,
        suggestion=words if row.state == State.REJECTED else None,
        outcome=outcome,
        because=words if row.state in _TAKEN_BACK else None,
    )
