"""What an authority has decided of guarantees, written down decision by decision. `on_day` says what stands."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, Text, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import Transaction
from chassis.errors import Text as Sentence
from services.referrals.domain.guarantees import Counting, GuaranteeDecision, Start, Terms
from services.referrals.tables import local_guarantees

_g = local_guarantees.c
_MINE = _g.authority == bindparam("of_authority")
_ALL = select(local_guarantees).where(_MINE).order_by(_g.code, _g.version)
_OF_THESE = _ALL.where(_g.code == func.any(bindparam("of_codes", type_=ARRAY(Text))))
# Two who decide on the same guarantee at once follow one another: there may be no row yet to lock.
_LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("what"), 0)))
_ADD = insert(local_guarantees)
_PLAIN = ("id", "code", "version", "valid_from", "valid_to", "reason", "decided_by", "decided_at")


class Guarantees:
    """The guarantees of one authority: the transaction's."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def all(self) -> list[GuaranteeDecision]:
        """Every decision taken on any guarantee, each one's in the order they were taken."""
        return [_decision(row) for row in await self._tx.all(_ALL, of_authority=self._tx.authority)]

    async def decisions(self, *codes: str) -> list[GuaranteeDecision]:
        """Every decision taken on these guarantees, each one's in the order they were taken."""
        rows = await self._tx.all(_OF_THESE, of_authority=self._tx.authority, of_codes=list(codes)) if codes else []
        return [_decision(row) for row in rows]

    async def locked(self, code: str) -> list[GuaranteeDecision]:
        """The decisions on one guarantee, while nobody else decides on it."""
        await self._tx.one(_LOCK, what=f"{self._tx.authority}/guarantees/{code}")
        return await self.decisions(code)

    async def add(self, decision: GuaranteeDecision) -> None:
        """Write a decision down beside the earlier ones."""
        await self._tx.run(_ADD, [{"authority": self._tx.authority, **_row(decision)}])


def _row(decision: GuaranteeDecision) -> Mapping[str, Any]:
    terms = {field.name: getattr(decision.terms, field.name) for field in fields(Terms)}
    labels = {"label_da": decision.labels.da, "label_en": decision.labels.en}
    return {name: getattr(decision, name) for name in _PLAIN} | terms | labels


def _decision(row: Row[Any]) -> GuaranteeDecision:
    terms = Terms(row.days, Counting(row.counting), Start(row.starts), row.lead_days)
    plain = {name: getattr(row, name) for name in _PLAIN}
    return GuaranteeDecision(**plain, labels=Sentence(row.label_da, row.label_en), terms=terms)
