"""A citizen answers: the life of a link, from the first mail scanner to the second submit."""

import asyncio
from uuid import uuid4

import pytest

from tests.surveys.town import Cases, Surveys, fingerprint, slug


@pytest.fixture
async def invited(surveys: Surveys, cases: Cases) -> dict[str, str]:
    """An invitation to the baseline, issued because a case opened."""
    await surveys.activate()
    (invitation,) = await surveys.invitations(await cases.open())
    return {name: str(invitation[name]) for name in ("id", "caseId")}


async def test_a_link_opens_the_questionnaire_and_says_who_will_see_the_answers(
    surveys: Surveys, invited: dict[str, str]
) -> None:
    """Without a login, in the language asked for."""
    opened = await surveys.open(await surveys.link(invited["id"]), language="en")

    survey = opened.json()
    assert opened.status_code == 201
    assert opened.headers["content-language"] == "en"
    assert "part of your case" in survey["purposeText"]
    assert survey["instrument"]["stem"] == "Over the last two weeks"
    assert survey["instrument"]["language"] == "en"
    assert [item["code"] for item in survey["instrument"]["items"]] == [
        "cheerful",
        "calm",
        "active",
        "rested",
        "interested",
    ]
    assert survey["instrument"]["items"][4]["options"][0] == {"value": 5, "label": "All of the time"}
    assert "World Health Organization" in survey["instrument"]["attribution"]


@pytest.mark.parametrize(
    ("accepted", "stem"),
    [("da", "I de sidste 2 uger"), ("en-GB,en;q=0.9", "Over the last two weeks"), ("fr", "I de sidste 2 uger")],
)
async def test_without_a_language_the_device_is_asked(
    surveys: Surveys, invited: dict[str, str], accepted: str, stem: str
) -> None:
    """Danish unless English comes first."""
    token = await surveys.link(invited["id"])

    opened = await surveys.post("/survey-sessions", {"token": token}, **{"Accept-Language": accepted})

    assert opened.json()["instrument"]["stem"] == stem


async def test_scanners_may_open_a_link_five_times_and_the_citizen_still_answers(
    surveys: Surveys, invited: dict[str, str]
) -> None:
    """Opening burns nothing; each opening is a sitting of its own."""
    token = await surveys.link(invited["id"])

    sittings = [await surveys.sitting(token) for _ in range(5)]
    answered = await surveys.submit(sittings[2])

    assert len(set(sittings)) == 5
    assert answered.status_code == 201
    assert set(answered.json()) == {"receiptId", "submittedAt"}


async def test_the_server_scores(surveys: Surveys, invited: dict[str, str]) -> None:
    """5 + 4 + 3 + 2 + 1, times four."""
    await surveys.submit(await surveys.sitting(await surveys.link(invited["id"])), (5, 4, 3, 2, 1))

    scores = (await surveys.get(f"/cases/{invited['caseId']}/scores", surveys.worker())).json()["items"]
    (invitation,) = await surveys.invitations(invited["caseId"])
    assert [score["score"] for score in scores] == [60]
    assert scores[0]["wave"] == "baseline"
    assert scores[0]["instrument"] == "who5"
    assert scores[0]["version"] == "1998"
    assert scores[0]["language"] == "da"
    assert invitation["state"] == "submitted"
    assert invitation["submittedAt"] == scores[0]["submittedAt"]


async def test_an_item_left_out_is_taken_and_gives_no_score(surveys: Surveys, invited: dict[str, str]) -> None:
    """Skipping a question is the respondent's right; inventing the answer is not ours."""
    answered = await surveys.submit(await surveys.sitting(await surveys.link(invited["id"])), (5, 5, 5, 5))

    scores = (await surveys.get(f"/cases/{invited['caseId']}/scores", surveys.worker())).json()["items"]
    assert answered.status_code == 201
    assert [score["score"] for score in scores] == [None]


