"""Bodies for what is decided about many at once: trials, criteria, the organisation, its lists and policies."""

from collections.abc import Mapping
from types import MappingProxyType

from helhed.demo.caller import Json
from tests.journeys import acts

SHIPPED_SET = "019a8f00-0000-7000-8000-00002022a001"
"""The criteria set that every authority has from the beginning."""

_THIS_YEAR_AND_NEXT = {
    "from": acts.today().replace(month=1, day=1).isoformat(),
    "to": acts.today().replace(year=acts.today().year + 1, month=12, day=31).isoformat(),
}
_YEARS_AGO = "2020-01-01"


def _both(da: str, en: str) -> Json:
    return {"da": da, "en": en}


PROTOCOL: Mapping[str, Json] = MappingProxyType(
    {
        "name": "Hjælp uden pligter",
        "period": _THIS_YEAR_AND_NEXT,
        "legalBasis": {
            "type": "dispensation",
            "reference": "BEK 2498",
            "status": "granted",
            **_THIS_YEAR_AND_NEXT,
            "provisions": [{"code": "las-13", "law": "LAS", "section": "§ 13"}],
        },
        "arms": [
            {"code": "voluntary", "name": _both("Frivillig", "Voluntary"), "exemptFrom": ["las-13"]},
            {"code": "comparison", "name": _both("Som hidtil", "As before")},
        ],
        "outcomes": [{"code": "who-5", "definition": "Ændring i WHO-5", "measuredAt": ["baseline", "m12"]}],
    }
)

CRITERIA_SET: Json = {
    "code": "local-support",
    "title": _both("Støtte i kommunen", "Support in the municipality"),
    "source": {"label": _both("kommunens egne", "local"), "status": "local", "reference": "Byrådet, 1. januar"},
    "facts": [{"code": "age", "kind": "age", "text": _both("Hvor gammel?", "How old?")}],
    "criteria": [
        {
            "code": "grown",
            "text": _both("Er myndig.", "Is of age."),
            "test": {"op": "at-least", "fact": "age", "value": 18},
        }
    ],
    "rule": {"must": {"op": "criterion", "code": "grown"}},
}

BODIES: Mapping[str, Json] = MappingProxyType(
    {
        "foundTrial": dict(PROTOCOL),
        "replaceTrial": {**PROTOCOL, "name": "Hjælp uden pligter, anden udgave"},
        "amendTrial": {"what": "Afsluttes et år senere.", "reason": "Færre end ventet."},
        "decideLegalBasis": {"outcome": "granted", "reference": "BEK 3000", "on": acts.today().isoformat()}
        | _THIS_YEAR_AND_NEXT,
        "addTrialSite": {"authority": "0101", "agreement": "2026-11"},
        "enrolCitizen": {
            "caseId": "01a20038-0000-7000-8000-00000000f00d",
            "consents": {"effort": True, "evaluation": False},
        },
        "recordBaseline": {"outcome": "answered"},
        "withdrawEnrolment": {"of": "trial"},
        "draftCriteriaSet": CRITERIA_SET,
        "updateCriteriaSet": {"title": _both("Støtte", "Support")},
        "publishCriteriaSet": {"validFrom": acts.today().isoformat()},
        "assessCriteria": {
            "criteriaSetId": SHIPPED_SET,
            "facts": [
                {"code": "age", "value": 41},
                {"code": "has-min-plan", "value": True},
                {"code": "benefit", "value": "kontanthjaelp"},
                {"code": "substance-treatment", "value": True},
            ],
            "path": {"sector": "employment", "responsible": "anna"},
        },
        "makeUnit": {
            "id": "employment:udsatte",
            "sector": "employment",
            "name": "Udsatte ledige",
            "validFrom": _YEARS_AGO,
        },
        "updateUnit": {"name": "Udsatte ledige, nord"},
        "endUnit": {"on": acts.today().isoformat()},
        "putStaff": {"unit": "employment:udsatte", "sector": "employment", "validFrom": _YEARS_AGO},
        "recordAbsence": {"from": acts.today().isoformat()},
        "endAbsence": {"backOn": acts.today().isoformat()},
        "nameSubstitute": {"substitute": "bodil"},
        "makeClosingPlan": {"unit": "employment:udsatte", "closesOn": acts.in_days(60)},
        "moveClosingPlan": {"closesOn": acts.in_days(90)},
        "putCode": {"labels": _both("Spil", "Gambling"), "validFrom": acts.today().isoformat()},
        "decidePolicy": {"value": 7, "validFrom": acts.today().isoformat(), "reason": "Besluttet i udvalget."},
    }
)
