"""Referrals in FHIR R4, for systems that speak it. Only reads: a referral is worked on at its own address."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from chassis.errors import NotFound
from chassis.given import Answers, of_caller
from chassis.http import problems, room
from services.referrals.permissions import ReferralReader
from services.referrals.queries import FhirQueries
from services.referrals.schemas import fhir_shown
from services.referrals.schemas.fhir import MEDIA_TYPE, FhirServiceRequest, FhirTask

router = room(tags=["fhir"], prefix="/v1/fhir")

_JSON = "application/json"


class FhirJson(JSONResponse):
    """JSON that says that it is FHIR's."""

    media_type = MEDIA_TYPE


async def _as_asked(request: Request, answer: Answers) -> None:
    """Who asks for plain JSON, and not for FHIR's, gets it under that name: the same bytes."""
    wanted = {kind.partition(";")[0].strip() for kind in request.headers.get("accept", "").lower().split(",")}
    if _JSON in wanted and MEDIA_TYPE not in wanted:
        answer.headers["Content-Type"] = _JSON
    answer.headers["Vary"] = "Accept"


Reads = Annotated[FhirQueries, Depends(of_caller(FhirQueries))]
AsAsked = Annotated[None, Depends(_as_asked)]


@router.get(
    "/ServiceRequest/{referral_id}",
    response_class=FhirJson,
    response_model_exclude_none=True,
    summary="Read a referral as a FHIR ServiceRequest",
    responses=problems(NotFound),
)
async def get_fhir_service_request(
    referral_id: UUID, actor: ReferralReader, reads: Reads, answer: Answers, media: AsAsked
) -> FhirServiceRequest:
    """What is asked, of whom and why, as a FHIR R4 ServiceRequest: what you see of the referral, and no more.

    The citizen is named by the id of her case. Errors are `application/problem+json`, not OperationOutcome.
    """
    return answer.ok(fhir_shown.service_request(await reads.told(referral_id)))


@router.get(
    "/Task/{referral_id}",
    response_class=FhirJson,
    response_model_exclude_none=True,
    summary="Read a referral as a FHIR Task",
    responses=problems(NotFound),
)
async def get_fhir_task(
    referral_id: UUID, actor: ReferralReader, reads: Reads, answer: Answers, media: AsAsked
) -> FhirTask:
    """How far a referral has come, as a FHIR R4 Task: what you see of it, and no more.

    `status` is the state of the referral, word for word. To a sector that has let the case go it is not told:
    `_status` says `masked`. Where more is known than you are told, `meta.security` says `REDACTED`.
    """
    return answer.ok(fhir_shown.task(await reads.told(referral_id)))
