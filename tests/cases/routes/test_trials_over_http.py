"""A trial is founded, registered for good, joined by sites and amended with a date, by who leads it and nobody else."""

from typing import Any

from tests.cases.trials import (
    AS_BEFORE,
    NO_DEMANDS,
    ONGOING,
    PROVISIONS,
    arms,
    enrolled,
    founded,
    manager,
    protocol,
    recruiting,
    registered,
)
from tests.cases.world import Json, World, slug, somewhere

STEPPED = {"unit": "authority", "method": "stepped-wedge", "steps": [{"cluster": "0101", "from": "2026-06-01"}]}


async def test_a_trial_is_founded_as_a_draft_and_read_as_it_was_told(world: World) -> None:
    answer = await manager(world).post("/trials", protocol())

    made = answer.json()
    assert (answer.status_code, made["status"], made["version"]) == (201, "draft", 1)
    assert made["period"] == ONGOING
    assert made["legalBasis"]["provisions"] == [{"description": None} | one for one in PROVISIONS]
    assert made["legalBasis"]["inForce"] is True
    assert [arm["exemptFrom"] for arm in made["arms"]] == [["las-13"], []]
    assert made["allocation"] == {
        "unit": "citizen",
        "method": "randomised",
        "ratio": {"voluntary": 1, "comparison": 1},
        "blockSizes": [4, 6, 8],
        "steps": [],
        "rule": None,
    }
    assert made["allowedActions"] == ["addTrialSite", "decideLegalBasis", "registerTrial", "replaceTrial"]
    assert await manager(world).read(f"/trials/{made['id']}") == made


async def test_entitlements_are_kept_with_their_arm(world: World) -> None:
    entitlement = {"budgetCeilingOere": 5_000_000, "maxCaseload": 25, "contactEveryDays": 14}

    made = await founded(world, arms=[NO_DEMANDS | {"entitlement": entitlement}, AS_BEFORE])

    assert made["arms"][0]["entitlement"] == entitlement


async def test_a_protocol_that_does_not_fit_together_is_refused_with_every_fault(world: World) -> None:
    answer = await manager(world).post("/trials", protocol(arms=arms("a", "a"), allocation={"ratio": {"b": 1}}))

    assert (answer.status_code, slug(answer)) == (400, "protocol-unsound")
    assert answer.json()["faults"] == ["arm-twice", "nothing-to-compare", "ratio-of-other-arms"]


MALFORMED: tuple[Json, ...] = (
    {"arms": []},
    {"arms": None},
    {"period": {"from": "2026-01-01"}},
    {"legalBasis": protocol()["legalBasis"] | {"type": "wish"}},
    {"legalBasis": protocol()["legalBasis"] | {"status": "refused"}},
    {"allocation": {"ratio": {"voluntary": 0, "comparison": 1}}},
    {"allocation": {"ratio": {"Voluntary": 1}}},
    {"allocation": {"blockSizes": []}},
    {"allocation": STEPPED | {"steps": [{"cluster": "0101/a b", "from": "2026-06-01"}]}},
    {"name": "\x00"},
    {"unknown": 1},
)


async def test_what_is_malformed_is_refused_as_such(world: World) -> None:
    for changes in MALFORMED:
        answer = await manager(world).post("/trials", protocol(**changes))
        assert (changes, answer.status_code, slug(answer)) == (changes, 400, "invalid-request")


async def test_a_period_runs_forwards(world: World) -> None:
    answer = await manager(world).post("/trials", protocol(period={"from": "2027-01-01", "to": "2026-01-01"}))

    assert (answer.status_code, slug(answer)) == (400, "period-backwards")


