"""The acts that journeys are made of, each one call at the gateway. What a test does not say is as in the main job."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from chassis import clock
from chassis.clock import day_of
from helhed.demo.caller import Caller, Json
from helhed.demo.people import person
from tests.journeys.stage import ALCOHOL

NOT_NOW = "Ikke nu. Spørg mig til foråret."


@dataclass(frozen=True, slots=True)
class Opened:
    """An open case and its needs, by domain."""

    id: str
    number: str
    path: str
    needs: dict[str, str]

    @property
    def treatment(self) -> str:
        """The need that is to be handed on."""
        return self.needs["substance-use"]

    @property
    def work(self) -> str:
        """The other need of the main job."""
        return self.needs["employment"]

    def need(self, domain: str) -> str:
        """Where a need lives."""
        return f"{self.path}/needs/{self.needs[domain]}"


def now() -> str:
    """This moment, as it goes on the wire."""
    return datetime.now(UTC).isoformat()


def today() -> date:
    """The day as the services count it."""
    return day_of(clock.now())


def in_days(days: int) -> str:
    """A day near today, as it goes on the wire."""
    return (today() + timedelta(days=days)).isoformat()


def citizen(**contact: Any) -> Json:
    """A made-up citizen whom nobody has met before, reachable by e-mail unless the test says otherwise."""
    made = person(random.Random())
    return {
        "identifiers": [{"system": "cpr", "value": made.number}, {"system": "journal", "value": uuid4().hex}],
        "name": made.name,
        "contact": contact or {"email": made.email, "language": "da"},
    }


async def open_case(caller: Caller, *domains: str, **differs: Any) -> Opened:
    """Open a case with these needs: treatment and work, unless the test says otherwise."""
    wanted = domains or ("substance-use", "employment")
    body = {"citizen": citizen(), "needs": [{"domain": domain} for domain in wanted], **differs}
    case = await caller.post("/v1/cases", body)
    needs = {need["domain"]: need["id"] for need in case["needs"]}
    return Opened(case["id"], case["caseNumber"], f"/v1/cases/{case['id']}", needs)


async def set_aside(caller: Caller, case: Opened, domain: str = "employment") -> Json:
    """The citizen says "not now"."""
    body = {
        "citizenStatement": NOT_NOW,
        "revisitOn": (today() + timedelta(days=120)).isoformat(),
        "revisitBySector": "employment",
    }
    return await caller.post(f"{case.need(domain)}/setting-aside", body)


async def consent(caller: Caller, case: Opened, **differs: Any) -> Json:
    """The citizen agrees that health may know."""
    body = {
        "decision": "given",
        "fromSector": "employment",
        "toSector": "health",
        "dataCategories": ["need", "contact"],
        "sharedFor": "treatment",
        "legalBasis": "fvl-28",
        "evidence": "Mundtligt ved samtalen, noteret i journalen.",
        "givenBy": "citizen",
        **differs,
    }
    return await caller.post(f"{case.path}/consents", body)


def wish(case: Opened, domain: str = "substance-use", **differs: Any) -> Json:
    """What a referral asks for; on which basis, the test says."""
    return {
        "caseId": case.id,
        "needId": case.needs[domain],
        "toSector": "health",
        "toUnit": ALCOHOL,
        "reason": "Borgeren ønsker hjælp nu.",
        "approachedOn": today().isoformat(),
        **differs,
    }


async def refer(caller: Caller, case: Opened, domain: str = "substance-use", **differs: Any) -> str:
    """Ask another sector to take a need on; where the referral lives. Without a consent: on a legal basis."""
    basis = {} if {"consentId", "legalBasis"} & differs.keys() else {"legalBasis": "fvl-28-2"}
    referral = await caller.post("/v1/referrals", wish(case, domain, **basis, **differs))
    return f"/v1/referrals/{referral['id']}"


async def refer_unseen(caller: Caller, case: Opened, domain: str = "substance-use") -> str:
    """Ask for anonymous treatment: the receiver finds nothing of it; where the referral lives."""
    referral = await caller.post("/v1/referrals", wish(case, domain, anonymous=True))
    return f"/v1/referrals/{referral['id']}"


async def catch_code(caller: Caller, referral: str) -> Json:
    """A code for the citizen to carry."""
    return await caller.post(f"{referral}/catch-codes")


async def accept(caller: Caller, referral: str) -> Json:
    """The receiver commits to act."""
    return await caller.post(f"{referral}/acceptance", {})


async def try_to_reach(caller: Caller, referral: str) -> Json:
    """The receiver calls; nobody answers."""
    return await caller.post(f"{referral}/contact-attempts", {"at": now(), "channel": "phone", "result": "no-answer"})


async def claim(caller: Caller, referral: str) -> Json:
    """Somebody of the unit takes it in hand."""
    return await caller.post(f"{referral}/claim")


async def ask(caller: Caller, referral: str) -> Json:
    """The receiver asks the sender something."""
    return await caller.post(f"{referral}/questions", {"text": "Er der børn i hjemmet?"})


async def offer_by_link(keeper: Caller) -> str:
    """The directory says of a service that it has no system to answer with; the service's id."""
    placed = {"sector": "health", "unit": ALCOHOL, "partnerLinks": True}
    service = {"id": str(uuid4()), "name": "Rådgivning", "status": "active", "helhed": placed}
    await keeper.post("/v1/directory/imports", service)
    return str(service["id"])


