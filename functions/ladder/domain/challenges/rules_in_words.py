"""Say in words how a program's challenges come about: its own numbers, for whoever plays by them."""

from collections.abc import Iterator
from dataclasses import dataclass

from ladder.domain.challenges.rules import ChallengeRules, Metric
from ladder.domain.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryInWords:
    """A category: what is measured, and what each tier is asked for until the program knows its members."""

    category: str
    names: tuple[str, ...]  # of the challenges, easiest first
    metric: str
    unit: str
    first_targets: tuple[float, ...]
    points: tuple[int, ...]
    said: tuple[Message, ...]


def tiers_in_words(rules: ChallengeRules) -> tuple[Message, ...]:
    """Return how tiers and targets follow a member; none where the program has no challenges."""
    return tuple(_tiers(rules)) if rules.has_nights else ()


def categories_in_words(rules: ChallengeRules) -> tuple[CategoryInWords, ...]:
    return tuple(
        CategoryInWords(
            category=category.key,
            names=tuple(challenge.name for challenge in category.tiers),
            metric=(metric := rules.metric(category.metric)).name,
            unit=metric.unit,
            first_targets=tuple(challenge.target_value for challenge in category.tiers),
            points=tuple(challenge.points for challenge in category.tiers),
            said=(
                Message("challenges.better_is", {"metric": metric.name, "direction": metric.direction}),
                Message("challenges.final_after", {"days": metric.final_after_days}),
                *filter(None, (quality_needed(rules, metric),)),
            ),
        )
        for category in rules.categories
    )


def _tiers(rules: ChallengeRules) -> Iterator[Message]:
    tiers = rules.tier_rule
    yield Message("challenges.begins_in_tier_1", {"days": tiers.placed_after_days})
    for tier, band in zip((2, 3), tiers.up, strict=True):
        yield Message("challenges.tier_up", {"tier": tier, "days": tiers.up_after_days, "band": band})
    for tier, band in zip((1, 2), tiers.down, strict=True):
        yield Message("challenges.tier_down", {"tier": tier, "days": tiers.down_after_days, "band": band})
    if tiers.previous_kept_days:
        held = {"held": tiers.previous_after_days, "days": tiers.return_after_days, "kept": tiers.previous_kept_days}
        yield Message("challenges.tier_comes_back", held)
    if tiers.targets is None:
        one, two, three = tiers.completion
        yield Message("challenges.targets_by_completion", {"one": one, "two": two, "three": three})
    else:
        one, two, three = tiers.targets
        yield Message("challenges.targets_by_percentile", {"one": one, "two": two, "three": three})


def quality_needed(rules: ChallengeRules, metric: Metric) -> Message | None:
    """Return the quality that a member has to keep for the metric to pay; None where it has no gate."""
    if (gate := metric.quality_gate) is None:
        return None
    quality = rules.metric(gate.metric)
    low, high = gate.at_least, gate.at_most
    bound = {"sign": "least" if low is not None else "most", "value": low if low is not None else high or 0.0}
    about = {"quality": quality.name, "unit": quality.unit, "days": gate.over_days, **bound}
    return Message("challenges.quality_needed", about)
