"""What citizens are promised and by when: the law's promises and the authority's own, read by all, decided by few."""

from itertools import groupby
from typing import Annotated

from fastapi import Path, Query

from chassis.clock import day_of, now
from chassis.errors import NotFound, Stale, Text
from chassis.http import Answers, IfMatchOrNew, problems, room
from chassis.paging import Page, PageRequest
from chassis.wire import Code, Day
from services.referrals.domain.errors.clocks import GuaranteeEndsTooEarly, GuaranteeInThePast, GuaranteeIsStatutory
from services.referrals.domain.guarantees import Terms, shipped
from services.referrals.permissions import GuaranteeKeeper, GuaranteeReader
from services.referrals.routes.given import Promises
from services.referrals.schemas import clocks as shown
from services.referrals.schemas.clocks import GuaranteeRequest, GuaranteeSummary, GuaranteeView
from services.referrals.use_cases import decide_guarantee as deciding

router = room(tags=["guarantees"])
GuaranteeCode = Annotated[Code, Path()]


@router.get("/guarantees")
async def list_guarantees(
    actor: GuaranteeReader, guarantees: Promises, page: PageRequest, on: Annotated[Day | None, Query()] = None
) -> Page[GuaranteeSummary]:
    """Every guarantee of the caller's authority as it is on a day (today, when none is named), by code."""
    decisions = await guarantees.all()
    taken = {code: list(group) for code, group in groupby(decisions, key=lambda one: one.code)}
    codes, end = page.among(shown.codes(decisions), key=lambda code: (code,))
    day = on or day_of(now())
    items = [shown.guarantee_summary(code, taken.get(code, []), actor, day) for code in codes]
    return Page[GuaranteeSummary](items=items, page=end)


@router.get("/guarantees/{code}", responses=problems(NotFound))
async def get_guarantee(
    actor: GuaranteeReader, code: GuaranteeCode, guarantees: Promises, answer: Answers
) -> GuaranteeView:
    """One guarantee as it is today, with every decision taken on it. Before the first decision it has no ETag."""
    decisions = await guarantees.decisions(code)
    if not decisions and code not in shipped():
        raise NotFound()
    view = shown.guarantee_view(code, decisions, actor, day_of(now()))
    return answer.ok(view) if decisions else view


@router.put(
    "/guarantees/{code}",
    responses=problems(NotFound, Stale, GuaranteeIsStatutory, GuaranteeInThePast, GuaranteeEndsTooEarly),
)
async def decide_guarantee(
    actor: GuaranteeKeeper,
    code: GuaranteeCode,
    body: GuaranteeRequest,
    version: IfMatchOrNew,
    guarantees: Promises,
    answer: Answers,
) -> GuaranteeView:
    """Decide what the authority promises from a day on, under a code that the law leaves open or one of its own.

    The first decision on a code is made with `If-None-Match: *`. Earlier decisions stay, and clocks that run keep the
    terms they were started on.
    """
    promise = deciding.Promise(
        labels=Text(body.labels.da, body.labels.en),
        terms=Terms(body.days, body.counting, body.starts, body.lead_days),
        valid_from=body.valid_from,
        valid_to=body.valid_to,
        reason=body.reason,
    )
    at = now()
    decisions = await deciding.decide_guarantee(guarantees, actor, code, promise, expected=version, now=at)
    return answer.ok(shown.guarantee_view(code, decisions, actor, day_of(at)))
