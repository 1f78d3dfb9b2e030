"""Staff and absences: who works where, who is away, who stands in; why is asked nowhere."""

from datetime import timedelta
from typing import Any

import pytest

from chassis.clock import day_of, now
from services.cases.repository import StaffRepository
from tests.cases.town_hall import administrator, employed, unit
from tests.cases.world import Caller, Json, World, slug

TODAY = day_of(now())


def day(offset: int) -> str:
    """A day near today."""
    return (TODAY + timedelta(days=offset)).isoformat()


@pytest.fixture
async def office(world: World) -> Caller:
    """Two units, four people; who may record that anna is away."""
    await unit(world, "employment:udsatte")
    await unit(world, "health:alkohol", "health")
    for subject in ("anna", "bodil", "carl"):
        await employed(world, subject, "employment:udsatte", displayName=subject.title(), phone="+45 12 34 56 78")
    await employed(world, "dorte", "health:alkohol", "health")
    return world.caller(subject="anna")


def lead(world: World, sector: str = "employment") -> Caller:
    """A team lead."""
    return world.caller(sector, role="team-lead", subject="leder")


async def away(caller: Caller, subject: str = "anna", **told: Any) -> Json:
    """Somebody is away."""
    return await caller.does(f"/staff/{subject}/absences", {"from": day(0)} | told)


async def test_somebody_is_entered_and_moves_to_another_unit(world: World, office: Caller) -> None:
    head = administrator(world)
    read = await office.get("/staff/dorte")
    moved = {"unit": "employment:udsatte", "sector": "employment", "validFrom": "2020-01-01", "fte": 0.8}
    changed = await head.put("/staff/dorte", moved | {"roles": ["mentor"]}, If_Match=read.headers["ETag"])

    assert changed.is_success, changed.text
    assert (read.json()["unit"], read.json()["today"]["absent"]) == ("health:alkohol", False)
    assert (changed.status_code, changed.json()["unit"], changed.json()["version"]) == (200, "employment:udsatte", 2)
    assert (changed.json()["fte"], changed.json()["roles"]) == (0.8, ["mentor"])
    assert [one["subject"] for one in (await office.read("/staff", sector="health"))["items"]] == []
    assert len((await office.read("/staff", unit="employment:udsatte"))["items"]) == 4


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"unit": "nowhere"}, 400, "unit-unknown"),
        ({"sector": "health"}, 400, "unit-unknown"),
        ({"sector": "church"}, 400, "unknown-sector"),
        ({"fte": 1.2}, 400, "invalid-request"),
        ({"fte": 0}, 400, "invalid-request"),
        ({"fte": "0.5"}, 400, "invalid-request"),
        ({"validTo": "2019-01-01"}, 400, "invalid-request"),
        ({"sickness": "influenza"}, 400, "invalid-request"),
    ],
)
async def test_a_place_that_cannot_be_is_refused(
    world: World, office: Caller, changes: Json, status: int, why: str
) -> None:
    told = {"unit": "employment:udsatte", "sector": "employment", "validFrom": "2020-01-01"} | changes

    refused = await administrator(world).put("/staff/erik", told, If_None_Match="*")

    assert (refused.status_code, slug(refused)) == (status, why)


async def test_nobody_begins_in_a_unit_that_has_ended(world: World, office: Caller) -> None:
    await unit(world, "gammel")
    await administrator(world).does("/units/gammel/ending", {"on": day(0)})
    told = {"unit": "gammel", "sector": "employment", "validFrom": day(0)}

    refused = await administrator(world).put("/staff/erik", told, If_None_Match="*")

    assert (refused.status_code, slug(refused)) == (409, "unit-has-ended")


async def test_an_absence_is_told_shown_and_ended(world: World, office: Caller) -> None:
    made = await office.post("/staff/anna/absences", {"from": day(0), "to": day(4), "substitute": "bodil"})
    while_away = (await office.read("/staff/anna"))["today"]
    path = made.headers["Location"].removeprefix("/v1")
    back = await lead(world).does(f"{path}/ending", {})

    assert made.status_code == 201
    assert set(made.json()) == {"id", "subject", "from", "to", "substitute", "version", "allowedActions"}
    assert while_away == {"absent": True, "backOn": day(5), "substitute": "bodil"}
    assert (back["to"], back["version"], back["allowedActions"]) == (day(-1), 2, [])
    assert (await office.read("/staff/anna"))["today"]["absent"] is False
    assert [one["id"] for one in (await office.read("/staff/anna/absences"))["items"]] == [made.json()["id"]]
    assert (await office.get(path)).headers["ETag"] == '"2"'


async def test_an_absence_that_has_an_end_is_over_by_itself(world: World, office: Caller) -> None:
    await away(office, **{"from": day(-9), "to": day(-1)})

    assert (await office.read("/staff/anna"))["today"]["absent"] is False


