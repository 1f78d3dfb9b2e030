"""Reads what the arms of the trials that a citizen takes part in owe them."""

from datetime import date
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select

from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.entitlement import Entitlement

_e, _a = t.enrolments.c, t.trial_arms.c
# An enrolment entitles from its first day to its last, also where the citizen has withdrawn from a day to come.
# Of several trials the most frequent meetings and the lowest ceiling hold.
_OF = (
    select(
        func.min(_a.contact_every_days).label("contact_every_days"),
        func.min(_a.budget_ceiling_oere).label("budget_ceiling"),
    )
    .select_from(t.enrolments)
    .join(t.trial_arms, and_(_a.authority == _e.authority, _a.trial_id == _e.trial_id, _a.code == _e.arm))
    .where(
        _e.authority == bindparam("of_authority"),
        _e.citizen_id == bindparam("of_citizen"),
        _e.starts_on <= bindparam("on"),
        _e.ends_on >= bindparam("on"),
    )
)


class EntitlementRepository:
    """The entitlements of one authority's citizens."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def of(self, citizen_id: UUID, on: date) -> Entitlement:
        """What is owed to one citizen on a day; nothing, to who takes part in no trial."""
        row = await self._tx.one(_OF, of_authority=self._tx.authority, of_citizen=citizen_id, on=on)
        assert row is not None
        return Entitlement(row.contact_every_days, row.budget_ceiling)
