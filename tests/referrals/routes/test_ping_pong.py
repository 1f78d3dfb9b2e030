"""Two needs, each declined because of the other: who is told of whom, and how many they are."""

from datetime import date
from typing import Any

from sqlalchemy import select

from chassis.ids import new_id
from chassis.tables import TABLES
from contracts.events import cases
from tests.referrals.counted import Written, write
from tests.referrals.dated import it_is
from tests.referrals.world import BODIES, Caller, KnownCase, World, slug

ILL, USING = "untreated-mental-illness", "active-substance-use"
CAUGHT = ("acceptance", "first-contact", "handover-receipt")


async def two_needs(world: World) -> tuple[KnownCase, KnownCase]:
    """A case with two needs that employment has to see to."""
    one = await world.case()
    other = KnownCase(one.id, new_id(), one.consent_id)
    await world.tell(one.id, cases.NeedRegisteredV1(need_id=other.need_id, owner_sector="employment"))
    return one, other


async def declined(world: World, need: KnownCase, code: str, unit: str) -> str:
    asked = await world.referral(case=need, toUnit=unit)
    answer = await world.caller("health").post(f"/referrals/{asked['id']}/rejection", {"reasonCode": code})
    assert answer.is_success, answer.text
    return str(asked["id"])


async def sent_to_and_fro(world: World) -> tuple[KnownCase, KnownCase]:
    drinking, low = await two_needs(world)
    await declined(world, drinking, ILL, "alkohol")
    await declined(world, low, USING, "psykiatri")
    return drinking, low


