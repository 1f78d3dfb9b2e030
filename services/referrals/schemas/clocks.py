"""Guarantees, clocks and waivers on the wire."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from chassis.actor import Actor
from chassis.errors import Text
from chassis.wire import Body, Day, LongText, Moment, ShortText, View
from services.referrals.domain.clocks import ClockState
from services.referrals.domain.guarantees import (
    Counting,
    Guarantee,
    GuaranteeDecision,
    Start,
    on_day,
    shipped,
)
from services.referrals.domain.keepers import may_keep_guarantees

_Days = Annotated[int, Field(strict=True, ge=1, le=365)]
_LeadDays = Annotated[int, Field(strict=True, ge=0, le=365)]


class DeadlineWaiverRequest(Body):
    """The citizen has chosen another provider, and says so."""

    citizen_statement: LongText = Field(description="The citizen's own choice, in own words.")


class GuaranteeLabelsRequest(Body):
    """What the promise is called."""

    da: ShortText
    en: ShortText


class GuaranteeRequest(Body):
    """What an authority promises, from a day on (today or later). It ends after `validTo`."""

    labels: GuaranteeLabelsRequest
    days: _Days
    counting: Counting = Field(description="Whether every day counts, or only working days in Denmark.")
    starts: Start = Field(description="What the clock runs from.")
    lead_days: _LeadDays = Field(description="How many days before the last one it is told that it is near.")
    valid_from: Day
    valid_to: Day | None = None
    reason: ShortText


class ClockView(View):
    """One promise that runs or has run. `guarantee` is null where nothing permits the sharing any more."""

    guarantee: str | None
    started_on: Day
    due_on: Day
    state: ClockState


class DeadlineWaiverView(View):
    """The citizen's own choice of another provider, as one of the two sides wrote it down."""

    at: Moment
    by_sector: str
    citizen_statement: str
    version: Literal[1]


class GuaranteeLabelsView(View):
    """One sentence in two languages."""

    da: str
    en: str


class GuaranteeDecisionView(View):
    """One decision of the authority. Earlier ones are kept as they were."""

    labels: GuaranteeLabelsView
    days: int
    counting: Counting
    starts: Start
    lead_days: int
    valid_from: Day
    valid_to: Day | None
    reason: str
    decided_at: Moment


class GuaranteeSummary(View):
    """A guarantee on one day. `days` is null where the law leaves the number to an authority that has not decided it.

    `openQuestion` says where a lawyer's eye is needed. Every referral has the clock of a guarantee of `everyReferral`;
    the others are named.
    """

    code: str
    labels: GuaranteeLabelsView
    reference: str | None
    statutory: bool
    days: int | None
    counting: Counting | None
    starts: Start | None
    lead_days: int | None
    every_referral: bool
    valid_from: Day
    valid_to: Day | None
    in_force: bool
    open_question: GuaranteeLabelsView | None
    version: int
    allowed_actions: list[str]


class GuaranteeView(GuaranteeSummary):
    """A guarantee as it is today, with every decision the authority has taken on it, the latest taken first."""

    decisions: list[GuaranteeDecisionView]


def codes(decisions: Sequence[GuaranteeDecision]) -> list[str]:
    """Every code there is: shipped, or the authority's own."""
    return list({*shipped(), *(decision.code for decision in decisions)})


def guarantee_summary(code: str, decisions: Sequence[GuaranteeDecision], actor: Actor, day: date) -> GuaranteeSummary:
    """One line of the list."""
    return GuaranteeSummary(**_summary(code, decisions, actor, day))


def guarantee_view(code: str, decisions: Sequence[GuaranteeDecision], actor: Actor, day: date) -> GuaranteeView:
    """One guarantee with its history."""
    return GuaranteeView(
        **_summary(code, decisions, actor, day), decisions=[_decision(one) for one in reversed(decisions)]
    )


def _summary(code: str, decisions: Sequence[GuaranteeDecision], actor: Actor, day: date) -> dict[str, Any]:
    standing = on_day(code, decisions, day) or _to_come(code, decisions)
    terms = standing.terms
    decides = may_keep_guarantees(actor)
    return {
        "code": code,
        "labels": _labels(standing.labels),
        "reference": standing.reference,
        "statutory": standing.statutory,
        "days": terms and terms.days,
        "counting": terms and terms.counting,
        "starts": terms and terms.starts,
        "lead_days": terms and terms.lead_days,
        "every_referral": standing.every_referral,
        "valid_from": standing.valid_from,
        "valid_to": standing.valid_to,
        "in_force": standing.in_force(day),
        "open_question": standing.open_question and _labels(standing.open_question),
        "version": len(decisions),
        "allowed_actions": ["decideGuarantee"] if decides and not standing.statutory else [],
    }


def _to_come(code: str, decisions: Sequence[GuaranteeDecision]) -> Guarantee:
    """An authority's own guarantee before its first day: as it will be then."""
    first = min(decisions, key=lambda decision: decision.valid_from)
    coming = on_day(code, decisions, first.valid_from)
    assert coming is not None, "on the first day of a decision there is a decision"
    return coming


def _decision(decision: GuaranteeDecision) -> GuaranteeDecisionView:
    return GuaranteeDecisionView(
        labels=_labels(decision.labels),
        days=decision.terms.days,
        counting=decision.terms.counting,
        starts=decision.terms.starts,
        lead_days=decision.terms.lead_days,
        valid_from=decision.valid_from,
        valid_to=decision.valid_to,
        reason=decision.reason,
        decided_at=decision.decided_at,
    )


def _labels(text: Text) -> GuaranteeLabelsView:
    return GuaranteeLabelsView(da=text.da, en=text.en)
