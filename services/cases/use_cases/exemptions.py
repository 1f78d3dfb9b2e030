"""Grant an exemption, end one sooner, let one lapse with what it rests on, announce an end, answer a demand."""

from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.concurrency import expect
from chassis.ids import new_id
from services.cases.domain.case import Case
from services.cases.domain.errors import CaseNotFound
from services.cases.domain.errors.exemptions import CitizenNotEnrolled, ExemptionOver
from services.cases.domain.exemption_bases import exemption_basis
from services.cases.domain.exemptions import (
    DecidedReason,
    DemandKind,
    Exemption,
    ExemptionWish,
    exempt_until,
    must_decide,
)
from services.cases.repository import CaseRepository, PolicyRepository
from services.cases.repository.exemptions import ExemptionRepository, Lapsing


async def grant_exemption(
    cases: CaseRepository,
    exemptions: ExemptionRepository,
    actor: Actor,
    case_id: UUID,
    wish: ExemptionWish,
    *,
    now: datetime,
) -> tuple[Case, Exemption]:
    """Exempt the citizen of an open case.

    Raises:
        UnknownExemptionBasis, CaseNotFound, SectorNotInvolved, ExemptionNotYours, CaseIsClosed, ExemptionOver,
        CitizenNotEnrolled, ExemptionBasisNotGranted, ProvisionNotCovered, OutsideItsGround, ExemptionTooLong,
        ExemptionOverlaps.
    """
    ordinary = exemption_basis(wish.legal_basis) if wish.legal_basis else None
    case = await cases.get(case_id, actor)
    must_decide(case, actor)
    case.must_be_open()
    if wish.valid_to < day_of(now):
        raise ExemptionOver()
    enrolment_id = None
    if ordinary:
        ordinary.must_allow(wish.provisions, wish.valid_from, wish.valid_to)
    else:
        enrolment_id = await _enrolment_that_allows(exemptions, actor, case, wish)
    granted = wish.granted(new_id(), case.id, enrolment_id=enrolment_id, by=actor, at=now)
    await exemptions.add(granted, at=now)
    await _save(cases, exemptions, case, now)
    return case, granted


async def end_exemption(
    cases: CaseRepository,
    exemptions: ExemptionRepository,
    policies: PolicyRepository,
    actor: Actor,
    case_id: UUID,
    exemption_id: UUID,
    *,
    on: date,
    reason: DecidedReason,
    expected: int | None,
    now: datetime,
) -> tuple[Case, Exemption]:
    """End one sooner, on a day to come. Possible in a closed case too: the citizen may always ask for it.

    Raises:
        CaseNotFound, Stale, SectorNotInvolved, ExemptionNotYours, EndsBackwards, ExemptionOver, EndsNoSooner,
        NoticeTooShort.
    """
    case = await cases.get(case_id, actor)
    exemption = await exemptions.locked(exemption_id)
    if exemption is None or exemption.case_id != case.id:
        raise CaseNotFound()
    expect(exemption.version, expected)
    must_decide(case, actor)
    today = day_of(now)
    notice = (await policies.on(today)).exemption_notice_days
    changed = exemption.ends(on, reason, by=actor, at=now, today=today, notice_days=notice, end_id=new_id())
    await _keep_end(cases, exemptions, case, changed, now)
    return case, changed


async def lapse_exemption(
    cases: CaseRepository, exemptions: ExemptionRepository, lapsing: Lapsing, *, notice_days: int, now: datetime
) -> None:
    """What an exemption rests on ends before it: so does the exemption, with notice."""
    case = await cases.heard_of(lapsing.case_id)
    exemption = await exemptions.locked(lapsing.exemption_id)
    if case is None or exemption is None:
        return
    changed = exemption.lapses(
        lapsing.basis_to,
        lapsing.enrolled_to,
        at=now,
        today=day_of(now),
        notice_days=notice_days,
        end_id=new_id(),
    )
    if changed is not exemption:
        await _keep_end(cases, exemptions, case, changed, now)


async def announce_end(
    exemptions: ExemptionRepository, exemption_id: UUID, *, notice_days: int, now: datetime
) -> Exemption | None:
    """Announce that an exemption comes to its end, unless somebody else has; the exemption that was seen to."""
    exemption = await exemptions.locked(exemption_id)
    if exemption is None or not exemption.announcement_due(day_of(now), notice_days):
        return None
    changed = exemption.announced(now, day_of(now))
    await exemptions.announce(changed, at=now)
    return changed


async def refuse_demand(
    exemptions: ExemptionRepository, case_id: UUID, provision: str, kind: DemandKind, *, now: datetime
) -> None:
    """Count that a demand was refused, and keep nothing of it (I13)."""
    await exemptions.note_refusal(case_id, provision, kind, day_of(now))


async def _enrolment_that_allows(
    exemptions: ExemptionRepository, actor: Actor, case: Case, wish: ExemptionWish
) -> UUID:
    assert wish.legal_basis_id is not None
    found = await exemptions.ground(wish.legal_basis_id, case.citizen.id)
    # Who takes part in a trial is known to the sector that enrolled them and to the holder, and to nobody else.
    if found is None or actor.sector not in (found[1], case.holder.sector):
        raise CitizenNotEnrolled()
    found[0].must_allow(wish.provisions, wish.valid_from, wish.valid_to)
    return found[0].enrolment_id


async def _keep_end(
    cases: CaseRepository, exemptions: ExemptionRepository, case: Case, changed: Exemption, now: datetime
) -> None:
    assert changed.early_end is not None
    await exemptions.end(changed, changed.early_end)
    await _save(cases, exemptions, case, now)


async def _save(cases: CaseRepository, exemptions: ExemptionRepository, case: Case, now: datetime) -> None:
    case.exempt(exempt_until(await exemptions.of(case.id), day_of(now)))
    await cases.save(case, at=now)
