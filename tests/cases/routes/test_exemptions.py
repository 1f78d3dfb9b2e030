"""Exempting by ordinary law: who decides, for how long, once for each duty and day, and how it ends."""

import pytest

from tests.cases.exempting import REASON, exempted, exempting, in_days, row_of
from tests.cases.world import Json, World, agreed, fingerprint, slug, somewhere


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's."""
    return await world.case()


def exemptions_of(case: Json, *further: str) -> str:
    """Where the exemptions of a case live."""
    return "/".join([f"/cases/{case['id']}/exemptions", *further])


async def test_an_exemption_is_granted_and_read_again(world: World, case: Json) -> None:
    anna = world.caller()

    answer = await anna.post(exemptions_of(case), exempting())
    made = answer.json()

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert answer.headers["Location"] == f"/v1{exemptions_of(case, made['id'])}"
    assert made == {
        "id": made["id"],
        "caseId": case["id"],
        "provisions": ["interviews", "offers"],
        "from": in_days(0),
        "to": in_days(150),
        "grantedTo": in_days(150),
        "state": "in-force",
        "decidedSector": "employment",
        "decidedAt": made["decidedAt"],
        "ground": {"legalBasis": "social-assessment", "legalBasisId": None, "enrolmentId": None, "reason": REASON},
        "groundHidden": False,
        "ending": None,
        "endAnnouncedAt": None,
        "version": 1,
        "allowedActions": ["endExemption"],
    }
    assert await anna.read(exemptions_of(case, made["id"])) == made
    assert (await anna.read(exemptions_of(case)))["items"] == [made]
    assert (await anna.read(f"/cases/{case['id']}"))["exemptUntil"] == in_days(150)


async def test_the_town_hears_of_which_duties_and_when_and_of_nothing_else(world: World, case: Json) -> None:
    made = await exempted(world, case)

    (event,) = [e for e in await world.announced(case["id"]) if "exemption" in e["type"]]

    assert event["type"] == "dk.helhed.cases.exemption-granted.v1"
    assert event["data"] == {
        "exemptionId": made["id"],
        "provisions": ["interviews", "offers"],
        "validFrom": in_days(0),
        "validTo": in_days(150),
    }


async def test_the_reason_is_sealed(world: World, case: Json) -> None:
    made = await exempted(world, case)

    kept = await row_of(world, made["id"])

    assert kept.reason
    assert b"angst" not in bytes(kept.reason)
    assert REASON not in str(await world.announced(case["id"]))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"legalBasis": "law-of-nowhere"}, (400, "unknown-exemption-basis")),
        ({"legalBasis": "act-1750-2025", "provisions": ["offers", "availability"]}, (409, "provision-not-covered")),
        ({"from": "2025-06-30"}, (409, "exemption-outside-its-ground")),
        ({"to": in_days(200)}, (409, "exemption-too-long")),
        ({"from": in_days(-40), "to": in_days(-1)}, (409, "exemption-over")),
        ({"from": in_days(2), "to": in_days(1)}, (400, "invalid-request")),
        ({"legalBasisId": somewhere()}, (400, "invalid-request")),
        ({"legalBasis": None}, (400, "invalid-request")),
        ({"provisions": []}, (400, "invalid-request")),
        ({"provisions": ["§ 13"]}, (400, "invalid-request")),
        ({"provisions": ["offers"] * 51}, (400, "invalid-request")),
        ({"from": "2026-02-30"}, (400, "invalid-request")),
        ({"from": 1767225600}, (400, "invalid-request")),
        ({"reason": ""}, (400, "invalid-request")),
        ({"decidedBy": "bodil"}, (400, "invalid-request")),
    ],
    ids=lambda value: None,
)
async def test_what_the_law_or_the_form_does_not_allow_is_refused(
    world: World, case: Json, changes: Json, said: tuple[int, str]
) -> None:
    answer = await world.caller().post(exemptions_of(case), exempting(**changes))

    assert (answer.status_code, slug(answer)) == said
    assert "angst" not in answer.text
    assert (await world.caller().read(exemptions_of(case)))["items"] == []


async def test_how_far_a_decision_may_reach_is_told(world: World, case: Json) -> None:
    refused = await world.caller().post(exemptions_of(case), exempting(to=in_days(200)))
    latest = refused.json()["latest"]

    bases = {one["code"]: one for one in (await world.caller().read("/exemption-bases"))["items"]}
    made = await exempted(world, case, to=latest)

    assert bases["social-assessment"]["latest"] == latest == made["to"]
    assert bases["social-assessment"]["provisions"] == ["availability", "interviews", "job-search", "offers"]
    assert bases["act-1750-2025"]["labels"]["da"].startswith("Fritagelse for samtaler")


async def test_one_duty_is_exempted_from_once_for_each_day_and_renewed_from_the_next(world: World, case: Json) -> None:
    anna, first = world.caller(), await exempted(world, case)

    overlapping = await anna.post(
        exemptions_of(case),
        exempting(provisions=["interviews", "job-search"], **{"from": in_days(150)}, to=in_days(180)),
    )
    beside = await anna.post(exemptions_of(case), exempting(provisions=["availability"]))
    renewed = await anna.post(exemptions_of(case), exempting(**{"from": in_days(151)}, to=in_days(300)))

    assert (overlapping.status_code, slug(overlapping)) == (409, "exemption-overlaps")
    assert (overlapping.json()["provisions"], overlapping.json()["validTo"]) == (["interviews"], first["to"])
    assert (beside.status_code, renewed.status_code, renewed.json()["state"]) == (201, 201, "to-come")
    assert (await anna.read(f"/cases/{case['id']}"))["exemptUntil"] == in_days(300)


