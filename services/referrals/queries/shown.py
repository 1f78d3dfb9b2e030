"""How a row is shown to one caller: each member, and the part of the way back it belongs to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from services.referrals.domain.access import Part
from services.referrals.domain.catch import catch_state
from services.referrals.domain.clocks import Clock, seen
from services.referrals.domain.codes import CASE_CLOSED, CatchState, Outcome
from services.referrals.domain.covering import TAKEN_BACK
from services.referrals.domain.lifecycle import Action, State
from services.referrals.domain.moments import REASSIGNMENT, REQUEST, is_warm
from services.referrals.domain.partner_links import BY_LINK
from services.referrals.queries.covered import Told, kind_of, last_day
from services.referrals.queries.sight import Sight, basis_status
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


def summary(sight: Sight) -> ReferralSummary:
    """One line of a list."""
    return ReferralSummary(**_common(sight))


def referral(
    sight: Sight,
    attempts: Sequence[Row[Any]],
    waivers: list[DeadlineWaiverView],
    *,
    told: Told,
    ending_words: str | None,
) -> Referral:
    """The whole referral, as far as this side may see it. The words are opened only for who may read them."""
    return Referral(
        **_common(sight),
        reason=told.shared.reason,
        shared=told.shared,
        not_shared=told.not_shared,
        handover_missing=told.missing,
        anonymous=sight.row.anonymous,
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


def sender(row: Any, unit: str | None, sector: str | None = None) -> SideView:
    """The side that asked, in this unit of it: or the sector that stands there instead, since the need is its own."""
    return SideView(sector=sector or row.from_sector, unit=unit, authority=_senders_authority(row))


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
        "allowed_actions": sight.open_now,
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
        kind=kind_of(row),
        status=basis_status(sight),
        consent_id=row.consent_id,
        legal_basis=row.legal_basis,
        valid_until=last_day(row),
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


def _first_contact(sight: Sight) -> FirstContactView | None:
    row = sight.row
    if row.first_contact_at is None or Part.DATES not in sight.parts:
        return None
    return FirstContactView(
        at=row.first_contact_at,
        channel=sight.if_seen(Part.DETAILS, row.first_contact_channel),
        attended=True,
        present=sight.if_seen(Part.DETAILS, row.first_contact_present) or [],
        warm=sight.if_seen(Part.DETAILS, is_warm(row.first_contact_present or ())),
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


_TOLD_TO_THE_SENDER = frozenset({State.REJECTED, *TAKEN_BACK})
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
        because=words if row.state in TAKEN_BACK else None,
    )
