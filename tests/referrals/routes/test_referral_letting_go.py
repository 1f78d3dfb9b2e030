"""A sender that has let the case go: it keeps its own request to read, and nothing more to do or to learn."""

from typing import Any

from chassis.ids import new_id
from contracts.events import cases
from tests.referrals.world import BODIES, REASON, KnownCase, World, consent, slug, wish_for

PLAIN_RECEIPT = {"takesHolding": False}


async def released(world: World) -> tuple[dict[str, Any], KnownCase]:
    """Employment asked health for a need, was caught, and let the case go; the referral as it had seen it before."""
    case = await world.case()
    seen = await world.referral("acceptance", "contact-attempts", "first-contact", case=case)
    receipt = await world.caller("health").post(f"/referrals/{seen['id']}/handover-receipt", PLAIN_RECEIPT)
    assert receipt.is_success, receipt.text
    before = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()
    await world.tell(
        case.id,
        cases.SectorReleasedV1(
            sector="employment", ground="needs-handed-on", release_id=new_id(), need_ids=(case.need_id,)
        ),
        cases.ResponsibilityTransferredV1(from_sector="employment", to_sector="health", receipt_id=new_id()),
    )
    return before, case


async def test_it_cannot_undo_the_catch_it_was_let_go_on(world: World) -> None:
    before, _case = await released(world)
    path, employment = f"/referrals/{before['id']}", world.caller("employment")

    cancelled = await employment.post(f"{path}/cancellation", BODIES["cancellation"])
    for_the_receiver = await employment.post(f"{path}/completion", BODIES["completion"])

    assert "cancellation" in before["allowedActions"]
    assert (cancelled.status_code, slug(cancelled)) == (403, "sector-has-let-go")
    assert slug(for_the_receiver) == "only-the-receiver"
    assert (await world.caller("health").get(path)).json()["catchState"] == "caught"


async def test_it_reads_its_request_as_it_was_sent(world: World) -> None:
    before, case = await released(world)
    await world.tell(case.id, cases.ConsentWithdrawnV1(consent_id=case.consent_id))
    path, employment = f"/referrals/{before['id']}", world.caller("employment")

    answer = await employment.get(path)
    history = (await employment.get(f"{path}/history")).json()["items"]
    attempts = (await employment.get(f"{path}/contact-attempts")).json()["items"]

    assert answer.json() == {
        **before,
        "reason": REASON,
        "state": None,
        "catchState": None,
        "responsibleUnit": None,
        "attempts": {"count": None, "lastAt": None},
        "contactAttempts": [],
        "citizenPart": "hidden",
        "firstContact": None,
        "handoverReceipt": None,
        "ending": None,
        "version": 1,
        "allowedActions": [],
    }
    assert answer.headers["ETag"] == '"1"'
    assert [step["action"] for step in history] == ["request"]
    assert attempts == []


async def test_what_became_of_it_is_not_told_by_a_filter_either(world: World) -> None:
    before, _case = await released(world)
    employment = world.caller("employment")

    found = [
        (await employment.get("/referrals", state=state)).json()["items"]
        for state in ("requested", "accepted", "in-progress", "completed")
    ]
    unfiltered = (await employment.get("/referrals")).json()["items"]

    assert found == [[], [], [], []]
    assert [(item["id"], item["state"]) for item in unfiltered] == [(before["id"], None)]


async def test_it_stays_a_former_sender_when_it_comes_back_to_the_case(world: World) -> None:
    before, case = await released(world)
    path, employment = f"/referrals/{before['id']}", world.caller("employment")

    await world.tell(case.id, cases.SectorInvolvedV1(sector="employment"))

    read = (await employment.get(path)).json()
    refused = [
        slug(await employment.post(f"{path}/{step}", BODIES[step])) for step in ("cancellation", "entry-in-error")
    ]
    assert (read["state"], read["catchState"], read["version"], read["allowedActions"]) == (None, None, 1, [])
    assert refused == ["sector-has-let-go", "sector-has-let-go"]
    assert (await employment.get("/referrals", state="in-progress")).json()["items"] == []
    assert (await world.caller("health").get(path)).json()["catchState"] == "caught"


async def test_its_own_request_repeated_with_its_key_is_answered(world: World) -> None:
    case, key = await world.case(), f"key-{new_id()}"
    first = await world.caller("employment").post("/referrals", wish_for(case), Idempotency_Key=key)
    await world.tell(
        case.id,
        cases.ResponsibilityTransferredV1(from_sector="employment", to_sector="health", receipt_id=new_id()),
    )

    again = await world.caller("employment").post("/referrals", wish_for(case), Idempotency_Key=key)

    assert (again.status_code, again.json()["id"], again.json()["state"]) == (201, first.json()["id"], None)


async def test_an_involved_sender_lets_go_like_a_holder_and_may_come_back(world: World) -> None:
    case, need, agreed = await world.case(), new_id(), new_id()
    await world.tell(
        case.id,
        cases.SectorInvolvedV1(sector="social"),
        cases.NeedRegisteredV1(need_id=need, owner_sector="social"),
        consent(agreed, from_sector="social"),
    )
    social = world.caller("social")
    asked = (await social.post("/referrals", wish_for(case, needId=str(need), consentId=str(agreed)))).json()

    async def state() -> Any:
        return (await social.get(f"/referrals/{asked['id']}")).json()["state"]

    await world.tell(
        case.id,
        cases.SectorReleasedV1(sector="social", ground="referral-ended", release_id=new_id(), need_ids=()),
    )
    after = await state()
    await world.tell(case.id, cases.SectorInvolvedV1(sector="social"))

    assert (asked["state"], after, await state()) == ("requested", None, "requested")


async def test_a_closed_case_takes_nothing_from_a_sender_that_had_not_let_go(world: World) -> None:
    case = await world.case()
    seen = await world.referral("acceptance", case=case)

    await world.tell(case.id, cases.CaseClosedV1(ground="citizen-died", closed_by_sector="employment"))

    read = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()
    assert (read["state"], read["ending"]["reasonCode"]) == ("cancelled", "case-closed")
