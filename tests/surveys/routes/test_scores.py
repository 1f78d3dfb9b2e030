"""Who reads scores, and what is never among them."""

from uuid import UUID, uuid4

import psycopg
import pytest

from contracts.events.cases import ResponsibilityTransferredV1, SectorInvolvedV1, SectorReleasedV1
from tests.support.servers import TestDatabases
from tests.surveys.town import Cases, Surveys, slug


@pytest.fixture
async def case_id(surveys: Surveys, cases: Cases) -> UUID:
    """A case whose citizen has answered the baseline: 100."""
    await surveys.activate()
    case_id = await cases.open()
    await answer(surveys, case_id, (5, 5, 5, 5, 5))
    return case_id


async def answer(surveys: Surveys, case_id: UUID, values: tuple[int, ...]) -> None:
    """Answer the latest invitation of a case."""
    latest, *_ = await surveys.invitations(case_id)
    submitted = await surveys.submit(await surveys.sitting(await surveys.link(latest["id"])), values)
    assert submitted.status_code == 201


async def test_scores_are_read_latest_first_page_by_page(surveys: Surveys, case_id: UUID) -> None:
    """What changed is seen by reading down."""
    body = {"caseId": str(case_id), "programme": "who5-casework", "wave": "month-3"}
    await surveys.post("/invitations", body, by=surveys.worker())
    await answer(surveys, case_id, (0, 0, 0, 0, 1))
    path = f"/cases/{case_id}/scores"

    first = (await surveys.get(path, surveys.worker(), limit="1")).json()
    second = (await surveys.get(path, surveys.worker(), limit="1", cursor=first["page"]["next"])).json()

    assert [(score["wave"], score["score"]) for score in first["items"]] == [("month-3", 4)]
    assert [(score["wave"], score["score"]) for score in second["items"]] == [("baseline", 100)]
    assert second["page"]["next"] is None


async def test_answers_given_for_evaluation_are_never_read_by_casework(
    surveys: Surveys, case_id: UUID, databases: TestDatabases
) -> None:
    """Planted straight into the rows, since no shipped programme asks for evaluation: neither score nor invitation."""
    with psycopg.connect(databases["surveys"].admin_url) as admin:
        for table in ("responses", "invitations"):
            changed = admin.execute(f"update {table} set purpose = 'evaluation' where case_id = %s", [case_id])  # type: ignore[arg-type]  # a constant
            assert changed.rowcount == 1

    scores = await surveys.get(f"/cases/{case_id}/scores", surveys.worker())

    assert (scores.status_code, scores.json()["items"]) == (200, [])
    assert await surveys.invitations(case_id) == []


async def test_reading_follows_the_case(surveys: Surveys, cases: Cases, case_id: UUID) -> None:
    """Health takes part, then holds; employment has let go."""
    path, employment, health = f"/cases/{case_id}/scores", surveys.worker(), surveys.worker("health")

    async def readers() -> list[str]:
        sectors = {"employment": employment, "health": health}
        return [name for name, who in sectors.items() if (await surveys.get(path, who)).status_code == 200]

    at_first = await readers()
    await cases.say(case_id, SectorInvolvedV1(sector="health"))
    together = await readers()
    moved = ResponsibilityTransferredV1(from_sector="employment", to_sector="health", receipt_id=uuid4())
    await cases.say(case_id, moved)
    let_go = SectorReleasedV1(sector="employment", ground="needs-handed-on", release_id=uuid4(), need_ids=())
    await cases.say(case_id, let_go)
    at_last = await readers()

    assert (at_first, together, at_last) == (["employment"], ["employment", "health"], ["health"])


async def test_absent_and_not_yours_are_one_answer(surveys: Surveys, case_id: UUID) -> None:
    """Also for another authority's caseworker of the right sector."""
    answers = [
        await surveys.get(f"/cases/{case_id}/scores", surveys.worker("social")),
        await surveys.get(f"/cases/{case_id}/scores", surveys.worker(authority="0999")),
        await surveys.get(f"/cases/{uuid4()}/scores", surveys.worker()),
    ]

    assert {(answer.status_code, slug(answer)) for answer in answers} == {(404, "not-found-or-not-yours")}


@pytest.mark.parametrize("role", ["administrator", "dpo", "auditor", "integration"])
async def test_other_roles_read_no_scores(surveys: Surveys, case_id: UUID, role: str) -> None:
    """A score is for those who work with the citizen."""
    refused = await surveys.get(f"/cases/{case_id}/scores", surveys.worker(role=role))

    assert refused.status_code == 403


async def test_every_look_is_logged_with_its_purpose(surveys: Surveys, case_id: UUID, databases: TestDatabases) -> None:
    """The citizen may ask when and why."""
    (invitation,) = await surveys.invitations(case_id)
    await surveys.get(f"/invitations/{invitation['id']}", surveys.worker())
    await surveys.get(f"/cases/{case_id}/scores", surveys.worker())

    with psycopg.connect(databases["surveys"].admin_url) as admin:
        rows = admin.execute(
            "select what, purpose, sector from lookups where case_id = %s order by id desc limit 3", [case_id]
        ).fetchall()
    assert rows == [
        ("scores", "casework", "employment"),
        ("invitation", "casework", "employment"),
        ("invitations", "casework", "employment"),
    ]
