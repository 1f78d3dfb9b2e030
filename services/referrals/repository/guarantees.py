"""What an authority has decided of guarantees, read for a day and written down decision by decision."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select

from chassis.database import Transaction
from chassis.errors import Text
from services.referrals.domain.guarantees import (
    Counting,
    Guarantee,
    GuaranteeDecision,
    Start,
    Terms,
    on_day,
    shipped,
)
from services.referrals.tables import local_guarantees

_g = local_guarantees.c
_MINE = _g.authority == bindparam("of_authority")
_ALL = select(local_guarantees).where(_MINE).order_by(_g.code, _g.version)
_OF_ONE = select(local_guarantees).where(_MINE, _g.code == bindparam("of_code")).order_by(_g.version)
# Two who decide on the same guarantee at once follow one another: there may be no row yet to lock.
_LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("what"), 0)))
_ADD = insert(local_guarantees)
_PLAIN = ("id", "code", "version", "valid_from", "valid_to", "reason", "decided_by", "decided_at")


class Guarantees:
    """The guarantees of one authority: the transaction's."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def named(self, code: str, day: date) -> Guarantee | None:
        """This guarantee, when it is in force on a day."""
        standing = on_day(code, await self.decisions(code), day)
        return standing if standing is not None and standing.in_force(day) else None

    async def of_every_referral(self, day: date) -> list[Guarantee]:
        """The guarantees in force on a day that nobody has to name."""
        codes = [code for code, guarantee in shipped().items() if guarantee.every_referral]
        return [named for code in codes if (named := await self.named(code, day)) is not None]

    async def decisions(self, code: str | None = None) -> list[GuaranteeDecision]:
        """Every decision taken (on one guarantee), in the order they were taken."""
        if code is None:
            rows = await self._tx.all(_ALL, of_authority=self._tx.authority)
        else:
            rows = await self._tx.all(_OF_ONE, of_authority=self._tx.authority, of_code=code)
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
    return GuaranteeDecision(**plain, labels=Text(row.label_da, row.label_en), terms=terms)
