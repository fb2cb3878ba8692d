"""Why somebody's tier moved, in one plain sentence that the member can read."""

from ladder.domain.programs.program import Metric, TierRule
from ladder.domain.text import plain_number, quantity


def tier_move_reason(
    metric: Metric, rule: TierRule, *, old: int, new: int, placed: bool, returning: bool, value: float
) -> str:
    """`placed`: the first tier after enough worked days; `returning`: by the shorter way back to a tier held before;
    `value`: the smoothed value on the day of the move.
    """
    now = f"{metric.name}: {plain_number(float(f'{value:.4g}'))} {metric.unit} now"
    if placed:
        return f"{_arrived(rule.placed_after_days)}; {now}"
    if returning:
        band = rule.down[old - 1] + rule.return_margin
        return f"back after {_days_in_a_row(rule.return_after_days)} at or above percentile {band:g} of peers; {now}"
    if new > old:
        band = rule.up[old - 1]
        return f"{_days_in_a_row(rule.up_after_days)} at or above percentile {band:g} of peers; {now}"
    band = rule.down[old - 2]
    return f"{_days_in_a_row(rule.down_after_days)} below percentile {band:g} of peers; {now}"


def _arrived(days: int) -> str:
    return "first worked day is in" if days == 1 else f"first {days} worked days are in"


def _days_in_a_row(days: int) -> str:
    return quantity(days, "worked day") + (" in a row" if days > 1 else "")
