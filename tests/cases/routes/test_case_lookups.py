"""Every look is logged: who, whom, why, and under which trace; and none without a purpose."""

from tests.cases.world import World, agreed, slug


async def test_every_look_is_logged_with_who_why_whom_and_under_which_trace(world: World) -> None:
    case, other = await world.case(), await world.case()
    await world.caller().does(f"/cases/{case['id']}/consents", agreed())
    trace = "0af7651916cd43dd8448eb211c80319c"
    bodil = world.caller("employment", "east", role="team-lead", subject="bodil")
    bodil.headers |= {"Access-Purpose": "supervision", "traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    parts = ["", "/needs", f"/needs/{case['needs'][0]['id']}", "/consents", "/responsibility", "/release-check"]

    for part in [*parts, "/releases"]:
        await bodil.read(f"/cases/{case['id']}{part}")
    await bodil.read("/cases")
    await bodil.does("/cases/_search", {"caseNumber": case["caseNumber"]})
    await bodil.does("/cases/_search", {"caseNumber": "2020-000000"})

    looks = await world.looked()
    both = {case["id"], other["id"]}
    assert [str(look.case_id) for look in looks[:7]] == [case["id"]] * 7
    assert {str(look.case_id) for look in looks[7:9]} == both
    assert [look.case_id and str(look.case_id) for look in looks[9:]] == [case["id"], None]
    assert [look.what for look in looks] == [
        "case",
        "needs",
        "need",
        "consents",
        "responsibility",
        "release-check",
        "releases",
        "list",
        "list",
        "search",
        "search",
    ]
    asked = {(k.subject, k.purpose, k.sector, k.unit, k.authority, k.trace_id) for k in looks}
    assert asked == {("bodil", "supervision", "employment", "east", world.authority, trace)}


async def test_a_look_that_is_refused_shows_nobody_and_a_read_without_a_purpose_is_refused(world: World) -> None:
    case = await world.case()
    anna = world.caller()
    del anna.headers["Access-Purpose"]
    supervisor = world.caller()
    supervisor.headers["Access-Purpose"] = "supervision"

    refused = await anna.get(f"/cases/{case['id']}")
    not_theirs = await supervisor.get(f"/cases/{case['id']}")
    not_found = await world.caller("health").get(f"/cases/{case['id']}")

    assert [(a.status_code, slug(a)) for a in (refused, not_theirs, not_found)] == [
        (400, "purpose-required"),
        (403, "purpose-not-allowed"),
        (404, "not-found-or-not-yours"),
    ]
    assert await world.looked() == []


async def test_a_list_of_many_logs_each_of_them(world: World) -> None:
    made = {(await world.case())["id"] for _ in range(12)}
    anna = world.caller()

    await anna.read("/cases", limit="10")
    await anna.read("/worklist")

    looks = await world.looked()
    assert len(looks) == 22
    assert {str(look.case_id) for look in looks[10:]} == made
