"""Catch codes and what was confirmed with them. Of a code's secret only a keyed hash is kept, by which it is found."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from chassis.actor import Actor
from chassis.database import Transaction
from services.referrals.domain.catch_codes import CatchCode, CatchConfirmation
from services.referrals.tables import catch_codes, catch_confirmations

_c = catch_codes.c
_MINE = _c.authority == bindparam("of_authority")
_BY_DIGEST = select(catch_codes).where(_MINE, _c.digest == bindparam("of_digest"))
_REPLACE = (
    update(catch_codes)
    .where(_MINE, _c.referral_id == bindparam("of_referral"), _c.used_at.is_(None), _c.replaced_at.is_(None))
    .values(replaced_at=bindparam("at"))
)
_USE = update(catch_codes).where(_MINE, _c.id == bindparam("of_id")).values(used_at=bindparam("at"))
_ISSUE = insert(catch_codes)
_CONFIRM = insert(catch_confirmations)

_CONTEXT = "catch_codes.digest"


class CatchCodes:
    """The codes of one transaction's authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def find(self, secret: str) -> CatchCode | None:
        """The code with this secret. Whether it is good for anything is not asked here."""
        digest = self._tx.sealer.blind_index(secret, context=_CONTEXT)
        row = await self._tx.one(_BY_DIGEST, of_authority=self._tx.authority, of_digest=digest)
        return None if row is None else code_of(row)

    async def issue(self, code: CatchCode, secret: str, *, by: Actor) -> None:
        """Keep a new code. The one before it is replaced; who calls has locked the referral."""
        which = {"of_authority": self._tx.authority, "of_referral": code.referral_id}
        await self._tx.run(_REPLACE, None, **which, at=code.issued_at)
        row = {
            "authority": self._tx.authority,
            "id": code.id,
            "referral_id": code.referral_id,
            "digest": self._tx.sealer.blind_index(secret, context=_CONTEXT),
            "issued_at": code.issued_at,
            "expires_at": code.expires_at,
            "by_unit": by.unit,
            "by_subject": by.subject,
        }
        await self._tx.run(_ISSUE, [row])

    async def spend(self, code: CatchCode, *, at: datetime, on: CatchConfirmation) -> None:
        """The code is used, and by this confirmation."""
        await self._tx.run(_USE, None, of_authority=self._tx.authority, of_id=code.id, at=at)
        row = {
            "authority": self._tx.authority,
            "id": on.id,
            "code_id": code.id,
            "sector": on.by.sector,
            "unit": on.by.unit,
            "attended_on": on.attended_on,
            "confirmed_at": on.at,
            "by_subject": on.by.subject,
        }
        await self._tx.run(_CONFIRM, [row])


def code_of(row: Row[Any]) -> CatchCode:
    """Row → value."""
    return CatchCode(row.id, row.referral_id, row.issued_at, row.expires_at, row.used_at, row.replaced_at)
