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
from services.referrals.tables.clocks import deadline_waivers, local_guarantees, referral_clocks

__all__ = [
    "LIVE",
    "chassis",
    "contact_attempts",
    "deadline_waivers",
    "known_cases",
    "known_consents",
    "known_involvements",
    "known_needs",
    "local_guarantees",
    "metadata",
    "referral_clocks",
    "referral_steps",
    "referrals",
]
