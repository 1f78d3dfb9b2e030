"""Find what permits a sharing, for whoever asks for one."""

from datetime import date
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.covering import by_consent, by_provision
from services.referrals.domain.errors import SharingBasisMissing
from services.referrals.domain.handover import Coverage
from services.referrals.domain.legal_bases import legal_bases
from services.referrals.domain.sharing import Basis, Failing, Sharing
from services.referrals.repository import KnownCases


async def basis_for(
    known: KnownCases, sharing: Sharing, *, consent_id: UUID | None, legal_basis: str | None, on: date
) -> Basis:
    """The one basis that is named, if it covers the sharing on that day.

    Raises:
        SharingBasisMissing: none is named, or more than one, or it does not cover the sharing.
    """
    if consent_id is not None and legal_basis is not None:
        raise SharingBasisMissing(fails=str(Failing.MORE_THAN_ONE_NAMED))
    if consent_id is not None:
        consent = await known.consent(consent_id)
        if consent is None:
            raise SharingBasisMissing(fails=str(Failing.CONSENT_UNKNOWN))
        return consent.basis_for(sharing, on=on)
    if legal_basis is not None:
        provision = legal_bases().get(legal_basis)
        if provision is None:
            raise SharingBasisMissing(fails=str(Failing.LEGAL_BASIS_UNKNOWN))
        return provision.basis_for(sharing, on=on)
    raise SharingBasisMissing(fails=str(Failing.NOT_NAMED))


async def covered_by(known: KnownCases, basis: Basis, reader: Actor, *, on: date) -> Coverage:
    """What the basis of a request lets its receiver read on that day. A consent is locked against being withdrawn
    meanwhile; one that nobody has told of covers nothing."""
    if basis.consent_id is None:
        return by_provision(legal_bases().get(basis.legal_basis or ""), on=on)
    consent = await known.consent(basis.consent_id)
    if consent is None:
        return by_provision(None, on=on)
    return by_consent(
        consent.data_categories,
        to_unit=consent.to_unit,
        valid_until=consent.valid_until,
        withdrawn=consent.withdrawn,
        reader=reader,
        on=on,
    )
