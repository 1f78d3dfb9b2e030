"""What one caller is told of the sender's words: the sender its own, the receiver what the basis covers today."""

from typing import Any

from sqlalchemy import Row

from chassis.database import Transaction
from services.referrals.domain.days import day_of
from services.referrals.domain.handover import Section, missing
from services.referrals.domain.lifecycle import Side
from services.referrals.domain.redirection import Place
from services.referrals.queries.covered import Told
from services.referrals.queries.sight import Sight
from services.referrals.repository.handover import NEWEST, OF_ONE, Handovers, opened, sections_in
from services.referrals.repository.referrals import reason_context
from services.referrals.schemas.shared import NotSharedView, SharedView
from services.referrals.tables import handover_contents

_AS_SENT = OF_ONE.where(handover_contents.c.version == 1)


async def told_of(tx: Transaction, sight: Sight) -> Told:
    """What of the request, as it was written last; for a sender that has let go, as it was sent."""
    wanted = _AS_SENT if sight.side is Side.FORMER_SENDER else NEWEST
    return await told_with(tx, sight, await tx.one(wanted, of_authority=tx.authority, of_referral=sight.row.id))


async def told_with(tx: Transaction, sight: Sight, row: Row[Any] | None) -> Told:
    """What of the request, with what was handed over last, and what the service that was asked still misses."""
    to = Place(sight.row.to_sector, sight.row.to_unit, sight.row.to_service_id, sight.row.to_authority)
    asked = await Handovers(tx).required(to, on=day_of(sight.row.requested_at))
    # Nobody asks for words that are not to reach anybody.
    lacking = [] if sight.row.anonymous else missing(asked, sections_in(row) if row else ())
    return told_in(tx, sight, row, missing=lacking)


def told_in(tx: Transaction, sight: Sight, row: Row[Any] | None, *, missing: list[Section]) -> Told:
    """What of the request, with one version of what is handed over. Only what is shown is opened."""
    written = [Section.REASON, *(sections_in(row) if row else ())]
    hidden = {section: why for section in written if (why := sight.why_not(section)) is not None}
    shown = {s.value: _words(tx, sight, row, s) for s in written if sight.sent or s not in hidden}
    # Who has let go is told nothing of how the basis stands with others now.
    told = {} if sight.side is Side.FORMER_SENDER else hidden
    return Told(
        shared=SharedView.model_validate(dict.fromkeys(Section, None) | shown),
        not_shared=[NotSharedView(section=section, why=why) for section, why in told.items()],
        missing=missing,
    )


def _words(tx: Transaction, sight: Sight, row: Row[Any] | None, section: Section) -> str:
    if section is Section.REASON or row is None:
        return tx.sealer.open(sight.row.reason_sealed, context=reason_context(sight.row.id))
    return opened(row, section, tx.sealer)
