"""A system that brings what it has: lines to send, the way to send them, and what became of them."""

import json
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2

from services.cases.clocks import work_off
from tests.cases.world import NAME, Caller, Json, World, cpr

NDJSON, CSV = "application/x-ndjson", "text/csv"
OPENED, MOVED, CLOSED = "2021-03-01T08:00:00Z", "2023-05-02T09:00:00Z", "2025-06-30T12:00:00Z"
WORDS = "Jeg vil hellere vente, til jeg har fået ro."


def name(system: str = "fagsystem") -> Json:
    """What the other system calls a record that nobody has met."""
    return {"system": system, "value": secrets.token_hex(8)}


def stretch(kind: str = "holder", sector: str = "employment", since: str = OPENED, **more: Any) -> Json:
    """One stretch of responsibility; of who is involved still, with what lets them read the case."""
    basis = {"legalBasis": "rsl-11-c"} if kind == "involved" and "to" not in more else {}
    return {"kind": kind, "sector": sector, "from": since, **basis, **more}


def coordinating(sector: str = "employment", since: str = OPENED, **more: Any) -> Json:
    """Somebody coordinates."""
    return stretch("coordinator", sector, since, subject="anna", **more)


def case_line(**changes: Any) -> Json:
    """A case that was opened by employment, and is still there; a member given as None is left out."""
    told = {
        "externalReferences": [name()],
        "citizen": {"identifiers": [{"system": "cpr", "value": cpr()}], "name": NAME},
        "openedAt": OPENED,
        "responsibility": [stretch(), coordinating()],
        "needs": [{"domain": "debt", "ownerSector": "employment", "registeredAt": OPENED}],
        **changes,
    }
    return {member: value for member, value in told.items() if value is not None}


def closed_line(**changes: Any) -> Json:
    """A case that ended."""
    over = {"at": CLOSED, "ground": "citizen-declined", "reason": "Ønskede ikke mere."}
    return case_line(**{"closure": over, "responsibility": [stretch()]} | changes)


def ndjson(*lines: Any) -> bytes:
    """Lines as a file; text stays as it is."""
    return "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode()


@dataclass
class Importer:
    """A system of one sector in one authority."""

    world: World
    sector: str | None = "employment"

    @property
    def caller(self) -> Caller:
        """The system with its token."""
        return self.world.caller(self.sector, role="integration", subject="fagsystem")

    async def send(self, operation: Json, number: int, content: bytes, kind: str = NDJSON, **headers: str) -> Any:
        """Send a part, on the version that was read."""
        named = {"Content-Type": kind, "If-Match": f'"{operation["version"]}"', **headers}
        where = f"/v1/operations/{operation['id']}/parts/{number}"
        answer: httpx2.Response = await self.world.http.put(where, headers=self.caller.headers | named, content=content)
        return answer

    async def submitted(self, *parts: bytes, of: str = "cases", dry: bool = False, content: str = NDJSON) -> Json:
        """An import that waits to be worked off."""
        operation = await self.caller.does("/imports", {"kind": of, "dryRun": dry})
        for number, part in enumerate(parts, 1):
            answer = await self.send(operation, number, part, content)
            assert answer.status_code == 200, answer.text
            operation = answer.json()
        return await self.caller.does(f"/operations/{operation['id']}/submission", {"parts": len(parts)})

    async def work_off(self, operation: Json) -> Json:
        """Work off what is left; the operation at its end."""
        while await work_off(self.world.database, UUID(operation["id"]), self.world.authority):
            pass
        return await self.caller.read(f"/operations/{operation['id']}")

    async def brought(self, *lines: Any, of: str = "cases", dry: bool = False) -> list[tuple[str, str | None]]:
        """Import these lines; what became of each: its outcome, and its code where it was refused."""
        operation = await self.work_off(await self.submitted(ndjson(*lines), of=of, dry=dry))
        assert operation["state"] == "done"
        return [(one["outcome"], one["code"]) for one in await self.outcomes(operation)]

    async def outcomes(self, operation: Json, **filters: str) -> list[Json]:
        """What became of all lines."""
        found: list[Json] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.caller.read(f"/operations/{operation['id']}/lines", limit="200", **filters, **cursor)
            found += page["items"]
            if page["page"]["next"] is None:
                return found
            cursor = {"cursor": page["page"]["next"]}

    async def find(self, line: Json) -> Json:
        """The case a line has become, as its sector reads it."""
        searched = {"externalReference": {part: line["externalReferences"][0][part] for part in ("system", "value")}}
        found = await self.world.caller(self.sector).does("/cases/_search", searched)
        return await self.world.caller(self.sector).read(f"/cases/{found['items'][0]['id']}")
