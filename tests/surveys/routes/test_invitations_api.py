"""Inviting by hand, the sender's links, and who sees which invitation."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from contracts.events.cases import CaseClosedV1, SectorInvolvedV1
from tests.support.servers import TestDatabases
from tests.surveys.town import Caller, Cases, Surveys, fingerprint, slug


@pytest.fixture
async def case_id(surveys: Surveys, cases: Cases) -> UUID:
    """A case that opened before the programme was turned on, so that nobody has been invited."""
    case_id = await cases.open()
    await surveys.activate()
    return case_id


async def invite(surveys: Surveys, case_id: UUID, *, by: Caller | None = None, **members: Any) -> Any:
    """Invite the citizen of a case, by its holder."""
    body = {"caseId": str(case_id), "programme": "who5-casework", "wave": "month-3", **members}
    return await surveys.post("/invitations", body, by=by or surveys.worker())


async def test_a_caseworker_invites_to_a_wave(surveys: Surveys, case_id: UUID) -> None:
    """Later waves are not sent by themselves yet; by hand they are."""
    created = await invite(surveys, case_id)

    invitation = created.json()
    read = await surveys.get(f"/invitations/{invitation['id']}", surveys.worker())
    assert created.status_code == 201
    assert created.headers["location"] == f"/v1/invitations/{invitation['id']}"
    assert created.headers["etag"] == '"1"'
    assert created.headers["sync-token"].startswith(f"surveys:{case_id}:")
    assert read.json() == invitation
    assert {name: invitation[name] for name in ("wave", "purpose", "state", "allowedActions", "version")} == {
        "wave": "month-3",
        "purpose": "casework",
        "state": "issued",
        "allowedActions": ["revocation"],
        "version": 1,
    }


async def test_an_id_of_ones_own_is_kept_and_not_used_twice(surveys: Surveys, case_id: UUID) -> None:
    """A client that lost the answer can look for what it asked for."""
    own = str(uuid4())

    created = await invite(surveys, case_id, id=own)
    again = await invite(surveys, case_id, id=own, wave="month-6")

    assert created.json()["id"] == own
    assert (again.status_code, slug(again)) == (409, "already-exists")


async def test_a_wave_is_not_asked_twice(surveys: Surveys, case_id: UUID) -> None:
    """While it can be answered, and after it has been; once revoked it may be asked anew."""
    first = (await invite(surveys, case_id)).json()["id"]

    again = await invite(surveys, case_id)
    await surveys.post(f"/invitations/{first}/revocation", by=surveys.worker())
    anew = await invite(surveys, case_id)

    assert (again.status_code, slug(again)) == (409, "wave-already-invited")
    assert again.json()["invitationId"] == first
    assert anew.status_code == 201


async def test_nobody_is_invited_by_a_programme_that_is_off(surveys: Surveys, cases: Cases) -> None:
    """The authority decides, not the caseworker."""
    refused = await invite(surveys, await cases.open())

    assert (refused.status_code, slug(refused)) == (409, "programme-not-active")


async def test_nobody_is_invited_on_a_closed_case(surveys: Surveys, cases: Cases, case_id: UUID) -> None:
    """Also by its last holder, who still reads."""
    await cases.say(case_id, CaseClosedV1(ground="no-needs-left", closed_by_sector="employment"))

    refused = await invite(surveys, case_id)

    assert (refused.status_code, slug(refused)) == (409, "surveyed-case-closed")


@pytest.mark.parametrize("members", [{"programme": "who6"}, {"wave": "month-4"}])
async def test_a_wave_that_does_not_exist_is_bad_input(
    surveys: Surveys, case_id: UUID, members: dict[str, str]
) -> None:
    """And not a 404, which would speak of the case."""
    refused = await invite(surveys, case_id, **members)

    assert (refused.status_code, slug(refused)) == (400, "unknown-wave")


# -- the sender's link -----------------------------------------------------------------------------


async def test_the_sender_gets_a_link_whose_secret_is_in_the_fragment(surveys: Surveys, case_id: UUID) -> None:
    """Browsers do not send fragments, so the secret is in no server's log."""
    invitation = (await invite(surveys, case_id)).json()

    made = await surveys.post(f"/invitations/{invitation['id']}/link", by=surveys.sender)

    place, _, token = made.json()["url"].partition("#t=")
    assert made.status_code == 200
    assert made.headers["etag"] == '"2"'
    assert place == "https://town.example/s"
    assert token.startswith(f"{surveys.authority}.")
    assert len(token) == len(surveys.authority) + 1 + 43
    assert made.json()["expiresAt"] == invitation["expiresAt"]


