"""Repeat a POST without doing it twice. The key commits with what it did, so there is no moment in between.

Only 2xx answers are kept (seven days, sealed). A repeat is answered only to who could read the same thing today.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from chassis.actor import Actor
from chassis.clock import now
from chassis.database import Transaction
from chassis.problems import KeyInFlight, KeyReused
from chassis.sealing import Sealer
from chassis.tables import TABLES

HEADER = "Idempotency-Key"
KEPT = timedelta(days=7)
_FORM = re.compile(r'^"?([\x21\x23-\x5b\x5d-\x7e]{16,255})"?$')
# Reads in the clothes of a POST: nothing to repeat.
_READS = re.compile(r"/_search$|/_batch$|-checks$|/(survey|partner)-sessions$")


def needs_key(method: str, path: str) -> bool:
    """True for an operation that creates, changes or sends."""
    return method == "POST" and not _READS.search(path)


def parse(header: str) -> str | None:
    """The key, from its quoted form (RFC 9651 String) or, leniently, unquoted; None when it has neither form."""
    found = _FORM.match(header.strip())
    return found[1] if found else None


_keys = TABLES.idempotency_keys
_LOCK = select(func.pg_try_advisory_xact_lock(bindparam("lock", type_=BigInteger)).label("mine"))
_EARLIER = select(_keys.c.fingerprint, _keys.c.status, _keys.c.headers, _keys.c.body).where(
    _keys.c.scope == bindparam("key_scope"), _keys.c.expires_at > bindparam("at")
)
_new = insert(_keys)
# A row may be left from a key that has expired and not been swept yet; a living one is somebody's answer.
_KEEP = _new.on_conflict_do_update(
    index_elements=[_keys.c.scope],
    set_={column.name: _new.excluded[column.name] for column in _keys.columns if column.name != "scope"},
    where=_keys.c.expires_at <= func.now(),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer that was given the first time."""

    status: int
    headers: dict[str, str]
    body: bytes


class Claim:
    """One caller's key on one operation."""

    def __init__(self, actor: Actor, *, method: str, route: str, path: str, key: str, body: bytes) -> None:
        # One client cannot meet another's key: who asks, as what, where and for which tenant are part of it.
        asked_by = (actor.issuer, actor.client, actor.subject, actor.authority, actor.sector, actor.unit)
        self.scope = _digest(*map(str, asked_by), method, route, key)
        self.fingerprint = _digest(method, path, hashlib.sha256(body).hexdigest())

    async def earlier(self, tx: Transaction, sealer: Sealer) -> Kept | None:
        """What was answered before, or None when this is the first time.

        Raises:
            KeyInFlight: the first request is still running.
            KeyReused: the key was used for another request.
        """
        # An insert would wait for the other transaction; the lock says at once that there is one.
        lock = int.from_bytes(self.scope[:8], "big", signed=True)
        row = await tx.one(_LOCK, lock=lock)
        if row is None or not row.mine:
            raise KeyInFlight()
        kept = await tx.one(_EARLIER, key_scope=self.scope, at=now())
        if kept is None:
            return None
        if kept.fingerprint != self.fingerprint:
            raise KeyReused()
        return Kept(kept.status, kept.headers, sealer.open(kept.body, context=self._context()).encode())

    async def keep(self, tx: Transaction, sealer: Sealer, answer: Kept) -> None:
        """Store the answer beside what it is the answer to."""
        answered = {
            "scope": self.scope,
            "authority": tx.authority,
            "fingerprint": self.fingerprint,
            "status": answer.status,
            "headers": answer.headers,
            "body": sealer.seal(answer.body.decode(), context=self._context()),
            "expires_at": now() + KEPT,
        }
        changed = await tx.run(_KEEP, [answered])
        if changed != 1:
            raise KeyInFlight()

    def _context(self) -> str:
        return f"idempotency_keys.body:{self.scope.hex()}"


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\x1f".join(parts).encode()).digest()
