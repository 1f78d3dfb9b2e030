"""Trials and who leads, evaluates and enrols in them, for tests."""

from typing import Any
from uuid import UUID

from chassis.keys import development_token
from services.cases.domain.trial import realm_of
from tests.cases.world import Caller, Json, World

ONGOING = {"from": "2026-01-01", "to": "2029-12-31"}
PROVISIONS = [
    {"code": "las-13", "law": "LAS", "section": "§ 13"},
    {"code": "lab-100", "law": "LAB", "section": "§ 100", "description": "Samtaler"},
]
NO_DEMANDS = {"code": "voluntary", "name": {"da": "Frivillig", "en": "Voluntary"}, "exemptFrom": ["las-13"]}
AS_BEFORE = {"code": "comparison", "name": {"da": "Som hidtil", "en": "As before"}}
YES = {"effort": True, "evaluation": False}
BOTH = {"effort": True, "evaluation": True}


def protocol(**changes: Any) -> Json:
    """What is told of a trial: two arms, drawn for each citizen, under a granted dispensation."""
    told = {
        "name": "Motiveret beskæftigelse",
        "period": ONGOING,
        "legalBasis": {
            "type": "dispensation",
            "reference": "BEK 2498",
            "status": "granted",
            **ONGOING,
            "provisions": PROVISIONS,
        },
        "arms": [NO_DEMANDS, AS_BEFORE],
        "outcomes": [{"code": "who-5", "definition": "Ændring i WHO-5", "measuredAt": ["baseline", "m12"]}],
    }
    return {name: value for name, value in (told | changes).items() if value is not None}


def arms(*codes: str) -> list[Json]:
    """Arms of these codes that exempt from nothing."""
    return [{"code": code, "name": {"da": code, "en": code}} for code in codes]


def manager(world: World, *trials: str, subject: str = "freja", role: str = "trial-manager") -> Caller:
    """Somebody who leads trials: those they founded, and those their token names."""
    token = development_token(
        world.keys, authority=None, sectors=[], roles=[role], subject=subject, trials=list(trials)
    )
    purpose = "statistics" if role == "evaluator" else "trial-administration"
    headers = {"Authorization": f"Bearer {token}", "Access-Purpose": purpose, "Accept-Language": "en"}
    return Caller(world.http, headers)


def evaluator(world: World, *trials: str) -> Caller:
    """Somebody who evaluates the trials of their token."""
    return manager(world, *trials, subject="erik", role="evaluator")


async def founded(world: World, **changes: Any) -> Json:
    """A draft."""
    return await manager(world).does("/trials", protocol(**changes))


async def registered(world: World, *sites: str, **changes: Any) -> Json:
    """A registered trial with these sites, or with the world's authority as its only one."""
    made = await founded(world, **changes)
    for site in sites or (world.authority,):
        await manager(world).does(f"/trials/{made['id']}/sites", {"authority": site, "agreement": "2026-11"})
    return await manager(world).does(f"/trials/{made['id']}/registration")


async def recruiting(world: World, *sites: str, **changes: Any) -> Json:
    """A trial that takes people in."""
    made = await registered(world, *sites, **changes)
    return await manager(world).does(f"/trials/{made['id']}/recruitment")


async def enrolled(world: World, trial: Json, case: Json | None = None, **changes: Any) -> Json:
    """The enrolment of a case, a new one unless it is named, by the caseworker who opened it."""
    case = case or await world.case()
    body = {"caseId": case["id"], "consents": YES} | changes
    return await world.caller().does(f"/trials/{trial['id']}/enrolments", body)


async def ended(world: World, trial: Json) -> Json:
    """The trial once it recruits no more."""
    return await manager(world).does(f"/trials/{trial['id']}/recruitment-end")


async def revealed(world: World, trial: Json) -> Json:
    """What anybody who has the trial can check once recruitment is over."""
    await ended(world, trial)
    await manager(world).does(f"/trials/{trial['id']}/seed-revelation")
    return await world.caller().read(f"/trials/{trial['id']}/allocation-sequence")


def realm(trial: Json) -> str:
    """The trial's own tenant."""
    return realm_of(UUID(trial["id"]))
