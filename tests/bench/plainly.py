"""The night's plan once more, member by member in plain Python: what the vectorised rules are held against.

It is put together from the scalar rules that the tests of the domain hold each part against; only ranks are found by
bisection, as counting all peers for each member would take minutes. Days are lists of floats, NaN for one not worked.
"""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from ladder.domain.challenges.assignment import OWN_CAPS, PROGRAM_CAP, Assignment, Standing
from ladder.domain.challenges.member_caps import point_table, points_if_completed
from ladder.domain.challenges.performance import KNOWN_AFTER_DAYS, TIE
from ladder.domain.challenges.plan import PlannedRotation
from ladder.domain.challenges.program_cap import ProgramCap, plannable_points
from ladder.domain.challenges.rotation import RotationPlan, Targets
from ladder.domain.challenges.rules import TIERS, Category, Metric, TierRule
from ladder.domain.challenges.selection import select_categories
from ladder.domain.challenges.targets import Triple, round_easier
from ladder.domain.challenges.tiers import days_to_apply
from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import Direction
from tests.bench.task import NIGHT, Task
from tests.reference.scalars import (
    scalar_allocate,
    scalar_attendance,
    scalar_median,
    scalar_needs,
    scalar_percentile,
    scalar_preflight,
    scalar_usual,
    scalar_within_cap,
)
from tests.reference.tier_rule import OneMember

type Days = list[float]  # a member's values, oldest first
type Tiers = list[list[int]]  # by category, then member

