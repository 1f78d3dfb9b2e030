"""The lists of a trial: computed by anybody from the seed, balanced block by block, foreseen by nobody."""

import hashlib
from collections import Counter
from itertools import islice, pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.domain.allocation import (
    Allocation,
    ClusterStep,
    arm_at,
    check,
    commitment,
    keeps,
    list_for,
    sequence,
)
from tests.cases.builders import day

SEED = bytes(range(32))
TRIAL = UUID("0190163d-8694-739b-aea5-966c26f8ad91")
EVEN = {"comparison": 1, "voluntary": 1}

seeds = st.binary(min_size=32, max_size=32)
names = st.text(min_size=1, max_size=40)
ratios = st.dictionaries(st.sampled_from("abcde"), st.integers(1, 4), min_size=2, max_size=4)


def allocation(**changes: object) -> Allocation:
    """Two arms, drawn for each citizen in blocks of four and six."""
    told = {"unit": "citizen", "method": "randomised", "ratio": EVEN, "block_sizes": (4, 6)}
    return Allocation(**{**told, **changes})  # type: ignore[arg-type]  # a test's changes are of any field


def places(seed: bytes, name: str, ratio: dict[str, int], sizes: tuple[int, ...], most: int) -> list[str]:
    """The first places of a list."""
    return list(islice(sequence(seed, name, ratio, sizes), most))


def by_the_book(seed: bytes, name: str, ratio: dict[str, int], sizes: list[int], most: int) -> list[str]:
    """The same again, from the words of the module alone: what a third party would write."""
    stream, counter, listed = b"", 0, []

    def number(bound: int) -> int:
        nonlocal stream, counter
        while True:
            if len(stream) < 4:
                stream += hashlib.sha256(seed + name.encode() + counter.to_bytes(8, "big")).digest()
                counter += 1
            x, stream = int.from_bytes(stream[:4], "big"), stream[4:]
            if x < 2**32 // bound * bound:
                return x % bound

    while len(listed) < most:
        size = sorted(sizes)[number(len(sizes))]
        block = [arm for arm in sorted(ratio) for _ in range(size // sum(ratio.values()) * ratio[arm])]
        for i in reversed(range(1, size)):
            j = number(i + 1)
            block[i], block[j] = block[j], block[i]
        listed += block
    return listed[:most]


@pytest.mark.parametrize(
    ("name", "ratio", "sizes", "first"),
    [
        ("0101/young/evaluated", EVEN, (4, 6), "ccvvvccvcvvcvcvvcccvccvv"),
        ("0101/young/not-evaluated", EVEN, (4, 6), "ccvvcvvccvcvvcvvccvvccvc"),
        ("0101/evaluated", {"a": 2, "b": 1}, (3,), "baaaabaabbaaababaabaabaa"),
        ("authorities", {"a": 1, "b": 1, "c": 1}, (6, 9, 12), "abbcacbacacbbcabbacacbac"),
    ],
)
def test_a_list_is_what_it_was_when_trials_began_to_rest_on_it(
    name: str, ratio: dict[str, int], sizes: tuple[int, ...], first: str
) -> None:
    assert "".join(arm[0] for arm in places(SEED, name, ratio, sizes, 24)) == first


def test_a_commitment_is_a_plain_hash_of_seed_and_trial() -> None:
    promise = commitment(SEED, TRIAL)

    assert promise == hashlib.sha256(SEED + TRIAL.bytes).hexdigest()
    assert keeps(promise, SEED, TRIAL)
    assert not keeps(promise, SEED[::-1], TRIAL)
    assert not keeps(promise, SEED, UUID(int=TRIAL.int + 1))


@given(seeds, names, ratios, st.lists(st.integers(1, 5), min_size=1, max_size=4, unique=True))
def test_anybody_computes_the_same_list(seed: bytes, name: str, ratio: dict[str, int], times: list[int]) -> None:
    sizes = [factor * sum(ratio.values()) for factor in times]

    assert places(seed, name, ratio, tuple(sizes), 60) == by_the_book(seed, name, ratio, sizes, 60)


@given(seeds, ratios, st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True))
def test_after_any_number_of_places_no_arm_is_off_by_more_than_a_block(
    seed: bytes, ratio: dict[str, int], times: list[int]
) -> None:
    parts = sum(ratio.values())
    sizes = tuple(factor * parts for factor in times)
    given_so_far: Counter[str] = Counter()

    for number, arm in enumerate(places(seed, "list", ratio, sizes, 200), start=1):
        given_so_far[arm] += 1
        for code, share in ratio.items():
            assert abs(given_so_far[code] - number * share / parts) <= max(sizes) * share / parts


@given(seeds, ratios, st.integers(1, 5))
def test_every_whole_block_holds_each_arm_in_its_share(seed: bytes, ratio: dict[str, int], factor: int) -> None:
    size = factor * sum(ratio.values())
    listed = places(seed, "list", ratio, (size,), 5 * size)

    for start in range(0, len(listed), size):
        assert Counter(listed[start : start + size]) == {arm: factor * share for arm, share in ratio.items()}


@given(seeds, st.integers(0, 300))
def test_a_place_is_the_place_of_the_list(seed: bytes, position: int) -> None:
    how = allocation()

    assert arm_at(seed, "x", how, position) == places(seed, "x", EVEN, (4, 6), position + 1)[-1]


def test_lists_and_seeds_tell_nothing_of_each_other() -> None:
    lists = {tuple(places(SEED, f"{number}", EVEN, (4, 6), 40)) for number in range(50)}
    others = {tuple(places(bytes([number]) * 32, "0", EVEN, (4, 6), 40)) for number in range(50)}

    assert (len(lists), len(others)) == (50, 50)


def test_block_sizes_vary_so_that_the_last_place_of_a_block_is_not_known() -> None:
    """In blocks of four alone, after three places the fourth would follow."""
    listed = places(SEED, "list", EVEN, (4, 6), 400)
    balanced = [n for n in range(2, 401, 2) if listed[:n].count("voluntary") * 2 == n]

    assert {later - earlier for earlier, later in pairwise(balanced)} >= {2, 4, 6}


def test_a_list_that_was_tampered_with_is_not_reproduced() -> None:
    used = places(SEED, "list", EVEN, (4, 6), 10)
    swapped = ["voluntary" if arm == "comparison" else "comparison" for arm in used[:1]] + used[1:]

    assert check(SEED, allocation(), "list", used).reproduced
    assert check(SEED, allocation(), "list", ()).reproduced
    assert not check(SEED, allocation(), "list", swapped).reproduced


@pytest.mark.parametrize(
    ("unit", "evaluated", "name"),
    [
        ("citizen", True, "0101/young/evaluated"),
        ("citizen", False, "0101/young/not-evaluated"),
        ("caseworker", True, "0101/caseworkers"),
        ("unit", False, "0101/units"),
        ("authority", True, "authorities"),
    ],
)
def test_which_list_is_drawn_from(unit: str, evaluated: bool, name: str) -> None:
    assert list_for(allocation(unit=unit), "0101", "0101/young", evaluated=evaluated) == name


@pytest.mark.parametrize(("today", "arm"), [("2026-03-01", "comparison"), ("2026-03-02", "new"), ("2027-01-01", "new")])
def test_a_cluster_steps_over_on_its_day(today: str, arm: str) -> None:
    how = allocation(method="stepped-wedge", steps=(ClusterStep("0101", day("2026-03-02")),))

    assert how.stepped("0101", day(today), new_arm="new") == arm
    assert how.stepped("0102", day(today), new_arm="new") == "comparison"
