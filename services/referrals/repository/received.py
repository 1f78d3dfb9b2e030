"""Referrals between authorities: kept by the sender's, found by the receiver's, changed by one transaction in both.

What belongs to a referral (its words, steps, clocks, questions, what it announces, who looked) stays with the
authority that asked, which answers for the case. The receiver has a row that says where that is.
"""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Transaction
from chassis.problems import AlreadyExists
from services.referrals.domain.clocks import earliest
from services.referrals.domain.referral import Referral
from services.referrals.tables import received_referrals, referrals

_r = received_referrals.c
_HOME = select(_r.home_authority).where(_r.authority == bindparam("of_authority"), _r.id == bindparam("of_id"))
_OWN = select(referrals.c.id).where(
    referrals.c.authority == bindparam("of_authority"), referrals.c.id == bindparam("of_id")
)
_CHANGES = ("to_unit", "responsible_unit", "claimed_by", "state", "due_on")
_new = upsert(received_referrals)
_NOTE = _new.on_conflict_do_update(
    index_elements=[_r.authority, _r.id],
    set_={name: _new.excluded[name] for name in _CHANGES},
    # Another sender's referral of the same id is not this one: the row stays as it is.
    where=_r.home_authority == _new.excluded.home_authority,
)


async def go_home(tx: Transaction, referral_id: UUID) -> bool:
    """Act from here on where this referral is kept, if another authority put it to the transaction's.

    Who may then see it is asked of the referral itself, as always: to have been led there is no right to anything.
    """
    row = await tx.one(_HOME, of_authority=tx.authority, of_id=referral_id)
    if row is None:
        return False
    await tx.enter(row.home_authority)
    return True


async def note_received(tx: Transaction, referral: Referral) -> None:
    """Tell the authority that was asked what it finds the referral by. Nothing, where it is the sender's own.

    Raises:
        AlreadyExists: it has a referral of the same id already: its own, or one from a third authority.
    """
    if referral.to_authority is None:
        return
    row = {
        "authority": referral.to_authority,
        "id": referral.id,
        "home_authority": referral.authority,
        "case_id": referral.case_id,
        "from_sector": referral.from_sector,
        "to_sector": referral.to_sector,
        "to_unit": referral.to_unit,
        "to_service_id": referral.to_service_id,
        "responsible_unit": referral.responsible_unit,
        "claimed_by": referral.claim and referral.claim.by,
        "state": referral.state,
        "due_on": earliest(referral.clocks),
        "requested_at": referral.requested_at,
    }
    async with tx.within(referral.to_authority):
        # Asked once, of a new one: what the receiver itself calls so later does not stop what is under way.
        taken = referral.version == 1 and await tx.one(_OWN, of_authority=tx.authority, of_id=referral.id) is not None
        if taken or not await tx.run(_NOTE, [row]):
            raise AlreadyExists()
