"""A town's worth of things for a fuzzer to meet: for each operation, real ids in the state in which it can succeed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from chassis.auth import service_token
from helhed.demo.caller import Caller, Json
from tests.journeys import acts
from tests.journeys.bodies import BODIES
from tests.journeys.letters import ANSWERS, answering, token_in
from tests.journeys.stage import ALCOHOL, JOBCENTER, Stage

PROGRAMME = "/v1/survey-programmes/who5-casework"
UNIT_OF = {"employment": JOBCENTER, "health": ALCOHOL}


@dataclass(frozen=True, slots=True)
class Seed:
    """How one operation is called so that it succeeds: by whom, about what, with which body."""

    token: str | None
    purpose: str | None
    unit: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    body: Json | None = None


class Seeds:
    """Makes the things, and says for each operation which of them it needs. What changes a thing has one of its own."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._found: dict[str, Seed] = {}

    async def grow(self) -> Mapping[str, Seed]:
        """The seeds by operationId; `""` is what reads and harmless writes share."""
        stage = self._stage
        await stage.administrator.post(f"{PROGRAMME}/activation")
        case = await acts.open_case(stage.employment, "employment", "education", "housing", "debt")
        consent = await acts.consent(stage.employment, case)
        referral = await acts.refer(stage.employment, case, "education")
        await acts.accept(stage.health, referral)
        attempt = await acts.try_to_reach(stage.health, referral)
        invitation = await self._open_invitation()
        shared = {
            "caseId": case.id,
            "needId": case.needs["employment"],
            "consentId": consent["id"],
            "referralId": _id(referral),
            "attemptId": attempt["id"],
            "invitationId": invitation,
            "code": "who5-casework",
        }
        self._add("", stage.employment, shared)
        self._add("getContactAttempt", stage.health, shared)
        self._add("getInstrument", stage.employment, {"code": "who5"})
        self._add("setNeedAside", stage.employment, shared | {"needId": case.needs["housing"]})
        self._add("requestReferral", stage.employment, {}, caseId=case.id, needId=case.needs["debt"])
        self._add("closeCase", stage.employment, {"caseId": (await acts.open_case(stage.employment, "housing")).id})
        await self._releases()
        await self._referrals()
        await self._surveys(case)
        await self._directory(shared)
        return self._found

    def _add(self, operation: str, caller: Caller, ids: Mapping[str, str], **differs: Any) -> None:
        body = {**BODIES[operation], **differs} if operation in BODIES else None
        self._found[operation] = Seed(caller.token, caller.purpose if caller.token else None, caller.unit, ids, body)

    async def _releases(self) -> None:
        stage = self._stage
        for operation in ("releaseSector", "getRelease"):
            case = await acts.open_case(stage.employment, "substance-use")
            await acts.catch(stage.health, await acts.refer(stage.employment, case))
            ids = {"caseId": case.id}
            if operation == "getRelease":
                ids["releaseId"] = (await acts.release(stage.employment, case))["id"]
            self._add(operation, stage.employment, ids)

    async def _referrals(self) -> None:
        """One referral for each step that can be taken, taken as far as the step needs."""
        stage = self._stage
        domains = ("substance-use", "mental-health", "physical-health", "housing", "debt", "income", "family")
        case = await acts.open_case(stage.employment, *domains)
        untouched = iter(domains)
        for operation, before in (
            ("acceptReferral", ()),
            ("rejectReferral", ()),
            ("failReferral", (acts.accept,)),
            ("recordContactAttempt", (acts.accept,)),
            ("recordFirstContact", (acts.accept,)),
            ("giveHandoverReceipt", (acts.accept,)),
            ("completeReferral", (acts.accept, acts.meet)),
        ):
            referral = await acts.refer(stage.employment, case, next(untouched))
            for act in before:
                await act(stage.health, referral)
            self._add(operation, stage.health, {"referralId": _id(referral)})
        asked = await acts.refer(stage.employment, await acts.open_case(stage.employment, "housing"), "housing")
        self._add("cancelReferral", stage.employment, {"referralId": _id(asked)})

    async def _directory(self, shared: dict[str, Any]) -> None:
        """A service for each operation that changes one, and one whose parts all that read the directory share."""
        keeper = self._stage.administrator
        for operation in ("putDirectoryService", "tellCapacity", "getDirectoryService"):
            service, house, place = (str(uuid4()) for _ in range(3))
            told = {
                **BODIES["putDirectoryService"],
                "id": service,
                "helhed": {"sector": "health", "published": True},
                "organization": {**BODIES["putDirectoryOrganisation"], "id": house},
                "service_at_locations": [
                    {"id": str(uuid4()), "location": {**BODIES["putDirectoryLocation"], "id": place}}
                ],
            }
            imported = await keeper.post("/v1/directory/imports", told)
            own = {"id": service} if operation == "putDirectoryService" else {}
            self._add(operation, keeper, {"serviceId": service}, **own)
        shared |= {"serviceId": service, "organisationId": house, "locationId": place, "importId": imported["id"]}
        self._add("getDirectoryFormat", keeper, {"kind": "service"})
        self._add("putDirectoryOrganisation", keeper, shared, id=house)
        self._add("putDirectoryLocation", keeper, shared, id=place)
        for operation in ("importDirectory", "listDirectoryImports", "getDirectoryImport"):
            self._add(operation, keeper, shared)
        self._add("listPublicServices", self._stage.anybody, {})

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


def _id(referral: str) -> str:
    return referral.removeprefix("/v1/referrals/")
