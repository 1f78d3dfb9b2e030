"""What surveys does when cases speaks: once for each event, however often it is delivered."""

from uuid import UUID, uuid4

import psycopg
import pytest

from chassis.ids import new_id
from chassis.inbox import Outcome
from contracts.events.cases import (
    CaseClosedV1,
    CaseImportedV1,
    InvitationDeliveredV1,
    InvitationUndeliverableV1,
    NeedRegisteredV1,
    ResponsibilityTransferredV1,
    SectorInvolvedV1,
    SectorReleasedV1,
)
from services.surveys.use_cases.follow_case import CaseNotHeardOf
from services.surveys.use_cases.note_delivery import InvitationNotIssued
from tests.support.servers import TestDatabases
from tests.surveys.town import Cases, Surveys


def announced(databases: TestDatabases, case_id: UUID) -> list[tuple[str, dict[str, str]]]:
    """What surveys has said of a case, in order."""
    with psycopg.connect(databases["surveys"].admin_url) as admin:
        rows = admin.execute(
            "select type, event->'data' from outbox where case_id = %s order by sequence", [case_id]
        ).fetchall()
    return [(str(kind).removeprefix("dk.helhed.surveys."), data) for kind, data in rows]


async def test_a_case_that_opens_is_invited_and_the_town_is_told(
    surveys: Surveys, cases: Cases, databases: TestDatabases
) -> None:
    """Ids and codes; the link does not exist yet, and would not be told."""
    await surveys.activate()

    case_id = await cases.open()

    (invitation,) = await surveys.invitations(case_id)
    told = {"invitationId": invitation["id"], "wave": "baseline", "purpose": "casework"}
    assert invitation["state"] == "issued"
    assert announced(databases, case_id) == [("invitation-issued.v1", told)]


async def test_the_same_news_twice_invites_once(surveys: Surveys, cases: Cases, databases: TestDatabases) -> None:
    """Brokers deliver at least once."""
    await surveys.activate()
    case_id = await cases.open()

    again = [await cases.repeat() for _ in range(3)]

    assert again == [Outcome.SEEN_BEFORE] * 3
    assert len(await surveys.invitations(case_id)) == 1
    assert len(announced(databases, case_id)) == 1


async def test_nobody_is_invited_by_a_programme_that_is_off(
    surveys: Surveys, cases: Cases, databases: TestDatabases
) -> None:
    """Turned on later, it does not reach back: that baseline is past."""
    case_id = await cases.open()
    await surveys.activate()

    assert await surveys.invitations(case_id) == []
    assert announced(databases, case_id) == []


async def test_a_programme_turned_off_invites_no_more(surveys: Surveys, cases: Cases) -> None:
    """What is out can still be answered."""
    await surveys.activate()
    (before,) = await surveys.invitations(await cases.open())
    await surveys.post("/survey-programmes/who5-casework/deactivation", by=surveys.administrator)

    after = await surveys.invitations(await cases.open())

    assert after == []
    assert (await surveys.submit(await surveys.sitting(await surveys.link(before["id"])))).status_code == 201


async def test_an_imported_case_is_known_and_not_invited(surveys: Surveys, cases: Cases) -> None:
    """Its citizen may have been helped for three years: this is no baseline."""
    await surveys.activate()
    case_id = new_id()

    await cases.say(
        case_id, CaseImportedV1(opened_by_sector="employment", case_number="2026-000001", origin="imported")
    )

    scores = await surveys.get(f"/cases/{case_id}/scores", surveys.worker())
    assert await surveys.invitations(case_id) == []
    assert scores.status_code == 200


async def test_an_answer_is_announced_without_what_was_answered(
    surveys: Surveys, cases: Cases, databases: TestDatabases
) -> None:
    """That somebody answered is news; what they answered is health data."""
    await surveys.activate()
    case_id = await cases.open()
    (invitation,) = await surveys.invitations(case_id)

    await surveys.submit(await surveys.sitting(await surveys.link(invitation["id"])))

    told = {"invitationId": invitation["id"], "wave": "baseline", "purpose": "casework"}
    assert announced(databases, case_id)[1:] == [("response-submitted.v1", told)]


