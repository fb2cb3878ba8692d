"""Simulated members and their nights: each member has a lasting mean, chance from day to day, and perhaps a slump.

Everybody works on every simulated day, so days are worked days. Lower is better. Axes: D days, M members.
"""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Self

import numpy as np

from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.assignment import Standing
from ladder.domain.challenges.history import Column, Flags, History, Row, Values
from ladder.domain.challenges.peers import PeerGroups, Population
from ladder.domain.challenges.performance import MetricValues
from ladder.domain.challenges.rules import TIERS, Category, Challenge, ChallengeRules, Metric, TierRule
from ladder.domain.challenges.settlement import ChallengesAsked, outcome_code, settle
from ladder.domain.challenges.targets import per_member, targets_for
from ladder.domain.challenges.tiers import TierState, apply_day
from ladder.domain.programs.program import Program

type Grid = np.ndarray[tuple[int, int], np.dtype[np.uint8]]  # (D, M)
type Marks = np.ndarray[tuple[int, int], np.dtype[np.bool]]  # (D, M)

LEVEL = 600.0  # seconds; so high that hardly a day is below zero, and no rank depends on it
BETWEEN = 138.0  # seconds, standard deviation between the members' lasting means
WITHIN = 80.0  # seconds, standard deviation of one member's days
SETTLING_DAYS = 60  # at the start: first placements and what follows from them
SLUMP_DAYS, SLUMP_SDS = 40, 2.0
AFTERWARDS_DAYS = 60  # worked days after a slump, by which everybody should have recovered
DAYS_NEEDED = SETTLING_DAYS + SLUMP_DAYS + AFTERWARDS_DAYS

FIRST = date(2026, 1, 1)
EVERYBODY = ("everybody",)
TIME = Metric(key="AHT", name="handle time", unit="s", direction="lower")
CHALLENGE = Challenge(name="", description="", target_value=0.0, points=0)
SPRINT = Category(key="AHT_SPRINT", metric=TIME.key, tiers=(CHALLENGE, CHALLENGE, CHALLENGE))
PROGRAM = Program(
    key="simulated",
    name="Simulated",
    schedule=Schedule(time_zone="UTC", rotation_time=time(0)),
    challenges=ChallengeRules(metrics=(TIME,), categories=(SPRINT,)),
)


@dataclass(frozen=True, slots=True)
class SimulatedMembers:
    means: Row  # (M,) each member's true mean
    values: Values  # (D, M)
    within: float = WITHIN  # standard deviation of one member's days

    @classmethod
    def stationary(
        cls, rng: np.random.Generator, *, members: int, days: int, between: float = BETWEEN, within: float = WITHIN
    ) -> Self:
        means = LEVEL + between * rng.standard_normal(members, dtype=np.float32)
        noise = within * rng.standard_normal((days, members), dtype=np.float32)
        return cls(means, means + noise, within)

    def slumping(self, slump: "Slump") -> Self:
        """Return the same days, worse for some members during the slump."""
        values = self.values.copy()
        values[slump.first : slump.end, slump.members] += SLUMP_SDS * self.within
        return replace(self, values=values)


@dataclass(frozen=True, slots=True)
class Slump:
    members: Flags  # (M,)
    first: int  # the row of its first day
    end: int  # the row of the first day after it

    @classmethod
    def in_the_middle(cls, *, members: int, days: int) -> Self:
        """Return a slump of the first quarter of the members; as they are drawn alike, it may be the first."""
        first = (days - SLUMP_DAYS) // 2
        return cls(np.arange(members) < members // 4, first, first + SLUMP_DAYS)


@dataclass(frozen=True, slots=True)
class TierHistory:
    tiers: Grid  # the tier of record after the day, which is played on the next day
    placed: Marks  # who has had their first placement by the end of the day
    met: Marks  # whether the day's value met the target of the tier played; nobody plays on the first day
    targets: Values  # (D, 3) what each tier is asked on the next day; NaN while there are too few days to set it by


def play_nights(values: Values, rule: TierRule) -> TierHistory:
    """Play every night by the domain's rules: it knows the days before it and sets the targets of the next one."""
    days, members = values.shape
    history = History(FIRST, days, members, {TIME.key: Column(values, np.ones_like(values))})
    groups = PeerGroups(EVERYBODY, np.zeros(members, dtype=np.int16))
    figures = MetricValues(history, Population(np.ones(members, dtype=np.bool), groups), rule)
    state, target = TierState.of(Standing.new(members)), np.full(members, np.nan)
    tiers = np.empty(values.shape, dtype=np.uint8)
    placed, met = np.empty(values.shape, dtype=np.bool), np.empty(values.shape, dtype=np.bool)
    asked_by_tier = np.full((days, len(TIERS)), np.nan, dtype=np.float32)
    for row in range(days):
        day = FIRST + timedelta(days=row)
        asked = ChallengesAsked(TIME, day, state.tier, target, groups.index)
        met[row] = settle(asked, PROGRAM.challenges, history, day + timedelta(days=1)) == outcome_code("completed")
        state = apply_day(
            state,
            figures.rank(TIME, day),
            worked_today=figures.worked(TIME, day),
            days_a_week=figures.days_a_week(TIME, day),
            rule=rule,
        )
        targets = targets_for(SPRINT, TIME, figures, state.tier, day)
        # tomorrow's target of each member, from what is known tonight: (M,)
        target = per_member(targets, groups.index.astype(np.uint8).tobytes())[np.arange(members), state.tier]
        if targets.from_history:
            asked_by_tier[row] = targets.shown
        tiers[row], placed[row] = state.tier, state.worked >= rule.placed_after_days
    return TierHistory(tiers, placed, met, asked_by_tier)