async def test_a_sender_that_asks_again_with_its_key_gets_the_same_link(surveys: Surveys, case_id: UUID) -> None:
    """A worker that was killed between asking and sending does not kill the link it may have sent."""
    path, key = f"/invitations/{(await invite(surveys, case_id)).json()['id']}/link", str(uuid4())

    first = await surveys.post(path, by=surveys.sender, key=key)
    again = await surveys.post(path, by=surveys.sender, key=key)

    assert again.status_code == 200
    assert again.json() == first.json()


@pytest.mark.parametrize("role", ["caseworker", "team-lead", "administrator", "integration", "dpo"])
async def test_nobody_else_gets_a_link(surveys: Surveys, case_id: UUID, role: str) -> None:
    """Whoever could make one could answer for the citizen."""
    invitation = (await invite(surveys, case_id)).json()

    refused = await surveys.post(f"/invitations/{invitation['id']}/link", by=surveys.worker(role=role))

    assert refused.status_code in (403, 404)
    assert "url" not in refused.json()


async def test_what_is_over_gets_no_link(surveys: Surveys, case_id: UUID) -> None:
    """The refusal names no step, for there is none."""
    invitation = (await invite(surveys, case_id)).json()
    await surveys.post(f"/invitations/{invitation['id']}/revocation", by=surveys.worker())

    refused = await surveys.post(f"/invitations/{invitation['id']}/link", by=surveys.sender)

    assert (refused.status_code, slug(refused)) == (409, "invalid-transition")
    assert refused.json()["allowed"] == []


async def test_a_version_that_was_not_read_is_honoured_when_sent(surveys: Surveys, case_id: UUID) -> None:
    """If-Match is optional here, for the state refuses the second anyway."""
    path = f"/invitations/{(await invite(surveys, case_id)).json()['id']}/revocation"

    stale = await surveys.post(path, by=surveys.worker(), **{"If-Match": '"7"'})
    fresh = await surveys.post(path, by=surveys.worker(), **{"If-Match": '"1"'})

    assert (stale.status_code, slug(stale)) == (412, "stale-version")
    assert fresh.status_code == 200
    assert fresh.headers["etag"] == '"2"'


# -- who sees what ---------------------------------------------------------------------------------


async def test_a_sector_that_takes_part_sees_invites_and_revokes(surveys: Surveys, cases: Cases, case_id: UUID) -> None:
    """As the holder does."""
    await cases.say(case_id, SectorInvolvedV1(sector="health"))
    health = surveys.worker("health")

    created = await invite(surveys, case_id, by=health)
    revoked = await surveys.post(f"/invitations/{created.json()['id']}/revocation", by=health)

    assert (created.status_code, revoked.status_code) == (201, 200)


async def test_to_everybody_else_it_does_not_exist(surveys: Surveys, case_id: UUID) -> None:
    """Another sector, another authority and a made-up id get the same answer, whatever they try."""
    real, made_up = (await invite(surveys, case_id)).json()["id"], str(uuid4())
    strangers = (surveys.worker("social"), surveys.worker(authority="0999"))

    for path in ("/invitations/{}", "/invitations/{}/revocation"):
        call = surveys.get if path.endswith("{}") else lambda path, by: surveys.post(path, by=by)
        answers = [await call(path.format(one), who) for who in strangers for one in (real, made_up)]
        assert {(answer.status_code, slug(answer)) for answer in answers} == {(404, "not-found-or-not-yours")}
        assert len({fingerprint(answer) for answer in answers}) == 1

    for stranger in strangers:
        assert await surveys.invitations(case_id, by=stranger) == []
        refused = await invite(surveys, case_id, by=stranger, wave="month-6")
        assert refused.status_code in (404, 409)
        assert "invitationId" not in refused.json()