async def test_a_draft_is_replaced_whole_by_who_has_read_it(world: World) -> None:
    made = await founded(world)
    other = protocol(name="Nyt navn", arms=arms("a", "b"))
    lead = manager(world)

    async def put(body: Json, **headers: str) -> Any:
        return await lead.http.put(f"/v1/trials/{made['id']}", headers=lead.headers | headers, json=body)

    assert (await put(other)).status_code == 428
    assert (await put(other, **{"If-Match": '"9"'})).status_code == 412
    replaced = (await put(other, **{"If-Match": '"1"'})).json()
    assert (replaced["name"], replaced["version"]) == ("Nyt navn", 2)
    assert replaced["legalBasis"]["id"] == made["legalBasis"]["id"]
    assert slug(await put(protocol(arms=arms("a")), **{"If-Match": '"2"'})) == "protocol-unsound"


async def test_what_is_registered_stays(world: World) -> None:
    trial = await registered(world)
    lead = manager(world)

    again = await lead.post(f"/trials/{trial['id']}/registration")
    body, tag = protocol(name="Nyt navn"), {"If-Match": f'"{trial["version"]}"'}
    replaced = await lead.http.put(f"/v1/trials/{trial['id']}", headers=lead.headers | tag, json=body)

    assert trial["status"] == "registered"
    assert trial["registeredAt"] is not None
    assert (again.status_code, slug(again), again.json()["allowed"]) == (409, "invalid-transition", ["recruiting"])
    assert (replaced.status_code, slug(replaced)) == (409, "trial-is-registered")


async def test_a_trial_without_outcomes_is_not_registered(world: World) -> None:
    made = await founded(world, outcomes=[])

    assert slug(await manager(world).post(f"/trials/{made['id']}/registration")) == "trial-without-outcomes"


async def test_nobody_is_recruited_where_no_authority_takes_part(world: World) -> None:
    made = await founded(world)
    await manager(world).does(f"/trials/{made['id']}/registration")

    assert slug(await manager(world).post(f"/trials/{made['id']}/recruitment")) == "trial-without-site"


async def test_a_trial_goes_one_way(world: World) -> None:
    trial = await recruiting(world)
    lead, states = manager(world), []

    for step in ("recruitment", "recruitment-end", "recruitment", "follow-up", "closure", "follow-up"):
        answer = await lead.post(f"/trials/{trial['id']}/{step}")
        states.append(answer.json().get("status"))

    assert states == [409, "running", 409, "follow-up", "closed", 409]


async def test_a_step_is_taken_from_the_version_that_was_read(world: World) -> None:
    trial = await registered(world)

    for step in ("recruitment", "seed-revelation", "amendments", "sites", "legal-basis-decisions"):
        body = {
            "amendments": {"what": "x", "reason": "y"},
            "sites": {"authority": "0999", "agreement": "x"},
            "legal-basis-decisions": {"outcome": "ended", "on": "2027-01-01", "reference": "x"},
        }.get(step)
        answer = await manager(world).post(f"/trials/{trial['id']}/{step}", body, If_Match='"99"')
        assert (step, answer.status_code) == (step, 412)


# -- sites, amendments, legal basis -------------------------------------------------------------------------------


async def test_an_authority_sees_a_trial_once_it_is_a_site(world: World) -> None:
    made, site = await founded(world), world.caller()
    assert (await site.get(f"/trials/{made['id']}")).status_code == 404

    body = {"authority": world.authority, "agreement": "2026-17", "components": ["voluntary"]}
    answer = await manager(world).post(f"/trials/{made['id']}/sites", body)

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/trials/{made['id']}/sites/{world.authority}"
    seen = await site.read(f"/trials/{made['id']}")
    assert [one["authority"] for one in seen["sites"]] == [world.authority]
    assert seen["allowedActions"] == []
    assert (await site.read("/trials"))["items"] == [seen]
    assert (await site.read(f"/trials/{made['id']}/sites/{world.authority}"))["components"] == ["voluntary"]
    assert (await site.get(f"/trials/{made['id']}/sites/0998")).status_code == 404
    assert slug(await manager(world).post(f"/trials/{made['id']}/sites", body)) == "site-exists"


