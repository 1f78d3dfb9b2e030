"""A sector that may not know whether there is a case asks to have a part in it; whoever holds the case answers.

The request is kept the same way when there is no case: what the asker is told must not say which it was.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.errors.arrivals import JoinRequestAnswered

JoinRequestState = Literal["pending", "accepted", "declined"]

# Why a holder says no. It is the holder's own note: the asker learns that it was declined, and no more.
JoinDeclineCode = Literal["no-basis", "citizen-does-not-want-it", "not-needed", "ask-the-citizen", "other"]


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """One sector's request, in its own words (sealed at rest), and how it was answered. `case_id`: the open case the
    person had when it was asked."""

    id: UUID
    case_id: UUID | None
    asking_sector: str
    asking_unit: str | None
    asked_by: str
    reason: str
    asked_at: datetime
    state: JoinRequestState = "pending"
    answered_by: str | None = None
    answered_at: datetime | None = None
    reason_code: JoinDeclineCode | None = None
    version: int = 1

    def accept(self, by: str, at: datetime) -> "JoinRequest":
        """The holder lets the sector in.

        Raises:
            JoinRequestAnswered.
        """
        return replace(self._answered(by, at), state="accepted")

    def decline(self, by: str, at: datetime, reason_code: JoinDeclineCode) -> "JoinRequest":
        """The holder says no, and why.

        Raises:
            JoinRequestAnswered.
        """
        return replace(self._answered(by, at), state="declined", reason_code=reason_code)

    def _answered(self, by: str, at: datetime) -> "JoinRequest":
        if self.state != "pending":
            raise JoinRequestAnswered(state=self.state)
        return replace(self, answered_by=by, answered_at=max(at, self.asked_at), version=self.version + 1)


def join_actions(request: JoinRequest, actor: Actor, *, holds: bool) -> list[str]:
    """What this actor may do with the request now. To let somebody in is a person's doing."""
    may = holds and actor.has("caseworker", "team-lead") and actor.permits("join-requests:write")
    return ["acceptJoinRequest", "declineJoinRequest"] if may and request.state == "pending" else []
