"""Collect: record the metric values that have become final in the history, and make them comparable."""

from collections.abc import Callable, Iterator, Sequence, Set
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any, TypedDict

import numpy as np

from ladder.domain.challenges.case_mix import Days, adjusted_days, write_days
from ladder.domain.challenges.history import DayColumn, History
from ladder.domain.challenges.metric_files import in_condition
from ladder.domain.challenges.peers import population
from ladder.domain.challenges.ports import Assignments, Histories, MetricSource, Rotations
from ladder.domain.challenges.rotation import Claim
from ladder.domain.errors import Rejected
from ladder.domain.members.roster import Roster
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program
from ladder.step import DONE, Progress, process_in_order
from rotation.open_dates import OpenDates, find_open_dates
from rotation.readings import Period, UnusableReadings, fill, periods, refuse_impossible_mixes


class Cursor(TypedDict):
    """The next reading, and what those before it could not use."""

    at: list[int]  # the order of a Piece
    left_out: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """One reading: a feed of a period, and the first of the slots it covers. Pieces are read in this order."""

    period: int
    feed: int
    slot: int
    users: tuple[str, ...]

    @property
    def order(self) -> list[int]:
        return [self.period, self.feed, self.slot]


def collect(
    claim: Claim,
    program: Program,
    roster: Roster,
    *,
    cursor: Cursor | None,
    source: MetricSource,
    histories: Histories,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
    time_left: Callable[[], float],
) -> Progress:
    """Read the days of every feed and record those that changed; a correction replaces its day.

    Stops in time with the order of the next reading as its cursor. Running it twice records nothing the second time.
    """
    if (rotation := rotations.hold(claim)).reached("collected"):
        return DONE
    dates = find_open_dates(claim, program, rotations, programs)
    due, leavers = periods(dates), _leavers(dates, roster, assignments)
    columns = tuple(sorted({metric.key for metric in program.challenges.metrics}))
    # a period that does not read a column still compares by what is known of it
    every_column = tuple(sorted({*columns, *(feed.column for period in due for feed in period.feeds)}))
    fresh = [
        History.empty(first=period.first, days=period.days, members=len(roster), metrics=every_column) for period in due
    ]
    pieces = list(_pieces(due, roster, leavers, source.batch))
    left_out = UnusableReadings(**deepcopy(cursor["left_out"])) if cursor else UnusableReadings()
    start = next((n for n, piece in enumerate(pieces) if cursor is None or piece.order >= cursor["at"]), len(pieces))
    slots = {member.user: slot for slot, member in enumerate(roster)}
    # What tonight's version reads has to be there; an older version may name a series that the source no longer has.
    types = program.challenges.contact_types
    wanted = {*columns, *(series for kind in types for series in (kind.contacts, kind.seconds) if series)}
    if program.challenges.load:
        parts = program.challenges.load.conditions
        wanted |= {in_condition(series, name) for series in wanted for name in parts}

    def read(piece: Piece) -> None:
        feed = due[piece.period].feeds[piece.feed]
        try:
            readings = source.readings(feed.series, piece.users, first=feed.first, last=feed.last)
            fill(fresh[piece.period], feed, readings, slots, left_out)
        except Rejected:
            if feed.series in wanted:
                raise
            left_out.gone.append(feed.series)

    done = process_in_order(pieces, read, start=start, time_left=time_left)
    first, last = (pieces[n].period if n < len(pieces) else len(due) - 1 for n in (start, done))
    for period in range(first, last + 1):
        whole = period < last or done == len(pieces)
        _record(fresh[period], claim, program, roster, histories=histories, left_out=left_out, whole=whole)
    if done < len(pieces):
        return Progress(done=False, cursor=Cursor(at=pieces[done].order, left_out=asdict(left_out)))
    rotations.advance(
        replace(rotation, step="collected", warnings=left_out.warnings, left_out=left_out.by_user(roster))
    )
    return Progress(warnings=left_out.warnings)


def _leavers(dates: OpenDates, roster: Roster, assignments: Assignments) -> set[int]:
    """Return the slots of members who have left and played on an open date: what they did then is still settled."""
    left = {slot for slot, member in enumerate(roster) if not member.active and not member.erased}
    if not left:
        return left
    nights = [assignments.load(night.claim.program, night.claim.rotation) for night in dates.live]
    played = [standing.played for night in nights for standing in night.values()]
    return {slot for slot in left if any(slot < len(tiers) and tiers[slot] for tiers in played)}


def _pieces(due: Sequence[Period], roster: Roster, leavers: Set[int], batch: int) -> Iterator[Piece]:
    for period, days in enumerate(due):
        for feed in range(len(days.feeds)):
            for first in range(0, len(roster), batch):
                members = enumerate(roster[first : first + batch], start=first)
                users = tuple(member.user for slot, member in members if member.active or slot in leavers)
                if users:
                    yield Piece(period, feed, first, users)


def _record(
    fresh: History,
    claim: Claim,
    program: Program,
    roster: Roster,
    *,
    histories: Histories,
    left_out: UnusableReadings,
    whole: bool,
) -> None:
    """Record the days that changed. Of a period that is not read whole, they lose their comparable values.

    So the invocation that reads the rest finds them missing and makes them comparable, in this night or another one:
    no comparable value rests on values that were corrected since.
    """
    known = histories.load(
        program.key, first=fresh.first, last=fresh.last, members=fresh.members, metrics=tuple(fresh.columns)
    )
    rules = program.challenges
    refuse_impossible_mixes(fresh, known, rules, left_out)
    days = _differences(fresh, known)
    without = tuple(metric.key for metric in rules.metrics if rules.is_compared(metric))
    if whole:
        groups, without = population(rules, roster, claim.date).groups, ()
        for row, columns in adjusted_days(write_days(known, days), rules, groups, set(days)).items():
            days.setdefault(row, {}).update(columns)
    for row in sorted(days, reverse=True):  # see `adjusted_days`
        histories.record(program.key, fresh.first + timedelta(days=row), days[row], without=without)


def _differences(fresh: History, known: History) -> Days:
    """Return the days that were read and differ from what is known, by row and column."""
    days: Days = {}
    for name, column in fresh.columns.items():
        stored = known.columns[name]
        read = ~np.isnan(column.values)
        changed = read & ((column.values != stored.values) | (column.counts != stored.counts))
        for row in np.flatnonzero(changed.any(axis=1)).tolist():
            values = np.where(changed[row], column.values[row], np.float32(np.nan))
            days.setdefault(row, {})[name] = DayColumn(values, column.counts[row])
    return days
