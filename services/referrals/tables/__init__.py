"""The rows of referrals, one file for each concept."""

from services.referrals.tables.base import chassis, metadata
from services.referrals.tables.casework import (
    LIVE,
    contact_attempts,
    known_cases,
    known_consents,
    known_involvements,
    known_needs,
    referral_steps,
    referrals,
)
from services.referrals.tables.directory import (
    directory_imports,
    directory_locations,
    directory_organisations,
    directory_services,
)

__all__ = [
    "LIVE",
    "chassis",
    "contact_attempts",
    "directory_imports",
    "directory_locations",
    "directory_organisations",
    "directory_services",
    "known_cases",
    "known_consents",
    "known_involvements",
    "known_needs",
    "metadata",
    "referral_steps",
    "referrals",
]
