"""Corrected figures are kept, in whichever invocation of collect they are read, and compared anew."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import pytest

from ladder.domain.challenges.ports import MetricSource, Reading
from ladder.domain.errors import Unavailable
from tests.builders.nights import FIRST_NIGHT, NightRunner
from tests.fakes.fault_injection import Fate, Killed, When

SECOND_NIGHT = FIRST_NIGHT + timedelta(days=1)
THIRD_NIGHT = FIRST_NIGHT + timedelta(days=2)
PARTS = [1, 2, 5, 11]  # readings at once, of the twelve that a night takes: four series of nine agents, by threes
RESTATED = [FIRST_NIGHT - timedelta(days=9 + n) for n in range(4)]  # of AHT, QA, and contacts of two types


def after_one_night(*, readings_at_once: int = 0) -> NightRunner:
    runner = NightRunner(readings_at_once=readings_at_once)
    runner.source.batch = 3
    runner.night(FIRST_NIGHT)
    return runner


def restated(runner: NightRunner) -> NightRunner:
    """What the platform says after the first night: of every series another agent's figure of another past day."""
    for day, known in zip(RESTATED, runner.source.known.values(), strict=True):
        at = next(at for at, each in enumerate(known) if each.day == day and each.user >= f"agent{day.day % 7}")
        known[at] = replace(known[at], value=known[at].value + 9, count=37.0)
    return runner


@cache
def whole() -> tuple[dict[date, object], dict[str, object]]:
    """What a second night leaves that has read all in one go."""
    runner = restated(after_one_night())
    runner.night(SECOND_NIGHT)
    return runner.known_columns(), runner.state()


def test_the_second_night_corrects_what_was_measured_and_what_people_are_compared_by() -> None:
    runner = after_one_night()
    before, after = runner.known_columns(), whole()[0]
    for day, column in zip(RESTATED, ("AHT measured", "QA", "CONTACTS LONG", "CONTACTS SHORT"), strict=True):
        assert before[day][column] != after[day][column]  # type: ignore[index]
        assert before[day]["AHT"] != after[day]["AHT"]  # type: ignore[index]


@pytest.mark.parametrize("at_once", PARTS)
def test_read_in_parts_every_figure_is_as_if_read_in_one_go(at_once: int) -> None:
    runner = restated(after_one_night(readings_at_once=at_once))
    runner.night(SECOND_NIGHT)
    assert (runner.known_columns(), runner.state()) == whole()


def test_read_again_a_night_in_parts_changes_nothing() -> None:
    runner = restated(after_one_night(readings_at_once=2))
    claim = runner.claimed(SECOND_NIGHT)
    runner.steps(claim)["collect"]()
    before = runner.known_columns()
    runner.steps(claim)["collect"]()
    assert runner.known_columns() == before


@cache
def calls_in_parts() -> int:
    runner, fate = restated(after_one_night(readings_at_once=5)), Fate()
    runner.night(SECOND_NIGHT, fate)
    return len(fate.calls)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(calls_in_parts()))
def test_read_in_parts_and_killed_at_any_call_it_ends_the_same(at: int, when: When) -> None:
    runner = restated(after_one_night(readings_at_once=5))
    with pytest.raises(Killed):
        runner.night(SECOND_NIGHT, Fate(at=at, when=when))
    runner.night(SECOND_NIGHT)
    assert (runner.known_columns(), runner.state()) == whole()


@dataclass
class DownAfter:
    """A source that is unavailable for good once it has answered so many readings."""

    source: MetricSource
    answers: int

    @property
    def batch(self) -> int:
        return self.source.batch

    def readings(self, metric: str, users: tuple[str, ...], *, first: date, last: date) -> list[Reading]:
        if not self.answers:
            raise Unavailable("the platform is down")
        self.answers -= 1
        return list(self.source.readings(metric, users, first=first, last=last))


def failed_after(answers: int, change: Callable[[NightRunner], NightRunner]) -> NightRunner:
    """A second night that gives up after so many readings, and a third that is undisturbed."""
    runner = change(after_one_night(readings_at_once=1))
    source, runner.source = runner.source, DownAfter(runner.source, answers)  # type: ignore[assignment]
    runner.night(SECOND_NIGHT)
    failed = runner.rotations.latest("bank", SECOND_NIGHT)
    assert failed is not None
    assert failed.failed
    runner.source = source
    runner.night(THIRD_NIGHT)
    return runner


@pytest.mark.parametrize("answers", [1, 3, 7, 11])
def test_what_a_night_corrected_before_it_failed_is_compared_anew_by_the_next(answers: int) -> None:
    assert failed_after(answers, restated).known_columns() == failed_after(0, restated).known_columns()


def oldest_restated(runner: NightRunner) -> NightRunner:
    """A figure of the first day that the second night reads, and the third does not."""
    known = runner.source.known["AHT"]
    oldest = SECOND_NIGHT - timedelta(days=runner.program.challenges.tier_rule.window_days)
    at = next(at for at, each in enumerate(known) if each.day == oldest and each.user < "agent3")
    known[at] = replace(known[at], value=known[at].value + 9)
    return runner


def test_a_day_that_only_the_failed_night_read_keeps_a_comparable_value_of_everybody() -> None:
    runner = failed_after(2, oldest_restated)
    oldest = SECOND_NIGHT - timedelta(days=runner.program.challenges.tier_rule.window_days)
    figures = runner.known_columns()[oldest]
    worked = [slot for slot, value in enumerate(figures["AHT measured"][0]) if value != ""]
    assert worked
    assert [slot for slot, value in enumerate(figures["AHT"][0]) if value != ""] == worked


def test_the_next_attempt_of_a_night_goes_on_from_what_the_failed_one_corrected() -> None:
    runner = restated(after_one_night(readings_at_once=1))
    source, runner.source = runner.source, DownAfter(runner.source, 7)  # type: ignore[assignment]
    with suppress(Unavailable):
        runner.night(SECOND_NIGHT)
    runner.source = source
    runner.night(SECOND_NIGHT)
    assert runner.known_columns() == whole()[0]
