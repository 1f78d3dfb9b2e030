"""Before anything is demanded: refused while the citizen is exempt, and nothing of it kept but that it was."""

from typing import Any

import pytest
from sqlalchemy import select

from services.cases.tables import refused_demands
from tests.cases.exempting import exempted, in_days, today
from tests.cases.world import Json, World, fingerprint, slug, somewhere

KINDS = ("demand", "sanction", "absence-registration", "availability-check")


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's."""
    return await world.case()


def demand(provision: str = "offers", on: int = 0, kind: str = "demand") -> Json:
    """What somebody is about to do."""
    return {"provision": provision, "on": in_days(on), "kind": kind}


async def refused_in(world: World) -> list[Any]:
    """What is kept of refused demands."""
    async with world.database.transaction(world.authority) as tx:
        return list(await tx.all(select(refused_demands)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("provision", ["offers", "interviews"])
async def test_nothing_is_demanded_of_who_is_exempt(world: World, case: Json, provision: str, kind: str) -> None:
    await exempted(world, case)
    path = f"/cases/{case['id']}/demand-checks"

    answers = [await world.caller().post(path, demand(provision, on, kind)) for on in (0, 75, 150)]
    before = await world.caller().post(path, demand(provision, -1, kind))

    for answer in answers:
        told = answer.json()
        assert (answer.status_code, slug(answer)) == (409, "citizen-exempt")
        assert (told["provision"], told["until"]) == (provision, in_days(150))
        assert answer.headers["content-type"] == "application/problem+json"
    assert (before.status_code, before.json()) == (200, {"permitted": True})
    assert [(row.provision, row.kind, row.day) for row in await refused_in(world)] == [(provision, kind, today())]


async def test_of_a_demand_that_was_refused_is_kept_that_it_was_and_nothing_more(world: World, case: Json) -> None:
    await exempted(world, case)
    path = f"/cases/{case['id']}/demand-checks"

    for _ in range(3):
        await world.caller().post(path, demand(on=20))
    await world.caller().post(path, demand(on=20, kind="sanction"))
    await world.caller().post(path, demand("availability", kind="sanction"))

    rows = await refused_in(world)
    assert sorted(row.kind for row in rows) == ["demand", "sanction"]
    assert {tuple(row._fields) for row in rows} == {("authority", "case_id", "day", "provision", "kind")}


async def test_asking_before_a_demand_is_logged_whatever_the_answer(world: World, case: Json) -> None:
    await exempted(world, case)
    path = f"/cases/{case['id']}/demand-checks"

    await world.caller().post(path, demand())
    await world.caller().post(path, demand("availability"))

    assert [(look.what, str(look.case_id)) for look in await world.looked()] == [("demand-check", case["id"])] * 2


async def test_in_danish_and_in_english(world: World, case: Json) -> None:
    await exempted(world, case)
    path = f"/cases/{case['id']}/demand-checks"

    danish = await world.caller().post(path, demand())
    english = await world.caller(language="en").post(path, demand())

    assert (danish.json()["title"][:21], danish.headers["Content-Language"]) == ("Borgeren er fritaget:", "da")
    assert (english.json()["title"][:22], english.headers["Content-Language"]) == ("The citizen is exempt:", "en")


@pytest.mark.parametrize(
    "broken",
    [
        demand(kind="fine"),
        demand("§ 13"),
        {"provision": "offers"},
        demand() | {"note": "Udeblev."},
        demand() | {"on": ""},
    ],
    ids=lambda value: None,
)
async def test_a_demand_that_cannot_be_read_is_refused(world: World, case: Json, broken: Json) -> None:
    answer = await world.caller().post(f"/cases/{case['id']}/demand-checks", broken)

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")
    assert "Udeblev" not in answer.text


async def test_a_case_that_is_not_yours_answers_nothing(world: World, case: Json) -> None:
    await exempted(world, case)
    path = f"/cases/{case['id']}/demand-checks"

    answers = [
        await world.caller("health").post(path, demand()),
        await world.caller(authority="0147").post(path, demand()),
        await world.caller().post(f"/cases/{somewhere()}/demand-checks", demand()),
        await world.caller(None, role="integration").post(path, demand()),
    ]

    assert [slug(answer) for answer in answers] == ["not-found-or-not-yours"] * 4
    assert [fingerprint(answer) for answer in answers] == [fingerprint(answers[0])] * 4
    assert await refused_in(world) == []
