"""Follow what cases says of a case: that it exists, who works on it, that it ended. One short verb for each moment."""

from datetime import datetime
from uuid import UUID

from services.surveys.domain.known_case import KnownCase
from services.surveys.repository import Cases, Invitations


class CaseNotHeardOf(Exception):
    """News of a case whose opening never came. The stream is broken; guessing would open or close a door wrongly."""


async def know_case(cases: Cases, *, authority: str, case_id: UUID, holding_sector: str) -> KnownCase:
    """The case exists; the sector that opened it holds it."""
    case = KnownCase(id=case_id, authority=authority, holding_sector=holding_sector)
    await cases.save(case)
    return case


async def involve_sector(cases: Cases, case_id: UUID, sector: str) -> None:
    """A sector works on the case from now on, and reads its surveys."""
    case = await _known(cases, case_id)
    case.involve(sector)
    await cases.save(case)


async def release_sector(cases: Cases, case_id: UUID, sector: str) -> None:
    """A sector has let go, and reads no more."""
    case = await _known(cases, case_id)
    case.release(sector)
    await cases.save(case)


async def transfer_responsibility(cases: Cases, case_id: UUID, to_sector: str) -> None:
    """Another sector holds the case."""
    case = await _known(cases, case_id)
    case.transfer(to_sector)
    await cases.save(case)


async def close_case(cases: Cases, invitations: Invitations, case_id: UUID, *, now: datetime) -> None:
    """The case is over: nobody is asked about it any more, so what is open is revoked."""
    case = await _known(cases, case_id)
    case.close()
    await cases.save(case)
    for invitation in await invitations.open_of_case(case_id):
        if invitation.is_open(now):
            invitation.revoke(at=now)
            await invitations.save(invitation, at=now)


async def _known(cases: Cases, case_id: UUID) -> KnownCase:
    case = await cases.known(case_id)
    if case is None:
        raise CaseNotHeardOf
    return case
