"""What referrals does with what cases tells, in whatever order and however often it comes."""

import asyncio
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from chassis.ids import new_id
from chassis.inbox import Outcome
from contracts.events import cases
from services.referrals.tables import known_cases, known_consents, known_involvements, known_needs
from tests.referrals.world import REASON, World, consent, slug, wish_for


async def test_when_a_case_closes_its_live_referrals_are_cancelled(world: World) -> None:
    case = await world.case()
    other_need, other_consent = new_id(), new_id()
    await world.tell(
        case.id,
        cases.NeedRegisteredV1(need_id=other_need, owner_sector="employment"),
        consent(other_consent),
    )
    live = await world.referral("acceptance", case=case)
    ended = await world.referral(
        "acceptance", "failure", case=case, needId=str(other_need), consentId=str(other_consent)
    )

    await world.tell(case.id, cases.CaseClosedV1(ground="citizen-died", closed_by_sector="employment"))

    health = world.caller("health")
    cancelled = (await health.get(f"/referrals/{live['id']}")).json()
    untouched = (await health.get(f"/referrals/{ended['id']}")).json()
    assert (cancelled["state"], cancelled["ending"]["reasonCode"]) == ("cancelled", "case-closed")
    assert (untouched["state"], untouched["version"]) == ("failed", ended["version"])
    assert (await world.announced(case.id))[-1]["type"] == "dk.helhed.referrals.referral-cancelled.v1"


async def test_a_promise_to_hold_does_not_outlive_its_case_and_the_catch_is_not_called_lost(world: World) -> None:
    case = await world.case()
    seen = await world.referral("acceptance", "first-contact", "handover-receipt", case=case)

    await world.tell(case.id, cases.CaseClosedV1(ground="no-needs-left", closed_by_sector="health"))

    ended = (await world.caller("health").get(f"/referrals/{seen['id']}")).json()
    history = (await world.caller("employment").get(f"/referrals/{seen['id']}/history")).json()["items"]
    assert (ended["state"], ended["catchState"]) == ("cancelled", "caught")
    assert (history[-1]["action"], history[-1]["by"]) == ("cancellation", None)


async def test_a_withdrawn_consent_stops_the_sharing_and_not_the_help(world: World) -> None:
    case = await world.case()
    seen = await world.referral(case=case)

    await world.tell(case.id, cases.ConsentWithdrawnV1(consent_id=case.consent_id))

    received = (await world.caller("health").get(f"/referrals/{seen['id']}")).json()
    sent = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()
    accepted = await world.caller("health").post(f"/referrals/{seen['id']}/acceptance", {})
    assert received["basis"]["status"] == "withdrawn"
    assert (received["reason"], sent["reason"]) == (None, REASON)
    assert accepted.status_code == 200


async def test_after_a_release_the_need_is_its_catchers(world: World) -> None:
    case = await world.case()
    seen = await world.referral("acceptance", "first-contact", "handover-receipt", case=case)
    back = new_id()
    await world.tell(
        case.id,
        released("employment", case.need_id),
        cases.ResponsibilityTransferredV1(from_sector="employment", to_sector="health", receipt_id=new_id()),
        consent(back, from_sector="health", to_sector="social"),
    )
    onward = wish_for(case, toSector="social", consentId=str(back))

    early = await world.caller("health").post("/referrals", onward)
    await world.caller("health").post(f"/referrals/{seen['id']}/completion", {"outcome": "help-given"})
    then = await world.caller("health").post("/referrals", onward)
    former = await world.caller("employment").post("/referrals", wish_for(case))

    assert early.json()["type"].endswith(":need-already-referred")
    assert then.status_code == 201
    assert former.status_code == 404


async def test_a_release_that_names_no_need_moves_none(world: World) -> None:
    case = await world.case()
    await world.referral("acceptance", "first-contact", "handover-receipt", case=case)

    await world.tell(case.id, released("employment"))

    assert (await known(world, case.id))["needs"] == [("employment", "open")]


async def test_a_release_moves_the_needs_it_names_and_leaves_those_that_stayed(world: World) -> None:
    """A need that was met or set aside before the release is still its owner's, however well it was once caught."""
    case, stayed, agreed = await world.case(), new_id(), new_id()
    await world.tell(
        case.id, cases.NeedRegisteredV1(need_id=stayed, owner_sector="employment"), consent(agreed, to_sector="health")
    )
    caught = ("acceptance", "first-contact", "handover-receipt")
    await world.referral(*caught, case=case)
    await world.referral(*caught, case=case, needId=str(stayed), consentId=str(agreed))

    await world.tell(case.id, released("employment", case.need_id))

    async with world.database.transaction(world.authority) as tx:
        owners = await tx.all(
            select(known_needs.c.need_id, known_needs.c.owner_sector).where(known_needs.c.case_id == case.id)
        )
    assert {row.need_id: row.owner_sector for row in owners} == {case.need_id: "health", stayed: "employment"}


async def test_a_need_that_has_ended_takes_no_new_referral_and_its_live_one_goes_on(world: World) -> None:
    case, met = await world.case(), await world.case()
    live = await world.referral(case=case)

    await world.tell(case.id, cases.NeedEndedV1(need_id=case.need_id))
    await world.tell(met.id, cases.NeedEndedV1(need_id=met.need_id))

    accepted = await world.caller("health").post(f"/referrals/{live['id']}/acceptance", {})
    asked = await world.caller("employment").post("/referrals", wish_for(met))
    assert accepted.status_code == 200
    assert (asked.status_code, slug(asked)) == (409, "need-ended")


