"""HSDS files in and out: what goes in comes out equal, a file twice is a file once, and a line stops no other."""

import asyncio
import json
from typing import Any

from tests.referrals.hsds import (
    NDJSON,
    Json,
    canonical,
    everything,
    lines,
    organisation,
    placed,
    post_file,
    put,
    put_service,
    send_file,
    service,
    whole,
)
from tests.referrals.world import World, slug


async def test_what_goes_in_comes_out_equal(world: World) -> None:
    keeper = world.caller(None, role="integration")
    sent = [everything(), whole(helhed=placed()), service(x_empty={}, phones=[], x_numbers=[1, 1.0, 1e21, -0.5])]
    for document in sent:
        await send_file(keeper, document)

    page = (await world.caller("health").get("/directory/export")).json()

    assert page["page"] == {"next": None}
    by_id = {one["id"]: one for one in page["items"]}
    assert [canonical(by_id[one["id"]]) for one in sent] == [canonical(one) for one in sent]


async def test_an_export_is_a_file_that_changes_nothing(world: World) -> None:
    keeper = world.caller(None, role="integration")
    await send_file(keeper, lines(everything(), whole(), service()), NDJSON)
    page = (await keeper.get("/directory/export")).json()

    again = await send_file(keeper, page)

    assert (again["unchanged"], again["created"], again["changed"], again["refused"]) == (3, 0, 0, 0)


async def test_an_export_is_imported_into_another_authority(world: World) -> None:
    keeper = world.caller(None, role="integration")
    await send_file(keeper, lines(whole(), whole(helhed=placed())), NDJSON)
    page = (await keeper.get("/directory/export")).json()
    neighbour = world.caller(None, role="integration", authority=f"R{world.authority[-4:]}")

    taken = await send_file(neighbour, page)

    assert taken["created"] == 2
    there = (await neighbour.get("/directory/export")).json()["items"]
    assert {canonical(one) for one in page["items"]} <= {canonical(one) for one in there}


async def test_an_export_has_pages(world: World) -> None:
    keeper = world.caller(None, role="integration")
    sent = [service() for _ in range(3)]
    await send_file(keeper, lines(*sent), NDJSON)

    first = (await keeper.get("/directory/export", limit="2")).json()
    second = (await keeper.get("/directory/export", limit="2", cursor=first["page"]["next"])).json()

    found = [one["id"] for one in first["items"] + second["items"]]
    assert (len(first["items"]), found) == (2, sorted(one["id"] for one in sent))


async def test_a_refused_line_stops_none_of_the_others(world: World) -> None:
    keeper = world.caller(None, role="integration")
    good = service()
    bad = {"id": good["id"], "name": 7, "status": "open", "organization": {"id": "no"}}
    content = lines(good) + b"\n\n" + lines(bad) + b'\n{"name": "Uden ende\n' + lines(service())

    told = await send_file(keeper, content, NDJSON)

    assert [(line["number"], line["became"]) for line in told["lines"]] == [
        (1, "created"),
        (3, "refused"),
        (4, "refused"),
        (5, "created"),
    ]
    assert told["lines"][0]["serviceId"] == good["id"]
    pointers = {fault["pointer"]: fault["code"] for fault in told["lines"][1]["faults"]}
    assert pointers["/name"] == "string-type"
    assert pointers["/status"] == "literal-error"
    assert pointers["/organization/name"] == "missing"
    assert "Uden ende" not in json.dumps(told)
    assert (told["created"], told["refused"]) == (2, 2)


async def test_a_dry_run_tells_and_changes_nothing(world: World) -> None:
    keeper = world.caller(None, role="integration")

    told = await send_file(keeper, whole(), dryRun="true")

    assert (told["dryRun"], told["created"]) == (True, 1)
    assert (await keeper.get("/directory/services")).json()["items"] == []
    assert (await keeper.get("/directory/organisations")).json()["items"] == []


async def test_a_changed_file_changes_what_it_tells_of(world: World) -> None:
    keeper = world.caller(None, role="integration")
    document = whole()
    await send_file(keeper, document)
    moved = document | {"organization": document["organization"] | {"description": "Nu i Ringsted."}}

    told = await send_file(keeper, moved)

    assert told["changed"] == 1
    read = (await keeper.get(f"/directory/services/{document['id']}")).json()
    assert (read["hsds"], read["version"]) == (moved, 1), "the service says what it said; its organisation does not"
    assert (await keeper.get(f"/directory/organisations/{moved['organization']['id']}")).json()["version"] == 2


