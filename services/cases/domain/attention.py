"""What in a case needs somebody's eyes, most urgent first. Computed from the case, never typed in."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.cases.domain.case import Case
from services.cases.domain.catch import CatchState
from services.cases.domain.need import Need

Kind = Literal["caught-then-lost", "referral-without-successor", "revisit-due", "need-uncaught"]
URGENCY: tuple[Kind, ...] = ("caught-then-lost", "referral-without-successor", "revisit-due", "need-uncaught")
CALM = len(URGENCY)


@dataclass(frozen=True, slots=True)
class Attention:
    """One reason to look at a case now."""

    kind: Kind
    since: datetime
    need_id: UUID
    referral_id: UUID | None = None
    due_on: date | None = None


def attention(case: Case, today: date) -> list[Attention]:
    """All reasons, most urgent first, oldest first within a kind; none in a closed case."""
    if case.status == "closed":
        return []
    states, spent = case.catch_states(), case.spent
    needs = case.needs.values()
    found = [item for need in needs if (item := _of_need(need, states[need.id], case, spent, today))]
    return sorted(found, key=lambda item: (URGENCY.index(item.kind), item.since))


def _of_need(need: Need, state: CatchState, case: Case, spent: frozenset[UUID], today: date) -> Attention | None:
    if state == "caught-then-lost" and need.catch_lost_at and need.handed_on:
        return Attention("caught-then-lost", need.catch_lost_at, need.id, need.handed_on.referral_id)
    if need.setting_aside and need.state == "set-aside":
        due = need.setting_aside.revisit_on
        return Attention("revisit-due", need.registered_at, need.id, due_on=due) if due <= today else None
    if need.settled or (need.state == "handed-on" and state == "caught"):
        return None
    mine = [r for r in case.referrals.values() if r.need_id == need.id and r.id not in spent]
    ended = [r for r in mine if not r.live and r.ended_at]
    if ended and not any(r.live for r in mine):
        last = max(ended, key=lambda r: r.ended_at or r.requested_at)
        return Attention("referral-without-successor", last.ended_at or last.requested_at, need.id, last.id)
    if state == "uncaught":
        return Attention("need-uncaught", need.registered_at, need.id)
    return None
