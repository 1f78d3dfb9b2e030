"""Who may know that a case exists: to everybody else every address of it is one answer, the same to the last byte."""

from typing import Any

import pytest

from tests.cases.world import ASIDE, Json, World, agreed, fingerprint, slug, somewhere

READS = ("", "/needs", "/needs/{need}", "/consents", "/consents/{consent}", "/responsibility", "/release-check")
RELEASES = ("/releases", "/releases/{need}")
WRITES: dict[str, Json] = {
    "/needs": {"domain": "debt"},
    "/needs/{need}/closure": {"outcome": "met"},
    "/needs/{need}/setting-aside": ASIDE,
    "/consents": agreed(),
    "/consents/{consent}/withdrawal": {},
    "/releases": {"sector": "health", "reason": "Slip."},
    "/closure": {"ground": "citizen-died", "reason": "Død."},
}


@pytest.fixture
async def case(world: World) -> Json:
    """A case with a need and a consent."""
    made = await world.case()
    consent = await world.caller().does(f"/cases/{made['id']}/consents", agreed())
    return made | {"consent": consent["id"]}


def address(part: str, case: Json, case_id: str | None = None) -> str:
    """Where a part of the case lives, or would."""
    return f"/cases/{case_id or case['id']}" + part.format(need=case["needs"][0]["id"], consent=case["consent"])


@pytest.mark.parametrize("part", [*READS, *RELEASES])
async def test_absent_and_not_yours_are_one_answer_to_whoever_reads(world: World, case: Json, part: str) -> None:
    other_sector = await world.caller("health").get(address(part, case))
    other_authority = await world.caller("employment", authority="0147").get(address(part, case))
    nowhere = await world.caller().get(address(part, case, somewhere()))
    no_sector = await world.caller(None).get(address(part, case))

    assert (nowhere.status_code, slug(nowhere)) == (404, "not-found-or-not-yours")
    answers = [fingerprint(answer) for answer in (other_sector, other_authority, nowhere, no_sector)]
    assert answers == [answers[0]] * 4
    assert "emergency" in nowhere.json()["detail"]


@pytest.mark.parametrize("part", list(WRITES))
async def test_absent_and_not_yours_are_one_answer_to_whoever_writes(world: World, case: Json, part: str) -> None:
    body = WRITES[part]

    other_sector = await world.caller("health").post(address(part, case), body)
    other_authority = await world.caller("employment", authority="0147").post(address(part, case), body)
    nowhere = await world.caller().post(address(part, case, somewhere()), body)

    assert (nowhere.status_code, slug(nowhere)) == (404, "not-found-or-not-yours")
    assert fingerprint(other_sector) == fingerprint(other_authority) == fingerprint(nowhere)


async def test_absent_and_not_yours_are_one_answer_to_whoever_changes(world: World, case: Json) -> None:
    version = {"If-Match": '"99"'}

    answers = [
        await world.caller("health").patch(f"/cases/{case['id']}", {"name": "N"}, **version),
        await world.caller(authority="0147").patch(f"/cases/{case['id']}", {"name": "N"}, **version),
        await world.caller().patch(f"/cases/{somewhere()}", {"name": "N"}, **version),
    ]

    assert [slug(answer) for answer in answers] == ["not-found-or-not-yours"] * 3
    assert fingerprint(answers[0]) == fingerprint(answers[1]) == fingerprint(answers[2])


async def test_a_part_that_is_not_of_this_case_is_not_there(world: World, case: Json) -> None:
    other = await world.case()
    paths = [
        f"/cases/{other['id']}/needs/{case['needs'][0]['id']}",
        f"/cases/{other['id']}/consents/{case['consent']}",
        f"/cases/{case['id']}/needs/{somewhere()}",
        f"/cases/{case['id']}/consents/{somewhere()}",
        f"/cases/{case['id']}/releases/{somewhere()}",
    ]

    answers = [await world.caller().get(path) for path in paths]
    answers.append(await world.caller().post(f"{paths[0]}/closure", {"outcome": "met"}))
    answers.append(await world.caller().post(f"{paths[1]}/withdrawal", {}))

    assert [slug(answer) for answer in answers] == ["not-found-or-not-yours"] * 7


