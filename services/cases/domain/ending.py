"""How a sector's part ends, and how a case does."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.cases.domain.errors import AlreadyReceived, CitizenHasNotMoved, ReceivedInTheFuture

ReleaseGround = Literal["needs-handed-on", "no-needs-left", "override"]
ClosureGround = Literal["no-needs-left", "citizen-moved", "citizen-died", "citizen-declined", "override"]

# Grounds that do not ask whether needs are left: the citizen is not there to be helped, or will not be; or somebody
# with the right to it has decided so, for a reason that is kept and counted (I8).
WITHOUT_THE_GATE: frozenset[str] = frozenset({"citizen-moved", "citizen-died", "citizen-declined", "override"})


@dataclass(frozen=True, slots=True)
class Release:
    """One sector's letting go: why, when, who took over, and the receipt and referrals it rests on."""

    id: UUID
    sector: str
    ground: str
    reason: str
    at: datetime
    taken_over_by: str | None
    receipt_id: UUID | None
    referral_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Closure:
    """How a case ended.

    Where the citizen declined: what they said (sealed at rest). Where the citizen moved: to which authority, how it was
    told or by what receipt it took over, and the day on which it confirmed. Until that day the citizen is watched.
    """

    ground: ClosureGround
    reason: str
    at: datetime
    by_sector: str
    to_authority: str | None = None
    told: str | None = None
    received_on: date | None = None
    receipt: str | None = None
    citizen_statement: str | None = None

    @property
    def is_said(self) -> bool:
        """True unless the citizen declined and their own words are missing."""
        return self.ground != "citizen-declined" or bool(self.citizen_statement)

    @property
    def names_where_to(self) -> bool:
        """True unless the citizen moved and nobody says where, or how that authority knows."""
        return self.ground != "citizen-moved" or bool(self.to_authority and (self.told or self.receipt))

    @property
    def awaits_receipt(self) -> bool:
        """True while the citizen has moved and the new authority has not confirmed."""
        return self.ground == "citizen-moved" and self.received_on is None

    def received(self, on: date, receipt: str, *, today: date) -> "Closure":
        """The new authority has confirmed that it has the citizen.

        Raises:
            CitizenHasNotMoved, AlreadyReceived, ReceivedInTheFuture.
        """
        if self.ground != "citizen-moved":
            raise CitizenHasNotMoved()
        if self.received_on is not None:
            raise AlreadyReceived()
        if on > today:
            raise ReceivedInTheFuture()
        return replace(self, received_on=on, receipt=receipt)
