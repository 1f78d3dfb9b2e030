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

__all__ = [
    "LIVE",
    "chassis",
    "contact_attempts",
    "known_cases",
    "known_consents",
    "known_involvements",
    "known_needs",
    "metadata",
    "referral_steps",
    "referrals",
]
