"""HTTP in, HTTP out, one file for each part of a referral's life."""

from services.referrals.routes import answers, contacts, deadlines, endings, guarantees, referrals

ROUTERS = (referrals.router, answers.router, contacts.router, endings.router, deadlines.router, guarantees.router)
