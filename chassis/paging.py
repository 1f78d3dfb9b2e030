"""Keyset pages with signed cursors: stable while rows come and go, as fast on page 10,000 as on page 1."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

import orjson
from fastapi import Depends, Query, Request
from sqlalchemy import ColumnElement, Row, Select, and_, false, or_

from chassis.errors import BadInput, Text
from chassis.sealing import derive
from chassis.wire import Page, PageEnd

__all__ = ["InvalidCursor", "Page", "PageEnd", "PageRequest", "Paging"]

Direction = Literal["asc", "desc"]
Key = tuple[ColumnElement[Any], Direction]
Line = TypeVar("Line", bound=Row[Any])


class InvalidCursor(BadInput):
    """The cursor is not ours, is of another list, or was made with other filters (400)."""

    slug = "invalid-cursor"
    title = Text("Cursoren passer ikke til denne liste.", "The cursor does not belong to this list.")


def _pack(value: Any) -> list[Any]:
    for name, kind in (("d", datetime), ("u", UUID), ("y", date)):
        if isinstance(value, kind):
            return [name, value.isoformat() if hasattr(value, "isoformat") else str(value)]
    return ["v", value]


def _unpack(packed: list[Any]) -> Any:
    name, value = packed
    readers: dict[str, Callable[[str], Any]] = {"d": datetime.fromisoformat, "u": UUID, "y": date.fromisoformat}
    return readers[name](value) if name in readers else value


class Paging:
    """The page a caller asks for. The cursor is bound to the list, its filters, the tenant and the reader's sector."""

    def __init__(self, limit: int, cursor: str | None, *, key: bytes, binding: str) -> None:
        self.limit = limit
        self._cursor = cursor
        self._key = key
        self._binding = binding

    def window(self, statement: Select[Any], *keys: Key) -> Select[Any]:
        """Order by the keys (the last one unique), start after the cursor, take one row more than the page.

        Raises:
            InvalidCursor: the cursor was altered or belongs to another list.
        """
        start = self.start(len(keys))
        return windowed(statement, keys, start, limit=self.limit + 1)

    def start(self, width: int) -> list[Any] | None:
        """The keys of the last row before this page, so many of them; None where it is the first page.

        Raises:
            InvalidCursor: the cursor was altered or belongs to another list.
        """
        return self._read(width) if self._cursor else None

    def cut(self, rows: Sequence[Line], *, key: Callable[[Line], tuple[Any, ...]]) -> tuple[list[Line], PageEnd]:
        """The rows of this page, and where the next one starts."""
        page = list(rows[: self.limit])
        more = len(rows) > self.limit
        return page, PageEnd(next=self._write(key(page[-1])) if more else None)

    def among(self, values: Sequence[Any], *, key: Callable[[Any], tuple[Any, ...]]) -> tuple[list[Any], PageEnd]:
        """One page of a short list that is loaded anyway, in ascending order of its (unique) key.

        Raises:
            InvalidCursor: the cursor was altered or belongs to another list.
        """
        ordered = sorted(values, key=key)
        if self._cursor and ordered:
            after = tuple(self._read(len(key(ordered[0]))))
            ordered = [value for value in ordered if key(value) > after]
        page = ordered[: self.limit]
        more = len(ordered) > self.limit
        return page, PageEnd(next=self._write(key(page[-1])) if more else None)

    def _sign(self, payload: bytes) -> bytes:
        return hmac.new(self._key, payload + self._binding.encode(), hashlib.sha256).digest()[:16]

    def _write(self, values: tuple[Any, ...]) -> str:
        payload = orjson.dumps([_pack(value) for value in values])
        return base64.urlsafe_b64encode(self._sign(payload) + payload).decode().rstrip("=")

    def _read(self, width: int) -> list[Any]:
        cursor = self._cursor or ""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            signature, payload = raw[:16], raw[16:]
            if not hmac.compare_digest(signature, self._sign(payload)):
                raise InvalidCursor()
            values = [_unpack(packed) for packed in orjson.loads(payload)]
        except (ValueError, TypeError):
            raise InvalidCursor() from None
        if len(values) != width:
            raise InvalidCursor()
        return values


def windowed(statement: Select[Any], keys: Sequence[Key], start: Sequence[Any] | None, *, limit: int) -> Select[Any]:
    """So many rows in the order of the keys, from after the given ones on."""
    if start is not None:
        statement = statement.where(_after(keys, start))
    order = [column.asc() if direction == "asc" else column.desc() for column, direction in keys]
    return statement.order_by(*order).limit(limit)


def _after(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows strictly after the given ones in the order of the keys."""
    (first, towards), begins = keys[0], values[0]
    either: list[ColumnElement[bool]] = [false()]
    for depth, ((column, direction), value) in enumerate(zip(keys, values, strict=True)):
        same = [earlier == known for (earlier, _), known in zip(keys[:depth], values[:depth], strict=True)]
        either.append(and_(*same, column > value if direction == "asc" else column < value))
    # Said twice: an index is entered at a bound, and not at an `or`, which would be read up to from the beginning.
    return and_(first >= begins if towards == "asc" else first <= begins, or_(*either))


async def _page_request(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200, description="How many items at most.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=1000, pattern="^[A-Za-z0-9_-]+$", description="`page.next` of the page before.")
    ] = None,
) -> Paging:
    filters = sorted((k, v) for k, v in request.query_params.multi_items() if k not in ("cursor", "limit"))
    actor = request.state.actor
    binding = orjson.dumps([request.scope["path"], filters, actor.authority, actor.sector, actor.unit]).decode()
    return Paging(limit, cursor, key=derive(request.app.state.house.secret, "helhed/cursor/v1"), binding=binding)


PageRequest = Annotated[Paging, Depends(_page_request)]
