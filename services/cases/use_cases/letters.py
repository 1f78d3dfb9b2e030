"""Letters: take note of one to send, claim it, find out how to reach the citizen, settle it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.cases.domain.citizen import Contact
from services.cases.domain.letters import LEASE, Letter, LetterDelivered, LetterUndeliverable, channel_to
from services.cases.repository import CaseRepository, LetterRepository


@dataclass(frozen=True, slots=True)
class Addressed:
    """A claimed letter and where it goes; `channel` is None when there is no way to the citizen."""

    letter: Letter
    contact: Contact | None
    channel: str | None


async def note_letter(letters: LetterRepository, case_id: UUID, invitation_id: UUID, *, at: datetime) -> None:
    """An invitation was issued: it is to be delivered."""
    await letters.add(Letter(invitation_id, case_id, "pending", 0, at))


async def claim_letter(
    cases: CaseRepository, letters: LetterRepository, invitation_id: UUID, *, now: datetime
) -> Addressed | None:
    """Take a due letter for half a minute, with the address; None when it is somebody else's or settled."""
    letter = await letters.claim(invitation_id, now=now, until=now + LEASE)
    if letter is None:
        return None
    case = await cases.heard_of(letter.case_id)
    if case is None or case.status == "closed":
        return Addressed(letter, None, None)
    return Addressed(letter, case.citizen.contact, channel_to(case.citizen))


async def settle_letter(
    letters: LetterRepository, letter: Letter, outcome: LetterDelivered | LetterUndeliverable, *, now: datetime
) -> None:
    """Keep how it ended, and tell the town."""
    await letters.settle(letter.case_id, outcome, at=now)
