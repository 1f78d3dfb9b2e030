"""What the authority has decided where the law leaves the choice open: read by everybody, decided by few."""

from itertools import groupby
from typing import Annotated

from fastapi import Path, Query

from chassis.clock import day_of, now
from chassis.errors import NotFound, Stale
from chassis.http import Answers, IfMatchOrNew, problems, room
from chassis.paging import Page, PageRequest
from chassis.wire import Code, Day
from services.cases.domain.errors.organisation import AuthorityRequired
from services.cases.domain.errors.policies import PolicyInThePast, PolicyUnfit
from services.cases.domain.policies import FIELD_OF, must_be_known
from services.cases.permissions import PolicyKeeper, PolicyReader
from services.cases.routes.given import Policies
from services.cases.schemas import policies as shown
from services.cases.schemas.policies import PolicyRequest, PolicySummary, PolicyView
from services.cases.use_cases.policies import decide

router = room(tags=["policies"])
PolicyCode = Annotated[Code, Path()]


@router.get("/policies", name="list_policies", summary="List the policies")
async def list_policies(
    actor: PolicyReader, policies: Policies, page: PageRequest, on: Annotated[Day | None, Query()] = None
) -> Page[PolicySummary]:
    """Every policy of the caller's authority as it is on a day (today, when none is named), by code."""
    taken = {code: list(group) for code, group in groupby(await policies.decisions(), key=lambda one: one.code)}
    codes, end = page.among(list(FIELD_OF), key=lambda code: (code,))
    day = on or day_of(now())
    return Page[PolicySummary](items=[shown.summary(c, taken.get(c, []), actor, day) for c in codes], page=end)


@router.get("/policies/{code}", name="get_policy", summary="Read a policy", responses=problems(NotFound))
async def get_policy(actor: PolicyReader, code: PolicyCode, policies: Policies, answer: Answers) -> PolicyView:
    """One policy as it is today, with every decision taken on it. Before the first decision it has no ETag."""
    must_be_known(code)
    decisions = await policies.decisions(code)
    view = shown.whole(code, decisions, actor, day_of(now()))
    return answer.ok(view) if decisions else view


@router.put(
    "/policies/{code}",
    name="decide_policy",
    summary="Decide on a policy",
    responses=problems(NotFound, Stale, PolicyUnfit, PolicyInThePast, AuthorityRequired),
)
async def decide_policy(
    actor: PolicyKeeper,
    code: PolicyCode,
    body: PolicyRequest,
    version: IfMatchOrNew,
    policies: Policies,
    answer: Answers,
) -> PolicyView:
    """Decide what holds from a day on, today or later. Earlier decisions stay, and hold for the days before.

    The first decision on a policy is made with `If-None-Match: *`. Of two decisions for one day
    the later taken holds.
    """
    at = now()
    decisions = await decide(
        policies, actor, code, body.value, valid_from=body.valid_from, reason=body.reason, expected=version, now=at
    )
    return answer.ok(shown.whole(code, decisions, actor, day_of(at)))
