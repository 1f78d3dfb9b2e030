"""The dated story of a case, across services: what happened, whose it is, what it is about. Never in whose words.

What is the case's own is told to everybody who reads it. What is a matter between sectors is theirs: another sector
reads of it only under a consent.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from services.cases.domain import events as e
from services.cases.domain.catch import KnownReferral
from services.cases.domain.letters import LetterDelivered, LetterUndeliverable

# By which a consent opens another sector's part of the story.
CATEGORY = "timeline"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened, and whose doing it was. Where it is a matter between `parties`, it is theirs to read."""

    kind: str
    at: datetime
    about_type: str
    about_id: UUID | None
    sector: str | None = None
    parties: tuple[str, ...] = ()
    unit: str | None = None

    def id_in(self, case_id: UUID) -> UUID:
        """What happened once has one id, however often it is heard."""
        return uuid5(case_id, f"{self.kind}|{self.about_type}|{self.about_id}|{self.sector}|{self.at.timestamp()}")


_Told = tuple[
    str, str, UUID | None, str | None, str | None
]  # kind, what it is about, which, whose doing, in which unit

# Enrolments are not told: a trial's realm is its own, and the effort it brings is seen where it is given.
_TELLERS: dict[type, Callable[[Any], _Told]] = {
    e.CaseOpened: lambda x: (
        "case-imported" if x.origin == "imported" else "case-opened",
        "case",
        None,
        x.sector,
        x.unit,
    ),
    e.NeedRegistered: lambda x: ("need-registered", "need", x.need_id, x.owner_sector, None),
    e.NeedSetAside: lambda x: ("need-set-aside", "need", x.need_id, None, None),
    e.NeedEnded: lambda x: ("need-ended", "need", x.need_id, None, None),
    e.NeedReopened: lambda x: ("need-reopened", "need", x.need_id, x.owner_sector, None),
    e.NeedRevisitDue: lambda x: ("need-revisit-due", "need", x.need_id, x.revisit_by_sector, None),
    e.ConsentGiven: lambda x: ("consent-given", "consent", x.consent_id, x.from_sector, None),
    e.ConsentWithdrawn: lambda x: ("consent-withdrawn", "consent", x.consent_id, None, None),
    e.SectorInvolved: lambda x: ("sector-involved", "case", None, x.sector, x.unit),
    e.SectorReleased: lambda x: ("sector-released", "release", x.release_id, x.sector, None),
    e.ResponsibilityTransferred: lambda x: ("responsibility-transferred", "case", None, x.to_sector, x.to_unit),
    e.CatchLost: lambda x: ("catch-lost", "need", x.need_id, None, None),
    e.CaseClosed: lambda x: ("case-closed", "case", None, x.closed_by_sector, None),
    e.CoordinatorChanged: lambda x: ("coordinator-changed", "case", None, x.sector, x.unit),
    e.PlanAgreed: lambda x: ("plan-agreed", "plan", None, None, None),
    e.OfferMade: lambda x: ("offer-made", "offer", x.offer_id, x.sector, None),
    e.OfferAnswered: lambda x: ("offer-answered", "offer", x.offer_id, x.sector, None),
    e.ExemptionGranted: lambda x: ("exemption-granted", "exemption", x.exemption_id, None, None),
    e.ExemptionEnding: lambda x: ("exemption-ending", "exemption", x.exemption_id, None, None),
    e.CriteriaAssessed: lambda x: ("criteria-assessed", "assessment", x.assessment_id, None, None),
    LetterDelivered: lambda x: ("invitation-delivered", "invitation", x.invitation_id, None, None),
    LetterUndeliverable: lambda x: ("invitation-undeliverable", "invitation", x.invitation_id, None, None),
}
# What is a matter between sectors. Who has a part in the case, and what it needs, its readers know anyway.
_BETWEEN: dict[type, Callable[[Any], tuple[str, ...]]] = {
    e.ConsentGiven: lambda x: (x.from_sector,) if x.to_authority else (x.from_sector, x.to_sector),
    e.OfferMade: lambda x: (x.sector,),
    e.OfferAnswered: lambda x: (x.sector,),
}


def told_of(happenings: Iterable[object], at: datetime) -> Iterator[TimelineEntry]:
    """What happened, as the story tells it."""
    for happening in happenings:
        if teller := _TELLERS.get(type(happening)):
            kind, about_type, about_id, sector, unit = teller(happening)
            parties = _BETWEEN.get(type(happening), lambda _: ())(happening)
            yield TimelineEntry(kind, at, about_type, about_id, sector, parties, unit)


def heard_of(before: Mapping[UUID, KnownReferral], after: Mapping[UUID, KnownReferral]) -> Iterator[TimelineEntry]:
    """What is newly known of the case's referrals."""
    for referral in after.values():
        known = dict(_moments(before[referral.id])) if referral.id in before else {}
        for kind, at in _moments(referral):
            if kind not in known:
                yield from _entry(kind, at, referral)


def _moments(referral: KnownReferral) -> Iterator[tuple[str, datetime]]:
    yield "referral-requested", referral.requested_at
    if referral.accepted_at:
        yield "referral-accepted", referral.accepted_at
    if referral.contact_held_at:
        yield "first-contact-held", referral.contact_held_at
    if referral.receipt:
        yield "handover-received", referral.receipt.at
    if referral.ended_at:
        yield f"referral-{referral.state}", referral.ended_at


def attempted(referral: KnownReferral, at: datetime) -> Iterator[TimelineEntry]:
    """The receiver tried to reach the citizen, and did not. An attempt is never a contact (I5)."""
    yield from _entry("contact-attempted", at, referral)


# What the sender did itself; and what the receiver did with the citizen, of which the way back is walled. The rest is
# an answer to the sender, which must know who holds the citizen.
_THE_SENDERS = frozenset({"referral-requested", "referral-cancelled", "referral-entered-in-error"})
_OF_THE_CITIZEN = frozenset({"contact-attempted", "first-contact-held", "handover-received", "referral-completed"})


def _entry(kind: str, at: datetime, referral: KnownReferral) -> Iterator[TimelineEntry]:
    """One moment of a referral, for those who may read when it was: both sides, but of the citizen's coming and going
    the receiver alone, unless the way back has dates. What nobody may read is not written.

    A receiver that has no part in the case is no sector of its story. Of an anonymous referral all that the receiver
    does is one moment, and the unit knows it too: written here it would say who came.
    """
    if referral.anonymous and kind not in _THE_SENDERS:
        return
    theirs = referral.to_sector if referral.takes_part else None
    told = kind not in _OF_THE_CITIZEN or referral.tells_when
    parties = tuple(sector for sector in (referral.from_sector if told else None, theirs) if sector)
    if not parties:
        return
    sector = referral.from_sector if kind in _THE_SENDERS else theirs
    unit = referral.to_unit if theirs and kind not in _THE_SENDERS else None
    yield TimelineEntry(kind, at, "referral", referral.id, sector, parties, unit)


def invited(invitation_id: UUID, at: datetime) -> TimelineEntry:
    """The citizen is to be asked how they are."""
    return TimelineEntry("invitation-issued", at, "invitation", invitation_id)
