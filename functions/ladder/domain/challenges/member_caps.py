"""Member caps: today's challenges, all completed, pay no more than one member may earn in a day.

Where they would, their tier is lowered for today only, the challenge that pays most first; if tier 1 is still too much,
challenges are dropped, the smallest first.
Axes: K categories, M members, R reward rules, 4 tiers played (0 = no challenge).
"""

from dataclasses import dataclass

import numpy as np

from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.history import Flags, Points
from ladder.domain.challenges.rules import Category, RewardRule

type Grid = np.ndarray[tuple[int, int], np.dtype[np.uint8]]  # (K, M) tier played
type Table = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (K, 4) by tier played
type Cells = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (K, M)
type Indices = np.ndarray[tuple[int], np.dtype[np.intp]]  # (M,)


@dataclass(frozen=True, slots=True)
class PointTable:
    """The points that a completion pays, by category and tier played: base (K, 4), bonus of each rule (R, K, 4)."""

    base: Table
    bonus: np.ndarray[tuple[int, int, int], np.dtype[np.float64]]
    rule_limits: tuple[float, ...]  # (R,)

    @property
    def total(self) -> Table:
        return self.base + self.bonus.sum(axis=0)


def point_table(categories: list[Category], rules: tuple[RewardRule, ...]) -> PointTable:
    base = np.array([[0, *(challenge.points for challenge in category.tiers)] for category in categories], dtype=float)
    base = base.reshape(len(categories), 4)
    percent = np.zeros((len(rules), 1, 4))
    for row, rule in enumerate(rules):
        for condition in rule.conditions:
            for tier in (1, 2, 3):
                if condition.metric == "CHALLENGE_COMPLETED" and condition.value in {f"TIER_{tier}", "ANY"}:
                    percent[row, 0, tier] += condition.bonus_percentage
    bonus = percent * base / 100  # in this order 7 % of 100 are exactly 7
    limits = tuple(np.inf if rule.max_daily_bonus_points is None else rule.max_daily_bonus_points for rule in rules)
    return PointTable(base, bonus, limits)


def within_member_caps(tiers: Grid, pays: PointTable, caps: Caps) -> Grid:
    """Return the tiers to play today within a member's caps. `tiers`: of record, 0 where a member has no challenge."""
    played, which = _distinct(tiers)
    for floor in (1, 0):  # lower while a tier above 1 is left, then drop
        while (over := exceeds_caps(played, pays, caps) & (played > floor).any(axis=0)).any():
            value = by_tier_played(pays.total, played)
            most = np.where(played > 1, value, -np.inf).argmax(axis=0)
            least = np.where(played > 0, value, np.inf).argmin(axis=0)
            played = one_tier_less(played, most if floor else least, np.flatnonzero(over))
    return played[:, which]


def points_if_completed(played: Grid, pays: PointTable, caps: Caps) -> Points:
    """Return what a member's challenges, all completed, pay under the member's own caps: (M,)."""
    distinct, which = _distinct(played)
    base = _sum(pays.base, distinct)
    rules = [np.minimum(_sum(rule, distinct), most) for rule, most in zip(pays.bonus, pays.rule_limits, strict=True)]
    bonus = np.minimum(sum(rules, np.zeros_like(base)), _largest_bonus(base, caps))
    whole = base + np.minimum(bonus, _limit(caps.member_daily_bonus_points))
    points: Points = np.minimum(whole, _limit(caps.member_daily_points))[which]
    return points


def exceeds_caps(played: Grid, pays: PointTable, caps: Caps) -> Flags:
    """Return for whom all challenges, completed, would pay more than one of the member's caps allows: (M,)."""
    base = _sum(pays.base, played)
    rules = [_sum(rule, played) for rule in pays.bonus]
    bonus = np.minimum(sum(rules, np.zeros_like(base)), _largest_bonus(base, caps))
    over = base + bonus > _limit(caps.member_daily_points)
    over |= bonus > _limit(caps.member_daily_bonus_points)
    for rule, limit in zip(rules, pays.rule_limits, strict=True):
        over |= rule > limit
    return over


def one_tier_less(played: Grid, category: Indices, members: Indices) -> Grid:
    """Return the tiers with these members' challenge of their `category`, (M,), one tier easier."""
    changed = played.copy()
    changed[category[members], members] -= 1
    return changed


def by_tier_played(table: Table, played: Grid) -> Cells:
    """Look up every member's tier in a (K, 4) table: (K, M)."""
    return np.take_along_axis(table, played.astype(np.intp), axis=1)


def _distinct(tiers: Grid) -> tuple[Grid, Indices]:
    """Return the distinct columns, and which one each member has: few, however many members there are."""
    code = np.zeros(tiers.shape[1], dtype=np.min_scalar_type(4 ** len(tiers) - 1))  # short ones sort much faster
    for row in tiers:
        code = 4 * code + row
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    return tiers[:, first], which


def _sum(table: Table, played: Grid) -> Points:
    summed: Points = by_tier_played(table, played).sum(axis=0)
    return summed


def _largest_bonus(base: Points, caps: Caps) -> Points:
    """A bonus above its share of base is trimmed when it is awarded, which is no reason to lower anybody's tier."""
    if caps.bonus_percent_of_base is None:
        return np.full_like(base, np.inf)
    return base * caps.bonus_percent_of_base / 100


def _limit(limit: float | None) -> float:
    return np.inf if limit is None else limit
