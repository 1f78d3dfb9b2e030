"""The operations that are measured, as the bytes a client sends; the same to gateway, service and bare handler."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from helhed.demo.people import CLOSING_UNIT, UNITS

AUTHORITY = "0101"
BIG_UNIT, SMALL_UNIT = "health:visitation", "health:sundhedshus"


@dataclass(frozen=True, slots=True)
class World:
    """What a client must know to ask: tokens by subject, and the case that was copied many times (see copies.py)."""

    tokens: dict[str, str]
    case: str
    need: str
    referral: str
    copies: int

    def nth(self, original: str, number: int) -> str:
        """The id that `original` has in a copy."""
        return str(nth(UUID(original), number % self.copies + 1))


def nth(original: UUID, number: int) -> UUID:
    """Copies have the ids of the original, counted on: neighbours in an index, as ids made one after another are."""
    return UUID(int=original.int + number)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `request(world, number)` is a call that no earlier number has made."""

    name: str
    service: str
    status: int
    request: Callable[[World, int], bytes]


def _open_case(world: World, number: int) -> bytes:
    return _post(
        "/v1/cases",
        world.tokens["opener"],
        {
            "citizen": {
                "identifiers": [{"system": "cpr", "value": cpr(number)}],
                "name": "Prøve Målestok",
                "contact": {"phone": "+45 00 11 22 33", "email": "1@example.org", "language": "da"},
            },
            "kle": "15.00.00",
            "needs": [{"domain": "substance-use"}, {"domain": "employment"}],
            "citizenInformed": {"on": "2026-11-21", "how": "conversation"},
        },
    )


def _read_case(world: World, number: int) -> bytes:
    # Steps of a large prime walk over all copies, so that no page of a table is favoured.
    return _get(f"/v1/cases/{world.nth(world.case, number * 7919)}", world.tokens["reader"])


def _reading(target: str, who: str) -> Callable[[World, int], bytes]:
    return lambda world, number: _get(target, world.tokens[who])


def _accept_referral(world: World, number: int) -> bytes:
    return _post(f"/v1/referrals/{world.nth(world.referral, number)}/acceptance", world.tokens["receiver"], {})


OPEN_CASE = Operation("open-case", "cases", 201, _open_case)
READ_CASE = Operation("read-case", "cases", 200, _read_case)
LIST_50 = Operation("list-50", "cases", 200, _reading("/v1/cases?limit=50", "reader"))
ACCEPT_REFERRAL = Operation("accept-referral", "referrals", 200, _accept_referral)
# Opening is last: what the bare handler writes then is sealed by nobody, and no list of a service could show it.
MEASURED = (READ_CASE, LIST_50, ACCEPT_REFERRAL, OPEN_CASE)

WORKLIST_OF_UNIT = Operation("worklist of a unit", "cases", 200, _reading("/v1/worklist?as=unit&limit=50", "reader"))
WORKLIST_OF_ONE = Operation("worklist of one", "cases", 200, _reading("/v1/worklist?limit=50", "coordinator"))
# What only the planner is asked about: lists seen by those who hold, by those who receive, by those who see nothing.
PLANNED = (
    LIST_50,
    Operation("list-50, received", "cases", 200, _reading("/v1/cases?limit=50", "receiver")),
    Operation("list-50, nothing seen", "cases", 200, _reading("/v1/cases?limit=50", "stranger")),
    WORKLIST_OF_UNIT,
    WORKLIST_OF_ONE,
)


def _watching(name: str, more: str) -> Operation:
    return Operation(name, "cases", 200, _reading(f"/v1/watch-list?limit=50{more}", "reader"))


# What a caseworker's screen opens with. Of the kinds, one that nearly every case is on the list for, and one that none
# is, though others are as urgent; of the units, one that holds nearly all, and one that holds one in a hundred.
WATCHED = (
    _watching("watch list", ""),
    _watching("watch list, a kind of many", "&kind=need-uncaught"),
    _watching("watch list, a kind of none", "&kind=first-contact-overdue"),
    _watching("watch list, a unit", f"&unit={UNITS['employment'][0]}"),
    _watching("watch list, a small unit", f"&unit={CLOSING_UNIT}"),
    _watching("watch list, a small unit's kind of many", f"&unit={CLOSING_UNIT}&kind=need-uncaught"),
    Operation("worklist counts", "cases", 200, _reading("/v1/worklist/counts", "reader")),
    WORKLIST_OF_UNIT,
    WORKLIST_OF_ONE,
)
BY_NAME = {operation.name: operation for operation in (*MEASURED, *PLANNED, *WATCHED)}


def cpr(number: int) -> str:
    """A replacement number (day + 60) for every number; no living person can have one."""
    rest, serial = divmod(number, 10_000)
    rest, year = divmod(rest, 100)
    month, day = divmod(rest, 28)
    return f"{day + 61:02d}{month % 12 + 1:02d}{year:02d}{serial:04d}"


def _get(target: str, token: str) -> bytes:
    return _head("GET", target, token) + b"\r\n"


def _post(target: str, token: str, body: dict[str, Any]) -> bytes:
    content = json.dumps(body, ensure_ascii=False).encode()
    more = f"content-type: application/json\r\ncontent-length: {len(content)}\r\nidempotency-key: {uuid4()}\r\n\r\n"
    return _head("POST", target, token) + more.encode() + content


def _head(method: str, target: str, token: str) -> bytes:
    lines = (
        f"{method} {target} HTTP/1.1",
        "host: 127.0.0.1",
        f"authorization: Bearer {token}",
        "access-purpose: casework",
        "accept: application/json",
        "",
    )
    return "\r\n".join(lines).encode()
