"""Reads: rows to answers, for one caller, with the look-up logged."""

from services.referrals.queries.found import Filters
from services.referrals.queries.read import Queries

__all__ = ["Filters", "Queries"]
