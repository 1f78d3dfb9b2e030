"""A unit at which many wait unknown is reorganised: all of them go along in one call, and the call counts none."""

import pytest

from chassis.clock import day_of, now
from tests.referrals.handovers import UNIT, code_of, confirmed, unseen
from tests.referrals.listened import listening
from tests.referrals.world import World

NEW = "rusmidler"


async def test_all_who_are_unknown_go_along_in_one_call_however_many_are_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.referrals.use_cases.reassign_unit.MOST", 2)
    known = [await world.referral(toUnit=UNIT) for _ in range(3)]
    codes = [await code_of(world, (await unseen(world))[1]) for _ in range(5)]
    lead, today = world.caller("health", role="team-lead"), day_of(now()).isoformat()

    first = (await lead.post("/unit-reassignments", {"fromUnit": UNIT, "toUnit": NEW})).json()
    good = [(await confirmed(world.caller("health", NEW), code, today)).status_code for code in codes]
    second = (await lead.post("/unit-reassignments", {"fromUnit": UNIT, "toUnit": NEW})).json()

    assert good == [201] * 5
    assert [(done["moved"], done["remaining"], done["kept"]) for done in (first, second)] == [(2, 1, 0), (1, 0, 0)]
    moved = [(await lead.get(f"/referrals/{one['id']}")).json()["to"]["unit"] for one in known]
    assert moved == [NEW] * 3


async def test_a_batch_is_read_in_as_many_statements_however_many_are_in_it(world: World) -> None:
    """One for the referrals and one for their clocks, of those who are known and of those who are not."""
    for _ in range(4):
        await world.referral("acceptance", toUnit=UNIT)
        await unseen(world)
    lead = world.caller("health", role="team-lead")

    with listening(world) as sent:
        done = await lead.post("/unit-reassignments", {"fromUnit": UNIT, "toUnit": NEW})

    locking = ["clocks" if "FROM referral_clocks" in one else "referrals" for one in sent if "FOR UPDATE" in one]
    assert done.json()["moved"] == 4
    assert locking == ["referrals", "clocks"] * 2
