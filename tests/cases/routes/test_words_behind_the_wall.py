"""A part in a case is not its words: what a need, a hearing, a consent and a release say is for those it concerns."""

from typing import Any

import pytest

from tests.cases.world import ASIDE, NOTE, Caller, Json, World, agreed

HEARD = {"at": "2026-01-05T09:00:00Z", "statement": "Det er i orden med mig."}


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's with a need in words, one set aside, a hearing and a consent between two others."""
    anna, made = world.caller(), await world.case("debt", "housing")
    path = f"/cases/{made['id']}"
    made["told"] = (await anna.does(f"{path}/needs", {"domain": "family", "description": NOTE}))["id"]
    made["aside"] = made["needs"][1]["id"]
    await anna.does(f"{path}/needs/{made['aside']}/setting-aside", ASIDE)
    made["hearing"] = (await anna.does(f"{path}/hearings", HEARD))["id"]
    made["consent"] = (await anna.does(f"{path}/consents", agreed(toSector="social", dataCategories=["need"])))["id"]
    return made


async def words(caller: Caller, case: Json) -> dict[str, Any]:
    """All the words of the case that this caller is told."""
    path = f"/cases/{case['id']}"
    needs = {one["id"]: one for one in (await caller.read(f"{path}/needs"))["items"]}
    assert needs[case["told"]] == await caller.read(f"{path}/needs/{case['told']}")
    assert (await caller.read(f"{path}/hearings"))["items"] == [await caller.read(f"{path}/hearings/{case['hearing']}")]
    return {
        "need": needs[case["told"]]["description"],
        "aside": needs[case["aside"]]["citizenStatement"],
        "hearing": (await caller.read(f"{path}/hearings/{case['hearing']}"))["statement"],
        "evidence": (await caller.read(f"{path}/consents/{case['consent']}"))["evidence"],
    }


ALL = {"need": NOTE, "aside": ASIDE["citizenStatement"], "hearing": HEARD["statement"], "evidence": NOTE}
NONE = dict.fromkeys(ALL)


@pytest.mark.parametrize("steps", [("requested",), ("requested", "accepted")], ids=["asked", "with a part"])
async def test_who_is_asked_or_has_a_part_reads_none_of_its_words(world: World, case: Json, steps: Any) -> None:
    await world.referred(case, *steps)

    assert await words(world.caller("health"), case) == NONE
    assert await words(world.caller(), case) == ALL


async def test_a_consent_opens_what_it_covers_and_no_more(world: World, case: Json) -> None:
    await world.referred(case, "requested", "accepted", to="social")
    open_to_social = await words(world.caller("social"), case)

    assert open_to_social == ALL | {"hearing": None}


async def test_the_owner_reads_its_own_need_without_holding_the_case(world: World, case: Json) -> None:
    await world.referred(case, "requested", "accepted")
    health, path = world.caller("health"), f"/cases/{case['id']}/needs"
    need = await health.does(path, {"domain": "debt", "description": "Hendes egen."})
    await world.referred(case, "requested", "accepted", to="social", need=1)

    assert need["description"] == "Hendes egen."
    assert (await world.caller().read(f"{path}/{need['id']}"))["description"] == "Hendes egen."
    assert (await world.caller("social").read(f"{path}/{need['id']}"))["description"] is None


async def test_why_a_sector_let_go_is_for_it_and_the_holder(world: World) -> None:
    case = await world.case()
    await world.caught(case)
    release = (await world.release(case)).json()
    assert release["reason"] == "Hun er grebet."
    moved = await world.caller("health").read(f"/cases/{case['id']}")
    await world.referred(moved, "requested", "accepted", to="social", from_sector="health")
    path = f"/cases/{case['id']}/releases"

    reasons = {
        sector: (await world.caller(sector).read(f"{path}/{release['id']}"))["reason"]
        for sector in ("employment", "health", "social")
    }

    assert reasons == {"employment": "Hun er grebet.", "health": "Hun er grebet.", "social": None}
    assert [one["reason"] for one in (await world.caller("social").read(path))["items"]] == [None]