async def test_in_a_closed_case_nothing_is_granted_and_what_was_granted_holds(world: World, case: Json) -> None:
    made = await exempted(world, case)
    anna = world.caller()
    await anna.does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    refused = await anna.post(exemptions_of(case), exempting(provisions=["availability"]))
    kept = await anna.read(exemptions_of(case, made["id"]))

    assert slug(refused) == "case-closed"
    assert (kept["state"], kept["to"], kept["allowedActions"]) == ("in-force", in_days(150), ["endExemption"])


# -- who decides -------------------------------------------------------------------------------------------------------


async def test_the_holder_and_employment_decide_and_nobody_else(world: World, case: Json) -> None:
    await world.referred(case, "requested", "accepted", to="health")
    path, body = exemptions_of(case), exempting()

    involved = await world.caller("health").post(path, body)
    stranger = await world.caller("social").post(path, body)
    system = await world.caller(role="integration").post(path, body)
    auditor = await world.caller(role="auditor").post(path, body)
    narrowed = await world.caller(scope="cases:read cases:write").post(path, body)
    lead = await world.caller(role="team-lead").post(path, body)

    said = [(a.status_code, slug(a)) for a in (involved, stranger, system, auditor, narrowed)]
    assert said == [
        (403, "exemption-not-yours-to-decide"),
        (404, "not-found-or-not-yours"),
        (403, "role-missing"),
        (403, "role-missing"),
        (403, "insufficient-scope"),
    ]
    assert lead.status_code == 201


async def test_employment_decides_in_a_case_that_another_sector_holds(world: World) -> None:
    held_by_health = await world.caller("health").does("/cases", {**_opening(), "needs": [{"domain": "debt"}]})
    before = await world.caller().post(exemptions_of(held_by_health), exempting())
    await world.referred(held_by_health, "requested", "accepted", to="employment", from_sector="health")

    made = await exempted(world, held_by_health)
    by_holder = await world.caller("health").post(exemptions_of(held_by_health), exempting(provisions=["availability"]))

    assert (before.status_code, made["decidedSector"]) == (404, "employment")
    assert (by_holder.status_code, by_holder.json()["decidedSector"]) == (201, "health")


def _opening() -> Json:
    return {"citizen": {"anonymous": True, "alias": "Bo fra torvet"}}


async def test_another_sector_reads_of_what_and_until_when_and_the_rest_under_a_consent(
    world: World, case: Json
) -> None:
    made = await exempted(world, case)
    await world.referred(case, "requested", "accepted", to="health")
    health = world.caller("health")

    seen = await health.read(exemptions_of(case, made["id"]))
    await world.caller().does(f"/cases/{case['id']}/consents", agreed(dataCategories=["exemptions"]))
    shared = await health.read(exemptions_of(case, made["id"]))

    assert (seen["provisions"], seen["to"]) == (made["provisions"], made["to"])
    assert (seen["ground"], seen["groundHidden"], seen["allowedActions"]) == (None, True, [])
    assert REASON not in str(seen)
    assert (shared["ground"], shared["groundHidden"]) == (made["ground"], False)


async def test_absent_and_not_yours_are_one_answer(world: World, case: Json) -> None:
    made, other = await exempted(world, case), await world.case()
    ending = {"on": in_days(60), "reasonCode": "assessment-changed"}
    anna, health, elsewhere = world.caller(), world.caller("health"), world.caller(authority="0147")

    reads = [
        await anna.get(exemptions_of(case, somewhere())),
        await anna.get(exemptions_of(other, made["id"])),
        await health.get(exemptions_of(case, made["id"])),
        await elsewhere.get(exemptions_of(case, made["id"])),
    ]
    writes = [
        await anna.post(exemptions_of(case, somewhere(), "ending"), ending),
        await anna.post(exemptions_of(other, made["id"], "ending"), ending),
        await health.post(exemptions_of(case, made["id"], "ending"), ending),
        await elsewhere.post(exemptions_of(case, made["id"], "ending"), ending),
    ]

    for answers in (reads, writes):
        assert slug(answers[0]) == "not-found-or-not-yours"
        assert [fingerprint(answer) for answer in answers] == [fingerprint(answers[0])] * 4
    assert (await row_of(world, made["id"])).version == 1


async def test_reading_is_logged(world: World, case: Json) -> None:
    made = await exempted(world, case)

    await world.caller().read(exemptions_of(case))
    await world.caller().read(exemptions_of(case, made["id"]))
    await world.caller().read("/exemption-bases")

    assert [(look.what, str(look.case_id)) for look in await world.looked()] == [
        ("exemptions", case["id"]),
        ("exemption", case["id"]),
    ]


async def test_the_list_has_pages(world: World, case: Json) -> None:
    for n in range(3):
        await exempted(world, case, **{"from": in_days(10 * n)}, to=in_days(10 * n + 9))
    anna = world.caller()

    first = await anna.read(exemptions_of(case), limit="2")
    rest = await anna.read(exemptions_of(case), limit="2", cursor=first["page"]["next"])

    assert [one["from"] for one in first["items"] + rest["items"]] == [in_days(0), in_days(10), in_days(20)]
    assert rest["page"]["next"] is None
