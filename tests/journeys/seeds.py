"""A town's worth of things for a fuzzer to meet: for each operation, real ids in the state in which it can succeed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chassis.auth import service_token
from helhed.demo.caller import Caller, Json
from tests.journeys import acts, belongings
from tests.journeys.bodies import BODIES, RAW_BODIES
from tests.journeys.bodies_of_the_house import SHIPPED_SET
from tests.journeys.document import operations
from tests.journeys.letters import ANSWERS, answering, token_in
from tests.journeys.seeds_of_cases import of_cases
from tests.journeys.seeds_of_referrals import of_referrals
from tests.journeys.seeds_of_the_house import of_the_house
from tests.journeys.stage import Stage

PROGRAMME = "/v1/survey-programmes/who5-casework"
_THIS_MONTH = {"from": acts.in_days(-30), "to": acts.today().isoformat()}
_REPORTS = ("reportReferralFunnel", "reportWaitingTimes", "reportDeclines", "reportPingPong")
PERIODS = dict.fromkeys(("getReleaseReport", "getTimeUse", "reportRefusals", *_REPORTS), _THIS_MONTH)
"""What must stand behind the question mark of a report."""


@dataclass(frozen=True, slots=True)
class Seed:
    """How one operation is called so that it succeeds: by whom, about what, with which body."""

    token: str | None
    purpose: str | None
    unit: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    body: Json | str | None = None
    query: Mapping[str, str] = field(default_factory=dict)


class Seeds:
    """Makes the things, and says for each operation which of them it needs. What changes a thing has one of its own."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._found: dict[str, Seed] = {}

    async def grow(self) -> Mapping[str, Seed]:
        """The seeds by operationId; `""` is what reads and harmless writes share."""
        stage = self._stage
        await stage.administrator.post(f"{PROGRAMME}/activation")
        citizen = acts.citizen()
        case = await acts.open_case(stage.employment, "employment", "education", "debt", citizen=citizen)
        shared = await belongings.all_of(stage, case, citizen["identifiers"][1])
        shared |= await of_the_house(self._add, stage)
        consent = await acts.consent(stage.employment, case)
        referral = await acts.refer(stage.employment, case, "education")
        await acts.accept(stage.health, referral)
        attempt = await acts.try_to_reach(stage.health, referral)
        shared |= {
            "caseId": case.id,
            "needId": case.needs["employment"],
            "consentId": consent["id"],
            "referralId": _id(referral),
            "attemptId": attempt["id"],
            "invitationId": await self._open_invitation(),
            "code": "who5-casework",
            "list": "need-domains",
            "kind": "cases",
            "criteriaSetId": SHIPPED_SET,
        }
        self._add("", stage.employment, shared)
        self._add("getContactAttempt", stage.health, shared)
        self._add("getGuarantee", stage.employment, {"code": "first-contact"})
        self._add("decideGuarantee", stage.administrator, {"code": "quick-answer"})
        self._add("getInstrument", stage.employment, {"code": "who5"})
        self._add("requestReferral", stage.employment, {}, caseId=case.id, needId=case.needs["debt"])
        self._add("searchContactCards", stage.health, {}, referrals=[{"id": _id(referral)}])
        for operation in ("checkExemption", "checkExemptions"):
            self._add(operation, stage.employment, {}, **about(case.id, operation))
        theirs = {"fromSector": "health", "toSector": "employment", "validUntil": acts.in_days(120)}
        heard = await acts.consent(stage.employment, case, **theirs)
        self._add("confirmConsent", stage.health, {"caseId": case.id, "consentId": heard["id"]})
        await of_cases(self._add, stage)
        await self._releases()
        await self._surveys(case)
        await of_referrals(self._add, stage, shared)
        await self._everything_else(shared)
        return self._found

    async def _everything_else(self, shared: Mapping[str, str]) -> None:
        """What needs nothing of its own: called by whom it is for, about what all share."""
        for operation in operations(await self._stage.anybody.get("/v1/openapi.json")):
            if operation.id not in self._found:
                self._add(operation.id, self._stage.one_of(operation.roles), shared)

    def _add(self, operation: str, caller: Caller, ids: Mapping[str, str], /, **differs: Any) -> None:
        body = {**BODIES[operation], **differs} if operation in BODIES else RAW_BODIES.get(operation)
        purpose = caller.purpose if caller.token else None
        self._found[operation] = Seed(caller.token, purpose, caller.unit, ids, body, PERIODS.get(operation, {}))

    async def _releases(self) -> None:
        stage = self._stage
        for operation in ("releaseSector", "getRelease"):
            case = await acts.open_case(stage.employment, "substance-use")
            await acts.catch(stage.health, await acts.refer(stage.employment, case))
            ids = {"caseId": case.id}
            if operation == "getRelease":
                ids["releaseId"] = (await acts.release(stage.employment, case))["id"]
            self._add(operation, stage.employment, ids)

    async def _surveys(self, case: acts.Opened) -> None:
        stage = self._stage
        self._add("createInvitation", stage.employment, {}, caseId=case.id)
        self._add("revokeInvitationLink", stage.employment, {"invitationId": await self._open_invitation()})
        service = Caller(stage.http, self._service_token(), "system-integration")
        self._add("replaceInvitationLink", service, {"invitationId": await self._open_invitation()})
        for operation in ("activateSurveyProgramme", "deactivateSurveyProgramme"):
            keeper = Stage(stage.town, stage.outside, stage.outside).administrator
            if operation == "deactivateSurveyProgramme":
                await keeper.post(f"{PROGRAMME}/activation")
            self._add(operation, keeper, {"code": "who5-casework"})
        await self._answers(service)

    async def _answers(self, service: Caller) -> None:
        tokens = []
        for _ in range(2):
            link = await service.post(f"/v1/invitations/{await self._open_invitation()}/link")
            tokens.append(token_in({"link": link["url"]}))
        self._add("openSurveySession", self._stage.anybody, {}, token=tokens[0])
        session = await self._stage.anybody.post("/v1/survey-sessions", {"token": tokens[1]})
        self._add("submitSurveyResponse", self._stage.anybody, {}, **answering(session, ANSWERS))

    async def _open_invitation(self) -> str:
        """An invitation of somebody who cannot be reached: no letter takes its link away."""
        guest = {"anonymous": True, "alias": "Gæst"}
        case = await acts.open_case(self._stage.employment, "housing", citizen=guest)
        (invitation,) = (await self._stage.employment.get("/v1/invitations", caseId=case.id))["items"]
        return str(invitation["id"])

    def _service_token(self) -> str:
        keys = self._stage.town.home / "keys"
        return service_token(keys, "cases", authority=self._stage.authority, lifetime=300)


def about(case_id: str, operation: str) -> Json:
    """What a question about exemptions asks of this case."""
    if operation == "checkExemption":
        return {"caseId": case_id}
    (question,) = BODIES[operation]["checks"]
    return {"checks": [{**question, "caseId": case_id}]}


def _id(referral: str) -> str:
    return referral.removeprefix("/v1/referrals/")
