"""Survey programmes over HTTP: what is asked when and why, and turning it on."""

from typing import Annotated

from fastapi import Path

from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.http import Answers, IfMatch, Tx, problems, room
from chassis.paging import Page, PageEnd
from chassis.wire import Code
from services.surveys.permissions import ProgrammeKeeper, ProgrammeReader
from services.surveys.repository import Activations
from services.surveys.routes.parts import Shipped
from services.surveys.schemas.programmes import ProgrammeView
from services.surveys.use_cases.turn_programme import turn_off, turn_on

router = room(tags=["survey programmes"])
ProgrammeCode = Annotated[Code, Path()]


@router.get("/survey-programmes")
async def list_survey_programmes(actor: ProgrammeReader, shipped: Shipped, tx: Tx) -> Page[ProgrammeView]:
    """All programmes, on one page, and whether the caller's authority has turned them on."""
    activations = Activations(tx)
    items = [ProgrammeView.of(p, await activations.get(p.code), actor) for p in shipped.programmes.values()]
    return Page(items=items, page=PageEnd(next=None))


@router.get("/survey-programmes/{code}", responses=problems(NotFound))
async def get_survey_programme(
    code: ProgrammeCode, actor: ProgrammeReader, shipped: Shipped, tx: Tx, answer: Answers
) -> ProgrammeView:
    """One programme, and whether the caller's authority has turned it on."""
    programme = shipped.programme(code)
    return answer.ok(ProgrammeView.of(programme, await Activations(tx).get(code), actor))


@router.post("/survey-programmes/{code}/activation", responses=problems(NotFound, InvalidTransition, Stale))
async def activate_survey_programme(
    code: ProgrammeCode, actor: ProgrammeKeeper, shipped: Shipped, tx: Tx, answer: Answers, version: IfMatch
) -> ProgrammeView:
    """Turn a programme on for the caller's authority: citizens whose cases open from now on are invited.

    Refused when it is on.
    """
    programme = shipped.programme(code)
    activation = await turn_on(Activations(tx), programme, expected=version)
    return answer.ok(ProgrammeView.of(programme, activation, actor))


@router.post("/survey-programmes/{code}/deactivation", responses=problems(NotFound, InvalidTransition, Stale))
async def deactivate_survey_programme(
    code: ProgrammeCode, actor: ProgrammeKeeper, shipped: Shipped, tx: Tx, answer: Answers, version: IfMatch
) -> ProgrammeView:
    """Turn a programme off for the caller's authority. Invitations that are out can still be answered.

    Refused when it is off.
    """
    programme = shipped.programme(code)
    activation = await turn_off(Activations(tx), programme, expected=version)
    return answer.ok(ProgrammeView.of(programme, activation, actor))
