"""What a case learns from the referrals service. Events tell what has happened; there is nothing to refuse."""

from datetime import date, datetime
from uuid import UUID

from chassis.ids import new_id
from services.cases.domain.case import Case
from services.cases.domain.catch import KnownReferral, Receipt, ReferralState
from services.cases.domain.timeline import attempted
from services.cases.repository import CaseRepository


class ReferralOfUnknownCase(LookupError):
    """A referral event for a case this service does not have: a defect, to be looked at, never to be let pass."""


async def hear_requested(cases: CaseRepository, case_id: UUID, referral: KnownReferral) -> None:
    case = await _case(cases, case_id)
    case.hear_requested(referral)
    await cases.save(case, at=referral.requested_at)


async def hear_accepted(
    cases: CaseRepository, case_id: UUID, referral_id: UUID, unit: str | None, at: datetime
) -> None:
    case = await _case(cases, case_id)
    case.hear_accepted(referral_id, unit, at, new_id())
    await cases.save(case, at=at)


async def hear_attempted(cases: CaseRepository, case_id: UUID, referral_id: UUID, at: datetime) -> None:
    """An attempt is no contact, and leaves the case as it is: it stands in the story and nowhere else (I5)."""
    case = await _case(cases, case_id)
    await cases.tell_story(case, attempted(case.referrals[referral_id], at))


async def hear_contact_held(
    cases: CaseRepository, case_id: UUID, referral_id: UUID, at: datetime, link_made_by: str | None
) -> None:
    case = await _case(cases, case_id)
    case.hear_contact_held(referral_id, at, link_made_by)
    await cases.save(case, at=at)


async def hear_receipt(cases: CaseRepository, case_id: UUID, referral_id: UUID, receipt: Receipt) -> None:
    case = await _case(cases, case_id)
    case.hear_receipt(referral_id, receipt)
    await cases.save(case, at=receipt.at)


async def hear_paused(
    cases: CaseRepository, case_id: UUID, referral_id: UUID, until: date | None, at: datetime
) -> None:
    case = await _case(cases, case_id)
    case.hear_paused(referral_id, at, until)
    await cases.save(case, at=at)


async def hear_resumed(
    cases: CaseRepository, case_id: UUID, referral_id: UUID, at: datetime, due_on: date | None
) -> None:
    case = await _case(cases, case_id)
    case.hear_resumed(referral_id, at, due_on)
    await cases.save(case, at=at)


async def hear_deadline(
    cases: CaseRepository, case_id: UUID, referral_id: UUID, due_on: date, at: datetime, *, missed: bool
) -> None:
    case = await _case(cases, case_id)
    case.hear_deadline(referral_id, due_on, at, missed=missed)
    await cases.save(case, at=at)


async def hear_waived(cases: CaseRepository, case_id: UUID, referral_id: UUID, at: datetime) -> None:
    case = await _case(cases, case_id)
    case.hear_waived(referral_id)
    await cases.save(case, at=at)


async def hear_reassigned(
    cases: CaseRepository, case_id: UUID, referral_id: UUID, unit: str | None, at: datetime
) -> None:
    case = await _case(cases, case_id)
    case.hear_reassigned(referral_id, unit)
    await cases.save(case, at=at)


async def hear_ended(
    cases: CaseRepository,
    case_id: UUID,
    referral_id: UUID,
    state: ReferralState,
    at: datetime,
    *,
    broken_off: bool = False,
) -> None:
    case = await _case(cases, case_id)
    case.hear_ended(referral_id, state, at, new_id(), broken_off=broken_off)
    await cases.save(case, at=at)


async def _case(cases: CaseRepository, case_id: UUID) -> Case:
    case = await cases.heard_of(case_id)
    if case is None:
        raise ReferralOfUnknownCase(str(case_id))
    return case
