"""A case that is read only because of a referral: the citizen is told as far as the referral's basis covers them."""

from typing import Any

import httpx2
import pytest

from tests.cases.world import NAME, PHONE, SAFE_TO_CALL, Caller, Json, World, agreed, somewhere

ALCOHOL = "health:alkohol"
WORDS = (NAME, PHONE, SAFE_TO_CALL, "substance-use", "housing", "27.03")


def citizen() -> Json:
    """Somebody with a telephone that is not always safe."""
    reach = {"phone": PHONE, "safeToCall": SAFE_TO_CALL, "language": "pl"}
    return {"identifiers": [{"system": "journal", "value": somewhere()}], "name": NAME, "contact": reach}


async def referred(world: World, *steps: str, **consent: Any) -> tuple[Json, str, str]:
    """A case with two needs, the first referred to health on a consent; the referral, and the consent."""
    case = await world.case("substance-use", "housing", citizen=citizen(), kle="27.03")
    scope = {"dataCategories": ["need", "contact"], **consent}
    given = await world.caller().does(f"/cases/{case['id']}/consents", agreed(**scope))
    referral = await world.referred(case, *(steps or ("requested",)), told={"consent_id": given["id"]})
    return case, str(referral), given["id"]


async def withdrawn(world: World, *steps: str) -> tuple[Json, str]:
    """The same, and the citizen has taken the consent back."""
    case, referral, consent = await referred(world, *steps)
    await world.caller().does(f"/cases/{case['id']}/consents/{consent}/withdrawal")
    return case, referral


async def reads(caller: Caller, case: Json, referral: str) -> dict[str, httpx2.Response]:
    """Every way by which somebody may learn whom a referral is about."""
    path = f"/cases/{case['id']}"
    body = {"referrals": [{"id": referral}]}
    return {
        "case": await caller.get(path),
        "list": await caller.get("/cases"),
        "found": await caller.post("/cases/_search", {"caseNumber": case["caseNumber"]}),
        "needs": await caller.get(f"{path}/needs"),
        "cards": await caller.post("/contact-cards/_search", body),
    }


@pytest.mark.parametrize("steps", [("requested",), ("requested", "accepted")], ids=["asked", "after the yes"])
async def test_a_consent_that_is_taken_back_leaves_the_referral_and_nothing_of_the_citizen(
    world: World, steps: tuple[str, ...]
) -> None:
    case, referral = await withdrawn(world, *steps)

    for unit in ((ALCOHOL,), ("psykiatri",), ()):
        answers = await reads(world.caller("health", *unit), case, referral)
        assert [(name, word) for name, told in answers.items() for word in WORDS if word in told.text] == []

    one = answers["case"].json()
    assert (one["citizen"], one["displayName"], one["kle"]) == (
        {"identifiers": [], "name": None, "alias": None, "contact": None, "protectedUntil": None},
        None,
        None,
    )
    assert [(need["id"], need["domain"]) for need in one["needs"]] == [(case["needs"][0]["id"], None)]
    # Name, identifiers, contact, KLE, the domain of its own need, and the other need.
    assert one["hidden"] == 6
    assert answers["list"].json()["items"][0]["hidden"] == 3
    assert (len(answers["needs"].json()["items"]), answers["needs"].json()["hidden"]) == (1, 1)
    assert answers["cards"].json() == {"items": []}
    assert {item["needId"] for item in one["attention"]} <= {None, case["needs"][0]["id"]}


async def test_another_need_is_then_as_one_that_is_not_there(world: World) -> None:
    case, _ = await withdrawn(world)
    health, path = world.caller("health"), f"/cases/{case['id']}/needs"

    own, other, none = [
        (await health.get(f"{path}/{need}")) for need in (*[n["id"] for n in case["needs"]], somewhere())
    ]

    assert (own.status_code, own.json()["domain"]) == (200, None)
    assert (other.status_code, none.status_code) == (404, 404)
    assert other.json()["type"] == none.json()["type"]


async def test_while_it_stands_the_receiver_reads_what_it_covers_and_the_sender_everything(world: World) -> None:
    case, referral, _ = await referred(world)

    for caller in (world.caller("health"), world.caller()):
        one = (await reads(caller, case, referral))["case"].json()
        assert [word for word in WORDS if word not in str(one)] == []
        assert one["hidden"] == 0


