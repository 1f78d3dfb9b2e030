"""Who a referral is about, and how to reach them, as far as the asking sector may be told.

The sector that asked is told while the case is its own to work on. The one that was asked is told while the referral is
under way, and then what its basis covers: under a consent the name, and of the rest the categories the citizen agreed
to; under a provision of law everything here, which is what its task needs. When the case or the need has become its own
by a release, no basis is asked for any more. To everybody else there is no card, and no way to tell why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.catch import UNDER_WAY, KnownReferral
from services.cases.domain.citizen import Citizen, Contact
from services.cases.domain.consent import Consent
from services.cases.domain.organisation import bare

# Categories of data, as consents name them: how to reach the citizen, and what they want help with.
CONTACT, NEED = "contact", "need"
EVERYTHING = frozenset({CONTACT, NEED})


@dataclass(frozen=True, slots=True)
class CardQuestion:
    """Which referral is asked about. Which consent it rests on is believed only where the news of it did not say."""

    referral_id: UUID
    consent_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CardGround:
    """What bears on whether the asking sector is told."""

    referral: KnownReferral
    case_is_open: bool
    holding_sector: str
    need_owner: str
    involved: bool
    """Whether the asking sector takes part in the case."""
    on_consent: bool
    consent: Consent | None = None
    """The consent that it rests on, when the case has it."""


@dataclass(frozen=True, slots=True)
class ContactCard:
    """The citizen of one referral, as one sector is told of them."""

    referral_id: UUID
    display_name: str | None
    alias: str | None
    protected: bool
    phone: str | None
    safe_to_call: str | None
    language: str | None
    need_domain: str | None
    next_appointment_at: datetime | None
    hidden: int
    """How much is known and not told: protected, or not covered."""


def resting_on(
    referral: KnownReferral, consents: Iterable[Consent], named: UUID | None = None
) -> tuple[bool, Consent | None]:
    """Whether a referral rests on a consent, and on which of its case.

    It said so when it was sent. Where the news of it did not, the consent that is `named` counts, without one the
    latest that was given between the two; and where there never was one, it is the law.
    """
    if referral.legal_basis is not None:
        return False, None
    which = referral.consent_id or named
    if which is not None:
        return True, next((consent for consent in consents if consent.id == which), None)
    ends = (referral.from_sector, referral.to_sector, referral.to_authority)
    between = [c for c in consents if c.decision == "given" and (c.from_sector, c.to_sector, c.to_authority) == ends]
    latest = max(between, key=lambda consent: consent.recorded_at, default=None)
    return latest is not None, latest


def covered(ground: CardGround, actor: Actor, today: date) -> frozenset[str] | None:
    """The categories that the actor is told of beside who it is; None where there is no card for them at all."""
    sector, referral = actor.sector, ground.referral
    has_part = ground.involved or sector == ground.holding_sector
    if sector == referral.from_sector:
        return EVERYTHING if has_part else None
    if sector != referral.to_sector or not referral.takes_part:
        return None
    if has_part and sector in (ground.holding_sector, ground.need_owner):
        return EVERYTHING
    if not _under_way(ground):
        return None
    return _agreed(ground, actor, today) if ground.on_consent else EVERYTHING


def _under_way(ground: CardGround) -> bool:
    """While something is asked of the receiver; and after it is done, until the receipt has led to a release."""
    referral = ground.referral
    return ground.case_is_open and (referral.state in UNDER_WAY or (ground.involved and referral.live))


def _agreed(ground: CardGround, actor: Actor, today: date) -> frozenset[str] | None:
    consent, referral = ground.consent, ground.referral
    if consent is None or not consent.in_force(today):
        return None
    if consent.to_authority or (consent.from_sector, consent.to_sector) != (referral.from_sector, referral.to_sector):
        return None
    if consent.to_unit is not None and not _is_of(actor, consent.to_unit, consent.to_sector):
        return None
    return EVERYTHING & frozenset(consent.data_categories)


def _is_of(actor: Actor, unit: str, sector: str) -> bool:
    """True when the actor acts for this unit, by either of its names."""
    return actor.unit is not None and bare(actor.unit, sector) == bare(unit, sector)


def contact_card(
    ground: CardGround,
    citizen: Citizen,
    need_domain: str,
    *,
    told: frozenset[str],
    next_appointment_at: datetime | None,
    today: date,
) -> ContactCard:
    """The card with what is told on it. While name and address are protected, neither name nor contact data is."""
    protected = citizen.protected(today)
    contact = citizen.contact or Contact()
    seen = CONTACT in told and not protected
    known = (
        (citizen.name, not protected),
        (contact.phone, seen),
        (contact.safe_to_call, seen),
        (contact.language, seen),
        (need_domain, NEED in told),
    )
    name, phone, safe_to_call, language, domain = (value if shown else None for value, shown in known)
    return ContactCard(
        referral_id=ground.referral.id,
        display_name=name,
        alias=citizen.alias,
        protected=protected,
        phone=phone,
        safe_to_call=safe_to_call,
        language=language,
        need_domain=domain,
        next_appointment_at=next_appointment_at,
        hidden=sum(1 for value, shown in known if value is not None and not shown),
    )
