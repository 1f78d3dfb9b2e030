"""`GET /v1/overview/cases/{caseId}`: one citizen's whole picture in one call.

The gateway asks each service with the caller's own token and hands on what each answers, unread: what the
caller may see, and the log of who looked, stay where they belong. A part that is down is named and the others
are answered.
"""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import Depends, Path, Request, Response
from pydantic import Field

from chassis.actor import Actor
from chassis.errors import NotFound, Refusal
from chassis.guards import Permission
from chassis.http import problems, room
from chassis.problems import MEDIA_TYPE, UpstreamUnavailable
from chassis.wire import View
from gateway.me import EVERY_ROLE
from gateway.openapi import PART_OF
from gateway.town import Town

# Less than the whole request may take: one part that hangs must not hold back the others for long.
PATIENCE = 5.0

# How many parts are asked for at once: one person who opens one page must not take the pool from everybody else.
ABREAST = 6

_CARRIED = frozenset(
    {
        b"accept-language",
        b"access-purpose",
        b"acting-unit",
        b"authorization",
        b"sync-token",
        b"traceparent",
        b"x-forwarded-for",
        b"x-forwarded-proto",
    }
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a part comes from. One that is `written_later` is not there at first: of a case that the caller reads, its
    404 hides nothing."""

    service: str
    path: str
    query: str = ""
    written_later: bool = False

    def target(self, case_id: UUID) -> str:
        """The request target for one case."""
        return self.path.replace("{caseId}", str(case_id)) + self.query.replace("{caseId}", str(case_id))


SOURCES = {
    "case": Source("cases", "/v1/cases/{caseId}"),
    "responsibility": Source("cases", "/v1/cases/{caseId}/responsibility"),
    "releaseCheck": Source("cases", "/v1/cases/{caseId}/release-check"),
    "needs": Source("cases", "/v1/cases/{caseId}/needs"),
    "consents": Source("cases", "/v1/cases/{caseId}/consents"),
    "plan": Source("cases", "/v1/cases/{caseId}/plan", written_later=True),
    "offers": Source("cases", "/v1/cases/{caseId}/offers"),
    "exemptions": Source("cases", "/v1/cases/{caseId}/exemptions"),
    "timeline": Source("cases", "/v1/cases/{caseId}/timeline", "?limit=20"),
    "referrals": Source("referrals", "/v1/referrals", "?caseId={caseId}"),
    "invitations": Source("surveys", "/v1/invitations", "?caseId={caseId}"),
    "scores": Source("surveys", "/v1/cases/{caseId}/scores"),
}

CaseId = Annotated[UUID, Path(alias="caseId")]
CaseReader = Annotated[Actor, Depends(Permission("cases:read", roles=EVERY_ROLE))]

PartState = Literal["ok", "unavailable", "hidden"]

router = room(tags=["gateway"])


def _part(name: str, description: str | None = None) -> Any:
    source = SOURCES[name]
    return Field(description=description, json_schema_extra={PART_OF: f"GET {source.path}"})


class Parts(View):
    """How each part came out: `hidden` may not be seen with this token, `unavailable` could not be asked now. What is
    `ok` and null is not written yet."""

    case: PartState
    responsibility: PartState
    release_check: PartState
    needs: PartState
    consents: PartState
    plan: PartState
    offers: PartState
    exemptions: PartState
    timeline: PartState
    referrals: PartState
    invitations: PartState
    scores: PartState


class Overview(View):
    """Every part as its own operation answers it; null where `parts` says why."""

    case: dict[str, Any] | None = _part("case")
    responsibility: dict[str, Any] | None = _part("responsibility")
    release_check: dict[str, Any] | None = _part("releaseCheck")
    needs: dict[str, Any] | None = _part("needs")
    consents: dict[str, Any] | None = _part("consents")
    plan: dict[str, Any] | None = _part("plan")
    offers: dict[str, Any] | None = _part("offers")
    exemptions: dict[str, Any] | None = _part("exemptions")
    timeline: dict[str, Any] | None = _part("timeline", "The twenty latest entries.")
    referrals: dict[str, Any] | None = _part("referrals")
    invitations: dict[str, Any] | None = _part("invitations")
    scores: dict[str, Any] | None = _part("scores")
    parts: Parts


@dataclass(frozen=True, slots=True)
class _Told:
    """What a service answered for one part; status 0 when it did not."""

    status: int
    body: bytes = b""
    language: str = ""


def _state(source: Source, part: _Told, case: _Told) -> PartState:
    if part.status == 200 or (part.status == 404 and source.written_later and case.status == 200):
        return "ok"
    return "hidden" if part.status in (403, 404) else "unavailable"


@router.get(
    "/overview/cases/{caseId}",
    response_model=Overview,
    responses=problems(NotFound, UpstreamUnavailable),
    summary="One citizen's whole picture",
)
async def read_overview(case_id: CaseId, actor: CaseReader, request: Request) -> Response:
    """All parts of a case that the caller may see, each as its own operation answers it.

    Refused as the case itself is refused. When a service is down, its parts are null and named `unavailable`.
    """
    town: Town = request.app.state.town
    headers = [(k.decode(), v.decode("latin-1")) for k, v in town.onward(request.scope) if k in _CARRIED]
    abreast = asyncio.Semaphore(ABREAST)
    answers = await asyncio.gather(*(_ask(town, source, case_id, headers, abreast) for source in SOURCES.values()))
    told = dict(zip(SOURCES, answers, strict=True))
    case = told["case"]
    if 400 <= case.status < 500 and case.status != 429:
        return Response(case.body, case.status, {"Content-Language": case.language or "da"}, MEDIA_TYPE)
    if all(part.status == 0 for part in answers):
        raise UpstreamUnavailable()
    content: dict[str, Any] = {
        name: orjson.Fragment(part.body) if part.status == 200 else None for name, part in told.items()
    }
    content["parts"] = {name: _state(SOURCES[name], part, case) for name, part in told.items()}
    return Response(orjson.dumps(content), media_type="application/json")


async def _ask(
    town: Town, source: Source, case_id: UUID, headers: list[tuple[str, str]], abreast: asyncio.Semaphore
) -> _Told:
    try:
        async with (
            asyncio.timeout(PATIENCE),
            abreast,
            town.connections.request(source.service, "GET", source.target(case_id), headers) as response,
        ):
            return _Told(response.status, await response.read(), response.headers.get("Content-Language", ""))
    except (Refusal, TimeoutError):
        return _Told(0)
