"""The night's plan once more, member by member in plain Python: what the vectorised rules are held against.

It is put together from the scalar rules that the tests of the domain hold each part against; only ranks are found by
bisection, as counting all peers for each member would take minutes. Days are lists of floats, NaN for one not worked.
"""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from datetime import date

from ladder.domain.assignment import NO_BUDGET, Assignment, Standing
from ladder.domain.draw import draw
from ladder.domain.figures import KNOWN_AFTER_DAYS
from ladder.domain.nights import Plan
from ladder.domain.performance import TIE
from ladder.domain.program import Category, Metric, Program, TierRule
from ladder.domain.rotation import Night, Targets
from ladder.domain.rules import Direction
from ladder.domain.targets import Triple, round_easier
from ladder.domain.tiers import days_to_fold
from tests.bench.task import NIGHT, Task
from tests.domain.climbing import OneMember
from tests.domain.test_performance import scalar_median
from tests.domain.test_preflight import UNBOUNDED, scalar_preflight
from tests.domain.test_targets import scalar_percentile

type Days = list[float]  # a member's values, oldest first
type Tiers = list[list[int]]  # by category, then member

STATE = tuple(OneMember.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class PlainTask:
    """A task as lists; a member's number is his slot."""

    program: Program
    previous: Assignment
    budgets: list[int]
    first: date
    days: dict[str, list[Days]]  # metric -> member -> days
    active: list[bool]
    peers: list[int]
    names: tuple[str, ...]


@dataclass(slots=True)
class PlainFigures:
    """Everybody's smoothed value by metric and day, worked out once; NaN for who has left."""

    task: PlainTask
    known: dict[tuple[str, date], Days] = field(default_factory=dict)

    def values(self, metric: Metric, day: date) -> Days:
        if (metric.key, day) not in self.known:
            self.known[metric.key, day] = self._smoothed(metric, day)
        return self.known[metric.key, day]

    def _smoothed(self, metric: Metric, day: date) -> Days:
        rule, end = self.task.program.tier_rule, (day - self.task.first).days + 1
        window = slice(max(0, end - rule.window_days), end)
        return [
            scalar_median(days[window], rule.smoothing_days, KNOWN_AFTER_DAYS) if active else math.nan
            for days, active in zip(self.task.days[metric.key], self.task.active, strict=True)
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
        budgets=task.budgets,
        first=task.history.first,
        days={metric: column.values.T.tolist() for metric, column in columns.items()},
        active=task.population.active.tolist(),
        peers=groups.index.tolist(),
        names=groups.names,
    )


def plan_plainly(task: PlainTask) -> Plan:
    program, figures = task.program, PlainFigures(task)
    standings = {each.key: _folded(each, figures) for each in program.categories}
    drawn = draw(program, NIGHT, taken=(), last_drawn={}).categories
    targets = {key: _targets(program.category(key), figures) for key in drawn}
    tiers = [_of_record(standings[key], task.active) for key in drawn]
    played = _played(task, [program.category(key) for key in drawn], tiers)
    for key, column in zip(drawn, played, strict=True):
        standings[key] = replace(standings[key], played=bytes(column))
    return Plan(_night(drawn, targets, tiers, played), standings)


def _folded(category: Category, figures: PlainFigures) -> Standing:
    task = figures.task
    metric, rule, before = task.program.metric(category.metric), task.program.tier_rule, task.previous[category.key]
    members = [OneMember(*columns) for columns in zip(*(getattr(before, name) for name in STATE), strict=True)]
    until = metric.known_until(NIGHT)
    for day in days_to_fold(before.as_of, until, rule):
        _fold_day(members, metric, day, figures)
    state = {name: bytes([getattr(member, name) for member in members]) for name in STATE}
    return replace(before, **state, played=bytes(len(members)), peers=bytes(task.peers), as_of=until)


def _fold_day(members: list[OneMember], metric: Metric, day: date, figures: PlainFigures) -> None:
    task, rule, row = figures.task, figures.task.program.tier_rule, (day - figures.task.first).days
    sign = -1 if metric.direction == "lower" else 1
    values = [sign * value for value in figures.values(metric, day)]
    scale = _scale(values, task.peers, rule)
    nobody = len(scale.everybody) < rule.min_members
    for member, value, group, days in zip(members, values, task.peers, task.days[metric.key], strict=True):
        if not math.isnan(days[row]):
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
    metric, rule = task.program.metric(category.metric), task.program.tier_rule
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


def _played(task: PlainTask, categories: list[Category], tiers: Tiers) -> Tiers:
    rules, caps = task.program.reward_rules, task.program.caps
    budgets = [UNBOUNDED if budget == NO_BUDGET else budget for budget in task.budgets]
    members = zip(zip(*tiers, strict=True), budgets, strict=True)
    played = [scalar_preflight(list(mine), categories, rules, caps, budget) for mine, budget in members]
    return [list(column) for column in zip(*played, strict=True)]


def _night(drawn: tuple[str, ...], targets: dict[str, Targets], tiers: Tiers, played: Tiers) -> Night:
    lowered = dropped = 0
    for mine, today in zip(zip(*tiers, strict=True), zip(*played, strict=True), strict=True):
        lowered += any(0 < now < record for record, now in zip(mine, today, strict=True))
        dropped += any(now == 0 < record for record, now in zip(mine, today, strict=True))
    latest = dict.fromkeys(drawn, NIGHT)
    return Night(drawn=drawn, deferred={}, targets=targets, last_drawn=latest, lowered=lowered, dropped=dropped)
