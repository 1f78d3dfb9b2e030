"""Rows in, rows out, always in the caller's transaction."""

from services.referrals.repository.known import KnownCases
from services.referrals.repository.questions import Questions
from services.referrals.repository.reassignments import Reassigned, Reassignments, Reorganised
from services.referrals.repository.redirections import Redirections
from services.referrals.repository.referrals import Referrals

__all__ = ["KnownCases", "Questions", "Reassigned", "Reassignments", "Redirections", "Referrals", "Reorganised"]
