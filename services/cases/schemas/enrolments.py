"""Enrolments on the wire. Nothing here says what follows from leaving: nothing does."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.actor import Actor
from chassis.wire import Body, Code, Day, LongText, Moment, ShortText, View
from services.cases.domain.case import Case
from services.cases.domain.enrolment import (
    Baseline,
    Enrolment,
    EnrolmentStatus,
    EnrolmentWish,
    TrialConsents,
    Withdrawn,
    enrolment_actions,
)

Said = Annotated[bool, Field(strict=True)]


class TrialConsentsRequest(Body):
    """Two agreements: to the effort, and to being evaluated. Refusing the second takes nothing from the first."""

    effort: Said
    evaluation: Said
    text_version: ShortText | None = None


class EnrolmentRequest(Body):
    """Whose case, what the citizen agreed to, and their target group where the trial has any.

    `arm` only in a trial in which arms are named (`assigned`, `historical`), by a team lead.
    """

    case_id: UUID
    consents: TrialConsentsRequest
    stratum: Code | None = None
    arm: Code | None = None

    def wish(self) -> EnrolmentWish:
        """The same, as the use case takes it."""
        given = self.consents
        consents = TrialConsents(given.effort, given.evaluation, given.text_version)
        return EnrolmentWish(self.case_id, consents, self.stratum, self.arm)


class BaselineRequest(Body):
    """The baseline was answered, or will not be."""

    outcome: Baseline


class EnrolmentWithdrawalRequest(Body):
    """The citizen leaves the trial, or only the evaluation. All of it may be left out; no reason is asked for.

    `from`: the day from which ordinary rules apply again. It lies ahead by the authority's notice at least.
    """

    of: Withdrawn = "trial"
    from_: Day | None = Field(default=None, alias="from")
    statement: LongText | None = None


class TrialConsentsView(View):
    """What the citizen agrees to now."""

    effort: bool
    evaluation: bool


class EnrolmentView(View):
    """One citizen's part in a trial. `arm` is null until it is given, and stays as it was given."""

    id: UUID
    case_id: UUID
    trial_id: UUID
    arm: str | None
    stratum: str
    status: EnrolmentStatus
    consents: TrialConsentsView
    enrolled_at: Moment
    baseline: Baseline | None
    starts_on: Day | None
    ends_on: Day | None
    withdrawn_at: Moment | None
    version: int
    allowed_actions: list[str]


def enrolment(case: Case, told: Enrolment, actor: Actor, today: date) -> EnrolmentView:
    """The enrolment, as this reader may see it."""
    return EnrolmentView(
        id=told.id,
        case_id=told.case_id,
        trial_id=told.trial_id,
        arm=told.arm,
        stratum=told.stratum,
        status=told.status_on(today),
        consents=TrialConsentsView(effort=told.consents.effort, evaluation=told.consents.evaluation),
        enrolled_at=told.enrolled_at,
        baseline=told.baseline,
        starts_on=told.starts_on,
        ends_on=told.ends_on,
        withdrawn_at=told.withdrawn_at,
        version=told.version,
        allowed_actions=enrolment_actions(case, told, actor, today),
    )
