"""Criteria sets over HTTP: written by administrators, published for good, read by everybody."""

from datetime import timedelta
from typing import Any

import pytest

from chassis.clock import day_of, now
from tests.cases.criteria_examples import EXAMPLE, administrator, anybody, auditor, criteria_set, criterion, fact, leaf
from tests.cases.world import Json, World, fingerprint, slug, somewhere

SETS, PUBLIC = "/criteria-sets", "/public/criteria-sets"
FROM = {"validFrom": "2199-01-01"}


def day(later: int = 0) -> str:
    """Today, or so many days later."""
    return (day_of(now()) + timedelta(days=later)).isoformat()


async def published(world: World, valid_from: str, **changes: Any) -> Json:
    """A set of the authority's own, in force from a day."""
    ada = administrator(world)
    made = await ada.does(SETS, criteria_set(**changes))
    return await ada.does(f"{SETS}/{made['id']}/publication", {"validFrom": valid_from})


# -- writing -------------------------------------------------------------------------------------------------------


async def test_a_set_is_written_rewritten_and_published(world: World) -> None:
    ada = administrator(world)
    answer = await ada.post(SETS, criteria_set())
    made = answer.json()
    at = f"{SETS}/{made['id']}"

    changed = await ada.patch(at, {"rule": {"may": leaf("grown")}}, If_Match=answer.headers["ETag"])
    out = await ada.post(f"{at}/publication", FROM, If_Match=changed.headers["ETag"])

    assert (answer.status_code, answer.headers["Location"], answer.headers["ETag"]) == (201, f"/v1{at}", '"1"')
    assert (made["status"], made["edition"], made["shipped"], made["validFrom"]) == ("draft", 1, False, None)
    assert made["allowedActions"] == ["publishCriteriaSet", "updateCriteriaSet"]
    assert [one["needs"] for one in made["criteria"]] == [["age"], ["homeless"]]
    assert changed.json()["rule"] == made["rule"] | {"may": leaf("grown")}
    assert out.status_code == 200
    assert out.json() == changed.json() | {
        "status": "published",
        "validFrom": "2199-01-01",
        "publishedAt": out.json()["publishedAt"],
        "version": 3,
        "allowedActions": [],
    }
    assert await ada.read(at) == out.json()


async def test_editions_of_a_code_follow_one_another_to_the_day(world: World) -> None:
    today = await published(world, day())
    later = await published(world, day(20))
    between = await published(world, day(10))
    ada = administrator(world)

    editions = [await ada.read(f"{SETS}/{one['id']}") for one in (today, between, later)]

    assert [(one["edition"], one["validFrom"], one["validTo"]) for one in editions] == [
        (1, day(), day(9)),
        (3, day(10), day(19)),
        (2, day(20), None),
    ]
    assert between == editions[1]
    for offset, expected in ((0, 1), (9, 1), (10, 3), (19, 3), (20, 2), (999, 2)):
        in_force = await ada.read(SETS, code="local-support", inForceOn=day(offset))
        assert [one["edition"] for one in in_force["items"]] == [expected]


async def test_what_is_published_is_never_changed(world: World) -> None:
    made = await published(world, day())
    ada, at = administrator(world), f"{SETS}/{made['id']}"

    for where in (at, f"{SETS}/{EXAMPLE}"):
        version = (await ada.get(where)).headers["ETag"]
        refused = [
            await ada.patch(where, {"title": {"da": "Andet", "en": "Other"}}, If_Match=version),
            await ada.post(f"{where}/publication", FROM),
        ]
        assert [(one.status_code, slug(one)) for one in refused] == [(409, "criteria-set-published")] * 2
    assert await ada.read(at) == made


