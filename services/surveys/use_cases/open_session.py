"""Open a survey with its link."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.bearer import BearerToken
from services.surveys.domain.catalogue import Catalogue
from services.surveys.domain.instrument import Instrument
from services.surveys.domain.invitation import Invitation
from services.surveys.domain.link import SESSION_LENGTH, Session
from services.surveys.repository import Invitations


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """What the respondent gets: the sitting's secret, told once, and what to show."""

    token: BearerToken
    session: Session
    invitation: Invitation
    instrument: Instrument


async def open_session(
    invitations: Invitations,
    catalogue: Catalogue,
    link: BearerToken,
    *,
    language: str,
    secret: str,
    id: UUID,
    now: datetime,
) -> OpenedSession:
    """Open the link. It stays usable: mail scanners open links too, and only an answer may spend one."""
    invitation = await invitations.of_link(link)
    invitation.require_answerable(now)
    instrument = catalogue.instrument(invitation.instrument)
    instrument.wording(language)
    token = BearerToken.make(invitation.authority, secret)
    session = Session(
        id=id,
        authority=invitation.authority,
        invitation_id=invitation.id,
        language=language,
        instrument_version=instrument.version,
        expires_at=min(now + SESSION_LENGTH, invitation.expires_at),
    )
    await invitations.add_session(session, token, at=now)
    return OpenedSession(token, session, invitation, instrument)
