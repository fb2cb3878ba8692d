"""Lists of members and links, as CSV files with a header, and the check before many members leave."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from admin.link import Link
from ladder.domain.errors import Conflict, InvalidRequest
from ladder.domain.members.roster import RosterRow
from ladder.domain.text import quantity

MAX_NAMED = 10  # members
FEW, FEW_SHARE = 5, 0.1  # of those who play


def read_members(file: Path) -> list[RosterRow]:
    """Read the columns user and, optionally, channel, hired_on, team. Raises InvalidRequest with the line."""
    lines, members = dict[str, int](), list[RosterRow]()
    for line, row in _rows(file, required=("user",), optional=("channel", "hired_on", "team")):
        first, hired_on = lines.setdefault(row["user"], line), row.get("hired_on")
        if first != line:
            raise InvalidRequest(f"{file}:{line}: {row['user']!r} is already on line {first}; list every member once")
        try:
            hired = date.fromisoformat(hired_on) if hired_on else None
        except ValueError as error:
            raise InvalidRequest(
                f"{file}:{line}: {hired_on!r} is not a date; write hired_on as in 2026-03-01"
            ) from error
        channel, team = row.get("channel") or "voice", row.get("team") or None
        members.append(RosterRow(user=row["user"], channel=channel, hired_on=hired, team=team))
    return members


def read_links(file: Path) -> list[Link]:
    """Read the columns source, id, and user as on the roster. Raises InvalidRequest with the line."""
    rows = _rows(file, required=("source", "id", "user"))
    return [Link(source=row["source"], raw=row["id"], user=row["user"]) for _, row in rows]


def _rows(
    file: Path, *, required: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """An unknown column is refused: the file is another list, or the name of an optional column is misspelt."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened)
            header = rows.fieldnames or ()
            missing = [name for name in required if name not in header]
            unknown = [name for name in header if name not in {*required, *optional}]
            if missing or unknown:
                wrong = [f"lacks {', '.join(missing)}"] if missing else []
                wrong += [f"has unknown columns: {', '.join(map(repr, unknown))}"] if unknown else []
                allowed = f"; allowed: {', '.join(optional)}" if optional else ""
                raise InvalidRequest(
                    f"{file}:1: the header {' and '.join(wrong)}. Required: {', '.join(required)}{allowed}"
                )
            for row in rows:
                values = {name: (value or "").strip() for name, value in row.items() if name}
                if not all(values[name] for name in required):
                    raise InvalidRequest(f"{file}:{rows.line_num}: fill in {', '.join(required)}")
                yield rows.line_num, values
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidRequest(f"{file} cannot be read: {error}") from error


def leaving_line(left: Sequence[str]) -> str:
    more = f" and {len(left) - MAX_NAMED} more" if len(left) > MAX_NAMED else ""
    return f"Not listed, so they leave: {', '.join(left[:MAX_NAMED])}{more}."


def is_many(left: Sequence[str], *, playing: int) -> bool:
    """A list that was cut off, or holds one team only, would take most members out of the game."""
    return len(left) > max(FEW, FEW_SHARE * playing)


def refuse_uncounted(left: Sequence[str], *, playing: int, counted: int | None) -> None:
    """Raises Conflict if many members would leave, and not as many as were counted."""
    if not is_many(left, playing=playing) or counted == len(left):
        return
    instead = "" if counted is None else f", not {counted}"
    raise Conflict(
        f"{len(left)} of {quantity(playing, 'member')} would leave{instead}. Nothing was written: "
        f"list everybody who plays, or add --leaving {len(left)} if they shall leave"
    )
