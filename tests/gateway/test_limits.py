"""The token bucket, against a clock of the test's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.settings import MissingSetting
from gateway.limits import Buckets
from gateway.settings import GatewaySettings, Rate, networks


def test_the_burst_is_there_at_once_and_comes_back_at_the_rate() -> None:
    buckets = Buckets(Rate(per_second=2, burst=4))

    at_once = [buckets.take("me", 100.0).allowed for _ in range(5)]
    half_a_second_later = [buckets.take("me", 100.5).allowed for _ in range(2)]
    long_after = buckets.take("me", 1000.0)

    assert at_once == [True, True, True, True, False]
    assert half_a_second_later == [True, False]
    assert (long_after.remaining, long_after.reset) == (3, 1)


def test_the_time_until_all_is_back_falls_while_one_waits() -> None:
    buckets = Buckets(Rate(per_second=1, burst=10))
    for _ in range(10):
        buckets.take("me", 0.0)

    waited = [buckets.take("me", 0.0).reset, buckets.take("me", 5.0).reset, buckets.take("me", 9.0).reset]

    assert waited == [10, 6, 3]


def test_whoever_waits_as_long_as_told_is_let_in() -> None:
    buckets = Buckets(Rate(per_second=0.1, burst=1))
    buckets.take("me", 0.0)

    refused = buckets.take("me", 0.0)

    assert (refused.allowed, refused.retry_after) == (False, 10)
    assert buckets.take("me", float(refused.retry_after)).allowed


@given(st.lists(st.floats(min_value=0, max_value=3), max_size=60), st.integers(1, 20), st.integers(1, 50))
def test_never_more_than_the_burst_and_what_the_time_gave(pauses: list[float], burst: int, per_second: int) -> None:
    buckets, now, allowed = Buckets(Rate(per_second, burst)), 0.0, 0
    for pause in pauses:
        now += pause
        verdict = buckets.take("me", now)
        allowed += verdict.allowed
        assert 0 <= verdict.remaining <= burst

    assert allowed <= burst + now * per_second + 1e-6


def test_only_so_many_callers_are_remembered() -> None:
    buckets = Buckets(Rate(per_second=1, burst=1), remember=2)
    for caller in ("a", "b", "c"):
        buckets.take(caller, 0.0)

    assert [buckets.take(caller, 0.0).allowed for caller in ("c", "b", "a")] == [False, False, True]


@pytest.mark.parametrize(
    ("text", "rate"),
    [("100/s;burst=400", Rate(100, 400)), ("60/m;burst=5", Rate(1, 5)), ("1/s;burst=1", Rate(1, 1))],
)
def test_a_rate_is_read(text: str, rate: Rate) -> None:
    assert Rate.parse(text) == rate


@pytest.mark.parametrize("text", ["", "100", "100/s", "0/s;burst=1", "100/h;burst=1", "100/s;burst=0", "-1/s;burst=1"])
def test_what_is_not_a_rate_stops_the_start(text: str) -> None:
    with pytest.raises(MissingSetting):
        Rate.parse(text)


def test_the_environment_says_where_the_services_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELHED_CASES_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("HELHED_RATE_LIMIT", "5/s;burst=6")
    monkeypatch.setenv("HELHED_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1")

    settings = GatewaySettings.from_environment(["cases"])

    assert settings.upstreams == {"cases": "http://127.0.0.1:9"}
    assert settings.rate == Rate(5, 6)
    assert settings.trusted_proxies == networks("10.0.0.0/8,192.0.2.1/32")
    with pytest.raises(MissingSetting):
        GatewaySettings.from_environment(["cases", "nowhere"])
