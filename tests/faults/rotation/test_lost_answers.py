"""A platform that does what it is asked and whose answers are lost, again and again: the night still converges."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from ladder.domain.challenges.ports import LiveChallenge, NewChallenge
from ladder.domain.challenges.rules import Platform
from ladder.domain.errors import Unavailable
from tests.builders.nights import FIRST_NIGHT, NightRunner
from tests.builders.programs import with_values
from tests.fakes.platform import MemoryPlatform
from tests.faults.rotation.played_groups import assert_groups_match_what_is_played, everything_runs, of

NIGHTS = [FIRST_NIGHT + timedelta(days=n) for n in range(3)]
ONE_PER_METRIC = Platform(kind="wem", one_active_per_metric=True)


@dataclass(slots=True, kw_only=True)
class Mute(MemoryPlatform):
    """It launches every challenge and never says so. Its list shows a new one at the `shown_at`-th time it is read."""

    shown_at: int = 1
    seen: dict[str, int] = field(default_factory=dict)

    def launch(self, challenge: NewChallenge) -> str:
        MemoryPlatform.launch(self, challenge)
        raise Unavailable("no response")

    def active(self) -> list[LiveChallenge]:
        self.seen = {name: self.seen.get(name, 0) + 1 for name in self.live}
        return [live for live in self.live.values() if self.seen[live.id] >= self.shown_at]


def played(runner: NightRunner) -> set[tuple[str, frozenset[str]]]:
    return {(live.metric, frozenset(live.groups)) for live in runner.platform.live.values()}


@pytest.mark.parametrize("one_per_metric", [False, True], ids=["a challenge a tier", "one for all tiers"])
def test_where_no_launch_is_ever_answered_every_night_goes_live_with_each_challenge_once(
    *, one_per_metric: bool
) -> None:
    heard, runner = everything_runs(), everything_runs()
    runner.platform = Mute(one_active_per_metric=one_per_metric)
    if one_per_metric:
        for each in (heard, runner):
            each.program = each.programs.publish(with_values(each.program, platform=ONE_PER_METRIC))
    for night in NIGHTS:
        runner.night(night)
        heard.night(night)
        assert of(runner, night).step == "announced"
        assert of(runner, night).claim.attempt == 1
        assert len(runner.platform.live) == len(played(runner))
        assert played(runner) == played(heard)
        assert_groups_match_what_is_played(runner, of(runner, night))


def test_where_the_list_shows_late_what_was_launched_the_night_goes_live_and_what_is_there_twice_ends_with_it() -> None:
    heard, runner = everything_runs(), everything_runs()
    runner.platform = Mute(shown_at=3)
    for night in NIGHTS:
        runner.night(night)
        heard.night(night)
        assert of(runner, night).step == "announced"
        assert of(runner, night).claim.attempt == 1
        assert played(runner) == played(heard)
        assert len({live.starts_at for live in runner.platform.live.values()}) == 1
    assert runner.queue.by_id == heard.queue.by_id


@dataclass(slots=True, kw_only=True)
class Blind(MemoryPlatform):
    """Its list lags behind for longer than any night waits."""

    def active(self) -> list[LiveChallenge]:
        return []


def test_a_list_that_lags_for_longer_than_all_tries_delays_a_night_by_one_attempt_and_the_record_says_so() -> None:
    runner = everything_runs()
    runner.platform = Blind()
    for _ in range(2):
        runner.night(NIGHTS[0])
    rotation = of(runner, NIGHTS[0])
    assert (rotation.step, rotation.claim.attempt) == ("announced", 2)
    assert {launch.challenge for launch in rotation.launches.values()} == set(runner.platform.live)
    (late,) = [each for each in rotation.planned.warnings if each.code == "rotation.not_listed_yet"]
    assert str(late.parameters["challenges"]).split(", ") == sorted(rotation.launches)


def test_a_night_that_fails_ends_what_it_launched_though_no_list_shows_it_yet() -> None:
    runner = everything_runs()
    runner.platform = Blind()
    runner.night(NIGHTS[0])
    assert "does not show" in (of(runner, NIGHTS[0]).failed or "")
    assert runner.platform.live == {}
    assert {launch.state for launch in of(runner, NIGHTS[0]).launches.values()} == {"retired"}
