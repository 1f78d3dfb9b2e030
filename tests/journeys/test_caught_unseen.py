"""Anonymous treatment, from the request to the release-check that counts on it, through the gateway."""

from helhed.demo.caller import Json
from tests.journeys import acts
from tests.journeys.bodies import new_key
from tests.journeys.stage import Stage, eventually, refused


def is_caught(need: Json) -> bool:
    """Whether the need is."""
    return bool(need["catchState"] == "caught")


async def test_a_citizen_unknown_to_the_unit_is_caught_by_a_code(stage: Stage) -> None:
    case = await acts.open_case(stage.employment, "substance-use")
    referral = await acts.refer_unseen(stage.employment, case)
    waiting = await acts.unmet(stage.employment, case)
    code = (await acts.catch_code(stage.employment, referral))["code"]

    # The unit knows of nobody: not the referral, not the case.
    await refused(stage.health, "GET", referral, status=404, slug="not-found-or-not-yours")
    await refused(stage.health, "GET", case.path, status=404, slug="not-found-or-not-yours")
    met = {"code": code, "attendedOn": acts.today().isoformat()}
    done = await stage.health.send("POST", "/v1/catch-confirmations", body=met, key=new_key())

    assert done.status_code == 201
    assert "sync-token" not in done.headers
    assert ("referral-not-accepted", case.treatment) in waiting
    # Nobody waits for news that only the unit was told of, so it is asked until it has come.
    assert (await stage.employment.get(referral))["catchState"] == "caught"
    await eventually(lambda: acts.need_in(stage.employment, case, "substance-use"), is_caught)
    # Caught: only somebody to hold the case is missing now, and this receipt does not promise that.
    assert await acts.unmet(stage.employment, case) == [("no-sector-takes-holding", None)]
    # And the unit knows of nobody still.
    await refused(stage.health, "GET", referral, status=404, slug="not-found-or-not-yours")
    await refused(stage.health, "GET", case.path, status=404, slug="not-found-or-not-yours")
    again = await stage.health.send("POST", "/v1/catch-confirmations", body=met, key=new_key())
    assert (again.status_code, again.json()["type"]) == (404, "urn:helhed:problem:catch-code-not-usable")
