"""A need that another authority catches: caught it is, and nobody here of that sector's name has to do with it."""

from uuid import uuid4

import pytest

from services.cases.domain.access import may_see_of, readers
from services.cases.domain.errors import InvolvementBasisMissing, ReleaseBlocked
from services.cases.domain.timeline import attempted, heard_of, told_of
from services.cases.domain.watching import foreseen
from tests.cases.builders import (
    HOUR,
    MONDAY,
    TODAY,
    actor,
    case,
    catch_of,
    codes,
    consent,
    happened,
    hear,
    need,
    referral,
    release,
)

REGION = {"to_authority": "R1084"}


def test_the_sector_of_that_name_here_neither_reads_nor_takes_part() -> None:
    one = need()
    made = case(one)
    made.hear_requested(referral(one, **REGION))
    asked = readers(made)
    made = hear(made, referral(one, steps="acr", takes=False, **REGION))

    assert (asked, readers(made)) == ({"employment"}, {"employment"})
    assert made.involved[1:] == []


def test_it_ends_nobodys_part() -> None:
    """Health here has a part of its own; that the region gives up takes nothing from it."""
    mine, theirs = need(), need()
    made = case(mine, theirs)
    made.involve("health", None, because="-", on_other_basis=True, at=MONDAY, row_id=uuid4())
    hear(made, referral(theirs, steps="a", **REGION))
    made.hear_ended(next(iter(made.referrals)), "failed", MONDAY + 2 * HOUR, uuid4())
    assert made.involvement("health") is not None, "a part of its own is not the region's to lose"

    made = hear(case(mine, theirs), referral(mine, steps="a"))
    there = referral(theirs, steps="a", **REGION)
    hear(made, there)

    made.hear_ended(there.id, "failed", MONDAY + 9 * HOUR, uuid4())
    assert made.involvement("health") is not None

    here = next(one for one in made.referrals.values() if one.need_id == mine.id)
    hear(made, referral(theirs, steps="a", **REGION))
    made.hear_ended(here.id, "failed", MONDAY + 9 * HOUR, uuid4())
    assert made.involvement("health") is None, "what the region has under way keeps nobody here in the case"


def test_a_receipt_from_there_catches_and_takes_no_case() -> None:
    """Even where one said that it takes the holding: referrals refuses it, and the gate would not follow it."""
    one = need()
    made = hear(case(one), referral(one, steps="acr", takes=True, **REGION))

    assert catch_of(made, one) == "caught"
    assert codes(made.gate("employment").unmet) == ["no-sector-takes-holding"]
    with pytest.raises(ReleaseBlocked):
        release(made)


def held_by_social() -> tuple[object, ...]:
    """Social takes the case on its own need; of employment's needs the region has caught one."""
    one, other = need(), need()
    there = referral(one, steps="acr", takes=False, **REGION)
    made = hear(case(one, other), there, referral(other, "social", steps="acr"))
    release(made)
    return made, one, there


def test_what_it_caught_is_the_new_holders_to_answer_for() -> None:
    made, one, there = held_by_social()

    moved = made.needs[one.id]
    assert (made.holder.sector, moved.owner_sector, moved.state) == ("social", "social", "handed-on")
    assert moved.handed_on.referral_id == there.id
    assert catch_of(made, one) == "caught"
    assert made.involvement("health") is None


def test_who_only_took_part_leaves_it_with_the_holder() -> None:
    one, own = need(owner_sector="health"), need()
    made = hear(case(own), referral(own, steps="a"))
    made.register_need(one)
    hear(made, referral(one, "health", steps="acr", takes=False, **REGION))
    made.events.clear()

    release(made, "health")

    assert made.needs[one.id].owner_sector == "employment"
    assert happened(made) == ["SectorReleased"]


def test_it_holds_nobody_back_while_it_stands() -> None:
    made, one, there = held_by_social()
    other = next(other for other in made.needs.values() if other.id != one.id)

    assert codes(made.gate("social").unmet) == ["need-not-referred", "no-sector-takes-holding"]
    hear(made, referral(other, "health", steps="acr", requested_at=MONDAY + 6 * HOUR))
    release(made, "social", MONDAY + 8 * HOUR)

    assert made.needs[one.id].owner_sector == "health"
    assert catch_of(made, one) == "caught"
    made.hear_ended(there.id, "failed", MONDAY + 9 * HOUR, uuid4())
    assert catch_of(made, one) == "caught-then-lost"
    assert "need-not-referred" in codes(made.gate("health").unmet)


def test_a_late_contact_stands_on_no_list_of_the_namesakes() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="a", **REGION))
    made.hear_deadline(next(iter(made.referrals)), TODAY, MONDAY + 3 * HOUR)

    late = [item for item in foreseen(made) if item.kind in ("first-contact-overdue", "guarantee-at-risk")]

    assert {item.kind for item in late} == {"first-contact-overdue", "guarantee-at-risk"}
    assert {item.sector for item in late} == {"employment"}
    assert {item.unit for item in late} == {made.holder.unit}


def test_who_is_waited_for_is_told_with_their_authority() -> None:
    one = need()
    made = hear(case(one), referral(one, **REGION))

    missing = made.gate("employment").unmet

    assert {u.waiting_for_authority for u in missing if u.referral_id} == {"R1084"}
    assert {u.waiting_for_authority for u in missing if not u.referral_id} == {None}


def test_the_story_is_not_the_namesakes_to_read() -> None:
    one = need()
    sent = referral(one, steps="acr", takes=False, return_scope="dates", **REGION)

    told = [*heard_of({}, {sent.id: sent}), *attempted(sent, MONDAY)]

    assert len(told) == 5
    assert {entry.parties for entry in told} == {("employment",)}
    assert {(entry.sector, entry.unit) for entry in told if entry.kind != "referral-requested"} == {(None, None)}


def test_what_nobody_here_may_read_of_it_is_not_written() -> None:
    one = need()
    sent = referral(one, steps="acr", takes=False, state="completed", ended_at=MONDAY + 5 * HOUR, **REGION)

    told = [*heard_of({}, {sent.id: sent}), *attempted(sent, MONDAY)]

    assert [entry.kind for entry in told] == ["referral-requested", "referral-accepted"]
    assert all(entry.parties for entry in told)


def test_a_consent_that_names_another_authority_opens_nothing_here() -> None:
    made = case(need())
    made.record_consent(consent(data_categories=("notes",), **REGION))

    assert not may_see_of(made, actor("health"), "employment", "notes", TODAY)
    assert [entry.parties for entry in told_of(made.events, MONDAY)] == [("employment",)]
    with pytest.raises(InvolvementBasisMissing):
        made.involve("health", None, because="x", on_other_basis=False, at=MONDAY, row_id=uuid4())
