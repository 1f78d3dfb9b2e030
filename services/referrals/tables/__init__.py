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
from services.referrals.tables.steps import answers, questions, redirections, unit_reassignments

__all__ = [
    "LIVE",
    "answers",
    "chassis",
    "contact_attempts",
    "known_cases",
    "known_consents",
    "known_involvements",
    "known_needs",
    "metadata",
    "questions",
    "redirections",
    "referral_steps",
    "referrals",
    "unit_reassignments",
]