async def test_who_joins_late_enrols_like_everybody(world: World) -> None:
    trial = await recruiting(world, "0997")
    await manager(world).does(f"/trials/{trial['id']}/sites", {"authority": world.authority, "agreement": "sent"})

    assert (await enrolled(world, trial))["arm"] in ("voluntary", "comparison")


async def test_sites_are_told_page_by_page(world: World) -> None:
    trial = await registered(world, "0997", "0998", "0999")
    first = await manager(world).read(f"/trials/{trial['id']}/sites", limit="2")
    rest = await manager(world).read(f"/trials/{trial['id']}/sites", limit="2", cursor=first["page"]["next"])

    assert [one["authority"] for one in first["items"] + rest["items"]] == ["0997", "0998", "0999"]


async def test_an_amendment_is_dated_and_prolongs_nobody_behind_their_back(world: World) -> None:
    trial = await recruiting(world)
    made = await enrolled(world, trial)

    body = {"what": "Forsøget varer et år længere.", "reason": "Forlænget ved lov.", "endsOn": "2030-12-31"}
    amendment = await manager(world).does(f"/trials/{trial['id']}/amendments", body)

    site, at = world.caller(), f"/trials/{trial['id']}"
    assert amendment["amendedAt"]
    assert (await site.read(f"{at}/amendments"))["items"] == [amendment]
    assert await site.read(f"{at}/amendments/{amendment['id']}") == amendment
    assert (await site.get(f"{at}/amendments/{somewhere()}")).status_code == 404
    after = await site.read(at)
    assert after["period"]["to"] == "2030-12-31"
    assert [after[part] for part in ("arms", "strata", "outcomes")] == [
        trial[part] for part in ("arms", "strata", "outcomes")
    ]
    assert (await site.read(f"{at}/enrolments/{made['id']}"))["endsOn"] == "2029-12-31"
    assert (await enrolled(world, trial))["endsOn"] == "2030-12-31"


async def test_a_draft_is_changed_and_not_amended(world: World) -> None:
    made = await founded(world)

    answer = await manager(world).post(f"/trials/{made['id']}/amendments", {"what": "x", "reason": "y"})

    assert slug(answer) == "trial-is-draft"


async def test_decisions_on_the_legal_basis_are_dated_and_work_at_once(world: World) -> None:
    trial = await recruiting(world, legalBasis=protocol()["legalBasis"] | {"status": "applied-for"})
    lead, at = manager(world), f"/trials/{trial['id']}/legal-basis-decisions"

    granted = await lead.does(
        at, {"outcome": "granted", "on": "2026-11-20", "reference": "J.nr. 1", "to": "2027-06-30"}
    )
    assert (granted["from"], granted["to"]) == ("2026-01-01", "2027-06-30")
    assert (await enrolled(world, trial))["arm"]
    await lead.does(at, {"outcome": "granted", "on": "2026-11-21", "reference": "J.nr. 2", "to": "2028-06-30"})
    ended_ = await lead.does(at, {"outcome": "ended", "on": "2026-11-21", "reference": "J.nr. 3"})

    assert ended_["to"] == "2026-11-21"
    listed = (await world.caller().read(at))["items"]
    assert [one["outcome"] for one in listed] == ["granted", "granted", "ended"]
    assert await world.caller().read(f"{at}/{ended_['id']}") == ended_
    assert (await world.caller().get(f"{at}/{somewhere()}")).status_code == 404
    case = await world.case()
    refused = await world.caller().post(
        f"/trials/{trial['id']}/enrolments", {"caseId": case["id"], "consents": {"effort": True, "evaluation": False}}
    )
    assert slug(refused) == "legal-basis-not-in-force"
    again = await lead.post(at, {"outcome": "granted", "on": "2026-11-21", "reference": "J.nr. 4"})
    assert (slug(again), again.json()["allowed"]) == ("invalid-transition", [])
