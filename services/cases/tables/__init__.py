"""The rows of the cases service, one file for each concept."""

from services.cases.tables.arrivals import arrived_records, identifications, join_requests
from services.cases.tables.base import chassis, metadata
from services.cases.tables.budget import budget_entries, budgets
from services.cases.tables.capacity import known_capacity
from services.cases.tables.casework import (
    case_number,
    cases,
    citizens,
    consents,
    deliveries,
    external_references,
    hearings,
    identifiers,
    known_referrals,
    needs,
    parties,
    releases,
    responsibilities,
    screenings,
)
from services.cases.tables.closing_plans import closing_plans
from services.cases.tables.code_lists import local_codes
from services.cases.tables.criteria import assessments, criteria_sets
from services.cases.tables.enrolments import allocated_clusters, allocations, enrolments
from services.cases.tables.entries import appointment_outcomes, appointments, contacts, documents, notes
from services.cases.tables.exemptions import exemption_endings, exemption_provisions, exemptions, refused_demands
from services.cases.tables.notifications import notifications
from services.cases.tables.offers import offer_answers, offers
from services.cases.tables.operations import operation_lines, operation_parts, operations, planned_records
from services.cases.tables.organisation import absences, staff, units
from services.cases.tables.plan import goal_attainments, plan_efforts, plan_goals, plan_versions
from services.cases.tables.policies import policies
from services.cases.tables.timeline import timeline_entries
from services.cases.tables.trials import (
    legal_bases,
    legal_basis_decisions,
    trial_amendments,
    trial_arms,
    trial_founders,
    trial_lists,
    trial_participants,
    trial_seeds,
    trial_sites,
    trial_slots,
    trials,
)
from services.cases.tables.watching import citizen_alarms, watch_items, watched_cases

__all__ = [
    "absences",
    "allocated_clusters",
    "allocations",
    "appointment_outcomes",
    "appointments",
    "arrived_records",
    "assessments",
    "budget_entries",
    "budgets",
    "case_number",
    "cases",
    "chassis",
    "citizen_alarms",
    "citizens",
    "closing_plans",
    "consents",
    "contacts",
    "criteria_sets",
    "deliveries",
    "documents",
    "enrolments",
    "exemption_endings",
    "exemption_provisions",
    "exemptions",
    "external_references",
    "goal_attainments",
    "hearings",
    "identifications",
    "identifiers",
    "join_requests",
    "known_capacity",
    "known_referrals",
    "legal_bases",
    "legal_basis_decisions",
    "local_codes",
    "metadata",
    "needs",
    "notes",
    "notifications",
    "offer_answers",
    "offers",
    "operation_lines",
    "operation_parts",
    "operations",
    "parties",
    "plan_efforts",
    "plan_goals",
    "plan_versions",
    "planned_records",
    "policies",
    "refused_demands",
    "releases",
    "responsibilities",
    "screenings",
    "staff",
    "timeline_entries",
    "trial_amendments",
    "trial_arms",
    "trial_founders",
    "trial_lists",
    "trial_participants",
    "trial_seeds",
    "trial_sites",
    "trial_slots",
    "trials",
    "units",
    "watch_items",
    "watched_cases",
]
