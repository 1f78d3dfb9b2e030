"""HTTP in, HTTP out; one file per resource."""

from services.cases.routes import (
    cases,
    consents,
    needs,
    parts,
    responsibility,
    screenings,
)

ROUTERS = (
    cases.router,
    needs.router,
    consents.router,
    responsibility.router,
    screenings.router,
    parts.router,
)
