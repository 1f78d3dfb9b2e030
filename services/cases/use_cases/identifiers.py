"""Learn, after the opening, by what number a person is known; note that an anonymous citizen has told who they are."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.access import must_hold
from services.cases.domain.case import Case
from services.cases.domain.citizen import Identification, Identifier
from services.cases.repository import CaseRepository
from services.cases.repository.identifiers import IdentifierRepository


async def add_identifier(
    cases: CaseRepository,
    identifiers: IdentifierRepository,
    actor: Actor,
    case_id: UUID,
    identifier: Identifier,
    *,
    expected: int | None,
    now: datetime,
) -> Case:
    """Know the case's citizen by one identifier more; one that is known already changes nothing.

    Raises:
        CaseNotFound, Stale, HolderOnly, CaseIsClosed, AnonymousStaysSo, OpenCaseExists, IdentifiersDisagree, CprKnown.
    """
    case = await cases.get(case_id, actor, expected=expected)
    must_hold(case, actor)
    case.must_be_open()
    known = case.citizen.also_known_by(identifier)
    if known == case.citizen:
        return case
    await identifiers.claim(known.id, identifier)
    case.citizen = known
    await cases.save(case, at=now)
    return case


async def identify_citizen(
    cases: CaseRepository,
    identifiers: IdentifierRepository,
    actor: Actor,
    case_id: UUID,
    told: Identification,
    *,
    known_by: tuple[Identifier, ...],
    name: str | None,
    expected: int | None,
    now: datetime,
) -> Case:
    """The citizen tells who they are, by an act of their own (I24).

    Raises:
        CaseNotFound, Stale, HolderOnly, CaseIsClosed, NotAnonymous, OpenCaseExists, IdentifiersDisagree, CprKnown.
    """
    case = await cases.get(case_id, actor, expected=expected)
    must_hold(case, actor)
    case.must_be_open()
    known = case.citizen.identified(known_by, name)
    await identifiers.identify(case, known, told, actor, at=now)
    await cases.save(case, at=now)
    return case
