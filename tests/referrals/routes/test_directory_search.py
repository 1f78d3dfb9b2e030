"""Finding a service: by need, municipality, capacity, language, sector and Danish words; fresh before stale."""

from datetime import timedelta
from uuid import uuid4

import pytest

from chassis.clock import day_of, now
from tests.referrals.hsds import lines, location, place, placed, put, send_file, service, whole
from tests.referrals.world import Caller, World

NDJSON = "application/x-ndjson"


async def stocked(world: World) -> Caller:
    """A directory with four services."""
    keeper = world.caller(None, role="integration")
    urdu = [{"id": str(uuid4()), "code": "UR"}]
    await send_file(
        keeper,
        lines(
            service(
                name="Alkoholambulatoriet",
                description="Behandling for alkoholafhængighed, også anonymt.",
                languages=urdu,
                helhed=placed("health", covers=["substance-use", "mental-health"], municipalities=["0101"]),
            ),
            service(
                name="Boligvejlederne",
                description="Hjælp til at beholde sin bolig.",
                helhed=placed("social", covers=["housing", "debt"], municipalities=["0101", "0147"]),
            ),
            service(
                name="Gældsrådgivning",
                eligibility_description="For alle med ubetalte regninger.",
                helhed=placed("social"),
            ),
            service(name="Jobklubben", status="inactive", helhed=placed("employment", covers=["employment"])),
        ),
        NDJSON,
    )
    return keeper


async def names(caller: Caller, **params: str) -> list[str]:
    """The names a search finds, in order."""
    answer = await caller.get("/directory/services", **params)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"need": "debt"}, ["Boligvejlederne", "Gældsrådgivning"]),
        ({"need": "housing,substance-use"}, ["Alkoholambulatoriet", "Boligvejlederne"]),
        ({"municipality": "0147"}, ["Boligvejlederne", "Gældsrådgivning", "Jobklubben"]),
        ({"language": "ur"}, ["Alkoholambulatoriet"]),
        ({"sector": "social,employment"}, ["Boligvejlederne", "Gældsrådgivning", "Jobklubben"]),
        ({"status": "inactive"}, ["Jobklubben"]),
        ({"q": "boliger"}, ["Boligvejlederne"]),
        ({"q": "regning"}, ["Gældsrådgivning"]),
        ({"q": "behandlinger or bolig"}, ["Alkoholambulatoriet", "Boligvejlederne"]),
        ({"q": "hjælpen -gæld"}, ["Boligvejlederne"]),
        ({"q": "og"}, ["Alkoholambulatoriet", "Boligvejlederne", "Gældsrådgivning", "Jobklubben"]),
        ({"q": "' & | ! <-> :*", "sector": "health"}, ["Alkoholambulatoriet"]),
        ({"need": "debt", "municipality": "0999"}, ["Gældsrådgivning"]),
    ],
)
async def test_a_search_finds_what_fits(world: World, params: dict[str, str], found: list[str]) -> None:
    await stocked(world)

    assert await names(world.caller("social"), **params) == found


async def test_fresh_capacity_comes_first_stale_after_it_and_silence_last(world: World) -> None:
    keeper = await stocked(world)
    today = day_of(now())
    listed = {one["name"]: one["id"] for one in (await keeper.get("/directory/services")).json()["items"]}
    counts = (("Gældsrådgivning", "waitlist", 30), ("Alkoholambulatoriet", "has-capacity", 31))
    for name, status, days in counts:
        told = {"status": status, "asOf": str(today - timedelta(days=days)), "waitingDays": 14}
        assert (await put(keeper, f"/services/{listed[name]}/capacity", told, if_match="1")).status_code == 200

    found = (await keeper.get("/directory/services")).json()["items"]

    order = ["Gældsrådgivning", "Alkoholambulatoriet", "Boligvejlederne", "Jobklubben"]
    assert [one["name"] for one in found] == order
    assert [one["capacity"] and one["capacity"]["stale"] for one in found] == [False, True, None, None]
    assert found[0]["capacity"]["staleAfterDays"] == 30
    assert await names(keeper, capacity="has-capacity,no-capacity") == ["Alkoholambulatoriet"]