async def test_a_substitute_is_named_later(world: World, office: Caller) -> None:
    absence = await away(office)
    path = f"/staff/anna/absences/{absence['id']}/substitute"

    named = await lead(world).does(path, {"substitute": "bodil"}, If_Match='"1"')
    stale = await lead(world).post(path, {"substitute": "carl"}, If_Match='"1"')

    assert (named["substitute"], stale.status_code) == ("bodil", 412)
    assert (await office.read("/staff/anna"))["today"]["substitute"] == "bodil"


async def test_who_stands_in_is_somebody_who_is_there(world: World, office: Caller) -> None:
    head = administrator(world)
    await away(office, substitute="bodil")
    await away(head, "bodil", substitute="carl")

    async def stands_in(subject: str) -> str | None:
        async with world.database.transaction(world.authority) as tx:
            found = await StaffRepository(tx).present_substitute(subject, TODAY)
        return found.subject if found else None

    assert await stands_in("anna") == "carl"
    await away(head, "carl", substitute="anna")
    assert (await stands_in("anna"), await stands_in("carl"), await stands_in("dorte")) == (None, None, None)
    assert (await office.read("/staff/anna"))["today"] == {"absent": True, "backOn": None, "substitute": None}


async def test_colleagues_are_told_in_one_call(world: World, office: Caller) -> None:
    await away(office, substitute="bodil")

    async with world.database.transaction(world.authority) as tx:
        found = await StaffRepository(tx).of(["anna", "dorte", "nobody"], TODAY)

    assert set(found) == {"anna", "bodil", "dorte"}
    assert (found["anna"].absent, found["anna"].substitute, found["anna"].name) == (True, "bodil", "Anna")
    assert (found["dorte"].absent, found["dorte"].phone) == (False, None)


@pytest.mark.parametrize(
    ("told", "status", "why"),
    [
        ({"to": day(-1)}, 400, "absence-backwards"),
        ({"substitute": "anna"}, 400, "substitute-unfit"),
        ({"substitute": "nobody"}, 400, "substitute-unfit"),
        ({"substitute": "dorte"}, 400, "substitute-unfit"),
        ({"reason": "influenza"}, 400, "invalid-request"),
        ({"from": None}, 400, "invalid-request"),
    ],
)
async def test_an_absence_that_cannot_be_is_refused(office: Caller, told: Json, status: int, why: str) -> None:
    refused = await office.post("/staff/anna/absences", {"from": day(0)} | told)

    assert (refused.status_code, slug(refused)) == (status, why)


async def test_one_absence_at_a_time(office: Caller) -> None:
    first = await away(office, **{"from": day(2), "to": day(4)})

    over = await office.post("/staff/anna/absences", {"from": day(0)})
    before = await office.post("/staff/anna/absences", {"from": day(0), "to": day(1)})
    after = await office.post("/staff/anna/absences", {"from": day(5)})

    assert (over.status_code, slug(over), over.json()["absence"]) == (409, "absence-overlaps", first["id"])
    assert (before.status_code, after.status_code) == (201, 201)


async def test_an_absence_that_is_called_off_leaves_the_days_free(world: World, office: Caller) -> None:
    absence = await away(office, **{"from": day(2), "to": day(4)})
    path = f"/staff/anna/absences/{absence['id']}/ending"

    await office.does(path, {})
    again = await office.post(path, {})

    assert (again.status_code, slug(again)) == (409, "absence-ended")
    assert (await away(office, **{"from": day(2), "to": day(4)}))["version"] == 1


async def test_who_may_say_that_somebody_is_away(world: World, office: Caller) -> None:
    told = {"from": day(0)}

    assert slug(await world.caller(subject="carl").post("/staff/anna/absences", told)) == "staff-not-yours"
    assert slug(await lead(world, "health").post("/staff/anna/absences", told)) == "staff-not-yours"
    assert (await world.caller(role="integration").post("/staff/anna/absences", told)).status_code == 403
    assert (await world.caller(authority="0999", subject="anna").post("/staff/anna/absences", told)).status_code == 404
    assert (await office.post("/staff/nobody/absences", told)).status_code == 404
    assert (await lead(world).post("/staff/anna/absences", told)).status_code == 201


async def test_who_may_read_and_write_staff(world: World, office: Caller) -> None:
    told = {"unit": "employment:udsatte", "sector": "employment", "validFrom": day(0)}

    assert (await world.caller(role="evaluator", sector=None).get("/staff/anna")).status_code == 403
    assert (await world.caller(role="citizen", sector=None).get("/staff")).status_code == 403
    assert (await lead(world).put("/staff/anna", told, If_Match='"1"')).status_code == 403
    assert (await world.caller(authority="0999").get("/staff/anna")).status_code == 404
    assert (await administrator(world).put("/staff/anna", told)).status_code == 428
    assert (await administrator(world).put("/staff/anna", told, If_None_Match="*")).status_code == 412
