"""Small programs, rosters and histories. What a test is about stands in the test."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

import numpy as np

from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.assignment import Standing
from ladder.domain.challenges.history import Column, GroupIndex, History, Row, Values
from ladder.domain.challenges.peers import PeerGroups, Population
from ladder.domain.challenges.performance import MetricValues
from ladder.domain.challenges.rules import Category, Challenge, Metric, Platform, RewardRule, TierRule
from ladder.domain.challenges.rules import RewardCondition as RuleCondition
from ladder.domain.members.roster import Member, Roster
from ladder.domain.programs.program import Program
from tests.builders.programs import composed

NIGHT = date(2026, 3, 10)
YESTERDAY = NIGHT - timedelta(days=1)
NAN = float("nan")


def metric(key: str = "AHT", **changes: Any) -> Metric:
    fields: dict[str, Any] = {"name": "average handle time", "unit": "s", "direction": "lower"}
    return Metric(key=key, **fields | changes)


def category(
    key: str = "AHT_SPRINT",
    metric_key: str = "AHT",
    *,
    targets: tuple[float, ...] = (300, 200, 100),
    points: tuple[int, ...] = (50, 100, 150),
    groups: tuple[str, ...] | None = None,
    **changes: Any,
) -> Category:
    names = groups or tuple(f"{key}_{tier}" for tier in (1, 2, 3))
    first, second, third = (
        Challenge(name=key, description="", target_value=target, points=worth, group_id=group)
        for target, worth, group in zip(targets, points, names, strict=True)
    )
    return Category(key=key, metric=metric_key, tiers=(first, second, third), **changes)


def program(**changes: Any) -> Program:
    fields: dict[str, Any] = {
        "key": "bank-north",
        "name": "Bank, north",
        "schedule": Schedule(time_zone="Asia/Jerusalem", rotation_time=time(0, 15)),
        "platform": Platform(kind="wem"),
        "metrics": (metric(),),
        "categories": (category(),),
    }
    return composed(**(fields | changes))


def reward_rule(percent: Mapping[str, float], *, limit: int | None = None) -> RewardRule:
    """`percent`: by tier completed, such as {"TIER_3": 50}."""
    conditions = tuple(
        RuleCondition(metric="CHALLENGE_COMPLETED", operator="EQUALS", value=value, bonus_percentage=bonus)
        for value, bonus in percent.items()
    )
    return RewardRule(
        name="", description="", evaluation_scope="DAILY", conditions=conditions, max_daily_bonus_points=limit
    )


def roster(size: int, **changes: Any) -> Roster:
    return tuple(Member(id=f"{slot:032x}", user=f"user-{slot}", **changes) for slot in range(size))


def row(*values: float) -> Row:
    return np.array(values, dtype=np.float32)


def history(columns: Mapping[str, Values], last: date = YESTERDAY) -> History:
    """Columns of (D, M), the last row being the day `last`."""
    days, members = next(iter(columns.values())).shape
    known = {
        key: Column(values.astype(np.float32), np.ones((days, members), dtype=np.float32))
        for key, values in columns.items()
    }
    return History(last - timedelta(days=days - 1), days, members, known)


def work(members: int, days: int, *, seed: int = 0, between: float = 60.0, within: float = 40.0) -> Values:
    """Lasting differences between members, chance from day to day, five worked days of seven: (D, M), whole numbers."""
    rng = np.random.default_rng(seed)
    usual = rng.normal(400, between, members)
    values = np.rint(rng.normal(usual, within, (days, members)))
    off = (np.arange(days)[:, None] + rng.integers(0, 7, members)) % 7 >= 5
    return np.where(off, np.nan, values).astype(np.float32)


def alike(members: int) -> GroupIndex:
    """Everybody in one peer group."""
    return np.zeros(members, dtype=np.int16)


def figures(known: History, rule: TierRule) -> MetricValues:
    """Of active members in one peer group."""
    groups = PeerGroups(("all",), np.zeros(known.members, dtype=np.int16))
    return MetricValues(known, Population(np.ones(known.members, dtype=np.bool), groups), rule)


def standing(members: int, **columns: Any) -> Standing:
    fields: dict[str, Any] = {name: getattr(Standing.new(members), name) for name in Standing.__slots__}
    return Standing(**fields | columns)
