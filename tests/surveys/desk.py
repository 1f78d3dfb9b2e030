"""The use cases of surveys at whatever time a test says."""

from datetime import datetime
from uuid import UUID, uuid4

from chassis.bearer import BearerToken
from chassis.database import Database, Transaction
from chassis.ids import secret_token
from services.surveys.domain.instrument import Answer
from services.surveys.domain.invitation import Invitation, InvitationState
from services.surveys.repository import Activations, Cases, Invitations, Responses
from services.surveys.use_cases.follow_case import know_case
from services.surveys.use_cases.invite import invite
from services.surveys.use_cases.open_session import OpenedSession, open_session
from services.surveys.use_cases.replace_link import replace_link
from services.surveys.use_cases.submit_response import submit_response
from services.surveys.use_cases.turn_programme import turn_on
from tests.surveys.builders import BASELINE, CATALOGUE, PROGRAMME, answers, caseworker, sending_service

FIVE = answers(5, 4, 3, 2, 1)


class Desk:
    """The use cases of surveys in one authority, at whatever time the test says."""

    def __init__(self, database: Database, authority: str) -> None:
        self.database = database
        self.authority = authority
        self.case_id = uuid4()

    async def set_up(self) -> None:
        """A case that employment holds, and the programme turned on."""
        async with self.database.transaction(self.authority) as tx:
            await know_case(Cases(tx), authority=self.authority, case_id=self.case_id, holding_sector="employment")
            await turn_on(Activations(tx), PROGRAMME, expected=None)

    async def invite(self, now: datetime) -> Invitation:
        """Invite to the baseline."""
        actor = caseworker(authority=self.authority)
        async with self.database.transaction(self.authority) as tx:
            rooms = (Cases(tx), Activations(tx), Invitations(tx))
            return await invite(*rooms, actor, self.case_id, PROGRAMME, BASELINE, new_id=uuid4(), now=now)

    async def link(self, invitation_id: UUID, now: datetime) -> BearerToken:
        """A fresh link."""
        actor = sending_service(self.authority)
        async with self.database.transaction(self.authority) as tx:
            fresh = await replace_link(
                Invitations(tx), actor, invitation_id, secret=secret_token(), expected=None, now=now
            )
            return fresh.token

    async def open(self, link: BearerToken, now: datetime) -> OpenedSession:
        """Open the link."""
        async with self.database.transaction(self.authority) as tx:
            return await open_session(
                Invitations(tx), CATALOGUE, link, language="da", secret=secret_token(), id=uuid4(), now=now
            )

    async def submit(self, sitting: BearerToken, now: datetime, given: tuple[Answer, ...] = FIVE) -> int | None:
        """Answer; the score."""
        async with self.database.transaction(self.authority) as tx:
            return await self.submit_within(tx, sitting, now, given)

    async def submit_within(
        self, tx: Transaction, sitting: BearerToken, now: datetime, given: tuple[Answer, ...] = FIVE
    ) -> int | None:
        """Answer, in a transaction that somebody else ends."""
        response = await submit_response(Invitations(tx), Responses(tx), CATALOGUE, sitting, given, id=uuid4(), now=now)
        return response.score

    async def state(self, invitation_id: UUID) -> InvitationState:
        """The state as recorded."""
        async with self.database.transaction(self.authority) as tx:
            known = await Invitations(tx).known(invitation_id)
            assert known is not None
            return known.state
