"""Guesses how a file is read: a file of text or a workbook, with or without a roster."""

import csv
from collections.abc import Mapping, Sequence
from datetime import time
from pathlib import Path

from infra.cli.input_files import InputFileError
from infra.cli.metrics.findings import Guess
from infra.cli.metrics.guess import guess
from infra.cli.metrics.shape import shape_of_text
from infra.cli.metrics.workbook import is_workbook, shape_of_workbook
from ladder.domain.calendar import Schedule
from ladder.domain.challenges.rules import ChallengeRules, Metric
from ladder.domain.programs.program import Program

USER = "user"  # the column of a roster that every program has


def guess_file(file: Path, *, roster: Path | None, given: Mapping[str, str]) -> Guess:
    """Guess the section of a file. Raises InputFileError for a file without a table, and for a wrong answer."""
    if not file.is_file():
        raise InputFileError(f"{file}: there is no such file; check the path")
    try:
        shape = shape_of_workbook(file, given) if is_workbook(file) else shape_of_text(file, given)
        return guess(shape, roster=read_roster(roster) if roster else {}, given=given)
    except (ValueError, OSError, EOFError) as error:
        raise InputFileError(f"{file}: {error}") from error


def read_roster(file: Path) -> dict[str, Sequence[str]]:
    """Return the columns of a roster by name; people are known by `user`, the other columns are their ids elsewhere."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeError, csv.Error) as error:
        raise InputFileError(f"{file}: it cannot be read as CSV UTF-8: {error}") from error
    if not rows or USER not in rows[0]:
        raise InputFileError(f"{file}: name a column {USER}, and columns with the people's ids and names elsewhere")
    return {name: [(row[name] or "").strip() for row in rows] for name in rows[0] if name}


def trial_program(guess: Guess, time_zone: str) -> Program:
    """Return a program that has just what reading the file needs."""
    metrics = tuple(
        Metric(key=metric.key, name=metric.name, unit=metric.unit, direction=metric.direction, step=metric.step)
        for metric in guess.metrics
    )
    return Program(
        key="",
        name="",
        schedule=Schedule(time_zone=time_zone, rotation_time=time(0)),
        challenges=ChallengeRules(metrics=metrics, contact_types=guess.contact_types, metric_files=guess.files),
    )
