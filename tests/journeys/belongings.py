"""One of each thing that can hang on a case, by the name it has in addresses."""

from helhed.demo.caller import Caller, Json
from tests.journeys import acts
from tests.journeys.bodies import BODIES
from tests.journeys.stage import Stage

_MADE_WITH = {
    "contactId": ("contacts", "recordContact"),
    "noteId": ("notes", "recordNote"),
    "appointmentId": ("appointments", "makeAppointment"),
    "documentId": ("documents", "linkDocument"),
    "entryId": ("budget/entries", "recordBudgetEntry"),
    "exemptionId": ("exemptions", "grantExemption"),
    "offerId": ("offers", "makeOffer"),
    "hearingId": ("hearings", "recordHearing"),
    "screeningId": ("screenings", "recordScreening"),
    "partyId": ("parties", "stateParty"),
    "alarmId": ("citizen-alarms", "raiseCitizenAlarm"),
    "assessmentId": ("assessments", "assessCriteria"),
}


async def record(caller: Caller, case: acts.Opened, name: str) -> str:
    """Write down one thing more; its id."""
    where, operation = _MADE_WITH[name]
    return str((await caller.post(f"{case.path}/{where}", dict(BODIES[operation])))["id"])


async def plan(caller: Caller, case: acts.Opened) -> str:
    """The first plan of a case; the id of its goal."""
    wanted = dict(BODIES["writePlan"])
    answer = await caller.send("PUT", f"{case.path}/plan", body=wanted, If_None_Match="*")
    assert answer.is_success, answer.text
    return str(answer.json()["goals"][0]["id"])


async def attained(caller: Caller, case: acts.Opened, goal: str) -> str:
    """How far the goal is."""
    seen = await caller.post(f"{case.path}/goals/{goal}/attainments", dict(BODIES["recordAttainment"]))
    return str(seen["id"])


async def ask_to_join(caller: Caller, journal: Json) -> str:
    """Somebody else asks to have a part in the case of the citizen with this number."""
    asked = {"identifier": journal, "reason": BODIES["requestToJoin"]["reason"]}
    return str((await caller.post("/v1/cases/join-requests", asked))["id"])


async def alarm(caller: Caller, case: acts.Opened) -> tuple[str, str]:
    """The citizen says that nobody has caught them; that, and what the coordinator is told of it."""
    raised = await record(caller, case, "alarmId")
    told = (await caller.get("/v1/notifications", limit=200))["items"]
    return raised, next(str(one["id"]) for one in told if one["caseId"] == case.id)


async def trial(stage: Stage, *steps: str) -> str:
    """A trial of the stage's authority that has gone through these steps; where it lives."""
    manager = stage.trial_manager
    where = f"/v1/trials/{(await manager.post('/v1/trials', dict(BODIES['foundTrial'])))['id']}"
    await manager.post(f"{where}/sites", {**BODIES["addTrialSite"], "authority": stage.authority})
    for step in steps:
        await manager.post(f"{where}/{step}")
    return where


async def enrolled(stage: Stage, where: str, case: acts.Opened, *, evaluation: bool = False) -> str:
    """The citizen takes part; the enrolment's id."""
    agreed = {"effort": True, "evaluation": evaluation}
    made = await stage.employment.post(f"{where}/enrolments", {"caseId": case.id, "consents": agreed})
    return str(made["id"])


async def all_of(stage: Stage, case: acts.Opened, journal: Json) -> dict[str, str]:
    """One of each, of an open case that employment holds."""
    anna = stage.employment
    asked = await ask_to_join(stage.health, journal)
    _, told = await alarm(anna, case)
    ids = {name: await record(anna, case, name) for name in _MADE_WITH}
    goal = await plan(anna, case)
    recruiting = await trial(stage, "registration", "recruitment")
    return ids | {
        "requestId": asked,
        "notificationId": told,
        "goalId": goal,
        "attainmentId": await attained(anna, case, goal),
        "number": "1",
        "involvementId": (await anna.get(f"{case.path}/involvements"))["items"][0]["id"],
        "trialId": recruiting.removeprefix("/v1/trials/"),
        "enrolmentId": await enrolled(stage, recruiting, case),
    }
