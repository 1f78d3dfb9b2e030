"""HTTP in, HTTP out, one file for each part of a referral's life."""

from services.referrals.routes import (
    answers,
    claims,
    contacts,
    deadlines,
    directory,
    directory_files,
    endings,
    guarantees,
    pauses,
    public_directory,
    questions,
    reassignments,
    redirections,
    referrals,
    reports,
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
    directory.router,
    directory_files.router,
    public_directory.router,
    reports.router,
)
