"""The main job, as one story: a citizen is handed from employment to health, and somebody holds her all the time."""

from typing import Any
from uuid import uuid4

from helhed.demo.caller import Caller, Json
from tests.journeys import acts
from tests.journeys.acts import Opened
from tests.journeys.history import gaps, holders_over_time
from tests.journeys.letters import ANSWERS, answering, letter_of, token_in
from tests.journeys.stage import ALCOHOL, JOBCENTER, Stage, eventually, refused, subject_of
from tests.journeys.stream import announced, moments


async def test_nobody_is_let_go_before_somebody_has_caught_them(stage: Stage) -> None:
    employment, health = stage.employment, stage.health
    await stage.administrator.post("/v1/survey-programmes/who5-casework/activation")

    # She comes to the job centre with two needs. From this instant employment holds, and nobody has caught anything.
    case = await acts.open_case(employment)
    seen = await look(employment, case)
    assert (seen.holder, seen.coordinator) == ("employment", subject_of(stage, "employment"))
    assert seen.needs == {"substance-use": ("open", "uncaught"), "employment": ("open", "uncaught")}
    assert seen.attention == ["need-uncaught", "need-uncaught"]
    assert await on_worklist(employment, case) == seen.attention
    await refused(health, "GET", case.path, status=404, slug="not-found-or-not-yours")

    # The letter with her first WHO-5 is on its way; she answers on her telephone, without a login.
    await the_survey_is_answered(stage, case, seen.overview)

    # She consents to the sharing of one need. About the other she says: not now.
    agreed = await acts.consent(employment, case)
    await acts.set_aside(employment, case)
    work = await employment.get(case.need("employment"))
    assert (work["state"], work["citizenStatement"]) == ("set-aside", acts.NOT_NOW)
    assert await acts.unmet(employment, case) == [
        ("need-not-referred", case.treatment),
        ("no-sector-takes-holding", None),
    ]

    # Health is asked to catch her. What would be missing if employment let go today?
    referral = await acts.refer(employment, case, consentId=agreed["id"])
    missing = await acts.unmet(employment, case)
    assert missing == [
        ("referral-not-accepted", case.treatment),
        ("first-contact-missing", case.treatment),
        ("receipt-missing", case.treatment),
        ("no-sector-takes-holding", None),
    ]
    await release_is_blocked_by_the_same_list(employment, case)

    # Health says yes, tries twice, and does not reach her: no attempt is a contact.
    await acts.accept(health, referral)
    await acts.try_to_reach(health, referral)
    await acts.try_to_reach(health, referral)
    assert await acts.unmet(employment, case) == missing[1:]
    seen = await look(employment, case)
    assert (seen.needs["substance-use"], seen.attention) == (("open", "accepted"), [])
    assert seen.referrals == [("accepted", "accepted")]

    # They meet.
    await acts.meet(health, referral)
    assert await acts.unmet(employment, case) == missing[2:]
    assert (await look(employment, case)).needs["substance-use"] == ("open", "contact-held")

    # Health gives its receipt: a standing offer to hold. Nothing has moved yet.
    receipt = (await acts.give_receipt(health, referral))["handoverReceipt"]
    assert await acts.unmet(employment, case) == []
    seen = await look(employment, case)
    assert (seen.holder, seen.coordinator) == ("employment", subject_of(stage, "employment"))
    assert seen.needs["substance-use"] == ("open", "caught")
    assert await owner_of(employment, case, "substance-use") == "employment"
    assert moments(await announced(stage.town, "cases", case.id)).count("responsibility-transferred") == 0
    only_caught_is_seen_by_the_sender(await employment.get(referral), await employment.get(f"{referral}/history"))

    # Employment lets go: holder, coordinator and ownership move in one step, which names what it rests on.
    released = await acts.release(employment, case)
    assert released["takenOverBy"] == "health"
    assert released["receiptId"] == receipt["id"]
    assert released["referralIds"] == [referral.removeprefix("/v1/referrals/")]
    await one_step_moved_everything(stage, case, released)

    # Employment has let go: it reads its own release and its own request, and no more.
    assert await employment.get(f"{case.path}/releases/{released['id']}") == released
    for gone in (case.path, f"/v1/overview/cases/{case.id}", f"{case.path}/needs", f"{case.path}/responsibility"):
        await refused(employment, "GET", gone, status=404, slug="not-found-or-not-yours")
    assert await on_worklist(employment, case) is None
    mine = await employment.get(referral)
    assert (mine["reason"], mine["catchState"], mine["allowedActions"]) == (acts.wish(case)["reason"], None, [])

    # Health helps, the need is met, and the case ends. The question about work goes with it, unanswered.
    await health.post(f"{referral}/completion", {"outcome": "help-given"})
    await health.post(f"{case.need('substance-use')}/closure", {"outcome": "met"})
    closed = await health.post(f"{case.path}/closure", {"ground": "no-needs-left", "reason": "Hjælpen er givet."})
    assert (closed["status"], closed["holdingSector"], closed["allowedActions"]) == ("closed", "health", [])
    await history_shows_no_gap(health, case, closed, released["at"])
    assert await on_worklist(health, case) is None


