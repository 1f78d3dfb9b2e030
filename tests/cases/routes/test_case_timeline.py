"""The story of a case, and who looked at it."""

from pathlib import Path
from typing import Any, get_args

import pytest

from services.cases.domain import events
from services.cases.domain.catch import ReferralState
from services.cases.domain.timeline import told_of
from services.cases.repository import timeline
from services.cases.schemas.timeline import TEXTS
from tests.cases.world import ASIDE, NAME, NOTE, Json, World, agreed, slug, somewhere

DATES = {"return_scope": "dates"}


async def story(world: World, case: Json, sector: str = "employment", /, **query: str) -> tuple[list[str], int]:
    """What a sector reads, newest first, and how much it does not."""
    told = await world.caller(sector).read(f"/cases/{case['id']}/timeline", **query)
    return [item["kind"] for item in told["items"]], told["hidden"]


async def test_the_story_is_told_across_services_newest_first(world: World) -> None:
    case = await world.case("substance-use", needs=[{"domain": "substance-use", "description": NOTE}])
    await world.caught(case)
    await world.release(case)

    kinds, hidden = await story(world, case, "health")

    assert (set(kinds[-2:]), hidden) == ({"case-opened", "need-registered"}, 0)
    assert {"responsibility-transferred", "handover-received", "first-contact-held", "referral-accepted"} <= set(kinds)
    answer = await world.caller("health").get(f"/cases/{case['id']}/timeline")
    ats = [item["at"] for item in answer.json()["items"]]
    assert ats == sorted(ats, reverse=True)
    assert not [word for word in (NAME, NOTE, "substance", "debt") if word in answer.text]


async def test_an_entry_says_whose_it_is_what_it_is_about_and_in_which_unit(world: World) -> None:
    case = await world.case()
    referral = await world.referred(case, "requested", "accepted", unit="alkohol")

    items = (await world.caller(language="en").read(f"/cases/{case['id']}/timeline"))["items"]

    (accepted,) = [item for item in items if item["kind"] == "referral-accepted"]
    assert {name: accepted[name] for name in ("sector", "about", "by", "text")} == {
        "sector": "health",
        "about": {"type": "referral", "id": str(referral)},
        "by": {"unit": "alkohol"},
        "text": "A referral was accepted.",
    }


async def test_what_two_other_sectors_did_is_counted_and_not_told(world: World) -> None:
    case = await world.case("debt", "housing")
    await world.referred(case, "requested", "accepted", to="social", need=1)
    await world.referred(case, "requested", "accepted", to="health")
    walled, hidden = await story(world, case, "social")
    assert [kind for kind in walled if kind.startswith("referral")] == ["referral-accepted", "referral-requested"]

    await world.caller().does(f"/cases/{case['id']}/consents", agreed(toSector="social", dataCategories=["timeline"]))
    shared, still_hidden = await story(world, case, "social")

    assert len([kind for kind in shared if kind.startswith("referral")]) == 4
    assert (hidden, still_hidden) == (2, 0)


ASKED = ["referral-requested"]
ANSWERED = [*ASKED, "referral-accepted"]
OF_THE_CITIZEN = ["contact-attempted", "first-contact-held", "handover-received", "referral-completed"]


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        (None, ANSWERED),
        ("none", ANSWERED),
        ("caught-only", ANSWERED),
        ("dates", [*ANSWERED, *OF_THE_CITIZEN]),
        ("dates-and-outcome", [*ANSWERED, *OF_THE_CITIZEN]),
    ],
)
async def test_when_the_citizen_was_met_the_sender_reads_only_where_the_way_back_has_dates(
    world: World, scope: str | None, told: list[str]
) -> None:
    case = await world.case()
    steps = ("requested", "accepted", "attempted", "contact", "receipt", "completed")
    await world.referred(case, *steps, told={"return_scope": scope})

    sent, hidden = await story(world, case)
    received, nothing = await story(world, case, "health")

    about = {*ANSWERED, *OF_THE_CITIZEN}
    assert [kind for kind in reversed(sent) if kind in about] == told
    assert {kind for kind in received if kind in about} == about
    assert (hidden, nothing) == (len(about) - len(told), 0)
    (need,) = (await world.caller().read(f"/cases/{case['id']}"))["needs"]
    assert need["catchState"] == "caught", "the gate needs it"


async def test_of_an_anonymous_referral_the_story_has_no_moment_to_compare(world: World) -> None:
    case = await world.case()
    await world.referred(
        case, "requested", "accepted", "contact", "receipt", "completed", told={"anonymous": True}, takes=False
    )

    kinds, hidden = await story(world, case)

    assert [kind for kind in kinds if kind.startswith(("referral", "first", "handover"))] == ASKED
    assert hidden == 0


async def test_who_may_not_read_the_case_reads_no_story(world: World) -> None:
    case = await world.case()

    answers = [
        await world.caller("social").get(f"/cases/{case['id']}/timeline"),
        await world.caller(authority="0147").get(f"/cases/{case['id']}/timeline"),
        await world.caller().get(f"/cases/{somewhere()}/timeline"),
    ]

    assert {(one.status_code, slug(one)) for one in answers} == {(404, "not-found-or-not-yours")}


async def test_what_is_heard_twice_is_told_once_and_pages_have_no_gap(world: World) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted", "contact", "receipt", told=DATES)
    need = f"/cases/{case['id']}/needs/{case['needs'][0]['id']}"
    await world.caller().does(f"{need}/setting-aside", ASIDE)

    whole, _ = await story(world, case)
    seen, query = [], {"limit": "2"}
    while True:
        page = await world.caller().read(f"/cases/{case['id']}/timeline", **query)
        seen += [item["kind"] for item in page["items"]]
        if page["page"]["next"] is None:
            break
        query["cursor"] = page["page"]["next"]

    assert seen == whole
    assert len(set(whole)) == len(whole) == 8, whole


