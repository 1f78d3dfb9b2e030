"""Requests to join a case, in the caller's transaction."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.citizen import Identifier
from services.cases.domain.join_request import JoinRequest
from services.cases.repository.rows import Rows

_i, _c, _j = t.identifiers.c, t.cases.c, t.join_requests.c
_OPEN_CASE = (
    select(_c.id)
    .join(t.identifiers, _i.citizen_id == _c.citizen_id)
    .where(
        _i.authority == bindparam("of_authority"),
        _i.system == bindparam("system_"),
        _i.blind_index == bindparam("index"),
        _c.authority == bindparam("of_authority"),
        _c.status == "open",
    )
)
_ADD = insert(t.join_requests)
_ONE = select(t.join_requests).where(_j.id == bindparam("request_id"), _j.authority == bindparam("of_authority"))
_LOCKED = _ONE.with_for_update()
_ANSWERED = (
    update(t.join_requests)
    .where(_j.id == bindparam("request_id"))
    .values({name: bindparam(name) for name in ("state", "answered_by", "answered_at", "reason_code", "version")})
)


class JoinRequestRepository:
    """The requests of one authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)

    async def open_case_of(self, identifier: Identifier) -> UUID | None:
        """The open case of the person with this identifier: for the request to be kept with, never for its asker."""
        index = self._rows.index(self._tx.authority, identifier)
        row = await self._tx.one(_OPEN_CASE, of_authority=self._tx.authority, system_=identifier.system, index=index)
        return row.id if row else None

    async def add(self, request: JoinRequest) -> None:
        """Keep a new request."""
        row = {name: getattr(request, name) for name in JoinRequest.__dataclass_fields__ if name != "reason"}
        sealed = self._rows.seal(request.reason, "join_requests.reason", request.id)
        await self._tx.run(_ADD, [row | {"authority": self._tx.authority, "reason": sealed}])

    async def get(self, request_id: UUID) -> JoinRequest | None:
        """One request, locked until the transaction ends."""
        row = await self._tx.one(_LOCKED, request_id=request_id, of_authority=self._tx.authority)
        return row and join_request(self._rows, row)

    async def save(self, request: JoinRequest) -> None:
        """Keep how it was answered."""
        await self._tx.run(
            _ANSWERED,
            request_id=request.id,
            state=request.state,
            answered_by=request.answered_by,
            answered_at=request.answered_at,
            reason_code=request.reason_code,
            version=request.version,
        )


def join_request(rows: Rows, row: Any) -> JoinRequest:
    """Row → value."""
    values = {name: getattr(row, name) for name in JoinRequest.__dataclass_fields__}
    return JoinRequest(**values | {"reason": rows.read(row.reason, "join_requests.reason", row.id) or ""})
