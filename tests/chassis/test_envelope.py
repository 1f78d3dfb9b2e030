"""An event with its address, in and out, and everything that is not one."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.envelope import Envelope, MalformedEnvelope, from_message, subject_of, to_message

ID, CASE = UUID(int=1), UUID(int=2)
EVENT = Envelope(
    id=ID,
    type="dk.helhed.surveys.thing-made.v1",
    source="surveys",
    authority="0101",
    case_id=CASE,
    sequence=7,
    time=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    data={"thingId": "x"},
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
)


def test_an_event_reads_as_it_was_written_in_both_forms() -> None:
    _, body, headers = to_message(EVENT)

    assert Envelope.from_json(EVENT.to_json()) == EVENT
    assert from_message(body, headers) == EVENT


def test_the_subject_names_authority_service_case_and_moment() -> None:
    assert subject_of(EVENT) == f"ev.v1.0101.surveys.{CASE}.thing-made"


def test_the_broker_knows_a_message_again_by_the_id_of_its_event() -> None:
    assert to_message(EVENT)[2]["Nats-Msg-Id"] == str(ID)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.integers(0, 9)))
def test_data_of_any_content_travels(data: dict[str, Any]) -> None:
    event = Envelope.from_json({**EVENT.to_json(), "data": data})
    _, body, headers = to_message(event)

    assert from_message(body, headers).data == data


WRONG: dict[str, Any] = {
    "id": ["", "x", 1, None],
    "type": ["", "x", "thing-made", "dk.helhed.surveys.thing-made", "dk.helhed.a.b.v1\n", None, "dk.helhed.a.>.v1"],
    "source": ["", "surveys", "/authorities/0101", "/a/0101/surveys", "/authorities//surveys", "/authorities/a.b/c"],
    "subject": ["", "x", 1, None],
    "sequence": ["", "x", "0", "-1", str(1 << 63), "9" * 20, None],
    "time": ["", "yesterday", None],
    "specversion": ["", "0.3", None],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in WRONG for value in WRONG[name]])
def test_an_attribute_of_another_form_makes_no_event(name: str, value: Any) -> None:
    with pytest.raises(MalformedEnvelope):
        Envelope.from_json({**EVENT.to_json(), name: value})


@pytest.mark.parametrize("name", WRONG)
def test_a_missing_attribute_makes_no_event(name: str) -> None:
    whole = EVENT.to_json()
    del whole[name]

    with pytest.raises(MalformedEnvelope):
        Envelope.from_json(whole)


def test_a_text_that_only_looks_like_an_escape_travels() -> None:
    event = Envelope.from_json({**EVENT.to_json(), "data": {"a": "\\u0000"}})
    _, body, headers = to_message(event)

    assert from_message(body, headers).data == {"a": "\\u0000"}


BODIES = [b"", b"{", b"[]", b"1", b"null", rb'{"a": "\u0000"}', rb'{"\u0000": 1}', b'{"a": "\xff"}', rb'{"a":"\ud800"}']


@pytest.mark.parametrize("body", BODIES)
def test_a_body_of_another_form_makes_no_event(body: bytes) -> None:
    with pytest.raises(MalformedEnvelope):
        from_message(body, to_message(EVENT)[2])


@pytest.mark.parametrize("headers", [None, {}, {"id": str(ID)}])
def test_without_headers_there_is_no_event(headers: dict[str, str] | None) -> None:
    with pytest.raises(MalformedEnvelope):
        from_message(b"{}", headers)
