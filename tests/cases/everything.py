"""Everything that can be told to the service, told once: so that no table is empty, and no sealed column either.

Wherever there is room for words about people, they are `words(...)`: a test that finds a part of them where nothing may
lie open knows by the rest of them which telling it was.
"""

from chassis.clock import day_of, now
from chassis.ids import new_id
from contracts.events.referrals import CapacityChangedV1
from tests.cases import plans
from tests.cases.criteria_examples import PATH, administrator, assessment, criteria_set
from tests.cases.exempting import exempting, in_days
from tests.cases.importing import CSV, Importer, case_line, name
from tests.cases.recording import tell_the_record
from tests.cases.town_hall import administrator as head
from tests.cases.town_hall import employed, unit
from tests.cases.trials import BOTH, enrolled, manager, recruiting
from tests.cases.watchers import time_passes
from tests.cases.world import ASIDE, Caller, Json, World, agreed, cpr

MARK = "sover på en bænk"
ALIAS = "Den tavse fra havnen"
CATEGORIES = [
    *("need", "contact", "plan", "contacts", "notes", "appointments", "documents"),
    *("offers", "exemptions", "assessments", "budget", "timeline", "citizen-statements"),
]
UNIT = "employment:havnen"


def words(about: str) -> str:
    """What nobody may read who is not shown it."""
    return f"Han {MARK} ({about})."


# -- in one case --------------------------------------------------------------------------------------------------


async def tell_in(world: World, case: Json, number: str) -> None:
    """All that is told in an open case of employment's, whose citizen has this number and which has three needs; the
    first of them stays open and not yet referred."""
    anna, path = world.caller(), f"/cases/{case['id']}"
    await anna.does(f"{path}/consents", agreed(dataCategories=CATEGORIES, evidence=words("consent")))
    await tell_the_record(anna, case, words("record"))
    await tell_needs(anna, case)
    await tell_parts(anna, path)
    await tell_plan(anna, case)
    await tell_offers(anna, path)
    await tell_assessment(anna, path)
    await tell_exemption(anna, path)
    await tell_trial(world, case)
    await tell_alarm(world, case)
    asked = {"identifier": {"system": "cpr", "value": number}, "reason": words("join request")}
    await world.caller("social").does("/cases/join-requests", asked)


async def tell_needs(anna: Caller, case: Json) -> None:
    """Two needs are set aside, and one of them is withdrawn afterwards."""
    for need in case["needs"][1:]:
        aside = ASIDE | {"citizenStatement": words("setting aside")}
        await anna.does(f"/cases/{case['id']}/needs/{need['id']}/setting-aside", aside)
    ended = {"outcome": "withdrawn-by-citizen", "citizenStatement": words("withdrawal of a need")}
    await anna.does(f"/cases/{case['id']}/needs/{case['needs'][1]['id']}/closure", ended)


async def tell_parts(anna: Caller, path: str) -> None:
    """Who decides and pays, who was asked, and what the citizen said on being let go."""
    await anna.does(f"{path}/parties", {"kind": "paying", "authority": "0147", "because": "moved"})
    await anna.does(f"{path}/screenings", {"sector": "health", "outcome": "no-need"})
    await anna.does(f"{path}/hearings", {"at": "2026-01-05T09:00:00Z", "statement": words("hearing")})


async def tell_plan(anna: Caller, case: Json) -> None:
    """A plan with a scale, an effort, who supports and who acts for the citizen, and how far the goal is reached."""
    levels = {level: words(f"level {level}") for level in plans.LEVELS}
    whole = plans.body(
        plans.goal(inCitizensWords=words("goal"), scale={"weight": 1, "levels": levels}),
        efforts=[plans.effort(citizenComment=words("effort"))],
        citizenAgreement=plans.stand(statement=words("agreement")),
        companion={"name": words("companion"), "relation": words("relation")},
        representative={"name": words("representative"), "scope": words("scope"), "from": "2026-01-01"},
    )
    plan = await plans.kept(anna, case, whole)
    seen = {"level": 1, "on": "2026-06-01"}
    await anna.does(f"/cases/{case['id']}/goals/{plan['goals'][0]['id']}/attainments", seen)


async def tell_offers(anna: Caller, path: str) -> None:
    """An offer, and what the citizen answered."""
    offer = await anna.does(f"{path}/offers", {"kind": "mentor", "sector": "employment", "from": "2026-12-01"})
    await anna.does(f"{path}/offers/{offer['id']}/answer", {"answer": "later", "inCitizensWords": words("answer")})


async def tell_assessment(anna: Caller, path: str) -> None:
    """An assessment that was decided otherwise than the criteria say."""
    evidence = [{"criterion": "in-substance-treatment", "text": words("evidence")}]
    otherwise = {"selected": False, "reason": words("deviation")}
    await anna.does(f"{path}/assessments", assessment(evidence=evidence, deviation=otherwise, path=PATH))


async def tell_exemption(anna: Caller, path: str) -> None:
    """An exemption, a demand that it refused, and its end."""
    made = await anna.does(f"{path}/exemptions", exempting(reason=words("exemption")))
    demand = {"provision": "offers", "on": in_days(0), "kind": "demand"}
    assert (await anna.post(f"{path}/demand-checks", demand)).status_code == 409
    ending = {"on": in_days(40), "reasonCode": "citizen-request"}
    await anna.does(f"{path}/exemptions/{made['id']}/ending", ending)


