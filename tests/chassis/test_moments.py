"""Days and moments on the wire: written as people write them, never counted since 1970."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from chassis.wire import Day, Moment


@pytest.mark.parametrize("value", [0, 0.5, True, "0", "0.5", "1700000000", "2026-1-5", "20260105", "5/1/2026", ""])
@pytest.mark.parametrize("kind", [Day, Moment])
def test_a_number_is_neither_a_day_nor_a_moment(kind: Any, value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)


def test_a_moment_at_midnight_is_no_day_and_a_day_is_no_moment() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python("2026-01-05T00:00:00Z")
    with pytest.raises(ValidationError):
        TypeAdapter(Moment).validate_python("2026-01-05")


def test_what_is_written_right_is_read() -> None:
    assert TypeAdapter(Day).validate_python("2026-01-05") == date(2026, 1, 5)
    for text in ("2026-01-05T08:30:00Z", "2026-01-05t09:30:00.000+01:00"):
        assert TypeAdapter(Moment).validate_python(text) == datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


def test_a_moment_without_an_offset_is_told_apart() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Moment).validate_python("2026-01-05T08:30:00")

    assert refused.value.errors()[0]["type"] == "timezone_aware"
