"""The history of responsibility: half-open stretches, of which the latest is the present one."""

from uuid import uuid4

from services.cases.domain.responsibility import Responsibility, latest, present
from services.cases.schemas.shown import responsibility
from tests.cases.builders import HOUR, MONDAY, case, closure, hear, need, referral, release

AT_FIVE = MONDAY + 5 * HOUR


def stretch(sector: str, since: int, until: int | None = None) -> Responsibility:
    ends = None if until is None else MONDAY + until * HOUR
    return Responsibility(uuid4(), "holder", sector, None, None, MONDAY + since * HOUR, "case-opened", ends)


def test_a_stretch_lasts_from_its_beginning_and_not_at_its_end() -> None:
    one = stretch("employment", 1, 3)

    assert [one.lasts_at(MONDAY + hour * HOUR) for hour in (0, 1, 2, 3)] == [False, True, True, False]
    assert stretch("employment", 1).lasts_at(MONDAY + 1000 * HOUR)


def test_a_stretch_does_not_end_before_it_began() -> None:
    assert stretch("employment", 3).ended(MONDAY).until == MONDAY + 3 * HOUR


def test_the_latest_is_the_present_one_or_the_one_that_ended_last() -> None:
    first, empty, second = stretch("employment", 0, 3), stretch("social", 3, 3), stretch("health", 3, 5)
    now = stretch("social", 5)

    assert latest([second, first, empty], "holder") == second
    assert latest([empty, now, first, second], "holder") == now
    assert latest([first], "coordinator") is None
    assert present([first, second, empty, now], "holder") == now
    assert present([first], "holder") is None


def test_the_view_tells_who_was_responsible_at_any_moment() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr"))
    release(made, at=AT_FIVE)
    made.close(closure("citizen-died", by_sector="health"))

    def holder_at(hour: float) -> str | None:
        view = responsibility(made, MONDAY + hour * HOUR)
        return view.holder and view.holder.sector

    assert [holder_at(hour) for hour in (-1, 0, 4.99, 5, 8.99, 9)] == [
        None,
        "employment",
        "employment",
        "health",
        "health",
        None,
    ]
    view = responsibility(made, MONDAY + 4 * HOUR)
    assert [(s.kind, s.sector, s.because) for s in view.history] == [
        ("coordinator", "employment", "case-opened"),
        ("holder", "employment", "case-opened"),
        ("involved", "employment", "case-opened"),
        ("involved", "health", "referral-accepted"),
        ("coordinator", "health", "handed-over"),
        ("holder", "health", "handed-over"),
    ]
    assert view.coordinator is not None
    assert (view.coordinator.subject, [r.sector for r in view.involved]) == ("anna", ["employment", "health"])
