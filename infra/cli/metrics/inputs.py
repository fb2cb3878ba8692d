"""Inputs of the commands that guess: options, answers to questions, and files that name people or types."""

import csv
from collections.abc import Sequence
from pathlib import Path

import click

from infra.cli.input_files import InputFileError
from ladder.domain.validation.constraints import is_time_zone

KEYS = (
    "agent", "agent_ids", "date", "date_format", "time_zone", "encoding", "separator", "header", "sheet", "decimal",
    "thousands", "count", "contact_type", "rows_by", "load", "AHT", "SHORT", "REPEAT", "FCR", "TRANSFER", "ADHERENCE",
    "QUALITY", "CSAT",
)  # fmt: skip

roster_option = click.option(
    "--roster", type=Path, metavar="FILE.csv", help="People by user, with columns of their ids and names elsewhere."
)
types_option = click.option(
    "--types", type=Path, metavar="FILE.csv", help="Contact types by what the file calls them: split,contact_type."
)
set_option = click.option(
    "--set", "given", multiple=True, metavar="KEY=VALUE", help="Answer a question; may be given several times."
)


def _zone(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_time_zone(value):
        raise click.BadParameter(f"{value} is no time zone; write an IANA name such as Europe/Berlin")
    return value


time_zone_option = click.option(
    "--time-zone", callback=_zone, metavar="ZONE", help="The centre's zone, in which its days begin: Europe/Berlin."
)


def answers(given: Sequence[str]) -> dict[str, str]:
    """Return each answer by its key. Raises BadParameter for one that answers nothing."""
    known = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or key not in KEYS:
            raise click.BadParameter(f"--set {text}: write KEY=VALUE with one of {', '.join(KEYS)}")
        if key == "header" and not (value.isdigit() and int(value) > 0):
            raise click.BadParameter(f"--set {text}: write the number of a line, such as 4")
        if key == "separator" and value not in {",", ";", "tab", "|"}:
            raise click.BadParameter(f'--set {text}: write ",", ";", tab or "|"')
        known[key] = value
    return known


def read_names(file: Path | None, *needed: str) -> dict[str, Sequence[str]]:
    """Return the columns of a file of names; nothing without a file. Raises InputFileError where one is missing."""
    if file is None:
        return {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeError, csv.Error) as error:
        raise InputFileError(f"{file}: it cannot be read as CSV UTF-8: {error}") from error
    names = [name for name in (rows[0] if rows else {}) if name]
    if len(names) < 2 or not {*needed} <= {*names}:  # noqa: PLR2004 - what is named, and its name
        wanted = f"a column {', '.join(needed)}, and columns" if needed else "two columns,"
        raise InputFileError(f"{file}: write {wanted} with the ids and names that stand elsewhere")
    return {name: [(row[name] or "").strip() for row in rows] for name in names}
