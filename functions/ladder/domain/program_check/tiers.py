"""The tier rule: bands in order, a way back that is easier than the way up."""

from collections.abc import Iterator

from ladder.domain.program_check.problem import Problem, error
from ladder.domain.programs.program import Program, TierRule


def check_tier_rule(program: Program) -> Iterator[Problem]:
    rule = program.tier_rule
    yield from _bands(rule)
    if all(down <= up for down, up in zip(rule.down, rule.up, strict=True)):
        yield from _way_back(rule)
    if rule.smoothing_days > rule.window_days:
        yield error(
            ("tiers", "smoothing_days"),
            f"{rule.smoothing_days} worked days never lie within {rule.window_days} calendar days",
            f"Write {rule.window_days} or less.",
        )


def _bands(rule: TierRule) -> Iterator[Problem]:
    for place, (down, up) in enumerate(zip(rule.down, rule.up, strict=True)):
        if down > up:
            yield error(
                ("tiers", "down", place),
                f"who is below {down:g} falls and who is at {up:g} rises, so between them both is true",
                f"Write {up:g} or less.",
            )


def _way_back(rule: TierRule) -> Iterator[Problem]:
    """Home must be easier to come back to than to reach, or the memory of it is no help."""
    at, margin = ("tiers", "return_margin"), rule.return_margin
    room, down, up = min((up - down, down, up) for down, up in zip(rule.down, rule.up, strict=True))
    if rule.home_kept_days and room < margin:
        yield error(
            at,
            f"{margin:g} above {down:g} lies beyond {up:g}, which leads up in any case",
            f"Write {room:g} or less, or home_kept_days: 0.",
        )
