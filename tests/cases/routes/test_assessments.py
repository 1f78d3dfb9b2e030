"""Assessments over HTTP: what each criterion came to, who decided, and that nobody is kept out without a path."""

import pytest

from tests.cases.criteria_examples import (
    EXAMPLE,
    IN_NEED,
    PATH,
    WORDS,
    administrator,
    assessment,
    assessments_at,
    criteria_set,
    fact,
    kept_out,
    leaf,
)
from tests.cases.routes.test_criteria_sets import SETS, day, published
from tests.cases.world import Json, World, agreed, slug, somewhere


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's."""
    return await world.case()


async def involve(world: World, case: Json, sector: str) -> None:
    """Give a sector a part in the case."""
    await world.referred(case, "requested", "accepted", to=sector)


# -- assessing -----------------------------------------------------------------------------------------------------


async def test_an_assessment_tells_per_criterion_who_by_which_edition_and_what_was_decided(
    world: World, case: Json
) -> None:
    told = {"evidence": [{"criterion": "in-substance-treatment", "text": WORDS}]}

    answer = await world.caller().post(assessments_at(case), assessment(**told))

    made = answer.json()
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert answer.headers["Location"] == f"/v1{assessments_at(case, made)}"
    assert made["criteriaSet"] == {"id": EXAMPLE, "code": "helhedsorienteret-indsats-2022", "edition": 1}
    assert (made["decidedBy"], made["sector"]) == ("anna", "employment")
    assert (made["rulesSelect"], made["selected"], made["deviates"], made["path"]) == ("met", True, False, None)
    findings = made["findings"]
    assert (findings["must"], findings["may"]) == ("met", "unknown")
    results = {one["criterion"]: one for one in findings["results"]}
    assert results["in-substance-treatment"] == {
        "criterion": "in-substance-treatment",
        "text": {"da": "Borgeren er i misbrugsbehandling.", "en": "The citizen is in treatment for substance use."},
        "finding": "met",
        "missing": [],
        "evidence": WORDS,
    }
    assert (results["section-85-support"]["finding"], results["section-85-support"]["missing"]) == (
        "unknown",
        ["socialpaedagogical-support"],
    )
    assert {one["code"]: one["value"] for one in findings["facts"]} == IN_NEED
    assert await world.caller().read(assessments_at(case, made)) == made


async def test_the_town_hears_that_somebody_was_assessed_and_not_what_came_of_it(world: World, case: Json) -> None:
    made = await world.caller().does(assessments_at(case), kept_out())

    event = (await world.announced(case["id"]))[-1]

    assert event["type"] == "dk.helhed.cases.criteria-assessed.v1"
    assert event["data"] == {"assessmentId": made["id"], "criteriaSetId": EXAMPLE}


async def test_nobody_is_outside_the_target_group_without_somebody_responsible(world: World, case: Json) -> None:
    anna = world.caller()
    refused = await anna.post(assessments_at(case), {name: v for name, v in kept_out().items() if name != "path"})
    unknown = await anna.post(assessments_at(case), assessment({"age": 41}))

    made = await anna.does(assessments_at(case), kept_out())

    assert [(one.status_code, slug(one), one.json()["rulesSelect"]) for one in (refused, unknown)] == [
        (409, "path-missing", "not-met"),
        (409, "path-missing", "unknown"),
    ]
    assert (made["selected"], made["rulesSelect"], made["path"]) == (False, "not-met", PATH)
    assert len((await anna.read(assessments_at(case)))["items"]) == 1


async def test_a_deviation_is_decided_by_a_person_with_a_reason(world: World, case: Json) -> None:
    into = {"selected": True, "reason": WORDS}

    made = await world.caller().does(assessments_at(case), assessment({"age": 23}, deviation=into))

    assert (made["rulesSelect"], made["selected"], made["deviates"]) == ("unknown", True, True)
    assert made["findings"]["deviationReason"] == WORDS


