"""What cases makes of what referrals tells, in whatever order and however often it comes."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from chassis.clock import day_of, now
from chassis.deliveries import Deliveries
from chassis.envelope import Envelope, to_message
from chassis.ids import new_id
from chassis.inbox import Outcome
from chassis.tables import TABLES
from contracts.events import referrals as r
from services.cases.consumes import consumer
from services.cases.repository import CaseRepository
from services.cases.use_cases.hear_of_referral import ReferralOfUnknownCase
from tests.cases.watchers import DAY, alarms_of
from tests.cases.world import Json, World, opening

CATCH = ("requested", "accepted", "contact", "receipt")


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's with one need."""
    return await world.case()


@pytest.mark.parametrize(
    ("steps", "state", "involved"),
    [
        (("requested",), "uncaught", False),
        (("requested", "attempted"), "uncaught", False),
        (("requested", "rejected"), "uncaught", False),
        (("requested", "cancelled"), "uncaught", False),
        (("requested", "accepted"), "accepted", True),
        (("requested", "accepted", "attempted"), "accepted", True),
        (("requested", "accepted", "failed"), "uncaught", False),
        (("requested", "accepted", "contact"), "contact-held", True),
        (("requested", "accepted", "receipt"), "receipt", True),
        (CATCH, "caught", True),
        (("requested", "accepted", "receipt", "contact"), "caught", True),
        ((*CATCH, "completed"), "caught", True),
        (("requested", "accepted", "contact", "completed"), "uncaught", False),
        ((*CATCH, "broken-off"), "uncaught", True),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else None,
)
async def test_each_moment_leaves_its_trace_and_moves_no_responsibility(
    world: World, case: Json, steps: tuple[str, ...], state: str, involved: bool
) -> None:
    await world.referred(case, *steps, unit="alkohol")

    after = await world.caller().read(f"/cases/{case['id']}")

    assert after["needs"][0]["catchState"] == state
    assert [(one["sector"], one["unit"]) for one in after["involved"]][1:] == [("health", "alkohol")] * involved
    assert (after["holdingSector"], after["coordinator"], after["needs"][0]["ownerSector"]) == (
        "employment",
        case["coordinator"],
        "employment",
    )


async def test_what_was_heard_before_is_let_pass(world: World, case: Json) -> None:
    common = moment(case)
    envelope = world.envelope(UUID(case["id"]), r.ReferralRequestedV1(**common), 1)

    outcomes = [await world.hear(envelope) for _ in range(3)]

    assert outcomes == [Outcome.APPLIED, Outcome.SEEN_BEFORE, Outcome.SEEN_BEFORE]
    assert (await world.caller().read(f"/cases/{case['id']}"))["version"] == case["version"] + 1


async def test_what_comes_too_early_waits_and_changes_nothing(world: World, case: Json) -> None:
    requested, accepted = (
        world.envelope(UUID(case["id"]), event, number) for number, event in enumerate(story(case)[:2], start=1)
    )

    early = await world.hear(accepted)
    untouched = await world.caller().read(f"/cases/{case['id']}")
    outcomes = [await world.hear(requested), await world.hear(accepted)]

    assert early is Outcome.TOO_EARLY
    assert (untouched["version"], untouched["needs"]) == (case["version"], case["needs"])
    assert outcomes == [Outcome.APPLIED] * 2


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_order_and_any_repetition_end_as_in_order(world: World, data: st.DataObject) -> None:
    case = await world.case()
    envelopes = [world.envelope(UUID(case["id"]), event, n) for n, event in enumerate(story(case), start=1)]
    waiting = data.draw(st.permutations(envelopes * 2))

    # What comes too early is delivered again later, as the broker would.
    while waiting:
        outcomes = [(envelope, await world.hear(envelope)) for envelope in waiting]
        waiting = [envelope for envelope, outcome in outcomes if outcome is Outcome.TOO_EARLY]

    after = await world.caller().read(f"/cases/{case['id']}")
    assert (after["needs"][0]["catchState"], after["version"]) == ("caught", case["version"] + 4)
    events = [event["type"].split(".")[3] for event in await world.announced(case["id"])]
    assert events == ["case-opened", "need-registered", "sector-involved"]


async def test_an_effect_that_fails_leaves_no_trace_of_its_delivery(
    world: World, case: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.referred(case, "requested")
    # A second event of the same referral, whose saving fails once.
    referral_id = (await heard_referrals(world, case))[0]
    accepted = world.envelope(UUID(case["id"]), r.ReferralAcceptedV1(**moment(case, referral_id)), 2)

    with monkeypatch.context() as broken:
        broken.setattr("services.cases.repository.timeline.in_public", lambda event: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await world.hear(accepted)
    untouched = await world.caller().read(f"/cases/{case['id']}")
    again = await world.hear(accepted)

    assert untouched["needs"][0]["catchState"] == "uncaught"
    assert [one["sector"] for one in untouched["involved"]] == ["employment"]
    assert again is Outcome.APPLIED


async def test_a_release_and_the_loss_of_its_catch_that_meet_leave_a_holder_and_an_alarm_or_a_refusal(
    world: World,
) -> None:
    for _ in range(4):
        case = await world.case()
        referral_id = await world.caught(case)
        lost = world.envelope(UUID(case["id"]), r.ReferralFailedV1(**moment(case, referral_id)), 5)

        released, outcome = await asyncio.gather(world.release(case), world.hear(lost))

        assert outcome is Outcome.APPLIED
        holder = "health" if released.status_code == 201 else "employment"
        after = await world.caller(holder).read(f"/cases/{case['id']}")
        assert after["holdingSector"] == holder
        assert after["needs"][0]["catchState"] == ("caught-then-lost" if holder == "health" else "uncaught")


# -- promised days and reorganised units -----------------------------------------------------------------------------


async def test_a_promised_day_is_watched_until_the_citizen_chooses_another_provider(world: World, case: Json) -> None:
    referral_id = await world.referred(case, "requested")
    told = moment(case, referral_id)

    await world.tell(UUID(case["id"]), r.DeadlineApproachingV1(**told, due_on=day_of(now())))
    watched = (await world.caller().read("/watch-list", kind="guarantee-at-risk"))["items"]
    await world.tell(UUID(case["id"]), r.DeadlineWaivedV1(**told))
    after = (await world.caller().read("/watch-list", kind="guarantee-at-risk"))["items"]

    assert [(one["referralId"], one["dueOn"]) for one in watched] == [(str(referral_id), day_of(now()).isoformat())]
    assert after == []


async def test_what_was_missed_stays_missed_when_the_citizen_chooses_another_provider(world: World, case: Json) -> None:
    referral_id = await world.referred(case, "requested")
    told, missed, coming = moment(case, referral_id), day_of(now()) - DAY, day_of(now()) + DAY

    await world.tell(
        UUID(case["id"]),
        r.DeadlineMissedV1(**told, due_on=missed),
        r.DeadlineApproachingV1(**told, due_on=coming),
        r.DeadlineWaivedV1(**told),
    )

    (item,) = (await world.caller().read("/watch-list", kind="guarantee-at-risk"))["items"]
    assert item["dueOn"] == missed.isoformat()
    assert [kind for kind, _, _ in await alarms_of(world, case, "employment")] == [
        "guarantee-missed",
        "guarantee-at-risk",
    ]


async def test_a_promised_day_that_is_near_is_watched_with_the_next_receiver_too(world: World, case: Json) -> None:
    first, onward, day = await world.referred(case, "requested"), new_id(), day_of(now())
    told = moment(case, first)

    await world.tell(
        UUID(case["id"]),
        r.DeadlineApproachingV1(**told, due_on=day),
        r.ReferralRedirectedV1(**told, successor_id=onward),
        r.ReferralRequestedV1(**moment(case, onward), due_on=day),
    )
    watched = (await world.caller().read("/watch-list", kind="guarantee-at-risk"))["items"]

    assert [(one["referralId"], one["dueOn"]) for one in watched] == [(str(onward), day.isoformat())]


async def test_a_promised_day_that_has_gone_by_is_missed_with_the_next_receiver_too(world: World, case: Json) -> None:
    first, onward = await world.referred(case, "requested"), new_id()
    gone_by = day_of(now()) - DAY

    await world.tell(
        UUID(case["id"]),
        r.ReferralRedirectedV1(**moment(case, first), successor_id=onward),
        r.ReferralRequestedV1(**moment(case, onward), due_on=gone_by),
    )

    (item,) = (await world.caller().read("/watch-list", kind="guarantee-at-risk"))["items"]
    assert (item["referralId"], item["dueOn"]) == (str(onward), gone_by.isoformat())
    assert "guarantee-missed" in [kind for kind, _, _ in await alarms_of(world, case, "employment")]


async def test_another_unit_answers_for_a_referral_from_the_day_it_has_it(world: World, case: Json) -> None:
    referral_id = await world.referred(case, "requested", "accepted", unit="alkohol")

    moved = r.ReferralReassignedV1(**moment(case, referral_id), to_unit="visitation", responsible_unit="rusmiddel")
    await world.tell(UUID(case["id"]), moved)
    check = await world.caller().read(f"/cases/{case['id']}/release-check", sector="employment")

    assert {one["waitingFor"]["unit"] for one in check["unmet"] if one.get("referralId")} == {"rusmiddel"}


# -- a case that nobody knows ----------------------------------------------------------------------------------------


@dataclass
class Delivery:
    """One message, as the broker's client hands it over; what was answered lies in `answered`."""

    envelope: Envelope
    answered: list[str] = field(default_factory=list)

    @property
    def data(self) -> bytes:
        return to_message(self.envelope)[1]

    @property
    def headers(self) -> dict[str, str]:
        return to_message(self.envelope)[2]

    @property
    def metadata(self) -> Any:
        return SimpleNamespace(sequence=SimpleNamespace(stream=1))

    async def ack(self) -> None:
        self.answered.append("ack")

    async def nak(self, delay: float) -> None:
        self.answered.append("nak")

    async def term(self) -> None:
        self.answered.append("term")


async def test_an_event_of_an_unknown_case_is_tried_again_then_parked_and_never_lost(world: World) -> None:
    told = opening(id=str(new_id()), needs=[{"id": str(new_id()), "domain": "debt"}])
    requested, accepted = [
        world.envelope(UUID(told["id"]), event, number) for number, event in enumerate(story(told)[:2], start=1)
    ]
    reader: Any = Deliveries(consumer, "referrals", broker=None, database=world.database)  # type: ignore[arg-type]  # it is not asked
    first, behind = Delivery(requested), Delivery(accepted)

    with pytest.raises(ReferralOfUnknownCase):
        await world.hear(requested)
    while "term" not in first.answered and len(first.answered) < 100:
        await reader.take([first])
    await reader.take([behind])

    assert first.answered == [*["nak"] * (len(first.answered) - 1), "term"]
    assert len(first.answered) > 1
    assert behind.answered == ["term"]
    letters = TABLES.dead_letters
    async with world.database.transaction(world.authority) as tx:
        parked = await tx.all(select(letters).order_by(letters.c.sequence))
    assert [(row.event_id, row.reason, row.error_class) for row in parked] == [
        (requested.id, "failed", "ReferralOfUnknownCase"),
        (accepted.id, "waits-behind", ""),
    ]

    await world.caller().does("/cases", told)
    assert await consumer.replay(world.database, world.authority, "referrals", UUID(told["id"])) == 2
    after = await world.caller().read(f"/cases/{told['id']}")
    assert after["needs"][0]["catchState"] == "accepted"


# -- what it listens to -----------------------------------------------------------------------------------------------


def test_cases_listens_to_every_moment_of_a_referral_that_can_move_a_catch() -> None:
    heard = {kind.split(".")[3] for kind in consumer.types}

    assert heard == {
        "referral-requested",
        "referral-accepted",
        "first-contact-held",
        "handover-received",
        "referral-completed",
        "referral-rejected",
        "referral-failed",
        "referral-cancelled",
        "referral-redirected",
        "referral-entered-in-error",
        "referral-put-on-hold",
        "referral-resumed",
        "deadline-approaching",
        "deadline-missed",
        "deadline-waived",
        "referral-reassigned",
        "contact-attempted",
        "capacity-changed",
        "invitation-issued",
        "response-submitted",
    }


def moment(case: Json, referral_id: UUID | None = None) -> dict[str, Any]:
    """What every moment of a referral of the case's first need tells."""
    return {
        "referral_id": referral_id or new_id(),
        "need_id": UUID(case["needs"][0]["id"]),
        "from_sector": "employment",
        "to_sector": "health",
    }


def story(case: Json) -> list[Any]:
    """A catch, from the request to the receipt."""
    common = moment(case)
    return [
        r.ReferralRequestedV1(**common),
        r.ReferralAcceptedV1(**common),
        r.FirstContactHeldV1(**common),
        r.HandoverReceivedV1(**common, receipt_id=new_id(), takes_holding=True, coordinator="bodil"),
    ]


async def heard_referrals(world: World, case: Json) -> list[UUID]:
    """The referrals the case knows of."""
    async with world.database.transaction(world.authority) as tx:
        known = await CaseRepository(tx).heard_of(UUID(case["id"]))
    assert known is not None
    return list(known.referrals)
