"""Voluntary offers: made by a sector, answered by the citizen, free of consequences."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from chassis.clock import day_of, now
from chassis.errors import Stale
from chassis.given import of_caller, of_tx
from chassis.http import Answers, IfMatch, problems, room
from chassis.paging import PageRequest
from chassis.sectors import UnknownSector
from services.cases.domain.errors import CaseIsClosed, CaseNotFound, SectorNotInvolved
from services.cases.domain.errors.offers import AskAgainInThePast, OfferOfAnotherSector
from services.cases.permissions import CaseReader, CaseWriter, ReportReader
from services.cases.queries.offers import By, OfferQueries, TakeUpQueries
from services.cases.repository.offers import Offers
from services.cases.routes.given import Cases
from services.cases.schemas import offers as shown
from services.cases.schemas.walls import WalledPage
from services.cases.use_cases import offers as offering

router = room(tags=["offers"], prefix="/v1/cases/{case_id}/offers")
figures = room(tags=["offers"], prefix="/v1/offers")


TheOffers = Annotated[Offers, Depends(of_tx(Offers))]
OfferReads = Annotated[OfferQueries, Depends(of_caller(OfferQueries))]
TakeUpReads = Annotated[TakeUpQueries, Depends(of_tx(TakeUpQueries))]


@router.post(
    "",
    status_code=201,
    name="make_offer",
    summary="Make a voluntary offer",
    responses=problems(CaseNotFound, SectorNotInvolved, OfferOfAnotherSector, CaseIsClosed, UnknownSector),
)
async def make_offer(
    actor: CaseWriter, case_id: UUID, body: shown.OfferRequest, cases: Cases, offers: TheOffers, answer: Answers
) -> shown.OfferView:
    """Offer help of the caller's own sector. The citizen need not take it, and need not say why."""
    case, made = await offering.make_offer(
        cases,
        offers,
        actor,
        case_id,
        kind=body.kind,
        sector=body.sector,
        service_id=body.service_id,
        starts_on=body.from_,
        now=now(),
    )
    return answer.created(shown.offer(case, made, actor), f"/v1/cases/{case_id}/offers/{made.id}")


@router.get("", name="list_offers", summary="List the offers", responses=problems(CaseNotFound))
async def list_offers(
    actor: CaseReader, case_id: UUID, reads: OfferReads, page: PageRequest
) -> WalledPage[shown.OfferSummary]:
    """The offers, oldest first: the caller's sector's own, and those of another sector that a consent in force covers
    (category `offers`)."""
    found = await reads.listed(case_id, page)
    items = [shown.offer_summary(found.case, offer, actor) for offer in found.offers]
    return WalledPage[shown.OfferSummary](items=items, page=found.page, hidden=found.hidden)


@router.get("/{offer_id}", name="get_offer", summary="Read an offer", responses=problems(CaseNotFound))
async def get_offer(
    actor: CaseReader, case_id: UUID, offer_id: UUID, reads: OfferReads, answer: Answers
) -> shown.OfferView:
    """One offer, with all its answers."""
    case, offer = await reads.one(case_id, offer_id)
    return answer.ok(shown.offer(case, offer, actor))


@router.post(
    "/{offer_id}/answer",
    name="answer_offer",
    summary="Note the citizen's answer to an offer",
    responses=problems(CaseNotFound, SectorNotInvolved, CaseIsClosed, AskAgainInThePast, Stale),
)
async def answer_offer(
    actor: CaseWriter,
    case_id: UUID,
    offer_id: UUID,
    body: shown.OfferAnswerRequest,
    version: IfMatch,
    cases: Cases,
    offers: TheOffers,
    answer: Answers,
) -> shown.OfferView:
    """The citizen accepts, declines, or says "later", in own words where there are any. The latest answer counts, the
    earlier ones stay to be read, and none of them has a consequence."""
    case, answered = await offering.answer_offer(
        cases,
        offers,
        actor,
        case_id,
        offer_id,
        answer=body.answer,
        in_citizens_words=body.in_citizens_words,
        ask_again_on=body.ask_again_on,
        expected=version,
        now=now(),
    )
    return answer.ok(shown.offer(case, answered, actor))


@figures.get("/take-up", name="count_take_up", summary="How many take up what they are offered")
async def count_take_up(
    actor: ReportReader, reads: TakeUpReads, by: Annotated[By, Query()] = "sector"
) -> shown.TakeUpReport:
    """Counts over the authority, never names, by the sector that offers or by the arm of a trial.

    Fewer than five citizens are told as `<5`. Where a count would let such a number be worked out, it is withheld
    (null). By arm are counted offers made after the citizen was allocated, by the arm allocated.
    """
    return shown.take_up(by, day_of(now()), await reads.counted(by))