async def test_each_refusal_of_an_assessment_has_its_name(world: World, case: Json) -> None:
    anna = world.caller()
    made = await anna.does(assessments_at(case), assessment())
    draft = await administrator(world).does(SETS, criteria_set())
    coming = await published(world, day(9), code="coming")
    judged = {name: v for name, v in kept_out().items() if name != "evidence"}

    refused = [
        await anna.post(assessments_at(case), assessment(criteriaSetId=somewhere())),
        await anna.post(assessments_at(case), assessment(criteriaSetId=draft["id"])),
        await anna.post(assessments_at(case), assessment({}, criteriaSetId=coming["id"])),
        await anna.post(assessments_at(case), assessment(deviation={"selected": True, "reason": WORDS})),
        await anna.post(assessments_at(case), judged),
        await anna.post(assessments_at(case), kept_out(path=PATH | {"sector": "culture"})),
        await anna.post(assessments_at(case), kept_out(path=PATH | {"sector": "social"})),
        await anna.post(assessments_at(case), assessment(id=made["id"])),
        await anna.post(f"/cases/{somewhere()}/assessments", assessment()),
        await anna.get(assessments_at(case, {"id": somewhere()})),
    ]

    assert [(one.status_code, slug(one)) for one in refused] == [
        (404, "not-found-or-not-yours"),
        (404, "not-found-or-not-yours"),
        (409, "criteria-set-not-in-force"),
        (409, "deviation-without-difference"),
        (400, "judgement-without-reason"),
        (400, "unknown-sector"),
        (409, "path-sector-not-involved"),
        (409, "already-exists"),
        (404, "not-found-or-not-yours"),
        (404, "not-found-or-not-yours"),
    ]
    assert refused[2].json()["validFrom"] == day(9)
    assert refused[4].json()["criteria"] == ["has-complex-problems"]


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"facts": [{"code": "diagnosis", "value": "secret"}]}, ("/facts/0/code", "unknown-fact")),
        ({"facts": [{"code": "age", "value": "old"}]}, ("/facts/0/value", "value-does-not-fit")),
        (
            {"facts": [], "evidence": [{"criterion": "gone", "text": "secret"}]},
            ("/evidence/0/criterion", "unknown-criterion"),
        ),
    ],
    ids=["not asked for", "another kind", "no such criterion"],
)
async def test_what_is_not_asked_for_is_refused_with_its_place_and_not_repeated(
    world: World, case: Json, told: Json, fault: tuple[str, str]
) -> None:
    answer = await world.caller().post(assessments_at(case), assessment() | told)

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [fault]
    assert not {"secret", "old", "diagnosis"} & set(answer.text.replace('"', " ").split())


@pytest.mark.parametrize(
    "told",
    [
        {"facts": [{"code": "age", "value": 41.5}]},
        {"facts": [{"code": "age", "value": None}]},
        {"facts": [{"code": "age", "value": [1]}]},
        {"facts": {"age": 41}},
        {"facts": [{"code": "age", "value": 41}] * 61},
        {"deviation": {"selected": "yes", "reason": "-"}},
        {"deviation": {"selected": True}},
        {"path": {"sector": "employment"}},
        {"decidedBy": "somebody else"},
        {"score": 7},
    ],
    ids=lambda told: str(told)[:50],
)
async def test_a_body_of_another_form_is_refused(world: World, case: Json, told: Json) -> None:
    answer = await world.caller().post(assessments_at(case), assessment() | told)

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")


async def test_a_system_decides_about_nobody(world: World, case: Json) -> None:
    machine = world.caller(role="integration")

    refused = await machine.post(assessments_at(case), assessment())

    assert (refused.status_code, slug(refused)) == (403, "role-missing")


async def test_an_assessment_belongs_to_an_open_case_and_a_sector_with_a_part_in_it(world: World, case: Json) -> None:
    await world.referred(case, "requested")
    await world.caller().does(assessments_at(case), assessment())
    asked = await world.caller("health").post(assessments_at(case), assessment())
    stranger = await world.caller("social").post(assessments_at(case), assessment())
    await world.caller().does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})
    closed = await world.caller().post(assessments_at(case), assessment())

    assert [(one.status_code, slug(one)) for one in (asked, stranger, closed)] == [
        (403, "sector-not-involved"),
        (404, "not-found-or-not-yours"),
        (409, "case-closed"),
    ]
    assert len((await world.caller().read(assessments_at(case)))["items"]) == 1


async def test_each_assessment_stands_and_the_edition_it_was_made_by(world: World, case: Json) -> None:
    first = await published(world, day())
    old = await world.caller().does(
        assessments_at(case), assessment({"age": 30, "homeless": True}, criteriaSetId=first["id"])
    )
    facts = [fact("age", "age"), fact("homeless"), fact("since", "day")]
    criteria = [*first["criteria"][:1], {**first["criteria"][1], "test": {"op": "is", "fact": "since", "value": day()}}]
    for one in criteria:
        one.pop("needs")
    ada = administrator(world)
    draft = await ada.does(SETS, criteria_set(facts=[facts[0], facts[2]], criteria=criteria))
    await ada.does(f"{SETS}/{draft['id']}/publication", {"validFrom": day(1)})

    read = await world.caller().read(assessments_at(case, old))

    assert read == old
    assert read["criteriaSet"]["edition"] == 1
    assert draft["edition"] == 2


