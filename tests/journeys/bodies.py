"""For every operation that takes a body: one that it accepts. A new operation is not forgotten: the tests that walk the
document fail until it stands here."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from uuid import uuid4

from helhed.demo.caller import Json
from tests.journeys import acts, bodies_of_the_house

NEXT_SPRING = acts.in_days(120)
AN_ID = "01a20038-0000-7000-8000-00000000f00d"

BODIES: Mapping[str, Json] = MappingProxyType(
    {
        **bodies_of_the_house.BODIES,
        "openCase": {
            "citizen": {"anonymous": True, "alias": "Gæst på varmestuen"},
            "needs": [{"domain": "housing"}],
        },
        "searchContactCards": {"referrals": [{"id": AN_ID}]},
        "searchCases": {"externalReference": {"system": "fasit", "value": "123"}},
        "updateCase": {"name": "Asta Prøvesen", "contact": {"email": "asta@example.org"}},
        "confirmArrival": {"receivedOn": acts.today().isoformat(), "receipt": "Modtaget af borgerservice."},
        "assignCoordinator": {"subject": "carl"},
        "involveSector": {"sector": "social", "because": "daily-life", "legalBasis": "fvl-28-2"},
        "stateParty": {"kind": "paying", "authority": "0101", "because": "moved-in"},
        "recordHearing": {"at": "2026-01-05T09:00:00Z", "statement": "Jeg klarer mig."},
        "recordScreening": {"sector": "employment", "outcome": "no-need"},
        "writePlan": {
            "goals": [
                {
                    "inCitizensWords": "Jeg vil kunne sove om natten.",
                    "about": "family",
                    "scale": {"weight": 1, "levels": {str(level): f"trin {level}" for level in range(-2, 3)}},
                }
            ],
            "efforts": [{"sector": "employment", "kind": "mentor", "from": acts.today().isoformat()}],
        },
        "recordAttainment": {"level": 1, "on": acts.today().isoformat()},
        "makeOffer": {"kind": "mentor", "sector": "employment", "from": acts.today().isoformat()},
        "answerOffer": {"answer": "accepted"},
        "closeCase": {
            "ground": "citizen-declined",
            "reason": "Borgeren ønsker ikke mere.",
            "citizenStatement": "Jeg vil ikke mere.",
        },
        "recordConsent": {
            "decision": "given",
            "fromSector": "employment",
            "toSector": "health",
            "dataCategories": ["need"],
            "sharedFor": "treatment",
            "legalBasis": "fvl-28",
            "evidence": "Mundtligt.",
            "givenBy": "citizen",
        },
        "withdrawConsent": {"evidence": "Ringede i dag."},
        "addIdentifier": {"system": "fagsystem", "value": "K-17"},
        "identifyCitizen": {
            "identifiers": [{"system": "fagsystem", "value": "K-18"}],
            "citizenStatement": "Jeg vil gerne have, at I ved, hvem jeg er.",
            "evidence": "Sagt ved samtalen.",
        },
        "addExternalReference": {"system": "fagsystem", "value": "S-17"},
        "requestToJoin": {
            "identifier": {"system": "fagsystem", "value": "K-17"},
            "reason": "Hun kom til os i dag og vil have hjælp af os begge.",
        },
        "acceptJoinRequest": {"legalBasis": "fvl-28-2"},
        "declineJoinRequest": {"reasonCode": "no-basis"},
        "announceImport": {"kind": "cases", "dryRun": True},
        "submitImport": {"parts": 1},
        "registerNeed": {"domain": "debt", "description": "Gæld til udlejer."},
        "closeNeed": {"outcome": "met"},
        "setNeedAside": {
            "citizenStatement": acts.NOT_NOW,
            "revisitOn": NEXT_SPRING,
            "revisitBySector": "employment",
        },
        "releaseSector": {"sector": "employment", "reason": "Grebet."},
        "recordContact": {
            "at": "2026-01-05T09:00:00Z",
            "channel": "home-visit",
            "initiatedBy": "authority",
            "attended": True,
            "purposeKind": "help",
        },
        "recordNote": {"text": "Ringede og fortalte, at det går bedre."},
        "raiseCitizenAlarm": {"statement": "Ingen har ringet til mig."},
        "endCitizenAlarm": {"citizenStatement": "Nu har de ringet."},
        "makeAppointment": {"at": "2026-01-05T09:00:00Z", "channel": "phone", "with": "Jobcentret"},
        "tellAppointmentOutcome": {"outcome": "held"},
        "linkDocument": {"system": "sbsys", "reference": "2026-000117/4", "title": "Brev om gæld"},
        "recordBudgetEntry": {
            "kind": "allocation",
            "amountOere": 500_000,
            "payingSector": "employment",
            "purposeKind": "help",
        },
        "grantExemption": {
            "provisions": ["interviews", "offers"],
            "from": acts.today().isoformat(),
            "to": NEXT_SPRING,
            "legalBasis": "social-assessment",
        },
        "endExemption": {"on": acts.today().isoformat(), "reasonCode": "citizen-request"},
        "checkDemand": {"provision": "offers", "on": acts.today().isoformat(), "kind": "demand"},
        "checkExemption": {"caseId": AN_ID, "provision": "offers", "on": acts.today().isoformat()},
        "checkExemptions": {
            "checks": [{"caseId": AN_ID, "provision": "offers", "on": acts.today().isoformat()}],
        },
        "createInvitation": {"caseId": AN_ID, "programme": "who5-casework", "wave": "month-3"},
        "requestReferral": {
            "caseId": AN_ID,
            "needId": AN_ID,
            "toSector": "health",
            "reason": "Borgeren ønsker hjælp nu.",
            "legalBasis": "fvl-28-2",
        },
        "writeHandoverContent": {"wantsFirst": "Sove om natten.", "contactWishes": "Ring efter klokken ti."},
        "confirmCatch": {"code": "0000-0000-0000", "attendedOn": acts.today().isoformat()},
        "acceptReferral": {"responsibleUnit": "health:rusmiddelcenter"},
        "waiveDeadlines": {"citizenStatement": "Jeg går hellere til et andet sted."},
        "decideGuarantee": {
            "labels": {"da": "Svar inden ti dage", "en": "An answer within ten days"},
            "days": 10,
            "counting": "working",
            "starts": "approach",
            "leadDays": 2,
            "validFrom": acts.today().isoformat(),
            "reason": "Byrådet har besluttet det.",
        },
        "rejectReferral": {"reasonCode": "no-capacity", "suggestion": "Prøv regionen."},
        "cancelReferral": {"because": "Borgeren er flyttet."},
        "redirectReferral": {"toSector": "health", "toUnit": "health:psykiatri", "reasonCode": "wrong-service"},
        "enterReferralInError": {"because": "Det var en anden borger."},
        "askQuestion": {"text": "Er der børn i hjemmet?"},
        "answerQuestion": {"questionId": AN_ID, "text": "Nej."},
        "putReferralOnHold": {"because": "Borgeren vil flytte først."},
        "reassignUnit": {"fromUnit": "health:gammel", "toUnit": "health:ny"},
        "completeReferral": {"outcome": "help-given"},
        "failReferral": {"reasonCode": "citizen-not-reached"},
        "recordContactAttempt": {"at": "2026-01-05T09:00:00Z", "channel": "phone", "result": "no-answer"},
        "recordFirstContact": {"at": "2026-01-05T09:00:00Z", "channel": "face-to-face", "attended": True},
        "giveHandoverReceipt": {"takesHolding": True},
        "putDirectoryService": {"id": AN_ID, "name": "Gældsrådgivning", "status": "active"},
        "putDirectoryOrganisation": {"id": AN_ID, "name": "Åkandehuset", "description": "Et rådgivningshus."},
        "putDirectoryLocation": {"id": AN_ID, "location_type": "physical", "name": "Det gule hus"},
        "tellCapacity": {"status": "waitlist", "asOf": acts.today().isoformat(), "waitingDays": 21},
        "importDirectory": {"id": AN_ID, "name": "Gældsrådgivning", "status": "active"},
        "makePartnerLink": {},
        "openPartnerSession": {"token": f"0101.{'x' * 43}", "language": "da"},
        "givePartnerAnswer": {"sessionToken": f"0101.{'x' * 43}", "action": "acceptance"},
        "openSurveySession": {"token": f"0101.{'x' * 43}", "language": "da"},
        "submitSurveyResponse": {"sessionToken": f"0101.{'x' * 43}", "answers": [{"item": "calm", "value": 3}]},
    }
)


IMPORTED_LINE: Json = {
    "externalReferences": [{"system": "fagsystem", "value": "S-1"}],
    "citizen": {"identifiers": [{"system": "fagsystem", "value": "K-1"}]},
    "openedAt": "2021-03-01T08:00:00Z",
    "responsibility": [
        {"kind": "holder", "sector": "employment", "from": "2021-03-01T08:00:00Z"},
        {"kind": "coordinator", "sector": "employment", "subject": "anna", "from": "2021-03-01T08:00:00Z"},
    ],
    "needs": [{"domain": "debt", "ownerSector": "employment", "registeredAt": "2021-03-01T08:00:00Z"}],
}

RAW_BODIES: Mapping[str, str] = MappingProxyType({"sendPart": json.dumps(IMPORTED_LINE)})
"""Bodies that are no JSON of their own: files, sent as they are."""

NDJSON = "application/x-ndjson"


def new_key() -> str:
    """A fresh Idempotency-Key."""
    return str(uuid4())
