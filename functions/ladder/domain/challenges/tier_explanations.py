"""Explain to a member in one plain sentence why their tier changed."""

from ladder.domain.challenges.rules import Metric, TierRule
from ladder.domain.text import plain_number, quantity


def tier_move_reason(
    metric: Metric, rule: TierRule, *, old: int, new: int, placed: bool, returning: bool, value: float
) -> str:
    """Return the reason. `placed`: this is the first tier after enough worked days; `returning`: the shorter way back
    to a tier held before; `value`: the smoothed value on the day of the change.
    """
    now = f"{metric.name}: {plain_number(float(f'{value:.4g}'))} {metric.unit} now"
    if placed:
        days = rule.placed_after_days
        return f"first worked day is in; {now}" if days == 1 else f"first {days} worked days are in; {now}"
    if returning:
        band, back = rule.down[old - 1] + rule.return_margin, "back after "
        days, side = rule.return_after_days, "at or above"
    elif new > old:
        band, back, days, side = rule.up[old - 1], "", rule.up_after_days, "at or above"
    else:
        band, back, days, side = rule.down[old - 2], "", rule.down_after_days, "below"
    in_a_row = " in a row" if days > 1 else ""
    return f"{back}{quantity(days, 'worked day')}{in_a_row} {side} percentile {band:g} of peers; {now}"
