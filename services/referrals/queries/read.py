"""The reads themselves. Whoever is on no side of a referral finds nothing; every find is in the look-up log."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, false, select

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.clock import now
from chassis.database import Transaction
from chassis.errors import NotFound
from chassis.paging import Page, Paging
from services.referrals.asks import CardsForCaller
from services.referrals.domain.access import Part, steps_hidden
from services.referrals.domain.clocks import Clock
from services.referrals.domain.contact_card import HIDDEN, CardQuestion, may_be_told
from services.referrals.domain.days import day_of
from services.referrals.domain.lifecycle import Side
from services.referrals.domain.moments import REQUEST
from services.referrals.queries import elsewhere, shown, worklists
from services.referrals.queries.found import Filters, referral_rows
from services.referrals.queries.handed_over import told_of
from services.referrals.queries.sight import Sight
from services.referrals.repository.clocks import clock_of, waiver_context
from services.referrals.repository.received import go_home
from services.referrals.repository.redirections import CHAIN
from services.referrals.repository.referrals import ending_context, step_context
from services.referrals.schemas.clocks import DeadlineWaiverView
from services.referrals.schemas.steps import RedirectionChain, RedirectionView
from services.referrals.schemas.views import ContactAttemptView, HistoryStep, Referral, ReferralSummary
from services.referrals.tables import (
    contact_attempts,
    deadline_waivers,
    redirections,
    referral_clocks,
    referral_steps,
    referrals,
)

LOOKED_AT = "referral"

# Built once: they run with every read.
_CLOCKS = select(referral_clocks).where(
    referral_clocks.c.authority == bindparam("of_authority"),
    referral_clocks.c.referral_id.in_(bindparam("of_referrals", expanding=True)),
)
_of_its_step = (deadline_waivers.c[name] == referral_steps.c[name] for name in ("authority", "referral_id", "version"))
_WAIVERS = (
    select(deadline_waivers, referral_steps.c.at, referral_steps.c.by_sector, referral_steps.c.by_authority)
    .join(referral_steps, and_(*_of_its_step))
    .where(
        deadline_waivers.c.authority == bindparam("of_authority"),
        deadline_waivers.c.referral_id == bindparam("of_referral"),
    )
    .order_by(deadline_waivers.c.version)
)


class Queries:
    """What one caller reads in one transaction."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor
        self._today = day_of(now())

    async def page(self, filters: Filters, paging: Paging, cards: CardsForCaller | None) -> Page[ReferralSummary]:
        """A list, newest first, or what falls due first. Whom its referrals are about is asked once for all of them."""
        asked = (self._tx, self._actor, filters, paging, self._today)
        both = worklists.in_order([*await worklists.own(*asked), *await elsewhere.received(*asked)], filters)
        page, end = paging.cut(both, key=lambda row: worklists.place(row, filters))
        kept_by = elsewhere.by_home(page)
        own = {row.id for row in page}.difference(*kept_by.values())
        seen = await self._seen(await self._rows(list(own)))
        for home, theirs in kept_by.items():
            async with self._tx.within(home):
                seen |= await self._seen(await self._rows(theirs))
        # Two looks may see one referral twice, when its day came or went between them.
        sights = [seen[id] for id in dict.fromkeys(row.id for row in page) if id in seen]
        return Page(items=await self._summaries(sights, cards), page=end)

    async def _rows(self, ids: Sequence[UUID]) -> Sequence[Row[Any]]:
        return await self._tx.all(referral_rows(self._actor).where(referrals.c.id.in_(ids)))

    async def _seen(self, rows: Sequence[Row[Any]]) -> dict[UUID, Sight]:
        """What the caller sees of these rows of the authority acted in; that they were looked at is logged there."""
        await looked_up(self._tx, self._actor, [row.case_id for row in rows], LOOKED_AT)
        return {sight.row.id: sight for sight in await self._sights(rows)}

    async def referral(self, referral_id: UUID, cards: CardsForCaller | None = None) -> Referral:
        """One referral; whom it is about is asked with `cards`, and left open in the answer to a change.

        Raises:
            NotFound: it does not exist, or this caller may not know that it does.
        """
        return await self.whole(await self.look(referral_id), cards)

    async def whole(self, sight: Sight, cards: CardsForCaller | None = None) -> Referral:
        """All that this caller sees of the referral they were found to see."""
        row = sight.row
        attempts = await self._tx.all(
            select(contact_attempts).where(self._of(row)).order_by(contact_attempts.c.at, contact_attempts.c.id)
        )
        told = await told_of(self._tx, sight)
        waivers = await self._waivers(sight)
        sealed = row.ending_words_sealed if sight.sees_ending_words else None
        words = sealed and self._tx.sealer.open(sealed, context=ending_context(row.id))
        (sight,) = await self._with_cards([sight], cards)
        return shown.referral(sight, attempts, waivers, told=told, ending_words=words)

    async def history(self, referral_id: UUID, paging: Paging) -> Page[HistoryStep]:
        """What happened to a referral, in order, without the steps that tell of what stays on the other side."""
        sight = await self.look(referral_id)
        steps = select(referral_steps).where(
            referral_steps.c.authority == self._tx.authority, referral_steps.c.referral_id == referral_id
        )
        if hidden := steps_hidden(sight.parts):
            steps = steps.where(referral_steps.c.action.not_in(hidden))
        if sight.side is Side.FORMER_SENDER:
            steps = steps.where(referral_steps.c.action == REQUEST)
        found = await self._tx.all(paging.window(steps, (referral_steps.c.version, "asc")))
        page, end = paging.cut(found, key=lambda row: (row.version,))
        return Page(items=[shown.step(sight, row, self._because(sight, row)) for row in page], page=end)

    async def attempts(self, referral_id: UUID, paging: Paging) -> Page[ContactAttemptView]:
        """The tries to reach the citizen, the newest first; none for whom the dates are not."""
        sight = await self.look(referral_id)
        wanted = select(contact_attempts).where(self._of(sight.row))
        if Part.DATES not in sight.parts:
            wanted = wanted.where(false())
        found = await self._tx.all(
            paging.window(wanted, (contact_attempts.c.at, "desc"), (contact_attempts.c.id, "desc"))
        )
        page, end = paging.cut(found, key=lambda row: (row.at, row.id))
        return Page(items=[shown.attempt(sight, row) for row in page], page=end)

    async def attempt(self, referral_id: UUID, attempt_id: UUID) -> ContactAttemptView:
        """One try.

        Raises:
            NotFound: the referral or the attempt does not exist, or not for this caller.
        """
        sight = await self.look(referral_id)
        row = await self._tx.one(
            select(contact_attempts).where(self._of(sight.row), contact_attempts.c.id == attempt_id)
        )
        if row is None or Part.DATES not in sight.parts:
            raise NotFound()
        return shown.attempt(sight, row)

    async def chain(self, referral_id: UUID, cards: CardsForCaller | None) -> RedirectionChain:
        """Where a request has been, from whichever of its referrals one starts."""
        sight = await self.look(referral_id)
        if sight.side is Side.FORMER_SENDER:
            # What became of its request after it let go is not told: the chain is what it sent itself.
            return RedirectionChain(links=[shown.summary(replace(sight, who=HIDDEN))], hidden=0)
        named = {"of_authority": self._tx.authority, "of_id": referral_id}
        ids = [row.id for row in await self._tx.all(CHAIN, **named)]
        wanted = referral_rows(self._actor).where(referrals.c.id.in_(ids))
        rows = await self._tx.all(wanted.order_by(referrals.c.requested_at, referrals.c.id))
        return RedirectionChain(
            links=await self._summaries(await self._sights(rows), cards), hidden=len(ids) - len(rows)
        )

    async def redirection(self, referral_id: UUID) -> RedirectionView:
        """That a request was sent on, and where to.

        Raises:
            NotFound: it was not, or this caller is told nothing of it.
        """
        sight = await self.look(referral_id)
        row = await self._tx.one(
            select(redirections).where(
                redirections.c.authority == self._tx.authority, redirections.c.predecessor_id == referral_id
            )
        )
        if row is None or sight.side is Side.FORMER_SENDER:
            raise NotFound()
        return RedirectionView(
            referral_id=referral_id,
            successor_id=row.successor_id,
            need_id=sight.row.need_id,
            to=shown.address(row),
            reason_code=row.reason_code,
            at=row.at,
            version=1,
        )

    def _because(self, sight: Sight, step: Row[Any]) -> str | None:
        if step.words_sealed is None or Part.DETAILS not in sight.parts:
            return None
        return self._tx.sealer.open(step.words_sealed, context=step_context(step.referral_id, step.version))

    async def look(self, referral_id: UUID) -> Sight:
        """What the caller sees of one referral; the look-up is logged.

        Raises:
            NotFound: nothing.
        """
        rows = await self._rows([referral_id])
        if not rows and await go_home(self._tx, referral_id):
            rows = await self._rows([referral_id])
        if not rows:
            raise NotFound()
        (row,) = rows
        await looked_up(self._tx, self._actor, [row.case_id], LOOKED_AT)
        return self._sight(row, (await self._clocks([row]))[row.id])

    async def _sights(self, rows: Sequence[Row[Any]]) -> list[Sight]:
        clocks = await self._clocks(rows)
        return [self._sight(row, clocks[row.id]) for row in rows]

    async def _summaries(self, sights: Sequence[Sight], cards: CardsForCaller | None) -> list[ReferralSummary]:
        return [shown.summary(sight) for sight in await self._with_cards(sights, cards)]

    async def _with_cards(self, sights: Sequence[Sight], cards: CardsForCaller | None) -> list[Sight]:
        """The same, each with whom it is about as far as the caller is told: one question, or none when it is no use.

        It comes last. Nothing is read after it, because no transaction waits for a neighbour.
        """
        if cards is None:
            return list(sights)
        asked = [CardQuestion(sight.row.id, sight.row.consent_id) for sight in sights if self._is_told(sight)]
        if asked:
            await self._tx.end()
        told = await cards.about(asked)
        return [replace(sight, who=told.of(sight.row.id) if self._is_told(sight) else HIDDEN) for sight in sights]

    def _is_told(self, sight: Sight) -> bool:
        """Cases tells the people of its own authority. To another it answers nothing."""
        over = sight.is_over and not sight.sent
        return may_be_told(sight.side) and not over and sight.row.authority == self._actor.authority

    def _sight(self, row: Row[Any], clocks: Sequence[Clock]) -> Sight:
        return Sight.of(row, self._actor, self._today, clocks)

    async def _clocks(self, rows: Sequence[Row[Any]]) -> Mapping[UUID, Sequence[Clock]]:
        """The clocks of each of these referrals."""
        found: dict[UUID, list[Clock]] = {row.id: [] for row in rows}
        for row in await self._tx.all(_CLOCKS, of_authority=self._tx.authority, of_referrals=list(found)):
            found[row.referral_id].append(clock_of(row))
        return found

    async def _waivers(self, sight: Sight) -> list[DeadlineWaiverView]:
        """What citizens have said of another provider, where this side may read it."""
        rows = await self._tx.all(_WAIVERS, of_authority=self._tx.authority, of_referral=sight.row.id)
        return [shown.waiver(row, self._words(row)) for row in rows if sight.sees_waiver(row)]

    def _words(self, waiver: Row[Any]) -> str:
        context = waiver_context(waiver.referral_id, waiver.version)
        return self._tx.sealer.open(waiver.statement_sealed, context=context)

    def _of(self, row: Row[Any]) -> Any:
        return (contact_attempts.c.authority == row.authority) & (contact_attempts.c.referral_id == row.id)
