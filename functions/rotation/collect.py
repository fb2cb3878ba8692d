"""Collect: record the metric values that have become final in the history, and make them comparable."""

from collections.abc import Callable, Iterator, Sequence, Set
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any, TypedDict

import numpy as np

from ladder.domain.challenges.history import DayColumn, History
from ladder.domain.challenges.peers import population
from ladder.domain.challenges.ports import Assignments, Histories, MetricSource, Rotations
from ladder.domain.challenges.rotation import Claim
from ladder.domain.errors import Rejected
from ladder.domain.members.roster import Roster
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program
from ladder.step import DONE, Progress, process_in_order
from rotation.case_mix import Days, adjusted_days, write_days
from rotation.open_dates import OpenDates, find_open_dates
from rotation.readings import Period, UnusableReadings, fill, periods


class Cursor(TypedDict):
    """The next reading, and what those before it could not use."""

    at: list[int]  # the order of a Piece
    left_out: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """One reading: a feed of a period, and the first of the slots it covers. In this order a cursor means the same."""

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

    Stops in time with the place of the next reading as its cursor. Running it twice records nothing the second time.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("collected"):
        return DONE
    found = find_open_dates(claim, program, rotations, programs)
    due, leavers = periods(found), _leavers(found, roster, assignments)
    fresh = [_blank(period, program, roster) for period in due]
    work = list(_pieces(due, roster, leavers, source.batch))
    left_out = UnusableReadings(**deepcopy(cursor["left_out"])) if cursor else UnusableReadings()
    start = next((n for n, piece in enumerate(work) if cursor is None or piece.order >= cursor["at"]), len(work))
    slots = {member.user: slot for slot, member in enumerate(roster)}
    wanted = _series(program)

    def read(piece: Piece) -> None:
        feed = due[piece.period].feeds[piece.feed]
        try:
            readings = source.readings(feed.series, piece.users, first=feed.first, last=feed.last)
            fill(fresh[piece.period], feed, readings, slots, left_out)
        except Rejected:
            if feed.series in wanted:
                raise
            left_out.gone.append(feed.series)

    at = process_in_order(work, read, start=start, time_left=time_left)
    first, last = (work[n].period if n < len(work) else len(due) - 1 for n in (start, at))
    for period in range(first, last + 1):
        whole = period < last or at == len(work)
        _record(fresh[period], program, roster, claim, histories, whole=whole)
    if at < len(work):
        return Progress(done=False, cursor=Cursor(at=work[at].order, left_out=asdict(left_out)))
    rotations.advance(
        replace(rotation, step="collected", warnings=left_out.warnings, left_out=left_out.by_user(roster))
    )
    return Progress(warnings=left_out.warnings)


def _leavers(found: OpenDates, roster: Roster, assignments: Assignments) -> set[int]:
    """Slots of members who play no longer and played on an open date: what they did then is still settled."""
    left = {slot for slot, member in enumerate(roster) if not member.active and not member.erased}
    if not left:
        return left
    nights = [assignments.load(night.claim.program, night.claim.rotation) for night in found.live]
    played = [standing.played for night in nights for standing in night.values()]
    return {slot for slot in left if any(slot < len(tiers) and tiers[slot] for tiers in played)}


def _pieces(due: Sequence[Period], roster: Roster, leavers: Set[int], batch: int) -> Iterator[Piece]:
    for period, days in enumerate(due):
        for feed in range(len(days.feeds)):
            for slot in range(0, len(roster), batch):
                together = enumerate(roster[slot : slot + batch], start=slot)
                users = tuple(member.user for at, member in together if member.active or at in leavers)
                if users:
                    yield Piece(period, feed, slot, users)


def _series(program: Program) -> set[str]:
    """What tonight's version reads; an older one may name what the source has no longer."""
    kinds = [series for kind in program.challenges.contact_types for series in (kind.contacts, kind.seconds) if series]
    return {*(metric.key for metric in program.challenges.metrics), *kinds}


def _blank(period: Period, program: Program, roster: Roster) -> History:
    columns = {feed.column for feed in period.feeds} | {metric.key for metric in program.challenges.metrics}
    days = (period.last - period.first).days + 1
    return History.empty(first=period.first, days=days, members=len(roster), metrics=tuple(sorted(columns)))


def _record(
    fresh: History, program: Program, roster: Roster, claim: Claim, histories: Histories, *, whole: bool
) -> None:
    """Of a period that is not read whole, changed days lose their comparable values in the write that changes them.

    So the invocation that reads the rest finds them missing and makes them comparable, in this night or another one:
    no comparable value rests on values that were corrected since.
    """
    known = histories.load(
        program.key, first=fresh.first, last=fresh.last, members=fresh.members, metrics=tuple(fresh.columns)
    )
    days, without = _differences(fresh, known), _compared(program)
    if whole:
        groups, without = population(program.challenges, roster, claim.date).groups, ()
        for row, columns in adjusted_days(write_days(known, days), program, groups, set(days)).items():
            days.setdefault(row, {}).update(columns)
    for row in sorted(days):
        histories.record(program.key, fresh.first + timedelta(days=row), days[row], without=without)


def _compared(program: Program) -> tuple[str, ...]:
    return tuple(
        metric.key for metric in program.challenges.metrics if metric.normalise_by and program.challenges.contact_types
    )


def _differences(fresh: History, known: History) -> Days:
    days: Days = {}
    for name, column in fresh.columns.items():
        stored = known.columns[name]
        read = ~np.isnan(column.values)
        changed = read & ((column.values != stored.values) | (column.counts != stored.counts))
        for row in np.flatnonzero(changed.any(axis=1)).tolist():
            values = np.where(changed[row], column.values[row], np.float32(np.nan))
            days.setdefault(row, {})[name] = DayColumn(values, column.counts[row])
    return days
