"""A night on which nobody has a challenge says why, once, in its record and its announcement."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.ports import LiveChallenge
from ladder.domain.challenges.rules import SelectionRule, SelectionWeight
from ladder.messages.render import render
from tests.builders.bank import CARE, SPRINT
from tests.builders.nights import FIRST_NIGHT, NightRunner
from tests.builders.programs import with_values
from tests.builders.without_platform import without_platform
from tests.faults.rotation.played_groups import everything_runs, of

NEXT = FIRST_NIGHT + timedelta(days=1)


def edited(runner: NightRunner, **changed: Any) -> None:
    runner.program = runner.programs.publish(with_values(runner.program, **changed))


def all_leave(runner: NightRunner) -> None:
    runner.programs.enrol("bank", tuple(replace(member, active=False) for member in runner.roster))


def all_fall_silent(runner: NightRunner) -> None:
    for readings in runner.source.known.values():
        readings[:] = [each for each in readings if each.day < FIRST_NIGHT - timedelta(days=14)]


def all_metrics_are_taken(runner: NightRunner) -> None:
    for metric in ("AHT", "QA"):
        runner.platform.live[metric] = LiveChallenge(
            id=metric,
            name="Theirs",
            metric=metric,
            groups=("theirs",),
            target=1.0,
            points=5,
            starts_at=datetime(2026, 3, 1, tzinfo=UTC),
        )


def all_rest(runner: NightRunner) -> None:
    weights = tuple(SelectionWeight(key=category.key, cooldown_days=3) for category in (SPRINT, CARE))
    edited(runner, categories=(SPRINT, CARE), selection=SelectionRule(per_night=2, categories=weights))
    runner.night(FIRST_NIGHT)


def all_are_asked_elsewhere(runner: NightRunner) -> None:
    first = runner.programs.publish(replace(without_platform(), key="a-first"))
    runner.programs.enrol(first.key, runner.roster)


def all_are_capped(runner: NightRunner) -> None:
    edited(runner, caps=Caps(program_daily_points=40))


def all_are_refused_by_the_platform(runner: NightRunner) -> None:
    runner.platform.refuses = {member.user: "locked" for member in runner.roster}


type Cause = Callable[[NightRunner], None]

CASES: dict[Cause, str] = {
    all_leave: "rotation.no_active_members",
    all_fall_silent: "rotation.no_category_runs",
    all_metrics_are_taken: "rotation.no_category_runs",
    all_rest: "rotation.no_category_runs",
    all_are_asked_elsewhere: "rotation.all_asked_elsewhere",
    all_are_capped: "rotation.nobody_plays",
    all_are_refused_by_the_platform: "rotation.nobody_in_groups",
}


def assert_says(runner: NightRunner, code: str) -> None:
    rotation = of(runner, NEXT)
    assert rotation.step == "announced"
    assert rotation.launches == {} or {launch.state for launch in rotation.launches.values()} == {"retired"}
    (why,) = [each for each in rotation.planned.warnings if render(each).startswith("Nobody plays: ")]
    assert why.code == code
    assert render(why, "de").startswith("Niemand spielt: ")
    assert code in str(runner.announcements.made[-1])


@pytest.mark.parametrize(("cause", "code"), CASES.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_a_night_on_which_nobody_plays_says_why(cause: Cause, code: str) -> None:
    runner = everything_runs()
    cause(runner)
    runner.night(NEXT)
    assert_says(runner, code)


@pytest.mark.parametrize("cause", [all_leave, all_fall_silent, all_are_asked_elsewhere, all_are_capped])
def test_without_a_platform_it_says_why_as_well(cause: Cause) -> None:
    runner = NightRunner(program=without_platform())
    cause(runner)
    runner.night(NEXT)
    assert_says(runner, CASES[cause])


def test_a_program_without_anybody_on_its_roster_says_so_on_its_first_night() -> None:
    runner = NightRunner(members=0)
    runner.night(NEXT)
    assert_says(runner, "rotation.no_active_members")


def test_a_night_on_which_somebody_plays_does_not_say_that_nobody_does() -> None:
    runner = everything_runs()
    runner.platform.refuses = {member.user: "locked" for member in runner.roster[1:]}
    runner.night(NEXT)
    assert not any(render(each).startswith("Nobody plays") for each in of(runner, NEXT).planned.warnings)


def test_where_the_last_challenge_is_taken_at_the_last_moment_the_night_says_of_each_why_it_does_not_run() -> None:
    runner = everything_runs()
    claim = runner.claimed(NEXT)
    for name, step in runner.steps(claim).items():
        if name == "activate":
            all_metrics_are_taken(runner)
        step()
    deferred = [each for each in of(runner, NEXT).planned.warnings if each.code == "rotation.deferred"]
    assert sorted(str(each.parameters["category"]) for each in deferred) == ["CARE", "SPRINT"]
    assert set(runner.platform.live) == {"AHT", "QA"}
