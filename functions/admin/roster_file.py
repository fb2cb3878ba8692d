"""Read a list of members as a spreadsheet exports it: each problem at its line, with what to write instead."""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO

from ladder.domain.activities.activity import normalized_id
from ladder.domain.members.roster import RosterRow
from ladder.domain.message import Message
from ladder.web.claims import TEAM_SEPARATOR

REQUIRED, OPTIONAL = "user", ("name", "channel", "hired_on", "team")
ADDRESS = "address."  # before the key of a channel: the column of the members' addresses there
SEPARATORS = ",;\t"
LONGEST_CELL = 200
MOST_ROWS = 20_000
FIRST_LINE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterProblem:
    """`column` None: the whole line."""

    line: int
    column: str | None
    problem: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFile:
    """`rows`: those without a problem."""

    rows: tuple[RosterRow, ...]
    problems: tuple[RosterProblem, ...]


def read_roster(text: str, *, channels: Collection[str] = ()) -> RosterFile:
    """Read the column user and, optionally, name, channel, hired_on, team and addresses; they may stand in any order.

    `channels`: keys of those that have a column of addresses. Cells are separated by commas, semicolons or tabs, as the
    header is. Whoever is listed twice has a problem, also where only the encoding of an accent differs; so has an
    address that two members have, for each of them would read what is meant for the other.
    """
    optional = (*OPTIONAL, *(f"{ADDRESS}{key}" for key in channels))
    text = text.removeprefix("\ufeff")
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, problems, lines = list[RosterRow](), list[RosterProblem](), dict[tuple[str, str], int]()
    try:
        problems += _of_header([name.strip() for name in reader.fieldnames or ()], optional)
        for row in reader if not problems else ():
            line = reader.line_num
            if len(rows) == MOST_ROWS:
                problems.append(_problem(line, None, Message("members.file_too_long", {"most": MOST_ROWS})))
                break
            cells = {name.strip(): (value or "").strip() for name, value in row.items() if isinstance(name, str)}
            wrong = list(_of_row(line, cells, surplus=None in row, lines=lines))
            problems += wrong
            if not wrong:
                rows.append(_row(cells))
    except csv.Error as error:
        problems.append(_problem(reader.reader.line_num, None, Message("members.file_unreadable", {"why": str(error)})))
    if not rows and not problems:
        problems.append(_problem(FIRST_LINE, None, Message("members.file_empty")))
    return RosterFile(rows=tuple(rows), problems=tuple(problems))


def _problem(line: int, column: str | None, problem: Message) -> RosterProblem:
    return RosterProblem(line=line, column=column, problem=problem)


def _of_header(header: list[str], optional: Collection[str]) -> Iterator[RosterProblem]:
    """Yield what is wrong with the header. An unknown column is refused: it is another list, or a name is misspelt."""
    allowed = ", ".join(optional)
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield _problem(FIRST_LINE, name, Message("members.file_column_twice", {"name": name}))
    if REQUIRED not in header:
        yield _problem(FIRST_LINE, None, Message("members.file_lacks_user", {"column": REQUIRED, "allowed": allowed}))
    for name in header:
        if name not in {REQUIRED, *optional}:
            unknown = {"name": name[:LONGEST_CELL], "column": REQUIRED, "allowed": allowed}
            yield _problem(FIRST_LINE, name[:LONGEST_CELL], Message("members.file_unknown_column", unknown))


def _of_row(
    line: int, cells: Mapping[str, str], *, surplus: bool, lines: dict[tuple[str, str], int]
) -> Iterator[RosterProblem]:
    """Yield what is wrong with a row. `lines`: where each user, and each address, stood first; the row's are added."""
    if surplus:
        yield _problem(line, None, Message("members.file_cell_too_many"))
    if long := [name for name, value in cells.items() if len(value) > LONGEST_CELL]:
        yield _problem(line, long[0], Message("members.file_cell_too_long", {"most": LONGEST_CELL}))
        return
    user, hired_on, team = (cells.get(name, "") for name in (REQUIRED, "hired_on", "team"))
    if not user:
        yield _problem(line, REQUIRED, Message("members.file_user_missing"))
    elif (first := lines.setdefault((REQUIRED, normalized_id(user)), line)) != line:
        yield _problem(line, REQUIRED, Message("members.file_listed_twice", {"user": user, "line": first}))
    if hired_on and _day(hired_on) is None:
        yield _problem(line, "hired_on", Message("members.file_not_a_date", {"value": hired_on}))
    if TEAM_SEPARATOR in team:
        yield _problem(line, "team", Message("members.file_two_teams", {"team": team}))
    for name, address in cells.items():
        if name.startswith(ADDRESS) and address:
            if (first := lines.setdefault((name, address.casefold()), line)) != line:
                yield _problem(line, name, Message("members.file_address_twice", {"line": first}))
            elif not address.isprintable():
                yield _problem(line, name, Message("members.file_address_illegible"))


def _row(cells: Mapping[str, str]) -> RosterRow:
    return RosterRow(
        user=cells[REQUIRED],
        channel=cells.get("channel") or "voice",
        hired_on=_day(cells.get("hired_on", "")),
        team=cells.get("team") or None,
        name=cells.get("name") or None,
        addresses={
            name.removeprefix(ADDRESS): address
            for name, address in cells.items()
            if name.startswith(ADDRESS) and address
        },
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
