"""Rows in, rows out, always in the caller's transaction."""

from services.referrals.repository.directory import Directory
from services.referrals.repository.known import KnownCases
from services.referrals.repository.referrals import Referrals

__all__ = ["Directory", "KnownCases", "Referrals"]
