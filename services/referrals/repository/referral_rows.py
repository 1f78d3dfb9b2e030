"""A referral as its row keeps it."""

from typing import Any

from sqlalchemy import Row, select

from services.referrals.domain.codes import ContactChannel, Presence, ReturnScope
from services.referrals.domain.lifecycle import State
from services.referrals.domain.moments import Claim, Ending, FirstContact, Hold, Receipt
from services.referrals.domain.referral import Referral
from services.referrals.domain.sharing import NOTHING_SHARED, Basis, BasisKind
from services.referrals.repository.known import owner_has_part, sender_has_part
from services.referrals.repository.questions import question_open
from services.referrals.tables import referrals

SELECTED = select(
    referrals,
    sender_has_part().label("sender_has_part"),
    owner_has_part().label("owner_has_part"),
    question_open().label("question_open"),
)


def referral_of(row: Row[Any]) -> Referral:
    """The referral that a row keeps, without its clocks and without the sender's words."""
    return Referral(
        id=row.id,
        authority=row.authority,
        case_id=row.case_id,
        need_id=row.need_id,
        from_sector=row.from_sector,
        from_unit=row.from_unit,
        requested_by=row.requested_by,
        to_sector=row.to_sector,
        to_unit=row.to_unit,
        to_service_id=row.to_service_id,
        to_authority=row.to_authority,
        basis=_basis_of(row),
        anonymous=row.anonymous,
        return_scope=ReturnScope(row.return_scope),
        approached_on=row.approached_on,
        guarantee=row.guarantee,
        requested_at=row.requested_at,
        state=State(row.state),
        responsible_unit=row.responsible_unit,
        attempt_count=row.attempt_count,
        last_attempt_at=row.last_attempt_at,
        first_contact=_contact_of(row),
        receipt=_receipt_of(row),
        ending=Ending(row.ended_at, row.ending_code) if row.ended_at else None,
        claim=Claim(row.claimed_by, row.claimed_at) if row.claimed_by else None,
        on_hold=Hold(row.on_hold_since, row.on_hold_until) if row.on_hold_since else None,
        question_open=row.question_open,
        sender_has_part=row.sender_has_part,
        need_owner=row.need_owner,
        owner_has_part=row.owner_has_part,
        relied_on=row.relied_on,
        asked_unit=row.asked_unit,
        version=row.version,
    )


def _basis_of(row: Row[Any]) -> Basis:
    if row.anonymous:
        return NOTHING_SHARED
    return Basis(BasisKind.CONSENT if row.consent_id else BasisKind.LEGAL_BASIS, row.consent_id, row.legal_basis)


def _contact_of(row: Row[Any]) -> FirstContact | None:
    if row.first_contact_at is None:
        return None
    present = tuple(Presence(role) for role in row.first_contact_present or ())
    channel = ContactChannel(row.first_contact_channel) if row.first_contact_channel else None
    return FirstContact(row.first_contact_at, channel, present)


def _receipt_of(row: Row[Any]) -> Receipt | None:
    if row.receipt_id is None:
        return None
    return Receipt(row.receipt_id, row.receipt_at, row.receipt_takes_holding, row.receipt_unit, row.receipt_coordinator)
