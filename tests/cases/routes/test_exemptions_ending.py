"""An exemption ends sooner: by decision, in good time, never in the past."""

from typing import Any

import pytest
from sqlalchemy import select

from services.cases.tables import exemption_endings, exemptions
from tests.cases.exempting import DAY, exempted, exempting, in_days, notice_of, row_of, today
from tests.cases.world import Json, World, slug


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's."""
    return await world.case()


def exemptions_of(case: Json, *further: str) -> str:
    """Where the exemptions of a case live."""
    return "/".join([f"/cases/{case['id']}/exemptions", *further])


async def test_it_ends_on_a_day_to_come_and_the_town_hears_of_it_once(world: World, case: Json) -> None:
    made = await exempted(world, case)

    answer = await world.caller().post(
        exemptions_of(case, made["id"], "ending"),
        {"on": in_days(28), "reasonCode": "assessment-changed"},
        If_Match='"1"',
    )
    ended = answer.json()

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert (ended["to"], ended["grantedTo"], ended["state"]) == (in_days(28), in_days(150), "in-force")
    assert ended["ending"]["reasonCode"] == "assessment-changed"
    assert ended["endAnnouncedAt"] == ended["ending"]["decidedAt"]
    assert (await world.caller().read(f"/cases/{case['id']}"))["exemptUntil"] == in_days(28)
    events = [e for e in await world.announced(case["id"]) if "exemption-ending" in e["type"]]
    assert [e["data"] for e in events] == [{"exemptionId": made["id"], "validTo": in_days(28)}]


@pytest.mark.parametrize(
    ("on", "reason", "said"),
    [
        (27, "assessment-changed", (409, "exemption-notice-too-short")),
        (27, "registered-in-error", (409, "exemption-notice-too-short")),
        (-1, "citizen-request", (400, "exemption-ends-backwards")),
        (-1, "assessment-changed", (400, "exemption-ends-backwards")),
        (150, "citizen-request", (409, "exemption-ends-sooner-already")),
        (300, "assessment-changed", (409, "exemption-ends-sooner-already")),
        (60, "legal-basis-ended", (400, "invalid-request")),
        (60, "no-show", (400, "invalid-request")),
        (60, None, (400, "invalid-request")),
    ],
)
async def test_an_end_that_is_too_soon_too_late_or_for_no_reason_is_refused(
    world: World, case: Json, on: int, reason: str | None, said: tuple[int, str]
) -> None:
    made = await exempted(world, case)
    body: Any = {"on": in_days(on), "reasonCode": reason}

    refused = await world.caller().post(exemptions_of(case, made["id"], "ending"), body)

    assert (refused.status_code, slug(refused)) == said
    if slug(refused) == "exemption-notice-too-short":
        assert refused.json()["earliest"] == in_days(28)
    assert (await row_of(world, made["id"])).version == 1


async def test_the_citizen_who_asks_is_bound_from_tomorrow(world: World, case: Json) -> None:
    made = await exempted(world, case)
    path = exemptions_of(case, made["id"], "ending")

    first = await world.caller().does(path, {"on": in_days(60), "reasonCode": "assessment-changed"})
    then = await world.caller().does(path, {"on": in_days(0), "reasonCode": "citizen-request"})

    assert (first["to"], then["to"], then["state"], then["version"]) == (in_days(60), in_days(0), "in-force", 3)
    assert then["ending"]["reasonCode"] == "citizen-request"
    async with world.database.transaction(world.authority) as tx:
        kept = await tx.all(select(exemption_endings.c.valid_to).order_by(exemption_endings.c.decided_at))
    assert [row.valid_to for row in kept] == [today() + 60 * DAY, today()]


async def test_how_much_notice_is_the_authoritys_policy(world: World, case: Json) -> None:
    made = await exempted(world, case)
    await notice_of(world, 7)
    path = exemptions_of(case, made["id"], "ending")

    refused = await world.caller().post(path, {"on": in_days(6), "reasonCode": "assessment-changed"})
    ended = await world.caller().does(path, {"on": in_days(7), "reasonCode": "assessment-changed"})

    assert (refused.json()["earliest"], ended["to"]) == (in_days(7), in_days(7))


async def test_one_that_ends_before_it_begins_is_cancelled_and_makes_room(world: World, case: Json) -> None:
    made = await exempted(world, case, **{"from": in_days(60)})

    cancelled = await world.caller().does(
        exemptions_of(case, made["id"], "ending"), {"on": in_days(30), "reasonCode": "registered-in-error"}
    )
    again = await exempted(world, case, **{"from": in_days(60)})

    assert (cancelled["state"], cancelled["to"], cancelled["allowedActions"]) == ("cancelled", None, [])
    assert again["state"] == "to-come"


async def test_a_stale_ending_changes_nothing_and_a_repeated_one_ends_once(world: World, case: Json) -> None:
    made = await exempted(world, case)
    path, body = exemptions_of(case, made["id"], "ending"), {"on": in_days(60), "reasonCode": "assessment-changed"}
    anna = world.caller()

    stale = await anna.post(path, body, If_Match='"7"')
    first = await anna.post(path, body, Idempotency_Key="one-and-the-same-key")
    again = await anna.post(path, body, Idempotency_Key="one-and-the-same-key")

    assert (stale.status_code, slug(stale)) == (412, "stale-version")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (await row_of(world, made["id"])).version == 2


async def test_granting_twice_with_one_key_grants_once(world: World, case: Json) -> None:
    anna = world.caller()

    answers = [
        await anna.post(exemptions_of(case), exempting(), Idempotency_Key="one-and-the-same-key") for _ in range(2)
    ]

    assert [a.json()["id"] for a in answers] == [answers[0].json()["id"]] * 2
    async with world.database.transaction(world.authority) as tx:
        assert len(await tx.all(select(exemptions.c.id))) == 1
