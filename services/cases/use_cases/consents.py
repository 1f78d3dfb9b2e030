"""Record what the citizen agreed to or refused; confirm what another sector recorded; record a withdrawal."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.concurrency import expect
from chassis.sectors import require_known
from services.cases.domain.access import must_be_party, must_work
from services.cases.domain.case import Case
from services.cases.domain.consent import Consent, lapses_in_time, must_last
from services.cases.domain.errors import CaseNotFound
from services.cases.repository import CaseRepository


async def record_consent(
    cases: CaseRepository, actor: Actor, case_id: UUID, consent: Consent, *, now: datetime
) -> tuple[Case, Consent]:
    """Note a consent, given or refused. One that the receiving sector records waits for the one that gives.

    Raises:
        CaseNotFound, SectorNotInvolved, CaseIsClosed, ConsentNotYours, UnknownSector, HealthConsentTooLong,
        ConsentAlreadyLapsed.
    """
    require_known(consent.from_sector, consent.to_sector)
    must_last(consent.valid_until, day_of(now))
    lapses = lapses_in_time(consent.legal_basis, consent.from_sector, consent.valid_until, day_of(now))
    consent = replace(consent, valid_until=lapses, recorded_by_sector=actor.sector)
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    if consent.to_authority == case.authority:
        consent = replace(consent, to_authority=None)
    must_be_party(actor, *consent.parties)
    case.record_consent(consent)
    await cases.save(case, at=now)
    return case, consent


async def confirm_consent(
    cases: CaseRepository, actor: Actor, case_id: UUID, consent_id: UUID, *, expected: int | None, now: datetime
) -> tuple[Case, Consent]:
    """The sector that gives stands by what the receiving one recorded: from now on it counts.

    Raises:
        CaseNotFound, Stale, SectorNotInvolved, ConsentNotYours, CaseIsClosed, NothingToConfirm.
    """
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    consent = case.consents.get(consent_id)
    if consent is None:
        raise CaseNotFound()
    must_be_party(actor, consent.from_sector)
    expect(consent.version, expected)
    case.confirm_consent(consent_id, now, today=day_of(now))
    await cases.save(case, at=now)
    return case, case.consents[consent_id]


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
