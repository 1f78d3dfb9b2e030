"""Send a request on to somebody who may be able to help."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.errors import NotFound
from chassis.sectors import require_known
from services.referrals.domain.case import Case, Need, require_referrable
from services.referrals.domain.codes import DeclineCode
from services.referrals.domain.days import day_of
from services.referrals.domain.errors import SenderHasLetGo
from services.referrals.domain.handover import require_reason_holds
from services.referrals.domain.redirection import Place, require_new_place
from services.referrals.domain.referral import Referral
from services.referrals.domain.requesting import Words, successor_of
from services.referrals.domain.sharing import Basis, Sharing
from services.referrals.repository import Directory, Guarantees, KnownCases, Redirections, Referrals
from services.referrals.use_cases.address import address
from services.referrals.use_cases.sharing_basis import basis_for, covered_by
from services.referrals.use_cases.start_clocks import start_with_new_receiver


@dataclass(frozen=True, slots=True)
class Onward:
    """Where the receiver sends the request, why, and on which basis."""

    to_sector: str
    to_unit: str | None
    to_service_id: UUID | None
    to_authority: str | None
    reason_code: DeclineCode
    consent_id: UUID | None
    legal_basis: str | None


async def redirect_referral(
    referrals: Referrals,
    known: KnownCases,
    redirections: Redirections,
    guarantees: Guarantees,
    directory: Directory,
    actor: Actor,
    referral_id: UUID,
    onward: Onward,
    *,
    successor_id: UUID,
    expected: int | None,
    now: datetime,
) -> Referral:
    """End this referral and put the sender's request, as far as the caller reads it, to somebody else: the successor.

    Raises:
        UnknownSector, SameSector, ServiceNotAddressable, RedirectLoop: it cannot go there.
        SenderHasLetGo, NeedHasEnded, NeedSetAside: there is no longer anything to send on.
        NothingIsMissing: the reason is missing information, and none is missing.
        SharingBasisMissing: nothing permits the sender to share with the new receiver, or what the request came with no
            longer permits the caller to read it.
    """
    require_known(onward.to_sector)
    # The case before the referral, as everybody locks them: a case that is just closing is waited for, not met halfway.
    case = await known.case((await referrals.peek(referral_id, actor)).case_id)
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.redirect(by=actor, reason=onward.reason_code, successor_id=successor_id, at=now)
    await _require_reason(referrals, referral, onward)
    to = await _open_way(redirections, directory, actor, referral, onward)
    _require_wanted(referral, case, await known.need(referral.need_id))
    basis = await _basis(known, referral, onward, to, now)
    words = await _words(referrals, known, referral, actor, now)
    successor = successor_of(referral, words, by=actor, id=successor_id, to=to, basis=basis, at=now)
    await start_with_new_receiver(guarantees, successor)
    await referrals.save(referral)
    await referrals.add(successor)
    await redirections.link(referral, successor, reason=onward.reason_code, at=now)
    return successor


async def _require_reason(referrals: Referrals, referral: Referral, onward: Onward) -> None:
    lacking = await referrals.handover_missing(referral)
    require_reason_holds(onward.reason_code, lacking=lacking, question_open=referral.question_open)


async def _open_way(
    redirections: Redirections, directory: Directory, actor: Actor, referral: Referral, onward: Onward
) -> Place:
    """Where it goes: somewhere that is not the sender, and where it has not been."""
    named = Place(onward.to_sector, onward.to_unit, onward.to_service_id, onward.to_authority)
    to = await address(directory, actor, named, sender=Place(referral.from_sector, authority=referral.authority))
    places, links = await redirections.been_to(referral.id)
    require_new_place(places, Place.of(to.sector, to.unit, to.service_id, to.authority), links=links)
    return to


def _require_wanted(referral: Referral, case: Case | None, need: Need | None) -> None:
    if case is None:
        raise NotFound()
    if not case.open_to(referral.from_sector) or need is None or need.owner_sector != referral.from_sector:
        raise SenderHasLetGo()
    require_referrable(need, case=case, by_sector=referral.from_sector)


async def _words(referrals: Referrals, known: KnownCases, referral: Referral, actor: Actor, now: datetime) -> Words:
    """The sender's, as far as the caller reads them: nobody sends on what they may not know."""
    covered = await covered_by(known, referral.basis, actor, on=day_of(now))
    return Words(await referrals.reason_of(referral), await referrals.handover_of(referral)).covered_by(covered)


async def _basis(known: KnownCases, referral: Referral, onward: Onward, to: Place, now: datetime) -> Basis:
    """The basis that is named; where none is, the one the request came with may reach as far as the new receiver."""
    sharing = Sharing(referral.case_id, referral.from_sector, to.sector, to.unit, to.authority)
    named = onward.consent_id is not None or onward.legal_basis is not None
    return await basis_for(
        known,
        sharing,
        consent_id=onward.consent_id if named else referral.basis.consent_id,
        legal_basis=onward.legal_basis if named else referral.basis.legal_basis,
        on=day_of(now),
    )
