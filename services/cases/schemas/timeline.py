"""The story of a case on the wire."""

from uuid import UUID

from chassis.errors import Text
from chassis.wire import Moment, View
from services.cases.domain.timeline import TimelineEntry

TEXTS: dict[str, Text] = {
    "case-opened": Text("Sagen blev åbnet.", "The case was opened."),
    "case-imported": Text("Sagen blev overtaget fra et andet system.", "The case was taken over from another system."),
    "case-closed": Text("Sagen blev lukket.", "The case was closed."),
    "need-registered": Text("Et behov blev registreret.", "A need was registered."),
    "need-set-aside": Text("Et behov blev udskudt efter borgerens ønske.", "A need was set aside by the citizen."),
    "need-revisit-due": Text("Borgeren skal spørges igen.", "The citizen is to be asked again."),
    "need-reopened": Text("Et behov blev åbnet igen.", "A need was opened again."),
    "need-ended": Text("Et behov blev afsluttet.", "A need ended."),
    "consent-given": Text("Borgeren gav samtykke.", "The citizen gave consent."),
    "consent-withdrawn": Text("Borgeren trak et samtykke tilbage.", "The citizen withdrew a consent."),
    "sector-involved": Text("Et fagområde kom med i sagen.", "A sector joined the case."),
    "sector-released": Text("Et fagområde slap sagen.", "A sector let go of the case."),
    "responsibility-transferred": Text("Ansvaret for sagen blev overdraget.", "Responsibility was handed over."),
    "coordinator-changed": Text("Sagen fik en anden koordinator.", "Somebody else coordinates the case."),
    "catch-lost": Text("Et grebet behov blev tabt.", "A need that was caught was lost."),
    "plan-agreed": Text("Borgeren sagde ja til planen.", "The citizen agreed to the plan."),
    "offer-made": Text("Borgeren fik et frivilligt tilbud.", "The citizen was made a voluntary offer."),
    "offer-answered": Text("Borgeren svarede på et tilbud.", "The citizen answered an offer."),
    "exemption-granted": Text("Borgeren blev fritaget for pligter.", "The citizen was exempted from duties."),
    "exemption-ending": Text("En fritagelse nærmer sig sin slutning.", "An exemption nears its end."),
    "criteria-assessed": Text("Situationen blev vurderet efter kriterier.", "The situation was held against criteria."),
    "invitation-issued": Text("Borgeren blev inviteret til et spørgeskema.", "The citizen was invited to a survey."),
    "invitation-delivered": Text("En invitation blev sendt.", "An invitation was sent."),
    "invitation-undeliverable": Text("En invitation kunne ikke sendes.", "An invitation could not be sent."),
    "contact-attempted": Text("Modtageren prøvede at nå borgeren.", "The receiver tried to reach the citizen."),
    "referral-requested": Text("Et behov blev henvist.", "A need was referred."),
    "referral-accepted": Text("En henvisning blev modtaget.", "A referral was accepted."),
    "first-contact-held": Text("Borgeren mødte modtageren.", "The citizen met the receiver."),
    "handover-received": Text("Modtageren kvitterede.", "The receiver gave a receipt."),
    "referral-completed": Text("En henvisning blev fuldført.", "A referral was completed."),
    "referral-rejected": Text("En henvisning blev afvist.", "A referral was rejected."),
    "referral-redirected": Text("En henvisning blev sendt videre.", "A referral was sent on."),
    "referral-failed": Text("En henvisning kunne ikke gennemføres.", "A referral could not be carried through."),
    "referral-cancelled": Text("En henvisning blev taget tilbage.", "A referral was taken back."),
    "referral-entered-in-error": Text("En henvisning var en fejl.", "A referral was entered in error."),
}
_OTHER = Text("Der skete noget i sagen.", "Something happened in the case.")


class AboutView(View):
    """What it is about: the case itself, or a part of it."""

    type: str
    id: UUID | None


class ByView(View):
    """Where it was done, as far as it was told."""

    unit: str | None


class TimelineItemView(View):
    """One thing that happened. `sector` is whose doing it was, where it was one sector's."""

    at: Moment
    kind: str
    sector: str | None
    about: AboutView
    text: str
    by: ByView


def item(entry: TimelineEntry, language: str) -> TimelineItemView:
    """One entry, in the reader's language."""
    return TimelineItemView(
        at=entry.at,
        kind=entry.kind,
        sector=entry.sector,
        about=AboutView(type=entry.about_type, id=entry.about_id),
        text=TEXTS.get(entry.kind, _OTHER)[language],
        by=ByView(unit=entry.unit),
    )