async def test_each_refusal_of_a_set_has_its_name(world: World) -> None:
    await published(world, day(5))
    ada = administrator(world)
    made = await ada.does(SETS, criteria_set())
    at = f"{SETS}/{made['id']}"

    refused = [
        await ada.post(SETS, criteria_set("helhedsorienteret-indsats-2022")),
        await ada.post(SETS, criteria_set(id=made["id"])),
        await ada.post(SETS, criteria_set(id=EXAMPLE)),
        await ada.post(f"{at}/publication", {"validFrom": day(-1)}),
        await ada.post(f"{at}/publication", {"validFrom": day(5)}),
        await ada.post(f"{at}/publication", FROM, If_Match='"7"'),
        await ada.patch(at, {}, If_Match='"7"'),
        await ada.patch(at, {}),
        await ada.post(f"{SETS}/{somewhere()}/publication", FROM),
        await ada.get(f"{SETS}/{somewhere()}"),
    ]

    assert [(one.status_code, slug(one)) for one in refused] == [
        (409, "criteria-code-taken"),
        (409, "already-exists"),
        (409, "already-exists"),
        (400, "publication-in-the-past"),
        (409, "criteria-day-taken"),
        (412, "stale-version"),
        (412, "stale-version"),
        (428, "precondition-required"),
        (404, "not-found-or-not-yours"),
        (404, "not-found-or-not-yours"),
    ]


async def test_everything_that_is_wrong_with_a_set_is_told_with_its_place(world: World) -> None:
    wrong = criterion("without-a-home", op="at-least", fact="homeless", value=1)
    body = criteria_set(
        facts=[fact("age", "age"), fact("homeless"), fact("income", "number")],
        criteria=[criterion("grown", op="at-least", fact="birthday", value=18), wrong],
    )

    answer = await administrator(world).post(SETS, body)

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/criteria/0/test/fact", "unknown-fact"),
        ("/criteria/1/test/op", "operation-does-not-fit"),
        ("/facts/0/code", "not-used"),
        ("/facts/2/code", "not-used"),
    ]
    assert "income" not in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"criteria": [criterion("grown", op="sum", of=[])]},
        {"criteria": [criterion("grown", op="is", fact="homeless", value=True, weight=2)]},
        {"facts": []},
        {"facts": [fact("age", "score")]},
        {"facts": [fact("age", "age", judgement="yes")]},
        {"title": None},
        {"title": {"da": "Kun dansk"}},
        {"source": {"label": {"da": "a", "en": "a"}, "status": "rumour", "reference": "-"}},
        {"rule": {"must": {"op": "one-of", "of": []}}},
        {"edition": 7},
    ],
    ids=lambda changes: str(changes)[:50],
)
async def test_what_is_not_in_the_language_is_refused_when_writing_and_rewriting(world: World, changes: Json) -> None:
    ada = administrator(world)
    made = await ada.does(SETS, criteria_set())

    written = await ada.post(SETS, criteria_set() | changes)
    rewritten = await ada.patch(f"{SETS}/{made['id']}", changes, If_Match='"1"')

    assert {(one.status_code, slug(one)) for one in (written, rewritten)} == {(400, "invalid-request")}
    assert await ada.read(f"{SETS}/{made['id']}") == made


async def test_a_deep_tree_is_refused_and_not_climbed(world: World) -> None:
    statement: Any = {"op": "is", "fact": "homeless", "value": True}
    for _ in range(26):
        statement = {"op": "not", "of": [statement]}
    deep = [criterion("grown", op="at-least", fact="age", value=18), criterion("without-a-home", **statement)]

    answer = await administrator(world).post(SETS, criteria_set(criteria=deep))

    assert answer.status_code == 400
    assert [one["code"] for one in answer.json()["errors"]] == ["too-deep", "not-used"]


# -- who may -------------------------------------------------------------------------------------------------------


