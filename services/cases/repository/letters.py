"""Letters on their way, in the caller's transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update

from chassis.database import Transaction
from services.cases.domain.letters import Letter, LetterDelivered, LetterUndeliverable
from services.cases.domain.timeline import invited
from services.cases.repository.timeline import tell_town, write_down
from services.cases.tables import deliveries


class LetterRepository:
    """The letters of one authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, letter: Letter) -> None:
        """A new letter to send."""
        await self._tx.run(
            insert(deliveries).values(
                invitation_id=letter.invitation_id,
                authority=self._tx.authority,
                case_id=letter.case_id,
                state=letter.state,
                attempts=letter.attempts,
                next_attempt_at=letter.next_attempt_at,
            )
        )
        await write_down(self._tx, letter.case_id, [invited(letter.invitation_id, letter.next_attempt_at)])

    async def claim(self, invitation_id: UUID, *, now: datetime, until: datetime) -> Letter | None:
        """Take a due letter for a while; None when another worker has it or it is settled."""
        c = deliveries.c
        row = await self._tx.one(
            update(deliveries)
            .where(c.invitation_id == invitation_id, c.state == "pending", c.next_attempt_at <= now)
            .values(next_attempt_at=until)
            .returning(deliveries)
        )
        return row and Letter(row.invitation_id, row.case_id, row.state, row.attempts, row.next_attempt_at)

    async def pending(self, invitation_id: UUID) -> Letter | None:
        """A letter that is not settled, claimed or not."""
        c = deliveries.c
        row = await self._tx.one(select(deliveries).where(c.invitation_id == invitation_id, c.state == "pending"))
        return row and Letter(row.invitation_id, row.case_id, row.state, row.attempts, row.next_attempt_at)

    async def try_later(self, letter: Letter) -> None:
        """Keep the next attempt of a letter that could not be sent now."""
        await self._tx.run(
            update(deliveries)
            .where(deliveries.c.invitation_id == letter.invitation_id, deliveries.c.state == "pending")
            .values(attempts=letter.attempts, next_attempt_at=letter.next_attempt_at)
        )

    async def settle(self, case_id: UUID, outcome: LetterDelivered | LetterUndeliverable, *, at: datetime) -> None:
        """Keep how it ended, and say so: once, however often it is reported."""
        state = "delivered" if isinstance(outcome, LetterDelivered) else "undeliverable"
        changed = await self._tx.run(
            update(deliveries)
            .where(deliveries.c.invitation_id == outcome.invitation_id, deliveries.c.state == "pending")
            .values(state=state)
        )
        if changed:
            await tell_town(self._tx, case_id, [outcome], at=at)

    async def due(self, now: datetime, most: int = 50) -> list[tuple[UUID, str]]:
        """Due letters of every authority, with the authority: asked by the messenger, who may see just that."""
        c = deliveries.c
        due = select(c.invitation_id, c.authority).where(c.state == "pending", c.next_attempt_at <= now)
        return [
            (row.invitation_id, row.authority)
            for row in await self._tx.all(due.order_by(c.next_attempt_at).limit(most))
        ]
