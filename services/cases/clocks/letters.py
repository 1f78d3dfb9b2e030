"""What falls due in cases: letters to the citizen.

The sending happens between two transactions and never inside one: claim and address, then go out, then settle. A crash
in between sends the letter again, with a new link that makes the earlier one worthless.
"""

import asyncio
from pathlib import Path
from uuid import UUID

import structlog

from chassis.clock import now
from chassis.database import Database
from chassis.problems import Unavailable
from chassis.settings import optional_env
from chassis.workplace import Workplace, pause
from services.cases.domain.letters import LetterDelivered, LetterUndeliverable
from services.cases.repository import CaseRepository, LetterRepository
from services.cases.sends import LetterFiles, Links, LinksOverHttp, NoLinkEver, NoLinkNow, NotSentNow, PostOffice
from services.cases.use_cases.letters import Addressed, claim_letter, settle_letter

log = structlog.get_logger("helhed.cases.letters")

_LOOK_EVERY = 0.5


async def deliver_letters(place: Workplace, stop: asyncio.Event) -> None:
    """Deliver due letters until told to stop."""
    surveys = optional_env("HELHED_SURVEYS_URL")
    links = LinksOverHttp(surveys, place.settings.keys_dir) if surveys else None
    try:
        await _look_and_deliver(place, links, post_office(place), stop)
    finally:
        if links:
            await links.close()


async def _look_and_deliver(
    place: Workplace, links: Links | None, office: PostOffice | None, stop: asyncio.Event
) -> None:
    while not stop.is_set():
        try:
            async with place.messenger.transaction(None) as tx:
                due = await LetterRepository(tx).due(now())
            for invitation_id, authority in due:
                await _deliver_or_put_off(place.database, links, office, invitation_id, authority)
        except Unavailable:
            log.warning("letters-wait")
        await pause(stop, _LOOK_EVERY)


async def _deliver_or_put_off(
    database: Database, links: Links | None, office: PostOffice | None, invitation_id: UUID, authority: str
) -> None:
    """A letter that cannot even be tried waits like one that was not sent: it stops neither others nor the worker."""
    try:
        await deliver(database, links, office, invitation_id, authority)
    except Unavailable:
        raise
    except Exception as broken:
        log.error("letter-broken", invitation=str(invitation_id), error=type(broken).__qualname__)
        async with database.transaction(authority) as tx:
            letters = LetterRepository(tx)
            letter = await letters.pending(invitation_id)
            if letter:
                await letters.try_later(letter.tried(now()))


def post_office(place: Workplace) -> PostOffice | None:
    """Where letters are handed over: files in development; in production nothing until a channel is built."""
    directory = optional_env("HELHED_OUTGOING_DIR")
    if directory is None or place.settings.mode != "development":
        return None
    return LetterFiles(Path(directory))


async def deliver(
    database: Database, links: Links | None, office: PostOffice | None, invitation_id: UUID, authority: str
) -> None:
    """One letter: claim, fetch a link, hand over, settle."""
    async with database.transaction(authority) as tx:
        claimed = await claim_letter(CaseRepository(tx), LetterRepository(tx), invitation_id, now=now())
    if claimed is None:
        return
    outcome = await _hand_over(claimed, links, office, authority)
    async with database.transaction(authority) as tx:
        if outcome is None:
            await LetterRepository(tx).try_later(claimed.letter.tried(now()))
        else:
            await settle_letter(LetterRepository(tx), claimed.letter, outcome, now=now())


async def _hand_over(
    claimed: Addressed, links: Links | None, office: PostOffice | None, authority: str
) -> LetterDelivered | LetterUndeliverable | None:
    """How it went; None when it is worth another try."""
    letter = claimed.letter
    if links is None or office is None:
        return LetterUndeliverable(letter.invitation_id, "no-delivery-channel")
    if claimed.channel is None or claimed.contact is None:
        return LetterUndeliverable(letter.invitation_id, "no-contact-data")
    if letter.spent:
        return LetterUndeliverable(letter.invitation_id, "gave-up")
    try:
        link = await links.fresh(letter.invitation_id, authority=authority, attempt=letter.attempts)
        await office.send(letter.invitation_id, channel=claimed.channel, contact=claimed.contact, link=link, at=now())
    except NoLinkEver:
        return LetterUndeliverable(letter.invitation_id, "invitation-ended")
    except (NoLinkNow, NotSentNow) as later:
        log.warning("letter-waits", invitation=str(letter.invitation_id), error=type(later).__qualname__)
        return None
    return LetterDelivered(letter.invitation_id, claimed.channel)