# -- what the story looks at -------------------------------------------------------------------------------------------


class Seen:
    """A case as the overview shows it to one caller."""

    def __init__(self, overview: Json) -> None:
        self.overview = overview
        case = overview["case"]
        self.holder = overview["responsibility"]["holder"]["sector"]
        self.coordinator = overview["responsibility"]["coordinator"]["subject"]
        self.needs = {need["domain"]: (need["state"], need["catchState"]) for need in case["needs"]}
        self.attention = [item["kind"] for item in case["attention"]]
        self.referrals = [(item["state"], item["catchState"]) for item in overview["referrals"]["items"]]


async def look(caller: Caller, case: Opened) -> Seen:
    """The overview, all of whose parts this caller must see, each with version and allowed actions where it has any."""
    overview = await eventually(
        lambda: caller.get(f"/v1/overview/cases/{case.id}"), lambda found: set(found["parts"].values()) == {"ok"}
    )
    lists = ("needs", "consents", "referrals", "invitations")
    items: list[Any] = [overview["case"], *(item for name in lists for item in overview[name]["items"])]
    assert all("version" in item and "allowedActions" in item for item in items)
    return Seen(overview)


async def on_worklist(caller: Caller, case: Opened) -> list[str] | None:
    """What the worklist of whoever coordinates says of the case; None when it is not there."""
    items = (await caller.get("/v1/worklist"))["items"]
    return next(([one["kind"] for one in item["attention"]] for item in items if item["id"] == case.id), None)


async def owner_of(caller: Caller, case: Opened, domain: str) -> str:
    """Whose the need is."""
    return str((await acts.need_in(caller, case, domain))["ownerSector"])


async def release_is_blocked_by_the_same_list(caller: Caller, case: Opened) -> None:
    """The refusal says what the dry run says: the same codes, in the same words."""
    check = await caller.get(f"{case.path}/release-check", sector="employment")
    problem = await refused(
        caller, "POST", f"{case.path}/releases", acts.LETTING_GO, status=409, slug="release-blocked"
    )
    assert problem["unmet"] == check["unmet"]
    assert (await caller.get(f"{case.path}/releases"))["items"] == []


def only_caught_is_seen_by_the_sender(referral: Json, history: Json) -> None:
    """`returnScope` is `caught-only` when nothing is said: attending treatment is health data too."""
    assert (referral["returnScope"], referral["catchState"]) == ("caught-only", "caught")
    assert referral["attempts"] == {"count": 2, "lastAt": None}
    assert referral["contactAttempts"] == []
    assert referral["firstContact"] is None
    assert referral["handoverReceipt"]["at"] is None
    assert [step["action"] for step in history["items"] if step["at"]] == ["request"]


