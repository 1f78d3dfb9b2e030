"""The HTTP process: `python -m chassis.serve services.referrals.app:app`."""

from chassis.http import build_app
from services.referrals.routes import answers, contacts, endings, referrals

app = build_app(
    "referrals",
    title="Helhed: referrals",
    routers=[referrals.router, answers.router, contacts.router, endings.router],
)
