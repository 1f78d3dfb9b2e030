"""Reads: rows to answers, for one caller, with the look-up logged."""

from services.referrals.queries.asked import Asked
from services.referrals.queries.fhir import FhirQueries
from services.referrals.queries.found import Filters
from services.referrals.queries.handover import HandoverReads
from services.referrals.queries.partner_links import GivenLinks
from services.referrals.queries.read import Queries
from services.referrals.queries.reassigned import UnitReassignments

__all__ = ["Asked", "FhirQueries", "Filters", "GivenLinks", "HandoverReads", "Queries", "UnitReassignments"]
