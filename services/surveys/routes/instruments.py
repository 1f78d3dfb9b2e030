"""Instruments over HTTP: what can be asked."""

from typing import Annotated

from fastapi import Path

from chassis.errors import NotFound
from chassis.http import Answers, problems, room
from chassis.paging import Page, PageEnd
from chassis.wire import Code
from services.surveys.permissions import InstrumentReader
from services.surveys.routes.parts import Shipped
from services.surveys.schemas.instruments import InstrumentSummary, InstrumentView

router = room(tags=["instruments"])


@router.get("/instruments")
async def list_instruments(actor: InstrumentReader, shipped: Shipped) -> Page[InstrumentSummary]:
    """All instruments, on one page."""
    items = [InstrumentSummary.of(instrument) for instrument in shipped.instruments.values()]
    return Page(items=items, page=PageEnd(next=None))


@router.get("/instruments/{code}", responses=problems(NotFound))
async def get_instrument(
    code: Annotated[Code, Path()], actor: InstrumentReader, shipped: Shipped, answer: Answers
) -> InstrumentView:
    """One instrument: its wording in every language, its licence and how it is scored."""
    return answer.ok(InstrumentView.of(shipped.instrument(code)))
