"""Dates the demonstration, so that its last night is today: what it shows can be logged in to and tried on.

The days of the history keep their order and distance, so every run plays the same figures on the same number of nights;
its quiet days may then be other days of the week, and the program's work days move with them. What the program draws by
date, and its weeks, are those of the calendar.
"""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from infra.local.call_history import CallHistory
from ladder.domain.calendar.schedule import ONE_DAY, local_day
from ladder.domain.points.rulebook import DAYS_OF_THE_WEEK
from ladder.domain.programs.files import ProgramFiles
from ladder.domain.programs.program import Program

BACKFILLED_DAYS = 14  # enough days for the first tiers
WEEK = 7


def dated(program: Program, history: CallHistory, nights: int | None, *, now: datetime) -> tuple[Program, CallHistory]:
    """Return both as they are played: at most `nights` nights, the last of them today in the program's time zone.

    Events are accepted as late as the first night, since a demonstration plays weeks within minutes.
    """
    yesterday = local_day(program.schedule, now) - ONE_DAY
    days = len(history.days) if nights is None else min(len(history.days), BACKFILLED_DAYS + nights - 1)
    recent = history.dated(yesterday, days=days)
    moved = (recent.first - history.first).days
    rulebook = replace(
        program.rulebook,
        work_days=tuple((day - 1 + moved) % WEEK + 1 for day in program.rulebook.work_days),
        late_days=max(program.rulebook.late_days, days + 1),
    )
    return replace(program, rulebook=rulebook), recent


def dated_files(files: ProgramFiles, program: Program) -> ProgramFiles:
    """Return the files of a program with its work days and late days as `dated` has moved them."""
    names = {day: name for name, day in DAYS_OF_THE_WEEK.items()}
    days = ", ".join(names[day] for day in program.rulebook.work_days)
    text = files.texts[files.file]
    for key, value in {"work_days": f"[{days}]", "late_days": str(program.rulebook.late_days)}.items():
        text = re.sub(rf"(?m)^{key}: *(\[.*?\]|\d+)", f"{key}: {value}", text)
    return replace(files, texts={**files.texts, files.file: text})


def nights_of(history: CallHistory) -> list[date]:
    """Return the nights after the back-filled days, up to the morning after the last day."""
    return [*history.days[BACKFILLED_DAYS:], history.last + timedelta(days=1)]
