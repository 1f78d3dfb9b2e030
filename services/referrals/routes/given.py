"""What every route here is given: the repository and the reads of its own request."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from chassis.given import Answer, Answers, IfMatch, TheActor, Tx
from chassis.guards import AS_BEFORE
from services.referrals.asks import CardsForCaller, ContactCards
from services.referrals.queries import Asked, GivenLinks, Queries, UnitReassignments
from services.referrals.repository import (
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


async def _store(tx: Tx) -> Referrals:
    return Referrals(tx)


async def _known(tx: Tx) -> KnownCases:
    return KnownCases(tx)


async def _guarantees(tx: Tx) -> Guarantees:
    return Guarantees(tx)


async def _offers(tx: Tx) -> Directory:
    return Directory(tx)


async def _queries(tx: Tx, actor: TheActor) -> Queries:
    return Queries(tx, actor)


async def _questions(tx: Tx) -> Questions:
    return Questions(tx)


async def _redirections(tx: Tx) -> Redirections:
    return Redirections(tx)


async def _reassignments(tx: Tx) -> Reassignments:
    return Reassignments(tx)


async def _asked(tx: Tx, actor: TheActor) -> Asked:
    return Asked(tx, actor)


async def _partner_links(tx: Tx) -> PartnerLinks:
    return PartnerLinks(tx)


async def _given_links(tx: Tx, actor: TheActor) -> GivenLinks:
    return GivenLinks(tx, actor)


async def _unit_reassignments(tx: Tx, actor: TheActor) -> UnitReassignments:
    return UnitReassignments(tx, actor)


async def _cards(request: Request) -> CardsForCaller | None:
    if AS_BEFORE in request.scope:
        return None  # our own question whether a caller may still read: nobody is shown the answer
    cards: ContactCards = request.app.state.contact_cards
    return CardsForCaller.of(cards, request.headers)


Store = Annotated[Referrals, Depends(_store)]
Known = Annotated[KnownCases, Depends(_known)]
Promises = Annotated[Guarantees, Depends(_guarantees)]
Offers = Annotated[Directory, Depends(_offers)]
Reads = Annotated[Queries, Depends(_queries)]
Cards = Annotated[CardsForCaller | None, Depends(_cards)]
"""Asks cases whom referrals are about, as the caller."""
QuestionStore = Annotated[Questions, Depends(_questions)]
RedirectionStore = Annotated[Redirections, Depends(_redirections)]
ReassignmentStore = Annotated[Reassignments, Depends(_reassignments)]
LinkStore = Annotated[PartnerLinks, Depends(_partner_links)]
LinkReads = Annotated[GivenLinks, Depends(_given_links)]
AskedReads = Annotated[Asked, Depends(_asked)]
ReassignmentReads = Annotated[UnitReassignments, Depends(_unit_reassignments)]


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
