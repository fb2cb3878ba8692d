"""Tiers with hysteresis: difficulty follows a member slowly, up after many good days, down after several poor ones.

A tier of record is kept per (member, category). Days are applied in order to the last state of an earlier date, so
neither a second revision nor a missed night counts a day twice. Axes: M members.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

import numpy as np

from ladder.domain.challenges.assignment import Standing
from ladder.domain.challenges.history import Bytes, Flags, Row
from ladder.domain.challenges.performance import FULL_WEEK, LEAST_DAYS, MetricValues
from ladder.domain.challenges.rules import Metric, TierRule
from ladder.domain.message import Message, Parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class TierState:
    """The part of a standing that a day can change; see Standing for the columns. All (M,)."""

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


def apply_days(standing: Standing, values: MetricValues, metric: Metric, *, until: date) -> Standing:
    """Apply every day after `standing.as_of` up to and including `until`; applying none changes nothing.

    Of a gap longer than the window, only the window's days are applied. Whose only worked day of the window is the day
    itself is placed anew, among the peers of today.
    """
    state = TierState.of(standing)
    for day in days_to_apply(standing.as_of, until, values.rule):
        state = forget(state, values.returned(metric, day))
        state = apply_day(
            state,
            values.rank(metric, day),
            worked_today=values.worked(metric, day),
            days_a_week=values.days_a_week(metric, day),
            rule=values.rule,
        )
    columns = {name: getattr(state, name).tobytes() for name in TierState.__slots__}
    return replace(standing, **columns, as_of=until if standing.as_of is None else max(until, standing.as_of))


def days_to_apply(as_of: date | None, until: date, rule: TierRule) -> list[date]:
    first = until - timedelta(days=rule.window_days - 1)
    if as_of is not None:
        first = max(first, as_of + timedelta(days=1))
    return [first + timedelta(days=day) for day in range((until - first).days + 1)]


def forget(state: TierState, returned: Flags) -> TierState:
    """Forget what led to the tier of members who return after a whole window; the tier stays until they are placed."""
    if not returned.any():
        return state
    columns = {name: np.where(returned, np.uint8(0), getattr(state, name)) for name in TierState.__slots__}
    return TierState(**{**columns, "tier": state.tier})


def apply_day(state: TierState, rank: Row, *, worked_today: Flags, days_a_week: Row, rule: TierRule) -> TierState:
    """Apply one more day. Members who did not work keep their tier; those who have now worked long enough get their
    first one by their rank. Without a rank, a day says nothing of a tier.
    """
    placed, ranked = state.worked >= rule.placed_after_days, worked_today & ~np.isnan(rank)
    days = np.minimum(state.worked + (worked_today & ~placed), rule.placed_after_days)
    arriving = ~placed & ranked & (days >= days_needed(rule.placed_after_days, days_a_week))
    days = np.where(placed | arriving, rule.placed_after_days, np.minimum(days, rule.placed_after_days - 1))
    moved = _move(state, rank, placed & ranked, days_a_week, rule)
    lower, upper = rule.up
    first_tier = (1 + (rank >= lower).astype(np.uint8) + (rank >= upper).astype(np.uint8)).astype(np.uint8)
    return replace(moved, tier=np.where(arriving, first_tier, moved.tier), worked=days.astype(np.uint8))


def days_needed(days: int, days_a_week: Row) -> Bytes:
    """Return after how many worked days a member gets or changes a tier, where a rule says `days`: (M,).

    Days are evidence by what was handled on them, not by the calendar: ten of a part-timer would take five weeks. So
    theirs fall in proportion from `FULL_WEEK` days a week to `LEAST_DAYS` at two.
    """
    least, needed = min(days, LEAST_DAYS), np.full(len(days_a_week), days, dtype=np.uint8)
    part_timers = np.flatnonzero(days_a_week < FULL_WEEK)
    share = np.maximum(days_a_week[part_timers] - 2, 0) / (FULL_WEEK - 2)
    needed[part_timers] = np.round(least + share * (days - least))
    return needed


def _move(state: TierState, rank: Row, day_counts: Flags, days_a_week: Row, rule: TierRule) -> TierState:
    """Extend or reset the runs of days above, below and on the way back of members whose day counts; whoever completes
    a run moves one tier and starts anew.
    """
    up_band = np.array([np.inf, *rule.up, np.inf], dtype=np.float32)[state.tier]
    down_band = np.array([-np.inf, -np.inf, *rule.down], dtype=np.float32)[state.tier]
    # a little above the band that would lead down again from the next tier; out of reach where none is remembered
    margin = rule.return_margin if rule.previous_kept_days else np.inf
    return_band = np.array([np.inf, *(band + margin for band in rule.down), np.inf], dtype=np.float32)[state.tier]
    above = _in_a_row(state.above, rank >= up_band, day_counts)
    below = _in_a_row(state.below, rank < down_band, day_counts)
    back = _in_a_row(state.return_days, (state.previous_tier > state.tier) & (rank >= return_band), day_counts)
    up_after, return_after, down_after = (
        days_needed(days, days_a_week) for days in (rule.up_after_days, rule.return_after_days, rule.down_after_days)
    )
    up = day_counts & ((above >= up_after) | (back >= return_after))
    down = day_counts & (below >= down_after)
    still = ~(up | down)
    moved = replace(state, tier=state.tier + up.astype(np.uint8) - down.astype(np.uint8))
    moved = replace(moved, above=above * still, below=below * still, return_days=back * still)
    return _remember(moved, state, day_counts, down, rule)


def _remember(moved: TierState, before: TierState, day_counts: Flags, down: Flags, rule: TierRule) -> TierState:
    """Remember a tier held for long when a member drops from it, until they are back or the memory has expired."""
    drops = down & (before.tier_days >= rule.previous_after_days) & (before.tier >= before.previous_tier)
    left = np.minimum(before.memory_days, rule.previous_kept_days)
    memory_days = np.where(drops, rule.previous_kept_days, left - (day_counts & (left > 0)))
    previous = np.where(drops, before.tier, before.previous_tier)
    done = (moved.tier >= previous) | (memory_days == 0)
    tier_days = before.tier_days + (day_counts & (before.tier_days < rule.previous_after_days))
    return replace(
        moved,
        previous_tier=np.where(done, 0, previous).astype(np.uint8),
        memory_days=np.where(done, 0, memory_days).astype(np.uint8),
        tier_days=np.where(moved.tier == before.tier, tier_days, 0).astype(np.uint8),
    )


def _in_a_row(count: Bytes, yes: Flags, day_counts: Flags) -> Bytes:
    run = (count + np.uint8(1)) * yes
    counted: Bytes = count ^ ((count ^ run) * day_counts)  # `run` where the day counts; much faster than np.where
    return counted


def tier_move_reason(
    metric: Metric,
    rule: TierRule,
    *,
    old: int,
    new: int,
    placed: bool,
    returning: bool,
    value: float,
    days_a_week: float = 7,
) -> Message:
    """Return why a member's tier changed. `placed`: this is the first tier after enough worked days; `returning`: the
    shorter way back to a tier held before; `value`: the smoothed value on the day of the change.
    """
    a_week = np.array([days_a_week], dtype=np.float32)
    placed_after, up_after, return_after, down_after = (
        int(days_needed(days, a_week)[0])
        for days in (rule.placed_after_days, rule.up_after_days, rule.return_after_days, rule.down_after_days)
    )
    now: dict[str, Parameter] = {"metric": metric.name, "value": float(f"{value:.4g}"), "unit": metric.unit}
    if placed:
        return Message("challenges.tier_placed", {**now, "days": placed_after})
    if returning:
        band = rule.down[old - 1] + rule.return_margin
        return Message("challenges.tier_returned", {**now, "days": return_after, "band": band})
    if new > old:
        return Message("challenges.tier_raised", {**now, "days": up_after, "band": rule.up[old - 1]})
    return Message("challenges.tier_lowered", {**now, "days": down_after, "band": rule.down[old - 2]})
