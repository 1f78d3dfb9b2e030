"""Adds the links of chains, and follows a chain from whichever end."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, case, insert, or_, select
from sqlalchemy import Uuid as UuidType

from chassis.database import Transaction
from services.referrals.domain.codes import DeclineCode
from services.referrals.domain.redirection import Place
from services.referrals.domain.referral import Referral
from services.referrals.tables import redirections, referrals


def _chain() -> Select[Any]:
    """Every referral of the chain that one belongs to, in either direction; the one itself where there is none."""
    links = select(bindparam("of_id", type_=UuidType).label("id")).cte("links", recursive=True)
    other_end = case(
        (redirections.c.predecessor_id == links.c.id, redirections.c.successor_id),
        else_=redirections.c.predecessor_id,
    )
    next_ones = (
        select(other_end)
        .select_from(links)
        .join(
            redirections,
            or_(redirections.c.predecessor_id == links.c.id, redirections.c.successor_id == links.c.id),
        )
        .where(redirections.c.authority == bindparam("of_authority"))
    )
    # A union, not a union of all: it ends even where somebody had bent the rows into a circle.
    return select(links.union(next_ones).c.id)


CHAIN = _chain()
_ASKED = ("to_sector", "to_unit", "responsible_unit", "to_service_id", "to_authority")
_PLACES = select(*(referrals.c[name] for name in _ASKED)).where(
    referrals.c.authority == bindparam("of_authority"), referrals.c.id.in_(CHAIN)
)
_LINK = insert(redirections)


class Redirections:
    """The chains of one transaction's authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def been_to(self, referral_id: UUID) -> tuple[frozenset[Place], int]:
        """Where the chain of this referral has been (whom it was put to, and who took it on), and how long it is."""
        rows = await self._tx.all(_PLACES, of_authority=self._tx.authority, of_id=referral_id)
        places: set[Place] = set()
        for row in rows:
            places |= Place.of(row.to_sector, row.to_unit, row.to_service_id, row.to_authority).met_there
            if row.responsible_unit:
                places.add(Place.of(row.to_sector, row.responsible_unit, None, row.to_authority))
        return frozenset(places), len(rows)

    async def link(self, referral: Referral, successor: Referral, *, reason: DeclineCode, at: datetime) -> None:
        """This request goes on as that one."""
        row = {
            "authority": referral.authority,
            "predecessor_id": referral.id,
            "successor_id": successor.id,
            "to_sector": successor.to_sector,
            "to_unit": successor.to_unit,
            "to_service_id": successor.to_service_id,
            "to_authority": successor.to_authority,
            "reason_code": reason,
            "at": at,
        }
        await self._tx.run(_LINK, [row])
