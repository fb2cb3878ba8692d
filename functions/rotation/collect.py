"""Collect: bring the metrics that have become final into the history."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from ladder.domain.columns import Day, History
from ladder.domain.members import Roster
from ladder.domain.nights import known_until
from ladder.domain.program import Metric, Program
from ladder.domain.rotation import Claim
from ladder.ports import Histories, MetricSource, Reading, Rotations
from ladder.step import DONE, Progress

ENOUGH_TIME_SECONDS = 60.0


def collect(
    claim: Claim,
    program: Program,
    roster: Roster,
    *,
    cursor: int | None,
    source: MetricSource,
    histories: Histories,
    rotations: Rotations,
    time_left: Callable[[], float],
) -> Progress:
    """Read the trailing window of every metric and record the days that changed; a correction replaces its day.

    Stops in time with the number of readings done as its cursor. Running it twice records nothing the second time.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("collected"):
        return DONE
    fresh = _blank(claim, program, roster)
    slots = {member.user: slot for slot, member in enumerate(roster) if member.active}
    work = list(_readings_due(program, list(slots), source.batch))
    at = cursor or 0
    while at < len(work) and time_left() > ENOUGH_TIME_SECONDS:
        metric, users = work[at]
        first, last = _window(claim, program, metric)
        for reading in source.readings(metric, users, first=first, last=last):
            if reading.user in slots and first <= reading.day <= last:
                _fill(fresh, program.metric(metric), reading, slots[reading.user])
        at += 1
    _record_changes(fresh, program, histories)
    if at < len(work):
        return Progress(done=False, cursor=at)
    rotations.advance(replace(rotation, step="collected"))
    return DONE


def _readings_due(program: Program, users: Sequence[str], batch: int) -> Iterator[tuple[str, Sequence[str]]]:
    for metric in program.metrics:
        for start in range(0, len(users), batch):
            yield metric.key, users[start : start + batch]


def _window(claim: Claim, program: Program, metric: str) -> tuple[date, date]:
    """The days whose values are final tonight, as far back as the rules look."""
    last = known_until(program.metric(metric), claim.date)
    return last - timedelta(days=program.tier_rule.window_days - 1), last


def _blank(claim: Claim, program: Program, roster: Roster) -> History:
    metrics = tuple(metric.key for metric in program.metrics)
    first = min(_window(claim, program, metric)[0] for metric in metrics)
    days = (claim.date - first).days
    return History.empty(first=first, days=days, members=len(roster), metrics=metrics)


def _fill(history: History, metric: Metric, reading: Reading, slot: int) -> None:
    """Ten times as fine as targets are rounded: finer digits say nothing, and would double what a day weighs."""
    column, row = history.columns[metric.key], history.row(reading.day)
    column.values[row, slot] = round(reading.value / metric.step, 1) * metric.step
    column.counts[row, slot] = reading.count


def _record_changes(fresh: History, program: Program, histories: Histories) -> None:
    metrics = tuple(fresh.columns)
    known = histories.load(program.key, first=fresh.first, last=fresh.last, members=fresh.members, metrics=metrics)
    for row in range(fresh.days):
        changed = {metric: _day(fresh, metric, row) for metric in metrics if _differs(fresh, known, metric, row)}
        if changed:
            histories.record(program.key, fresh.first + timedelta(days=row), changed)


def _day(history: History, metric: str, row: int) -> Day:
    column = history.columns[metric]
    return Day(column.values[row], column.counts[row])


def _differs(fresh: History, known: History, metric: str, row: int) -> bool:
    new, old = _day(fresh, metric, row), _day(known, metric, row)
    read = ~np.isnan(new.values)
    same = (new.values == old.values) & (new.counts == old.counts)
    return bool((read & ~same).any())
