"""Collect: bring the figures that have become final into the history, and make them comparable."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from ladder.domain.columns import Day, History
from ladder.domain.members import Roster
from ladder.domain.peers import population
from ladder.domain.program import Program
from ladder.domain.rotation import Claim
from ladder.ports.nights import Histories, MetricSource, Reading, Rotations
from ladder.ports.programs import Programs
from ladder.step import DONE, Progress, go_through
from rotation.compare import Days, comparable, with_days
from rotation.feeds import Feed, feeds
from rotation.versions import in_play, metrics_of


@dataclass(frozen=True, slots=True)
class Piece:
    """One reading: a feed, and the first of the slots it covers. In this order a cursor means the same every time."""

    feed: int
    slot: int
    users: tuple[str, ...]


def collect(
    claim: Claim,
    program: Program,
    roster: Roster,
    *,
    cursor: list[int] | None,
    source: MetricSource,
    histories: Histories,
    programs: Programs,
    rotations: Rotations,
    time_left: Callable[[], float],
) -> Progress:
    """Read the trailing window of every feed and record the days that changed; a correction replaces its day.

    Stops in time with the place of the next reading as its cursor. Running it twice records nothing the second time.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("collected"):
        return DONE
    versions = in_play(claim, program, rotations, programs)
    due = feeds(versions, metrics_of(versions), claim.date)
    fresh = _blank(claim, program, roster, due)
    work = list(_pieces(due, roster, source.batch))
    start = next((n for n, piece in enumerate(work) if [piece.feed, piece.slot] >= (cursor or [0, 0])), len(work))
    slots = {member.user: slot for slot, member in enumerate(roster)}

    def read(piece: Piece) -> None:
        feed = due[piece.feed]
        first = feed.first(program.tier_rule.window_days)
        readings = source.readings(feed.series, piece.users, first=first, last=feed.last)
        _fill(fresh, feed, (reading for reading in readings if first <= reading.day <= feed.last), slots)

    at = go_through(work, read, start=start, time_left=time_left)
    _record(fresh, program, roster, histories, whole=at == len(work))
    if at < len(work):
        return Progress(done=False, cursor=[work[at].feed, work[at].slot])
    rotations.advance(replace(rotation, step="collected"))
    return DONE


def _pieces(due: Sequence[Feed], roster: Roster, batch: int) -> Iterator[Piece]:
    for feed in range(len(due)):
        for slot in range(0, len(roster), batch):
            users = tuple(member.user for member in roster[slot : slot + batch] if member.active)
            if users:
                yield Piece(feed, slot, users)


def _blank(claim: Claim, program: Program, roster: Roster, due: Sequence[Feed]) -> History:
    first = min(feed.first(program.tier_rule.window_days) for feed in due)
    columns = {feed.column for feed in due} | {metric.key for metric in program.metrics}
    return History.empty(
        first=first, days=(claim.date - first).days, members=len(roster), metrics=tuple(sorted(columns))
    )


def _fill(history: History, feed: Feed, readings: Iterable[Reading], slots: Mapping[str, int]) -> None:
    """Readings of strangers are left out."""
    column = history.columns[feed.column]
    for reading in readings:
        if reading.user in slots:
            place = history.row(reading.day), slots[reading.user]
            column.values[place], column.counts[place] = feed.kept(reading.value), reading.count


def _record(fresh: History, program: Program, roster: Roster, histories: Histories, *, whole: bool) -> None:
    """A reading that was cut short records what is new, and leaves corrections to the next: they go in whole."""
    known = histories.load(
        program.key, first=fresh.first, last=fresh.last, members=fresh.members, metrics=tuple(fresh.columns)
    )
    days = _differences(fresh, known, corrections=whole)
    if whole:
        night = fresh.last + timedelta(days=1)
        groups = population(program, roster, night).groups
        for row, columns in comparable(with_days(known, days), program, groups, set(days)).items():
            days.setdefault(row, {}).update(columns)
    for row in sorted(days):
        histories.record(program.key, fresh.first + timedelta(days=row), days[row])


def _differences(fresh: History, known: History, *, corrections: bool) -> Days:
    days: Days = {}
    for name, column in fresh.columns.items():
        stored = known.columns[name]
        read = ~np.isnan(column.values)
        new = read & np.isnan(stored.values)
        changed = read & ((column.values != stored.values) | (column.counts != stored.counts))
        take = changed if corrections else new
        for row in np.flatnonzero(take.any(axis=1)).tolist():
            values = np.where(take[row], column.values[row], np.float32(np.nan))
            days.setdefault(row, {})[name] = Day(values, column.counts[row])
    return days
