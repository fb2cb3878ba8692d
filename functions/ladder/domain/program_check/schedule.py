"""Who the program is, when its night falls and which platform it speaks to."""

import re
from collections.abc import Iterator
from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from ladder.domain.program import Program, Schedule
from ladder.domain.program_check.nights import has_nights
from ladder.domain.program_check.problem import Problem, error, similar, warning

# An execution is named program--date--rN--aM: at most 80 characters, and a double hyphen only between its parts.
_KEY = re.compile(r"(?!.*--)[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?")
_LONGEST_WAIT_SECONDS = 3600
_LATEST_HOURS = 3


def check_schedule(program: Program) -> Iterator[Problem]:
    yield from _names(program)
    yield from _time_zone(program.schedule)
    if has_nights(program):
        yield from _times(program.schedule)
    yield from _wait(program.schedule)


def _names(program: Program) -> Iterator[Problem]:
    if not _KEY.fullmatch(program.key):
        yield error(
            ("program",),
            f'"{program.key}" does not fit into the name of an execution',
            "Write 1 to 30 lower-case letters, digits and single hyphens between them, such as bank-north.",
        )


def _time_zone(schedule: Schedule) -> Iterator[Problem]:
    if not _is_time_zone(schedule.time_zone):
        yield error(
            ("time_zone",),
            f'"{schedule.time_zone}" is not a time zone',
            f"{similar(schedule.time_zone, available_timezones())}Write an IANA name such as Asia/Jerusalem.",
        )


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; not a name at all; a folder of the database
        return False
    return True


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


def _wait(schedule: Schedule) -> Iterator[Problem]:
    if not 0 <= schedule.propagation_seconds <= _LONGEST_WAIT_SECONDS:
        yield error(
            ("propagation_seconds",),
            f"{schedule.propagation_seconds} seconds cannot be waited",
            f"Write 0 to {_LONGEST_WAIT_SECONDS}; 300 suits a platform that takes minutes to move members.",
        )


def _hours(clock: time) -> float:
    return clock.hour + clock.minute / 60
