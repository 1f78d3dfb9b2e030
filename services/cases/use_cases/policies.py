"""An authority decides on a policy."""

from datetime import date, datetime

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.concurrency import expect
from chassis.ids import new_id
from services.cases.domain.organisation import must_have_authority
from services.cases.domain.policies import (
    PolicyDecision,
    PolicyValue,
    must_be_fit,
    must_be_known,
    must_not_be_past,
)
from services.cases.repository import PolicyRepository


async def decide(
    policies: PolicyRepository,
    actor: Actor,
    code: str,
    value: PolicyValue,
    *,
    valid_from: date,
    reason: str,
    expected: int,
    now: datetime,
) -> list[PolicyDecision]:
    """Write a decision down beside the earlier ones; all of them, the new one last.

    Raises:
        NotFound, PolicyUnfit, PolicyInThePast, Stale, AuthorityRequired.
    """
    must_have_authority(actor)
    must_be_known(code)
    must_be_fit(code, value)
    must_not_be_past(valid_from, day_of(now))
    earlier = await policies.locked(code)
    expect(len(earlier), expected)
    decision = PolicyDecision(new_id(), code, len(earlier) + 1, value, valid_from, reason, actor.subject, now)
    await policies.add([decision])
    return [*earlier, decision]