async def test_only_administrators_write_and_see_drafts(world: World) -> None:
    made = await administrator(world).does(SETS, criteria_set())
    at = f"{SETS}/{made['id']}"
    others = [world.caller(), world.caller(role="team-lead"), world.caller(role="integration"), auditor(world)]

    for other in others:
        listed = (await other.read(SETS))["items"]
        assert EXAMPLE in [one["id"] for one in listed]
        assert made["id"] not in [one["id"] for one in listed]
        assert (await other.get(at)).status_code == 404
        refused = [
            await other.post(SETS, criteria_set()),
            await other.patch(at, {}, If_Match='"1"'),
            await other.post(f"{at}/publication", FROM),
        ]
        assert {(one.status_code, slug(one)) for one in refused} == {(403, "role-missing")}


async def test_the_sets_of_another_authority_are_as_if_they_were_not(world: World) -> None:
    made = await administrator(world).does(SETS, criteria_set())
    stranger = administrator(world, authority="CVR00000001")
    at, nowhere = f"{SETS}/{made['id']}", f"{SETS}/{somewhere()}"

    assert fingerprint(await stranger.get(at)) == fingerprint(await stranger.get(nowhere))
    assert (await stranger.patch(at, {}, If_Match='"1"')).status_code == 404
    assert (await stranger.post(f"{at}/publication", FROM)).status_code == 404
    assert {one["shipped"] for one in (await stranger.read(SETS))["items"]} == {True}


async def test_a_token_narrowed_to_reading_is_told_of_nothing_else(world: World) -> None:
    made = await administrator(world).does(SETS, criteria_set())

    narrow = administrator(world, scope="criteria:read")

    assert (await narrow.read(f"{SETS}/{made['id']}"))["allowedActions"] == []


# -- everybody -----------------------------------------------------------------------------------------------------


async def test_everybody_reads_the_example_in_danish_and_english_and_that_it_is_not_law(world: World) -> None:
    listed = await anybody(world).read(PUBLIC)
    example = next(one for one in listed["items"] if one["id"] == EXAMPLE)

    whole = await anybody(world).read(f"{PUBLIC}/{EXAMPLE}")

    assert example["source"]["label"] == {"da": "aftale 2022, ikke lov", "en": "agreement 2022, not law"}
    assert {name: whole[name] for name in example} == example
    for told in (*whole["facts"], *whole["criteria"]):
        assert told["text"]["da"] != told["text"]["en"]
    assert whole["allowedActions"] == []


async def test_everybody_reads_what_an_authority_has_published_and_no_draft(world: World) -> None:
    out = await published(world, day(3))
    draft = await administrator(world).does(SETS, criteria_set())
    who = anybody(world)

    named = (await who.read(PUBLIC, authority=world.authority))["items"]
    unnamed = (await who.read(PUBLIC))["items"]

    assert [(one["code"], one["shipped"]) for one in named] == [
        ("helhedsorienteret-indsats-2022", True),
        ("local-support", False),
    ]
    assert [one["shipped"] for one in unnamed] == [True]
    assert await who.read(f"{PUBLIC}/{out['id']}", authority=world.authority) == out
    assert (await who.get(f"{PUBLIC}/{out['id']}")).status_code == 404
    assert (await who.get(f"{PUBLIC}/{out['id']}", authority="CVR00000001")).status_code == 404
    assert (await who.get(f"{PUBLIC}/{draft['id']}", authority=world.authority)).status_code == 404
    assert (await who.get(PUBLIC, authority="0101' or true --")).status_code == 400


async def test_what_is_superseded_can_still_be_read(world: World) -> None:
    first = await published(world, day())
    await published(world, day(1))

    read = await anybody(world).read(f"{PUBLIC}/{first['id']}", authority=world.authority)

    assert (read["edition"], read["validTo"]) == (1, day())


async def test_the_list_is_turned_page_by_page(world: World) -> None:
    for edition in range(3):
        await published(world, day(edition))
    who, seen, cursor = anybody(world), [], None

    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = await who.read(PUBLIC, authority=world.authority, limit="2", **more)
        seen += [(one["code"], one["edition"]) for one in answer["items"]]
        cursor = answer["page"]["next"]
        if cursor is None:
            break

    assert seen == [("helhedsorienteret-indsats-2022", 1), *(("local-support", n) for n in (1, 2, 3))]
