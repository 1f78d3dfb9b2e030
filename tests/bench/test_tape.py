"""What the bare handler replays: the same statements, with new values where the recordings differ."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from bench.operations import BY_NAME, World, cpr, nth
from bench.tape import Fresh, Recording, Statement, steps


def recorded(*statements: Statement, **named: UUID) -> Recording:
    return Recording(list(statements), b"{}", named)


def filled(first: object, second: object, **named: UUID) -> object:
    """The values of a request, replayed from two recordings of one statement."""
    (step,) = steps(recorded(Statement("q", first)), recorded(Statement("q", second)))
    return step.fill(Fresh(named))


def test_what_is_the_same_in_both_is_kept() -> None:
    assert filled({"authority": "0101", "limit": 50}, {"authority": "0101", "limit": 50}) == {
        "authority": "0101",
        "limit": 50,
    }


def test_what_differs_is_made_anew_of_the_same_type_and_length() -> None:
    first = {"id": uuid4(), "sealed": b"a" * 40, "number": "2026-000001", "lock": 2**60}
    second = {"id": uuid4(), "sealed": b"b" * 40, "number": "2026-000002", "lock": 2**61}
    made = filled(first, second)
    assert isinstance(made, dict)
    for name, value in made.items():
        assert type(value) is type(first[name])
        assert value not in (first[name], second[name])
    assert len(made["sealed"]) == 40
    assert len(made["number"]) == len("2026-000001")


def test_one_value_stays_one_wherever_it_stands() -> None:
    one, other = uuid4(), uuid4()
    first = [Statement("a", {"id": one}), Statement("b", [{"case_id": one}, {"case_id": one}], many=True)]
    second = [Statement("a", {"id": other}), Statement("b", [{"case_id": other}, {"case_id": other}], many=True)]
    a, b = steps(recorded(*first), recorded(*second))
    fresh = Fresh({})
    made = a.fill(fresh)["id"]
    assert b.fill(fresh) == [{"case_id": made}, {"case_id": made}]
    assert a.fill(Fresh({}))["id"] != made


def test_an_id_that_the_request_names_is_the_requests() -> None:
    recorded_id, asked = uuid4(), uuid4()
    first = recorded(Statement("q", {"case_id": recorded_id}), case=recorded_id)
    (step,) = steps(first, recorded(Statement("q", {"case_id": uuid4()})))
    assert step.fill(Fresh({"case": asked})) == {"case_id": asked}


def test_times_move_together() -> None:
    then = datetime(2026, 1, 1, tzinfo=UTC)
    first = {"opened_at": then, "expires_at": then + timedelta(days=7)}
    second = {name: value + timedelta(seconds=1) for name, value in first.items()}
    made = filled(first, second)
    assert isinstance(made, dict)
    assert made["expires_at"] - made["opened_at"] == timedelta(days=7)
    assert abs(made["opened_at"] - datetime.now(UTC)) < timedelta(minutes=1)


def test_json_stays_json() -> None:
    assert filled({"event": '{"id": 1}'}, {"event": '{"id": 2}'}) == {"event": '{"id": 1}'}


@pytest.mark.parametrize("second", [[Statement("other", {})], [Statement("q", {}), Statement("q", {})]])
def test_two_different_operations_are_refused(second: list[Statement]) -> None:
    with pytest.raises(ValueError, match="different statements"):
        steps(recorded(Statement("q", {})), recorded(*second))


def test_every_number_has_its_own_citizen_and_no_living_person() -> None:
    numbers = [cpr(number) for number in range(0, 3_000_000, 997)]
    assert len(set(numbers)) == len(numbers)
    assert all(61 <= int(number[:2]) <= 88 and 1 <= int(number[2:4]) <= 12 for number in numbers)


def test_requests_name_copies_that_exist() -> None:
    case, copies = uuid4(), 100
    tokens = {"reader": "r", "opener": "o", "receiver": "e"}
    world = World(tokens, case=str(case), need=str(uuid4()), referral=str(uuid4()), copies=copies)
    asked = {BY_NAME["read-case"].request(world, number).split()[1].decode() for number in range(1000)}
    assert asked == {f"/v1/cases/{nth(case, number)}" for number in range(1, copies + 1)}
