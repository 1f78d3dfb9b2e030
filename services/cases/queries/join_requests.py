"""What can be read of requests to join: by who holds the case, and by who asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases import tables as t
from services.cases.domain.errors import CaseNotFound
from services.cases.domain.join_request import JoinRequest, JoinRequestState
from services.cases.repository.join_requests import join_request
from services.cases.repository.rows import Rows

_j, _c = t.join_requests.c, t.cases.c
_ALL = select(t.join_requests, _c.holding_sector).join(t.cases, _c.id == _j.case_id, isouter=True)


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request, and whether who looks holds the case: else they asked, and learn the answer, nothing of the case."""

    request: JoinRequest
    holds: bool


class JoinRequestQueries:
    """The requests one actor may see."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor
        self._rows = Rows(tx.sealer)

    async def one(self, request_id: UUID) -> SeenRequest:
        """One request: to the sector that holds the case, and to the one that asked.

        Raises:
            CaseNotFound.
        """
        row = await self._tx.one(_ALL.where(_j.id == request_id, _j.authority == self._tx.authority))
        if row is None or self._actor.sector not in (row.holding_sector, row.asking_sector):
            raise CaseNotFound()
        seen = self._seen(row)
        await self._log([seen])
        return seen

    async def to_holder(
        self, page: Paging, states: Sequence[JoinRequestState] | None
    ) -> tuple[list[SeenRequest], PageEnd]:
        """Requests to join the cases the actor's sector holds, oldest first."""
        return await self._page(page, _c.holding_sector == self._actor.sector, states)

    async def of_asker(
        self, page: Paging, states: Sequence[JoinRequestState] | None
    ) -> tuple[list[SeenRequest], PageEnd]:
        """Requests of the actor's sector, oldest first."""
        return await self._page(page, _j.asking_sector == self._actor.sector, states)

    async def of_case(self, case_id: UUID, page: Paging) -> tuple[list[SeenRequest], PageEnd]:
        """Requests to join one case, oldest first. Whether the actor holds it has been asked."""
        return await self._page(page, _j.case_id == case_id, None)

    async def _page(
        self, page: Paging, whose: ColumnElement[bool], states: Sequence[JoinRequestState] | None
    ) -> tuple[list[SeenRequest], PageEnd]:
        where = [_j.authority == self._tx.authority, whose, *([_j.state.in_(states)] if states else [])]
        statement = page.window(_ALL.where(*where), (_j.asked_at, "asc"), (_j.id, "asc"))
        rows, end = page.cut(await self._tx.all(statement), key=lambda row: (row.asked_at, row.id))
        seen = [self._seen(row) for row in rows]
        await self._log(seen)
        return seen, end

    def _seen(self, row: Any) -> SeenRequest:
        return SeenRequest(join_request(self._rows, row), holds=row.holding_sector == self._actor.sector)

    async def _log(self, seen: Iterable[SeenRequest]) -> None:
        told = [one.request.case_id for one in seen if one.holds and one.request.case_id]
        await looked_up(self._tx, self._actor, told, "join-requests")
