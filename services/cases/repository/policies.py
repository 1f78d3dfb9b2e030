"""What an authority has decided, read for a day and written down decision by decision."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from chassis.database import Transaction
from services.cases.domain.policies import Policies, PolicyDecision, chosen
from services.cases.tables import policies

_p = policies.c
# Of each policy the decision with the latest day that has come; of two for one day, the one taken last.
POLICIES_ON = (
    select(_p.code, _p.value)
    .ext(distinct_on(_p.code))
    .where(_p.authority == bindparam("of_authority"), _p.valid_from <= bindparam("today"))
    .order_by(_p.code, _p.valid_from.desc(), _p.version.desc())
)
_SERIES = select(policies).where(_p.authority == bindparam("authority")).order_by(_p.code, _p.version)
_SERIES_OF = (
    select(policies).where(_p.authority == bindparam("authority"), _p.code == bindparam("code")).order_by(_p.version)
)
# Two who decide on the same policy at once follow one another: there may be no row yet to lock.
_LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("what"), 0)))
_ADD = insert(policies)


class PolicyRepository:
    """The policies of one authority: the transaction's."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def on(self, day: date) -> Policies:
        """All choices as they are on a day, in one statement; what is undecided is as in `Policies`."""
        rows = await self._tx.all(POLICIES_ON, of_authority=self._tx.authority, today=day)
        return chosen({row.code: row.value for row in rows})

    async def decisions(self, code: str | None = None) -> list[PolicyDecision]:
        """Every decision taken (on one policy), in the order they were taken."""
        if code is None:
            rows = await self._tx.all(_SERIES, authority=self._tx.authority)
        else:
            rows = await self._tx.all(_SERIES_OF, authority=self._tx.authority, code=code)
        return [PolicyDecision(**{name: getattr(row, name) for name in _KEPT}) for row in rows]

    async def locked(self, code: str) -> list[PolicyDecision]:
        """The decisions on one policy, while nobody else decides on it."""
        await self._tx.one(_LOCK, what=f"{self._tx.authority}/policies/{code}")
        return await self.decisions(code)

    async def add(self, decisions: Sequence[PolicyDecision]) -> None:
        """Write decisions down."""
        told = [{name: getattr(one, name) for name in _KEPT} for one in decisions]
        await self._tx.run(_ADD, [row | {"authority": self._tx.authority} for row in told])


_KEPT = tuple(PolicyDecision.__dataclass_fields__)
