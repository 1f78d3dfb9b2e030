"""Whoever made the link by which the receiver answered held its secret too: somebody else lets the citizen go."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.cases.domain.case import Case
from services.cases.domain.catch import KnownReferral
from services.cases.domain.errors import ReleaseBlocked
from services.cases.domain.need import Need
from tests.cases import builders as make
from tests.cases.builders import HOUR, MONDAY

CONTACT, RECEIPT = MONDAY + 3 * HOUR, MONDAY + 4 * HOUR


def told(one: Need, *, contact: str | None = None, receipt: str | None = None) -> KnownReferral:
    """A referral that caught the need; where a link was used, by whom it was made."""
    made = make.referral(one, steps="a", takes=False).contact_held(CONTACT, link_made_by=contact)
    return made.received(replace(make.receipt(takes=False, at=RECEIPT), link_made_by=receipt))


def of_social(**links: Any) -> tuple[Case, KnownReferral]:
    """A case of employment's, in which social has one need, caught by health."""
    made, one = make.case(), make.need(owner_sector="social")
    made._involve("social", None, MONDAY, "asked", uuid4())
    made.register_need(one)
    referral = told(one, **links)
    return make.hear(made, referral), referral


def let_go(made: Case, by: str, **how: Any) -> Any:
    return made.release("social", by=by, reason="Hun er grebet.", at=MONDAY + 5 * HOUR, new_id=uuid4, **how)


@pytest.mark.parametrize(
    ("links", "since"),
    [
        ({"contact": "anna"}, CONTACT),
        ({"receipt": "anna"}, RECEIPT),
        ({"contact": "anna", "receipt": "anna"}, RECEIPT),
        ({"contact": "anna", "receipt": "bent"}, CONTACT),
    ],
    ids=str,
)
def test_who_made_the_link_does_not_let_go_on_what_it_told(links: dict[str, str], since: Any) -> None:
    made, referral = of_social(**links)

    (unmet,) = made.gate("social", by="anna").unmet
    with pytest.raises(ReleaseBlocked) as refused:
        let_go(made, "anna")

    assert refused.value.facts["unmet"] == (unmet,)
    assert (unmet.code, unmet.referral_id, unmet.need_id) == ("told-by-own-link", referral.id, referral.need_id)
    assert (unmet.waiting_for_sector, unmet.since, unmet.due_at) == ("social", since, None)


def test_a_colleague_does() -> None:
    made, _ = of_social(contact="anna", receipt="anna")

    assert made.gate("social", by="bent").releasable
    assert let_go(made, "bent").sector == "social"


def test_what_a_login_told_anybody_may_let_go_on() -> None:
    made, _ = of_social()

    assert let_go(made, "anna").sector == "social"


def test_the_gate_as_such_asks_nobody_who_they_are() -> None:
    """Closing plans and the timeline read it for a sector: the need is caught, whoever made the link."""
    made, referral = of_social(contact="anna", receipt="anna")

    assert made.gate("social").releasable
    assert make.catch_of(made, made.needs[referral.need_id]) == "caught"


def test_an_override_rests_on_no_catch() -> None:
    made, _ = of_social(contact="anna", receipt="anna")

    assert let_go(made, "anna", ground="override").ground == "override"


def test_who_takes_the_case_was_not_met_by_the_holders_own_link() -> None:
    """Holding is never taken by link, but the meeting before it may have been told by one."""
    one = make.need()
    taker = replace(make.referral(one, steps="acr"), contact_link_made_by="anna")
    made = make.knowing([replace(one, state="met", outcome="met")])
    make.hear(made, taker)
    other = make.need()
    made.register_need(other)
    caught = told(other)
    make.hear(made, caught)

    assert [unmet.referral_id for unmet in made.gate("employment", by="anna").unmet] == [taker.id]
    assert made.gate("employment", by="bent").releasable
