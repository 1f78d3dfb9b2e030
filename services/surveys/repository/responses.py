"""Responses: written once, sealed. There is no method that changes one, and the database has no right that would."""

import json

from sqlalchemy import insert

from chassis.database import Transaction
from services.surveys.domain.response import Response
from services.surveys.tables import responses


class Responses:
    """The responses of the transaction's authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, response: Response) -> None:
        """Write a response. Answers and score are sealed to their row."""
        answered = {answer.item: answer.value for answer in response.answers}
        await self._tx.run(
            insert(responses).values(
                authority=response.authority,
                id=response.id,
                case_id=response.case_id,
                invitation_id=response.invitation_id,
                programme=response.programme,
                wave=response.wave,
                purpose=response.purpose,
                instrument=response.instrument,
                instrument_version=response.instrument_version,
                language=response.language,
                answers=self._tx.sealer.seal(
                    json.dumps({"answers": answered, "score": response.score}), context=sealed_place(response.id)
                ),
                submitted_at=response.submitted_at,
            )
        )


def sealed_place(response_id: object) -> str:
    """The place a response's answers are sealed to: moved to another row, they do not open."""
    return f"responses.answers:{response_id}"
