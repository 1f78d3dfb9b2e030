"""Voluntary offers on the wire. There is no field for what follows from declining: nothing does."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from chassis.actor import Actor
from chassis.wire import Body, Code, Day, LongText, Moment, SectorCode, View
from services.cases.domain.access import may_work
from services.cases.domain.case import Case
from services.cases.domain.offer import Answer, Offer
from services.cases.domain.take_up import Outcome, Told, disclosed
from services.cases.schemas.plan import AuthorView


class OfferRequest(Body):
    """Help that the caller's sector offers, from a day on."""

    kind: Code
    sector: SectorCode
    service_id: UUID | None = None
    from_: Day = Field(alias="from")


class OfferAnswerRequest(Body):
    """What the citizen answers. `askAgainOn` goes with `later`."""

    answer: Answer
    in_citizens_words: LongText | None = None
    ask_again_on: Day | None = None

    @model_validator(mode="after")
    def _is_asked_again_later(self) -> Self:
        if self.ask_again_on and self.answer != "later":
            raise ValueError("the day to ask again goes with the answer later")
        return self


class OfferSummary(View):
    """An offer, as a list shows it, with the answer that counts: the latest."""

    id: UUID
    case_id: UUID
    kind: str
    sector: str
    service_id: UUID | None
    from_: Day = Field(alias="from")
    made_at: Moment
    made_by: AuthorView
    answer: Answer | None
    answered_at: Moment | None
    ask_again_on: Day | None
    version: int
    allowed_actions: list[str]


class OfferAnswerView(View):
    """One answer of the citizen's, and which sector and unit wrote it down."""

    answer: Answer
    in_citizens_words: str | None
    ask_again_on: Day | None
    answered_at: Moment
    recorded_by: AuthorView


class OfferView(OfferSummary):
    """One offer with all its answers, oldest first."""

    answers: list[OfferAnswerView]


class TakeUpView(View):
    """One group: citizens offered something, and how many at each answer. `<5` is fewer than five; null is withheld."""

    sector: str | None
    trial_id: UUID | None
    arm: str | None
    offered: Told
    accepted: Told
    later: Told
    unanswered: Told
    declined: Told


class TakeUpReport(View):
    """How many take up what they are offered. A citizen counts once in a group, by the answer that goes furthest."""

    by: str
    as_of: Day
    groups: list[TakeUpView]


def offer_summary(case: Case, shown: Offer, actor: Actor) -> OfferSummary:
    return OfferSummary.model_validate(_summary(case, shown, actor))


def offer(case: Case, shown: Offer, actor: Actor) -> OfferView:
    """One offer in full."""
    answers = [
        OfferAnswerView(
            answer=given.answer,
            in_citizens_words=given.in_citizens_words,
            ask_again_on=given.ask_again_on,
            answered_at=given.answered_at,
            recorded_by=AuthorView(sector=given.by_sector, unit=given.by_unit),
        )
        for given in shown.answers
    ]
    return OfferView.model_validate(_summary(case, shown, actor) | {"answers": answers})


def take_up(by: str, as_of: date, counted: dict[tuple[object, ...], dict[Outcome, int]]) -> TakeUpReport:
    """The figures, with all withheld that would tell of a few."""
    names = ("sector",) if by == "sector" else ("trial_id", "arm")
    groups = []
    for group, counts in counted.items():
        offered, cells = disclosed(counts)
        nobody = dict.fromkeys(("sector", "trial_id", "arm"))
        told = nobody | dict(zip(names, group, strict=True)) | cells | {"offered": offered}
        groups.append(TakeUpView.model_validate(told))
    return TakeUpReport(by=by, as_of=as_of, groups=groups)


def _summary(case: Case, shown: Offer, actor: Actor) -> dict[str, object]:
    latest = shown.latest
    answers = case.status == "open" and may_work(case, actor) and actor.permits("cases:write")
    return {
        "id": shown.id,
        "case_id": case.id,
        "kind": shown.kind,
        "sector": shown.sector,
        "service_id": shown.service_id,
        "from": shown.starts_on,
        "made_at": shown.made_at,
        "made_by": AuthorView(sector=shown.sector, unit=shown.unit),
        "answer": latest.answer if latest else None,
        "answered_at": latest.answered_at if latest else None,
        "ask_again_on": latest.ask_again_on if latest else None,
        "version": shown.version,
        "allowed_actions": ["answerOffer"] if answers else [],
    }
