"""What surveys knows of cases, loaded and saved."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from chassis.actor import Actor
from chassis.database import Transaction
from chassis.errors import NotFound
from services.surveys.domain.access import may_see
from services.surveys.domain.known_case import KnownCase
from services.surveys.tables import known_case_sectors, known_cases


class Cases:
    """Known cases, in the caller's transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def get(self, case_id: UUID, actor: Actor) -> KnownCase:
        """The case, held against other writers until the transaction ends.

        Raises:
            NotFound: there is none, or this actor may not know of it.
        """
        case = await self.known(case_id)
        if case is None or not may_see(actor, case):
            raise NotFound()
        return case

    async def known(self, case_id: UUID) -> KnownCase | None:
        """The case, held; None when nothing was heard of it. For events: nobody is asking."""
        row = await self._tx.one(
            select(known_cases)
            .where(known_cases.c.authority == self._tx.authority, known_cases.c.case_id == case_id)
            .with_for_update()
        )
        if row is None:
            return None
        sectors = await self._tx.all(
            select(known_case_sectors.c.sector).where(
                known_case_sectors.c.authority == self._tx.authority, known_case_sectors.c.case_id == case_id
            )
        )
        return KnownCase(
            id=row.case_id,
            authority=row.authority,
            holding_sector=row.holding_sector,
            involved={found.sector for found in sectors},
            is_open=row.is_open,
        )

    async def save(self, case: KnownCase) -> None:
        """Write the case as it is now."""
        row = {"holding_sector": case.holding_sector, "is_open": case.is_open}
        key = {"authority": case.authority, "case_id": case.id}
        await self._tx.run(
            insert(known_cases).values(**key, **row).on_conflict_do_update(index_elements=list(key), set_=row)
        )
        await self._tx.run(
            delete(known_case_sectors).where(
                known_case_sectors.c.authority == case.authority,
                known_case_sectors.c.case_id == case.id,
                known_case_sectors.c.sector.not_in(case.involved),
            )
        )
        rows = [{**key, "sector": sector} for sector in sorted(case.involved)]
        await self._tx.run(insert(known_case_sectors).on_conflict_do_nothing(), rows)
