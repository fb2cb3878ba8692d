"""Pre-flight: would today's challenges, all completed, overshoot what one member may earn in a day?

If so their tier is lowered for today only, the worthiest challenge first; at tier 1 and still above, challenges are
dropped, the smallest first. Axes: K categories, M members, R reward rules, 4 tiers played (0 = no challenge).
"""

from dataclasses import dataclass

import numpy as np

from ladder.domain.challenges.forecast import Points
from ladder.domain.challenges.history import Flags
from ladder.domain.programs.program import Caps, Category, RewardRule

type Grid = np.ndarray[tuple[int, int], np.dtype[np.uint8]]  # (K, M) tier played
type Table = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (K, 4) by tier played
type Cells = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (K, M)
type Kinds = np.ndarray[tuple[int], np.dtype[np.intp]]  # (M,) which kind of member


@dataclass(frozen=True, slots=True)
class PointTable:
    """What a completion pays, by category and tier played: base (K, 4), bonus of each rule (R, K, 4)."""

    base: Table
    bonus: np.ndarray[tuple[int, int, int], np.dtype[np.float64]]
    rule_limits: tuple[float, ...]  # (R,)

    @property
    def total(self) -> Table:
        return self.base + self.bonus.sum(axis=0)


def point_table(categories: list[Category], rules: tuple[RewardRule, ...]) -> PointTable:
    base = np.array([[0, *(challenge.points for challenge in category.tiers)] for category in categories], dtype=float)
    base = base.reshape(len(categories), 4)
    shares = [[0.0, *(_completion_bonus(rule, tier) for tier in (1, 2, 3))] for rule in rules]
    bonus = np.array(shares).reshape(len(rules), 1, 4) * base / 100  # in this order 7 % of 100 are exactly 7
    limits = tuple(np.inf if rule.max_daily_bonus_points is None else rule.max_daily_bonus_points for rule in rules)
    return PointTable(base, bonus, limits)


def within_member_caps(tiers: Grid, pays: PointTable, caps: Caps) -> Grid:
    """The tiers to play today, by what one member may earn. `tiers`: of record, 0 where a member has no challenge."""
    alike, which = _kinds(tiers)
    return _lightened(alike, pays, caps)[:, which]


def points_if_completed(played: Grid, pays: PointTable, caps: Caps) -> Points:
    """What a member's challenges, all completed, pay under the member's own caps: (M,)."""
    alike, which = _kinds(played)
    base = _sum(pays.base, alike)
    rules = [np.minimum(_sum(rule, alike), most) for rule, most in zip(pays.bonus, pays.rule_limits, strict=True)]
    bonus = np.minimum(sum(rules, np.zeros_like(base)), _most_bonus(base, caps))
    whole = base + np.minimum(bonus, _bound(caps.member_daily_bonus_points))
    points: Points = np.minimum(whole, _bound(caps.member_daily_points))[which]
    return points


def _kinds(tiers: Grid) -> tuple[Grid, Kinds]:
    """Members alike in their tiers are looked at once: there are few kinds of them, however many members."""
    kind = np.zeros(tiers.shape[1], dtype=np.int64)
    for row in tiers:
        kind = 4 * kind + row
    _, one_each, which = np.unique(kind, return_index=True, return_inverse=True)
    return tiers[:, one_each], which


def _lightened(tiers: Grid, pays: PointTable, caps: Caps) -> Grid:
    played = tiers.copy()
    while (lowered := _lower_one(played, pays, caps)) is not None:
        played = lowered
    while (lighter := _drop_one(played, pays, caps)) is not None:
        played = lighter
    return played


def exceeds_caps(played: Grid, pays: PointTable, caps: Caps) -> Flags:
    """Whose challenges, all completed, would pay more than a cap of the member's allows: (M,)."""
    base = _sum(pays.base, played)
    rules = [_sum(rule, played) for rule in pays.bonus]
    bonus = np.minimum(sum(rules, np.zeros_like(base)), _most_bonus(base, caps))
    over = base + bonus > _bound(caps.member_daily_points)
    over |= bonus > _bound(caps.member_daily_bonus_points)
    for rule, limit in zip(rules, pays.rule_limits, strict=True):
        over |= rule > limit
    return over


def _lower_one(played: Grid, pays: PointTable, caps: Caps) -> Grid | None:
    over = exceeds_caps(played, pays, caps) & (played > 1).any(axis=0)
    if not over.any():
        return None
    value = np.where(played > 1, by_tier_played(pays.total, played), -np.inf)
    return _one_less(played, value.argmax(axis=0), over)


def _drop_one(played: Grid, pays: PointTable, caps: Caps) -> Grid | None:
    over = exceeds_caps(played, pays, caps) & (played > 0).any(axis=0)
    if not over.any():
        return None
    value = np.where(played > 0, by_tier_played(pays.total, played), np.inf)
    return _one_less(played, value.argmin(axis=0), over)


def _one_less(played: Grid, category: np.ndarray[tuple[int], np.dtype[np.intp]], who: Flags) -> Grid:
    changed = played.copy()
    members = np.nonzero(who)[0]
    changed[category[members], members] -= 1
    return changed


def by_tier_played(table: Table, played: Grid) -> Cells:
    """Look every member's tier up in a (K, 4) table: (K, M)."""
    return np.take_along_axis(table, played.astype(np.intp), axis=1)


def _sum(table: Table, played: Grid) -> Points:
    summed: Points = by_tier_played(table, played).sum(axis=0)
    return summed


def _completion_bonus(rule: RewardRule, tier: int) -> float:
    """What a rule adds for completing a challenge of this tier, in percent of base."""
    return sum(
        condition.bonus_percentage
        for condition in rule.conditions
        if condition.metric == "CHALLENGE_COMPLETED" and condition.value in {f"TIER_{tier}", "ANY"}
    )


def _most_bonus(base: Points, caps: Caps) -> Points:
    """A bonus above its share of base is trimmed when it is awarded: no reason to lower anybody."""
    if caps.bonus_percent_of_base is None:
        return np.full_like(base, np.inf)
    return base * caps.bonus_percent_of_base / 100


def _bound(limit: float | None) -> float:
    return np.inf if limit is None else limit