async def one_step_moved_everything(stage: Stage, case: Opened, released: Json) -> None:
    """Holder, coordinator and the need's owner changed at one instant, and the stream says so once."""
    seen = await look(stage.health, case)
    assert (seen.holder, seen.coordinator) == ("health", subject_of(stage, "health"))
    assert seen.needs["substance-use"] == ("handed-on", "caught")
    assert await owner_of(stage.health, case, "substance-use") == "health"
    assert await on_worklist(stage.health, case) == []

    history = seen.overview["responsibility"]["history"]
    ended = {(one["kind"], one["sector"]) for one in history if one["to"] == released["at"]}
    begun = {(one["kind"], one["sector"]) for one in history if one["from"] == released["at"]}
    assert ended == {("holder", "employment"), ("coordinator", "employment"), ("involved", "employment")}
    assert begun == {("holder", "health"), ("coordinator", "health")}

    async def told() -> list[Any]:
        return await announced(stage.town, "cases", case.id)

    events = await eventually(told, lambda found: "responsibility-transferred" in moments(found))
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    by_moment = {moment: event.data for moment, event in zip(moments(events), events, strict=True)}
    assert by_moment["sector-released"] == {
        "sector": "employment",
        "ground": "needs-handed-on",
        "releaseId": released["id"],
        "needIds": [case.treatment],
        "receiptId": released["receiptId"],
        "takenOverBy": "health",
    }
    assert by_moment["responsibility-transferred"] == {
        "fromSector": "employment",
        "toSector": "health",
        "toUnit": ALCOHOL,
        "coordinator": subject_of(stage, "health"),
        "receiptId": released["receiptId"],
    }


async def history_shows_no_gap(caller: Caller, case: Opened, closed: Json, released_at: str) -> None:
    """At every instant from opening to closing exactly one sector held, and somebody coordinated."""
    told = await caller.get(f"{case.path}/responsibility", at=closed["openedAt"])
    assert (told["holder"], told["coordinator"]["unit"]) == ({"sector": "employment", "unit": JOBCENTER}, JOBCENTER)
    history = told["history"]
    assert gaps(history, "holder", closed["openedAt"], closed["closedAt"]) == []
    assert gaps(history, "coordinator", closed["openedAt"], closed["closedAt"]) == []
    assert await holders_over_time(caller, case, history, closed["closedAt"]) == ["employment", "health", "nobody"]
    assert (await caller.get(f"{case.path}/responsibility", at=released_at))["holder"]["sector"] == "health"


# -- the survey --------------------------------------------------------------------------------------------------------


async def the_survey_is_answered(stage: Stage, case: Opened, overview: Json) -> None:
    """Issued with the case, delivered by letter, answered once through the link, scored for casework to see."""
    (invitation,) = overview["invitations"]["items"]
    assert (invitation["wave"], invitation["purpose"], invitation["instrument"]) == ("baseline", "casework", "who5")
    letter = await letter_of(stage, invitation["id"])
    here = f"/v1/invitations/{invitation['id']}"
    await eventually(lambda: stage.employment.get(here), lambda told: told["state"] == "delivered")

    anybody = stage.anybody
    opening = {"token": token_in(letter), "language": letter["language"]}
    session = await anybody.post("/v1/survey-sessions", opening)
    assert [item["code"] for item in session["instrument"]["items"]] == list(ANSWERS)
    answers = answering(session, ANSWERS)
    key = str(uuid4())
    receipt = await anybody.post("/v1/survey-responses", answers, key=key)
    assert await anybody.post("/v1/survey-responses", answers, key=key) == receipt  # a repeat, not a second answer

    for path, body in (("/v1/survey-sessions", opening), ("/v1/survey-responses", answers)):
        await refused(anybody, "POST", path, body, status=404, slug="link-not-usable")
    assert (await stage.employment.get(here))["state"] == "submitted"
    (score,) = (await look(stage.employment, case)).overview["scores"]["items"]
    assert (score["score"], score["wave"]) == (4 * sum(ANSWERS.values()), "baseline")
