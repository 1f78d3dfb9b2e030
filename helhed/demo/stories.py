"""The stories: how one citizen's case goes, from the first conversation to the catch, or to where it stops."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from helhed.demo.caller import Caller, Json
from helhed.demo.people import Person


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part: the sender's caseworker, the receiver's, and which unit is to catch."""

    employment: Caller
    health: Caller
    receiving_unit: str
    dice: random.Random


@dataclass(slots=True)
class Told:
    """What came of it."""

    case_id: str
    treatment: str
    work: str
    referral_id: str | None = None


Story = Callable[[Cast, Person], Awaitable[Told]]


async def opened(cast: Cast, person: Person) -> Told:
    """A case with two needs; about work the citizen says "not now". Nobody is asked to catch yet."""
    needs = [{"id": str(uuid4()), "domain": domain} for domain in (person.first_need, person.second_need)]
    case = await cast.employment.post(
        "/v1/cases",
        {
            "citizen": {
                "identifiers": [{"system": "cpr", "value": person.number}],
                "name": person.name,
                "contact": {"phone": person.phone, "email": person.email, "language": person.language},
            },
            "kle": "15.00.00",
            "needs": needs,
            "citizenInformed": {"on": _today(), "how": "conversation"},
        },
    )
    told = Told(case["id"], needs[0]["id"], needs[1]["id"])
    await cast.employment.post(
        f"/v1/cases/{told.case_id}/needs/{told.work}/setting-aside",
        {
            "citizenStatement": "Ikke nu. Spørg mig til foråret.",
            "revisitOn": (datetime.now(UTC).date() + timedelta(days=cast.dice.randrange(60, 180))).isoformat(),
            "revisitBySector": "employment",
        },
    )
    return told


async def requested(cast: Cast, person: Person) -> Told:
    """Consent to share the treatment need with health, and a referral to the unit that is to catch."""
    told = await opened(cast, person)
    consent = await cast.employment.post(
        f"/v1/cases/{told.case_id}/consents",
        {
            "decision": "given",
            "fromSector": "employment",
            "toSector": "health",
            "dataCategories": ["need", "contact"],
            "sharedFor": "treatment",
            "legalBasis": "fvl-28",
            "evidence": "Mundtligt ved samtalen, noteret i journalen.",
            "givenBy": "citizen",
        },
    )
    referral = await cast.employment.post(
        "/v1/referrals",
        {
            "caseId": told.case_id,
            "needId": told.treatment,
            "toSector": "health",
            "toUnit": cast.receiving_unit,
            "reason": "Borgeren ønsker hjælp nu.",
            "approachedOn": _today(),
            "consentId": consent["id"],
        },
    )
    told.referral_id = referral["id"]
    return told


async def rejected(cast: Cast, person: Person) -> Told:
    """The unit has no room: responsibility stays where it was."""
    told = await requested(cast, person)
    reason = cast.dice.choice(("no-capacity", "not-in-target-group", "wrong-service"))
    await cast.health.post(f"/v1/referrals/{told.referral_id}/rejection", {"reasonCode": reason})
    return told


async def accepted(cast: Cast, person: Person) -> Told:
    """The unit says yes, and has tried to reach the citizen once or twice. An attempt is not a contact."""
    told = await requested(cast, person)
    await cast.health.post(f"/v1/referrals/{told.referral_id}/acceptance", {"responsibleUnit": cast.receiving_unit})
    for _ in range(cast.dice.randrange(1, 3)):
        await cast.health.post(
            f"/v1/referrals/{told.referral_id}/contact-attempts",
            {"at": _now(), "channel": "phone", "result": "no-answer"},
        )
    return told


async def failed(cast: Cast, person: Person) -> Told:
    """The unit gives up: the sender still holds, and is told."""
    told = await accepted(cast, person)
    await cast.health.post(f"/v1/referrals/{told.referral_id}/failure", {"reasonCode": "citizen-not-reached"})
    return told


async def met(cast: Cast, person: Person) -> Told:
    """The citizen and the unit have met."""
    told = await accepted(cast, person)
    await cast.health.post(
        f"/v1/referrals/{told.referral_id}/first-contact", {"at": _now(), "channel": "face-to-face", "attended": True}
    )
    return told


async def caught(cast: Cast, person: Person) -> Told:
    """Met, and health has given its receipt: it takes over."""
    told = await met(cast, person)
    await cast.health.post(f"/v1/referrals/{told.referral_id}/handover-receipt", {"takesHolding": True})
    return told


async def released(cast: Cast, person: Person) -> Told:
    """Caught, and employment lets go: holder and coordinator move in one step."""
    told = await caught(cast, person)
    await until_releasable(cast.employment, told.case_id)
    await cast.employment.post(
        f"/v1/cases/{told.case_id}/releases", {"sector": "employment", "reason": "Grebet af rusmiddelcentret."}
    )
    return told


async def closed(cast: Cast, person: Person) -> Told:
    """Released, and the need is met: health closes the case."""
    told = await released(cast, person)
    await cast.health.post(f"/v1/referrals/{told.referral_id}/completion", {"outcome": "help-given"})
    await cast.health.post(f"/v1/cases/{told.case_id}/needs/{told.treatment}/closure", {"outcome": "met"})
    await cast.health.post(
        f"/v1/cases/{told.case_id}/closure", {"ground": "no-needs-left", "reason": "Hjælpen er givet."}
    )
    return told


async def until_releasable(caller: Caller, case_id: str) -> Json:
    """The release check, once cases has heard of the catch. The caller's own writes are waited for by the gateway; the
    receiver's writes are another caller's, and news of them takes a moment."""

    deadline = time.monotonic() + caller.patience
    while True:
        check = await caller.get(f"/v1/cases/{case_id}/release-check", sector="employment")
        if check["releasable"] or time.monotonic() > deadline:
            return check
        await asyncio.sleep(0.1)


# How many of a hundred go which way.
MIX: tuple[tuple[Story, int], ...] = (
    (opened, 10),
    (requested, 12),
    (rejected, 14),
    (accepted, 14),
    (failed, 6),
    (met, 6),
    (caught, 10),
    (released, 18),
    (closed, 10),
)


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
