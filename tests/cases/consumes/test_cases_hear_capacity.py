"""What cases keeps of the room that services tell of: each authority's own."""

from typing import Any
from uuid import UUID

from chassis.clock import day_of, now
from chassis.ids import new_id
from contracts.events.referrals import CapacityChangedV1
from services.cases.repository.capacity import CapacityRepository
from tests.cases.world import World


async def rooms(world: World) -> list[tuple[UUID, str]]:
    """What each service has told in this authority."""
    async with world.database.transaction(world.authority) as tx:
        return [(room.service_id, room.status) for room in await CapacityRepository(tx).all()]


def said(service_id: UUID, status: str, **changes: Any) -> CapacityChangedV1:
    """What a service of health's says today."""
    told = {"sector": "health", "covers": ("debt",), "as_of": day_of(now()), **changes}
    return CapacityChangedV1(service_id=service_id, status=status, **told)


async def test_one_service_of_two_authorities_has_the_room_that_each_has_told(world: World) -> None:
    """A national catalogue gives a service one id for everybody."""
    neighbour = World(world.app, world.http, world.keys)
    service_id = new_id()
    await world.tell(new_id(), said(service_id, "no-capacity"))

    await neighbour.tell(new_id(), said(service_id, "has-capacity"))

    assert await rooms(world) == [(service_id, "no-capacity")]
    assert await rooms(neighbour) == [(service_id, "has-capacity")]