async def test_a_day_is_told_back_as_it_was_told(world: World, case: Json) -> None:
    told = {
        "facts": [fact("since", "day"), fact("age", "age")],
        "criteria": [
            {
                "code": "grown",
                "text": {"da": "-", "en": "-"},
                "test": {"op": "at-most", "fact": "since", "value": day()},
            },
            {
                "code": "old",
                "text": {"da": "-", "en": "-"},
                "test": {"op": "between", "fact": "age", "low": 18, "high": 65},
            },
        ],
        "rule": {"may": {"op": "any-of", "of": [leaf("grown"), leaf("old")]}},
    }
    made = await published(world, day(), **told)

    assessed = await world.caller().does(
        assessments_at(case), assessment({"since": "2026-02-28"}, criteriaSetId=made["id"])
    )

    assert (assessed["selected"], assessed["findings"]["must"]) == (True, None)
    assert assessed["findings"]["facts"] == [{"code": "since", "value": "2026-02-28"}]
    assert await world.caller().read(assessments_at(case, assessed)) == assessed


# -- who sees ------------------------------------------------------------------------------------------------------


async def test_another_sectors_assessment_is_counted_and_not_shown_until_a_consent_covers_it(
    world: World, case: Json
) -> None:
    await involve(world, case, "health")
    made = await world.caller().does(assessments_at(case), kept_out())
    health = world.caller("health")

    before = await health.read(assessments_at(case))
    refused = await health.get(assessments_at(case, made))
    await world.caller().does(f"/cases/{case['id']}/consents", agreed(dataCategories=["assessments"]))
    after = await health.read(assessments_at(case))

    assert (before["items"], before["hidden"]) == ([], 1)
    assert refused.status_code == 404
    assert ([one["id"] for one in after["items"]], after["hidden"]) == ([made["id"]], 0)
    assert await health.read(assessments_at(case, made)) == made


async def test_a_consent_to_share_something_else_shares_no_assessment(world: World, case: Json) -> None:
    await involve(world, case, "health")
    await world.caller().does(assessments_at(case), kept_out())
    await world.caller().does(f"/cases/{case['id']}/consents", agreed(dataCategories=["need"]))

    assert (await world.caller("health").read(assessments_at(case)))["hidden"] == 1


async def test_the_sector_that_is_made_responsible_can_know_it_and_not_why(world: World, case: Json) -> None:
    await involve(world, case, "health")
    named = {"sector": "health", "responsible": "bodil"}
    made = await world.caller().does(assessments_at(case), kept_out(path=named))

    seen = await world.caller("health").read(assessments_at(case, made))

    assert seen == made | {"findings": None}
    assert (await world.caller("health").read(assessments_at(case)))["items"][0]["path"] == named


async def test_the_list_is_turned_page_by_page_oldest_first(world: World, case: Json) -> None:
    made = [(await world.caller().does(assessments_at(case), assessment()))["id"] for _ in range(3)]

    first = await world.caller().read(assessments_at(case), limit="2")
    rest = await world.caller().read(assessments_at(case), limit="2", cursor=first["page"]["next"])

    assert [one["id"] for one in first["items"] + rest["items"]] == made
    assert rest["page"]["next"] is None
    assert all("findings" not in one for one in first["items"])


async def test_a_look_at_an_assessment_is_logged(world: World, case: Json) -> None:
    made = await world.caller().does(assessments_at(case), assessment())
    await world.caller().read(assessments_at(case))
    await world.caller().read(assessments_at(case, made))

    assert [(look.what, str(look.case_id)) for look in await world.looked()] == [
        ("assessments", case["id"]),
        ("assessment", case["id"]),
    ]


async def test_a_repeated_key_assesses_once(world: World, case: Json) -> None:
    key = {"Idempotency_Key": "0f8fad5b-d9cb-469f-a165"}

    first = await world.caller().post(assessments_at(case), assessment(), **key)
    again = await world.caller().post(assessments_at(case), assessment(), **key)

    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len((await world.caller().read(assessments_at(case)))["items"]) == 1
