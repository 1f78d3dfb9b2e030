"""What the basis of a referral covers today, for whoever reads a row of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.actor import Actor
from services.referrals.domain.covering import by_consent, by_provision
from services.referrals.domain.handover import Coverage, Section
from services.referrals.domain.legal_bases import legal_bases
from services.referrals.domain.sharing import BasisKind
from services.referrals.schemas.shared import NotSharedView, SharedView


@dataclass(frozen=True, slots=True)
class Told:
    """What one caller is told of the sender's words."""

    shared: SharedView
    not_shared: list[NotSharedView]
    missing: list[Section]


def kind_of(row: Any) -> BasisKind:
    """What a referral rests on."""
    if row.anonymous:
        return BasisKind.NONE
    return BasisKind.CONSENT if row.consent_id else BasisKind.LEGAL_BASIS


def last_day(row: Any) -> date | None:
    """The last day on which the basis holds; None when nobody has said."""
    if kind_of(row) is not BasisKind.LEGAL_BASIS:
        day: date | None = row.valid_until
        return day
    provision = legal_bases().get(row.legal_basis)
    # A provision that is no longer listed permits nothing.
    return provision.valid_to if provision else date.min


def coverage(row: Any, actor: Actor | None, today: date) -> Coverage:
    """What one reader on the receiving side may be told; without a reader, what the unit addressed may.

    A consent that nobody has told of covers nothing.
    """
    if kind_of(row) is not BasisKind.CONSENT:
        return by_provision(legal_bases().get(row.legal_basis), on=today)
    return by_consent(
        row.data_categories or (),
        to_unit=row.consent_to_unit,
        valid_until=row.valid_until,
        withdrawn=row.withdrawn_at is not None,
        reader=actor,
        on=today,
    )
