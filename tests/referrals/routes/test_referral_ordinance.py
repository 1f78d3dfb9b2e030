"""Every cell of (side, state, action) over HTTP: allowed, it is done and announced; otherwise nothing happens, and who
asked is told what is allowed, or whose it is."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from services.referrals.tables import referrals
from tests.referrals.ordinance import ACTIONS, NEWS, ORDINANCE, SENDERS, SIDES, STATES, WHOSE_IT_IS, offered, owner
from tests.referrals.world import BODIES, Caller, World, let_go, slug

WAYS = {
    "draft": [],
    "requested": [],
    "accepted": ["acceptance"],
    "in-progress": ["acceptance", "first-contact"],
    "on-hold": ["acceptance", "hold"],
    "on-hold, met": ["acceptance", "first-contact", "hold"],
    "completed": ["acceptance", "first-contact", "completion"],
    "failed": ["acceptance", "failure"],
    "rejected": ["rejection"],
    "cancelled": ["cancellation"],
    "entered-in-error": ["entry-in-error"],
}
"""How a referral comes to a state. A draft is nobody's yet: only a row can be one."""

WAIVABLE = {"accepted", "on-hold"}
"""States on the ways above in which a first contact is promised and has not been had, so a receiver may waive it."""

COMPLETABLE = {"requested", "accepted", "in-progress", "on-hold", "on-hold, met"}
"""States on the ways above in which the sender may complete what it hands over: nobody has signed for it yet."""


@dataclass
class Stood:
    """A referral from employment to health's unit `alkohol` in some state, with a question that is not answered."""

    world: World
    id: str
    case_id: UUID
    question: str

    def by(self, side: str) -> Caller:
        """Somebody who stands on that side of it."""
        if side in ("sender", "former-sender"):
            return self.world.caller("employment", subject="s-eva")
        return self.world.caller("health", "alkohol" if side == "receiver" else "psykiatri", subject="s-anna")

    async def take(self, action: str, side: str) -> Any:
        """Try."""
        body = BODIES[action] | ({"questionId": self.question} if action == "answers" else {})
        return await self.by(side).post(f"/referrals/{self.id}/{action}", body)

    async def seen(self) -> dict[str, Any]:
        """As the receiver sees it."""
        return dict((await self.by("receiver").get(f"/referrals/{self.id}")).json())

    async def news(self) -> list[str]:
        """What the town has heard of its case."""
        return [event["type"].split(".")[3] for event in await self.world.announced(self.case_id)]


async def stood(world: World, state: str, *, claimed: bool = False) -> Stood:
    """A referral in this state; in hand of the receiver's, where wanted."""
    asked = await world.referral(toUnit="alkohol")
    one = Stood(world, asked["id"], UUID(asked["caseId"]), "")
    put = await one.take("questions", "receiver")
    one.question = put.json()["id"]
    for step in [*(["claim"] if claimed else []), *WAYS[state]]:
        took = await one.take(step, owner(step))
        assert took.is_success, took.text
    if state == "draft":
        async with world.database.transaction(world.authority) as tx:
            await tx.run(update(referrals).where(referrals.c.id == UUID(one.id)).values(state="draft"))
    assert (await one.seen())["state"] == told(state)
    return one


def told(state: str) -> str:
    """The state, without what went before it."""
    return state.partition(",")[0]


def test_every_state_of_the_list_is_stood_in() -> None:
    assert {told(state) for state in WAYS} == set(STATES)
    assert set(NEWS) == set(ACTIONS) == set(BODIES)


@pytest.mark.parametrize("state", list(WAYS))
async def test_what_is_allowed_is_done_and_announced(world: World, state: str) -> None:
    cells = [(side, action) for side, at, action in ORDINANCE if at == told(state)]
    for side, action in cells:
        one = await stood(world, state, claimed=action == "return")
        before, said = await one.seen(), await one.news()

        done = await one.take(action, side)

        reached = ORDINANCE[side, told(state), action]
        if (state, action) == ("on-hold, met", "resumption"):
            reached = "in-progress"
        after = await one.seen()
        assert done.is_success, (side, action, done.text)
        assert (after["state"], after["version"]) == (reached, before["version"] + 1), action
        assert (await one.news())[len(said) :] == NEWS[action], action


@pytest.mark.parametrize("state", list(WAYS))
async def test_what_is_not_allowed_is_refused_and_changes_nothing(world: World, state: str) -> None:
    one = await stood(world, state)
    before, said = await one.seen(), await one.news()
    for side in SIDES:
        if side == "former-sender":
            await world.tell(one.case_id, let_go())
        for action in ACTIONS:
            # Nobody has it in hand, so nobody hands it back, whatever its state.
            if (side, told(state), action) in ORDINANCE and action != "return":
                continue
            tried = await one.take(action, side)
            assert (tried.status_code, slug(tried), tried.json().get("allowed")) == expected(side, state, action), (
                side,
                action,
            )

    assert (await one.seen(), await one.news()) == (before, said)


def expected(side: str, state: str, action: str) -> tuple[int, str, list[str] | None]:
    """How this side is refused this action."""
    if side != owner(action):
        return 403, WHOSE_IT_IS[side, owner(action)], None
    waiver = ["deadline-waiver"] if side == "receiver" and state in WAIVABLE else []
    return 409, "invalid-transition", [*offered(side, told(state), without="return"), *waiver]


@pytest.mark.parametrize("state", list(WAYS))
async def test_what_is_offered_is_what_is_allowed(world: World, state: str) -> None:
    one = await stood(world, state)
    waiver = ["deadline-waiver"] if state in WAIVABLE else []
    # No step: what is handed over can be completed until the receipt.
    beside = {"sender": ["handover-content"] if state in COMPLETABLE else [], "receiver": waiver, "colleague": []}

    for side in ("sender", "receiver", "colleague"):
        shown = (await one.by(side).get(f"/referrals/{one.id}")).json()["allowedActions"]
        own = [*offered(side, told(state), without="return"), *beside[side]]
        assert shown == own, side
    assert SENDERS.isdisjoint((await one.seen())["allowedActions"])