async def test_an_import_keeps_capacity_and_placement(world: World) -> None:
    keeper = world.caller(None, role="integration")
    document = service()
    await put_service(keeper, document | {"helhed": placed()})
    count = {"status": "no-capacity", "asOf": "2026-01-05"}
    await put(keeper, f"/services/{document['id']}/capacity", count, if_match="1")

    await send_file(keeper, document | {"name": "Fra tilbudsportalen"})

    read = (await keeper.get(f"/directory/services/{document['id']}")).json()
    assert (read["name"], read["sector"], read["capacity"]["status"]) == (
        "Fra tilbudsportalen",
        "social",
        "no-capacity",
    )


def of_a_list(document: Json, **changes: Any) -> Json:
    """The page of another API's list with this service: single values, and nothing of what there may be several of."""
    flat = {name: told for name, told in document.items() if not isinstance(told, list | dict)}
    house = {name: told for name, told in document["organization"].items() if not isinstance(told, list | dict)}
    return {"total_items": 1, "contents": [flat | {"organization": house} | changes]}


async def test_a_page_of_another_apis_list_takes_nothing_away(world: World) -> None:
    """Such a list leaves out telephones, places, languages and times; they are not gone."""
    keeper = world.caller(None, role="integration")
    document = everything() | {"status": "active"}
    await send_file(keeper, document)

    same = await send_file(keeper, of_a_list(document))
    house = of_a_list(document)["contents"][0]["organization"] | {"name": "Åkanden"}
    renamed = await send_file(keeper, of_a_list(document, name="Gæld og bolig", organization=house))

    assert (same["unchanged"], renamed["changed"]) == (1, 1)
    read = (await keeper.get("/directory/export")).json()["items"][0]
    moved = document | {"name": "Gæld og bolig", "organization": document["organization"] | {"name": "Åkanden"}}
    assert canonical(read) == canonical(moved)


async def test_a_service_that_a_list_gives_to_another_organisation_is_the_others(world: World) -> None:
    keeper = world.caller(None, role="integration")
    document, house = whole(), organisation(name="Villa Vest")
    await send_file(keeper, document)
    await put(keeper, f"/organisations/{house['id']}", house)
    page = of_a_list(document)
    del page["contents"][0]["organization"]
    page["contents"][0]["organization_id"] = house["id"]

    assert (await send_file(keeper, page))["changed"] == 1

    read = (await keeper.get(f"/directory/services/{document['id']}")).json()
    assert (read["organisation"]["name"], "organization" in read["hsds"]) == ("Villa Vest", False)
    assert read["hsds"]["languages"] == document["languages"]


async def test_a_whole_document_takes_away_what_it_leaves_out(world: World) -> None:
    keeper = world.caller(None, role="integration")
    document = whole()
    await send_file(keeper, document)
    without = {name: told for name, told in document.items() if name != "languages"}

    for file in (without, {"items": [without]}):
        await send_file(keeper, document)
        assert (await send_file(keeper, file))["changed"] == 1
        assert (await keeper.get(f"/directory/services/{document['id']}")).json()["hsds"] == without


async def test_an_import_is_kept_and_its_repetition_is_the_same_answer(world: World) -> None:
    keeper = world.caller(None, role="integration")
    body = json.dumps(whole()).encode()
    headers = {**keeper.headers, "Content-Type": "application/json", "Idempotency-Key": "a-key-of-sixteen"}
    first = await keeper.http.post("/v1/directory/imports", headers=headers, content=body)
    again = await keeper.http.post("/v1/directory/imports", headers=headers, content=body)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    listed = (await keeper.get("/directory/imports")).json()["items"]
    assert [one["id"] for one in listed] == [first.json()["id"]]
    one = await keeper.http.get(first.headers["Location"], headers=keeper.headers)
    assert one.json() == first.json()
    stranger = world.caller(None, role="integration", authority="0999")
    assert (await stranger.http.get(first.headers["Location"], headers=stranger.headers)).status_code == 404


async def test_two_files_of_the_same_things_at_once_end_in_one_directory(world: World) -> None:
    keeper = world.caller(None, role="integration")
    house = organisation()
    file = lines(*(service(organization=house) for _ in range(5)))

    both = await asyncio.gather(*(post_file(keeper, file, NDJSON) for _ in range(2)))

    assert sorted(one.status_code for one in both) in ([201, 201], [201, 409])
    assert len((await keeper.get("/directory/services")).json()["items"]) == 5


async def test_casework_imports_nothing(world: World) -> None:
    refused = await post_file(world.caller("social", role="team-lead"), b"{}", "application/json")

    assert (refused.status_code, slug(refused)) == (403, "role-missing")
