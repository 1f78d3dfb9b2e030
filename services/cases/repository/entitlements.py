"""What the arms of the trials that a citizen takes part in owe them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, func, select

from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.entitlement import Entitlement

_e, _a = t.enrolments.c, t.trial_arms.c


def entitling(whose: ColumnElement[bool], *, on: Any) -> FromClause:
    """Enrolments with their arms, as they entitle on a day: from the first day of an enrolment to its last, also where
    the citizen has withdrawn from a day to come."""
    arm = and_(_a.authority == _e.authority, _a.trial_id == _e.trial_id, _a.code == _e.arm)
    return t.enrolments.join(t.trial_arms, and_(arm, whose, _e.starts_on <= on, _e.ends_on >= on))


# Of several trials the lowest ceiling holds. Who enrolled the citizen is told of it, others are not.
_mine = and_(_e.authority == bindparam("of_authority"), _e.citizen_id == bindparam("of_citizen"))
_OF = (
    select(_e.sector, func.min(_a.budget_ceiling_oere).label("ceiling"))
    .select_from(entitling(_mine, on=bindparam("on")))
    .where(_a.budget_ceiling_oere.is_not(None))
    .group_by(_e.sector)
)


class EntitlementRepository:
    """The entitlements of one authority's citizens."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def of(self, citizen_id: UUID, on: date) -> Entitlement:
        """What is owed to one citizen on a day; nothing, to who takes part in no trial."""
        rows = await self._tx.all(_OF, of_authority=self._tx.authority, of_citizen=citizen_id, on=on)
        return Entitlement({row.sector: row.ceiling for row in rows})