async def tell_trial(world: World, case: Json) -> None:
    """A trial that was amended and renewed, and somebody who was measured, drawn, and has left it again."""
    trial = await recruiting(world)
    at = f"/trials/{trial['id']}"
    await manager(world).does(f"{at}/amendments", {"what": "Et spørgsmål mere.", "reason": "Det manglede."})
    renewed = {"outcome": "granted", "on": in_days(0), "reference": "BEK 2499"}
    await manager(world).does(f"{at}/legal-basis-decisions", renewed)
    part = await enrolled(world, trial, case, consents=BOTH)
    await world.caller().does(f"{at}/enrolments/{part['id']}/baseline", {"outcome": "answered"})
    await world.caller().does(f"{at}/enrolments/{part['id']}/withdrawal", {"statement": words("withdrawal")})


async def tell_alarm(world: World, case: Json) -> None:
    """The citizen says that nobody has caught them, and that it is over."""
    anna, path = world.caller(), f"/cases/{case['id']}/citizen-alarms"
    alarm = await anna.does(path, {"statement": words("alarm")})
    await time_passes(world, case, 1)
    await anna.does(f"{path}/{alarm['id']}/ending", {"citizenStatement": words("alarm ended")})


# -- around it ----------------------------------------------------------------------------------------------------


async def tell_around(world: World) -> None:
    """All that is told beside that case."""
    await tell_the_house(world)
    await tell_criteria(world)
    await tell_clusters(world)
    await tell_imports(world)
    await tell_who(world)
    await tell_nothing_of_who(world)
    service_id = new_id()
    room = CapacityChangedV1(
        service_id=service_id, sector="health", unit=None, status="has-capacity", as_of=day_of(now()), covers=("debt",)
    )
    await world.tell(service_id, room)


async def tell_the_house(world: World) -> None:
    """A unit that is to close, somebody in it who is away, a code and a decision of the authority's own."""
    await unit(world, UNIT)
    await employed(world, "anna", UNIT)
    await world.caller().does("/staff/anna/absences", {"from": in_days(0)})
    lead = world.caller(role="team-lead", subject="leder")
    await lead.does("/closing-plans", {"unit": UNIT, "closesOn": in_days(60)})
    code = {"labels": {"da": "Spil", "en": "Gambling"}, "validFrom": "2026-01-01"}
    decision = {"value": 7, "validFrom": in_days(0), "reason": "Besluttet i udvalget"}
    for path, told in (("code-lists/need-domains/codes/gambling", code), ("policies/refer-within-days", decision)):
        answer = await head(world).put(f"/{path}", told, If_None_Match="*")
        assert answer.is_success, answer.text


async def tell_criteria(world: World) -> None:
    """Criteria of the authority's own, in force."""
    made = await administrator(world).does("/criteria-sets", criteria_set())
    await administrator(world).does(f"/criteria-sets/{made['id']}/publication", {"validFrom": in_days(0)})


async def tell_clusters(world: World) -> None:
    """A trial in which all who come to one caseworker get one arm."""
    await enrolled(world, await recruiting(world, allocation={"unit": "caseworker", "blockSizes": [2]}))


async def tell_imports(world: World) -> None:
    """What another system brought: a case and a contact with its citizen; what it would bring; and what waits."""
    importer, line = Importer(world), case_line()
    line["citizen"]["name"] = words("imported name")
    line["needs"][0]["description"] = words("imported need")
    met = {
        "reference": name(),
        "case": {part: line["externalReferences"][0][part] for part in ("system", "value")},
        "at": "2022-03-01T08:00:00Z",
        "channel": "phone",
        "initiatedBy": "citizen",
        "attended": True,
        "purposeKind": "help",
        "summary": words("imported contact"),
    }
    assert [outcome for outcome, _ in await importer.brought(line)] == ["created"]
    assert [outcome for outcome, _ in await importer.brought(met, of="contacts")] == ["created"]
    assert [outcome for outcome, _ in await importer.brought(case_line(), dry=True)] == ["created"]
    table = f"reference.system;reference.value;summary\r\nfagsystem;17;{words('waiting part')}\r\n"
    await importer.submitted(table.encode(), of="contacts", content=CSV)


async def tell_who(world: World) -> Json:
    """Somebody anonymous tells who they are."""
    case = await world.case(citizen={"anonymous": True, "alias": ALIAS})
    told = {"citizenStatement": words("identification"), "evidence": words("identification seen")}
    who = {"identifiers": [{"system": "cpr", "value": cpr()}], "name": words("name told")}
    return await world.caller().does(f"/cases/{case['id']}/identification", told | who)


async def tell_nothing_of_who(world: World) -> None:
    """Somebody else stays anonymous, and nobody has caught them."""
    case = await world.case(citizen={"anonymous": True, "alias": ALIAS})
    await world.caller().does(f"/cases/{case['id']}/citizen-alarms", {"statement": words("anonymous alarm")})
