"""The client's own rate limit, and the platform's."""

from collections.abc import Callable

import pytest

from infra.local.simulator import Faults, Simulator
from ladder.adapters.wem import WemPlatform
from ladder.adapters.wem.session import RateLimiter
from ladder.usage import Usage
from tests.fakes.clock import FakeClock


def test_no_minute_sees_more_requests_than_allowed(clock: FakeClock) -> None:
    limiter, sent = RateLimiter(300, clock=clock), list[float]()

    for _ in range(1000):
        clock.sleep(limiter.reserve())
        sent.append(clock.now)

    assert all(later - earlier > 60 - 1e-6 for earlier, later in zip(sent, sent[300:], strict=False))
    assert sent[-1] - sent[0] == pytest.approx(970 / 4.5, rel=0.01)  # a burst of 30, then 270 a minute


def test_after_a_rest_only_a_tenth_of_a_minute_goes_at_once(clock: FakeClock) -> None:
    limiter = RateLimiter(300, clock=clock)
    clock.now += 3600

    assert [limiter.reserve() for _ in range(31)] == [0.0] * 30 + [pytest.approx(1 / 4.5)]


def test_a_clock_that_steps_back_gains_nothing(clock: FakeClock) -> None:
    limiter = RateLimiter(60, clock=clock)
    clock.now -= 900

    assert [limiter.reserve() for _ in range(7)][-1] > 0


def test_a_client_that_keeps_its_pace_is_never_throttled(
    opened: Callable[..., WemPlatform], simulator: Simulator, faults: Faults, usage: Usage, users: list[str]
) -> None:
    faults.requests_per_minute = 120

    opened(requests_per_minute=120).add("tier2", users)

    assert simulator.calls == {"token": 1, "groups.join": 250}
    assert usage.platform_calls == 251


def test_a_platform_that_allows_less_is_obeyed_all_the_same(
    platform: WemPlatform, simulator: Simulator, faults: Faults, users: list[str]
) -> None:
    faults.requests_per_minute = 100

    assert platform.add("tier2", users[:150]) == {}
    assert simulator.calls["groups.join"] == 151
