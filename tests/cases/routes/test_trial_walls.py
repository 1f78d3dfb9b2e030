"""What each side of a trial sees: managers no case and no coming arm, evaluators pseudonyms, everybody the sequence
once it is over, and strangers nothing."""

import hashlib
from uuid import UUID

from tests.cases.trials import BOTH, ended, enrolled, evaluator, manager, protocol, recruiting, revealed
from tests.cases.world import World, slug, somewhere


async def test_the_trial_of_another_manager_does_not_exist(world: World) -> None:
    trial = await recruiting(world)
    stranger, named = manager(world, subject="gorm"), manager(world, trial["id"], subject="gorm")

    for path in ("", "/sites", "/amendments", "/legal-basis-decisions", "/participants", "/allocation-sequence"):
        assert (await stranger.get(f"/trials/{trial['id']}{path}")).status_code == 404
    for step in ("registration", "recruitment-end", "seed-revelation", "closure"):
        assert (await stranger.post(f"/trials/{trial['id']}/{step}")).status_code == 404
    assert (await stranger.read("/trials"))["items"] == []
    assert [one["id"] for one in (await named.read("/trials"))["items"]] == [trial["id"]]
    assert (await named.does(f"/trials/{trial['id']}/recruitment-end"))["status"] == "running"


async def test_a_trial_that_a_token_names_and_nobody_founded_is_not_there(world: World) -> None:
    nowhere = somewhere()

    assert (await manager(world, nowhere, "t-1").get(f"/trials/{nowhere}")).status_code == 404
    assert (await manager(world, nowhere, subject="gorm").read("/trials"))["items"] == []


async def test_who_leads_or_evaluates_a_trial_sees_no_enrolment_and_no_case(world: World) -> None:
    trial, case = await recruiting(world), await world.case()
    made = await enrolled(world, trial, case, consents=BOTH)

    for who in (manager(world), evaluator(world, trial["id"])):
        for path in (f"/trials/{trial['id']}/enrolments", f"/trials/{trial['id']}/enrolments/{made['id']}"):
            assert (await who.get(path)).status_code == 403
        assert (await who.get(f"/cases/{case['id']}")).status_code == 403
        body = {"caseId": case["id"], "consents": BOTH}
        assert (await who.post(f"/trials/{trial['id']}/enrolments", body)).status_code == 403


async def test_who_evaluates_sees_pseudonyms_and_nothing_that_leads_to_a_case(world: World) -> None:
    trial, case = await recruiting(world), await world.case()
    at = f"/trials/{trial['id']}"
    made = await enrolled(world, trial, case, consents=BOTH)
    await enrolled(world, trial)  # who is not evaluated is in no list
    await world.caller().does(f"{at}/enrolments/{made['id']}/baseline", {"outcome": "answered"})
    measured = await world.caller().read(f"{at}/enrolments/{made['id']}")

    told = await evaluator(world, trial["id"]).get(f"{at}/participants")

    [one] = told.json()["items"]
    assert (one["arm"], one["stratum"], one["withdrawnOn"]) == (measured["arm"], world.authority, None)
    assert UUID(one["id"]).version == 4
    for secret in (case["id"], made["id"], case["caseNumber"]):
        assert secret not in told.text
    assert one["id"] not in (await world.caller().get(f"{at}/enrolments/{made['id']}")).text
    assert (await world.caller().get(f"{at}/participants")).status_code == 403


async def test_the_trial_hears_that_somebody_left_and_keeps_their_arm(world: World) -> None:
    trial = await recruiting(world)
    at = f"/trials/{trial['id']}"
    made = await enrolled(world, trial, consents=BOTH)
    await world.caller().does(f"{at}/enrolments/{made['id']}/baseline", {"outcome": "declined"})
    before = (await evaluator(world, trial["id"]).read(f"{at}/participants"))["items"]

    await world.caller().does(f"{at}/enrolments/{made['id']}/withdrawal")

    [after] = (await evaluator(world, trial["id"]).read(f"{at}/participants"))["items"]
    assert after["withdrawnOn"] is not None
    assert after | {"withdrawnOn": None} == before[0]


