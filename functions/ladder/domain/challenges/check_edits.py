"""Check a draft's challenges against those that are live: histories and tiers are kept by the keys of both."""

from collections.abc import Iterator

from ladder.domain.challenges.rules import ChallengeRules
from ladder.domain.validation.edits import check_moved_keys, check_same_meaning
from ladder.domain.validation.problem import Problem, warning


def check_challenge_edits(live: ChallengeRules, draft: ChallengeRules) -> Iterator[Problem]:
    """Yield what would lose somebody's history or tier, or read it as another's.

    What is played already is settled under the version of its night, whatever is edited.
    """
    yield from check_moved_keys(
        ("metrics",),
        live.metrics,
        draft.metrics,
        meaning=lambda metric: (metric.name, metric.unit, metric.direction),
        loss="its history would be lost, and with it everybody's tier and target",
    )
    yield from check_moved_keys(
        ("challenge_library",),
        live.categories,
        draft.categories,
        meaning=lambda category: (category.metric, category.tiers),
        loss="everybody's tier in it would be lost",
    )
    yield from check_same_meaning(
        ("metrics",),
        live.metrics,
        draft.metrics,
        attribute=("direction",),
        value=lambda metric: metric.direction,
        kept="whose day was good and everybody's tier",
    )
    yield from check_same_meaning(
        ("challenge_library",),
        live.categories,
        draft.categories,
        attribute=("metric",),
        value=lambda category: category.metric,
        kept="everybody's tier",
    )
    units = {metric.key: metric.unit for metric in live.metrics}
    for metric in draft.metrics:
        if (was := units.get(metric.key, metric.unit)) != metric.unit:
            yield warning(
                ("metrics", metric.key, "unit"),
                f"is {metric.unit} now and {was} in the version that is live; the history stays as it was measured",
                f"Keep {was} if it only its name changes; give the metric a key of its own if its values change.",
            )
