"""The rows of the cases service, one file for each concept."""

from services.cases.tables.base import chassis, metadata
from services.cases.tables.casework import (
    case_number,
    cases,
    citizens,
    consents,
    deliveries,
    external_references,
    identifiers,
    known_referrals,
    needs,
    releases,
    responsibilities,
)
from services.cases.tables.policies import policies

__all__ = [
    "case_number",
    "cases",
    "chassis",
    "citizens",
    "consents",
    "deliveries",
    "external_references",
    "identifiers",
    "known_referrals",
    "metadata",
    "needs",
    "policies",
    "releases",
    "responsibilities",
]
