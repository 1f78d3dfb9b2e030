"""Rows in, rows out, always in the caller's transaction."""

from services.referrals.repository.catch_codes import CatchCodes
from services.referrals.repository.clocks import Clocks
from services.referrals.repository.directory import Directory
from services.referrals.repository.guarantees import Guarantees
from services.referrals.repository.handover import Handovers
from services.referrals.repository.known import KnownCases
from services.referrals.repository.partner_links import PartnerLinks
from services.referrals.repository.questions import Questions
from services.referrals.repository.reassignments import Reassigned, Reassignments, Reorganised
from services.referrals.repository.redirections import Redirections
from services.referrals.repository.referrals import Referrals

__all__ = [
    "CatchCodes",
    "Clocks",
    "Directory",
    "Guarantees",
    "Handovers",
    "KnownCases",
    "PartnerLinks",
    "Questions",
    "Reassigned",
    "Reassignments",
    "Redirections",
    "Referrals",
    "Reorganised",
]
