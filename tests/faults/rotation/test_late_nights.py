"""Nights that begin late in their day, on days of another length, and under a schedule that changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from ladder.domain.calendar.schedule import day_bounds, due, night_falls_at
from ladder.domain.challenges.rotation import Rotation
from ladder.domain.errors import Rejected
from ladder.domain.programs.start_rotation import start_again, start_due
from tests.builders.nights import FIRST_NIGHT, NightRunner
from tests.builders.without_platform import without_platform
from tests.fakes.fault_injection import Fate, Killed
from tests.faults.rotation.played_groups import everything_runs, of

NEXT = FIRST_NIGHT + timedelta(days=1)
A_MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def scheduled(runner: NightRunner, **changed: Any) -> NightRunner:
    schedule = replace(runner.program.schedule, **changed)
    runner.program = runner.programs.publish(replace(runner.program, schedule=schedule))
    return runner


def ticked(runner: NightRunner, at: datetime) -> Rotation | None:
    """The night that a tick at this moment starts, run to its end; None where it starts none."""
    claim = start_due(runner.program, now=at, rotations=runner.rotations, executions=runner.executions)
    if claim is None:
        return None
    runner.execute(claim)
    rotation = of(runner, claim.date)
    assert rotation.step == "announced", rotation.failed
    return rotation


def late(runner: NightRunner, by: timedelta, day: date = NEXT) -> Rotation:
    rotation = ticked(runner, night_falls_at(runner.program.schedule, day) + by)
    assert rotation is not None
    assert rotation.claim.date == day
    return rotation


def codes(rotation: Rotation) -> set[str]:
    return {warning.code for warning in rotation.planned.warnings}


def test_a_night_that_begins_with_six_hours_of_its_day_left_is_played_and_one_that_begins_later_is_not() -> None:
    """It falls at 00:15; the day ends at midnight."""
    for by, plays in ((timedelta(hours=17, minutes=44), True), (timedelta(hours=17, minutes=46), False)):
        runner = everything_runs()
        runner.night(FIRST_NIGHT)
        before = set(runner.platform.live)
        rotation = late(runner, by)
        assert bool(rotation.planned.selected) is plays
        assert ("rotation.too_late" in codes(rotation)) is not plays
        assert not before & set(runner.platform.live)
        assert bool(runner.platform.live) is plays
        assert runner.rotations.pointer("bank") == rotation.claim.rotation


def test_a_night_too_late_to_play_still_settles_pays_and_moves_tiers() -> None:
    on_time, runner = everything_runs(), everything_runs()
    for each in (on_time, runner):
        each.night(FIRST_NIGHT)
    on_time.night(NEXT)
    too_late = late(runner, timedelta(hours=23, minutes=44))
    (warning,) = [each for each in too_late.planned.warnings if each.code == "rotation.too_late"]
    assert warning.parameters == {"left": 0.0, "needed": 6.0}
    assert runner.queue.by_id == on_time.queue.by_id != {}
    tiers = [
        {key: standing.tier for key, standing in each.assignments.load("bank", too_late.claim.rotation).items()}
        for each in (on_time, runner)
    ]
    assert tiers[0] == tiers[1]
    for each in (on_time, runner):
        each.night(NEXT + timedelta(days=1))
    assert (
        of(runner, NEXT + timedelta(days=1)).planned.selected == of(on_time, NEXT + timedelta(days=1)).planned.selected
    )


def test_how_much_of_a_day_is_needed_is_the_programs_to_say() -> None:
    for by, plays in ((13, True), (14, False)):
        runner = scheduled(everything_runs(), playable_hours=10.0)
        runner.night(FIRST_NIGHT)
        assert bool(late(runner, by * HOUR).planned.selected) is plays


def test_a_night_that_falls_in_the_evening_is_played_while_half_of_what_it_leaves_is_left() -> None:
    for by, plays in ((119, True), (121, False)):  # minutes after 20:00
        runner = scheduled(everything_runs(), rotation_time=time(20))
        runner.night(FIRST_NIGHT)
        assert bool(late(runner, timedelta(minutes=by)).planned.selected) is plays


@pytest.mark.parametrize("step", ["MemoryPlatform.launch", "MemoryRotations.activate"])
def test_a_night_that_was_planned_in_time_and_is_resumed_too_late_launches_nothing(step: str) -> None:
    quiet, fate = everything_runs(), Fate()
    quiet.night(FIRST_NIGHT, fate)
    runner = everything_runs()
    with pytest.raises(Killed):
        runner.night(FIRST_NIGHT, Fate(at=fate.calls.index(step)))
    runner.fate = Fate()
    rotation = late(runner, 22 * HOUR, FIRST_NIGHT)
    assert rotation.claim.attempt == 2
    assert runner.platform.live == {}
    assert {reason.code for reason in rotation.planned.deferred.values()} == {"rotation.too_late"}
    assert not any(any(standing.played) for standing in runner.assignments.load("bank", "2026-03-02#0001").values())


def test_without_a_platform_a_late_night_asks_nobody_either() -> None:
    runner = NightRunner(program=without_platform())
    runner.night(FIRST_NIGHT)
    rotation = late(runner, 22 * HOUR)
    assert rotation.planned.selected == ()
    assert "rotation.too_late" in codes(rotation)


def test_a_person_may_rotate_a_day_again_as_long_as_it_lasts() -> None:
    runner = everything_runs()
    runner.night(FIRST_NIGHT)
    for left, plays in ((HOUR, True), (timedelta(), False)):
        now = day_bounds(runner.program.schedule, FIRST_NIGHT)[1] - left
        claim = start_again(
            runner.program,
            FIRST_NIGHT,
            actor="anna",
            reason="a slip",
            now=now,
            rotations=runner.rotations,
            executions=runner.executions,
        )
        assert claim is not None
        runner.execute(claim)
        assert bool(of(runner, FIRST_NIGHT).planned.selected) is plays


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 6, 1), 24)], ids=str
)
def test_a_day_on_which_the_clock_is_changed_has_one_night_and_its_own_length(day: date, hours: int) -> None:
    """In New York clocks go forward at two, and back at two: half past one is there twice, half past two not at all."""
    at = time(1, 30) if hours == 25 else time(2, 30)
    runner = scheduled(NightRunner(), time_zone="America/New_York", rotation_time=at)
    schedule = runner.program.schedule
    first, last = day_bounds(schedule, day)
    assert (last - first + timedelta(seconds=1)) / HOUR == hours
    started = set()
    moment = first - 2 * HOUR
    while moment < last:
        rotation = ticked(runner, moment)
        started |= {rotation.claim.date} if rotation else set()
        moment += 15 * A_MINUTE
    assert sorted(started) == [day - timedelta(days=1), day][-len(started) :]
    nights = runner.rotations.between("bank", day, day)
    assert [rotation.claim.revision for rotation in nights] == [1]
    assert nights[0].planned.selected
    assert {(live.starts_at, live.ends_at) for live in runner.platform.live.values()} == {(first, last)}


@pytest.mark.parametrize(("was", "becomes"), [(time(0, 15), time(3)), (time(3), time(0, 15)), (time(0, 15), time(23))])
def test_a_night_that_is_moved_within_the_day_runs_once_a_date(was: time, becomes: time) -> None:
    """Two of them may then be close together, or almost two days apart."""
    runner = scheduled(everything_runs(), rotation_time=was)
    dates = []
    for hour in range(24 * 4):
        if hour == 24 + 12:
            runner = scheduled(runner, rotation_time=becomes)
        rotation = ticked(runner, datetime(2026, 3, 1, 22, 15, tzinfo=UTC) + hour * HOUR)
        dates += [rotation.claim.date] if rotation else []
    assert dates == [FIRST_NIGHT + timedelta(days=n) for n in range(len(dates))]
    assert len(dates) == 4
    assert {live.starts_at for live in runner.platform.live.values()} == {
        day_bounds(runner.program.schedule, dates[-1])[0]
    }


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_program_that_moves_to_another_time_zone_has_no_date_twice_and_pays_each_once(zone: str) -> None:
    runner = everything_runs()
    dates = []
    for hour in range(24 * 5):
        if hour == 24 + 13:
            runner = scheduled(runner, time_zone=zone)
        rotation = ticked(runner, datetime(2026, 3, 1, 22, 15, tzinfo=UTC) + hour * HOUR)
        dates += [rotation.claim.date] if rotation else []
    assert dates == sorted(set(dates))
    assert len(dates) >= 4
    assert len(runner.queue.by_id) == len({(each.member, each.date, each.category) for each in runner.queue.sent})


def test_a_date_that_a_move_to_the_west_brings_back_cannot_be_rotated_again_and_it_is_said_why() -> None:
    """Its night would hold no claim: the one of the later date does. It ended at once and told nobody."""
    runner = everything_runs()
    runner.night(FIRST_NIGHT)
    runner = scheduled(runner, time_zone="America/Los_Angeles")
    now = night_falls_at(replace(runner.program.schedule, time_zone="Asia/Jerusalem"), FIRST_NIGHT) + HOUR
    earlier = due(runner.program.schedule, now)
    assert earlier < FIRST_NIGHT
    with pytest.raises(Rejected, match="later_date_begun"):
        start_again(
            runner.program,
            earlier,
            actor="anna",
            reason="a slip",
            now=now,
            rotations=runner.rotations,
            executions=runner.executions,
        )
