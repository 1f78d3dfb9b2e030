"""HTTP in, HTTP out, one file for each part of a referral's life."""

from services.referrals.routes import (
    answers,
    contacts,
    directory,
    directory_files,
    endings,
    public_directory,
    referrals,
)

ROUTERS = (
    referrals.router,
    answers.router,
    contacts.router,
    endings.router,
    directory.router,
    directory_files.router,
    public_directory.router,
)
