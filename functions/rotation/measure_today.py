"""Measure today: read the figures so far of the metrics that today's challenges are about, for the members' own pages.

They are kept apart from the history: no step of a night reads them, and a night reads the day again when it is final.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from ladder.domain.calendar.schedule import local_day
from ladder.domain.challenges.history import History
from ladder.domain.challenges.plausibility import plausible_range
from ladder.domain.challenges.ports import Assignments, FiguresOfToday, MetricSource, Reading, Rotations
from ladder.domain.challenges.rotation import Rotation
from ladder.domain.challenges.so_far import FiguresSoFar, metrics_so_far
from ladder.domain.errors import Unavailable
from ladder.domain.members.roster import Roster
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program
from ladder.step import MIN_SECONDS_LEFT
from rotation.readings import Feed, UnusableReadings, fill


def measure_today(
    *,
    now: datetime,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
    figures: FiguresOfToday,
    source_of: Callable[[Rotation, Program, Roster], MetricSource],
    time_left: Callable[[], float],
) -> dict[str, str]:
    """Measure every program whose turn has come; return why some could not be, by program.

    Whoever fails has had their turn: a platform in trouble is not asked again every quarter of an hour.
    """
    failed = dict[str, str]()
    for key in programs.keys():  # noqa: SIM118  a port, not a dict
        try:
            if live := _begun(programs.current(key), now, rotations, figures):
                program, roster = programs.version(key, live.program_version), programs.roster(key)
                source = source_of(live, program, roster)
                for metric, users in _players(live, program, roster, assignments).items():
                    readings = _readings(source, metric, users, live, time_left)
                    figures.save(key, metric, _figures(readings, _feed(metric, live, program), roster, now))
        except Exception as error:  # noqa: BLE001  neither a night nor another program waits for it
            failed[key] = str(error)
    return failed


def _begun(program: Program, now: datetime, rotations: Rotations, figures: FiguresOfToday) -> Rotation | None:
    """Return today's live rotation where it is the program's turn, which is taken; None where there is nothing to read.

    While a night is under way the platform's calls are the night's.
    """
    every = program.challenges.today_every_hours
    if every is None or program.paused:
        return None
    live, today = rotations.newest(program.key), local_day(program.schedule, now)
    if live is None or live.claim.date != today or not live.reached("announced"):
        return None
    return live if figures.begin(program.key, today, at=now, every=timedelta(hours=every)) else None


def _players(live: Rotation, program: Program, roster: Roster, assignments: Assignments) -> dict[str, tuple[str, ...]]:
    """Return, by metric, the users with a challenge today that it is about: nobody else is asked for."""
    assignment, players = assignments.load(program.key, live.claim.rotation), dict[str, tuple[str, ...]]()
    for metric, categories in metrics_so_far(program.challenges, live.planned.selected).items():
        columns = [assignment[category].played for category in categories if category in assignment]
        players[metric] = tuple(
            member.user
            for slot, member in enumerate(roster)
            if member.active and any(slot < len(played) and played[slot] for played in columns)
        )
    return players


def _readings(
    source: MetricSource, metric: str, users: Sequence[str], live: Rotation, time_left: Callable[[], float]
) -> Iterator[Reading]:
    """Yield today's readings. Raises Unavailable where the invocation has no time to read them all."""
    day = live.claim.date
    for first in range(0, len(users), source.batch):
        if time_left() < MIN_SECONDS_LEFT:
            raise Unavailable(f"{metric}: no time was left after {first} of {len(users)} members")
        yield from source.readings(metric, users[first : first + source.batch], first=day, last=day)


def _feed(key: str, live: Rotation, program: Program) -> Feed:
    """Return the metric's feed of today: as measured, and as fine as that of other days."""
    rules, day = program.challenges, live.claim.date
    metric = rules.metric(key)
    return Feed(key, key, metric.step, plausible_range(metric, rules.metric_files), first=day, last=day)


def _figures(readings: Iterator[Reading], feed: Feed, roster: Roster, now: datetime) -> FiguresSoFar:
    """Return the plausible readings by slot."""
    history = History.empty(first=feed.first, days=1, members=len(roster), metrics=(feed.column,))
    fill(history, feed, readings, {member.user: slot for slot, member in enumerate(roster)}, UnusableReadings())
    column = history.columns[feed.column]
    values, contacts = column.values[0].tolist(), column.counts[0].tolist()
    given = not all(map(math.isnan, values))
    return FiguresSoFar(day=feed.first, measured_at=now, given=given, values=values, contacts=contacts)
