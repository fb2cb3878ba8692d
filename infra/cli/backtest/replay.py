"""Replays a history night by night: each night is planned from what was final by then, with the deployed rules.

A figure appears on the night it becomes final. A later one is absent from that night's history, so no rule can use it.
Axes: D days, M members.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self

import numpy as np

from ladder.domain.challenges.assignment import Standing
from ladder.domain.challenges.case_mix import adjusted_days, write_days
from ladder.domain.challenges.history import Bytes, Column, History, Row
from ladder.domain.challenges.peers import PeerGroups, Population, population
from ladder.domain.challenges.plan import (
    PlannedRotation,
    first_history_day,
    night_targets,
    night_values,
    plan_rotation,
)
from ladder.domain.challenges.rotation import Targets
from ladder.domain.challenges.rules import TIERS, Metric
from ladder.domain.challenges.settlement import ChallengesAsked
from ladder.domain.challenges.targets import per_member
from ladder.domain.challenges.tiers import days_needed, tier_move_reason
from ladder.domain.members.roster import Roster
from ladder.domain.message import Message
from ladder.domain.programs.program import Program
from ladder.messages.render import render
from rotation.open_dates import OpenDates
from rotation.readings import feeds

WARM_UP_DAYS = 10
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class CategoryNight:
    """The targets that one category has for every member on one night, whether it was selected or not."""

    targets: Targets
    selected: bool
    tier: Bytes  # the tier of record; 0: not on the roster yet
    played: Bytes  # the tier played on that day; 0: none
    placed: Bytes  # 1: the member has worked long enough for their first placement
    peers: bytes
    own_targets: bytes  # as in a Standing
    value: Row  # smoothed, as known on the night

    def challenges_asked(self, metric: Metric, day: date, *, as_played: bool) -> ChallengesAsked:
        """Return what each member was asked: in the tier that the platform showed, or in their tier of record."""
        tier = self.played if as_played else self.tier
        targets = per_member(self.targets, self.peers, self.own_targets)[np.arange(len(tier)), tier]
        return ChallengesAsked(metric, day, tier, targets, _as_array(self.peers).astype(np.int16))


@dataclass(frozen=True, slots=True, kw_only=True)
class TierChange:
    date: date
    slot: int
    category: str
    old: int
    new: int
    first_placement: bool
    reason: Message

    def as_json(self, agent: str) -> dict[str, object]:
        return {
            "date": self.date,
            "agent": agent,
            "category": self.category,
            "from": self.old,
            "to": self.new,
            "first_placement": self.first_placement,
            "why": render(self.reason),
        }


@dataclass(frozen=True, slots=True)
class ReplayedNight:
    date: date
    population: Population
    plan: PlannedRotation
    categories: Mapping[str, CategoryNight]
    tier_changes: tuple[TierChange, ...]

    def players(self, category: str) -> tuple[int, ...]:
        """Return how many are not placed yet, and how many are in tiers 1, 2 and 3."""
        tier, placed = self.categories[category].tier, self.categories[category].placed == 1
        unplaced = (tier > 0) & ~placed
        return tuple(int(members.sum()) for members in (unplaced, *((tier == number) & placed for number in TIERS)))


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """`history` holds all final figures; each value is made comparable as on the night it became final."""

    program: Program
    roster: Roster
    history: History
    nights: tuple[ReplayedNight, ...]

    def metric_of(self, category: str) -> Metric:
        return self.program.challenges.metric(self.program.challenges.category(category).metric)

    def user(self, slot: int) -> str:
        return self.roster[slot].user


@dataclass(frozen=True, slots=True)
class KnownHistory:
    """Copies `recorded` into `history` as its figures become final. Nights must come in order."""

    program: Program
    recorded: History
    history: History
    _rows_known: dict[str, int] = field(default_factory=dict)  # by column

    @classmethod
    def empty(cls, program: Program, recorded: History) -> Self:
        names = tuple(recorded.columns)
        blank = History.empty(first=recorded.first, days=recorded.days, members=recorded.members, metrics=names)
        return cls(program, recorded, blank)

    def reveal(self, night: date, groups: PeerGroups) -> None:
        """Add what is final by this night. As in `collect`, a day with any new figure is compared again."""
        changed: set[int] = set()  # rows of the history
        for feed in feeds(OpenDates(night, (), (self.program,))):
            source, known = self.recorded.columns[feed.column], self.history.columns[feed.column]
            start = self._rows_known.get(feed.column, 0)
            end = max(start, min((feed.last - self.recorded.first).days + 1, self.recorded.days))
            known.values[start:end], known.counts[start:end] = source.values[start:end], source.counts[start:end]
            self._rows_known[feed.column] = end
            changed.update((start + np.flatnonzero(~np.isnan(source.values[start:end]).all(axis=1))).tolist())
        days = [self.history.first + timedelta(days=row) for row in changed]
        window = night - timedelta(days=self.program.challenges.tier_rule.window_days)
        recent = between(self.history, min([window, *days]), min(night - timedelta(days=1), self.history.last))
        write_days(recent, adjusted_days(recent, self.program.challenges, groups, set(map(recent.row, days))))


def between(history: History, first: date, last: date) -> History:
    """Return the days from `first` to `last` that exist, as views: a write to them reaches `history`."""
    start = max(first, history.first)
    rows = slice(history.row(start), history.row(last) + 1)
    columns = {name: Column(column.values[rows], column.counts[rows]) for name, column in history.columns.items()}
    return History(start, rows.stop - rows.start, history.members, columns)


def first_night(first: date, last: date, program: Program) -> date | None:
    """Return the night ten days after the first figures; for a shorter history, the first that knows any figure."""
    earliest = first + timedelta(days=1 + min(metric.final_after_days for metric in program.challenges.metrics))
    wanted = max(earliest, first + timedelta(days=WARM_UP_DAYS))
    return next((night for night in (wanted, earliest) if night <= last), None)


def replay(recorded: History, program: Program, roster: Roster, *, first: date, last: date) -> ReplayResult:
    """Plan every night from `first` to `last`.

    `recorded` begins with the days that the first night's plan needs (`first_history_day`), even if they are empty.
    """
    known, nights = KnownHistory.empty(program, recorded), list[ReplayedNight]()
    first_worked = np.full(recorded.members, NEVER)  # (M,) the row of the day from which on a member is on the roster
    for metric in program.challenges.metrics:
        worked = ~np.isnan(recorded.columns[metric.measured].values)
        first_worked = np.minimum(first_worked, np.where(worked.any(axis=0), worked.argmax(axis=0), NEVER))
    until_final = timedelta(days=1 + max(metric.final_after_days for metric in program.challenges.metrics))
    for after in range((last + until_final - first).days + 1):
        night = first + timedelta(days=after)
        everybody = population(program.challenges, roster, night)
        on_roster = first_worked <= (night - recorded.first).days
        members = Population(everybody.active & on_roster, everybody.groups)
        known.reveal(night, members.groups)
        if night <= last:
            nights.append(_replay_night(program, night, members, known.history, nights[-1] if nights else None))
    return ReplayResult(program, roster, known.history, tuple(nights))


def _replay_night(
    program: Program, night: date, members: Population, known: History, previous: ReplayedNight | None
) -> ReplayedNight:
    before = previous.plan.assignment if previous else {}
    history = between(known, first_history_day(program.challenges, night, before), night - timedelta(days=1))
    plan = plan_rotation(
        program.challenges,
        program.caps,
        night,
        seed=program.key,
        population=members,
        history=history,
        previous=before,
        last_selected=previous.plan.rotation_plan.last_selected if previous else {},
        taken=(),
        relieved={},
        take_part={},
    )
    values, rule = night_values(program.challenges, history, members), program.challenges.tier_rule
    categories: dict[str, CategoryNight] = {}
    changes: list[TierChange] = []
    for category in program.challenges.categories:
        metric, standing = program.challenges.metric(category.metric), plan.assignment[category.key]
        targets, own_targets = night_targets(program.challenges, category.key, night, values, standing)
        until = metric.known_until(night)
        last = history.last_known(metric.key, until) or until
        value = values.value(metric, last)
        categories[category.key] = CategoryNight(
            targets=targets,
            own_targets=own_targets,
            selected=category.key in plan.rotation_plan.selected,
            tier=_as_array(standing.tier) * members.active,
            played=_as_array(standing.played),
            placed=(_as_array(standing.worked) >= rule.placed_after_days).astype(np.uint8),
            peers=standing.peers,
            value=value,
        )
        earlier = before.get(category.key, Standing.new(len(standing.tier)))
        a_week = values.days_a_week(metric, last)
        changes += tier_changes(
            program, night, category.key, before=earlier, now=standing, value=value, days_a_week=a_week
        )
    return ReplayedNight(night, members, plan, categories, tuple(changes))


def tier_changes(
    program: Program, night: date, category: str, *, before: Standing, now: Standing, value: Row, days_a_week: Row
) -> Iterator[TierChange]:
    """Yield who changed tier on a night, with the reason.

    `value`: the smoothed figure of each member; `days_a_week`: on how many they work. (M,) each.
    """
    metric, rule = program.challenges.metric(program.challenges.category(category).metric), program.challenges.tier_rule
    up_after = days_needed(rule.up_after_days, days_a_week)
    for slot in np.flatnonzero(_as_array(now.tier) != _as_array(before.tier)).tolist():
        old, new = before.tier[slot], now.tier[slot]
        placed = before.worked[slot] < rule.placed_after_days
        returning = (
            not placed and old < new and old < before.previous_tier[slot] and before.above[slot] + 1 < up_after[slot]
        )
        reason = tier_move_reason(
            metric,
            rule,
            old=old,
            new=new,
            placed=placed,
            returning=returning,
            value=float(value[slot]),
            days_a_week=float(days_a_week[slot]),
        )
        yield TierChange(
            date=night, slot=slot, category=category, old=old, new=new, first_placement=placed, reason=reason
        )


def _as_array(column: bytes) -> Bytes:
    return np.frombuffer(column, dtype=np.uint8)
