"""A steady-state night to plan, drawn from a seed: 30 days of three metrics, and standings as of two days ago.

Between members an SD of 138, within a member's days 80; five worked days of seven; some are new, some have left.
Axes: D days, M members.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from ladder.domain.challenges.assignment import Assignment, Standing
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.history import Bytes, Column, History, Values
from ladder.domain.challenges.peers import SHARES as PARTS
from ladder.domain.challenges.peers import NearBorder, PeerGroups, Population
from ladder.domain.challenges.plan import PlannedRotation, plan_rotation
from ladder.domain.challenges.rules import SelectionRule
from ladder.domain.programs.program import Program
from tests.builders.planning import category, metric, program, reward_rule

NIGHT = date(2026, 3, 10)
DAYS = 30
GROUPS = ("chat, over 90 days", "chat, up to 90 days", "voice, over 90 days", "voice, up to 90 days")
SHARES = (0.15, 0.05, 0.7, 0.1)
CHANNELS, BEYOND = (0, 0, 1, 1), (1, 0, 3, 2)  # of each group its channel, and its neighbour in tenure
NEW, LEFT, FALLEN, NEAR = 0.02, 0.01, 0.05, 0.03  # shares of the members
POINTS = (50, 80, 120)

type Whole = np.ndarray[tuple[int], np.dtype[np.int64]]  # (M,)


@dataclass(frozen=True, slots=True)
class Task:
    program: Program
    population: Population
    history: History
    previous: Assignment

    def plan(self) -> PlannedRotation:
        return plan_rotation(
            self.program.challenges,
            self.program.caps,
            NIGHT,
            seed=self.program.key,
            population=self.population,
            history=self.history,
            previous=self.previous,
            last_selected={},
            taken=(),
            relieved={},
            take_part={},
        )


def draw_task(members: int, *, seed: int = 3, purse: int = 260) -> Task:
    """`purse`: the program's daily cap in points a member."""
    rng = np.random.default_rng(seed)
    rules = program_for(members, purse)
    history = _history(rng, members, rules)
    active = rng.random(members) >= LEFT
    groups = _groups(rng, members)
    previous = {each.key: _standing(rng, members) for each in rules.challenges.categories}
    return Task(rules, Population(active, groups), history, previous)


def program_for(members: int, purse: int) -> Program:
    """All three categories run; a member's cap, a rule's and the program's all bind for some."""
    metrics = (metric("AHT"), metric("QA", direction="higher"), metric("REPEAT7D", step=5))
    return program(
        metrics=metrics,
        categories=tuple(category(f"{each.key}_LADDER", each.key, points=POINTS) for each in metrics),
        reward_rules=(reward_rule({"TIER_3": 50}, limit=100),),
        caps=Caps(member_daily_points=300, bonus_percent_of_base=40, program_daily_points=purse * members),
        selection=SelectionRule(per_night=len(metrics)),
    )


def _groups(rng: np.random.Generator, members: int) -> PeerGroups:
    """Some members are near a tenure border."""
    index = rng.choice(len(GROUPS), members, p=SHARES).astype(np.int16)
    slots = np.flatnonzero(rng.random(members) < NEAR)
    share = (rng.integers(1, PARTS // 2, len(slots)) / PARTS).astype(np.float32)
    near = NearBorder(slots, np.array(BEYOND, dtype=np.int16)[index[slots]], share)
    return PeerGroups(GROUPS, index, CHANNELS, near)


def _history(rng: np.random.Generator, members: int, rules: Program) -> History:
    off = rng.integers(0, 7, members)
    since = np.where(rng.random(members) < NEW, rng.integers(0, DAYS, members), 0)
    columns = {each.key: Column(_values(rng, off, since), _counts(rng, members)) for each in rules.challenges.metrics}
    return History(NIGHT - timedelta(days=DAYS), DAYS, members, columns)


def _values(rng: np.random.Generator, off: Whole, since: Whole) -> Values:
    """Multiples of a half, which float32 holds exactly; filled day by day to stay small."""
    usual = 138 * rng.standard_normal(len(off), dtype=np.float32) + 500
    values = np.empty((DAYS, len(off)), dtype=np.float32)
    for day in range(DAYS):
        values[day] = np.rint(2 * (usual + 80 * rng.standard_normal(len(off), dtype=np.float32))) / 2
        values[day, ((off + day) % 7 >= 5) | (day < since)] = np.nan
    return values


def _counts(rng: np.random.Generator, members: int) -> Values:
    """A tenth of the days rest on so few contacts that they do not count."""
    counts = np.empty((DAYS, members), dtype=np.float32)
    for day in range(DAYS):
        counts[day] = rng.integers(2, 80, members, dtype=np.int16)
    return counts


def _standing(rng: np.random.Generator, members: int) -> Standing:
    """States that many nights might have left behind: placed or not yet, long held, fallen from a previous tier."""

    def column(low: int, high: int) -> Bytes:
        return rng.integers(low, high, members).astype(np.uint8)

    placed = rng.random(members) >= NEW
    tier = np.where(placed, column(1, 4), 1).astype(np.uint8)
    fallen = placed & (tier < 3) & (rng.random(members) < FALLEN)
    columns = {
        "tier": tier,
        "group": tier,
        "above": column(0, 10) * placed,
        "below": column(0, 5) * placed,
        "worked": np.where(placed, 10, column(0, 10)),
        "tier_days": np.where(fallen, column(0, 10), column(0, 11) * placed),
        "previous_tier": (tier + 1) * fallen,
        "memory_days": column(1, 121) * fallen,
        "return_days": column(0, 5) * fallen,
    }
    packed = {name: each.astype(np.uint8).tobytes() for name, each in columns.items()}
    return replace(Standing.new(members), **packed, as_of=NIGHT - timedelta(days=2))
