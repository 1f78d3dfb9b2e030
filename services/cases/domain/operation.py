"""An import: sent in parts, submitted, worked off line by line; what became of each line is kept, its words are not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.errors.arrivals import (
    OperationNotFound,
    OperationNotReceiving,
    OtherContent,
    PartsInOrder,
    PartsMissing,
    TooManyLines,
)

ImportKind = Literal["cases", "contacts", "consents", "units", "staff"]
OperationState = Literal["receiving", "submitted", "working", "done", "given-up"]
Outcome = Literal["created", "unchanged", "refused"]

MOST_LINES = 100_000
ABANDONED_AFTER = timedelta(days=7)  # what nobody submits is given up, and what was sent of it is emptied

# What is about citizens is brought for a sector; the organisation is the authority's.
OF_A_SECTOR: frozenset[ImportKind] = frozenset({"cases", "contacts", "consents"})


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What became of one line. `pointer` names a place in it, never what stood there."""

    line: int
    outcome: Outcome
    code: str | None = None
    pointer: str | None = None
    record_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One import and how far it has come. `part` is the one at hand, `done_of_part` how many of its lines are done."""

    id: UUID
    kind: ImportKind
    dry_run: bool
    sender: Actor
    requested_at: datetime
    state: OperationState = "receiving"
    media_type: str | None = None
    columns: str | None = None
    parts: int = 0
    lines: int = 0
    part: int = 1
    done_of_part: int = 0
    done: int = 0
    created: int = 0
    unchanged: int = 0
    refused: int = 0
    submitted_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1

    def must_be_of(self, actor: Actor) -> None:
        """A system sees its own imports.

        Raises:
            OperationNotFound.
        """
        if (self.sender.client, self.sender.sector) != (actor.client, actor.sector):
            raise OperationNotFound()

    def take(self, number: int, *, lines: int, media_type: str, columns: str | None) -> "Operation":
        """The next part has come.

        Raises:
            OperationNotReceiving, PartsInOrder, OtherContent, TooManyLines.
        """
        self.must_await(number)
        if number != self.parts + 1:
            raise PartsInOrder(next=self.parts + 1)
        if self.media_type not in (None, media_type):
            raise OtherContent()
        if self.lines + lines > MOST_LINES:
            raise TooManyLines(most=MOST_LINES)
        return replace(
            self,
            parts=number,
            lines=self.lines + lines,
            media_type=media_type,
            columns=columns,
            version=self.version + 1,
        )

    def must_await(self, number: int) -> None:
        """Refuse a part that comes too late, or before those in front of it.

        Raises:
            OperationNotReceiving, PartsInOrder.
        """
        self._must_be_receiving()
        if number > self.parts + 1:
            raise PartsInOrder(next=self.parts + 1)

    def submit(self, parts: int, at: datetime) -> "Operation":
        """All has been sent: the work may begin.

        Raises:
            OperationNotReceiving, PartsMissing.
        """
        self._must_be_receiving()
        if parts != self.parts or parts == 0:
            raise PartsMissing(received=self.parts)
        return replace(self, state="submitted", submitted_at=at, version=self.version + 1)

    def give_up(self, at: datetime) -> "Operation":
        """No more of it is done; what is done stands.

        Raises:
            OperationNotReceiving: it has ended already.
        """
        if self.ended_at:
            raise OperationNotReceiving(state=self.state)
        return replace(self, state="given-up", columns=None, ended_at=at, version=self.version + 1)

    def worked_off(self, outcomes: Sequence[LineOutcome]) -> "Operation":
        """Some lines of the part at hand are done."""
        found = [outcome.outcome for outcome in outcomes]
        return replace(
            self,
            state="working",
            done_of_part=self.done_of_part + len(found),
            done=self.done + len(found),
            created=self.created + found.count("created"),
            unchanged=self.unchanged + found.count("unchanged"),
            refused=self.refused + found.count("refused"),
            version=self.version + 1,
        )

    def next_part(self) -> "Operation":
        """The part at hand is done."""
        return replace(self, part=self.part + 1, done_of_part=0, version=self.version + 1)

    def finish(self, at: datetime) -> "Operation":
        """All is done."""
        return replace(self, state="done", columns=None, ended_at=at, version=self.version + 1)

    def _must_be_receiving(self) -> None:
        if self.state != "receiving":
            raise OperationNotReceiving(state=self.state)


def operation_actions(operation: Operation, actor: Actor) -> list[str]:
    """What this actor may do with it now."""
    if operation.ended_at or not actor.permits("imports:write"):
        return []
    sending = ["sendPart", "submitImport"] if operation.state == "receiving" else []
    return sorted(["giveUpImport", *sending])
