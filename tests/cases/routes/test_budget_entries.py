"""The budget over HTTP: a ledger that only grows and a ceiling that twenty writers at once do not pass."""

import asyncio
from typing import Any

import pytest

from tests.cases.recording import SUMMARY, allocation, involved, money, until_answered
from tests.cases.world import Json, World, agreed, slug, somewhere


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's."""
    return await world.case()


def entries(case: Json, entry_id: str = "") -> str:
    """The address of the ledger, or of one line."""
    return f"/cases/{case['id']}/budget/entries" + (f"/{entry_id}" if entry_id else "")


async def stands(world: World, case: Json) -> dict[str, Any]:
    """Where the budget stands, in short."""
    budget = await world.caller().read(f"/cases/{case['id']}/budget")
    return {name.removesuffix("Oere"): value for name, value in budget.items() if name.endswith("Oere")}


async def test_a_budget_without_entries_stands_at_nothing(world: World, case: Json) -> None:
    assert await world.caller().read(f"/cases/{case['id']}/budget") == {
        "caseId": case["id"],
        "allocatedOere": 0,
        "committedOere": 0,
        "spentOere": 0,
        "availableOere": 0,
        "ceilingOere": 0,
        "allowedActions": ["recordBudgetEntry"],
    }


async def test_an_entry_is_told_as_it_was_made(world: World, case: Json) -> None:
    anna = world.caller()
    told = allocation(5_000_000, purpose=SUMMARY, payingSector="social")

    answer = await anna.post(entries(case), told)

    made = answer.json()
    assert answer.status_code == 201, made
    assert answer.headers["Location"] == f"/v1{entries(case, made['id'])}"
    assert {name: made[name] for name in told} == told
    assert (made["sector"], made["recordedBy"], made["reversedBy"]) == ("employment", "anna", None)
    assert (made["version"], made["allowedActions"]) == (1, ["recordBudgetEntry"])
    assert await anna.read(entries(case, made["id"])) == made
    assert (await anna.read(entries(case)))["items"] == [made]


async def test_money_is_allocated_bound_spent_and_given_back(world: World, case: Json) -> None:
    anna = world.caller()
    await anna.does(entries(case), allocation(1000))
    bound = await anna.does(entries(case), money("commitment", 600))
    await anna.does(entries(case), money("expense", 250, commitmentId=bound["id"]))
    half_way = await stands(world, case)
    undoing = await anna.does(entries(case), money("reversal", reverses=bound["id"]))
    lines = (await anna.read(entries(case)))["items"]

    assert half_way == {"allocated": 1000, "committed": 350, "spent": 250, "available": 400, "ceiling": 1000}
    assert (undoing["amountOere"], undoing["payingSector"], undoing["purposeKind"]) == (350, "employment", "help")
    assert await stands(world, case) == half_way | {"committed": 0, "available": 750}
    assert [line["kind"] for line in lines] == ["allocation", "commitment", "expense", "reversal"]
    assert [line["reversedBy"] for line in lines] == [None, undoing["id"], None, None]
    assert [line["version"] for line in lines] == [1, 2, 1, 1]
    assert [bool(line["allowedActions"]) for line in lines] == [True, False, True, False]


async def test_each_refusal_of_the_budget_has_its_name_and_what_is_left(world: World, case: Json) -> None:
    anna = world.caller()
    given = await anna.does(entries(case), allocation(100))
    bound = await anna.does(entries(case), money("commitment", 70))
    spent = await anna.does(entries(case), money("expense", 10))
    await anna.does(entries(case), money("reversal", reverses=spent["id"]))

    beyond = await anna.post(entries(case), money("expense", 31))
    answers = [
        await anna.post(entries(case), body)
        for body in (
            money("reversal", reverses=given["id"]),
            money("expense", 1, commitmentId=somewhere()),
            money("expense", 1, commitmentId=given["id"]),
            money("reversal", reverses=somewhere()),
            money("reversal", reverses=spent["id"]),
            money("reversal", reverses=bound["id"], amountOere=69),
            money("expense", 1, payingSector="culture"),
        )
    ]

    assert (beyond.status_code, slug(beyond), beyond.json()["availableOere"]) == (409, "budget-ceiling-reached", 30)
    assert [(answer.status_code, slug(answer)) for answer in answers] == [
        (409, "budget-ceiling-reached"),
        (409, "commitment-unknown"),
        (409, "commitment-unknown"),
        (409, "nothing-to-reverse"),
        (409, "already-reversed"),
        (409, "reversal-differs"),
        (400, "unknown-sector"),
    ]
    assert answers[5].json()["amountOere"] == 70