async def test_lists_and_searches_find_nothing_that_is_not_yours(world: World, case: Json) -> None:
    search: Any = {"caseNumber": case["caseNumber"]}

    for stranger in (world.caller("health"), world.caller(authority="0147"), world.caller(None)):
        assert (await stranger.read("/cases", limit="200", coordinator="anna-of-nowhere"))["items"] == []
        assert (await stranger.does("/cases/_search", search))["items"] == []
        listed = (await stranger.read("/cases", limit="200"))["items"]
        assert case["id"] not in [item["id"] for item in listed]
    assert (await world.caller().does("/cases/_search", search))["items"][0]["id"] == case["id"]


@pytest.mark.parametrize(
    ("steps", "reads"),
    [
        (("requested",), True),
        (("requested", "accepted"), True),
        (("requested", "accepted", "contact"), True),
        (("requested", "rejected"), False),
        (("requested", "cancelled"), False),
        (("requested", "accepted", "failed"), False),
    ],
)
async def test_a_receiver_reads_while_it_is_asked_or_at_work(
    world: World, case: Json, steps: tuple[str, ...], reads: bool
) -> None:
    await world.referred(case, *steps)

    read = await world.caller("health").get(f"/cases/{case['id']}")
    listed = (await world.caller("health").read("/cases"))["items"]

    assert read.status_code == (200 if reads else 404)
    assert [item["id"] for item in listed] == ([case["id"]] if reads else [])


async def test_who_is_only_asked_may_look_and_not_act(world: World, case: Json) -> None:
    await world.referred(case, "requested")
    health = world.caller("health")

    seen = await health.read(f"/cases/{case['id']}")
    needs = (await health.read(f"/cases/{case['id']}/needs"))["items"]
    refused = {
        part: await health.post(address(part, case), body) for part, body in WRITES.items() if "{need}" not in part
    }
    changed = await health.patch(f"/cases/{case['id']}", {"kle": None}, **{"If-Match": f'"{seen["version"]}"'})

    assert (seen["allowedActions"], needs[0]["allowedActions"]) == ([], [])
    assert {slug(answer) for part, answer in refused.items() if part != "/closure"} == {"sector-not-involved"}
    assert slug(refused["/closure"]) == "holder-only"
    assert slug(changed) == "sector-not-involved"
    assert {answer.status_code for answer in (*refused.values(), changed)} == {403}


async def test_a_released_sector_reads_its_own_release_and_no_more(world: World, case: Json) -> None:
    await world.caught(case)
    made = (await world.release(case)).json()
    employment = world.caller("employment")

    assert await employment.read(f"/cases/{case['id']}/releases/{made['id']}") == made
    for part in READS:
        assert (await employment.get(address(part, case))).status_code == 404
    assert (await employment.read("/cases"))["items"] == []
    assert (await world.caller("health").read(f"/cases/{case['id']}/releases"))["items"] == [made]


@pytest.mark.parametrize(("scope", "allowed"), [("cases:read", False), ("cases:read cases:write", True)])
async def test_a_narrowed_token_does_what_it_was_narrowed_to(world: World, scope: str, allowed: bool) -> None:
    case = await world.case()
    narrowed = world.caller(scope=scope)

    assert (await narrowed.get(f"/cases/{case['id']}")).status_code == 200
    written = await narrowed.post(f"/cases/{case['id']}/needs", {"domain": "debt"})
    released = await narrowed.post(f"/cases/{case['id']}/releases", {"sector": "employment", "reason": "-"})

    assert (written.status_code, slug(released)) == (201 if allowed else 403, "insufficient-scope")


async def test_a_system_lets_nobody_go(world: World, case: Json) -> None:
    system = world.caller(role="integration")

    released = await system.post(f"/cases/{case['id']}/releases", {"sector": "employment", "reason": "-"})
    closed = await system.post(f"/cases/{case['id']}/closure", WRITES["/closure"])

    assert [slug(released), slug(closed)] == ["role-missing"] * 2
    assert (await system.get(f"/cases/{case['id']}")).status_code == 200
