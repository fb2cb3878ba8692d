"""Text to numbers, dates and agents: fast where all is well, and every cell that is not with its line."""

import re
from datetime import date
from math import nan

import numpy as np

from ladder.adapters.metric_files.findings import Findings, shown
from ladder.adapters.metric_files.table import Numbers

NOBODY = -1  # where an agent is missing
NEVER = 0  # where a date is wrong
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTS = re.compile(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{2}|[0-9]{4})")
_MONTHS = 12
_EUROPEAN = re.compile(r"[-+]?[0-9]+,[0-9]{1,2}")  # with three it might be thousands
DATE_MEND = "Write year-month-day: 1999-01-31."


class Dates(dict[str, int]):
    """The ordinal of each date as it is written; NEVER for what is none."""

    def __missing__(self, text: str) -> int:
        try:
            self[text] = date.fromisoformat(text.strip()).toordinal() if _ISO.fullmatch(text.strip()) else NEVER
        except ValueError:
            self[text] = NEVER
        return self[text]


class Agents(dict[str, int]):
    """A number for each agent, in the order they are met; NOBODY for an empty cell."""

    names: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.names = []

    def __missing__(self, text: str) -> int:
        name = text.strip()
        if name != text:
            self[text] = self[name]
        elif not name:
            self[text] = NOBODY
        else:
            self[text] = len(self.names)
            self.names.append(name)
        return self[text]


class Floats(dict[str, float]):
    """Each number by its text: counts repeat. NaN for an empty cell, and for a text that is none."""

    def __missing__(self, text: str) -> float:
        try:
            self[text] = float(text)
        except ValueError:
            self[text] = nan
        return self[text]


def numbers(cells: list[str], lines: list[int], column: str, findings: Findings) -> Numbers:
    """An empty cell is NaN, and so is one that holds no number."""
    known = Floats()
    found = np.fromiter(map(known.__getitem__, cells), np.float64, len(cells))
    wrong = [row for row in np.flatnonzero(np.isnan(found)).tolist() if cells[row].strip()]
    for row in wrong:
        findings.error(column, lines[row], f"{shown(cells[row])} is not a number", _number_mend(cells[row]))
    return found


def wrong_date(text: str) -> str:
    """What is wrong with a date that none could be made of."""
    parts = _PARTS.fullmatch(text.strip())
    if not text.strip():
        return "the date is missing"
    if parts and int(parts[1]) <= _MONTHS and int(parts[2]) <= _MONTHS and parts[1] != parts[2]:
        return f"{shown(text)} can be read in two ways"
    if _ISO.fullmatch(text.strip()):
        return f"{shown(text)} is no day of the calendar"
    return f"{shown(text)} is not a date"


def _number_mend(cell: str) -> str:
    if _EUROPEAN.fullmatch(cell.strip()):
        return f"Write it with a point: {cell.strip().replace(',', '.')}."
    return "Write plain digits with a point, such as 1870.5; leave the cell empty where nothing was measured."
