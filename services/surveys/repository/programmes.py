"""Which programmes an authority has turned on."""

from sqlalchemy import insert, select, update

from chassis.database import Transaction
from chassis.errors import Stale
from services.surveys.domain.programme import Activation
from services.surveys.tables import programme_activations as rows


class Activations:
    """The activations of the transaction's authority. No row means: never touched, off."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def get(self, programme: str) -> Activation:
        """The activation of one programme."""
        row = await self._tx.one(
            select(rows.c.active, rows.c.version).where(
                rows.c.authority == self._tx.authority, rows.c.programme == programme
            )
        )
        if row is None:
            return Activation(self._tx.authority, programme)
        return Activation(self._tx.authority, programme, active=row.active, version=row.version)

    async def save(self, activation: Activation) -> None:
        """Write a change, one version up.

        Raises:
            Stale: somebody else changed it since it was read. The first change of all is an insert: there the primary
                key refuses the second.
        """
        loaded, activation.version = activation.version, activation.version + 1
        changed = await self._tx.run(
            update(rows)
            .where(
                rows.c.authority == activation.authority,
                rows.c.programme == activation.programme,
                rows.c.version == loaded,
            )
            .values(active=activation.active, version=activation.version)
        )
        if changed:
            return
        if loaded > 1:
            raise Stale()
        await self._tx.run(
            insert(rows).values(
                authority=activation.authority,
                programme=activation.programme,
                active=activation.active,
                version=activation.version,
            )
        )
