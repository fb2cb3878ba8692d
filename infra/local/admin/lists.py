"""Lists of members and links, as CSV files with a header."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from admin.link import Link
from ladder.domain.asked import Unreadable
from ladder.domain.enrolment import Listed


def members(file: Path) -> list[Listed]:
    """Columns: user, and channel, hired_on, team where there are any. Raises Unreadable, with the line."""
    return [
        Listed(
            user=row["user"],
            channel=row.get("channel") or "voice",
            hired_on=_day(row.get("hired_on"), f"{file}:{line}"),
            team=row.get("team") or None,
        )
        for line, row in _rows(file, needed=("user",))
    ]


def links(file: Path) -> list[Link]:
    """Columns: source, id, and user as the roster has him."""
    found = _rows(file, needed=("source", "id", "user"))
    return [Link(source=row["source"], raw=row["id"], user=row["user"]) for _, row in found]


def _rows(file: Path, *, needed: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened)
            missing = set(needed) - set(rows.fieldnames or ())
            if missing:
                raise Unreadable(f"{file}: there is no column {', '.join(sorted(missing))}")
            for row in rows:
                told = {name: (value or "").strip() for name, value in row.items() if name}
                if not all(told[name] for name in needed):
                    raise Unreadable(f"{file}:{rows.line_num}: {', '.join(needed)} must be filled in")
                yield rows.line_num, told
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"{file} cannot be read: {error}") from error


def _day(text: str | None, place: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Unreadable(f"{place}: hired_on is a date such as 2026-03-01, not {text!r}") from error