async def give_link(caller: Caller, referral: str) -> Json:
    """The sender gives a partner without a system a link."""
    return await caller.post(f"{referral}/partner-links", {})


def token_in(link: Json) -> str:
    """The secret of a link."""
    return str(link["url"]).partition("#t=")[2]


async def send_on(caller: Caller, referral: str) -> Json:
    """The receiver sends the request on, within its own sector."""
    onward = {"toSector": "health", "toUnit": "health:psykiatri", "reasonCode": "wrong-service"}
    return await caller.post(f"{referral}/redirection", onward)


async def pause(caller: Caller, referral: str) -> Json:
    """The citizen wants a pause."""
    return await caller.post(f"{referral}/hold", {"because": "Borgeren vil flytte først."})


async def meet(caller: Caller, referral: str) -> Json:
    """The citizen comes."""
    return await caller.post(f"{referral}/first-contact", {"at": now(), "channel": "face-to-face", "attended": True})


async def give_receipt(caller: Caller, referral: str, *, takes_holding: bool = True) -> Json:
    """The receiver promises."""
    return await caller.post(f"{referral}/handover-receipt", {"takesHolding": takes_holding})


async def catch(caller: Caller, referral: str, *, takes_holding: bool = True) -> None:
    """All three acts of the receiver."""
    await accept(caller, referral)
    await meet(caller, referral)
    await give_receipt(caller, referral, takes_holding=takes_holding)


async def release(caller: Caller, case: Opened, sector: str = "employment") -> Json:
    """A sector lets go."""
    return await caller.post(f"{case.path}/releases", LETTING_GO | {"sector": sector})


LETTING_GO = {"sector": "employment", "reason": "Grebet af rusmiddelcentret."}


async def unmet(caller: Caller, case: Opened, sector: str = "employment") -> list[tuple[str, str | None]]:
    """What a release would miss: codes, each with the need it concerns, in the order told."""
    check = await caller.get(f"{case.path}/release-check", sector=sector)
    assert check["releasable"] is (not check["unmet"])
    return [(condition["code"], condition["needId"]) for condition in check["unmet"]]


async def need_in(caller: Caller, case: Opened, domain: str) -> Json:
    """A need as the case shows it."""
    whole = await caller.get(case.path)
    found: Json = next(need for need in whole["needs"] if need["domain"] == domain)
    return found


async def alarms(caller: Caller, case: Opened) -> list[str]:
    """What the case asks somebody to look at."""
    return [item["kind"] for item in (await caller.get(case.path))["attention"]]
