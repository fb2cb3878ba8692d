"""When the WEM adapter asks again, and when it must not."""

import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from infra.local.simulator import Faults, FaultTrigger, Simulator
from ladder.adapters.wem import WemPlatform
from ladder.domain.challenges.ports import NewChallenge
from ladder.domain.errors import Unavailable
from ladder.usage import Usage
from tests.fakes.clock import FakeClock


@pytest.mark.parametrize("told", ["7", "a date"])
def test_a_throttled_call_waits_as_long_as_it_is_told(
    platform: WemPlatform, faults: Faults, clock: FakeClock, noon: datetime, told: str
) -> None:
    date = format_datetime(noon.replace(second=7), usegmt=True)
    faults.throttle, faults.retry_after = FaultTrigger(upcoming=1), date if told == "a date" else told

    assert platform.active() == []
    assert clock.slept == [7.0]


@pytest.mark.parametrize("ahead", [900, -900])
def test_a_date_to_wait_for_is_one_of_the_platforms_own_clock(
    platform: WemPlatform, faults: Faults, clock: FakeClock, noon: datetime, ahead: int
) -> None:
    faults.throttle, faults.clock_ahead = FaultTrigger(upcoming=1), ahead
    faults.retry_after = format_datetime(noon + timedelta(seconds=ahead + 7), usegmt=True)

    assert platform.active() == []
    assert clock.slept == [7.0]


@pytest.mark.parametrize("told", ["", "soon", "-3", "1e3"])
def test_a_wait_that_cannot_be_read_is_chosen_by_the_client(
    platform: WemPlatform, faults: Faults, clock: FakeClock, told: str
) -> None:
    faults.throttle, faults.retry_after = FaultTrigger(upcoming=3), told

    assert platform.active() == []
    assert clock.slept == [0.5, 1.0, 2.0]


def test_a_date_that_has_passed_is_no_wait(
    platform: WemPlatform, faults: Faults, clock: FakeClock, noon: datetime
) -> None:
    faults.throttle, faults.retry_after = FaultTrigger(upcoming=1), format_datetime(noon.replace(hour=1), usegmt=True)

    assert platform.active() == []
    assert clock.slept == []


@pytest.mark.parametrize("told", ["61", "999999999999999"])
def test_a_wait_longer_than_a_step_waits_is_left_to_the_next_try(
    platform: WemPlatform, faults: Faults, clock: FakeClock, told: str
) -> None:
    faults.throttle, faults.retry_after = FaultTrigger(upcoming=1), told

    with pytest.raises(Unavailable, match="longer than a step waits"):
        platform.active()
    assert clock.slept == []


@pytest.mark.parametrize("fault", ["throttle", "fail_before", "fail_after", "lose_answer", "cut_short"])
def test_a_platform_that_never_recovers_is_unavailable_after_four_attempts(
    platform: WemPlatform, simulator: Simulator, usage: Usage, fault: str
) -> None:
    setattr(simulator.faults, fault, FaultTrigger(share=1.0))

    with pytest.raises(Unavailable, match="GET /api/v2/wem/gamification/challenges: "):
        platform.active()
    assert simulator.calls == {"token": 1, "challenges.list": 4}
    assert usage.platform_calls == 5


@pytest.mark.parametrize("fault", ["fail_before", "fail_after", "lose_answer", "cut_short"])
def test_calls_that_change_nothing_the_second_time_are_repeated(
    platform: WemPlatform, simulator: Simulator, fault: str, users: list[str], challenge: NewChallenge
) -> None:
    kinds = frozenset({"challenges.list", "challenges.change", "groups.join", "groups.leave", "groups.members"})
    launched = platform.launch(challenge)
    setattr(simulator.faults, fault, FaultTrigger(every=2, kinds=kinds))

    platform.retire(launched)
    assert platform.add("tier2", users[:3]) == {}
    assert platform.remove("tier2", users[:1]) == {}

    assert platform.active() == []
    assert platform.members("tier2") == set(users[1:3])