async def test_a_list_goes_on_page_after_page_and_knows_states(surveys: Surveys, case_id: UUID) -> None:
    """Latest first, each once; a state filter leaves out the others."""
    waves = ["month-3", "month-6", "month-9"]
    created = [(await invite(surveys, case_id, wave=wave)).json()["id"] for wave in waves]
    await surveys.post(f"/invitations/{created[1]}/revocation", by=surveys.worker())

    first = (await surveys.get("/invitations", surveys.worker(), limit="2")).json()
    second = (await surveys.get("/invitations", surveys.worker(), limit="2", cursor=first["page"]["next"])).json()
    revoked = (await surveys.get("/invitations", surveys.worker(), state="revoked,submitted")).json()
    open_ones = (await surveys.get("/invitations", surveys.worker(), state="issued")).json()

    assert [one["id"] for one in first["items"] + second["items"]] == created[::-1]
    assert second["page"]["next"] is None
    assert [one["id"] for one in revoked["items"]] == [created[1]]
    assert [one["id"] for one in open_ones["items"]] == [created[2], created[0]]


async def test_what_has_run_out_reads_as_expired_without_a_job(
    surveys: Surveys, case_id: UUID, databases: TestDatabases
) -> None:
    """In the list, in the filter, in the one, and in what may be done with it."""
    gone = (await invite(surveys, case_id)).json()["id"]
    open_still = (await invite(surveys, case_id, wave="month-6")).json()["id"]
    with psycopg.connect(databases["surveys"].admin_url) as admin:
        admin.execute("update invitations set expires_at = now() where id = %s", [gone])

    by_state = {
        state: [one["id"] for one in (await surveys.get("/invitations", surveys.worker(), state=state)).json()["items"]]
        for state in ("issued", "expired", "delivered")
    }
    read = (await surveys.get(f"/invitations/{gone}", surveys.worker())).json()
    anew = await invite(surveys, case_id)

    assert by_state == {"issued": [open_still], "expired": [gone], "delivered": []}
    assert (read["state"], read["allowedActions"]) == ("expired", [])
    assert anew.status_code == 201


@pytest.mark.parametrize("query", [{"state": "lost"}, {"state": "issued,"}, {"caseId": "7"}, {"wave": "baseline"}])
async def test_a_filter_that_is_not_known_is_refused(surveys: Surveys, query: dict[str, str]) -> None:
    """A misspelt filter would otherwise answer with other people's rows."""
    refused = await surveys.get("/invitations", surveys.worker(), **query)

    assert refused.status_code == 400


async def test_reading_needs_a_purpose(surveys: Surveys) -> None:
    """Who looks says why."""
    silent = Caller(surveys.worker().token, purpose=None)

    refused = await surveys.get("/invitations", silent)

    assert (refused.status_code, slug(refused)) == (400, "purpose-required")


async def test_a_write_that_tells_of_an_invitation_is_a_look_up(
    surveys: Surveys, case_id: UUID, databases: TestDatabases
) -> None:
    """Whoever invites, sends or revokes has learnt something of a citizen, and she may ask who did."""
    invitation = (await invite(surveys, case_id)).json()
    await surveys.link(invitation["id"])
    await surveys.post(f"/invitations/{invitation['id']}/revocation", by=surveys.worker())

    with psycopg.connect(databases["surveys"].admin_url) as admin:
        logged = admin.execute(
            "select what, purpose, sector from lookups where case_id = %s order by id", [case_id]
        ).fetchall()
    assert logged == [
        ("invitation", "casework", "employment"),
        ("invitation", "system-integration", None),
        ("invitation", "casework", "employment"),
    ]
