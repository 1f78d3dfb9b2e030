"""A question of the receiver's and its answer, as plain values: asked instead of rejecting for missing information."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.actor import Actor


@dataclass(frozen=True, slots=True)
class Question:
    """What the receiver needs to know. Never changed; it has one answer at most."""

    id: UUID
    text: str
    at: datetime
    by: Actor


@dataclass(frozen=True, slots=True)
class Reply:
    """The sender's answer to one question."""

    id: UUID
    question_id: UUID
    text: str
    at: datetime
    by: Actor
