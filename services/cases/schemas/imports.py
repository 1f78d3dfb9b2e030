"""Bodies and answers of imports, except their lines: those are in `lines.py`."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from chassis.actor import Actor
from chassis.wire import Body, Moment, View
from services.cases.domain.operation import (
    MOST_LINES,
    ImportKind,
    LineOutcome,
    Operation,
    OperationState,
    Outcome,
    operation_actions,
)
from services.cases.schemas.requests import Yes


class ImportRequest(Body):
    """What is to be imported. With `dryRun` every line gets its outcome and nothing is written."""

    id: UUID | None = None
    kind: ImportKind
    dry_run: Yes = False


class SubmissionRequest(Body):
    """All has been sent: so many parts."""

    parts: Annotated[int, Field(strict=True, ge=1, le=MOST_LINES)]


class OutcomesView(View):
    """How many lines became what."""

    created: int
    unchanged: int
    refused: int


class OperationView(View):
    """An import and how far it has come: `done` of `lines`."""

    id: UUID
    kind: ImportKind
    dry_run: bool
    state: OperationState
    parts: int
    lines: int
    done: int
    outcomes: OutcomesView
    requested_at: Moment
    submitted_at: Moment | None
    ended_at: Moment | None
    version: int
    allowed_actions: list[str]


class LineView(View):
    """What became of one line: a code and a place in it, never what it said. `recordId`: the case, consent … it became,
    or the case it was already. `version` is always 1: an outcome does not change."""

    line: int
    outcome: Outcome
    code: str | None
    pointer: str | None
    record_id: UUID | None
    version: int


class LineFormatView(View):
    """The form of the lines of one kind of import, as a JSON Schema (2020-12)."""

    kind: ImportKind
    media_types: list[str]
    line_schema: dict[str, Any]


def shown_operation(operation: Operation, actor: Actor) -> OperationView:
    """The operation as its sender sees it."""
    return OperationView(
        id=operation.id,
        kind=operation.kind,
        dry_run=operation.dry_run,
        state=operation.state,
        parts=operation.parts,
        lines=operation.lines,
        done=operation.done,
        outcomes=OutcomesView(created=operation.created, unchanged=operation.unchanged, refused=operation.refused),
        requested_at=operation.requested_at,
        submitted_at=operation.submitted_at,
        ended_at=operation.ended_at,
        version=operation.version,
        allowed_actions=operation_actions(operation, actor),
    )


def shown_line(outcome: LineOutcome) -> LineView:
    """One line's outcome."""
    return LineView(
        line=outcome.line,
        outcome=outcome.outcome,
        code=outcome.code,
        pointer=outcome.pointer,
        record_id=outcome.record_id,
        version=1,
    )
