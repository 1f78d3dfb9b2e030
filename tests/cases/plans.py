"""Plans as they are sent, and writing them, for the tests of plans."""

from typing import Any

import httpx2

from tests.cases.world import Caller, Json, World, agreed

WORDS = "Jeg vil kunne sove om natten og se mine børn."
COMMENT = "Det hjælper, når hun ringer først."
STATEMENT = "Sådan vil jeg gerne have det."
COMPANION = "Min søster Karla"
SECRETS = (WORDS, COMMENT, STATEMENT, COMPANION)
LEVELS = {"-2": "aldrig", "-1": "en nat", "0": "tre nætter", "1": "fem nætter", "2": "hver nat"}


def goal(**changes: Any) -> Json:
    """A goal in the citizen's words."""
    return {"inCitizensWords": WORDS, "about": "family", **changes}


def scaled(weight: int = 1, **changes: Any) -> Json:
    """A goal with a scale."""
    return goal(scale={"weight": weight, "levels": LEVELS}, **changes)


def effort(sector: str = "employment", **changes: Any) -> Json:
    """Help that a sector gives from today on."""
    return {"sector": sector, "kind": "mentor", "from": "2026-11-01", "citizenComment": COMMENT, **changes}


def stand(*, agrees: bool = True, **changes: Any) -> Json:
    """Where the citizen stands."""
    return {"agrees": agrees, "statement": STATEMENT, "at": "2026-03-02T09:00:00Z", **changes}


def body(*goals: Json, **changes: Any) -> Json:
    """A plan with these goals (one, when none is named) and the changes."""
    return {"goals": list(goals) or [goal()], **changes}


async def first(caller: Caller, case: Json, plan: Json) -> httpx2.Response:
    """The first version."""
    return await caller.put(f"/cases/{case['id']}/plan", plan, If_None_Match="*")


async def then(caller: Caller, case: Json, plan: Json, version: int) -> httpx2.Response:
    """The next version."""
    return await caller.put(f"/cases/{case['id']}/plan", plan, If_Match=f'"{version}"')


async def kept(caller: Caller, case: Json, plan: Json, version: int = 0) -> Json:
    """The plan, if it was taken."""
    answer = await (then(caller, case, plan, version) if version else first(caller, case, plan))
    assert answer.is_success, answer.text
    return dict(answer.json())


def again(plan: Json, **changes: Any) -> Json:
    """What somebody who has read a plan sends back, with changes."""
    stood = plan["citizenAgreement"]
    said = {
        "goals": plan["goals"],
        "efforts": plan["efforts"],
        "citizenAgreement": stood and {name: stood[name] for name in ("agrees", "statement", "at")},
        "companion": plan["companion"],
        "representative": plan["representative"],
    }
    return said | changes


async def shared(world: World, case: Json, category: str, *, to: str = "health") -> Json:
    """Health gets a part in the case, and employment may tell another sector of one kind of information."""
    told = agreed(dataCategories=[category], toSector=to)
    return await world.caller().does(f"/cases/{case['id']}/consents", told)


async def joined(world: World, case: Json) -> Caller:
    """Somebody of health, which has a part in the case since it accepted a referral of it."""
    await world.referred(case, "requested", "accepted")
    return world.caller("health", subject="bodil")
