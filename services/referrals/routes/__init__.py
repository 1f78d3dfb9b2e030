"""HTTP in, HTTP out, one file for each part of a referral's life."""

from services.referrals.routes import (
    answers,
    claims,
    contacts,
    deadlines,
    endings,
    guarantees,
    pauses,
    questions,
    reassignments,
    redirections,
    referrals,
)

ROUTERS = (
    referrals.router,
    answers.router,
    redirections.router,
    claims.router,
    questions.router,
    contacts.router,
    pauses.router,
    endings.router,
    deadlines.router,
    reassignments.router,
    guarantees.router,
)
