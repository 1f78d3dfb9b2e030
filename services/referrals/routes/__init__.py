"""HTTP in, HTTP out, one file for each part of a referral's life."""

from services.referrals.routes import answers, contacts, endings, referrals

ROUTERS = (referrals.router, answers.router, contacts.router, endings.router)
