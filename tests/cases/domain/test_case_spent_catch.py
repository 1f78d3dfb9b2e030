"""A catch supports one release: what a need was handed on by once opens the gate no second time."""

from tests.cases.builders import HOUR, MONDAY, case, codes, hear, need, referral, release


def test_a_need_that_comes_back_is_not_let_go_again_on_the_old_receipt() -> None:
    one = need()
    made = hear(case(one), referral(one, "health", steps="acr"))
    release(made)
    hear(made, referral(made.needs[one.id], "employment", steps="acr"))
    release(made, "health", at=MONDAY + 6 * HOUR)

    view = made.gate("employment")

    assert made.holder.sector == "employment"
    assert not view.releasable
    assert codes(view.unmet) == ["need-not-referred", "no-sector-takes-holding"]
