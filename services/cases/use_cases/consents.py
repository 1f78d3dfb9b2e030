"""Record what the citizen agreed to or refused; record a withdrawal."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.concurrency import expect
from chassis.sectors import require_known
from services.cases.domain.access import must_work
from services.cases.domain.case import Case
from services.cases.domain.consent import Consent, lapses_in_time
from services.cases.domain.errors import CaseNotFound
from services.cases.repository import CaseRepository


async def record_consent(
    cases: CaseRepository, actor: Actor, case_id: UUID, consent: Consent, *, now: datetime
) -> tuple[Case, Consent]:
    """Note a consent, given or refused.

    Raises:
        CaseNotFound, SectorNotInvolved, CaseIsClosed, UnknownSector, HealthConsentTooLong.
    """
    require_known(consent.from_sector, consent.to_sector)
    lapses = lapses_in_time(consent.legal_basis, consent.valid_until, day_of(now))
    consent = replace(consent, valid_until=lapses)
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    case.record_consent(consent)
    await cases.save(case, at=now)
    return case, consent


async def withdraw_consent(
    cases: CaseRepository, actor: Actor, case_id: UUID, consent_id: UUID, *, expected: int | None, now: datetime
) -> tuple[Case, Consent]:
    """Note that the citizen withdraws: future sharing stops, nothing is deleted, no help ends.

    Raises:
        CaseNotFound, Stale, SectorNotInvolved, ConsentAlreadyWithdrawn.
    """
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    consent = case.consents.get(consent_id)
    if consent is None:
        raise CaseNotFound()
    expect(consent.version, expected)
    case.withdraw_consent(consent_id, now)
    await cases.save(case, at=now)
    return case, case.consents[consent_id]