async def listed(caller: Caller, **asked: str) -> list[dict[str, Any]]:
    answer = await caller.get("/ping-pong", **asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_somebody_can_see_it_and_act(world: World) -> None:
    drinking, low = await sent_to_and_fro(world)

    (found,) = await listed(world.caller("employment"))

    assert (found["caseId"], found["resolved"]) == (str(drinking.id), False)
    assert [(one["needId"], one["reasonCode"], one["by"]) for one in found["declined"]] == [
        (str(drinking.need_id), ILL, {"sector": "health", "unit": "alkohol", "authority": None}),
        (str(low.need_id), USING, {"sector": "health", "unit": "psykiatri", "authority": None}),
    ]
    assert found["since"] == found["declined"][1]["at"]
    assert await listed(world.caller("employment", role="team-lead")) == [found]


async def test_who_looked_is_in_the_log(world: World) -> None:
    drinking, _ = await sent_to_and_fro(world)
    await listed(world.caller("employment", subject="carl"))

    async with world.database.transaction(world.authority) as tx:
        rows = await tx.all(select(TABLES.lookups).where(TABLES.lookups.c.what == "ping-pong"))
    assert [(row.subject, row.case_id) for row in rows] == [("carl", drinking.id)]


async def test_a_request_that_was_sent_on_counts_as_declined(world: World) -> None:
    drinking, low = await two_needs(world)
    await declined(world, drinking, ILL, "alkohol")
    asked = await world.referral(case=low, toUnit="psykiatri")
    onward = {**BODIES["redirection"], "toUnit": "smerte", "reasonCode": USING}
    sent = await world.caller("health").post(f"/referrals/{asked['id']}/redirection", onward)
    assert sent.status_code == 201, sent.text

    (found,) = await listed(world.caller("employment"))
    assert [one["referralId"] for one in found["declined"]][1] == asked["id"]


async def test_a_later_catch_of_either_need_ends_it(world: World) -> None:
    """The sample contact was held in March; here it is held after the no."""
    with it_is(date(2026, 3, 2)):
        _, low = await sent_to_and_fro(world)
    with it_is(date(2026, 3, 9)):
        await world.referral(*CAUGHT, case=low, toUnit="smerte")

    assert await listed(world.caller("employment")) == []
    (found,) = await listed(world.caller("employment"), resolved="true")
    assert found["resolved"] is True


async def test_a_catch_that_is_lost_puts_the_citizen_back_on_the_list(world: World) -> None:
    with it_is(date(2026, 3, 2)):
        drinking, low = await sent_to_and_fro(world)
    with it_is(date(2026, 3, 9)):
        caught = await world.referral("acceptance", "first-contact", case=low, toUnit="smerte")
        at = f"/referrals/{caught['id']}"
        receipt = await world.caller("health").post(f"{at}/handover-receipt", {"takesHolding": False})
        assert receipt.is_success, receipt.text
    assert await listed(world.caller("employment")) == []
    with it_is(date(2026, 3, 16)):
        lost = await world.caller("health").post(f"{at}/failure", BODIES["failure"])
        assert lost.is_success, lost.text

    (found,) = await listed(world.caller("employment"))
    assert (found["caseId"], found["resolved"]) == (str(drinking.id), False)
    assert await listed(world.caller("employment"), resolved="true") == []


async def test_what_the_citizen_no_longer_asks_for_is_not_on_the_list(world: World) -> None:
    drinking, _ = await sent_to_and_fro(world)
    _, low = await sent_to_and_fro(world)
    closed, _ = await sent_to_and_fro(world)
    assert len(await listed(world.caller("employment"))) == 3

    await world.tell(drinking.id, cases.NeedEndedV1(need_id=drinking.need_id))
    await world.tell(closed.id, cases.CaseClosedV1(ground="citizen-moved", closed_by_sector="employment"))
    assert [found["caseId"] for found in await listed(world.caller("employment"))] == [str(low.id)]


async def test_what_was_a_mistake_was_never_declined(world: World) -> None:
    drinking, low = await two_needs(world)
    mistake = await declined(world, drinking, ILL, "alkohol")
    await declined(world, low, USING, "psykiatri")
    await world.caller("employment").post(f"/referrals/{mistake}/entry-in-error", BODIES["entry-in-error"])

    assert await listed(world.caller("employment")) == []


async def test_who_has_no_part_or_sees_one_side_only_is_told_nothing(world: World) -> None:
    """Social takes part in the case, but the one referral is none of its business: its reason tells of the other."""
    drinking, _ = await sent_to_and_fro(world)
    involved = cases.SectorInvolvedV1(sector="social")
    await world.tell(drinking.id, involved)

    for caller in (
        world.caller("health"),
        world.caller("social"),
        world.caller(None),
        world.caller("employment", authority="0461"),
    ):
        assert await listed(caller) == []
    for role in ("integration", "auditor", "administrator"):
        answer = await world.caller("employment", role=role).get("/ping-pong")
        assert (answer.status_code, slug(answer)) == (403, "role-missing")


async def test_who_sent_one_of_the_two_is_not_told_of_the_other(world: World) -> None:
    case = await world.case()
    low = new_id()
    await world.tell(case.id, cases.NeedRegisteredV1(need_id=low, owner_sector="social"))
    await world.tell(case.id, cases.SectorInvolvedV1(sector="social"))
    told = {"case_id": case.id, "on": date(2026, 3, 10)}
    one = Written({"rejection": 0}, code=ILL, unit="alkohol", need_id=case.need_id, **told)
    other = Written({"rejection": 1}, code=USING, unit="psykiatri", need_id=low, sender="social", **told)
    await write(world, [one, other])

    assert await listed(world.caller("employment")) == await listed(world.caller("social")) == []
    await world.tell(case.id, cases.SectorInvolvedV1(sector="health"))
    assert len(await listed(world.caller("health"))) == 1


async def test_a_receiver_that_takes_part_sees_what_it_said_itself(world: World) -> None:
    drinking, _ = await sent_to_and_fro(world)
    await world.tell(drinking.id, cases.SectorInvolvedV1(sector="health"))

    assert [found["caseId"] for found in await listed(world.caller("health"))] == [str(drinking.id)]


async def test_the_longest_come_first_page_by_page(world: World) -> None:
    made = [str((await sent_to_and_fro(world))[0].id) for _ in range(3)]
    caller = world.caller("employment")

    first = (await caller.get("/ping-pong", limit="2")).json()
    second = (await caller.get("/ping-pong", limit="2", cursor=first["page"]["next"])).json()

    assert [found["caseId"] for page in (first, second) for found in page["items"]] == made
    assert second["page"]["next"] is None


async def to_and_fro_as_rows(
    world: World, n: int, on: date, caught_after: int | None = None, ended: tuple[str, int, str | None] | None = None
) -> None:
    """So many citizens of whom two needs were declined for each other that day; maybe one caught some days later, and
    that ended in some way, on some day and for some reason."""
    written: list[Written] = []
    for _ in range(n):
        case = await world.case()
        low = new_id()
        await world.tell(case.id, cases.NeedRegisteredV1(need_id=low, owner_sector="employment"))
        no = {"on": on, "case_id": case.id}
        written.append(Written({"rejection": 0}, code=ILL, unit="alkohol", need_id=case.need_id, **no))
        written.append(Written({"rejection": 1}, code=USING, unit="psykiatri", need_id=low, **no))
        if caught_after is not None:
            end, on_day, code = ended or ("", 0, None)
            steps = {**dict.fromkeys(CAUGHT, caught_after), **({end: on_day} if end else {})}
            written.append(Written(steps, code=code, need_id=low, **no))
    await write(world, written)


async def months(world: World) -> dict[str, list[Any]]:
    answer = await world.caller("social", role="team-lead").get(
        "/referral-reports/ping-pong", **{"from": "2026-01-01", "to": "2026-03-31"}
    )
    assert answer.status_code == 200, answer.text
    return {row["month"]: [row["citizens"], row["resolved"], row["unresolved"]] for row in answer.json()["rows"]}


async def test_citizens_are_counted_by_the_month_it_began(world: World) -> None:
    await to_and_fro_as_rows(world, 6, date(2026, 2, 10))
    await to_and_fro_as_rows(world, 5, date(2026, 2, 12), caught_after=20)
    await to_and_fro_as_rows(world, 5, date(2026, 2, 12), caught_after=70)  # in April: after the month was told
    await to_and_fro_as_rows(world, 3, date(2026, 3, 12))

    assert await months(world) == {"2026-01": [0, 0, 0], "2026-02": [16, 5, 11], "2026-03": ["<5", None, None]}


async def test_a_catch_that_was_lost_when_the_month_was_told_resolved_nothing(world: World) -> None:
    """February is told as it stood at the end of March."""
    begun = date(2026, 2, 12)
    await to_and_fro_as_rows(world, 6, begun, 20, ended=("failure", 30, "citizen-not-reached"))
    await to_and_fro_as_rows(world, 5, begun, 20, ended=("cancellation", 30, None))
    assert await months(world) == {"2026-01": [0, 0, 0], "2026-02": [11, 0, 11], "2026-03": [0, 0, 0]}

    await to_and_fro_as_rows(world, 7, begun, 20, ended=("failure", 70, "citizen-not-reached"))  # in April
    await to_and_fro_as_rows(world, 8, begun, 20, ended=("cancellation", 30, "case-closed"))
    assert (await months(world))["2026-02"] == [26, 15, 11]


async def test_consents_play_no_part(world: World) -> None:
    """A withdrawn consent hides the words of a request; that somebody said no stays so."""
    drinking, _ = await sent_to_and_fro(world)
    await world.tell(drinking.id, cases.ConsentWithdrawnV1(consent_id=drinking.consent_id))

    assert len(await listed(world.caller("employment"))) == 1
