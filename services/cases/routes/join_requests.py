"""Requests to have a part in a case: asked without being told whether there is one, answered by whoever holds it."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query

from chassis.audit import looked_up
from chassis.clock import now
from chassis.errors import Stale
from chassis.given import of_caller, of_tx
from chassis.http import Answers, IfMatch, Tx, problems, room
from chassis.paging import Page, PageRequest
from chassis.wire import CodeList
from services.cases.domain.access import must_hold
from services.cases.domain.citizen import identifier
from services.cases.domain.errors import (
    CaseIsClosed,
    CaseNotFound,
    HolderOnly,
    InvolvementBasisMissing,
    MalformedCpr,
    NoSector,
)
from services.cases.domain.errors.arrivals import JoinRequestAnswered, MalformedReplacementNumber
from services.cases.domain.join_request import JoinRequestState
from services.cases.permissions import CaseReader, CaseWriter, JoinRequestAnswerer
from services.cases.queries.join_requests import JoinRequestQueries
from services.cases.repository.join_requests import JoinRequestRepository
from services.cases.routes.given import Cases, Reads
from services.cases.schemas.join_requests import (
    JoinAcceptanceRequest,
    JoinRejectionRequest,
    JoinRequestRequest,
    JoinRequestView,
    shown_request,
)
from services.cases.use_cases import join_requests as joining

router = room(tags=["join requests"])


Requests = Annotated[JoinRequestRepository, Depends(of_tx(JoinRequestRepository))]
RequestReads = Annotated[JoinRequestQueries, Depends(of_caller(JoinRequestQueries))]


@router.post(
    "/cases/join-requests",
    status_code=201,
    name="request_to_join",
    summary="Ask to have a part in a case",
    responses=problems(NoSector, MalformedCpr, MalformedReplacementNumber),
)
async def request_to_join(
    actor: CaseWriter, body: JoinRequestRequest, requests: Requests, tx: Tx, answer: Answers
) -> JoinRequestView:
    """What to do about `open-case-exists`: whoever holds the case is asked, and answers when they have looked at it.

    The answer here is the same whether or not the person has a case: a request that is about nobody stays pending.
    """
    asked = await joining.request_to_join(
        requests, actor, identifier(body.identifier.system, body.identifier.value), body.reason, now=now()
    )
    # Logged alike as well: who asks has seen nobody's case.
    await looked_up(tx, actor, [], "join-request")
    return answer.created(shown_request(asked, actor, holds=False), f"/v1/join-requests/{asked.id}")


@router.get("/join-requests", name="list_join_requests", summary="List requests to join")
async def list_join_requests(
    actor: CaseReader,
    reads: RequestReads,
    page: PageRequest,
    as_: Annotated[Literal["holder", "asker"], Query(alias="as")] = "holder",
    state: Annotated[CodeList[JoinRequestState], Query()] = None,
) -> Page[JoinRequestView]:
    """Oldest first: `as=holder` those about the cases the caller's sector holds, `as=asker` those it made itself."""
    listed = reads.to_holder if as_ == "holder" else reads.of_asker
    seen, end = await listed(page, state)
    return Page[JoinRequestView](items=[shown_request(one.request, actor, holds=one.holds) for one in seen], page=end)


@router.get(
    "/cases/{case_id}/join-requests",
    name="list_join_requests_of_case",
    summary="List requests to join one case",
    responses=problems(CaseNotFound, HolderOnly),
)
async def list_of_case(
    actor: CaseReader, case_id: UUID, cases: Reads, reads: RequestReads, page: PageRequest
) -> Page[JoinRequestView]:
    """Who has asked to have a part in the case, oldest first. For its holder, who answers."""
    must_hold(await cases.one(case_id, "join-requests"), actor)
    seen, end = await reads.of_case(case_id, page)
    return Page[JoinRequestView](items=[shown_request(one.request, actor, holds=one.holds) for one in seen], page=end)


@router.get(
    "/join-requests/{request_id}",
    name="get_join_request",
    summary="Read a request to join",
    responses=problems(CaseNotFound),
)
async def get_join_request(
    actor: CaseReader, request_id: UUID, reads: RequestReads, answer: Answers
) -> JoinRequestView:
    """One request: all of it to the case's holder; to the sector that asked, its state."""
    seen = await reads.one(request_id)
    return answer.ok(shown_request(seen.request, actor, holds=seen.holds))


@router.post(
    "/join-requests/{request_id}/acceptance",
    name="accept_join_request",
    summary="Let the sector in",
    responses=problems(CaseNotFound, HolderOnly, JoinRequestAnswered, CaseIsClosed, InvolvementBasisMissing, Stale),
)
async def accept(
    actor: JoinRequestAnswerer,
    request_id: UUID,
    body: JoinAcceptanceRequest,
    version: IfMatch,
    cases: Cases,
    requests: Requests,
    answer: Answers,
) -> JoinRequestView:
    """The holder gives the sector a part in the case, on a consent in force or another legal basis. What it sees of the
    others' work is as for every involved sector."""
    accepted = await joining.accept_join_request(
        cases,
        requests,
        actor,
        request_id,
        on_other_basis=body.legal_basis is not None,
        expected=version,
        now=now(),
    )
    return answer.ok(shown_request(accepted, actor, holds=True))


@router.post(
    "/join-requests/{request_id}/rejection",
    name="decline_join_request",
    summary="Say no to a request to join",
    responses=problems(CaseNotFound, HolderOnly, JoinRequestAnswered, Stale),
)
async def decline(
    actor: JoinRequestAnswerer,
    request_id: UUID,
    body: JoinRejectionRequest,
    version: IfMatch,
    cases: Cases,
    requests: Requests,
    answer: Answers,
) -> JoinRequestView:
    """The holder says no, with a coded reason of its own. The asker learns that it was declined, and nothing else."""
    declined = await joining.decline_join_request(
        cases, requests, actor, request_id, body.reason_code, expected=version, now=now()
    )
    return answer.ok(shown_request(declined, actor, holds=True))
