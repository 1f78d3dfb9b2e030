"""Give what one unit has under way to another, when a sector is reorganised."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.errors import NotFound
from services.referrals.domain.access import may_reassign
from services.referrals.domain.errors import OnlyTheAddressedUnit, SameUnit
from services.referrals.domain.units import names_of
from services.referrals.repository import Reassigned, Reassignments, Referrals, Reorganised

MOST = 50
"""How many are moved in one call, so that none is locked for long, and a Sync-Token names them. Those who are unknown
are not among them: whoever calls does not learn that there are any, and so cannot know to call again."""


async def reassign_unit(
    referrals: Referrals,
    reassignments: Reassignments,
    actor: Actor,
    *,
    id: UUID,
    from_unit: str,
    to_unit: str,
    now: datetime,
) -> tuple[Reassigned, list[UUID]]:
    """Move a batch of live referrals, the oldest first; the record of it, and the cases they are of.

    Raises:
        SameUnit: there is nothing to move.
        OnlyTheAddressedUnit: the caller leads another unit.
    """
    if actor.sector is None:
        raise NotFound()
    if not names_of(from_unit, actor.sector).isdisjoint(names_of(to_unit, actor.sector)):
        raise SameUnit(field="toUnit")
    if not may_reassign(actor, from_unit):
        raise OnlyTheAddressedUnit()
    units = Reorganised(actor.sector, from_unit, to_unit)
    known = await referrals.some(await reassignments.batch(units, most=MOST), actor)
    # A citizen's code is good at one place: nobody who is unknown stays behind with a unit that is no more.
    unknown = await referrals.anonymous_of_unit(sorted(names_of(from_unit, actor.sector)), to_sector=actor.sector)
    cases = []
    # In one order, whoever saves referrals of many cases: each takes the next number of its case.
    for referral in sorted([*known, *unknown], key=lambda one: one.case_id):
        # It may have ended, or moved, while we came to it.
        if referral.is_under_way_with(from_unit):
            by = replace(actor, unit=None) if referral.anonymous else actor
            referral.move_to_unit(to_unit, from_unit=from_unit, by=by, at=now)
            await referrals.save(referral)
            cases += [] if referral.anonymous else [referral.case_id]
    kept, remaining = await reassignments.left(units)
    others = await reassignments.from_elsewhere(units)
    done = Reassigned(id, units, len(cases), kept, remaining, from_elsewhere=others, at=now, by=actor.subject)
    await reassignments.add(done)
    return done, cases
