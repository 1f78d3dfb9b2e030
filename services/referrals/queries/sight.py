"""What one caller sees of one referral: on which side they stand, and which parts of it that side is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Row

from chassis.actor import Actor
from chassis.errors import NotFound
from services.referrals.domain.access import WRITE, Part, Parties, hands, side_of, state_told, way_back
from services.referrals.domain.clocks import Clock
from services.referrals.domain.codes import ReturnScope
from services.referrals.domain.contact_card import NOT_ASKED, WhoItIs
from services.referrals.domain.covering import TAKEN_BACK, is_over
from services.referrals.domain.handover import NotShared, Section
from services.referrals.domain.lifecycle import Side, Standing, State
from services.referrals.domain.position import Open, Position
from services.referrals.domain.sharing import BasisStatus, status
from services.referrals.queries.covered import coverage, last_day


@dataclass(frozen=True, slots=True)
class Sight:
    """What one caller sees of one referral today."""

    row: Any
    side: Side
    parts: frozenset[Part]
    today: date
    actor: Actor
    acts: bool
    """Whether the caller's token lets it do anything at all."""
    clocks: tuple[Clock, ...] = ()
    who: WhoItIs = NOT_ASKED
    """Whom it is about, when cases has been asked."""

    @classmethod
    def of(cls, row: Row[Any], actor: Actor, today: date, clocks: Sequence[Clock]) -> "Sight":
        """The sight this caller has.

        Raises:
            NotFound: none at all.
        """
        side = side_of(actor, cast(Parties, row))
        if side is None:
            raise NotFound()
        seen = _as_sent(row) if side is Side.FORMER_SENDER else row
        parts = way_back(side, ReturnScope(row.return_scope))
        return cls(seen, side, parts, today, actor, actor.permits(WRITE), tuple(clocks))

    @property
    def sees_reason(self) -> bool:
        """The sender wrote it. The receiver reads it only while something permits the sharing."""
        return self.sent or self.why_not(Section.REASON) is None

    @property
    def sent(self) -> bool:
        """Whether the caller's sector wrote it."""
        return self.side in (Side.SENDER, Side.FORMER_SENDER)

    def why_not(self, section: Section) -> NotShared | None:
        """Why the receiving side is not shown a section, or None when it is."""
        if self.row.anonymous:
            return NotShared.ANONYMOUS
        if self.is_over:
            return NotShared.OVER
        return coverage(self.row, None if self.sent else self.actor, self.today).why_not(section)

    @property
    def is_over(self) -> bool:
        """Whether the receiving side is no longer shown anything of the sender's: for the sender, whether it is not in
        the unit that it asked."""
        return is_over(State(self.row.state), Side.RECEIVER if self.sent else self.side)

    @property
    def sees_ending_words(self) -> bool:
        """Why it was taken back are the sender's words, like the reason; what to do instead are the words of the unit
        that was asked, and told to both."""
        return self.sees_reason if self.row.state in TAKEN_BACK else self.sent or not self.is_over

    @property
    def standing(self) -> Standing:
        """What decides which actions are open to the reader."""
        row = self.row
        return Standing(
            State(row.state),
            receipt_given=row.receipt_id is not None,
            holding_promised=bool(row.receipt_takes_holding),
            contact_held=row.first_contact_at is not None,
            question_open=row.question_open,
            hands=hands(self.actor, row.claimed_by),
        )

    @property
    def position(self) -> Position:
        """What the reader can do."""
        return Position(self.side, self.parts, self.standing, self.row.anonymous, self.clocks, self.today)

    @property
    def open_now(self) -> list[Open]:
        """What this caller, with these permissions, can do now."""
        return self.position.open_now() if self.acts else []

    def senders(self, step: Row[Any]) -> bool:
        """Whether the step was taken on the sender's side, by whoever stood there. In two authorities a sector of one
        name may stand on either."""
        asked_here = self.row.to_authority is None and step.by_sector == self.row.to_sector
        return step.by_authority is None and step.by_sector is not None and not asked_here

    def sees_waiver(self, step: Row[Any]) -> bool:
        """The citizen's words are read on the side that wrote them down, and by the receiver while it may be told."""
        if self.side is Side.SENDER:
            return self.senders(step)
        return self.side is not Side.FORMER_SENDER and (not self.senders(step) or self.sees_reason)

    def state(self, recorded: str) -> State | None:
        """A state, as far as this side is told it."""
        return state_told(State(recorded), self.side, self.parts)

    def if_seen(self, part: Part, value: Any) -> Any:
        """The value, or None when this part stays on the other side."""
        return value if part in self.parts else None


def _as_sent(row: Row[Any]) -> SimpleNamespace:
    """The row as it was when the request was made: what it has become since, its former sender is not told."""
    since = ("responsible_unit", "ended_at", "ending_words_sealed", "withdrawn_at", "claimed_by", "claimed_at")
    later = ("on_hold_since", "on_hold_until", "replaced_by")
    asked = {"to_unit": row.asked_unit or row.to_unit}
    then = {"version": 1, "question_open": False} | asked | dict.fromkeys((*since, *later))
    return SimpleNamespace(**{**row._mapping, **then})


def basis_status(sight: Sight) -> BasisStatus:
    """Where the basis stands today."""
    return status(last_day(sight.row), withdrawn=sight.row.withdrawn_at is not None, on=sight.today)
