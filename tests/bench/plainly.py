"""The night's plan once more, member by member in plain Python: what the vectorised rules are held against.

It is put together from the scalar rules that the tests of the domain hold each part against; only ranks are found by
bisection, as counting all peers for each member would take minutes. Days are lists of floats, NaN for one not worked.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from operator import itemgetter, mul

import numpy as np

from ladder.domain.challenges.assignment import OWN_CAPS, PROGRAM_CAP, Assignment, Standing
from ladder.domain.challenges.expected_completion import Triple
from ladder.domain.challenges.member_caps import point_table, points_if_completed
from ladder.domain.challenges.performance import TIE
from ladder.domain.challenges.plan import PlannedRotation
from ladder.domain.challenges.plausibility import best_possible
from ladder.domain.challenges.program_cap import ProgramCap, plannable_points
from ladder.domain.challenges.rotation import RotationPlan, Targets
from ladder.domain.challenges.rules import TIERS, Category, Metric, TierRule
from ladder.domain.challenges.selection import select_categories
from ladder.domain.challenges.targets import round_easier
from ladder.domain.challenges.tiers import days_to_apply
from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import Direction
from tests.bench.task import NIGHT, Task
from tests.reference.completion_targets import PlainMember, plain_choice, plain_expectation
from tests.reference.scalars import (
    base_of,
    bonus_of,
    scalar_allocate,
    scalar_attendance,
    scalar_days_a_week,
    scalar_known_after,
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
    channels: tuple[int, ...]  # by group
    near: dict[int, tuple[int, float]]  # member near a tenure border -> the group beyond it, and the share of it

    def parts(self, member: int) -> dict[int, float]:
        """Return the groups that a member belongs to, and how much."""
        beyond, share = self.near.get(member, (self.peers[member], 0.0))
        return {self.peers[member]: 1 - share, beyond: share} if share else {self.peers[member]: 1.0}


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
            scalar_median(days, rule.smoothing_days, scalar_known_after(days)) if active else math.nan
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
    """Performances in order: of everybody, and by peer group with how much each counts. All groups are large."""

    known: Days
    groups: dict[int, list[tuple[float, float]]]
    counted: dict[int, Days]  # by group: how much all before a performance count

    def rank(self, performance: float, parts: dict[int, float]) -> float:
        return sum(share * self._rank_among(performance, group) for group, share in parts.items())

    def _rank_among(self, performance: float, group: int) -> float:
        slack, counted = abs(performance) * TIE, self.counted[group]
        below = bisect_left(self.groups[group], performance - slack, key=itemgetter(0))
        up_to = bisect_right(self.groups[group], performance + slack, key=itemgetter(0))
        return 50 * (counted[below] + counted[up_to]) / counted[-1]


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
        channels=groups.channels,
        near={
            slot: (group, share)
            for slot, group, share in zip(*(column.tolist() for column in groups.near.columns), strict=True)
        },
    )


def plan_plainly(task: PlainTask) -> PlannedRotation:
    program, figures = task.program, PlainFigures(task)
    standings = {each.key: _folded(each, figures) for each in program.challenges.categories}
    drawn = select_categories(program.challenges, NIGHT, seed=program.key, taken=(), last_selected={}).categories
    targets = {key: _targets(program.challenges.category(key), standings[key].tier, figures) for key in drawn}
    tiers = [_of_record(standings[key], task.active) for key in drawn]
    categories = [program.challenges.category(key) for key in drawn]
    capped = _capped(program, categories, tiers)
    completed = _completed(categories, capped, [targets[key][0] for key in drawn], program)
    runner = _house(task, categories, tiers, completed)
    played = scalar_within_cap(np.array(capped, dtype=np.uint8), runner, NIGHT).tolist()
    for key, *columns in zip(drawn, tiers, capped, played, strict=True):
        standings[key] = replace(
            standings[key], played=bytes(columns[-1]), capped_by=_capped_by(*columns), own_targets=targets[key][1]
        )
    pays = points_if_completed(np.array(played, dtype=np.uint8), runner.pays, program.caps).tolist()
    budgets = scalar_allocate(program.caps, pays, runner.working.tolist(), runner.completed)
    return PlannedRotation(
        _night(drawn, {key: shown for key, (shown, _) in targets.items()}, tiers, played), standings, budgets
    )


def _capped_by(record: list[int], capped: list[int], played: list[int]) -> bytes:
    return bytes(
        PROGRAM_CAP if now < may else OWN_CAPS if may < tier else 0
        for tier, may, now in zip(record, capped, played, strict=True)
    )


def _completed(categories: list[Category], capped: Tiers, targets: list[Targets], program: Program) -> float:
    """Return the share of the points of all challenges that is likely to be earned."""
    points = earned = 0.0
    for category, tiers, asked in zip(categories, capped, targets, strict=True):
        for tier in filter(None, tiers):
            worth = base_of(category, tier)
            worth += sum(bonus_of(rule, category, tier) for rule in program.challenges.reward_rules)
            points += worth
            earned += worth * asked.likely[tier - 1] if asked.likely else 0.0
    return earned / points


def _house(task: PlainTask, categories: list[Category], tiers: Tiers, completed: float) -> ProgramCap:
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
        completed,
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
    scale = _scale(values, task, rule)
    for slot, (member, value, days) in enumerate(zip(members, values, figures.window(metric, day), strict=True)):
        if task.active[slot] and not math.isnan(days[-1]):
            if all(map(math.isnan, days[:-1])):
                member.forgets()
            rank = math.nan if math.isnan(value) else scale.rank(value, task.parts(slot))
            member.works(rank, rule, scalar_days_a_week(days))


def _scale(values: Days, task: PlainTask, rule: TierRule) -> Scale:
    groups: dict[int, list[tuple[float, float]]] = {group: [] for group in range(len(task.names))}
    for slot, value in enumerate(values):
        if not math.isnan(value):
            for group, share in task.parts(slot).items():
                groups[group].append((value, share))
    for among in groups.values():
        among.sort()
    counted = {key: [0.0, *accumulate(share for _, share in group)] for key, group in groups.items()}
    if any(every[-1] < 2 * rule.min_peers for every in counted.values()):
        raise NotImplementedError("a group that is blended with its channel")
    return Scale([value for value in values if not math.isnan(value)], groups, counted)


def _targets(category: Category, tiers: bytes, figures: PlainFigures) -> tuple[Targets, bytes]:
    """Return the targets by group, and those of members near a border."""
    task = figures.task
    metric, rule = task.program.challenges.metric(category.metric), task.program.challenges.tier_rule
    values = figures.values(metric, metric.known_until(NIGHT))
    window = figures.window(metric, metric.known_until(NIGHT))
    days = [[day for day in mine if not math.isnan(day)][-rule.smoothing_days :] for mine in window]
    sizes = _scale(values, task, rule).counted
    by_group, likely = list[Triple](), list[Triple]()
    for group, channel in enumerate(task.channels):
        within = [
            value
            for value, peers in zip(values, task.peers, strict=True)
            if task.channels[peers] == channel and not math.isnan(value)
        ]
        bounds = [_percentile(within, percentile, metric.direction) for percentile in rule.clamp]
        easy, hard = (float(round_easier(bound, metric.step, metric.direction)) for bound in bounds)
        members = [
            PlainMember(days[slot], tiers[slot], task.parts(slot)[group])
            for slot, active in enumerate(task.active)
            if active and group in task.parts(slot)
        ]
        expected = plain_expectation(members, metric, rule.completion, easiest=easy, hardest=hard)
        chosen = plain_choice(expected, best_possible(metric))
        by_group.append(chosen[0])
        likely.append(chosen[1])
    hardest = min if metric.direction == "lower" else max
    shown = _triple([hardest(column) for column in zip(*by_group, strict=True)])
    own = array("d")
    for slot, peers in enumerate(task.peers):
        beyond, share = task.near.get(slot, (peers, math.nan))
        pairs = zip(by_group[beyond], by_group[peers], strict=True)
        blended = [share * there + (1 - share) * here for there, here in pairs]
        own.extend(blended if math.isnan(share) else [round_easier(b, metric.step, metric.direction) for b in blended])
    whole = [sizes[group][-1] for group in range(len(by_group))]
    mean = _triple([round(sum(map(mul, whole, column)) / sum(whole), 4) for column in zip(*likely, strict=True)])
    by_peers = dict(zip(task.names, by_group, strict=True))
    return Targets(shown=shown, by_peers=by_peers, from_history=True, likely=mean), own.tobytes()


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
