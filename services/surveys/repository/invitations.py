"""Invitations and the sessions opened with them: rows in, rows out, and what is announced with them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, insert, select, update

from chassis.actor import Actor
from chassis.bearer import BearerToken
from chassis.database import Transaction
from chassis.errors import NotFound, Stale
from chassis.outbox import announce
from chassis.sittings import forgetting
from services.surveys.domain.access import reach_of
from services.surveys.domain.errors import LinkNotUsable
from services.surveys.domain.invitation import OPEN_STATES, Invitation, InvitationState
from services.surveys.domain.link import Session
from services.surveys.domain.purpose import Purpose
from services.surveys.publishes import to_contract
from services.surveys.repository.cases import Cases
from services.surveys.tables import invitations, survey_sessions

_LIVE = (*OPEN_STATES, InvitationState.SUBMITTED)
_FORGET = forgetting(survey_sessions, survey_sessions.c.invitation_id)


class Invitations:
    """Invitations, in the caller's transaction. Everything loaded to be changed is held until it ends."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def get(self, invitation_id: UUID, actor: Actor) -> Invitation:
        """The invitation, with its case held before it, as by everybody who changes both: nobody waits in a circle.

        Raises:
            NotFound: there is none, or this actor may not know of it.
        """
        reach = reach_of(actor)
        seen = await self._first(select(invitations).where(self._ours(), invitations.c.id == invitation_id))
        if seen is None or reach is None or seen.purpose not in reach.purposes:
            raise NotFound()
        await Cases(self._tx).get(seen.case_id, actor)
        held = await self.known(invitation_id)
        if held is None:
            raise NotFound()
        return held

    async def known(self, invitation_id: UUID) -> Invitation | None:
        """The invitation, or None. For events and respondents: no actor is asking."""
        return await self._first(self._held().where(invitations.c.id == invitation_id))

    async def of_link(self, token: BearerToken) -> Invitation:
        """The invitation a link opens, not held: many may look, and looking burns nothing.

        Raises:
            LinkNotUsable: no invitation has this link, or not any more.
        """
        digest = invitations.c.link_digest == self.fingerprint(token)
        return _found(await self._first(select(invitations).where(self._ours(), digest)))

    async def live_of_wave(self, case_id: UUID, programme: str, wave: str) -> Invitation | None:
        """The invitation recorded as open or answered for a wave; there is at most one."""
        return await self._first(
            self._held().where(
                invitations.c.case_id == case_id,
                invitations.c.programme == programme,
                invitations.c.wave == wave,
                invitations.c.state.in_(_LIVE),
            )
        )

    async def open_of_case(self, case_id: UUID) -> list[Invitation]:
        """The invitations of a case that are recorded as open."""
        rows = await self._tx.all(
            self._held().where(invitations.c.case_id == case_id, invitations.c.state.in_(OPEN_STATES))
        )
        return [to_invitation(row) for row in rows]

    async def save(self, invitation: Invitation, *, at: datetime) -> None:
        """Write the invitation one version up, and announce what happened to it.

        Raises:
            Stale: somebody else changed it since it was read.
        """
        loaded, invitation.version = invitation.version, invitation.version + 1
        if loaded == 0:
            await self._tx.run(insert(invitations).values(**_to_row(invitation)))
        elif not await self._tx.run(
            update(invitations)
            .where(self._ours(), invitations.c.id == invitation.id, invitations.c.version == loaded)
            .values(**_to_row(invitation))
        ):
            raise Stale()
        news, invitation.events = invitation.events, []
        await announce(self._tx, invitation.case_id, [to_contract(event) for event in news], at=at)

    async def add_session(self, session: Session, token: BearerToken, *, at: datetime) -> None:
        """Remember a sitting; forget those of the same invitation that are over or more than may be open at once."""
        await self._tx.run(_FORGET, of_authority=session.authority, of_link=session.invitation_id, at=at)
        await self._tx.run(
            insert(survey_sessions).values(
                authority=session.authority,
                id=session.id,
                invitation_id=session.invitation_id,
                digest=self._digest("survey_sessions.digest", token),
                language=session.language,
                instrument_version=session.instrument_version,
                expires_at=session.expires_at,
            )
        )

    async def session(self, token: BearerToken) -> tuple[Session, Invitation]:
        """The sitting a session token names, with its invitation held: of two that submit, the second waits.

        Raises:
            LinkNotUsable: there is no such sitting.
        """
        row = await self._tx.one(
            select(survey_sessions).where(
                survey_sessions.c.authority == self._tx.authority,
                survey_sessions.c.digest == self._digest("survey_sessions.digest", token),
            )
        )
        if row is None:
            raise LinkNotUsable()
        session = Session(
            id=row.id,
            authority=row.authority,
            invitation_id=row.invitation_id,
            language=row.language,
            instrument_version=row.instrument_version,
            expires_at=row.expires_at,
        )
        return session, _found(await self.known(session.invitation_id))

    def fingerprint(self, link: BearerToken) -> bytes:
        """What is kept of a link's secret, and what it is found by."""
        return self._digest("invitations.link_digest", link)

    def _digest(self, column: str, token: BearerToken) -> bytes:
        # A link is no session and a session no link, though both look alike.
        return self._tx.sealer.blind_index(token.text, context=column)

    def _ours(self) -> ColumnElement[bool]:
        return invitations.c.authority == self._tx.authority

    def _held(self) -> Select[Any]:
        return select(invitations).where(self._ours()).with_for_update()

    async def _first(self, statement: Select[Any]) -> Invitation | None:
        row = await self._tx.one(statement)
        return None if row is None else to_invitation(row)


def _found(invitation: Invitation | None) -> Invitation:
    if invitation is None:
        raise LinkNotUsable()
    return invitation


def to_invitation(row: Row[Any]) -> Invitation:
    """A row as the rules know it."""
    known = dict(row._mapping)
    return Invitation(**{**known, "state": InvitationState(known["state"]), "purpose": Purpose(known["purpose"])})


def _to_row(invitation: Invitation) -> dict[str, Any]:
    return {column.name: getattr(invitation, column.name) for column in invitations.columns}
