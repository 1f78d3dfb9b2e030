"""Ask another sector to take on a need."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.errors import NotFound
from chassis.sectors import require_known
from services.referrals.domain.case import require_referrable
from services.referrals.domain.codes import ReturnScope
from services.referrals.domain.days import day_of, require_day_reached
from services.referrals.domain.errors.handover import AnonymousSharesNothing
from services.referrals.domain.handover import HandoverContent
from services.referrals.domain.redirection import Place
from services.referrals.domain.referral import Referral
from services.referrals.domain.requesting import Asking, new_referral
from services.referrals.domain.sharing import NOTHING_SHARED, Basis, Sharing
from services.referrals.repository import Directory, Guarantees, KnownCases, Referrals
from services.referrals.use_cases.address import address
from services.referrals.use_cases.sharing_basis import basis_for
from services.referrals.use_cases.start_clocks import start_at_request


@dataclass(frozen=True, slots=True)
class Wish:
    """What the sender asks for."""

    case_id: UUID
    need_id: UUID
    to_sector: str
    to_unit: str | None
    to_service_id: UUID | None
    to_authority: str | None
    reason: str
    approached_on: date | None
    guarantee: str | None
    consent_id: UUID | None
    legal_basis: str | None
    return_scope: ReturnScope
    handover: HandoverContent | None = None
    anonymous: bool = False
    """The receiver is not told of it; a code that the citizen carries is."""

    @property
    def asking(self) -> Asking:
        """What is asked. Who wants to be unknown there has not agreed that more is told of it here."""
        way_back = ReturnScope.CAUGHT_ONLY if self.anonymous else self.return_scope
        told = (self.approached_on, self.guarantee, self.handover, self.anonymous)
        return Asking(self.need_id, self.reason, way_back, *told)


async def request_referral(
    referrals: Referrals,
    known: KnownCases,
    guarantees: Guarantees,
    directory: Directory,
    actor: Actor,
    wish: Wish,
    *,
    referral_id: UUID,
    now: datetime,
) -> Referral:
    """Ask another sector to take on a need of a case one's own sector works on.

    Raises:
        AnonymousSharesNothing, TimeInTheFuture: what is asked is wrong whatever the case.
        NotFound: the case is unknown, closed, or not this sector's.
        NeedNotYours, NeedHasEnded, NeedSetAside, NeedAlreadyReferred: the need cannot be referred by this sector now.
        UnknownSector, SameSector, ServiceNotAddressable: it cannot be put there.
        SharingBasisMissing: nothing named permits this sharing today.
        GuaranteeNotInForce: the guarantee is unknown, or was not in force on the day the citizen asked for help.
    """
    _require_sound(wish, now)
    to, sharing = await _address(known, directory, actor, wish)
    basis = await _basis(known, sharing, wish, on=day_of(now))
    referral = new_referral(
        actor, wish.asking, id=referral_id, sharing=sharing, to_service_id=to.service_id, basis=basis, at=now
    )
    await start_at_request(guarantees, referral)
    await referrals.add(referral)
    return referral


async def _basis(known: KnownCases, sharing: Sharing, wish: Wish, *, on: date) -> Basis:
    """What permits the sharing. Where nothing is shared, nothing has to."""
    if wish.anonymous:
        return NOTHING_SHARED
    return await basis_for(known, sharing, consent_id=wish.consent_id, legal_basis=wish.legal_basis, on=on)


def _require_sound(wish: Wish, now: datetime) -> None:
    """Refuse what is wrong whatever the case."""
    require_day_reached(wish.approached_on, now=now, field="approachedOn")
    if wish.anonymous:
        _require_nothing_shared(wish)


def _require_nothing_shared(wish: Wish) -> None:
    named = {"consentId": wish.consent_id, "legalBasis": wish.legal_basis, "handover": wish.handover}
    # A code is found where the referral is kept, so only by units of the same authority.
    named["toAuthority"] = wish.to_authority
    for field, value in named.items():
        if value is not None:
            raise AnonymousSharesNothing(field=field)


async def _address(known: KnownCases, directory: Directory, actor: Actor, wish: Wish) -> tuple[Place, Sharing]:
    """Whom the wish is put to, and the sharing that would be, if the need is this sector's to refer."""
    require_known(wish.to_sector)
    case = await known.case(wish.case_id)
    if case is None or actor.sector is None or not case.open_to(actor.sector):
        raise NotFound()
    named = Place(wish.to_sector, wish.to_unit, wish.to_service_id, wish.to_authority)
    to = await address(directory, actor, named, sender=Place(actor.sector, authority=actor.authority))
    require_referrable(await known.need(wish.need_id), case=case, by_sector=actor.sector)
    return to, Sharing(case.id, actor.sector, to.sector, to.unit, to.authority)
