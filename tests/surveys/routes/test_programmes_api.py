"""Instruments and programmes over HTTP, and who turns a programme on."""

from uuid import uuid4

import pytest

from tests.surveys.town import Surveys, slug

PROGRAMME = "/survey-programmes/who5-casework"


async def test_an_instrument_is_shown_with_its_terms(surveys: Surveys) -> None:
    """No personal data, so no purpose is asked for."""
    read = await surveys.get("/instruments/who5", surveys.administrator)
    listed = await surveys.get("/instruments", surveys.administrator)

    who5 = read.json()
    assert read.headers["etag"] == '"1998"'
    assert who5["scoring"] == {"type": "sum", "factor": 4, "missing": "no-score"}
    assert who5["licence"]["nonCommercial"] is True
    assert [wording["language"] for wording in who5["wordings"]] == ["da", "en"]
    assert [item["code"] for item in listed.json()["items"]] == ["who5"]


async def test_an_instrument_that_does_not_ship_is_not_found(surveys: Surveys) -> None:
    """Nor is a programme."""
    for path in ("/instruments/phq9", "/survey-programmes/phq9"):
        assert (await surveys.get(path, surveys.administrator)).status_code == 404


async def test_an_administrator_turns_a_programme_on_and_off(surveys: Surveys) -> None:
    """Off until then; each step has a version."""
    admin = surveys.administrator

    before = await surveys.get(PROGRAMME, admin)
    on = await surveys.post(f"{PROGRAMME}/activation", by=admin, **{"If-Match": before.headers["etag"]})
    off = await surveys.post(f"{PROGRAMME}/deactivation", by=admin, **{"If-Match": on.headers["etag"]})
    listed = await surveys.get("/survey-programmes", admin)

    states = [(answer.json()["active"], answer.json()["allowedActions"]) for answer in (before, on, off)]
    assert states == [(False, ["activation"]), (True, ["deactivation"]), (False, ["activation"])]
    assert [answer.headers["etag"] for answer in (before, on, off)] == ['"1"', '"2"', '"3"']
    assert listed.json()["items"] == [off.json()]


async def test_a_programme_says_its_purpose_and_its_waves(surveys: Surveys) -> None:
    """Before anybody is asked."""
    programme = (await surveys.get(PROGRAMME, surveys.worker())).json()

    assert programme["purpose"] == "casework"
    assert "din sag" in programme["purposeText"]["da"]
    assert programme["waves"][0] == {"code": "baseline", "offset": "P0D", "window": "P14D"}
    assert programme["allowedActions"] == []


@pytest.mark.parametrize("role", ["caseworker", "team-lead", "dpo", "integration"])
async def test_nobody_else_turns_a_programme_on(surveys: Surveys, role: str) -> None:
    """It decides for a whole authority."""
    refused = await surveys.post(f"{PROGRAMME}/activation", by=surveys.worker(role=role))

    assert refused.status_code == 403
    assert (await surveys.get(PROGRAMME, surveys.administrator)).json()["active"] is False


async def test_one_authority_decides_for_itself_only(surveys: Surveys) -> None:
    """Its neighbour's programme stays off."""
    await surveys.activate()

    neighbour = await surveys.get(PROGRAMME, surveys.worker(authority="0998"))

    assert neighbour.json()["active"] is False


async def test_turning_on_what_is_on_is_refused_and_a_repeat_is_not(surveys: Surveys) -> None:
    """The key tells a repeat from a second decision."""
    key = str(uuid4())

    first = await surveys.post(f"{PROGRAMME}/activation", by=surveys.administrator, key=key)
    second = await surveys.post(f"{PROGRAMME}/activation", by=surveys.administrator)
    repeat = await surveys.post(f"{PROGRAMME}/activation", by=surveys.administrator, key=key)

    assert (second.status_code, slug(second)) == (409, "invalid-transition")
    assert second.json()["allowed"] == ["deactivation"]
    assert repeat.status_code == 200
    assert repeat.json() == first.json()


async def test_a_stale_decision_is_refused(surveys: Surveys) -> None:
    """Somebody decided since it was read."""
    await surveys.activate()

    stale = await surveys.post(f"{PROGRAMME}/deactivation", by=surveys.administrator, **{"If-Match": '"1"'})

    assert (stale.status_code, slug(stale)) == (412, "stale-version")
