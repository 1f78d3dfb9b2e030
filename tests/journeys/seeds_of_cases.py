"""Seeds for what is done to one case: each on a case in the state in which it can succeed."""

from collections.abc import Mapping
from typing import Protocol

from helhed.demo.caller import Caller, Json
from tests.journeys import acts, belongings
from tests.journeys.bodies import BODIES
from tests.journeys.stage import Stage


class Add(Protocol):
    """Notes how one operation is called so that it succeeds; named values are other than in its usual body."""

    def __call__(self, operation: str, caller: Caller, ids: Mapping[str, str], /, **differs: object) -> None:
        """Note it."""


async def of_cases(add: Add, stage: Stage) -> None:
    """All of them."""
    await _once_only(add, stage)
    await _needs_and_parts(add, stage)
    await _who_it_is(add, stage)
    await _asked_to_join(add, stage)
    await _closed(add, stage)


async def _once_only(add: Add, stage: Stage) -> None:
    """What can be done to a thing once."""
    anna = stage.employment
    case = await acts.open_case(anna, "housing")
    for operation, name in (
        ("tellAppointmentOutcome", "appointmentId"),
        ("endExemption", "exemptionId"),
        ("answerOffer", "offerId"),
    ):
        add(operation, anna, {"caseId": case.id, name: await belongings.record(anna, case, name)})
    alarm, told = await belongings.alarm(anna, case)
    add("endCitizenAlarm", anna, {"caseId": case.id, "alarmId": alarm})
    add("acknowledgeNotification", anna, {"notificationId": told})
    consent = await acts.consent(anna, case)
    add("withdrawConsent", anna, {"caseId": case.id, "consentId": consent["id"]})
    await _taken(add, stage)


async def _taken(add: Add, stage: Stage) -> None:
    """The receiving sector has recorded a consent, and the giving one can confirm it."""
    anna, case = stage.employment, await acts.open_case(stage.employment)
    await anna.post(f"{case.path}/involvements", {**BODIES["involveSector"], "sector": "health"})
    taken = await acts.consent(stage.health, case)
    add("confirmConsent", anna, {"caseId": case.id, "consentId": taken["id"]})


async def _needs_and_parts(add: Add, stage: Stage) -> None:
    """What changes who does what in a case."""
    anna = stage.employment
    case = await acts.open_case(anna, "housing", "debt", "family")
    ids = {"caseId": case.id}
    await acts.set_aside(anna, case, "debt")
    add("reopenNeed", anna, ids | {"needId": case.needs["debt"]})
    add("setNeedAside", anna, ids | {"needId": case.needs["housing"]})
    add("closeNeed", anna, ids | {"needId": case.needs["family"]})
    add("checkDemand", anna, ids)
    for operation in ("involveSector", "assignCoordinator", "writePlan", "grantExemption"):
        add(operation, anna, ids)


async def _who_it_is(add: Add, stage: Stage) -> None:
    """An anonymous citizen tells who they are."""
    anna = stage.employment
    guest = {"anonymous": True, "alias": "Gæst"}
    unknown = await acts.open_case(anna, "housing", citizen=guest)
    add("identifyCitizen", anna, {"caseId": unknown.id})
    told = await acts.open_case(anna, "housing", citizen=guest)
    journal = {"identifiers": acts.citizen()["identifiers"][1:]}
    await anna.post(f"{told.path}/identification", {**BODIES["identifyCitizen"], **journal})
    add("getIdentification", anna, {"caseId": told.id})


async def _asked_to_join(add: Add, stage: Stage) -> None:
    """Somebody waits for an answer."""
    for operation in ("acceptJoinRequest", "declineJoinRequest"):
        citizen = acts.citizen()
        await acts.open_case(stage.employment, "housing", citizen=citizen)
        asked = await belongings.ask_to_join(stage.social, citizen["identifiers"][1])
        add(operation, stage.employment, {"requestId": asked})


async def _closed(add: Add, stage: Stage) -> None:
    """The end of a case."""
    anna = stage.employment
    add("closeCase", anna, {"caseId": (await acts.open_case(anna, "housing")).id})
    moved = await acts.open_case(anna, "housing")
    gone: Json = {"ground": "citizen-moved", "reason": "Flyttet.", "toAuthority": "0147", "told": "Ringet."}
    await anna.post(f"{moved.path}/closure", gone)
    add("confirmArrival", anna, {"caseId": moved.id})
