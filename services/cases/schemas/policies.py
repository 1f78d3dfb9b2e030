"""Policies on the wire: what an authority has decided, from when, and why."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from chassis.actor import Actor
from chassis.wire import Body, Day, Moment, ShortText, View
from services.cases.domain.policies import MOST, PolicyDecision, default_of, standing, takes

YesOrNo = Annotated[bool, Field(strict=True)]
Number = Annotated[int, Field(strict=True, ge=0, le=MOST)]


class PolicyRequest(Body):
    """A decision: the value, the day it holds from (today or later), and why."""

    value: YesOrNo | Number
    valid_from: Day
    reason: ShortText


class PolicyDecisionView(View):
    """One decision. Earlier ones are kept as they were."""

    value: bool | int
    valid_from: Day
    reason: str
    decided_at: Moment


class PolicySummary(View):
    """A policy on one day. `validFrom` is null where the authority has decided nothing: then `default` holds."""

    code: str
    takes: Literal["yes-no", "number"]
    value: bool | int
    default: bool | int
    valid_from: Day | None
    version: int
    allowed_actions: list[str]


class PolicyView(PolicySummary):
    """A policy as it is today, with every decision ever taken on it, the latest taken first."""

    decisions: list[PolicyDecisionView]


def summary(code: str, decisions: Sequence[PolicyDecision], actor: Actor, day: date) -> PolicySummary:
    return PolicySummary(**_summary(code, decisions, actor, day))


def whole(code: str, decisions: Sequence[PolicyDecision], actor: Actor, day: date) -> PolicyView:
    return PolicyView(
        **_summary(code, decisions, actor, day),
        decisions=[PolicyDecisionView.model_validate(one) for one in reversed(decisions)],
    )


def _summary(code: str, decisions: Sequence[PolicyDecision], actor: Actor, day: date) -> dict[str, object]:
    holds = standing(decisions, day)
    may = actor.has("administrator") and actor.authority is not None and actor.permits("policies:write")
    return {
        "code": code,
        "takes": takes(code),
        "value": holds.value if holds else default_of(code),
        "default": default_of(code),
        "valid_from": holds.valid_from if holds else None,
        "version": len(decisions),
        "allowed_actions": ["decidePolicy"] if may else [],
    }
