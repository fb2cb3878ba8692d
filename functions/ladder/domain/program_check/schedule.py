"""When the night falls."""

from collections.abc import Iterator
from datetime import time

from ladder.domain.program_check.nights import has_nights
from ladder.domain.program_check.problem import Problem, error, warning
from ladder.domain.programs.program import Program, Schedule

_LATEST_HOURS = 3


def check_schedule(program: Program) -> Iterator[Problem]:
    if has_nights(program):
        yield from _times(program.schedule)


def _times(schedule: Schedule) -> Iterator[Problem]:
    if schedule.rotation_time < schedule.day_starts_at:
        yield error(
            ("rotation_time",),
            f"the night falls at {schedule.rotation_time:%H:%M}, before the work day has begun "
            f"at {schedule.day_starts_at:%H:%M}",
            f"Write a rotation_time of {schedule.day_starts_at:%H:%M} or later, or let the day start earlier.",
        )
    elif _hours(schedule.rotation_time) - _hours(schedule.day_starts_at) > _LATEST_HOURS:
        yield warning(
            ("rotation_time",),
            f"the work day begins at {schedule.day_starts_at:%H:%M}, so the night's challenges run "
            f"only for what is left of it after {schedule.rotation_time:%H:%M}",
            "Write a time soon after day_starts_at, such as a quarter of an hour.",
        )


def _hours(clock: time) -> float:
    return clock.hour + clock.minute / 60
