"""What callers read: rows to answers, within the reader's reach, and every look-up logged."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Table, and_, exists, false, or_, select

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.database import Transaction
from chassis.errors import NotFound
from chassis.paging import Page, Paging
from chassis.sealing import Sealer
from services.surveys.domain.access import CASEWORK_ONLY, Reach, reach_of
from services.surveys.domain.invitation import OPEN_STATES, Invitation, InvitationState
from services.surveys.repository.invitations import to_invitation
from services.surveys.repository.responses import sealed_place
from services.surveys.schemas.invitations import InvitationView, ScoreView
from services.surveys.tables import invitations, known_case_sectors, known_cases, responses


class Queries:
    """Reads of one caller in one transaction."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor

    async def invitations(
        self, page: Paging, *, case_id: UUID | None, states: Sequence[InvitationState], now: datetime
    ) -> Page[InvitationView]:
        """The invitations the caller may see, latest first."""
        table = invitations
        statement = select(table).where(_within(reach_of(self._actor)))
        if case_id is not None:
            statement = statement.where(table.c.case_id == case_id)
        if states:
            statement = statement.where(or_(*(_in_state(state, now) for state in states)))
        rows = await self._tx.all(page.window(statement, (table.c.issued_at, "desc"), (table.c.id, "desc")))
        rows, end = page.cut(rows, key=lambda row: (row.issued_at, row.id))
        await looked_up(self._tx, self._actor, [row.case_id for row in rows], what="invitations")
        return Page(items=[InvitationView.of(to_invitation(row), self._actor, now=now) for row in rows], page=end)

    async def invitation(self, invitation_id: UUID, *, now: datetime) -> InvitationView:
        """One invitation.

        Raises:
            NotFound: there is none, or the caller may not know of it.
        """
        table = invitations
        row = await self._tx.one(select(table).where(_within(reach_of(self._actor)), table.c.id == invitation_id))
        if row is None:
            raise NotFound()
        return await self.shown(to_invitation(row), now=now)

    async def shown(self, invitation: Invitation, *, now: datetime) -> InvitationView:
        """The invitation as the caller, who has just done something with it, sees it."""
        await self.note(invitation)
        return InvitationView.of(invitation, self._actor, now=now)

    async def note(self, invitation: Invitation) -> None:
        """Log that the caller was told of this invitation: a write that answers is a look-up too."""
        await looked_up(self._tx, self._actor, [invitation.case_id], what="invitation")

    async def scores(self, case_id: UUID, page: Paging) -> Page[ScoreView]:
        """The scores of a case's casework waves, latest first. What was answered for evaluation is not among them.

        Raises:
            NotFound: there is no such case, or the caller may not know of it.
        """
        seen = select(known_cases.c.case_id).where(
            known_cases.c.case_id == case_id, on_case(reach_of(self._actor), known_cases)
        )
        if await self._tx.one(seen) is None:
            raise NotFound()
        table = responses
        statement = select(table).where(
            table.c.authority == self._tx.authority, table.c.case_id == case_id, table.c.purpose.in_(CASEWORK_ONLY)
        )
        rows = await self._tx.all(page.window(statement, (table.c.submitted_at, "desc"), (table.c.id, "desc")))
        rows, end = page.cut(rows, key=lambda row: (row.submitted_at, row.id))
        await looked_up(self._tx, self._actor, [case_id], what="scores")
        return Page(items=[_score(row, self._tx.sealer) for row in rows], page=end)


def on_case(reach: Reach | None, table: Table) -> ColumnElement[bool]:
    """`Reach.covers` as a condition on a table that has `authority` and `case_id`."""
    if reach is None:
        return false()
    ours = table.c.authority == reach.authority
    if reach.sector is None:
        return ours
    cases, sectors = known_cases.alias(), known_case_sectors.alias()
    holds = exists().where(
        cases.c.authority == table.c.authority,
        cases.c.case_id == table.c.case_id,
        cases.c.holding_sector == reach.sector,
    )
    takes_part = exists().where(
        sectors.c.authority == table.c.authority,
        sectors.c.case_id == table.c.case_id,
        sectors.c.sector == reach.sector,
    )
    return and_(ours, or_(holds, takes_part))


def _within(reach: Reach | None) -> ColumnElement[bool]:
    """The invitations in reach: of its cases, and of its purposes."""
    if reach is None:
        return false()
    return and_(on_case(reach, invitations), invitations.c.purpose.in_(reach.purposes))


def _in_state(state: InvitationState, now: datetime) -> ColumnElement[bool]:
    """`Invitation.state_at` as a condition."""
    recorded = invitations.c.state
    if state in OPEN_STATES:
        return and_(recorded == state, invitations.c.expires_at > now)
    if state is InvitationState.EXPIRED:
        ended = and_(recorded.in_(OPEN_STATES), invitations.c.expires_at <= now)
        return or_(recorded == state, ended)
    return recorded == state


def _score(row: Row[Any], sealer: Sealer) -> ScoreView:
    sealed = json.loads(sealer.open(row.answers, context=sealed_place(row.id)))
    return ScoreView(
        invitation_id=row.invitation_id,
        programme=row.programme,
        wave=row.wave,
        instrument=row.instrument,
        version=row.instrument_version,
        language=row.language,
        score=sealed["score"],
        submitted_at=row.submitted_at,
    )