async def test_an_answer_uses_up_the_link_and_every_sitting(surveys: Surveys, invited: dict[str, str]) -> None:
    """Also the sittings opened before it."""
    token = await surveys.link(invited["id"])
    first, second = await surveys.sitting(token), await surveys.sitting(token)
    await surveys.submit(first)

    again = [await surveys.submit(first), await surveys.submit(second), await surveys.open(token)]

    assert [(answer.status_code, slug(answer)) for answer in again] == [(404, "link-not-usable")] * 3


async def test_a_repeated_submit_gets_the_same_receipt(surveys: Surveys, invited: dict[str, str]) -> None:
    """A telephone that lost the answer asks again and is told the same."""
    sitting, key = await surveys.sitting(await surveys.link(invited["id"])), str(uuid4())

    first = await surveys.submit(sitting, key=key)
    repeated = await surveys.submit(sitting, key=key)

    assert repeated.status_code == 201
    assert repeated.json() == first.json()
    assert repeated.headers["idempotent-replayed"] == "true"


async def test_the_same_key_with_other_answers_is_refused(surveys: Surveys, invited: dict[str, str]) -> None:
    """A receipt for something that was not received would be worse than an error."""
    sitting, key = await surveys.sitting(await surveys.link(invited["id"])), str(uuid4())
    await surveys.submit(sitting, (5, 5, 5, 5, 5), key=key)

    changed = await surveys.submit(sitting, (0, 0, 0, 0, 0), key=key)

    assert changed.status_code == 422


async def test_of_two_who_submit_at_once_one_is_heard(surveys: Surveys, invited: dict[str, str]) -> None:
    """Two tabs, two keys, one response."""
    token = await surveys.link(invited["id"])
    sittings = [await surveys.sitting(token) for _ in range(2)]

    answers = await asyncio.gather(*(surveys.submit(sitting) for sitting in sittings))

    scores = (await surveys.get(f"/cases/{invited['caseId']}/scores", surveys.worker())).json()["items"]
    assert sorted(answer.status_code for answer in answers) == [201, 404]
    assert len(scores) == 1


async def test_a_submit_without_a_key_is_refused(surveys: Surveys, invited: dict[str, str]) -> None:
    """It would not be repeatable."""
    body = {"sessionToken": "x", "answers": [{"item": "calm", "value": 1}]}

    answer = await surveys.client.post("/v1/survey-responses", json=body)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "idempotency-key-required")


# -- links that cannot be used ---------------------------------------------------------------------


async def test_a_replaced_link_is_dead_and_its_open_sitting_may_finish(
    surveys: Surveys, invited: dict[str, str]
) -> None:
    """A reminder must not throw out somebody who is just answering."""
    old = await surveys.link(invited["id"])
    sitting = await surveys.sitting(old)
    new = await surveys.link(invited["id"])

    by_old, by_new = await surveys.open(old), await surveys.open(new)

    assert (by_old.status_code, by_new.status_code) == (404, 201)
    assert (await surveys.submit(sitting)).status_code == 201


async def test_a_revoked_invitation_takes_link_and_sittings_with_it(surveys: Surveys, invited: dict[str, str]) -> None:
    """Whoever got the letter by mistake gets nothing."""
    token = await surveys.link(invited["id"])
    sitting = await surveys.sitting(token)
    revoked = await surveys.post(f"/invitations/{invited['id']}/revocation", by=surveys.worker())

    refused = [await surveys.open(token), await surveys.submit(sitting)]

    assert revoked.json()["state"] == "revoked"
    assert [answer.status_code for answer in refused] == [404, 404]


async def test_all_links_that_cannot_be_used_are_answered_alike(surveys: Surveys, invited: dict[str, str]) -> None:
    """Unknown, malformed, of another authority, replaced, used: byte for byte the same, but for the trace id."""
    replaced = await surveys.link(invited["id"])
    used = await surveys.link(invited["id"])
    await surveys.submit(await surveys.sitting(used))
    secret = used.partition(".")[2]

    answers = [
        await surveys.open(token)
        for token in (
            replaced,
            used,
            f"{surveys.authority}.{'x' * 43}",
            f"0101.{secret}",
            f"public.{secret}",
            "not a token",
            secret,
        )
    ]

    assert {slug(answer) for answer in answers} == {"link-not-usable"}
    assert len({fingerprint(answer) for answer in answers}) == 1


