"""Reports over HTTP, counted by hand: how far, how long, why not, and who is told."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chassis.ids import new_id
from services.referrals.domain.codes import DeclineCode, FailureCode
from tests.referrals.counted import Written, many, write
from tests.referrals.dated import it_is
from tests.referrals.world import Caller, World, slug

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
MET = ("acceptance", "first-contact")
CAUGHT = (*MET, "handover-receipt")


def lead(world: World, sector: str = "health") -> Caller:
    return world.caller(sector, role="team-lead")


def quality(world: World, role: str) -> Caller:
    caller = world.caller(None, role=role)
    return replace(caller, headers={**caller.headers, "Access-Purpose": "quality-control"})


async def rows(caller: Caller, report: str, **asked: str) -> list[dict[str, Any]]:
    answer = await caller.get(f"/referral-reports/{report}", **{**MARCH, **asked})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def pick(row: dict[str, Any], *names: str) -> list[Any]:
    return [row[name] for name in names]


def a_month() -> list[Written]:
    """Sixty-four citizens whom health was asked to help in March."""
    return [
        *many(20, *CAUGHT),
        *many(6, *CAUGHT, "completion", code="help-given"),
        *many(5, *MET, days=4),
        *many(7, "acceptance"),
        *many(5, "acceptance", "failure", code="citizen-not-reached"),
        *many(6, "rejection", code="no-capacity"),
        *many(5, "rejection", code="not-in-target-group"),
        *many(5, "cancellation"),
        *many(5),
    ]


async def test_the_funnel_by_hand(world: World) -> None:
    await write(world, a_month())

    (row,) = await rows(lead(world), "funnel")

    assert pick(row, "month", "followedTo", "sector", "unit", "sender", "others") == [
        *("2026-03", "2026-04-30", "health"),
        *(None, None, False),
    ]
    assert pick(row, "requested", "firstAsked", "sentHere") == [64, 64, 0]
    assert pick(row, "accepted", "contactHeld", "caught", "completed") == [43, 31, 26, 6]
    assert pick(row, "declined", "rejected", "redirected") == [11, 11, 0]
    assert pick(row, "failed", "failedBeforeContact", "failedAfterContact", "cancelled", "enteredInError") == [
        *(5, 5, 0),
        *(5, 0),
    ]
    assert pick(row, "stillOpen", "unanswered", "awaitingContact", "inContact", "withReceiver") == [37, 5, 7, 5, 20]


async def test_a_chain_is_one_request_to_each_and_one_of_the_citizen(world: World) -> None:
    first = many(6, "rejection", "redirection", days=2, code="wrong-service", unit="alkohol")
    for one in first:
        one.steps = {"redirection": 2, "rejection": 2}
    onward = [Written(dict.fromkeys(CAUGHT, 9), case_id=one.case_id, need_id=one.need_id) for one in first]
    alone = many(9, *CAUGHT)
    await write(world, [*first, *onward, *alone], sent_on=zip(first, onward, strict=True))

    (row,) = await rows(lead(world), "funnel")

    assert pick(row, "requested", "firstAsked", "sentHere", "redirected", "caught") == [21, 15, 6, 6, 15]


async def test_every_reason_has_its_row_and_small_ones_no_number(world: World) -> None:
    await write(world, [*a_month(), *many(2, "rejection", code="other"), *many(3, "rejection", code="duplicate")])

    found = await rows(lead(world), "declines")

    declined = {row["code"]: row["n"] for row in found if (row["ending"], row["after"]) == ("declined", None)}
    assert set(declined) == {None, *DeclineCode}
    assert declined[None] == 16
    # Two and three hidden together are five: what they are cannot be said, and need not cost the others their number.
    assert pick(declined, "no-capacity", "not-in-target-group", "other", "duplicate", "wrong-service") == [
        *(6, 5),
        *("<5", "<5"),
        0,
    ]
    failed = {row["code"]: row["n"] for row in found if (row["ending"], row["after"]) == ("failed", "accepted")}
    assert set(failed) == {None, *FailureCode}
    assert pick(failed, "citizen-not-reached", "no-capacity") == [5, 0]


async def test_no_capacity_has_its_row_in_a_month_without_anybody(world: World) -> None:
    found = await rows(quality(world, "auditor"), "declines", **{"from": "2026-02-01"})

    named = {(row["month"], row["sector"], row["n"]) for row in found if row["code"] == "not-in-target-group"}
    assert named == {(f"2026-0{m}", sector, 0) for m in (2, 3) for sector in ("employment", "health", "social")}


def waits(days: Iterable[int], step: str) -> list[Written]:
    before = {} if step == "acceptance" else {"acceptance": 0}
    return [Written({**before, step: day}, approached=10) for day in days]


async def test_waiting_times_by_hand(world: World) -> None:
    """Ten were answered, on days 0 to 9, and six still wait; two were declined.

    Of sixteen, half are the first eight: within seven days. Nine in ten are the first fifteen, and there were not so
    many. From the approach it is ten days more.
    """
    await write(world, [*waits(range(10), "acceptance"), *many(6, approached=10), *many(5, "rejection", code="other")])

    told = {(row["until"], row["since"]): row for row in await rows(lead(world), "waiting-times")}

    names = ("n", "reached", "stillWaiting", "fellOut", "median", "p90")
    assert pick(told["acceptance", "request"], *names) == [16, 10, 6, 5, 7, None]
    assert pick(told["acceptance", "approach"], *names) == [16, 10, 6, 5, 17, None]
    assert pick(told["first-contact", "request"], *names) == [16, 0, 16, 5, None, None]


async def test_a_ninetieth_percentile_is_told_when_nine_in_ten_were_reached(world: World) -> None:
    """Fifty-four were met, one a day; six wait. The fifty-fourth of sixty is the ninetieth percentile."""
    await write(world, [*waits([d % 27 for d in range(54)], "first-contact"), *many(6, "acceptance", days=0)])

    told = {(row["until"], row["since"]): row for row in await rows(lead(world), "waiting-times")}

    assert pick(told["first-contact", "request"], "n", "median", "p90") == [60, 14, 26]
    assert pick(told["acceptance", "request"], "n", "median", "p90") == [60, 0, 0]


async def test_few_are_told_nothing_of_how_long(world: World) -> None:
    await write(world, waits([1, 2, 3, 4], "acceptance"))

    assert {(row["n"], row["median"], row["p90"]) for row in await rows(lead(world), "waiting-times")} == {
        (None, None, None)
    }
    (row,) = await rows(lead(world), "funnel")
    assert pick(row, "requested", "accepted", "unanswered", "declined") == ["<5", None, None, None]


async def test_five_requests_of_one_citizen_are_one_citizen(world: World) -> None:
    anna = new_id()
    await write(world, [Written(case_id=anna) for _ in range(7)])

    assert (await rows(lead(world), "funnel"))[0]["requested"] == "<5"


async def test_by_unit_the_small_ones_are_told_together(world: World) -> None:
    await write(
        world,
        [
            *many(12, *CAUGHT, unit="alkohol"),
            *many(9, *CAUGHT, unit="health:alkohol"),
            *many(6, *CAUGHT, unit="psykiatri"),
            *many(3, *CAUGHT, unit="smerte"),
            *many(2, *CAUGHT),
        ],
    )

    found = await rows(lead(world), "funnel", by="unit")
    waited = await rows(lead(world), "waiting-times", by="unit")

    assert [pick(row, "unit", "others", "requested", "caught") for row in found] == [
        ["alkohol", False, 21, 21],
        ["psykiatri", False, 6, 6],
        [None, True, 5, 5],
    ]
    assert {(row["unit"], row["n"], row["median"]) for row in waited if row["until"] == "acceptance"} == {
        ("alkohol", 21, 3),
        ("psykiatri", 6, 3),
        (None, 5, None),
    }


async def test_by_service(world: World) -> None:
    course, group = sorted((new_id(), new_id()))
    await write(world, [*many(7, *CAUGHT, service=course), *many(6, service=group), *many(5, "acceptance")])

    found = await rows(lead(world), "funnel", by="service")

    assert [pick(row, "serviceId", "unit", "requested", "accepted") for row in found] == [
        [None, None, 5, 5],
        [str(course), None, 7, 7],
        [str(group), None, 6, 0],
    ]


async def test_one_small_number_of_one_service_does_not_silence_all(world: World) -> None:
    first, second, third = sorted((new_id(), new_id(), new_id()))
    refused = {first: 40, second: 20, third: 2}
    await write(world, [one for s in refused for one in many(30, *CAUGHT, service=s)])
    await write(world, [one for s, n in refused.items() for one in many(n, "rejection", code="no-capacity", service=s)])

    told = await rows(lead(world), "funnel", by="service")
    waited = await rows(lead(world), "waiting-times", by="service")
    declined = await rows(lead(world), "declines", by="service")

    assert [pick(row, "serviceId", "requested", "accepted", "caught", "declined") for row in told] == [
        [str(first), 70, 30, 30, 40],
        [str(second), None, 30, 30, None],
        [str(third), None, 30, 30, None],
    ]
    assert {(row["serviceId"], row["n"], row["median"], row["p90"]) for row in waited} == {
        (str(service), 30, 3, 3) for service in refused
    }
    assert [row["n"] for row in declined if row["code"] == "no-capacity" and row["ending"] == "declined"] == [
        40,
        None,
        None,
    ]


async def test_another_authoritys_sector_is_not_our_own(world: World) -> None:
    """The region's health was asked too: that is the region's, told to the sender and to who sees to quality here."""
    await write(world, [*many(7, *CAUGHT), *many(9, *CAUGHT, authority="R1084")])

    (own,) = await rows(lead(world), "funnel")
    assert pick(own, "authority", "requested") == [None, 7]
    for caller, asked in ((lead(world, "employment"), {"by": "sender"}), (quality(world, "auditor"), {})):
        told = [pick(row, "sector", "authority", "requested") for row in await rows(caller, "funnel", **asked)]
        assert [row for row in told if row[2]] == [["health", None, 7], ["health", "R1084", 9]]
    waited = await rows(quality(world, "auditor"), "waiting-times")
    assert {row["n"] for row in waited if row["authority"] == "R1084"} == {9}


async def test_a_lead_is_told_of_the_own_side(world: World) -> None:
    await write(
        world,
        [
            *many(7, *CAUGHT),
            *many(8, *CAUGHT, sender="social"),
            *many(9, *CAUGHT, to_sector="social"),
            *many(6, *CAUGHT, to_sector="employment", sender="social"),
        ],
    )

    def got(found: list[dict[str, Any]]) -> dict[tuple[str, str | None], Any]:
        return {(row["sector"], row["sender"]): row["requested"] for row in found if row["requested"]}

    every = {"by": "sender"}
    assert got(await rows(lead(world), "funnel")) == {("health", None): 15}
    assert got(await rows(lead(world, "employment"), "funnel")) == {("employment", None): 6}
    assert got(await rows(lead(world), "funnel", **every)) == {("health", "employment"): 7, ("health", "social"): 8}
    assert got(await rows(lead(world, "employment"), "funnel", **every)) == {
        ("health", "employment"): 7,
        ("social", "employment"): 9,
        ("employment", "social"): 6,
    }
    for role in ("auditor", "administrator"):
        everything = await rows(quality(world, role), "funnel")
        assert got(everything) == {("health", None): 15, ("social", None): 9, ("employment", None): 6}
    assert await rows(world.caller(None, role="team-lead"), "funnel") == []


async def test_where_the_citizen_keeps_the_way_back_a_count_tells_the_sender_the_answer(world: World) -> None:
    await write(world, [*many(7, *CAUGHT), *many(1, *CAUGHT, scope="none"), *many(9, *CAUGHT, sender="social")])

    found = {row["sender"]: row for row in await rows(lead(world, "employment"), "funnel", by="sender")}
    waited = await rows(lead(world, "employment"), "waiting-times", by="sender")

    assert pick(found["employment"], "requested", "accepted", "contactHeld", "caught") == [8, 8, None, None]
    assert {row["n"] for row in waited if row["until"] == "first-contact"} == {None}
    assert (await rows(lead(world), "funnel"))[0]["caught"] == 17


async def test_no_caseworker_and_no_system_is_told_counts(world: World) -> None:
    for role in ("caseworker", "integration"):
        for report in ("funnel", "waiting-times", "declines", "ping-pong"):
            answer = await world.caller("health", role=role).get(f"/referral-reports/{report}", **MARCH)
            assert (answer.status_code, slug(answer)) == (403, "role-missing")


@pytest.mark.parametrize(
    ("on", "to", "told"), [("2026-05-01", "2026-03-31", "2026-03-31"), ("2026-04-30", "2026-03-31", "2026-02-28")]
)
async def test_a_month_is_told_when_the_month_after_is_over(world: World, on: str, to: str, told: str) -> None:
    with it_is(date.fromisoformat(on)):
        answer = await lead(world).get("/referral-reports/funnel", **{"from": "2026-02-17", "to": to})

    report = answer.json()
    assert (report["from"], report["completeTo"]) == ("2026-02-01", told)
    assert [row["month"] for row in report["rows"]] == (["2026-02", "2026-03"] if told > "2026-03" else ["2026-02"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "2020-01-01", "to": "2026-03-01"},
        {"from": "2026-03-02"},
        {"from": "yesterday", "to": "2026-03-01"},
        {**MARCH, "by": "employee"},
        {**MARCH, "claimedBy": "carl"},
    ],
    ids=lambda wrong: "-".join(wrong) + wrong.get("from", ""),
)
async def test_a_question_that_makes_no_sense_is_refused(world: World, wrong: dict[str, str]) -> None:
    answer = await lead(world).get("/referral-reports/waiting-times", **wrong)

    assert answer.status_code == 400, answer.text


async def test_an_answer_says_what_its_numbers_mean(world: World) -> None:
    for report in ("funnel", "waiting-times", "declines", "ping-pong"):
        answer = (await lead(world).get(f"/referral-reports/{report}", **MARCH)).json()
        assert len(answer["definitions"]) >= 3
        assert all(one["labels"].keys() == {"da", "en"} for one in answer["definitions"])
