"""From requested to caught, through the API, one side at a time."""

from tests.referrals.world import APPROACHED, BODIES, World, wish_for


async def test_a_citizen_is_caught(world: World) -> None:
    case = await world.case()
    employment, health = world.caller("employment"), world.caller("health", "alkohol")

    asked = await employment.post("/referrals", wish_for(case, **APPROACHED))
    path = f"/referrals/{asked.json()['id']}"
    states = [asked.json()["catchState"]]
    for action in ("acceptance", "contact-attempts", "first-contact", "handover-receipt"):
        taken = await health.post(f"{path}/{action}", BODIES[action])
        assert taken.is_success, taken.text
        states.append((await health.get(path)).json()["catchState"])

    seen = (await health.get(path)).json()
    assert asked.status_code == 201
    assert asked.headers["Location"] == f"/v1{path}"
    assert states == ["uncaught", "accepted", "accepted", "contact-held", "caught"]
    assert seen["state"] == "in-progress"
    assert seen["caseNumber"] == "2026-004217"
    assert seen["attempts"] == {"count": 1, "lastAt": "2026-03-04T10:00:00Z"}
    assert seen["handoverReceipt"]["takesHolding"] is True
    assert seen["handoverReceipt"]["unit"] == "alkohol"
    assert seen["allowedActions"] == ["claim", "questions", "contact-attempts", "hold", "completion"]
    assert seen["version"] == 5