def test_a_challenge_that_was_throttled_is_launched_once_it_may(
    platform: WemPlatform, faults: Faults, simulator: Simulator, challenge: NewChallenge
) -> None:
    faults.throttle = FaultTrigger(upcoming=2)

    launched = platform.launch(challenge)

    assert [each.id for each in simulator.active()] == [launched]


@pytest.mark.parametrize(
    ("fault", "created"), [("fail_before", 0), ("fail_after", 1), ("lose_answer", 1), ("cut_short", 1)]
)
def test_a_launch_without_an_answer_is_not_repeated_and_can_be_recognised(
    platform: WemPlatform, simulator: Simulator, fault: str, created: int, challenge: NewChallenge
) -> None:
    setattr(simulator.faults, fault, FaultTrigger(upcoming=1, kinds=frozenset({"challenges.create"})))

    with pytest.raises(Unavailable):
        platform.launch(challenge)

    assert simulator.calls["challenges.create"] == 1
    marks = [(each.metric, each.groups, each.starts_at) for each in platform.active()]
    assert marks == [(challenge.metric, challenge.groups, challenge.starts_at)] * created


@pytest.mark.parametrize("fault", ["lose_answer", "cut_short"])
def test_a_platform_that_answers_no_change_at_all_has_made_every_one(
    platform: WemPlatform, faults: Faults, fault: str, users: list[str], challenge: NewChallenge
) -> None:
    launched = platform.launch(challenge)
    kinds = frozenset({"challenges.change", "groups.join", "groups.leave"})
    setattr(faults, fault, FaultTrigger(share=1.0, kinds=kinds))

    platform.retire(launched)
    assert platform.add("tier2", users[:3]) == {}
    assert platform.members("tier2") == set(users[:3])
    assert platform.remove("tier2", users[:2]) == {}
    assert (platform.active(), platform.members("tier2")) == ([], {users[2]})


@pytest.mark.parametrize("fault", ["throttle", "fail_before", "fail_after"])
def test_a_platform_that_is_down_is_not_taken_for_one_that_answers_nothing(
    platform: WemPlatform, faults: Faults, fault: str, users: list[str], challenge: NewChallenge
) -> None:
    platform.launch(challenge)
    setattr(faults, fault, FaultTrigger(share=1.0))
    for change in (platform.add, platform.remove):
        with pytest.raises(Unavailable):
            change("tier2", users[:3])
    with pytest.raises(Unavailable):
        platform.retire("challenge-00001")


def test_a_launch_that_never_left_is_repeated(
    opened: Callable[..., WemPlatform], clock: FakeClock, challenge: NewChallenge
) -> None:
    platform = opened(base_url=_closed())

    with pytest.raises(Unavailable, match="NewConnectionError"):
        platform.launch(challenge)

    assert clock.slept == [0.5, 1.0, 2.0]


def _closed() -> str:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_it_never_sleeps_past_the_time_a_step_has_left(
    opened: Callable[..., WemPlatform], faults: Faults, clock: FakeClock
) -> None:
    faults.throttle, faults.retry_after = FaultTrigger(upcoming=1), "30"
    ends = clock.now + 29

    with pytest.raises(Unavailable, match="would outlast this step"):
        opened(deadline=lambda: ends - clock.now).active()
    assert clock.slept == []


def test_a_step_without_time_asks_nothing(opened: Callable[..., WemPlatform], simulator: Simulator) -> None:
    with pytest.raises(Unavailable, match="no time left"):
        opened(deadline=lambda: 0.0).active()

    assert simulator.calls == {}


def test_an_answer_that_is_too_late_is_not_waited_for(opened: Callable[..., WemPlatform], faults: Faults) -> None:
    faults.stall, faults.stall_seconds = FaultTrigger(upcoming=1), 1.0

    with pytest.raises(Unavailable, match="ReadTimeoutError"):
        opened(deadline=lambda: 0.3).active()
