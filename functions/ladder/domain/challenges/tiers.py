"""Tiers with hysteresis: difficulty follows a member slowly, up after many good days, down after several poor ones.

A tier of record is kept per (member, category). It is folded forward day by day from the last state of an earlier
date, so neither a second revision nor a missed night counts a day twice. Axes: M members.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

import numpy as np

from ladder.domain.challenges.assignment import Standing
from ladder.domain.challenges.history import Bytes, Flags, Row
from ladder.domain.challenges.metric_values import MetricValues
from ladder.domain.programs.program import Metric, TierRule


@dataclass(frozen=True, slots=True, kw_only=True)
class TierState:
    """The part of a standing that a day can move; see Standing for the columns. All (M,)."""

    tier: Bytes
    above: Bytes
    below: Bytes
    worked: Bytes
    tier_days: Bytes
    previous_tier: Bytes
    memory_days: Bytes
    return_days: Bytes

    @classmethod
    def of(cls, standing: Standing) -> Self:
        return cls(**{name: np.frombuffer(getattr(standing, name), dtype=np.uint8) for name in cls.__slots__})

    def written_to(self, standing: Standing) -> Standing:
        return replace(standing, **{name: getattr(self, name).tobytes() for name in self.__slots__})


def apply_days(standing: Standing, figures: MetricValues, metric: Metric, *, until: date) -> Standing:
    """Fold every day after `standing.as_of` up to and including `until`; folding nothing changes nothing.

    A gap longer than the window is bridged by the window's days alone.
    """
    rungs = TierState.of(standing)
    for day in days_to_apply(standing.as_of, until, figures.rule):
        rungs = apply_day(rungs, figures.rank(metric, day), worked=figures.worked(metric, day), rule=figures.rule)
    folded = until if standing.as_of is None else max(until, standing.as_of)
    return replace(rungs.written_to(standing), as_of=folded)


def days_to_apply(as_of: date | None, until: date, rule: TierRule) -> list[date]:
    first = until - timedelta(days=rule.window_days - 1)
    if as_of is not None:
        first = max(first, as_of + timedelta(days=1))
    return [first + timedelta(days=day) for day in range((until - first).days + 1)]


def apply_day(rungs: TierState, rank: Row, *, worked: Flags, rule: TierRule) -> TierState:
    """One more day. Who did not work stays as he is; who has now worked long enough is placed where he stands."""
    placed = rungs.worked >= rule.placed_after_days
    days = np.minimum(rungs.worked + (worked & ~placed), rule.placed_after_days)
    days = np.where(~placed & np.isnan(rank), np.minimum(days, rule.placed_after_days - 1), days)
    arriving = ~placed & (days == rule.placed_after_days)
    moved = _move(rungs, rank, placed & worked, rule)
    tier = np.where(arriving, _placement(rank, rule), moved.tier)
    return replace(moved, tier=tier, worked=days.astype(np.uint8))


def _placement(rank: Row, rule: TierRule) -> Bytes:
    lower, upper = rule.up
    return (1 + (rank >= lower).astype(np.uint8) + (rank >= upper).astype(np.uint8)).astype(np.uint8)


def _move(rungs: TierState, rank: Row, counts: Flags, rule: TierRule) -> TierState:
    """Where the day `counts`, add it to what leads up, down or back home; move one tier where a count is full."""
    homeward = (rungs.previous_tier > rungs.tier) & (rank >= _return_band(rungs.tier, rule))
    above = _in_a_row(rungs.above, rank >= _up_band(rungs.tier, rule), counts)
    below = _in_a_row(rungs.below, rank < _down_band(rungs.tier, rule), counts)
    back = _in_a_row(rungs.return_days, homeward, counts)
    up = counts & ((above >= rule.up_after_days) | (back >= rule.return_after_days))
    down = counts & (below >= rule.down_after_days)
    still = ~(up | down)
    moved = replace(rungs, tier=rungs.tier + up.astype(np.uint8) - down.astype(np.uint8))
    moved = replace(moved, above=above * still, below=below * still, return_days=back * still)
    return _remember(moved, rungs, counts, down, rule)


def _remember(moved: TierState, before: TierState, counts: Flags, down: Flags, rule: TierRule) -> TierState:
    """A tier held for long is home to who falls from it, until he is back or the memory has faded."""
    falls = down & (before.tier_days >= rule.home_after_days) & (before.tier >= before.previous_tier)
    left = np.minimum(before.memory_days, rule.home_kept_days)
    kept = np.where(falls, rule.home_kept_days, left - (counts & (left > 0)))
    home = np.where(falls, before.tier, before.previous_tier)
    there = (moved.tier >= home) | (kept == 0)
    held = before.tier_days + (counts & (before.tier_days < rule.home_after_days))
    return replace(
        moved,
        previous_tier=np.where(there, 0, home).astype(np.uint8),
        memory_days=np.where(there, 0, kept).astype(np.uint8),
        tier_days=np.where(moved.tier == before.tier, held, 0).astype(np.uint8),
    )


def _in_a_row(count: Bytes, yes: Flags, counts: Flags) -> Bytes:
    return np.where(counts, np.where(yes, count + np.uint8(1), 0), count).astype(np.uint8)


def _up_band(tier: Bytes, rule: TierRule) -> Row:
    return np.array([np.inf, *rule.up, np.inf], dtype=np.float32)[tier]


def _down_band(tier: Bytes, rule: TierRule) -> Row:
    return np.array([-np.inf, -np.inf, *rule.down], dtype=np.float32)[tier]


def _return_band(tier: Bytes, rule: TierRule) -> Row:
    """A little above the band that would lead down again from the next tier; out of reach where home is not kept."""
    margin = rule.return_margin if rule.home_kept_days else np.inf
    return np.array([np.inf, *(band + margin for band in rule.down), np.inf], dtype=np.float32)[tier]