STATE = tuple(OneMember.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class PlainTask:
    """A task as lists; a member's number is their slot."""

    program: Program
    previous: Assignment
    first: date
    days: dict[str, list[Days]]  # metric -> member -> days
    contacts: dict[str, list[Days]]  # metric -> day -> member
    active: list[bool]
    peers: list[int]
    names: tuple[str, ...]


@dataclass(slots=True)
class PlainFigures:
    """Everybody's smoothed value by metric and day, worked out once; NaN for who has left.

    `counted`: by metric and day asked for, the window's days by member, NaN where they rest on too few contacts.
    """

    task: PlainTask
    known: dict[tuple[str, date], Days] = field(default_factory=dict)
    counted: dict[tuple[str, date], list[Days]] = field(default_factory=dict)

    def values(self, metric: Metric, day: date) -> Days:
        if (metric.key, day) not in self.known:
            self.known[metric.key, day] = self._smoothed(metric, day)
        return self.known[metric.key, day]

    def _smoothed(self, metric: Metric, day: date) -> Days:
        rule = self.task.program.challenges.tier_rule
        return [
            scalar_median(days, rule.smoothing_days, KNOWN_AFTER_DAYS) if active else math.nan
            for days, active in zip(self.window(metric, day), self.task.active, strict=True)
        ]

    def window(self, metric: Metric, day: date) -> list[Days]:
        if (metric.key, day) not in self.counted:
            self.counted[metric.key, day] = self._counted(metric, day)
        return self.counted[metric.key, day]

    def _counted(self, metric: Metric, day: date) -> list[Days]:
        task, rule, end = self.task, self.task.program.challenges.tier_rule, (day - self.task.first).days + 1
        window = slice(max(0, end - rule.window_days), end)
        contacts = task.contacts[metric.key][window]
        usual = scalar_usual(contacts, rule)
        needs = [scalar_needs(day, task.peers, usual, rule) for day in contacts]
        handled = zip(*contacts, strict=True)
        return [
            [
                value if found >= need[group] else math.nan
                for value, found, need in zip(days[window], mine, needs, strict=True)
            ]
            for days, mine, group in zip(task.days[metric.key], handled, task.peers, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Scale:
    """Performances in order, by peer group; a group that is too small is judged among everybody."""

    everybody: Days
    groups: dict[int, Days]

    def rank(self, performance: float, group: int) -> float:
        among, slack = self.groups.get(group, self.everybody), abs(performance) * TIE
        below, up_to = bisect_left(among, performance - slack), bisect_right(among, performance + slack)
        return 50 * (below + up_to) / len(among)


def as_lists(task: Task) -> PlainTask:
    """The conversion is not part of what is compared."""
    groups, columns = task.population.groups, task.history.columns
    return PlainTask(
        program=task.program,
        previous=task.previous,
        first=task.history.first,
        days={metric: column.values.T.tolist() for metric, column in columns.items()},
        contacts={
            metric: np.where(np.isnan(column.values), np.nan, column.counts).tolist()
            for metric, column in columns.items()
        },
        active=task.population.active.tolist(),
        peers=groups.index.tolist(),
        names=groups.names,
    )


def plan_plainly(task: PlainTask) -> PlannedRotation:
    program, figures = task.program, PlainFigures(task)
    standings = {each.key: _folded(each, figures) for each in program.challenges.categories}
    drawn = select_categories(program.challenges, NIGHT, seed=program.key, taken=(), last_selected={}).categories
    targets = {key: _targets(program.challenges.category(key), figures) for key in drawn}
    tiers = [_of_record(standings[key], task.active) for key in drawn]
    categories = [program.challenges.category(key) for key in drawn]
    capped, runner = _capped(program, categories, tiers), _house(task, categories, tiers)
    played = scalar_within_cap(np.array(capped, dtype=np.uint8), runner, NIGHT).tolist()
    for key, *columns in zip(drawn, tiers, capped, played, strict=True):
        standings[key] = replace(standings[key], played=bytes(columns[-1]), capped_by=_capped_by(*columns))
    pays = points_if_completed(np.array(played, dtype=np.uint8), runner.pays, program.caps).tolist()
    budgets = scalar_allocate(program.caps, pays, runner.working.tolist())
    return PlannedRotation(_night(drawn, targets, tiers, played), standings, budgets)


def _capped_by(record: list[int], capped: list[int], played: list[int]) -> bytes:
    return bytes(
        PROGRAM_CAP if now < may else OWN_CAPS if may < tier else 0
        for tier, may, now in zip(record, capped, played, strict=True)
    )


def _house(task: PlainTask, categories: list[Category], tiers: Tiers) -> ProgramCap:
    program = task.program
    worked = [
        [any(not math.isnan(contacts) for contacts in mine) for mine in zip(*metrics, strict=True)]
        for metrics in zip(*task.contacts.values(), strict=True)
    ]
    working = scalar_attendance(worked, task.active, task.first, NIGHT)
    pays = point_table(categories, program.challenges.reward_rules)
    return ProgramCap(
        np.array(tiers, dtype=np.uint8),
        pays,
        program.caps,
        np.array(working),
        plannable_points(program.caps) or math.inf,
        np.array([category.opt_in for category in categories]),
    )


def _folded(category: Category, figures: PlainFigures) -> Standing:
    task = figures.task
    metric, rule, before = (
        task.program.challenges.metric(category.metric),
        task.program.challenges.tier_rule,
        task.previous[category.key],
    )
    members = [OneMember(*columns) for columns in zip(*(getattr(before, name) for name in STATE), strict=True)]
    until = metric.known_until(NIGHT)
    for day in days_to_apply(before.as_of, until, rule):
        _fold_day(members, metric, day, figures)
    state = {name: bytes([getattr(member, name) for member in members]) for name in STATE}
    return replace(before, **state, played=bytes(len(members)), peers=bytes(task.peers), as_of=until)


def _fold_day(members: list[OneMember], metric: Metric, day: date, figures: PlainFigures) -> None:
    task, rule = figures.task, figures.task.program.challenges.tier_rule
    sign = -1 if metric.direction == "lower" else 1
    values = [sign * value for value in figures.values(metric, day)]
    scale = _scale(values, task.peers, rule)
    nobody = len(scale.everybody) < rule.min_members
    for member, value, group, days in zip(members, values, task.peers, figures.window(metric, day), strict=True):
        if not math.isnan(days[-1]):
            if all(map(math.isnan, days[:-1])):
                member.forgets()
            member.works(math.nan if nobody or math.isnan(value) else scale.rank(value, group), rule)


def _scale(values: Days, peers: list[int], rule: TierRule) -> Scale:
    groups: dict[int, Days] = {}
    for value, group in zip(values, peers, strict=True):
        if not math.isnan(value):
            groups.setdefault(group, []).append(value)
    everybody = sorted(value for group in groups.values() for value in group)
    return Scale(everybody, {key: sorted(group) for key, group in groups.items() if len(group) >= rule.min_peers})


def _targets(category: Category, figures: PlainFigures) -> Targets:
    task = figures.task
    metric, rule = task.program.challenges.metric(category.metric), task.program.challenges.tier_rule
    scale = _scale(figures.values(metric, metric.known_until(NIGHT)), task.peers, rule)
    if len(scale.everybody) < rule.min_members:
        written = _triple([challenge.target_value for challenge in category.tiers])
        return Targets(shown=written, by_peers=dict.fromkeys(task.names, written), from_history=False)
    bounds = [_percentile(scale.everybody, percentile, metric.direction) for percentile in rule.clamp]
    shown = _asked(scale.everybody, bounds, metric, rule)
    choose = max if metric.direction == "lower" else min
    by_peers = dict.fromkeys(task.names, shown)
    for number, group in scale.groups.items():
        asked = _asked(group, bounds, metric, rule)
        by_peers[task.names[number]] = _triple([choose(pair) for pair in zip(asked, shown, strict=True)])
    return Targets(shown=shown, by_peers=by_peers, from_history=True)


def _asked(values: Days, bounds: Days, metric: Metric, rule: TierRule) -> Triple:
    exact = [_percentile(values, percentile, metric.direction) for percentile in rule.targets]
    within = [min(max(value, min(bounds)), max(bounds)) for value in exact]
    return _triple([round_easier(value, metric.step, metric.direction) for value in within])


def _percentile(values: Days, percentile: float, direction: Direction) -> float:
    return scalar_percentile(values, 100 - percentile if direction == "lower" else percentile)


def _triple(values: Days) -> Triple:
    first, second, third = values
    return first, second, third


def _of_record(standing: Standing, active: list[bool]) -> list[int]:
    return [tier if plays else 0 for tier, plays in zip(standing.tier, active, strict=True)]


def _capped(program: Program, categories: list[Category], tiers: Tiers) -> Tiers:
    members = zip(*tiers, strict=True)
    played = [
        scalar_preflight(list(mine), categories, program.challenges.reward_rules, program.caps) for mine in members
    ]
    return [list(column) for column in zip(*played, strict=True)]


def _night(drawn: tuple[str, ...], targets: dict[str, Targets], tiers: Tiers, played: Tiers) -> RotationPlan:
    lowered = dropped = 0
    for mine, today in zip(zip(*tiers, strict=True), zip(*played, strict=True), strict=True):
        lowered += any(0 < now < record for record, now in zip(mine, today, strict=True))
        dropped += any(now == 0 < record for record, now in zip(mine, today, strict=True))
    cells = [pair for mine, today in zip(tiers, played, strict=True) for pair in zip(mine, today, strict=True)]
    first, second, third = (sum(record == tier and 0 < now < tier for record, now in cells) for tier in TIERS)
    lost, gone, away = (sum(record == tier and not now for record, now in cells) for tier in TIERS)
    return RotationPlan(
        selected=drawn,
        deferred={},
        targets=targets,
        last_selected=dict.fromkeys(drawn, NIGHT),
        lowered=lowered,
        dropped=dropped,
        lowered_by_tier=(first, second, third),
        dropped_by_tier=(lost, gone, away),
    )
