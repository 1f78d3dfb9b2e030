"""HTTP in, HTTP out; one file per resource."""

from services.cases.routes import (
    budget,
    cases,
    consents,
    contacts,
    entries,
    needs,
    parts,
    responsibility,
    screenings,
    workload,
)

ROUTERS = (
    cases.router,
    needs.router,
    consents.router,
    responsibility.router,
    screenings.router,
    parts.router,
    contacts.contacts,
    contacts.appointments,
    entries.notes,
    entries.documents,
    budget.router,
    workload.router,
)
