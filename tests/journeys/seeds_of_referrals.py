"""Seeds for what is done to one referral, and for the directory: each in the state in which it can succeed."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from helhed.demo.caller import Caller, Json
from tests.journeys import acts
from tests.journeys.bodies import BODIES
from tests.journeys.seeds_of_cases import Add
from tests.journeys.stage import Stage


async def of_referrals(add: Add, stage: Stage, shared: dict[str, Any]) -> None:
    """All of them. What all that read the directory share is added to `shared`."""
    await _referrals(add, stage)
    await _steps(add, stage)
    await _links(add, stage)
    await _directory(add, stage, shared)


async def _referrals(add: Add, stage: Stage) -> None:
    """One referral for each step that can be taken, taken as far as the step needs."""
    domains = (
        "substance-use",
        "mental-health",
        "physical-health",
        "housing",
        "debt",
        "income",
        "family",
        "loneliness",
    )
    case = await acts.open_case(stage.employment, *domains)
    untouched = iter(domains)
    for operation, before in (
        ("acceptReferral", ()),
        ("rejectReferral", ()),
        ("failReferral", (acts.accept,)),
        ("waiveDeadlines", (acts.accept,)),
        ("recordContactAttempt", (acts.accept,)),
        ("recordFirstContact", (acts.accept,)),
        ("giveHandoverReceipt", (acts.accept,)),
        ("completeReferral", (acts.accept, acts.meet)),
    ):
        referral = await acts.refer(stage.employment, case, next(untouched))
        for act in before:
            await act(stage.health, referral)
        add(operation, stage.health, {"referralId": _id(referral)})
    asked = await acts.refer(stage.employment, await acts.open_case(stage.employment, "housing"), "housing")
    add("cancelReferral", stage.employment, {"referralId": _id(asked)})


async def _steps(add: Add, stage: Stage) -> None:
    """Claims, pauses, questions, redirections and reorganised units: each from where it can be taken."""
    for operation, before in (
        ("claimReferral", ()),
        ("returnReferral", (acts.claim,)),
        ("askQuestion", ()),
        ("putReferralOnHold", (acts.accept,)),
        ("resumeReferral", (acts.accept, acts.pause)),
        ("redirectReferral", ()),
        ("getRedirection", (acts.send_on,)),
    ):
        add(operation, stage.health, {"referralId": _id(await _asked(stage, *before))})
    add("enterReferralInError", stage.employment, {"referralId": _id(await _asked(stage))})
    await _questions(add, stage)
    await _handovers(add, stage)
    lead = stage.somebody(sector="health", role="team-lead")
    made = await lead.post("/v1/unit-reassignments", BODIES["reassignUnit"])
    add("reassignUnit", lead, {})
    add("getUnitReassignment", lead, {"reassignmentId": made["id"]})


async def _questions(add: Add, stage: Stage) -> None:
    referral = await _asked(stage)
    answered, asked = [(await acts.ask(stage.health, referral))["id"] for _ in range(2)]
    reply = {"questionId": answered, "text": "Nej."}
    given = await stage.employment.post(f"{referral}/answers", reply)
    ids = {"referralId": _id(referral), "questionId": asked, "answerId": given["id"]}
    for operation in ("getQuestion", "getAnswer"):
        add(operation, stage.health, ids)
    add("answerQuestion", stage.employment, ids, questionId=asked)


async def _handovers(add: Add, stage: Stage) -> None:
    """What is handed over, and codes for those who want to be unknown where they come."""
    case = await acts.open_case(stage.employment, "housing")
    told = {"handover": BODIES["writeHandoverContent"]}
    referral = {"referralId": _id(await acts.refer(stage.employment, case, "housing", **told))}
    add("writeHandoverContent", stage.employment, referral)
    for operation in ("getHandoverContent", "listHandoverContentVersions"):
        add(operation, stage.employment, referral)
    unseen = [await acts.refer_unseen(stage.employment, await acts.open_case(stage.employment)) for _ in range(3)]
    codes = [await acts.catch_code(stage.employment, one) for one in unseen]
    met = await stage.health.post("/v1/catch-confirmations", {**BODIES["confirmCatch"], "code": codes[0]["code"]})
    for operation in ("issueCatchCode", "listCatchCodes", "getCatchCode"):
        add(operation, stage.employment, {"referralId": _id(unseen[1]), "codeId": codes[1]["id"]})
    add("confirmCatch", stage.health, {}, code=codes[2]["code"])
    for operation in ("listCatchConfirmations", "getCatchConfirmation"):
        add(operation, stage.health, {"confirmationId": met["id"]})


async def _asked(stage: Stage, *acts_before: Callable[[Caller, str], Awaitable[Json]], **wish: Any) -> str:
    """A referral of a case of its own, after these acts of the receiver."""
    case = await acts.open_case(stage.employment, "housing")
    referral = await acts.refer(stage.employment, case, "housing", **wish)
    for act in acts_before:
        await act(stage.health, referral)
    return referral


async def _links(add: Add, stage: Stage) -> None:
    """A referral with a link for each thing that is done to one or with one."""
    sender, service = stage.employment, await acts.offer_by_link(stage.administrator)
    add("makePartnerLink", sender, {"referralId": _id(await _asked(stage, toServiceId=service))})
    for operation in ("getPartnerLink", "revokePartnerLink", "openPartnerSession", "givePartnerAnswer"):
        referral = await _asked(stage, toServiceId=service)
        link = await acts.give_link(sender, referral)
        if operation == "openPartnerSession":
            add(operation, stage.anybody, {}, token=acts.token_in(link))
        elif operation == "givePartnerAnswer":
            session = await stage.anybody.post("/v1/partner-sessions", {"token": acts.token_in(link)})
            add(operation, stage.anybody, {}, sessionToken=session["sessionToken"])
        else:
            add(operation, sender, {"referralId": _id(referral), "linkId": link["id"]})


async def _directory(add: Add, stage: Stage, shared: dict[str, Any]) -> None:
    """A service for each operation that changes one, and one whose parts all that read the directory share."""
    keeper = stage.administrator
    for operation in ("tellCapacity", "getDirectoryService"):
        service, house, place = (str(uuid4()) for _ in range(3))
        told = {
            **BODIES["putDirectoryService"],
            "id": service,
            "helhed": {"sector": "health", "published": True},
            "organization": {**BODIES["putDirectoryOrganisation"], "id": house},
            "service_at_locations": [{"id": str(uuid4()), "location": {**BODIES["putDirectoryLocation"], "id": place}}],
        }
        imported = await keeper.post("/v1/directory/imports", told)
        add(operation, keeper, {"serviceId": service})
    new = str(uuid4())
    add("putDirectoryService", keeper, {"serviceId": new}, id=new)
    shared |= {"serviceId": service, "organisationId": house, "locationId": place, "importId": imported["id"]}
    add("getDirectoryFormat", keeper, {"kind": "service"})
    add("putDirectoryOrganisation", keeper, shared, id=house)
    add("putDirectoryLocation", keeper, shared, id=place)
    for operation in ("importDirectory", "listDirectoryImports", "getDirectoryImport"):
        add(operation, keeper, shared)
    add("listPublicServices", stage.anybody, {})


def _id(referral: str) -> str:
    return referral.rsplit("/", 1)[-1]