async def test_a_link_is_no_session_and_a_session_no_link(surveys: Surveys, invited: dict[str, str]) -> None:
    """Each opens one door."""
    link = await surveys.link(invited["id"])
    sitting = await surveys.sitting(link)

    assert (await surveys.submit(link)).status_code == 404
    assert (await surveys.open(sitting)).status_code == 404


async def test_a_language_that_does_not_ship_is_refused_only_to_who_holds_a_link(
    surveys: Surveys, invited: dict[str, str]
) -> None:
    """Otherwise the refusal would tell which links are real."""
    real = await surveys.open(await surveys.link(invited["id"]), language="fr")
    guessed = await surveys.open(f"{surveys.authority}.{'x' * 43}", language="fr")

    assert (real.status_code, slug(real)) == (400, "language-not-available")
    assert real.json()["languages"] == ["da", "en"]
    assert (guessed.status_code, slug(guessed)) == (404, "link-not-usable")


# -- hostile bodies ----------------------------------------------------------------------------------


async def test_all_faults_in_the_answers_are_told_at_once_and_use_nothing_up(
    surveys: Surveys, invited: dict[str, str]
) -> None:
    """The respondent corrects them and is heard."""
    sitting = await surveys.sitting(await surveys.link(invited["id"]))
    answers = [
        {"item": "calm", "value": 6},
        {"item": "happy", "value": 1},
        {"item": "calm", "value": 1},
        {"item": "rested", "value": -1},
    ]

    refused = await surveys.post("/survey-responses", {"sessionToken": sitting, "answers": answers})

    assert refused.status_code == 400
    assert [(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]] == [
        ("/answers/0/item", "repeated-item"),
        ("/answers/0/value", "value-out-of-range"),
        ("/answers/1/item", "unknown-item"),
        ("/answers/2/item", "repeated-item"),
        ("/answers/3/value", "value-out-of-range"),
    ]
    assert (await surveys.submit(sitting)).status_code == 201


@pytest.mark.parametrize(
    "answers",
    [
        [],
        None,
        "calm",
        {"calm": 5},
        [{"item": "calm"}],
        [{"item": "calm", "value": "5"}],
        [{"item": "calm", "value": True}],
        [{"item": "calm", "value": 5.0}],
        [{"item": "calm", "value": None}],
        [{"item": "calm", "value": 10**400}],
        [{"item": "calm", "value": 5, "score": 100}],
        [{"item": "", "value": 5}],
        [{"item": "ca\u0000lm", "value": 5}],
        [{"item": "x" * 201, "value": 5}],
        [{"item": f"item-{number}", "value": 5} for number in range(201)],
    ],
)
async def test_answers_of_the_wrong_shape_are_refused(
    surveys: Surveys, invited: dict[str, str], answers: object
) -> None:
    """Never a 500, never taken, and what was sent is not repeated."""
    sitting = await surveys.sitting(await surveys.link(invited["id"]))

    refused = await surveys.post("/survey-responses", {"sessionToken": sitting, "answers": answers})

    assert refused.status_code == 400
    assert sitting not in refused.text
    assert (await surveys.submit(sitting)).status_code == 201


@pytest.mark.parametrize(
    "body",
    [{}, {"token": 5}, {"token": None}, {"token": ""}, {"token": "x" * 201}, {"token": "a\u0000b"}, {"tokn": "x"}, []],
)
async def test_an_opening_of_the_wrong_shape_is_refused(surveys: Surveys, body: object) -> None:
    """As everywhere."""
    refused = await surveys.client.post("/v1/survey-sessions", json=body)

    assert refused.status_code == 400
