"""Criteria sets over HTTP: written by administrators, read by everybody, and who falls between."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

from fastapi import Body, Depends, Query

from chassis.clock import day_of, now
from chassis.errors import Stale
from chassis.given import Tx, of_tx
from chassis.http import Answers, IfMatch, IfMatchRequired, Public, problems, room
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from chassis.wire import AuthorityCode, Code, Day
from services.cases.domain.errors.criteria import (
    CriteriaCodeTaken,
    CriteriaDayTaken,
    CriteriaSetIsPublished,
    CriteriaSetNotFound,
    FaultyWriting,
    PublishedInThePast,
)
from services.cases.permissions import CriteriaCounter, CriteriaReader, CriteriaWriter
from services.cases.queries.criteria import CriteriaQueries
from services.cases.repository.criteria import CriteriaRepository
from services.cases.schemas import criteria as shown
from services.cases.schemas.criteria import (
    CriteriaCoverageView,
    CriteriaPublicationRequest,
    CriteriaSetPatch,
    CriteriaSetRequest,
    CriteriaSetSummary,
    CriteriaSetView,
)
from services.cases.use_cases import criteria as writing

router = room(tags=["criteria sets"], prefix="/v1/criteria-sets")
public = room(tags=["criteria sets"], prefix="/v1/public/criteria-sets")

OfCode = Annotated[Code | None, Query(description="Only the editions of this code.")]
InForceOn = Annotated[Day | None, Query(alias="inForceOn", description="Only what is in force on this day.")]
OfAuthority = Annotated[
    AuthorityCode | None, Query(description="Beside the shipped sets, those that this authority has published.")
]


async def _public_reads(tx: Tx, authority: OfAuthority = None) -> CriteriaQueries:
    # Who is nobody is shown nobody's rows, until an authority is named: then what it has published, and no more.
    if authority:
        await tx.enter(authority)
    return CriteriaQueries(tx)


Sets = Annotated[CriteriaRepository, Depends(of_tx(CriteriaRepository))]
Reads = Annotated[CriteriaQueries, Depends(of_tx(CriteriaQueries))]
PublicReads = Annotated[CriteriaQueries, Depends(_public_reads)]


@contextmanager
def faults_told() -> Iterator[None]:
    """What is wrong with what was written, each with its place in the body."""
    try:
        yield
    except FaultyWriting as faulty:
        raise shown.told(faulty) from None


@router.post(
    "",
    status_code=201,
    name="draft_criteria_set",
    summary="Write a criteria set, as a draft",
    responses=problems(CriteriaCodeTaken, AlreadyExists),
)
async def draft_criteria_set(
    actor: CriteriaWriter, body: CriteriaSetRequest, sets: Sets, answer: Answers
) -> CriteriaSetView:
    """Write a new edition of the criteria under a code. Nobody is measured by it until it is published.

    All that does not fit is told at once: a fact or a criterion that is not declared or not used, an operation or a
    value that is not of the fact's kind.
    """
    with faults_told():
        made = await writing.draft_criteria_set(sets, actor, body.id, body.code, body.document(), now=now())
    return answer.created(shown.whole(made, actor), f"/v1/criteria-sets/{made.id}")


@router.get("", name="list_criteria_sets", summary="List the criteria sets")
async def list_criteria_sets(
    actor: CriteriaReader, reads: Reads, page: PageRequest, code: OfCode = None, in_force_on: InForceOn = None
) -> Page[CriteriaSetSummary]:
    """The shipped sets and the authority's own, by code and edition. Drafts are shown to administrators."""
    found, end = await reads.listed(page, drafts=actor.has("administrator"), code=code, in_force_on=in_force_on)
    return Page[CriteriaSetSummary](items=[shown.summary(one) for one in found], page=end)


@router.get(
    "/{criteria_set_id}",
    name="get_criteria_set",
    summary="Read a criteria set",
    responses=problems(CriteriaSetNotFound),
)
async def get_criteria_set(
    actor: CriteriaReader, criteria_set_id: UUID, reads: Reads, answer: Answers
) -> CriteriaSetView:
    """One edition in full, in force or superseded: the facts it asks for, the criteria, the rule that joins them."""
    found = await reads.one(criteria_set_id, drafts=actor.has("administrator"))
    return answer.ok(shown.whole(found, actor))


@router.patch(
    "/{criteria_set_id}",
    name="update_criteria_set",
    summary="Change a draft",
    responses=problems(CriteriaSetNotFound, CriteriaSetIsPublished, Stale),
)
async def update_criteria_set(
    actor: CriteriaWriter,
    criteria_set_id: UUID,
    body: Annotated[CriteriaSetPatch, Body(media_type="application/merge-patch+json")],
    version: IfMatchRequired,
    sets: Sets,
    answer: Answers,
) -> CriteriaSetView:
    """Change what a draft says. What is published is not changed: a new edition is written."""
    with faults_told():
        made = await writing.rewrite_criteria_set(sets, criteria_set_id, body.changes(), expected=version)
    return answer.ok(shown.whole(made, actor))


@router.post(
    "/{criteria_set_id}/publication",
    name="publish_criteria_set",
    summary="Put a criteria set in force",
    responses=problems(CriteriaSetNotFound, CriteriaSetIsPublished, PublishedInThePast, CriteriaDayTaken, Stale),
)
async def publish_criteria_set(
    actor: CriteriaWriter,
    criteria_set_id: UUID,
    body: CriteriaPublicationRequest,
    version: IfMatch,
    sets: Sets,
    answer: Answers,
) -> CriteriaSetView:
    """From now on everybody can read it, and nobody can change it. From its day it supersedes the edition of the same
    code that is in force then; that day is today at the earliest."""
    made = await writing.publish_criteria_set(
        sets, actor, criteria_set_id, body.valid_from, expected=version, now=now()
    )
    return answer.ok(shown.whole(made, actor))


@router.get(
    "/{criteria_set_id}/coverage",
    name="read_criteria_coverage",
    summary="Who falls between: counts of one criteria set",
    responses=problems(CriteriaSetNotFound),
)
async def read_criteria_coverage(actor: CriteriaCounter, criteria_set_id: UUID, reads: Reads) -> CriteriaCoverageView:
    """How many citizens the set selects, how many it keeps out, and by which one thing. Counts only, of the whole
    authority; none below five, and none from which one below five could be worked out."""
    found = await reads.one(criteria_set_id)
    return shown.counted(found, await reads.coverage(found), day_of(now()))


@public.get("", name="list_public_criteria_sets", summary="List published criteria sets")
async def list_public_criteria_sets(
    _: Public, reads: PublicReads, page: PageRequest, code: OfCode = None, in_force_on: InForceOn = None
) -> Page[CriteriaSetSummary]:
    """The criteria by which help is offered, for everybody to read, in Danish and English: those that ship with the
    product, and with `authority` also those that authority has published."""
    found, end = await reads.listed(page, code=code, in_force_on=in_force_on)
    return Page[CriteriaSetSummary](items=[shown.summary(one) for one in found], page=end)


@public.get(
    "/{criteria_set_id}",
    name="get_public_criteria_set",
    summary="Read a published criteria set",
    responses=problems(CriteriaSetNotFound),
)
async def get_public_criteria_set(
    _: Public, criteria_set_id: UUID, reads: PublicReads, answer: Answers
) -> CriteriaSetView:
    """One published edition in full. An authority's own is found with `authority`."""
    return answer.ok(shown.whole(await reads.one(criteria_set_id)))
