"""A need: what the citizen wants help with, who owns it, and how it may end."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.cases.domain.errors import (
    CitizensWordsMissing,
    NeedIsSettled,
    NeedNotReopened,
    RevisitInThePast,
)

State = Literal["open", "handed-on", "set-aside", "met", "withdrawn"]
Outcome = Literal["met", "withdrawn-by-citizen", "duplicate", "registered-in-error"]

# A settled need blocks neither a release nor the closing of the case. Handed on is not settled: somebody works on it.
MISTAKES: frozenset[str] = frozenset({"duplicate", "registered-in-error"})  # ours: it was never a need
SETTLED: frozenset[State] = frozenset({"set-aside", "met", "withdrawn"})


@dataclass(frozen=True, slots=True)
class SettingAside:
    """The citizen's "not now": in own words, until a day, with a sector that owes the question again (I2b)."""

    citizen_statement: str
    revisit_on: date
    revisit_by_sector: str

    def must_lie_ahead(self, today: date) -> None:
        """Refuse a day that has come already.

        Raises:
            RevisitInThePast.
        """
        if self.revisit_on <= today:
            raise RevisitInThePast()


@dataclass(frozen=True, slots=True)
class HandedOn:
    """The hand-over a release made of this need, and the referral it relied on."""

    referral_id: UUID
    from_sector: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Need:
    """One need of one case. Changes make a new value; the case keeps the present one."""

    id: UUID
    domain: str
    description: str | None
    owner_sector: str
    registered_at: datetime
    state: State = "open"
    setting_aside: SettingAside | None = None
    handed_on: HandedOn | None = None
    catch_lost_at: datetime | None = None
    outcome: Outcome | None = None
    citizen_statement: str | None = None
    reopened_at: datetime | None = None

    @property
    def settled(self) -> bool:
        """True when nobody has to catch it now."""
        return self.state in SETTLED

    @property
    def may_reopen(self) -> bool:
        """True when it is settled, unless it was a mistake of ours and never a need."""
        return self.settled and self.outcome not in MISTAKES

    def set_aside(self, because: SettingAside, *, today: date) -> "Need":
        """The citizen does not want to pursue it now, or, asked again, still not.

        Raises:
            NeedIsSettled: it has ended. RevisitInThePast: the day is not to come.
        """
        because.must_lie_ahead(today)
        if self.state in ("met", "withdrawn"):
            raise NeedIsSettled(state=self.state)
        return replace(self, state="set-aside", setting_aside=because, catch_lost_at=None)

    def close(self, outcome: Outcome, citizen_statement: str | None) -> "Need":
        """End it: met, withdrawn by the citizen, or a mistake of ours.

        Raises:
            NeedIsSettled: it has ended already. CitizensWordsMissing: withdrawn without the citizen's words (I10).
        """
        if self.state in ("met", "withdrawn"):
            raise NeedIsSettled(state=self.state)
        if outcome == "withdrawn-by-citizen" and not citizen_statement:
            raise CitizensWordsMissing()
        state: State = "met" if outcome == "met" else "withdrawn"
        return replace(self, state=state, outcome=outcome, citizen_statement=citizen_statement, catch_lost_at=None)

    def hand_on(self, referral_id: UUID, *, from_sector: str, to_sector: str, at: datetime) -> "Need":
        """Move to the sector that caught it."""
        handed_on = HandedOn(referral_id, from_sector, at)
        return replace(self, state="handed-on", owner_sector=to_sector, handed_on=handed_on, catch_lost_at=None)

    def lose_catch(self, at: datetime) -> "Need":
        """The catch that its release relied on is gone (I28)."""
        return replace(self, catch_lost_at=at)

    def reopen(self, owner_sector: str, at: datetime) -> "Need":
        """Open again, and nobody's catch: help that has ended was help with the need as it was (`catch.py`), and
        what a release rested on is spent.

        Raises:
            NeedNotReopened: it is open, or it was a mistake of ours and never a need.
        """
        if not self.may_reopen:
            raise NeedNotReopened(state=self.state)
        return replace(
            self,
            state="open",
            owner_sector=owner_sector,
            setting_aside=None,
            handed_on=None,
            catch_lost_at=None,
            outcome=None,
            reopened_at=at,
        )

    def left_to(self, owner_sector: str) -> "Need":
        """Its sector has let go of it uncaught: it is another's to see to."""
        return replace(self, state="open", owner_sector=owner_sector, handed_on=None)
