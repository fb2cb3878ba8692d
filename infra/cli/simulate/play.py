"""The nights of drawn members, by the domain's own rules. Axes: D days, M members."""

from dataclasses import dataclass
from datetime import date, time, timedelta

import numpy as np

from ladder.domain.challenges.assignment import Standing
from ladder.domain.challenges.history import Bytes, Column, Flags, History, Values
from ladder.domain.challenges.metric_values import MetricValues
from ladder.domain.challenges.peers import PeerGroups, Population
from ladder.domain.challenges.settlement import AskedTargets, outcome_code, settle
from ladder.domain.challenges.targets import per_member, targets_for
from ladder.domain.challenges.tiers import TierState, apply_day
from ladder.domain.programs.program import Category, Challenge, Metric, Platform, Program, Schedule, TierRule

type Grid = np.ndarray[tuple[int, int], np.dtype[np.uint8]]  # (D, M)
type Marks = np.ndarray[tuple[int, int], np.dtype[np.bool]]  # (D, M)
type Asked = np.ndarray[tuple[int], np.dtype[np.float64]]  # (M,)

FIRST = date(2026, 1, 1)
EVERYBODY = ("everybody",)
TIME = Metric(key="AHT", name="handle time", unit="s", direction="lower")
RUNG = Challenge(name="", description="", target_value=0.0, points=0, group_id="")
SPRINT = Category(key="AHT_SPRINT", metric=TIME.key, tiers=(RUNG, RUNG, RUNG))
PROGRAM = Program(
    key="simulated",
    name="Simulated",
    schedule=Schedule(time_zone="UTC", rotation_time=time(0)),
    platform=Platform(kind="wem"),
    metrics=(TIME,),
    categories=(SPRINT,),
)


@dataclass(frozen=True, slots=True)
class Played:
    tiers: Grid  # the tier of record once the day is folded in: the one that is played on the day after
    met: Marks  # whether the day's value met the target of the tier played; nobody plays on the first day


def play(values: Values, rule: TierRule) -> Played:
    """Every night knows the days before it and asks for the next one."""
    figures = MetricValues(_history(values), _all_peers(values.shape[1]), rule)
    rungs, asked = TierState.of(Standing.new(values.shape[1])), np.full(values.shape[1], np.nan)
    tiers, met = np.empty(values.shape, dtype=np.uint8), np.empty(values.shape, dtype=np.bool)
    for row in range(len(values)):
        day = FIRST + timedelta(days=row)
        met[row] = _completed(rungs.tier, asked, figures.history, day)
        rungs = apply_day(rungs, figures.rank(TIME, day), worked=figures.worked(TIME, day), rule=rule)
        asked = _asked(rungs.tier, figures, day)
        tiers[row] = rungs.tier
    return Played(tiers, met)


def _completed(tier: Bytes, asked: Asked, history: History, day: date) -> Flags:
    peers = np.zeros(len(tier), dtype=np.int16)
    settled = settle(AskedTargets(TIME, day, tier, asked, peers), PROGRAM, history, day + timedelta(days=1))
    completed: Flags = settled == outcome_code("completed")
    return completed


def _asked(tier: Bytes, figures: MetricValues, day: date) -> Asked:
    """Tomorrow's target of each member, from what is known tonight: (M,)."""
    groups = figures.population.groups
    targets = targets_for(SPRINT, TIME, figures.value(TIME, day), groups, figures.rule)
    return per_member(targets, groups.index.astype(np.uint8).tobytes())[np.arange(len(tier)), tier]


def _history(values: Values) -> History:
    days, members = values.shape
    return History(FIRST, days, members, {TIME.key: Column(values, np.ones_like(values))})


def _all_peers(members: int) -> Population:
    return Population(np.ones(members, dtype=np.bool), PeerGroups(EVERYBODY, np.zeros(members, dtype=np.int16)))
