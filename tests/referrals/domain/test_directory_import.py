"""What becomes of the lines of a file, and what they change."""

from typing import Any
from uuid import UUID

from services.referrals.domain.directory import (
    DirectoryEntry,
    EntryKind,
    Service,
    ServiceDraft,
    put_together,
    same,
)
from services.referrals.domain.directory_import import Became, DirectoryImport, ImportLine, LineFault
from tests.referrals.hsds import id_of, location, organisation, place, service, whole


def took(*documents: dict[str, Any], after: DirectoryImport | None = None) -> tuple[DirectoryImport, list[Any]]:
    """An import of these, into an empty directory or into what another import left."""
    services = after.changed_services if after else {}
    entries = after.changed_entries if after else {}
    taken = DirectoryImport(services, entries)
    read = [ImportLine(number, ServiceDraft.of(one)) for number, one in enumerate(documents, start=1)]
    return taken, taken.take_all(read)


def became(outcomes: list[Any]) -> list[Became]:
    return [outcome.became for outcome in outcomes]


def test_what_is_taken_apart_is_put_together_again() -> None:
    document = whole(organization_id="8a1c6f4e-98c0-4a61-9d4f-3f6a0a3c1b11")
    draft = ServiceDraft.of(document)

    assert draft.service.document["organization"] == {"id": document["organization"]["id"]}
    assert [pointer for pointer, _ in draft.told] == ["/organization", "/service_at_locations/0/location"]
    assert same(put_together(draft.service, {entry.key: entry for _, entry in draft.told}), document)


def test_a_number_is_no_truth_and_members_have_no_order() -> None:
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert not same({"a": 1}, {"a": True})


def test_the_same_file_twice_changes_nothing() -> None:
    document = whole()
    first, once = took(document)
    second, again = took(document, after=first)

    assert became(once) == [Became.CREATED]
    assert became(again) == [Became.UNCHANGED]
    assert not second.changed_services
    assert not second.changed_entries


def test_an_organisation_that_says_something_new_changes_and_its_service_stays() -> None:
    document = whole()
    first, _ = took(document)
    moved = document | {"organization": document["organization"] | {"description": "Nu med natåbent."}}
    second, outcomes = took(moved, after=first)

    assert became(outcomes) == [Became.CHANGED]
    assert [entry.version for entry in second.changed_entries.values()] == [2]
    assert not second.changed_services


def test_one_file_tells_of_one_thing_in_one_way() -> None:
    house = organisation()
    other = house | {"description": "Noget andet."}
    one, two = service(organization=house), service(organization=other)
    twice = one | {"name": "Et andet navn"}
    taken, outcomes = took(one, two, twice, one)

    assert became(outcomes) == [Became.CREATED, Became.REFUSED, Became.REFUSED, Became.UNCHANGED]
    assert outcomes[1].faults == (LineFault("/organization", "told-differently"),)
    assert outcomes[2].faults == (LineFault("/id", "told-differently"),)
    assert set(taken.changed_services) == {id_of(one)}


def test_a_place_told_in_two_ways_in_one_service_is_refused() -> None:
    here = location()
    _, outcomes = took(
        service(service_at_locations=[place(location=here), place(location=here | {"name": "Et andet hus"})])
    )

    assert outcomes[0].faults == (LineFault("/service_at_locations/1/location", "told-differently"),)


def test_what_a_service_names_must_be_there_or_be_told_before() -> None:
    house, here = organisation(), location()
    naming = service(organization_id=house["id"], service_at_locations=[place(location_id=here["id"])])
    _, alone = took(naming)
    _, after = took(service(organization=house, service_at_locations=[place(location=here)]), naming)

    assert alone[0].faults == (
        LineFault("/organization_id", "entry-unknown"),
        LineFault("/service_at_locations", "entry-unknown"),
    )
    assert became(after) == [Became.CREATED, Became.CREATED]


def test_a_document_from_elsewhere_leaves_the_placement_as_it_is() -> None:
    document = service()
    known = Service(id_of(document), document | {"helhed": {"sector": "social"}}, version=4)
    taken = DirectoryImport({known.id: known}, {})
    renamed = ServiceDraft.of(document | {"name": "Økonomisk rådgivning"})
    taken.take_all([ImportLine(1, renamed)])

    kept = taken.changed_services[known.id]
    assert (kept.placement.sector, kept.version, kept.document["name"]) == ("social", 5, "Økonomisk rådgivning")


def test_a_line_that_could_not_be_read_stays_refused_with_its_faults() -> None:
    fault = LineFault("/name", "missing")
    (outcome,) = DirectoryImport({}, {}).take_all([ImportLine(7, None, (fault,))])

    assert (outcome.number, outcome.became, outcome.faults) == (7, Became.REFUSED, (fault,))


def test_ids_are_the_same_in_large_and_small_letters() -> None:
    house = organisation()
    shouted = house | {"id": house["id"].upper()}
    entry = DirectoryEntry(EntryKind.ORGANISATION, UUID(house["id"]), house)
    draft = ServiceDraft.of(service(organization=shouted))

    assert draft.told[0][1].key == entry.key
