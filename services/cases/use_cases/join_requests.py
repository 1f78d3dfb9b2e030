"""Ask to have a part in a case nobody may tell of; answer for the case one holds."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.concurrency import expect
from chassis.ids import new_id
from services.cases.domain.access import must_hold
from services.cases.domain.citizen import Identifier
from services.cases.domain.errors import CaseNotFound, NoSector
from services.cases.domain.join_request import JoinDeclineCode, JoinRequest
from services.cases.repository import CaseRepository
from services.cases.repository.join_requests import JoinRequestRepository


async def request_to_join(
    requests: JoinRequestRepository, actor: Actor, identifier: Identifier, reason: str, *, now: datetime
) -> JoinRequest:
    """Ask whoever holds the person's case, if there is one: the asker cannot tell.

    Raises:
        NoSector.
    """
    if actor.sector is None:
        raise NoSector()
    request = JoinRequest(
        id=new_id(),
        case_id=await requests.open_case_of(identifier),
        asking_sector=actor.sector,
        asking_unit=actor.unit,
        asked_by=actor.subject,
        reason=reason,
        asked_at=now,
    )
    await requests.add(request)
    return request


async def accept_join_request(
    cases: CaseRepository,
    requests: JoinRequestRepository,
    actor: Actor,
    request_id: UUID,
    *,
    on_other_basis: bool,
    expected: int | None,
    now: datetime,
) -> JoinRequest:
    """The holder lets the sector in: from now on it has a part in the case, as if it had been involved.

    Raises:
        CaseNotFound, HolderOnly, Stale, JoinRequestAnswered, CaseIsClosed, InvolvementBasisMissing.
    """
    request = await _to_answer(cases, requests, actor, request_id, expected)
    accepted = request.accept(actor.subject, now)
    case = await cases.get(_of_a_case(request), actor)
    # Who came in by another way in the meantime is in: that answers the request.
    if case.involvement(request.asking_sector) is None:
        case.involve(
            request.asking_sector,
            request.asking_unit,
            because="join-request",
            on_other_basis=on_other_basis,
            at=now,
            row_id=new_id(),
        )
        await cases.save(case, at=now)
    await requests.save(accepted)
    return accepted


async def decline_join_request(
    cases: CaseRepository,
    requests: JoinRequestRepository,
    actor: Actor,
    request_id: UUID,
    reason_code: JoinDeclineCode,
    *,
    expected: int | None,
    now: datetime,
) -> JoinRequest:
    """The holder says no. The asker learns that, and nothing else.

    Raises:
        CaseNotFound, HolderOnly, Stale, JoinRequestAnswered.
    """
    request = await _to_answer(cases, requests, actor, request_id, expected)
    declined = request.decline(actor.subject, now, reason_code)
    await requests.save(declined)
    return declined


async def _to_answer(
    cases: CaseRepository, requests: JoinRequestRepository, actor: Actor, request_id: UUID, expected: int | None
) -> JoinRequest:
    request = await requests.get(request_id)
    if request is None:
        raise CaseNotFound()
    must_hold(await cases.get(_of_a_case(request), actor), actor)
    expect(request.version, expected)
    return request


def _of_a_case(request: JoinRequest) -> UUID:
    """A request about nobody's case is nobody's to answer."""
    if request.case_id is None:
        raise CaseNotFound()
    return request.case_id
