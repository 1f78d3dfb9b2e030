"""Bodies that JSON parsers read differently, or not at all, are refused before any parser may guess."""

import asyncio
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from chassis import hygiene
from chassis.hygiene import Unclean
from chassis.problems import TooLarge, TooSlow

UNCLEAN = {
    "NaN": (b'{"size": NaN}', "number-not-finite"),
    "Infinity": (b'{"size": Infinity}', "number-not-finite"),
    "minus Infinity": (b'{"size": -Infinity}', "number-not-finite"),
    "a fraction beyond all": (b'{"size": 1e999}', "number-not-finite"),
    "a whole number of 401 digits": (b'{"size": ' + b"1" * 401 + b"}", "number-too-large"),
    "a whole number beyond 64 bits": (b'{"size": 1000000000000000000000}', "number-too-large"),
    "half a surrogate pair": (rb'{"name": "\ud800"}', "character-not-allowed"),
    "the other half": (rb'{"name": "\udc00"}', "character-not-allowed"),
    "half a surrogate pair as a name": (rb'{"\ud800": 1}', "character-not-allowed"),
    "half a pair far inside": (rb'{"a": [{"b": ["\udfff"]}]}', "character-not-allowed"),
    "NUL, escaped": (rb'{"name": "a\u0000b"}', "character-not-allowed"),
    "NUL, as it is": (b'{"name": "a\x00b"}', "json-invalid"),
    "a control character": (b'{"name": "a\x1fb"}', "json-invalid"),
    "a doubled member": (b'{"name": "a", "name": "b"}', "duplicate-member"),
    "a doubled member, spelt otherwise": (rb'{"name": 1, "n\u0061me": 2}', "duplicate-member"),
    "a doubled member inside": (b'[{"a": {"b": 1, "b": 1}}]', "duplicate-member"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "byte-order-mark"),
    "not UTF-8": (b'{"name": "\xff"}', "not-utf-8"),
    "a surrogate in UTF-8": (b'{"name": "\xed\xa0\x80"}', "not-utf-8"),
    "an overlong sequence": (b'{"name": "\xc0\xaf"}', "not-utf-8"),
    "Latin-1": ('{"name": "Søren"}'.encode("latin-1"), "not-utf-8"),
    "UTF-16": ('{"name": 1}'.encode("utf-16-le"), "json-invalid"),
    "nothing": (b"", "json-invalid"),
    "white space": (b" \n", "json-invalid"),
    "half an object": (b'{"name": ', "json-invalid"),
    "two values": (b"{}{}", "json-invalid"),
    "a comment": (b"{} // hello", "json-invalid"),
    "a comma too many": (b'{"a": 1,}', "json-invalid"),
    "single quotes": (b"{'a': 1}", "json-invalid"),
    "a leading zero": (b"[01]", "json-invalid"),
    "a string that never ends": (b'"' + b"a" * 1000, "json-invalid"),
    "an escape at the end": (b'"\\', "json-invalid"),
    "a form": (b"name=a&size=1", "json-invalid"),
}


@pytest.mark.parametrize(("body", "code"), UNCLEAN.values(), ids=UNCLEAN.keys())
def test_what_parsers_disagree_on_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(Unclean) as refused:
        hygiene.check(body)

    assert refused.value.code == code


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_what_is_nested_deeper_than_64_is_too_large(opening: bytes) -> None:
    levels = opening.count(b"[") + opening.count(b"{")

    with pytest.raises(TooLarge):
        hygiene.check(opening * (64 // levels + 1))
    with pytest.raises(TooLarge):
        hygiene.check(opening * 200_000)


def test_64_levels_are_read() -> None:
    assert hygiene.check(b"[" * 64 + b"]" * 64)


def test_brackets_in_strings_are_text() -> None:
    text = '[{"' * 100 + '\\"'

    assert hygiene.check(json.dumps([text, {text: 1}]).encode()) == [text, {text: 1}]


@pytest.mark.parametrize("body", [b'"' + b'\\"' * 500_000, b'\\"' * 500_000, b'["' * 500_000, b'"' * 1_000_000])
def test_a_megabyte_made_to_be_slow_is_not(body: bytes) -> None:
    """One such body, sent to a public operation, would otherwise stop the process for an hour."""
    began = time.process_time()

    with pytest.raises((Unclean, TooLarge)):
        hygiene.check(body)

    assert time.process_time() - began < 2


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17) + 1, 10**18 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), inner, max_size=5
        )
    ),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_what_is_clean_means_what_json_says(value: Any, escaped: bool) -> None:
    body = json.dumps(value, ensure_ascii=escaped).encode()

    assert hygiene.check(body) == json.loads(body) == value


@given(
    st.binary(max_size=60)
    | st.text('{}[]",:\\u0018 da\ud800nulltrue-.eE', max_size=40).map(
        lambda text: text.encode("utf-8", "surrogatepass")
    )
)
def test_whatever_is_sent_is_read_as_json_reads_it_or_refused(body: bytes) -> None:
    try:
        found = hygiene.check(body)
    except (Unclean, TooLarge):
        return

    assert found == json.loads(body)


async def test_a_body_that_is_promised_and_does_not_come_is_not_waited_for() -> None:
    async def begins_and_falls_silent() -> Message:
        if not begun:
            begun.append(True)
            return {"type": "http.request", "body": b"{", "more_body": True}
        await asyncio.Event().wait()
        raise AssertionError

    begun: list[bool] = []
    request = Request({"type": "http", "method": "POST", "headers": []}, begins_and_falls_silent)

    with pytest.raises(TooSlow):
        await hygiene.read(request, most_seconds=0.05)
