"""Why somebody's tier moved, in one plain sentence that the member can read."""

from ladder.domain.program import Metric, TierRule


def why_moved(
    metric: Metric, rule: TierRule, *, old: int, new: int, placed: bool, returning: bool, value: float
) -> str:
    """`placed`: the first tier after enough worked days; `returning`: by the shorter way back to a tier held before;
    `value`: the smoothed value on the day of the move.
    """
    now = f"{metric.name} now {value:.4g} {metric.unit}"
    if placed:
        return f"first {rule.placed_after_days} worked days are in: {now}"
    if returning:
        band = rule.down[old - 1] + rule.return_margin
        days = rule.return_after_days
        return f"back after {days} worked days in a row at or above percentile {band:g} of peers; {now}"
    if new > old:
        band = rule.up[old - 1]
        return f"{rule.up_after_days} worked days in a row at or above percentile {band:g} of peers; {now}"
    band = rule.down[old - 2]
    return f"{rule.down_after_days} worked days in a row below percentile {band:g} of peers; {now}"