@pytest.mark.parametrize(
    "wrong",
    [
        {"amountOere": 0},
        {"amountOere": -1},
        {"amountOere": 1.5},
        {"amountOere": "100"},
        {"amountOere": True},
        {"amountOere": 10**12},
        {"amountOere": None},
        {"payingSector": None},
        {"purposeKind": None},
        {"purposeKind": "control"},
        {"kind": "payment"},
        {"kind": "reversal"},
        {"reverses": "01a20038-0000-7000-8000-00000000f00d"},
        {"kind": "allocation", "commitmentId": "01a20038-0000-7000-8000-00000000f00d"},
        {"currency": "DKK"},
    ],
    ids=str,
)
async def test_what_does_not_fit_is_refused(world: World, case: Json, wrong: Json) -> None:
    answer = await world.caller().post(entries(case), money("commitment", 100) | wrong)

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")


async def test_who_may_not_and_what_is_not_there(world: World, case: Json) -> None:
    anna = world.caller()
    made = await anna.does(entries(case), allocation(100))
    other = await world.case()
    await world.referred(case, "requested", to="social")
    stranger, receiving = world.caller("health"), world.caller("social")

    answers = [
        await stranger.post(entries(case), allocation(1)),
        await stranger.get(entries(case)),
        await stranger.get(f"/cases/{case['id']}/budget"),
        await world.caller(authority="0999").get(entries(case, made["id"])),
        await anna.get(entries(other, made["id"])),
        await anna.get(entries(case, somewhere())),
        await receiving.post(entries(case), allocation(1)),
    ]
    await anna.does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})
    late = await anna.post(entries(case), allocation(1))

    assert [answer.status_code for answer in answers] == [404] * 6 + [403]
    assert slug(late) == "case-closed"


async def test_a_sector_sees_what_it_entered_or_pays_and_the_totals_of_all(world: World) -> None:
    case, anna, bodil = await involved(world)
    own = await anna.does(entries(case), allocation(100))
    paid = await anna.does(entries(case), allocation(50, payingSector="health"))

    walled, hidden = await bodil.read(entries(case)), await bodil.get(entries(case, own["id"]))
    totals = await bodil.read(f"/cases/{case['id']}/budget")
    await anna.does(f"/cases/{case['id']}/consents", agreed(dataCategories=["budget"]))
    opened = await bodil.read(entries(case))

    assert ([line["id"] for line in walled["items"]], walled["hidden"]) == ([paid["id"]], 1)
    assert (hidden.status_code, totals["allocatedOere"]) == (404, 150)
    assert ([line["id"] for line in opened["items"]], opened["hidden"]) == ([own["id"], paid["id"]], 0)


async def test_another_sector_neither_settles_nor_undoes_what_it_does_not_pay(world: World) -> None:
    case, anna, bodil = await involved(world, covering=("budget",))
    await anna.does(entries(case), allocation(100))
    bound = await anna.does(entries(case), money("commitment", 50))

    settled = await bodil.post(entries(case), money("expense", 10, commitmentId=bound["id"]))
    undone = await bodil.post(entries(case), money("reversal", reverses=bound["id"]))

    assert (slug(settled), slug(undone)) == ("commitment-unknown", "nothing-to-reverse")


async def test_twenty_at_once_do_not_pass_the_ceiling(world: World, case: Json) -> None:
    """Of twenty who ask for 300 each where 2,000 are left, six are let in: whoever they are, and never a seventh."""
    await world.caller().does(entries(case), allocation(2_000))
    callers = [world.caller(subject=f"anna{n}") for n in range(20)]

    answers = await asyncio.gather(
        *(
            until_answered(caller, entries(case), money("commitment" if n % 2 else "expense", 300))
            for n, caller in enumerate(callers)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [201] * 6 + [409] * 14
    assert {slug(answer) for answer in answers if answer.status_code == 409} == {"budget-ceiling-reached"}
    budget = await stands(world, case)
    assert (budget["committed"] + budget["spent"], budget["available"]) == (1_800, 200)
    assert len((await world.caller().read(entries(case)))["items"]) == 7


async def test_every_look_at_the_budget_is_logged(world: World, case: Json) -> None:
    anna = world.caller()
    made = await anna.does(entries(case), allocation(100))
    await anna.read(f"/cases/{case['id']}/budget")
    await anna.read(entries(case))
    await anna.read(entries(case, made["id"]))

    assert [look.what for look in await world.looked()] == ["budget", "budget-entries", "budget-entry"]
