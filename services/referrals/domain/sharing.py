"""What permits a sector to share a citizen's need with another: a consent that covers it, or a legal basis in force."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.referrals.domain.errors import SharingBasisMissing
from services.referrals.domain.units import names_of


class BasisKind(StrEnum):
    """What the sharing rests on."""

    CONSENT = "consent"
    LEGAL_BASIS = "legal-basis"
    NONE = "none"
    """Nothing is shared: the receiver of an anonymous referral is not told whom it is about."""


class BasisStatus(StrEnum):
    """Whether the sharing may go on. The referral itself goes on in any case."""

    IN_FORCE = "in-force"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Failing(StrEnum):
    """Which part of the basis fails; told as the fact `fails`."""

    NOT_NAMED = "not-named"
    MORE_THAN_ONE_NAMED = "more-than-one-named"
    CONSENT_UNKNOWN = "consent-unknown"
    CONSENT_FROM_ANOTHER_SECTOR = "consent-from-another-sector"
    CONSENT_TO_ANOTHER_SECTOR = "consent-to-another-sector"
    CONSENT_TO_ANOTHER_UNIT = "consent-to-another-unit"
    CONSENT_TO_ANOTHER_AUTHORITY = "consent-to-another-authority"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    CONSENT_EXPIRED = "consent-expired"
    REQUEST_NOT_COVERED = "request-not-covered"
    """What the request came with no longer permits its receiver to read it, and so not to send it on."""
    LEGAL_BASIS_UNKNOWN = "legal-basis-unknown"
    LEGAL_BASIS_NOT_IN_FORCE = "legal-basis-not-in-force"
    LEGAL_BASIS_NOT_FOR_THIS_SECTOR = "legal-basis-not-for-this-sector"
    LEGAL_BASIS_DOES_NOT_REACH_THAT_AUTHORITY = "legal-basis-does-not-reach-that-authority"


@dataclass(frozen=True, slots=True)
class Sharing:
    """The sharing a referral would be: in which case, from whom, to whom."""

    case_id: UUID
    from_sector: str
    to_sector: str
    to_unit: str | None
    to_authority: str | None = None
    """Where the receiver is of another authority than the sender."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a referral rests on. Of `consent_id` and `legal_basis` the one is there that `kind` says."""

    kind: BasisKind
    consent_id: UUID | None = None
    legal_basis: str | None = None


NOTHING_SHARED = Basis(BasisKind.NONE)


@dataclass(frozen=True, slots=True)
class Consent:
    """The citizen's agreement as far as this service knows it: scope and dates, no words.

    It reaches the authority that it names, and its own when it names none: who agreed that a colleague of the
    municipality is told has not agreed that the region is.
    """

    id: UUID
    case_id: UUID
    from_sector: str
    to_sector: str
    to_unit: str | None = None
    to_authority: str | None = None
    valid_until: date | None = None
    withdrawn: bool = False
    data_categories: frozenset[str] = frozenset()
    """The kinds of information the citizen named."""

    def basis_for(self, sharing: Sharing, *, on: date) -> Basis:
        """The consent as a basis for this sharing on this day.

        Raises:
            SharingBasisMissing: it does not cover it; the fact `fails` says why.
        """
        failing = self._failing(sharing, on)
        if failing is not None:
            raise SharingBasisMissing(fails=str(failing))
        return Basis(BasisKind.CONSENT, consent_id=self.id)

    def _failing(self, sharing: Sharing, on: date) -> Failing | None:
        if self.case_id != sharing.case_id:
            # Another case's consent is not told apart from one that does not exist.
            return Failing.CONSENT_UNKNOWN
        if self.from_sector != sharing.from_sector:
            return Failing.CONSENT_FROM_ANOTHER_SECTOR
        if self.to_authority != sharing.to_authority:
            return Failing.CONSENT_TO_ANOTHER_AUTHORITY
        if self.to_sector != sharing.to_sector:
            return Failing.CONSENT_TO_ANOTHER_SECTOR
        if self.to_unit and sharing.to_unit not in names_of(self.to_unit, self.to_sector):
            return Failing.CONSENT_TO_ANOTHER_UNIT
        if self.withdrawn:
            return Failing.CONSENT_WITHDRAWN
        if self.valid_until is not None and self.valid_until < on:
            return Failing.CONSENT_EXPIRED
        return None


class LegalReach(StrEnum):
    """How far a provision lets information go. What the list does not say of one is the least."""

    OWN_AUTHORITY = "own-authority"
    PUBLIC_AUTHORITIES = "public-authorities"
    """Municipalities and regions, and no organisation."""

    def covers(self, to_authority: str | None) -> bool:
        """Whether it reaches this receiver; None is the sender's own authority."""
        if to_authority is None:
            return True
        return self is LegalReach.PUBLIC_AUTHORITIES and not to_authority.startswith("CVR")


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A provision that permits sharing without consent, with the days it is in force and who may lean on it."""

    code: str
    valid_from: date
    valid_to: date | None
    from_sectors: frozenset[str] | None
    """Only these sectors may lean on it; None for every sector."""
    reaches: LegalReach = LegalReach.OWN_AUTHORITY
    data_categories: frozenset[str] | None = None
    """Only these kinds of information may be shared on it; None for whatever the receiver's task needs."""

    def basis_for(self, sharing: Sharing, *, on: date) -> Basis:
        """The provision as a basis for this sharing on this day.

        Raises:
            SharingBasisMissing: it is not in force, not this sector's, or does not reach the receiver's authority; the
                fact `fails` says which.
        """
        if on < self.valid_from or (self.valid_to is not None and on > self.valid_to):
            raise SharingBasisMissing(fails=str(Failing.LEGAL_BASIS_NOT_IN_FORCE))
        if self.from_sectors is not None and sharing.from_sector not in self.from_sectors:
            raise SharingBasisMissing(fails=str(Failing.LEGAL_BASIS_NOT_FOR_THIS_SECTOR))
        if not self.reaches.covers(sharing.to_authority):
            raise SharingBasisMissing(fails=str(Failing.LEGAL_BASIS_DOES_NOT_REACH_THAT_AUTHORITY))
        return Basis(BasisKind.LEGAL_BASIS, legal_basis=self.code)


def status(valid_until: date | None, *, withdrawn: bool, on: date) -> BasisStatus:
    """Where a basis stands on a day. A withdrawal is named even after the last day: it is the citizen's act."""
    if withdrawn:
        return BasisStatus.WITHDRAWN
    if valid_until is not None and valid_until < on:
        return BasisStatus.EXPIRED
    return BasisStatus.IN_FORCE
