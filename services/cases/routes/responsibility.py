"""Who is responsible, what a release would miss, and the release itself."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.clock import now
from chassis.errors import Stale
from chassis.given import Language
from chassis.http import Answers, IfMatch, problems, room
from chassis.paging import Page, PageRequest
from chassis.sectors import UnknownSector, require_known
from chassis.wire import Moment, SectorCode
from services.cases.domain.ending import ReleaseGround
from services.cases.domain.errors import (
    CaseIsClosed,
    CaseNotFound,
    OverrideNotYours,
    OwnSectorOnly,
    ReleaseBlocked,
    SectorNotInvolved,
)
from services.cases.permissions import CaseReader, CaseReleaser
from services.cases.routes.given import Cases, Reads
from services.cases.routes.told import told_in
from services.cases.schemas import shown
from services.cases.schemas.requests import ReleaseRequest
from services.cases.schemas.views import ReleaseCheckView, ReleaseView, ResponsibilityView
from services.cases.use_cases.release_sector import release_sector

router = room(tags=["responsibility"], prefix="/v1/cases/{case_id}")


@router.get(
    "/responsibility",
    name="get_responsibility",
    summary="Who is responsible, then or now",
    responses=problems(CaseNotFound),
)
async def get_responsibility(
    actor: CaseReader, case_id: UUID, reads: Reads, at: Annotated[Moment | None, Query()] = None
) -> ResponsibilityView:
    """Who held the case, coordinated it and had a part in it at a moment (now, when none is named), and the history."""
    return shown.responsibility(await reads.one(case_id, "responsibility"), at or now())


@router.get(
    "/release-check",
    name="check_release",
    summary="What a release would miss",
    responses=problems(CaseNotFound, UnknownSector),
)
async def check_release(
    actor: CaseReader,
    case_id: UUID,
    reads: Reads,
    language: Language,
    sector: Annotated[SectorCode | None, Query()] = None,
    ground: Annotated[ReleaseGround | None, Query()] = None,
) -> ReleaseCheckView:
    """The dry run of a release: the answer your own would get now. Without `sector`, the caller's; without
    `ground`, handed on while there are needs to see to, else that no needs are left.
    """
    if sector:
        require_known(sector)
    case = await reads.one(case_id, "release-check")
    return shown.release_check(case, sector or actor.sector or "", ground, actor.subject, language)


@router.post(
    "/releases",
    status_code=201,
    name="release_sector",
    summary="Let a sector go",
    responses=problems(
        CaseNotFound, SectorNotInvolved, OwnSectorOnly, OverrideNotYours, CaseIsClosed, ReleaseBlocked, Stale
    ),
)
async def release(
    actor: CaseReleaser,
    case_id: UUID,
    body: ReleaseRequest,
    version: IfMatch,
    cases: Cases,
    answer: Answers,
    told: told_in,
) -> ReleaseView:
    """Slip. In one transaction needs, holding and coordination move to those who caught them; the release names the
    receipt and the referrals it rests on. Before the catch: 409 `release-blocked` with all that is missing.

    With nothing to hand on (`no-needs-left`) every sector has been asked and the citizen heard. An `override` is a team
    lead's, with a reason, and is counted; even then a holder needs a taker, and what is left uncaught is the holder's.

    Where the receiver answered by a link that you made (`told-by-own-link`), a colleague or a team lead releases.
    """
    with told:
        case, made = await release_sector(
            cases,
            actor,
            case_id,
            sector=body.sector,
            reason=body.reason,
            ground=body.ground,
            expected=version,
            now=now(),
        )
    return answer.created(shown.release(case, case.id, made, actor), f"/v1/cases/{case_id}/releases/{made.id}")


@router.get("/releases", name="list_releases", summary="List the releases", responses=problems(CaseNotFound))
async def list_releases(actor: CaseReader, case_id: UUID, reads: Reads, page: PageRequest) -> Page[ReleaseView]:
    """All releases of the case, oldest first."""
    case = await reads.one(case_id, "releases")
    found, end = page.among(list(case.releases.values()), key=lambda made: (made.at, made.id))
    return Page[ReleaseView](items=[shown.release(case, case.id, made, actor) for made in found], page=end)


@router.get("/releases/{release_id}", name="get_release", summary="Read a release", responses=problems(CaseNotFound))
async def get_release(actor: CaseReader, case_id: UUID, release_id: UUID, reads: Reads, answer: Answers) -> ReleaseView:
    """One release. A sector that has let go may still read its own, and no more of the case."""
    case, made = await reads.release(case_id, release_id)
    return answer.ok(shown.release(case, case_id, made, actor))
