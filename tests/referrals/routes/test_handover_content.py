"""What is handed over: the sender writes it, the receiver reads what the basis covers, and no more."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
import time_machine

from contracts.events import cases
from tests.referrals.handovers import ALL, WORDS, case_covering, handed_over, kept_back, put, shown
from tests.referrals.world import BODIES, MONDAY, REASON, World, slug, wish_for

EVERYTHING = {"reason", *WORDS}
NEW = {"If_None_Match": "*"}


async def test_it_comes_with_the_request_and_both_read_it(world: World) -> None:
    _, path = await handed_over(world, *ALL)

    for sector in ("employment", "health"):
        read = await world.caller(sector).get(path)
        assert read.json()["shared"] == {"reason": REASON, **WORDS}
        assert (read.json()["notShared"], read.json()["handoverMissing"]) == ([], [])


@pytest.mark.parametrize(
    ("category", "sections"),
    [
        ("need", {"reason", "wantsFirst"}),
        ("plan", {"tried"}),
        ("notes", {"doNotAskAgain", "risks"}),
        ("contact", {"contactWishes"}),
    ],
)
async def test_the_receiver_is_shown_what_the_consent_names(world: World, category: str, sections: set[str]) -> None:
    _, path = await handed_over(world, category)

    received, sent = await world.caller("health").get(path), await world.caller("employment").get(path)

    assert shown(received) == sections
    assert kept_back(received) == dict.fromkeys(EVERYTHING - sections, "not-covered")
    assert received.json()["reason"] == (REASON if "reason" in sections else None)
    # The sender reads its own, and is told what the receiver is not shown.
    assert (shown(sent), kept_back(sent)) == (EVERYTHING, kept_back(received))
    assert not any(words in received.text for name, words in WORDS.items() if name not in sections)


async def test_a_consent_withdrawn_in_mid_referral_shows_nothing_and_stops_nothing(world: World) -> None:
    case, path = await handed_over(world, *ALL)
    health = world.caller("health")
    before = await health.get(path)
    await health.post(f"{path}/acceptance")
    await world.tell(case.id, cases.ConsentWithdrawnV1(consent_id=case.consent_id))

    after = await health.get(path)

    assert shown(before) == EVERYTHING
    assert (shown(after), after.json()["reason"]) == (set(), None)
    assert kept_back(after) == dict.fromkeys(EVERYTHING, "basis-withdrawn")
    # What exists is not missing: nobody is turned away because the citizen took a consent back.
    assert after.json()["handoverMissing"] == []
    assert (await health.post(f"{path}/first-contact", BODIES["first-contact"])).json()["state"] == "in-progress"


async def test_who_asks_whether_it_changed_is_told_that_it_did(world: World) -> None:
    """No step was taken, so the version is the same; what it shows is not."""
    case, path = await handed_over(world, *ALL)
    health = world.caller("health")
    tag = (await health.get(path)).headers["ETag"]
    health.headers["If-None-Match"] = tag
    assert (await health.get(path)).status_code == 304

    await world.tell(case.id, cases.ConsentWithdrawnV1(consent_id=case.consent_id))
    after = await health.get(path)

    assert (after.status_code, shown(after)) == (200, set())
    del health.headers["If-None-Match"]
    done = await health.post(f"{path}/acceptance", {}, If_Match=after.headers["ETag"])
    assert done.status_code == 200


async def test_a_consent_that_has_lapsed_shows_nothing(world: World) -> None:
    with time_machine.travel(MONDAY, tick=True):
        case = await case_covering(world, *ALL, valid_until=date(2026, 3, 3))
        seen = await world.referral(case=case, handover=WORDS)
    with time_machine.travel("2026-03-04T12:00:00Z", tick=True):
        read = await world.caller("health").get(f"/referrals/{seen['id']}")

    assert shown(read) == set()
    assert kept_back(read) == dict.fromkeys(EVERYTHING, "basis-ended")


async def test_a_consent_that_names_a_unit_is_read_in_that_unit(world: World) -> None:
    case = await case_covering(world, *ALL, to_unit="alkohol")
    asked = await world.caller("employment").post("/referrals", wish_for(case, toUnit="alkohol", handover=WORDS))
    path = f"/referrals/{asked.json()['id']}"

    inside = await world.caller("health", "health:alkohol").get(path)
    outside = await world.caller("health", "psykiatri").get(path)

    assert shown(inside) == EVERYTHING
    assert (shown(outside), set(kept_back(outside).values())) == (set(), {"not-covered"})


async def test_a_legal_basis_covers_what_it_is_for(world: World) -> None:
    case = await world.case()
    seen = await world.referral(case=case, handover=WORDS, consentId=None, legalBasis="rsl-11a-2")

    read = await world.caller("health").get(f"/referrals/{seen['id']}")

    assert shown(read) == {"reason", "wantsFirst", "contactWishes"}
    assert set(kept_back(read).values()) == {"not-covered"}


async def test_the_sender_completes_it_until_the_receipt(world: World) -> None:
    case = await case_covering(world, *ALL)
    seen = await world.referral("acceptance", case=case)
    employment, path = world.caller("employment"), f"/referrals/{seen['id']}"
    content = f"{path}/handover-content"
    assert (await employment.get(content)).status_code == 404
    assert (await employment.get(path)).json()["handoverMissing"] == ["wantsFirst"]

    made = await put(employment, content, {"wantsFirst": "Sove."}, **NEW)
    again = await put(employment, content, WORDS, If_Match=made.headers["ETag"])
    same = await put(employment, content, WORDS, If_Match=again.headers["ETag"])
    versions = (await world.caller("health").get(f"{content}/versions")).json()["items"]

    assert (made.status_code, made.headers["Location"]) == (201, f"/v1{content}")
    assert (again.status_code, again.json()["shared"]) == (200, {"reason": REASON, **WORDS})
    # What says nothing new makes no version.
    assert same.headers["ETag"] == again.headers["ETag"]
    assert [one["shared"]["wantsFirst"] for one in versions] == ["Sove om natten.", "Sove."]
    assert [one["version"] for one in versions] == [again.json()["version"], made.json()["version"]]
    assert made.json()["allowedActions"] == ["handover-content"]
    assert (await world.caller("health").get(content)).json()["allowedActions"] == []
    told = (await world.caller("health").get(f"{path}/history")).json()["items"]
    assert [step["action"] for step in told] == ["request", "acceptance", "handover-content", "handover-content"]

    await world.caller("health").post(f"{path}/handover-receipt", {"takesHolding": False})
    late = await put(employment, content, {"risks": "Ingen."}, If_Match=again.headers["ETag"])
    assert (late.status_code, slug(late)) == (409, "handover-already-received")
    assert "handover-content" not in (await employment.get(path)).json()["allowedActions"]


async def test_nobody_else_writes_it_and_nobody_unread(world: World) -> None:
    case, path = await handed_over(world, *ALL)
    content, employment = f"{path}/handover-content", world.caller("employment")

    answers = {
        "receiver": await put(world.caller("health"), content, WORDS, If_Match='"1"'),
        "stranger": await put(world.caller("social"), content, WORDS, If_Match='"1"'),
        "unread": await put(employment, content, WORDS),
        "stale": await put(employment, content, WORDS, If_Match='"7"'),
        "not the first": await put(employment, content, WORDS, **NEW),
    }
    assert {who: (answer.status_code, slug(answer)) for who, answer in answers.items()} == {
        "receiver": (403, "only-the-receiver".replace("receiver", "sender")),
        "stranger": (404, "not-found-or-not-yours"),
        "unread": (428, "precondition-required"),
        "stale": (412, "stale-version"),
        "not the first": (412, "stale-version"),
    }
    await employment.post(f"{path}/cancellation", BODIES["cancellation"])
    ended = await put(employment, content, {}, If_Match='"1"')
    assert (ended.status_code, slug(ended)) == (409, "invalid-transition")
    assert ended.json()["allowed"] == (await employment.get(path)).json()["allowedActions"]
    assert case.id


@pytest.mark.parametrize(
    "body",
    [
        {"wantsFirst": ""},
        {"wantsFirst": "x" * 4001},
        {"wantsFirst": 7},
        {"tried": "\x00"},
        {"risk": "misspelt"},
        {"reason": "another one"},
    ],
    ids=["empty", "too long", "a number", "a control", "misspelt", "the reason"],
)
async def test_hostile_content_is_refused_and_not_repeated(world: World, body: dict[str, Any]) -> None:
    _, path = await handed_over(world, *ALL)

    written = await put(world.caller("employment"), f"{path}/handover-content", body, If_Match='"1"')
    asked = await world.caller("employment").post("/referrals", wish_for(await world.case(), handover=body))

    assert (written.status_code, asked.status_code) == (400, 400)
    assert not any(isinstance(value, str) and len(value) > 3 and value in written.text for value in body.values())


async def test_a_redirection_carries_it_on_under_the_basis_of_the_new_receiver(world: World) -> None:
    case, path = await handed_over(world, "need", "plan", toUnit="alkohol")
    health = world.caller("health")
    sent_on = await health.post(f"{path}/redirection", {**BODIES["redirection"], "toUnit": "psykiatri"})

    onward = await health.get(f"/referrals/{sent_on.json()['successorId']}")

    assert sent_on.status_code == 201, sent_on.text
    assert shown(onward) == {"reason", "wantsFirst", "tried"}
    assert onward.json()["shared"]["tried"] == WORDS["tried"]
    # What the first receiver was not shown is not kept back from the next one: it did not come along.
    assert kept_back(onward) == {}
    assert case.id


async def test_who_sends_it_on_opens_nothing_by_naming_another_basis(world: World) -> None:
    _, path = await handed_over(world, "need")
    health = world.caller("health")
    to_a_colleague = {**BODIES["redirection"], "legalBasis": "fvl-28-2"}
    sent_on = await health.post(f"{path}/redirection", to_a_colleague)

    successor = f"/referrals/{sent_on.json()['successorId']}"
    received, sent = await health.get(successor), await world.caller("employment").get(successor)

    assert sent_on.status_code == 201, sent_on.text
    assert shown(received) == shown(sent) == {"reason", "wantsFirst"}
    assert (await health.get(f"{successor}/handover-content/versions")).json()["items"][0]["shared"]["risks"] is None
    assert not any(words in received.text for name, words in WORDS.items() if name != "wantsFirst")


async def withdrawn(world: World) -> str:
    case, path = await handed_over(world, *ALL, toUnit="alkohol")
    await world.tell(case.id, cases.ConsentWithdrawnV1(consent_id=case.consent_id))
    return path


async def never_covered(world: World) -> str:
    return (await handed_over(world, "plan", toUnit="alkohol"))[1]


async def for_another_unit(world: World) -> str:
    """Taken by a unit that the consent does not name, in the sector that is addressed."""
    case = await case_covering(world, *ALL, to_unit="alkohol")
    seen = await world.referral(case=case, handover=WORDS, toUnit="alkohol")
    path = f"/referrals/{seen['id']}"
    taken = await world.caller("health").post(f"{path}/acceptance", {"responsibleUnit": "distrikt"})
    assert taken.is_success, taken.text
    return path


@pytest.mark.parametrize("unread", [withdrawn, never_covered, for_another_unit])
async def test_who_may_not_read_the_request_does_not_send_it_on(
    world: World, unread: Callable[[World], Awaitable[str]]
) -> None:
    path = await unread(world)
    unit = world.caller("health", "distrikt" if unread is for_another_unit else "alkohol")
    before = (await unit.get(path)).json()

    onward = {**BODIES["redirection"], "legalBasis": "fvl-28-2"}
    to_a_colleague = await unit.post(f"{path}/redirection", onward)
    abroad = await unit.post(f"{path}/redirection", {**onward, "toAuthority": "R1084"})

    for refused in (to_a_colleague, abroad):
        assert (refused.status_code, slug(refused)) == (409, "sharing-basis-missing")
        assert refused.json()["fails"] == "request-not-covered"
    assert (await unit.get(path)).json() == before
    assert len((await world.caller("employment").get("/referrals", caseId=before["caseId"])).json()["items"]) == 1


async def test_what_is_handed_over_lies_sealed(world: World) -> None:
    from services.referrals.tables import handover_contents

    await handed_over(world, *ALL)
    async with world.database.transaction(world.authority) as tx:
        (row,) = await tx.all(handover_contents.select())
    kept = b"".join(value for value in row if isinstance(value, bytes))
    assert len(kept) > 200
    assert not any(words.encode() in kept for words in WORDS.values())


async def test_a_no_for_missing_information_needs_something_missing(world: World) -> None:
    _, path = await handed_over(world, *ALL)
    health, missing = world.caller("health"), {"reasonCode": "missing-information"}

    first = await health.post(f"{path}/rejection", missing)
    sent_on = await health.post(f"{path}/redirection", {**BODIES["redirection"], **missing})
    await health.post(f"{path}/questions", BODIES["questions"])
    second = await health.post(f"{path}/rejection", missing)
    bare = await world.referral("rejection")
    unwritten = await world.referral(case=await world.case())
    third = await health.post(f"/referrals/{unwritten['id']}/rejection", missing)

    assert (first.status_code, slug(first)) == (409, "nothing-is-missing")
    assert (sent_on.status_code, slug(sent_on)) == (409, "nothing-is-missing")
    assert second.json()["state"] == "rejected"
    assert (bare["state"], third.json()["state"]) == ("rejected", "rejected")


async def test_a_service_says_what_it_asks_for_from_a_day_on(world: World) -> None:
    keeper = world.caller(None, role="administrator")
    keeper.headers.pop("Access-Purpose")
    service: dict[str, Any] = {
        "id": "01a20038-0000-7000-8000-0000000a1c01",
        "name": "Alkoholrådgivningen",
        "status": "active",
        "helhed": {
            "sector": "health",
            "unit": "alkohol",
            "handoverRequires": [
                {"validFrom": "2026-01-01", "sections": ["risks", "contactWishes"]},
                {"validFrom": "2199-01-01", "sections": []},
            ],
        },
    }
    told = await put(keeper, f"/directory/services/{service['id']}", service, **NEW)
    assert told.status_code == 201, told.text

    case = await world.case()
    at_the_unit = await world.referral(case=case, toUnit="alkohol", handover={"risks": "Ingen."})
    elsewhere = await world.referral(toUnit="psykiatri")

    assert at_the_unit["handoverMissing"] == ["contactWishes"]
    assert elsewhere["handoverMissing"] == ["wantsFirst"]

    service["helhed"]["handoverRequires"] = [{"validFrom": "soon", "sections": ["shoe-size"]}]
    refused = await put(keeper, f"/directory/services/{service['id']}", service, If_Match='"1"')
    assert refused.status_code == 400


async def test_a_warm_handover_is_told_apart(world: World) -> None:
    warm = {**BODIES["first-contact"], "present": ["sending-sector", "companion"]}
    seen = await world.referral("acceptance", returnScope="dates-and-outcome")
    path, health = f"/referrals/{seen['id']}", world.caller("health")
    by_sender = await world.caller("employment").post(f"{path}/first-contact", warm)

    met = await health.post(f"{path}/first-contact", warm)
    alone = await world.referral("acceptance", "first-contact")

    assert (by_sender.status_code, slug(by_sender)) == (403, "only-the-receiver")
    assert (met.json()["firstContact"]["warm"], met.json()["firstContact"]["present"]) == (True, warm["present"])
    assert alone["firstContact"]["warm"] is False
    # Who was there is the receiving side's to read, even where the sender reads dates and outcome.
    assert (await world.caller("employment").get(path)).json()["firstContact"]["warm"] is None
