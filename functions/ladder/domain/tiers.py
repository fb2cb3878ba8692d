"""Tiers with hysteresis: difficulty follows a member slowly, up after many good days, down after several poor ones.

A tier of record is kept per (member, category). It is folded forward day by day from the last state of an earlier
date, so neither a second revision nor a missed night counts a day twice.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

import numpy as np

from ladder.domain import performance
from ladder.domain.assignment import Standing
from ladder.domain.columns import History, Row
from ladder.domain.program import Metric, TierRule

type Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]  # (M,)
type Flags = np.ndarray[tuple[int], np.dtype[np.bool]]  # (M,)


@dataclass(frozen=True, slots=True)
class Rungs:
    """The part of a standing that a day can move; see Standing for the columns. All (M,)."""

    tier: Bytes
    above: Bytes
    below: Bytes
    worked: Bytes

    @classmethod
    def of(cls, standing: Standing) -> Self:
        columns = (standing.tier, standing.above, standing.below, standing.worked)
        return cls(*(np.frombuffer(column, dtype=np.uint8) for column in columns))


def fold_standing(
    standing: Standing, history: History, *, metric: Metric, peers: performance.Peers, rule: TierRule, until: date
) -> Standing:
    """Fold every day after `standing.as_of` up to and including `until`; folding nothing changes nothing.

    A gap longer than the window is bridged by the window's days alone.
    """
    rungs = Rungs.of(standing)
    for day in days_to_fold(standing.as_of, until, rule):
        values = history.until(day, window=rule.window_days, metric=metric.key)
        value = performance.known_value(values, rule)
        rank = performance.rank_among(value, peers, direction=metric.direction, rule=rule)
        rungs = fold_day(rungs, rank, worked=~np.isnan(values[-1]), rule=rule)
    folded = until if standing.as_of is None else max(until, standing.as_of)
    return replace(standing, **{name: getattr(rungs, name).tobytes() for name in Rungs.__slots__}, as_of=folded)


def days_to_fold(as_of: date | None, until: date, rule: TierRule) -> list[date]:
    first = until - timedelta(days=rule.window_days - 1)
    if as_of is not None:
        first = max(first, as_of + timedelta(days=1))
    return [first + timedelta(days=day) for day in range((until - first).days + 1)]


def fold_day(rungs: Rungs, rank: Row, *, worked: Flags, rule: TierRule) -> Rungs:
    """One more day. Who did not work stays as he is; who has now worked long enough is placed where he stands."""
    placed = rungs.worked >= rule.placed_after_days
    days = np.minimum(rungs.worked + worked, rule.placed_after_days)
    days = np.where(~placed & np.isnan(rank), np.minimum(days, rule.placed_after_days - 1), days)
    arriving = ~placed & (days == rule.placed_after_days)
    tier, above, below = _move(rungs, rank, placed & worked, rule)
    return Rungs(np.where(arriving, _placement(rank, rule), tier), above, below, days.astype(np.uint8))


def _placement(rank: Row, rule: TierRule) -> Bytes:
    lower, upper = rule.up
    return (1 + (rank >= lower).astype(np.uint8) + (rank >= upper).astype(np.uint8)).astype(np.uint8)


def _move(rungs: Rungs, rank: Row, moving: Flags, rule: TierRule) -> tuple[Bytes, Bytes, Bytes]:
    """Count the day for or against a move, and move one tier where the count is full."""
    above = np.where(moving, np.where(rank >= _up_band(rungs.tier, rule), rungs.above + 1, 0), rungs.above)
    below = np.where(moving, np.where(rank < _down_band(rungs.tier, rule), rungs.below + 1, 0), rungs.below)
    up, down = moving & (above >= rule.up_after_days), moving & (below >= rule.down_after_days)
    tier = rungs.tier + up.astype(np.uint8) - down.astype(np.uint8)
    still = ~(up | down)
    return tier, np.where(still, above, 0).astype(np.uint8), np.where(still, below, 0).astype(np.uint8)


def _up_band(tier: Bytes, rule: TierRule) -> Row:
    return np.array([np.inf, *rule.up, np.inf], dtype=np.float32)[tier]


def _down_band(tier: Bytes, rule: TierRule) -> Row:
    return np.array([-np.inf, -np.inf, *rule.down], dtype=np.float32)[tier]
