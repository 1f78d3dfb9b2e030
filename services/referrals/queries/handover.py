"""Reads of handover content by itself, of catch codes, and of what a unit has confirmed."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, false, or_, select

from chassis.actor import Actor
from chassis.clock import now
from chassis.database import Transaction
from chassis.errors import NotFound
from chassis.paging import Page, Paging
from services.referrals.domain.beside import CONTENT
from services.referrals.domain.lifecycle import Side
from services.referrals.domain.units import own_units
from services.referrals.queries.handed_over import told_in, told_with
from services.referrals.queries.read import Queries
from services.referrals.queries.sight import Sight
from services.referrals.repository.catch_codes import code_of
from services.referrals.schemas.handover import (
    CatchCodeView,
    CatchConfirmationView,
    HandoverContentView,
    HandoverVersionView,
    code_view,
)
from services.referrals.schemas.views import PartyView
from services.referrals.tables import catch_codes, catch_confirmations, handover_contents, referral_steps

_its_step = (handover_contents.c[name] == referral_steps.c[name] for name in ("authority", "referral_id", "version"))
_OF_ONE = (
    select(handover_contents, referral_steps.c.at, referral_steps.c.by_sector, referral_steps.c.by_unit)
    .join(referral_steps, and_(*_its_step))
    .where(
        handover_contents.c.authority == bindparam("of_authority"),
        handover_contents.c.referral_id == bindparam("of_referral"),
    )
)
_AS_SENT = _OF_ONE.where(handover_contents.c.version == 1)
_NEWEST = _OF_ONE.order_by(handover_contents.c.version.desc()).limit(1)
_CODES = select(catch_codes)
_CONFIRMED = select(catch_confirmations)


class HandoverReads:
    """What one caller reads beside the referral itself."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor
        self._referrals = Queries(tx, actor)

    async def content(self, referral_id: UUID) -> HandoverContentView:
        """What is handed over, as it was written last.

        Raises:
            NotFound: nothing was, or not for this caller.
        """
        sight = await self._referrals.look(referral_id)
        row = await self._tx.one(_AS_SENT if sight.side is Side.FORMER_SENDER else _NEWEST, **self._of(sight))
        if row is None:
            raise NotFound()
        told = await told_with(self._tx, sight, row)
        return HandoverContentView(
            referral_id=referral_id,
            shared=told.shared,
            not_shared=told.not_shared,
            missing=told.missing,
            at=row.at,
            by=PartyView(sector=row.by_sector, unit=row.by_unit),
            version=row.version,
            allowed_actions=[CONTENT] if CONTENT in sight.open_now else [],
        )

    async def versions(self, referral_id: UUID, paging: Paging) -> Page[HandoverVersionView]:
        """Every version of it, the newest first."""
        sight = await self._referrals.look(referral_id)
        seen = _AS_SENT if sight.side is Side.FORMER_SENDER else _OF_ONE
        found = await self._tx.all(paging.window(seen, (handover_contents.c.version, "desc")), **self._of(sight))
        page, end = paging.cut(found, key=lambda row: (row.version,))
        return Page(items=[self._version(sight, row) for row in page], page=end)

    async def codes(self, referral_id: UUID, paging: Paging) -> Page[CatchCodeView]:
        """The codes of one referral, the newest first; none for whoever is not its sender."""
        sight = await self._referrals.look(referral_id)
        wanted = self._codes_of(sight)
        found = await self._tx.all(paging.window(wanted, (catch_codes.c.issued_at, "desc"), (catch_codes.c.id, "desc")))
        page, end = paging.cut(found, key=lambda row: (row.issued_at, row.id))
        return Page(items=[_code(row) for row in page], page=end)

    async def code(self, referral_id: UUID, code_id: UUID) -> CatchCodeView:
        """One code.

        Raises:
            NotFound: it does not exist, or not for this caller.
        """
        sight = await self._referrals.look(referral_id)
        row = await self._tx.one(self._codes_of(sight).where(catch_codes.c.id == code_id))
        if row is None:
            raise NotFound()
        return _code(row)

    async def confirmations(self, paging: Paging) -> Page[CatchConfirmationView]:
        """What the caller's units have confirmed, the newest first."""
        table = catch_confirmations
        found = await self._tx.all(paging.window(self._ours(), (table.c.confirmed_at, "desc"), (table.c.id, "desc")))
        page, end = paging.cut(found, key=lambda row: (row.confirmed_at, row.id))
        return Page(items=[_confirmation(row) for row in page], page=end)

    async def confirmation(self, id: UUID) -> CatchConfirmationView:
        """One of them.

        Raises:
            NotFound: it does not exist, or is another unit's.
        """
        row = await self._tx.one(self._ours().where(catch_confirmations.c.id == id))
        if row is None:
            raise NotFound()
        return _confirmation(row)

    def _version(self, sight: Sight, row: Row[Any]) -> HandoverVersionView:
        told = told_in(self._tx, sight, row, missing=[])
        by = PartyView(sector=row.by_sector, unit=row.by_unit)
        return HandoverVersionView(
            version=row.version, shared=told.shared, not_shared=told.not_shared, at=row.at, by=by
        )

    def _of(self, sight: Sight) -> dict[str, Any]:
        return {"of_authority": self._tx.authority, "of_referral": sight.row.id}

    def _codes_of(self, sight: Sight) -> Any:
        mine = _CODES.where(catch_codes.c.authority == self._tx.authority, catch_codes.c.referral_id == sight.row.id)
        return mine if sight.side is Side.SENDER else mine.where(false())

    def _ours(self) -> Any:
        c, own = catch_confirmations.c, own_units(self._actor)
        ours = _CONFIRMED.where(c.authority == self._tx.authority, c.sector == self._actor.sector)
        return ours.where(or_(c.unit.is_(None), c.unit.in_(sorted(own)))) if own else ours


def _code(row: Row[Any]) -> CatchCodeView:
    code = code_of(row)
    return code_view(code.id, code.state_at(now()), code.issued_at, code.expires_at)


def _confirmation(row: Row[Any]) -> CatchConfirmationView:
    return CatchConfirmationView(id=row.id, attended_on=row.attended_on, confirmed_at=row.confirmed_at, version=1)
