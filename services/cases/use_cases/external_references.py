"""Tell what another system calls a case."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.access import must_work
from services.cases.domain.case import Case, ExternalReference
from services.cases.repository import CaseRepository
from services.cases.repository.external_references import ExternalReferenceRepository


async def add_external_reference(
    cases: CaseRepository,
    references: ExternalReferenceRepository,
    actor: Actor,
    case_id: UUID,
    reference: ExternalReference,
    *,
    expected: int | None,
    now: datetime,
) -> Case:
    """Add a reference; one that the case has already changes nothing.

    Raises:
        CaseNotFound, Stale, SectorNotInvolved, CaseIsClosed, AlreadyExists.
    """
    case = await cases.get(case_id, actor, expected=expected)
    must_work(case, actor)
    case.must_be_open()
    if (reference.system, reference.value) in {(r.system, r.value) for r in case.external_references}:
        return case
    await references.claim(case, reference)
    case.external_references = (*case.external_references, reference)
    await cases.save(case, at=now)
    return case