@pytest.mark.parametrize(
    ("covers", "unread", "hidden"),
    [
        (["need"], [PHONE, SAFE_TO_CALL], 1),
        (["contact"], ["substance-use", "housing", "27.03"], 3),
        (["timeline"], [PHONE, SAFE_TO_CALL, "substance-use", "housing", "27.03"], 4),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) and " " not in "".join(value) else None,
)
async def test_of_the_citizen_the_case_shows_what_the_contact_card_does(
    world: World, covers: list[str], unread: list[str], hidden: int
) -> None:
    case, referral, _ = await referred(world, dataCategories=covers)

    answers = await reads(world.caller("health"), case, referral)

    assert [word for word in WORDS if word not in answers["case"].text] == unread
    assert answers["case"].json()["hidden"] == hidden
    (card,) = answers["cards"].json()["items"]
    assert (card["phone"] is None, card["needDomain"] is None) == (PHONE in unread, "substance-use" in unread)


async def test_a_consent_for_one_unit_tells_no_other(world: World) -> None:
    case, referral, _ = await referred(world, toUnit=ALCOHOL)

    told = {
        unit: (await reads(world.caller("health", unit), case, referral))["case"].json()["displayName"]
        for unit in (ALCOHOL, "psykiatri")
    }

    assert told == {ALCOHOL: NAME, "psykiatri": None}


async def test_on_a_provision_of_law_nothing_hangs_on_a_consent(world: World) -> None:
    case = await world.case("substance-use", citizen=citizen())
    given = await world.caller().does(f"/cases/{case['id']}/consents", agreed())
    referral = str(await world.referred(case, "requested", told={"legal_basis": "fvl-28-2"}))
    await world.caller().does(f"/cases/{case['id']}/consents/{given['id']}/withdrawal")

    answers = await reads(world.caller("health"), case, referral)

    assert (answers["case"].json()["displayName"], len(answers["cards"].json()["items"])) == (NAME, 1)


async def test_the_asker_is_not_believed_when_the_referral_has_said_what_it_rests_on(world: World) -> None:
    case, referral = await withdrawn(world)
    new = await world.caller().does(f"/cases/{case['id']}/consents", agreed(dataCategories=["contact"]))
    health = world.caller("health")

    found = await health.does("/contact-cards/_search", {"referrals": [{"id": referral, "consentId": new["id"]}]})

    assert found["items"] == []


async def test_of_a_referral_that_did_not_say_the_latest_consent_between_the_two_counts(world: World) -> None:
    case = await world.case("substance-use", citizen=citizen())
    referral, health = str(await world.referred(case, "requested")), world.caller("health")
    on_law = (await reads(health, case, referral))["case"].json()["displayName"]

    given = await world.caller().does(f"/cases/{case['id']}/consents", agreed())
    agreed_to = (await reads(health, case, referral))["case"].json()
    await world.caller().does(f"/cases/{case['id']}/consents/{given['id']}/withdrawal")
    after = await reads(health, case, referral)

    assert (on_law, agreed_to["displayName"], agreed_to["hidden"]) == (NAME, NAME, 1)
    assert (after["case"].json()["displayName"], after["cards"].json()["items"]) == (None, [])


async def test_what_a_release_has_moved_is_read_as_ones_own(world: World) -> None:
    case, referral = await withdrawn(world, "requested", "accepted", "contact", "receipt")
    health = world.caller("health")
    assert (await reads(health, case, referral))["case"].json()["displayName"] is None
    await world.caught(case, need=1, to="social", takes=False)

    assert (await world.release(case)).status_code == 201

    one = (await reads(health, case, referral))["case"].json()
    assert (one["displayName"], one["citizen"]["contact"]["phone"], one["hidden"]) == (NAME, PHONE, 0)


async def test_a_part_of_its_own_asks_for_no_referral(world: World) -> None:
    case, referral = await withdrawn(world)
    involved = {"sector": "health", "because": "daily-life", "legalBasis": "rsl-7"}
    answer = await world.caller().post(f"/cases/{case['id']}/involvements", involved)
    assert answer.status_code == 201, answer.text

    one = (await reads(world.caller("health"), case, referral))["case"].json()

    assert (one["displayName"], [need["domain"] for need in one["needs"]]) == (NAME, ["substance-use", "housing"])