async def test_an_imported_case_is_a_case(world: World) -> None:
    case_id, need_id = new_id(), new_id()

    await world.tell(
        case_id,
        cases.CaseImportedV1(opened_by_sector="social", case_number="2024-000001", origin="imported"),
        cases.NeedRegisteredV1(need_id=need_id, owner_sector="social"),
    )

    body = {
        "caseId": str(case_id),
        "needId": str(need_id),
        "toSector": "health",
        "reason": REASON,
        "legalBasis": "fvl-28-2",
    }
    assert (await world.caller("social").post("/referrals", body)).status_code == 201


async def test_what_is_of_no_use_passes_and_keeps_its_place(world: World) -> None:
    case_id = new_id()
    delivered = cases.InvitationDeliveredV1(invitation_id=new_id(), channel="sms")

    first = await world.hear(world.envelope(case_id, delivered, 1))

    assert first is Outcome.APPLIED
    assert await world.hear(world.envelope(case_id, opened("employment"), 2)) is Outcome.APPLIED


async def test_an_effect_that_fails_leaves_no_trace_of_its_delivery(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await world.case()
    seen = await world.referral("acceptance", case=case)
    closed = world.envelope(case.id, cases.CaseClosedV1(ground="citizen-moved", closed_by_sector="employment"), 4)

    with monkeypatch.context() as broken:
        broken.setattr("services.referrals.repository.referrals.contract_events", lambda referral: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await world.hear(closed)
    untouched = (await world.caller("health").get(f"/referrals/{seen['id']}")).json()
    again = await world.hear(closed)

    assert untouched["state"] == "accepted"
    assert again is Outcome.APPLIED
    assert (await world.caller("health").get(f"/referrals/{seen['id']}")).json()["state"] == "cancelled"


async def test_a_request_and_a_closing_that_meet_leave_nothing_live(world: World) -> None:
    for _ in range(5):
        case = await world.case()
        closed = cases.CaseClosedV1(ground="citizen-moved", closed_by_sector="employment")

        asked, _outcome = await asyncio.gather(
            world.caller("employment").post("/referrals", wish_for(case)),
            world.hear(world.envelope(case.id, closed, 4)),
        )

        assert asked.status_code in (201, 404)
        items = (await world.caller("health").get("/referrals", caseId=str(case.id))).json()["items"]
        assert [item["state"] for item in items] == (["cancelled"] if asked.status_code == 201 else [])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_order_and_any_repetition_end_as_in_order(world: World, data: st.DataObject) -> None:
    case_id, needs, agreed = new_id(), [new_id(), new_id()], new_id()
    story = [
        opened("employment"),
        cases.NeedRegisteredV1(need_id=needs[0], owner_sector="employment"),
        cases.NeedRegisteredV1(need_id=needs[1], owner_sector="employment"),
        cases.SectorInvolvedV1(sector="social", unit="bo"),
        consent(agreed),
        cases.ConsentWithdrawnV1(consent_id=agreed),
        released("social"),
        cases.CaseClosedV1(ground="citizen-moved", closed_by_sector="employment"),
    ]
    envelopes = [world.envelope(case_id, event, number) for number, event in enumerate(story, start=1)]
    deliveries = data.draw(st.permutations(envelopes * 2))

    # What comes too early is delivered again later, as the broker would.
    while deliveries:
        outcomes = [(envelope, await world.hear(envelope)) for envelope in deliveries]
        deliveries = [envelope for envelope, outcome in outcomes if outcome is Outcome.TOO_EARLY]

    assert await known(world, case_id) == {
        "case": [("closed", "employment")],
        "needs": [("employment", "open"), ("employment", "open")],
        "involved": [],
        "withdrawn": [True],
    }


async def test_units_of_a_case_are_not_copied_for_nothing(world: World) -> None:
    case_id = new_id()
    await world.tell(
        case_id,
        cases.CaseOpenedV1(
            case_number="2026-000077",
            opened_by_sector="employment",
            opened_by_unit="employment:u1",
            origin="registered",
        ),
        cases.SectorInvolvedV1(sector="health", unit="health:u2"),
        cases.ResponsibilityTransferredV1(
            from_sector="employment", to_sector="health", to_unit="health:u2", receipt_id=new_id()
        ),
    )

    async with world.database.transaction(world.authority) as tx:
        held = await tx.all(select(known_cases.c.holding_unit).where(known_cases.c.case_id == case_id))
        involved = await tx.all(select(known_involvements.c.unit).where(known_involvements.c.case_id == case_id))
    assert ([tuple(row) for row in held], [tuple(row) for row in involved]) == ([(None,)], [(None,)])


async def known(world: World, case_id: object) -> dict[str, list[object]]:
    """Everything the service has kept of a case."""
    async with world.database.transaction(world.authority) as tx:
        case = await tx.all(
            select(known_cases.c.status, known_cases.c.holding_sector).where(known_cases.c.case_id == case_id)
        )
        needs = await tx.all(
            select(known_needs.c.owner_sector, known_needs.c.state).where(known_needs.c.case_id == case_id)
        )
        involved = await tx.all(select(known_involvements.c.sector).where(known_involvements.c.case_id == case_id))
        agreed = await tx.all(select(known_consents.c.withdrawn_at).where(known_consents.c.case_id == case_id))
    return {
        "case": [tuple(row) for row in case],
        "needs": [tuple(row) for row in needs],
        "involved": [row.sector for row in involved],
        "withdrawn": [row.withdrawn_at is not None for row in agreed],
    }


def released(sector: str, *needs: UUID) -> cases.SectorReleasedV1:
    """A sector let go, and these needs moved to those who caught them."""
    return cases.SectorReleasedV1(sector=sector, ground="needs-handed-on", release_id=new_id(), need_ids=needs)


def opened(sector: str) -> cases.CaseOpenedV1:
    """A case was opened by this sector."""
    return cases.CaseOpenedV1(opened_by_sector=sector, case_number="2026-000001", origin="registered")
