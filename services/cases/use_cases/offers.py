"""The short life of an offer: made by a sector, answered by the citizen as often as the citizen likes."""

from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.concurrency import expect
from chassis.ids import new_id
from chassis.sectors import require_known
from services.cases.domain.access import may_see_of, must_work
from services.cases.domain.case import Case
from services.cases.domain.errors import CaseNotFound
from services.cases.domain.errors.offers import OfferOfAnotherSector
from services.cases.domain.offer import Answer, Offer
from services.cases.repository import CaseRepository
from services.cases.repository.offers import Offers


async def make_offer(
    cases: CaseRepository,
    offers: Offers,
    actor: Actor,
    case_id: UUID,
    *,
    kind: str,
    sector: str,
    service_id: UUID | None,
    starts_on: date,
    now: datetime,
) -> tuple[Case, Offer]:
    """Offer the help of the caller's own sector.

    Raises:
        UnknownSector, CaseNotFound, SectorNotInvolved, OfferOfAnotherSector, CaseIsClosed.
    """
    require_known(sector)
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    if sector != actor.sector:
        raise OfferOfAnotherSector()
    case.must_be_open()
    offer = Offer(new_id(), sector, actor.unit, kind, service_id, starts_on, now)
    await offers.add(case_id, offer, at=now)
    return case, offer


async def answer_offer(
    cases: CaseRepository,
    offers: Offers,
    actor: Actor,
    case_id: UUID,
    offer_id: UUID,
    *,
    answer: Answer,
    in_citizens_words: str | None,
    ask_again_on: date | None,
    expected: int | None,
    now: datetime,
) -> tuple[Case, Offer]:
    """Note what the citizen answers. Whoever works in the case and may see the offer may be the one who is told.

    Raises:
        CaseNotFound: no such case, or no such offer that the caller may see. Stale, SectorNotInvolved, CaseIsClosed,
        AskAgainInThePast.
    """
    case = await cases.get(case_id, actor)
    offer = await offers.one(case_id, offer_id)
    if offer is None or not may_see_of(case, actor, offer.sector, "offers", day_of(now)):
        raise CaseNotFound()
    expect(offer.version, expected)
    must_work(case, actor)
    case.must_be_open()
    answered = offer.answered(
        answer,
        in_citizens_words=in_citizens_words,
        ask_again_on=ask_again_on,
        by=(actor.sector or "", actor.unit),
        at=now,
        today=day_of(now),
    )
    await offers.add_answer(case_id, answered, answered.answers[-1], at=now)
    return case, answered
