"""What tests of the record and the budget say again and again."""

from datetime import timedelta
from typing import Any

import httpx2

from chassis.clock import day_of, now
from chassis.ids import new_id
from services.cases.domain.policies import PolicyDecision
from services.cases.repository import PolicyRepository
from tests.cases.world import Caller, Json, World, agreed

SUMMARY = "Hun fortalte om sin søster."
KINDS = ("contacts", "notes", "appointments", "documents")
AN_HOUR = timedelta(hours=1)


def ago(**time: float) -> str:
    """A moment that has been."""
    return (now() - timedelta(**time)).isoformat()


def ahead(**time: float) -> str:
    """A moment to come."""
    return (now() + timedelta(**time)).isoformat()


def contact(**changes: Any) -> Json:
    """A contact that the citizen attended an hour ago."""
    told = {
        "at": ago(hours=1),
        "channel": "home-visit",
        "initiatedBy": "authority",
        "attended": True,
        "purposeKind": "help",
    }
    return told | changes


def appointment(**changes: Any) -> Json:
    """An appointment of tomorrow."""
    return {"at": ahead(days=1), "channel": "phone", "with": "Bodil fra misbrugscentret"} | changes


def note(**changes: Any) -> Json:
    """A note of now."""
    return {"text": SUMMARY} | changes


def document(**changes: Any) -> Json:
    """A link to a letter."""
    return {"system": "sbsys", "reference": "2026-000117/4", "title": "Brev om gæld"} | changes


BODIES = {"contacts": contact, "notes": note, "appointments": appointment, "documents": document}


def body_of(kind: str, **changes: Any) -> Json:
    """What is told of an entry of that kind."""
    return BODIES[kind](**changes)


async def involved(world: World, *, covering: tuple[str, ...] = ()) -> tuple[Json, Caller, Caller]:
    """A case in which two sectors work, one caller of each; with a consent from the first to the second that covers
    these categories."""
    case = await world.case()
    await world.referred(case, "requested", "accepted")
    anna, bodil = world.caller(), world.caller("health", subject="bodil")
    if covering:
        await anna.does(f"/cases/{case['id']}/consents", agreed(dataCategories=list(covering)))
    return case, anna, bodil


async def decided(world: World, code: str, value: int) -> None:
    """The authority has decided on a policy, from today on."""
    at = now()
    async with world.database.transaction(world.authority) as tx:
        one = PolicyDecision(new_id(), code, 1, value, day_of(at), "Aftalt.", "dora", at)
        await PolicyRepository(tx).add([one])


def allocation(amount: int, **changes: Any) -> Json:
    """Money allocated."""
    return money("allocation", amount, **changes)


def money(kind: str, amount: int | None = None, **changes: Any) -> Json:
    """An entry of the budget."""
    if kind == "reversal":
        return {"kind": kind} | changes
    return {"kind": kind, "amountOere": amount, "payingSector": "employment", "purposeKind": "help"} | changes


async def until_answered(caller: Caller, path: str, body: Json) -> httpx2.Response:
    """Post with one key until there is an answer: a busy service asks to come again."""
    key = f"busy-{now().timestamp()}-{id(body)}"
    while True:
        answer = await caller.http.post(f"/v1{path}", headers=caller.headers | {"Idempotency-Key": key}, json=body)
        if answer.status_code != 503:
            return answer


async def tell_the_record(caller: Caller, case: Json, words: str) -> None:
    """An entry of every kind, a budget, and these words wherever there is room for words."""
    path = f"/cases/{case['id']}"
    await caller.does(f"{path}/contacts", contact(summary=words))
    await caller.does(f"{path}/notes", note(text=words))
    held = await caller.does(f"{path}/appointments", appointment(at=ago(hours=2), **{"with": words}))
    await caller.does(f"{path}/appointments/{held['id']}/outcome", {"outcome": "held"})
    await caller.does(f"{path}/documents", document(title=words))
    await caller.does(f"{path}/budget/entries", allocation(100_000, purpose=words))
