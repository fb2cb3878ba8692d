"""Lists of members and links, as CSV files with a header."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from admin.link import Link
from ladder.domain.errors import InvalidRequest
from ladder.domain.members.roster import RosterRow


def members(file: Path) -> list[RosterRow]:
    """Columns: user, and channel, hired_on, team where there are any. Raises Unreadable, with the line."""
    lines = dict[str, int]()
    listed = list[RosterRow]()
    for line, row in _rows(file, needed=("user",), known=("channel", "hired_on", "team")):
        first = lines.setdefault(row["user"], line)
        if first != line:
            raise InvalidRequest(f"{file}:{line}: {row['user']!r} is on line {first} already: list everybody once")
        listed.append(_listed(row, f"{file}:{line}"))
    return listed


def _listed(row: Mapping[str, str], place: str) -> RosterRow:
    return RosterRow(
        user=row["user"],
        channel=row.get("channel") or "voice",
        hired_on=_day(row.get("hired_on"), place),
        team=row.get("team") or None,
    )


def links(file: Path) -> list[Link]:
    """Columns: source, id, and user as the roster has him."""
    found = _rows(file, needed=("source", "id", "user"))
    return [Link(source=row["source"], raw=row["id"], user=row["user"]) for _, row in found]


def _rows(file: Path, *, needed: Sequence[str], known: Sequence[str] = ()) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened)
            _check_header(rows.fieldnames or (), f"{file}:1", needed, known)
            for row in rows:
                told = {name: (value or "").strip() for name, value in row.items() if name}
                if not all(told[name] for name in needed):
                    raise InvalidRequest(f"{file}:{rows.line_num}: {', '.join(needed)} must be filled in")
                yield rows.line_num, told
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidRequest(f"{file} cannot be read: {error}") from error


def _check_header(found: Sequence[str], place: str, needed: Sequence[str], known: Sequence[str]) -> None:
    """A column that means nothing here is another list's, or one that is wanted and misspelt."""
    missing = [each for each in needed if each not in found]
    strange = [each for each in found if each not in {*needed, *known}]
    if not missing and not strange:
        return
    wrong = [f"has no column {', '.join(missing)}"] if missing else []
    wrong += [f"has a column {', '.join(map(repr, strange))} that means nothing here"] if strange else []
    optional = f", and may have {', '.join(known)}" if known else ""
    raise InvalidRequest(f"{place}: the header {' and '.join(wrong)}; it must have {', '.join(needed)}{optional}")


def _day(text: str | None, place: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidRequest(f"{place}: hired_on is a date such as 2026-03-01, not {text!r}") from error
