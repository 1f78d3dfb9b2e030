"""What the directory has told of the room its services have."""

from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from chassis.database import Transaction
from services.cases.domain.closing_plan import Room
from services.cases.tables import known_capacity

_k = known_capacity.c
_KEPT = tuple(Room.__dataclass_fields__)
_ALL = select(known_capacity).where(_k.authority == bindparam("of_authority")).order_by(_k.sector, _k.service_id)
_told = insert(known_capacity)
# News of an earlier day that comes late changes nothing.
_HEAR = _told.on_conflict_do_update(
    index_elements=[_k.authority, _k.service_id],
    set_={name: _told.excluded[name] for name in _KEPT if name != "service_id"},
    where=_told.excluded.as_of >= _k.as_of,
)


class CapacityRepository:
    """What has been heard in the transaction's authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def hear(self, room: Room) -> None:
        """Keep what a service says, unless it has said something newer."""
        row = {name: getattr(room, name) for name in _KEPT} | {"need_domains": list(room.need_domains)}
        await self._tx.run(_HEAR, [row | {"authority": self._tx.authority}])

    async def all(self) -> list[Room]:
        """What every service last said."""
        return [_room(row) for row in await self._tx.all(_ALL, of_authority=self._tx.authority)]


def _room(row: Row[Any]) -> Room:
    told = {name: getattr(row, name) for name in _KEPT}
    return Room(**told | {"need_domains": tuple(row.need_domains)})
