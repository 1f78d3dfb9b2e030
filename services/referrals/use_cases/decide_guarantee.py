"""An authority decides what it promises."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.actor import Actor
from chassis.concurrency import expect
from chassis.errors import Text
from chassis.ids import new_id
from services.referrals.domain.days import day_of
from services.referrals.domain.guarantees import GuaranteeDecision, Terms, require_decidable
from services.referrals.repository import Guarantees


@dataclass(frozen=True, slots=True)
class Promise:
    """What is to hold, from when to when, and why."""

    labels: Text
    terms: Terms
    valid_from: date
    valid_to: date | None
    reason: str


async def decide_guarantee(
    guarantees: Guarantees, actor: Actor, code: str, promise: Promise, *, expected: int, now: datetime
) -> list[GuaranteeDecision]:
    """Write a decision down beside the earlier ones; all of them, the new one last. Clocks that run keep their terms.

    Raises:
        NotFound, GuaranteeIsStatutory, GuaranteeInThePast, GuaranteeEndsTooEarly, Stale.
    """
    first, last = promise.valid_from, promise.valid_to
    require_decidable(code, actor.authority, valid_from=first, valid_to=last, today=day_of(now))
    earlier = await guarantees.locked(code)
    expect(len(earlier), expected)
    decision = GuaranteeDecision(
        id=new_id(),
        code=code,
        version=len(earlier) + 1,
        labels=promise.labels,
        terms=promise.terms,
        valid_from=promise.valid_from,
        valid_to=promise.valid_to,
        reason=promise.reason,
        decided_by=actor.subject,
        decided_at=now,
    )
    await guarantees.add(decision)
    return [*earlier, decision]
