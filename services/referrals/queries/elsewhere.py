"""What other authorities have asked of the caller's: found in its own rows, read where each referral is kept."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Row, Select, false, func, literal, or_, select

from chassis.actor import Actor
from chassis.database import Transaction
from chassis.paging import Key, Paging
from services.referrals.domain.access import reach
from services.referrals.domain.units import names_of, own_units
from services.referrals.queries.found import NO_DAY, OWN, Filters
from services.referrals.tables import received_referrals

_r = received_referrals.c
_DUE_FIRST = func.coalesce(_r.due_on, literal(NO_DAY, Date))
_ROWS = select(_r.id, _r.home_authority, _r.requested_at, _r.due_on)
_NEWEST: tuple[Key, ...] = ((_r.requested_at, "desc"), (_r.id, "desc"))


async def received(tx: Transaction, actor: Actor, filters: Filters, paging: Paging, today: date) -> Sequence[Row[Any]]:
    """One page of what others have asked of the caller's sector, in the order of its other referrals."""
    keys: tuple[Key, ...] = ((_DUE_FIRST, "asc"), *_NEWEST) if filters.by_due_day else _NEWEST
    return await tx.all(paging.window(_narrowed(filters, actor, today), *keys))


def by_home(rows: Sequence[Row[Any]]) -> Mapping[str, list[UUID]]:
    """Those of a page that others keep, by who keeps them."""
    kept: dict[str, list[UUID]] = {}
    for row in rows:
        if hasattr(row, "home_authority"):
            kept.setdefault(row.home_authority, []).append(row.id)
    return kept


def _narrowed(filters: Filters, actor: Actor, today: date) -> Select[Any]:
    """`found.narrowed` for the receiver: what it is shown of a referral hides nothing that a filter could tell."""
    far = reach(actor)
    if far is None:
        return _ROWS.where(false())
    rows = _ROWS.where(_r.authority == far.authority, _r.to_sector == far.sector)
    among = (
        (_r.state, filters.states),
        (_r.to_sector, filters.to_sectors),
        (_r.from_sector, filters.from_sectors),
    )
    for column, values in among:
        rows = rows.where(column.in_(values)) if values else rows
    same = ((_r.case_id, filters.case_id), (_r.to_service_id, filters.to_service))
    for column, value in same:
        rows = rows.where(column == value) if value else rows
    if filters.claimed_by:
        rows = rows.where(_r.claimed_by == (actor.subject if filters.claimed_by == OWN else filters.claimed_by))
    if filters.overdue:
        rows = rows.where(_r.due_on < today)
    if (names := _units(filters, actor, far.sector)) is not None:
        rows = rows.where(or_(_r.to_unit.in_(names), _r.responsible_unit.in_(names)))
    return rows


def _units(filters: Filters, actor: Actor, sector: str) -> list[str] | None:
    """Every name of the units that are asked for; None for all there are, which somebody without units means too."""
    if not filters.to_units or (OWN in filters.to_units and not own_units(actor)):
        return None
    named = (own_units(actor) if unit == OWN else names_of(unit, sector) for unit in filters.to_units)
    return sorted(frozenset().union(*named))
