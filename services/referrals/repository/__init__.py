"""Rows in, rows out, always in the caller's transaction."""

from services.referrals.repository.known import KnownCases
from services.referrals.repository.referrals import Referrals

__all__ = ["KnownCases", "Referrals"]
