"""What one caller can do with one referral now, and how it is refused what it cannot.

Whoever is not told how far a referral has come is refused by what it is told; and where only what it is not told is in
the way, by one refusal that says nothing of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chassis.errors import InvalidTransition, Refusal
from services.referrals.domain.access import Part, standing_told
from services.referrals.domain.beside import Beside, Decision, Stage, open_beside
from services.referrals.domain.clocks import WAIVER, Clock, waiver_refusal
from services.referrals.domain.errors import NotPossibleNow
from services.referrals.domain.lifecycle import TRANSITIONS, Action, Side, Standing, State, open_actions, refusal

Open = Action | Literal["deadline-waiver"] | Beside


@dataclass(frozen=True, slots=True)
class Position:
    """Where one caller stands, how much of the way back they see, and how far the referral is."""

    side: Side
    parts: frozenset[Part]
    standing: Standing
    anonymous: bool
    clocks: Sequence[Clock]
    day: date

    @property
    def told(self) -> Standing:
        """How far the referral is, as this side is told it."""
        return standing_told(self.standing, self.side, self.parts)

    def open_now(self) -> list[Open]:
        """All that this caller may do, as far as they may know: what is no step of its life stands with what is."""
        also: list[Open] = [WAIVER] if self.waiver_refusal() is None else []
        return [*open_actions(self.told, self.side), *also, *open_beside(self.side, self._stage(self.told))]

    def reached(self, action: Action) -> State:
        """Where the action leads.

        Raises:
            NotAllowed: it is not this side's action.
            RuleBroken: it does not fit the referral as it stands.
        """
        refused = refusal(action, self.told, self.side)
        if isinstance(refused, InvalidTransition):
            refused = self._invalid()
        if refused is None and refusal(action, self.standing, self.side) is not None:
            refused = NotPossibleNow()
        if refused is not None:
            raise refused
        return TRANSITIONS[action].leads_to(self.standing)

    def require_beside(self, decision: Decision) -> None:
        """Refuse what is no step, to whoever may not do it now."""
        refused = decision(self.side, self._stage(self.told))
        if refused is InvalidTransition:
            raise self._invalid()
        if refused is not None:
            raise refused()
        if decision(self.side, self._stage(self.standing)) is not None:
            raise NotPossibleNow()

    def waiver_refusal(self) -> Refusal | None:
        """Why no waiver is written down now, or None when one may be."""
        return waiver_refusal(self.side, self.clocks, self.parts, today=self.day)

    def _stage(self, standing: Standing) -> Stage:
        return Stage(standing.state, standing.receipt_given, self.anonymous)

    def _invalid(self) -> InvalidTransition:
        return InvalidTransition(allowed=[str(one) for one in self.open_now()])
