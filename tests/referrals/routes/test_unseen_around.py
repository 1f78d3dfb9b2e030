"""What happens around an anonymous referral: its unit is reorganised, its days run, its sender lets go."""

from chassis.clock import day_of, now
from chassis.ids import new_id
from contracts.events import cases
from tests.referrals.handovers import UNIT, code_of, confirmed, unseen
from tests.referrals.world import World, let_go


def today() -> str:
    return day_of(now()).isoformat()


async def test_a_reorganised_unit_takes_them_along_and_does_not_learn_of_them(world: World) -> None:
    _, path = await unseen(world)
    code = await code_of(world, path)
    lead = world.caller("health", role="team-lead")

    moved = await lead.post("/unit-reassignments", {"fromUnit": UNIT, "toUnit": "rusmidler"})

    assert (moved.json()["moved"], moved.json()["kept"], moved.json()["remaining"]) == (0, 0, 0)
    assert (await confirmed(world.caller("health", UNIT), code, today())).status_code == 404
    assert (await confirmed(world.caller("health", "rusmidler"), code, today())).status_code == 201


async def test_a_promise_is_kept_by_who_came_in_time(world: World) -> None:
    _, path = await unseen(world, guarantee="drug-treatment", approachedOn=today())
    await confirmed(world.caller("health", UNIT), await code_of(world, path), today())

    clocks = (await world.caller("employment").get(path)).json()["clocks"]

    assert [(clock["guarantee"], clock["state"]) for clock in clocks] == [("drug-treatment", "met")]


async def test_a_sender_that_lets_go_takes_its_unmet_request_along(world: World) -> None:
    """Nobody else could end it, and the need could be referred by nobody."""
    case, path = await unseen(world)

    released = cases.SectorReleasedV1(sector="employment", ground="override", release_id=new_id(), need_ids=())
    await world.tell(case.id, let_go(), released)
    ended = (await world.announced(case.id))[-1]

    assert ended["type"] == "dk.helhed.referrals.referral-cancelled.v1"
    assert (await world.caller("employment").get(path)).json()["allowedActions"] == []


async def test_who_reorganises_a_unit_learns_of_no_case_that_is_unknown_there(world: World) -> None:
    case, _ = await unseen(world)
    lead = world.caller("health", role="team-lead")

    done = await lead.post("/unit-reassignments", {"fromUnit": UNIT, "toUnit": "visitation"})

    assert (done.status_code, done.json()["moved"]) == (201, 0)
    assert str(case.id) not in str(done.headers)
