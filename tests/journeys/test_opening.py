"""How journeys begin: who is taken in, who has a case already, and who need not say who they are."""

from tests.journeys import acts
from tests.journeys.stage import Stage, refused

PROBLEM = {"type", "title", "status", "detail", "instance", "errors"}


async def test_who_has_an_open_case_is_not_told_to_anybody_else(stage: Stage) -> None:
    who = acts.citizen()
    case = await acts.open_case(stage.employment, citizen=who)
    again = {"citizen": who, "needs": [{"domain": "housing"}]}

    problem = await refused(stage.social, "POST", "/v1/cases", again, status=409, slug="open-case-exists")

    assert problem.keys() <= PROBLEM
    assert case.id not in str(problem)
    assert case.number not in str(problem)
    by_number = {"identifier": who["identifiers"][0]}
    assert (await stage.social.send("POST", "/v1/cases/_search", body=by_number)).json()["items"] == []


async def test_another_authority_may_open_its_own_case_for_the_same_person(stage: Stage) -> None:
    who = acts.citizen()
    await acts.open_case(stage.employment, citizen=who)

    await acts.open_case(stage.somebody(sector="employment", authority="0461"), citizen=who)


async def test_after_the_case_is_closed_a_new_one_may_be_opened(stage: Stage) -> None:
    who = acts.citizen()
    case = await acts.open_case(stage.employment, citizen=who)
    await stage.employment.post(
        f"{case.path}/closure",
        {"ground": "citizen-declined", "reason": "Vil ikke nu.", "citizenStatement": "Jeg vil ikke mere."},
    )

    assert (await acts.open_case(stage.employment, citizen=who)).number != case.number


async def test_a_number_that_fails_modulus_eleven_is_a_number(stage: Stage) -> None:
    """Such numbers have been issued since 2007. It comes back masked, and is found by itself alone."""
    who = {"identifiers": [{"system": "cpr", "value": "311299-0000"}], "name": "Asta Prøvesen"}
    case = await acts.open_case(stage.employment, citizen=who)

    shown = (await stage.employment.get(case.path))["citizen"]["identifiers"]
    assert shown == [{"system": "cpr", "masked": "311299-xxxx", "warnings": ["cpr-modulus-11"]}]
    search = {"identifier": {"system": "cpr", "value": "3112990000"}}
    found = (await stage.employment.send("POST", "/v1/cases/_search", body=search)).json()["items"]
    assert [one["id"] for one in found] == [case.id]


async def test_a_citizen_need_not_say_who_they_are(stage: Stage) -> None:
    """Anonymous help goes the whole way: caught, handed over, closed; there is nobody to write to."""
    await stage.administrator.post("/v1/survey-programmes/who5-casework/activation")
    employment, health = stage.employment, stage.health
    guest = {"anonymous": True, "alias": "Gæst på varmestuen"}
    case = await acts.open_case(employment, "substance-use", citizen=guest)
    another = await acts.open_case(employment, "substance-use", citizen=guest)  # an alias is nobody's alone
    assert another.id != case.id

    shown = await employment.get(case.path)
    assert (shown["alias"], shown["displayName"]) == (guest["alias"], None)
    assert shown["citizen"]["identifiers"] == []
    await acts.catch(health, await acts.refer(employment, case))
    await acts.release(employment, case)
    await health.post(f"{case.need('substance-use')}/closure", {"outcome": "met"})
    closed = await health.post(f"{case.path}/closure", {"ground": "no-needs-left", "reason": "Hjulpet."})
    assert closed["status"] == "closed"


async def test_anonymous_means_without_a_name(stage: Stage) -> None:
    half = {"anonymous": True, "alias": "Gæst", "name": "Asta Prøvesen"}
    body = {"citizen": half, "needs": [{"domain": "housing"}]}

    problem = await refused(stage.employment, "POST", "/v1/cases", body, status=400, slug="invalid-request")
    assert [fault["pointer"] for fault in problem["errors"]] == ["/citizen"]
    assert "Prøvesen" not in str(problem)