async def test_who_leads_a_trial_sees_no_arm_that_would_tell_the_next(world: World) -> None:
    trial = await recruiting(world)
    at = f"/trials/{trial['id']}"
    made = await enrolled(world, trial, consents=BOTH)
    await world.caller().does(f"{at}/enrolments/{made['id']}/baseline", {"outcome": "answered"})

    [before] = (await manager(world).read(f"{at}/participants"))["items"]
    await revealed(world, trial)
    [after] = (await manager(world).read(f"{at}/participants"))["items"]

    assert (before["arm"], before["allocatedOn"]) == (None, None)
    assert after["arm"] in ("voluntary", "comparison")


# -- the seed -----------------------------------------------------------------------------------------------------


async def test_the_seed_is_promised_at_registration_and_kept_at_the_end(world: World) -> None:
    trial = await recruiting(world)
    at, site = f"/trials/{trial['id']}", world.caller()
    for _ in range(5):
        await enrolled(world, trial)

    assert trial["seed"] is None
    assert (await site.read(at))["allocation"]["blockSizes"] is None
    assert (await evaluator(world, trial["id"]).read(at))["allocation"]["blockSizes"] is None
    assert slug(await manager(world).post(f"{at}/seed-revelation")) == "seed-sealed"
    assert slug(await site.get(f"{at}/allocation-sequence")) == "seed-sealed"
    told = await revealed(world, trial)

    seed = bytes.fromhex(told["seed"])
    assert hashlib.sha256(seed + UUID(trial["id"]).bytes).hexdigest() == trial["seedCommitment"]
    assert (await site.read(at))["allocation"]["blockSizes"] == [4, 6, 8]
    assert told["reproduced"] is True
    assert [(one["name"], len(one["arms"])) for one in told["lists"]] == [(f"{world.authority}/not-evaluated", 5)]
    again = await manager(world).does(f"{at}/seed-revelation")
    assert again["seed"] == told["seed"]


async def test_the_seed_is_not_told_while_somebody_waits_for_their_arm(world: World) -> None:
    trial = await recruiting(world)
    at = f"/trials/{trial['id']}"
    made = await enrolled(world, trial, consents=BOTH)
    await ended(world, trial)

    refused = await manager(world).post(f"{at}/seed-revelation")
    assert (slug(refused), refused.json()["pending"]) == ("allocations-pending", 1)
    await world.caller().does(f"{at}/enrolments/{made['id']}/withdrawal")
    assert (await manager(world).does(f"{at}/seed-revelation"))["seed"]


# -- who sees an enrolment ----------------------------------------------------------------------------------------


async def test_the_list_shows_what_can_be_read_one_by_one(world: World) -> None:
    """The rule and the condition that stands for it in SQL: whoever enrolled and has a part still, and the holder."""
    trial, taken_over, shared = await recruiting(world), await world.case(), await world.case()
    made = [await enrolled(world, trial, case) for case in (taken_over, shared)]
    await world.caught(taken_over)
    assert (await world.release(taken_over)).status_code == 201
    await world.referred(shared, "requested", "accepted")

    seen = {}
    for sector in ("employment", "health", "social"):
        who, at = world.caller(sector), f"/trials/{trial['id']}/enrolments"
        seen[sector] = {one["id"] for one in (await who.read(at))["items"]}
        one_by_one = {one["id"] for one in made if (await who.get(f"{at}/{one['id']}")).status_code == 200}
        assert seen[sector] == one_by_one

    assert seen == {"employment": {made[1]["id"]}, "health": {made[0]["id"]}, "social": set()}
    await world.caller("health").does(f"/trials/{trial['id']}/enrolments/{made[0]['id']}/withdrawal")


async def test_a_repeated_request_draws_nothing_again(world: World) -> None:
    trial, case, key = await recruiting(world), await world.case(), {"Idempotency_Key": "5c1d2a0c-enrol-once"}
    body = {"caseId": case["id"], "consents": {"effort": True, "evaluation": False}}

    first = await world.caller().post(f"/trials/{trial['id']}/enrolments", body, **key)
    again = await world.caller().post(f"/trials/{trial['id']}/enrolments", body, **key)

    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert again.json() == first.json()
    assert [len(one["arms"]) for one in (await revealed(world, trial))["lists"]] == [1]


async def test_who_leads_a_trial_may_repeat_themselves(world: World) -> None:
    key, body = {"Idempotency_Key": f"trial-{somewhere()}"}, protocol()

    first, again = [await manager(world).post("/trials", body, **key) for _ in range(2)]

    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
