"""HTTP in, HTTP out, one file for each part of a referral's life."""

from services.referrals.routes import (
    answers,
    catch_codes,
    claims,
    contacts,
    deadlines,
    directory,
    directory_files,
    endings,
    guarantees,
    handover,
    pauses,
    public_directory,
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
    handover.router,
    catch_codes.router,
    pauses.router,
    endings.router,
    deadlines.router,
    reassignments.router,
    guarantees.router,
    directory.router,
    directory_files.router,
    public_directory.router,
)
