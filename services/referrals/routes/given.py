"""What every route here is given: the repository and the reads of its own request."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from chassis.given import Answer, Answers, IfMatch, of_caller, of_tx
from chassis.guards import AS_BEFORE
from services.referrals.asks import CardsForCaller, ContactCards
from services.referrals.queries import Asked, GivenLinks, HandoverReads, Queries, UnitReassignments
from services.referrals.queries.directory import DirectoryQueries
from services.referrals.repository import (
    CatchCodes,
    Directory,
    Guarantees,
    KnownCases,
    PartnerLinks,
    Questions,
    Reassignments,
    Redirections,
    Referrals,
)
from services.referrals.schemas.views import Referral


async def _cards(request: Request) -> CardsForCaller | None:
    if AS_BEFORE in request.scope:
        return None  # our own question whether a caller may still read: nobody is shown the answer
    cards: ContactCards = request.app.state.contact_cards
    return CardsForCaller.of(cards, request.headers)


Store = Annotated[Referrals, Depends(of_tx(Referrals))]
Known = Annotated[KnownCases, Depends(of_tx(KnownCases))]
Promises = Annotated[Guarantees, Depends(of_tx(Guarantees))]
Offers = Annotated[Directory, Depends(of_tx(Directory))]
Reads = Annotated[Queries, Depends(of_caller(Queries))]
ReadsBeside = Annotated[HandoverReads, Depends(of_caller(HandoverReads))]
DirectoryReads = Annotated[DirectoryQueries, Depends(of_caller(DirectoryQueries))]
Cards = Annotated[CardsForCaller | None, Depends(_cards)]
"""Asks cases whom referrals are about, as the caller."""
Codes = Annotated[CatchCodes, Depends(of_tx(CatchCodes))]
QuestionStore = Annotated[Questions, Depends(of_tx(Questions))]
RedirectionStore = Annotated[Redirections, Depends(of_tx(Redirections))]
ReassignmentStore = Annotated[Reassignments, Depends(of_tx(Reassignments))]
LinkStore = Annotated[PartnerLinks, Depends(of_tx(PartnerLinks))]
LinkReads = Annotated[GivenLinks, Depends(of_caller(GivenLinks))]
AskedReads = Annotated[Asked, Depends(of_caller(Asked))]
ReassignmentReads = Annotated[UnitReassignments, Depends(of_caller(UnitReassignments))]


@dataclass(frozen=True, slots=True)
class OneStep:
    """What a step in the life of one referral is taken with."""

    referrals: Referrals
    reads: Queries
    answer: Answer
    expected: int | None
    """The version the caller has read, where it says so."""

    async def shown(self, referral_id: UUID) -> Referral:
        """The referral as it is now, as the answer."""
        return self.answer.ok(await self.reads.referral(referral_id))


async def _step(referrals: Store, reads: Reads, answer: Answers, if_match: IfMatch) -> OneStep:
    return OneStep(referrals, reads, answer, if_match)


Step = Annotated[OneStep, Depends(_step)]