async def test_a_case_that_closes_takes_its_open_invitations_back(surveys: Surveys, cases: Cases) -> None:
    """The link in the letter is dead; what was answered stays."""
    await surveys.activate()
    answered_case, open_case = await cases.open(), await cases.open()
    (answered,) = await surveys.invitations(answered_case)
    await surveys.submit(await surveys.sitting(await surveys.link(answered["id"])))
    (waiting,) = await surveys.invitations(open_case)
    link = await surveys.link(waiting["id"])

    for case_id in (answered_case, open_case):
        await cases.say(case_id, CaseClosedV1(ground="citizen-moved", closed_by_sector="employment"))
    repeated = await cases.repeat()

    assert repeated is Outcome.SEEN_BEFORE
    assert (await surveys.invitations(open_case))[0]["state"] == "revoked"
    assert (await surveys.invitations(answered_case))[0]["state"] == "submitted"
    assert (await surveys.open(link)).status_code == 404


async def test_a_closed_case_is_read_by_its_last_holder_alone(surveys: Surveys, cases: Cases) -> None:
    """A citizen who moved or died closes it without anybody's release; cases shuts the others out all the same."""
    await surveys.activate()
    case_id = await cases.open()
    await cases.say(case_id, SectorInvolvedV1(sector="health"))
    before = await surveys.get(f"/cases/{case_id}/scores", surveys.worker("health"))

    await cases.say(case_id, CaseClosedV1(ground="citizen-moved", closed_by_sector="employment"))

    health = await surveys.get(f"/cases/{case_id}/scores", surveys.worker("health"))
    holder = await surveys.get(f"/cases/{case_id}/scores", surveys.worker())
    assert [before.status_code, health.status_code, holder.status_code] == [200, 404, 200]
    assert await surveys.invitations(case_id, by=surveys.worker("health")) == []


async def test_the_sender_reports_what_became_of_it(surveys: Surveys, cases: Cases) -> None:
    """Undeliverable first, delivered at the second try."""
    await surveys.activate()
    case_id = await cases.open()
    (invitation,) = await surveys.invitations(case_id)

    await cases.say(case_id, InvitationUndeliverableV1(invitation_id=invitation["id"], reason_code="no-channel"))
    (unreached,) = await surveys.invitations(case_id)
    await cases.say(case_id, InvitationDeliveredV1(invitation_id=invitation["id"], channel="letter"))
    await cases.repeat()
    (reached,) = await surveys.invitations(case_id)

    assert (unreached["state"], unreached["undeliverableReason"]) == ("undeliverable", "no-channel")
    assert (reached["state"], reached["undeliverableReason"]) == ("delivered", None)
    assert reached["deliveredAt"] is not None
    assert reached["version"] == invitation["version"] + 2


async def test_a_report_that_comes_after_the_answer_changes_nothing(surveys: Surveys, cases: Cases) -> None:
    """The citizen was quicker than the broker."""
    await surveys.activate()
    case_id = await cases.open()
    (invitation,) = await surveys.invitations(case_id)
    await surveys.submit(await surveys.sitting(await surveys.link(invitation["id"])))

    outcome = await cases.say(case_id, InvitationDeliveredV1(invitation_id=invitation["id"], channel="letter"))

    assert outcome is Outcome.APPLIED
    assert (await surveys.invitations(case_id))[0]["state"] == "submitted"


async def test_what_does_not_concern_surveys_is_let_pass(surveys: Surveys, cases: Cases) -> None:
    """It is counted all the same, or the next event would look like a gap."""
    case_id = await cases.open()

    passed = await cases.say(case_id, NeedRegisteredV1(need_id=uuid4(), owner_sector="employment"))
    next_one = await cases.say(case_id, SectorInvolvedV1(sector="health"))

    assert [passed, next_one] == [Outcome.APPLIED, Outcome.APPLIED]
    assert (await surveys.get(f"/cases/{case_id}/scores", surveys.worker("health"))).status_code == 200


@pytest.mark.parametrize(
    "event",
    [
        SectorInvolvedV1(sector="health"),
        SectorReleasedV1(sector="health", ground="needs-handed-on", release_id=uuid4(), need_ids=()),
        ResponsibilityTransferredV1(from_sector="employment", to_sector="health", receipt_id=uuid4()),
        CaseClosedV1(ground="citizen-died", closed_by_sector="employment"),
    ],
)
async def test_news_of_a_case_that_never_opened_is_not_swallowed(cases: Cases, event: SectorInvolvedV1) -> None:
    """The wrapper tries again and then parks it, where people see it."""
    with pytest.raises(CaseNotHeardOf):
        await cases.say(new_id(), event)


async def test_a_report_about_an_invitation_nobody_issued_is_not_swallowed(cases: Cases) -> None:
    """Nor is one about another authority's, which from here does not exist."""
    case_id = await cases.open()

    with pytest.raises(InvitationNotIssued):
        await cases.say(case_id, InvitationDeliveredV1(invitation_id=uuid4(), channel="letter"))
