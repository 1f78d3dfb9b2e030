"""Offers and their answers: rows are added and never changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.events import OfferAnswered, OfferMade
from services.cases.domain.offer import Offer, OfferAnswer
from services.cases.repository.rows import Row, Rows
from services.cases.repository.timeline import tell_town

o, a = t.offers.c, t.offer_answers.c
_ADD, _ADD_ANSWER = insert(t.offers), insert(t.offer_answers)
_ONE = select(t.offers).where(
    o.id == bindparam("offer"), o.case_id == bindparam("of_case"), o.authority == bindparam("of_authority")
)
_ANSWERS = (
    select(t.offer_answers)
    .where(a.offer_id.in_(bindparam("offers", expanding=True)), a.authority == bindparam("of_authority"))
    .order_by(a.offer_id, a.number)
)


class Offers:
    """The offers of one authority's cases. Who may see them is the caller's to ask."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)

    async def one(self, case_id: UUID, offer_id: UUID) -> Offer | None:
        """One offer of a case, with its answers."""
        row = await self._tx.one(_ONE, offer=offer_id, of_case=case_id, of_authority=self._tx.authority)
        return (await self.whole([row]))[0] if row else None

    async def whole(self, rows: list[Row]) -> list[Offer]:
        """The offers of these rows, with their answers."""
        found = await self._tx.all(_ANSWERS, offers=[row.id for row in rows], of_authority=self._tx.authority)
        answers: dict[UUID, list[OfferAnswer]] = {row.id: [] for row in rows}
        for row in found:
            answers[row.offer_id].append(self._answer(row))
        return [_offer(row, tuple(answers[row.id])) for row in rows]

    async def add(self, case_id: UUID, offer: Offer, *, at: datetime) -> None:
        """Keep a new offer, and say that it was made."""
        plain = ("id", "sector", "unit", "kind", "service_id", "starts_on", "made_at")
        row: dict[str, Any] = {name: getattr(offer, name) for name in plain}
        await self._tx.run(_ADD, [row | {"authority": self._tx.authority, "case_id": case_id}])
        await tell_town(self._tx, case_id, [OfferMade(offer.id, offer.sector)], at=at)

    async def add_answer(self, case_id: UUID, offer: Offer, answer: OfferAnswer, *, at: datetime) -> None:
        """Keep one answer more, and say that there is one; not which."""
        plain = ("number", "answer", "ask_again_on", "answered_at", "by_sector", "by_unit")
        row: dict[str, Any] = {name: getattr(answer, name) for name in plain}
        words = self._rows.seal(answer.in_citizens_words, _place(answer.number), offer.id)
        row |= {"authority": self._tx.authority, "offer_id": offer.id, "in_citizens_words": words}
        await self._tx.run(_ADD_ANSWER, [row])
        await tell_town(self._tx, case_id, [OfferAnswered(offer.id, offer.sector)], at=at)

    def _answer(self, row: Row) -> OfferAnswer:
        return OfferAnswer(
            number=row.number,
            answer=row.answer,
            in_citizens_words=self._rows.read(row.in_citizens_words, _place(row.number), row.offer_id),
            ask_again_on=row.ask_again_on,
            answered_at=row.answered_at,
            by_sector=row.by_sector,
            by_unit=row.by_unit,
        )


def _place(number: int) -> str:
    """Where an answer's words are sealed: answers have no id of their own, so the place names the number too."""
    return f"offer_answers.in_citizens_words.{number}"


def _offer(row: Row, answers: tuple[OfferAnswer, ...]) -> Offer:
    return Offer(row.id, row.sector, row.unit, row.kind, row.service_id, row.starts_on, row.made_at, answers)
