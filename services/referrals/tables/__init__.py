"""The rows of referrals, one file for each concept."""

from services.referrals.tables.base import chassis, metadata
from services.referrals.tables.casework import (
    LIVE,
    TWO_DOORS,
    contact_attempts,
    known_cases,
    known_consents,
    known_involvements,
    known_needs,
    referral_steps,
    referrals,
)
from services.referrals.tables.clocks import deadline_waivers, local_guarantees, referral_clocks
from services.referrals.tables.directory import (
    directory_imports,
    directory_locations,
    directory_organisations,
    directory_services,
)
from services.referrals.tables.handover import catch_codes, catch_confirmations, handover_contents
from services.referrals.tables.partner_links import partner_links, partner_sessions
from services.referrals.tables.received import received_referrals
from services.referrals.tables.steps import answers, questions, redirections, unit_reassignments
from services.referrals.tables.worklists import ELSEWHERE, WORKLIST_INDEXES

__all__ = [
    "ELSEWHERE",
    "LIVE",
    "TWO_DOORS",
    "WORKLIST_INDEXES",
    "answers",
    "catch_codes",
    "catch_confirmations",
    "chassis",
    "contact_attempts",
    "deadline_waivers",
    "directory_imports",
    "directory_locations",
    "directory_organisations",
    "directory_services",
    "handover_contents",
    "known_cases",
    "known_consents",
    "known_involvements",
    "known_needs",
    "local_guarantees",
    "metadata",
    "partner_links",
    "partner_sessions",
    "questions",
    "received_referrals",
    "redirections",
    "referral_clocks",
    "referral_steps",
    "referrals",
    "unit_reassignments",
]
