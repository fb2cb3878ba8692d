"""The tier rule: bands in order, percentiles that exist, counts of days that fit into their columns."""

from collections.abc import Iterator

from ladder.domain.program import Program, TierRule
from ladder.domain.program_check.problem import Problem, error

_DAYS = ("up_after_days", "down_after_days", "return_after_days", "placed_after_days", "window_days", "smoothing_days")
_DAYS_OR_NONE = ("home_after_days", "home_kept_days")
_BEST = 100.0  # a percentile of performance
_MOST_DAYS = 255  # a count of days is kept in one byte
_PEOPLE = ("min_peers", "min_members")
_PERCENTILES = ("up", "down", "targets", "clamp")


def check_tier_rule(program: Program) -> Iterator[Problem]:
    yield from _percentiles(program.tier_rule)
    yield from _bands(program.tier_rule)
    yield from _way_back(program.tier_rule)
    yield from _counts(program.tier_rule)
    yield from _tenure(program)


def _percentiles(rule: TierRule) -> Iterator[Problem]:
    for name in _PERCENTILES:
        values: tuple[float, ...] = getattr(rule, name)
        shown = ", ".join(f"{value:g}" for value in values)
        if not all(0 <= value <= _BEST for value in values):
            yield error(("tiers", name), f"{shown} are not all percentiles", "Write numbers from 0 to 100.")
        elif list(values) != sorted(set(values)):
            yield error(("tiers", name), f"{shown} do not rise", "Write them in order, tier 2 below tier 3.")


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
    if margin < 0:
        yield error(at, f"{margin:g} would lead back whoever is about to fall again", "Write 0 or more.")
    elif rule.home_kept_days and 0 <= room < margin:
        yield error(
            at,
            f"{margin:g} above {down:g} lies beyond {up:g}, which leads up in any case",
            f"Write {room:g} or less, or home_kept_days: 0.",
        )


def _counts(rule: TierRule) -> Iterator[Problem]:
    for name in (*_DAYS, *_DAYS_OR_NONE):
        days: int = getattr(rule, name)
        least = 1 if name in _DAYS else 0
        if not least <= days <= _MOST_DAYS:
            yield error(("tiers", name), f"{days} days cannot be counted", f"Write {least} to {_MOST_DAYS}.")
    for name in _PEOPLE:
        people: int = getattr(rule, name)
        if people < 1:
            yield error(("tiers", name), f"{people} people cannot be compared", "Write 1 or more.")
    if rule.smoothing_days > rule.window_days:
        yield error(
            ("tiers", "smoothing_days"),
            f"{rule.smoothing_days} worked days never lie within {rule.window_days} calendar days",
            f"Write {rule.window_days} or less.",
        )


def _tenure(program: Program) -> Iterator[Problem]:
    bands = program.peers.tenure_bands_days
    if any(days < 1 for days in bands) or list(bands) != sorted(set(bands)):
        yield error(
            ("peers", "tenure_bands_days"),
            f"{', '.join(map(str, bands))} are no bands",
            "Write upper bounds in days that rise, such as [90, 365].",
        )
