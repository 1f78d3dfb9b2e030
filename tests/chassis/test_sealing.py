"""What is sealed opens only here, only there where it was put, and only as it was."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.sealing import SealBroken, Sealer, derive

SECRET = secrets.token_bytes(32)
SEALER = Sealer(SECRET)
WORDS = "Hun har selv bedt om hjælp."


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_opens_in_its_place(words: str, place: str) -> None:
    assert SEALER.open(SEALER.seal(words, context=place), context=place) == words


def test_the_same_words_never_look_the_same() -> None:
    sealed = {SEALER.seal(WORDS, context="a") for _ in range(100)}

    assert len(sealed) == 100
    assert all(WORDS.encode() not in blob for blob in sealed)


def test_a_seal_that_was_moved_does_not_open() -> None:
    mine, yours = SEALER.seal("mine", context="notes:1"), SEALER.seal("yours", context="notes:2")

    for blob, context in ((mine, "notes:2"), (yours, "notes:1"), (mine, "letters:1"), (mine, "")):
        with pytest.raises(SealBroken):
            SEALER.open(blob, context=context)


def test_no_byte_of_a_seal_can_be_changed() -> None:
    blob = SEALER.seal(WORDS, context="a")

    for place in range(len(blob)):
        for bit in (1, 128):
            altered = blob[:place] + bytes([blob[place] ^ bit]) + blob[place + 1 :]
            with pytest.raises(SealBroken):
                SEALER.open(altered, context="a")


def test_a_seal_that_was_cut_does_not_open() -> None:
    blob = SEALER.seal(WORDS, context="a")

    for length in range(len(blob)):
        with pytest.raises(SealBroken):
            SEALER.open(blob[:length], context="a")
    with pytest.raises(SealBroken):
        SEALER.open(blob + b"\0", context="a")


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealBroken):
        Sealer(secrets.token_bytes(32)).open(SEALER.seal(WORDS, context="a"), context="a")


def test_the_first_byte_says_which_key_it_was() -> None:
    blob = SEALER.seal(WORDS, context="a")

    assert blob[0] == 1
    with pytest.raises(SealBroken, match="version"):
        SEALER.open(b"\x02" + blob[1:], context="a")


def test_equal_values_are_found_and_others_are_not() -> None:
    index = SEALER.blind_index("0102031234", context="0101")

    assert index == Sealer(SECRET).blind_index("0102031234", context="0101")
    assert len(index) == 32
    assert index != SEALER.blind_index("0102031235", context="0101")
    assert index != SEALER.blind_index("0102031234", context="0102")
    assert index != Sealer(secrets.token_bytes(32)).blind_index("0102031234", context="0101")


def test_each_use_has_a_key_of_its_own() -> None:
    assert len({derive(SECRET, label) for label in ("a", "b", "helhed/seal/v1", "helhed/blind-index/v1")}) == 4
    assert SECRET not in {derive(SECRET, label) for label in ("a", "b")}