@pytest.mark.parametrize(
    "words",
    ["pensionister", "åkandehus", "henvendelser", "køge", '"gule hus"', "gæld køge", "åkandehuset -ringsted"],
)
async def test_words_are_looked_for_wherever_the_authority_writes_danish(world: World, words: str) -> None:
    """In its own criteria, in how one applies, in who offers the service and in where it is."""
    keeper = world.caller(None, role="integration")
    texts = {"da": "For dig, der er pensionist.", "en": "For you who are retired."}
    await send_file(
        keeper,
        lines(
            whole(application_process="Personlig henvendelse.", helhed=placed(eligibility=texts)),
            service(name="Rådgivning i Ringsted", helhed=placed()),
        ),
        NDJSON,
    )

    assert await names(world.caller("social"), q=words) == ["Gældsrådgivning"]
    public = await world.http.get("/v1/public/services", params={"authority": world.authority, "q": words})
    assert [one["name"] for one in public.json()["items"]] == ["Gældsrådgivning"]


async def test_a_language_is_found_by_its_first_part_and_where_it_is_spoken(world: World) -> None:
    keeper = world.caller(None, role="integration")
    there = location(languages=[{"id": str(uuid4()), "code": "so-SO"}, {"id": str(uuid4()), "name": "Tegnsprog"}])
    await send_file(
        keeper,
        lines(
            service(name="Her", languages=[{"id": str(uuid4()), "code": "da-DK"}], helhed=placed()),
            service(name="Der", service_at_locations=[place(location=there), place()], helhed=placed()),
        ),
        NDJSON,
    )

    assert await names(keeper, language="da") == ["Her"]
    assert await names(keeper, language="so,ur") == ["Der"]
    assert await names(keeper, language="dad") == []
    told = {one["name"]: one["languages"] for one in (await keeper.get("/directory/services")).json()["items"]}
    public = (await world.http.get("/v1/public/services", params={"authority": world.authority})).json()["items"]
    assert told == {one["name"]: one["languages"] for one in public} == {"Der": ["so-so"], "Her": ["da-dk"]}


@pytest.mark.parametrize("status", ["inactive", "defunct", "temporarily closed"])
async def test_who_looks_for_room_is_not_sent_to_a_service_that_is_closed(world: World, status: str) -> None:
    keeper = await stocked(world)
    document = service(name="Krisecentret", helhed=placed(), status=status)
    await send_file(keeper, document)
    told = {"status": "has-capacity", "asOf": str(day_of(now()))}
    assert (await put(keeper, f"/services/{document['id']}/capacity", told, if_match="1")).status_code == 200

    assert await names(keeper, capacity="has-capacity") == []
    assert await names(keeper, status=status, sector="social") == ["Krisecentret"]


async def test_pages_go_on_where_the_last_one_ended(world: World) -> None:
    keeper = await stocked(world)
    seen, cursor = [], ""
    for _ in range(4):
        params = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = (await keeper.get("/directory/services", **params)).json()
        seen += [one["name"] for one in page["items"]]
        cursor = page["page"]["next"]

    assert seen == ["Alkoholambulatoriet", "Boligvejlederne", "Gældsrådgivning", "Jobklubben"]
    assert cursor is None


@pytest.mark.parametrize(
    "params",
    [
        {"need": "Debt!"},
        {"municipality": "101"},
        {"capacity": "plenty"},
        {"language": "ur;drop"},
        {"sector": "police"},
        {"q": ""},
        {"q": "x" * 201},
        {"q": "a\x00b"},
        {"near": "me"},
    ],
)
async def test_a_search_that_means_nothing_is_refused(world: World, params: dict[str, str]) -> None:
    answer = await world.caller("social").get("/directory/services", **params)

    assert answer.status_code == 400
    assert "drop" not in answer.text
    assert "plenty" not in answer.text