HAPPENINGS = [kind for kind in vars(events).values() if isinstance(kind, type) and kind.__module__ == events.__name__]
# A trial's realm is its own; that an alarm went further is the notification's to tell.
UNTOLD = {events.EnrolmentStarted, events.EnrolmentWithdrawn, events.NotificationUnacknowledged}


@pytest.mark.parametrize("kind", HAPPENINGS, ids=lambda kind: kind.__name__)
def test_everything_that_happens_has_its_words_in_the_story(kind: type) -> None:
    anything: Any = object.__new__(kind)
    for name in kind.__dataclass_fields__:  # type: ignore[attr-defined]  # every moment is a dataclass
        object.__setattr__(anything, name, "x")

    told = list(told_of([anything], None))  # type: ignore[arg-type]  # when does not matter here

    assert [entry.kind in TEXTS for entry in told] == ([] if kind in UNTOLD else [True])


async def test_an_attempt_and_an_invitation_stand_in_the_story_and_change_nothing(world: World) -> None:
    case = await world.case()
    referral = await world.referred(case, "requested", "accepted", told=DATES)
    before = await world.caller().read(f"/cases/{case['id']}")
    await world.referred(case, "attempted", referral_id=referral)
    await world.invited(case)

    kinds, _ = await story(world, case)

    assert {"contact-attempted", "invitation-issued"} <= set(kinds)
    assert await world.caller().read(f"/cases/{case['id']}") == before


async def test_what_others_announce_of_a_case_stands_in_its_story_too(world: World) -> None:
    case, anna = await world.case(), world.caller()
    await anna.does(f"/cases/{case['id']}/offers", {"kind": "mentor", "sector": "employment", "from": "2026-12-01"})

    kinds, _ = await story(world, case)

    assert "offer-made" in kinds


@pytest.mark.parametrize("state", get_args(ReferralState))
def test_every_end_of_a_referral_has_its_words_in_the_story(state: Any) -> None:
    if state not in ("requested", "accepted", "in-progress"):
        assert f"referral-{state}" in TEXTS


def test_whoever_tells_the_town_tells_the_story() -> None:
    """One module of the service writes the outbox, and it writes the story with it."""
    folder = Path(timeline.__file__).parents[1]
    writers = {path.name for path in folder.rglob("*.py") if "chassis.outbox" in path.read_text(encoding="utf-8")}

    assert writers == {"timeline.py"}


# -- who looked ----------------------------------------------------------------------------------------------------


async def looks(world: World, case: Json, sector: str | None = "employment", /, **who: Any) -> list[Any]:
    """The access log, oldest first."""
    purpose = who.pop("purpose", "casework")
    caller = world.caller(sector, **who)
    caller.headers["Access-Purpose"] = purpose
    return list(reversed((await caller.read(f"/cases/{case['id']}/access-log"))["items"]))


async def test_a_caseworker_learns_when_why_and_in_which_sector_and_not_who(world: World) -> None:
    case = await world.case()
    await world.caller(subject="carl").read(f"/cases/{case['id']}")

    log = await looks(world, case)

    assert [(one["what"], one["purpose"], one["sector"]) for one in log] == [
        ("opening", "casework", "employment"),
        ("case", "casework", "employment"),
        ("access-log", "casework", "employment"),
    ]
    assert {(one["subject"], one["unit"], one["client"]) for one in log} == {(None, None, None)}


@pytest.mark.parametrize(
    "who",
    [
        {"role": "auditor", "purpose": "audit"},
        {"role": "dpo", "purpose": "quality-control"},
        {"role": "team-lead", "purpose": "supervision"},
    ],
    ids=str,
)
async def test_who_supervises_looks_learns_who_looked(world: World, who: dict[str, str]) -> None:
    case = await world.case()
    await world.caller("employment", "east", subject="carl").read(f"/cases/{case['id']}")
    sector = "employment" if who["role"] == "team-lead" else None

    log = await looks(world, case, sector, subject="lise", **who)

    assert [(one["subject"], one["unit"]) for one in log] == [("anna", None), ("carl", "east"), ("lise", None)]


async def test_the_team_lead_of_another_sector_in_the_case_does_not_learn_who(world: World) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted")

    log = await looks(world, case, "health", role="team-lead", purpose="supervision")

    assert log
    assert {one["subject"] for one in log} == {None}


async def test_who_may_not_read_the_case_learns_nothing_of_its_looks(world: World) -> None:
    case = await world.case()
    strangers = [world.caller("social"), world.caller(None, role="auditor", authority="0147")]
    strangers[1].headers["Access-Purpose"] = "audit"

    answers = [await one.get(f"/cases/{case['id']}/access-log") for one in strangers]
    machine = await world.caller(role="integration").get(f"/cases/{case['id']}/access-log")

    assert [(one.status_code, slug(one)) for one in answers] == [(404, "not-found-or-not-yours")] * 2
    assert (machine.status_code, slug(machine)) == (403, "role-missing")


async def test_reading_the_log_is_a_look_and_pages_go_back_in_time(world: World) -> None:
    case, anna = await world.case(), world.caller()
    for _ in range(3):
        await looks(world, case)

    first = await anna.read(f"/cases/{case['id']}/access-log", limit="3")

    assert [one["what"] for one in first["items"]] == ["access-log"] * 3
    assert first["page"]["next"] is not None
