"""Imports: announced, sent in parts, submitted; worked off by the worker, while one looks how far it has come."""

from typing import Annotated, get_args
from uuid import UUID

from fastapi import Depends, Path, Query

from chassis.clock import now
from chassis.errors import Stale
from chassis.given import of_caller, of_tx
from chassis.http import Answers, IfMatch, IfMatchRequired, problems, room
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from chassis.raw import Content, RawBody
from chassis.wire import CodeList
from services.cases.domain.errors import NoSector
from services.cases.domain.errors.arrivals import (
    ContentUnreadable,
    OperationNotFound,
    OperationNotReceiving,
    OtherContent,
    PartsInOrder,
    PartsMissing,
    TooManyLines,
)
from services.cases.domain.operation import MOST_LINES, ImportKind, Outcome
from services.cases.permissions import ImportReader, ImportWriter
from services.cases.queries.operations import OperationQueries
from services.cases.repository.operations import OperationRepository
from services.cases.schemas.files import CSV, NDJSON, lines_of, text_of, without_heading
from services.cases.schemas.imports import (
    ImportRequest,
    LineFormatView,
    LineView,
    OperationView,
    SubmissionRequest,
    shown_line,
    shown_operation,
)
from services.cases.schemas.lines import LINES
from services.cases.use_cases import imports
from services.cases.use_cases.imports import ReadPart

router = room(tags=["imports"])


Operations = Annotated[OperationRepository, Depends(of_tx(OperationRepository))]
OperationReads = Annotated[OperationQueries, Depends(of_caller(OperationQueries))]
Sent = Annotated[Content, Depends(RawBody(NDJSON, CSV))]


@router.post(
    "/imports",
    status_code=202,
    name="announce_import",
    summary="Begin an import",
    responses=problems(NoSector, AlreadyExists),
)
async def announce(actor: ImportWriter, body: ImportRequest, operations: Operations, answer: Answers) -> OperationView:
    """Say what will come. Send it in parts to the operation this answers with, then submit it.

    With `dryRun` every line gets the outcome it would have had, and nothing is written.
    """
    operation = await imports.announce_import(
        operations, actor, operation_id=body.id, kind=body.kind, dry_run=body.dry_run, now=now()
    )
    return answer.created(shown_operation(operation, actor), f"/v1/operations/{operation.id}")


@router.get("/import-kinds/{kind}", name="get_line_format", summary="What a line of an import says")
async def get_line_format(actor: ImportReader, kind: ImportKind) -> LineFormatView:
    """The form of the lines of one kind, as a JSON Schema."""
    schema = LINES[kind].model_json_schema(by_alias=True)
    return LineFormatView(kind=kind, media_types=[NDJSON, CSV], line_schema=schema)


@router.get("/operations", name="list_operations", summary="List imports")
async def list_operations(actor: ImportReader, reads: OperationReads, page: PageRequest) -> Page[OperationView]:
    """The caller's own imports, newest first."""
    found, end = await reads.listed(page)
    return Page[OperationView](items=[shown_operation(one, actor) for one in found], page=end)


@router.get(
    "/operations/{operation_id}",
    name="get_operation",
    summary="How far an import has come",
    responses=problems(OperationNotFound),
)
async def get_operation(
    actor: ImportReader, operation_id: UUID, reads: OperationReads, answer: Answers
) -> OperationView:
    """Its state, its parts and lines, and how many became what so far."""
    return answer.ok(shown_operation(await reads.one(operation_id), actor))


@router.put(
    "/operations/{operation_id}/parts/{number}",
    name="send_part",
    summary="Send a part of an import",
    responses=problems(
        OperationNotFound,
        OperationNotReceiving,
        PartsInOrder,
        OtherContent,
        TooManyLines,
        ContentUnreadable,
        Stale,
    ),
)
async def send_part(
    actor: ImportWriter,
    operation_id: UUID,
    number: Annotated[int, Path(ge=1, le=MOST_LINES)],
    content: Sent,
    version: IfMatchRequired,
    operations: Operations,
    answer: Answers,
) -> OperationView:
    """Whole lines, at most a megabyte, numbered from 1. Only the first part of a CSV has the heading.

    `If-Match` is the operation's. A part that was sent before, and is the same, is answered and not kept twice: send
    again what got no answer, and read the operation to see which part is next.
    """
    operation = await imports.take_part(
        operations,
        actor,
        operation_id,
        number,
        media_type=content.kind,
        read=lambda columns: _read(content, columns),
        expected=version,
    )
    return answer.ok(shown_operation(operation, actor))


@router.post(
    "/operations/{operation_id}/submission",
    name="submit_import",
    summary="All has been sent",
    responses=problems(OperationNotFound, OperationNotReceiving, PartsMissing, Stale),
)
async def submit(
    actor: ImportWriter,
    operation_id: UUID,
    body: SubmissionRequest,
    version: IfMatch,
    operations: Operations,
    answer: Answers,
) -> OperationView:
    """From now on the lines are worked off, in their order. The operation tells how far it has come."""
    operation = await imports.submit_import(operations, actor, operation_id, body.parts, expected=version, now=now())
    return answer.ok(shown_operation(operation, actor))


@router.post(
    "/operations/{operation_id}/cancellation",
    name="give_up_import",
    summary="Give an import up",
    responses=problems(OperationNotFound, OperationNotReceiving, Stale),
)
async def give_up(
    actor: ImportWriter, operation_id: UUID, version: IfMatch, operations: Operations, answer: Answers
) -> OperationView:
    """No more of it is done, and what was sent is forgotten. What is done stands: send the rest as another import."""
    operation = await imports.give_up_import(operations, actor, operation_id, expected=version, now=now())
    return answer.ok(shown_operation(operation, actor))


@router.get(
    "/operations/{operation_id}/lines",
    name="list_lines",
    summary="What became of each line",
    responses=problems(OperationNotFound),
)
async def list_lines(
    actor: ImportReader,
    operation_id: UUID,
    reads: OperationReads,
    page: PageRequest,
    outcome: Annotated[CodeList[Outcome], Query()] = None,
) -> Page[LineView]:
    """The lines that are done, in their order: `outcome=refused` for what is to be looked at. Nothing of what a line
    said is kept or told."""
    found, end = await reads.lines(operation_id, page, outcome)
    return Page[LineView](items=[shown_line(one) for one in found], page=end)


def _read(content: Content, columns: str | None) -> ReadPart:
    """A part as text and number of lines; the first part of a CSV without its heading."""
    text = text_of(content.body)
    if content.kind == CSV and columns is None:
        columns, text = without_heading(text)
    columns = columns if content.kind == CSV else None
    return ReadPart(text, columns, len(lines_of(text, columns)))


assert set(LINES) == set(get_args(ImportKind)), "every kind of import has a form of its lines"
