"""What cases makes of it that surveys wants to ask somebody: a letter."""

from sqlalchemy import select

from services.cases.tables import deliveries
from tests.cases.world import World


async def test_an_invitation_becomes_a_letter_that_is_due(world: World) -> None:
    case = await world.case()
    invitation_id = await world.invited(case)

    async with world.database.transaction(world.authority) as tx:
        row = await tx.one(select(deliveries))

    assert row is not None
    assert (row.invitation_id, str(row.case_id), row.state, row.attempts) == (invitation_id, case["id"], "pending", 0)
