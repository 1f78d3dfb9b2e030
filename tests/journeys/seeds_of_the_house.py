"""Seeds for what concerns many citizens at once: the organisation, its lists, criteria, imports and trials."""

from helhed.demo.caller import Json
from tests.journeys import acts, belongings
from tests.journeys.bodies import BODIES, NDJSON, RAW_BODIES, new_key
from tests.journeys.bodies_of_the_house import SHIPPED_SET
from tests.journeys.seeds_of_cases import Add
from tests.journeys.stage import Stage

UNIT = "employment:udsatte"
_STEPS = ("registration", "recruitment", "recruitment-end", "follow-up")


async def of_the_house(add: Add, stage: Stage) -> dict[str, str]:
    """All of them; the ids that reads share."""
    shared = await _organisation(add, stage) | await _trials(add, stage)
    await _lists_and_criteria(add, stage)
    await _imports(add, stage)
    return shared


async def _organisation(add: Add, stage: Stage) -> dict[str, str]:
    head = stage.administrator
    for unit in (UNIT, "employment:syd"):
        await head.post("/v1/units", {**BODIES["makeUnit"], "id": unit})
    add("makeUnit", head, {}, id="employment:nord")
    add("endUnit", head, {"unitId": "employment:syd"})
    add("putStaff", head, {"subject": "frida"})
    absent = {}
    for subject in ("anna", "bodil", "carl", "dorte", "emil"):
        answer = await head.send("PUT", f"/v1/staff/{subject}", body=dict(BODIES["putStaff"]), If_None_Match="*")
        assert answer.is_success, answer.text
    for subject in ("anna", "dorte", "emil"):
        away = await head.post(f"/v1/staff/{subject}/absences", dict(BODIES["recordAbsence"]))
        absent[subject] = {"subject": subject, "absenceId": str(away["id"])}
    add("recordAbsence", head, {"subject": "carl"})
    add("endAbsence", head, absent["dorte"])
    add("nameSubstitute", head, absent["emil"])
    planned = await stage.team_lead.post("/v1/closing-plans", dict(BODIES["makeClosingPlan"]))
    await head.post("/v1/units", {**BODIES["makeUnit"], "id": "employment:vest"})
    add("makeClosingPlan", stage.team_lead, {}, unit="employment:vest")
    return {"unitId": UNIT, "planId": str(planned["id"]), **absent["anna"]}


async def _lists_and_criteria(add: Add, stage: Stage) -> None:
    head = stage.administrator
    add("getCode", head, {"list": "need-domains", "code": "housing"})
    add("putCode", head, {"list": "need-domains", "code": "gambling"})
    for operation in ("getPolicy", "decidePolicy"):
        add(operation, head, {"code": "refer-within-days"})
    for operation in ("updateCriteriaSet", "publishCriteriaSet"):
        wanted = {**BODIES["draftCriteriaSet"], "code": f"for-{operation.lower()}"}
        drafted = await head.post("/v1/criteria-sets", wanted)
        add(operation, head, {"criteriaSetId": str(drafted["id"])})
    for operation in ("listPublicCriteriaSets", "getPublicCriteriaSet"):
        add(operation, stage.anybody, {"criteriaSetId": SHIPPED_SET})


async def _imports(add: Add, stage: Stage) -> None:
    for operation in ("getOperation", "listLines", "sendPart", "submitImport", "giveUpImport"):
        announced = await stage.system.post("/v1/imports", dict(BODIES["announceImport"]))
        ids = {"operationId": str(announced["id"]), "number": "1"}
        if operation == "submitImport":
            await _send_part(stage, ids)
        add(operation, stage.system, ids)


async def _send_part(stage: Stage, ids: Json) -> None:
    headers = {
        "Authorization": f"Bearer {stage.system.token}",
        "Idempotency-Key": new_key(),
        "If-Match": '"1"',
        "Content-Type": NDJSON,
    }
    where = f"/v1/operations/{ids['operationId']}/parts/{ids['number']}"
    answer = await stage.http.put(where, content=RAW_BODIES["sendPart"], headers=headers)
    assert answer.is_success, answer.text


async def _trials(add: Add, stage: Stage) -> dict[str, str]:
    manager = stage.trial_manager
    for operation, taken in (
        ("addTrialSite", 0),
        ("registerTrial", 0),
        ("amendTrial", 1),
        ("startRecruitment", 1),
        ("decideLegalBasis", 2),
        ("endRecruitment", 2),
        ("startFollowUp", 3),
        ("revealSeed", 3),
        ("closeTrial", 4),
    ):
        add(operation, manager, {"trialId": _id(await belongings.trial(stage, *_STEPS[:taken]))})
    draft = await manager.post("/v1/trials", dict(BODIES["foundTrial"]))
    add("replaceTrial", manager, {"trialId": str(draft["id"])})
    over = await belongings.trial(stage, *_STEPS[:3])
    await manager.post(f"{over}/seed-revelation")
    amended = await manager.post(f"{over}/amendments", dict(BODIES["amendTrial"]))
    decided = await manager.post(f"{over}/legal-basis-decisions", dict(BODIES["decideLegalBasis"]))
    await _enrolments(add, stage)
    return {
        "trialId": _id(over),
        "amendmentId": str(amended["id"]),
        "decisionId": str(decided["id"]),
        "authority": stage.authority,
    }


async def _enrolments(add: Add, stage: Stage) -> None:
    anna = stage.employment
    recruiting = await belongings.trial(stage, *_STEPS[:2])
    ids = {"trialId": _id(recruiting)}
    add("enrolCitizen", anna, ids, caseId=(await acts.open_case(anna, "housing")).id)
    for operation in ("recordBaseline", "withdrawEnrolment", "getEnrolment"):
        case = await acts.open_case(anna, "housing")
        evaluation = operation == "recordBaseline"
        enrolment = await belongings.enrolled(stage, recruiting, case, evaluation=evaluation)
        add(operation, anna, ids | {"enrolmentId": enrolment})


def _id(trial: str) -> str:
    return trial.removeprefix("/v1/trials/")
