"""Categories: one metric, three tiers that get harder, three groups that share nobody."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from ladder.domain.program_check.nights import has_nights
from ladder.domain.program_check.problem import Problem, error, nearest, warning
from ladder.domain.programs.program import TIERS, Category, Program
from ladder.domain.programs.rules import Direction

COMFORTABLE = 5


def check_categories(program: Program) -> Iterator[Problem]:
    yield from _number(program)
    directions = {metric.key: metric.direction for metric in program.metrics}
    for category in program.categories:
        yield from _points(category)
        yield from _groups(category)
        yield from _shared(category, program)
        if category.metric in directions:
            yield from _targets(category, directions[category.metric])
        else:
            yield error(
                ("challenge_library", category.key, "metric"),
                f"{category.metric} is not described in metrics",
                nearest(category.metric, directions),
            )


def _number(program: Program) -> Iterator[Problem]:
    count = len(program.categories)
    if has_nights(program) and not count:
        yield error(
            ("challenge_library",), "there is no category", "Write at least one, with metric and tier_1 to tier_3."
        )
    if count > COMFORTABLE:
        yield warning(
            ("challenge_library",),
            f"{count} categories are more than people keep apart",
            f"Start with {COMFORTABLE} or fewer.",
        )


def _points(category: Category) -> Iterator[Problem]:
    points = [challenge.points for challenge in category.tiers]
    if points != sorted(points):
        yield warning(
            ("challenge_library", category.key),
            f"a harder tier pays less: {_row(points)} points",
            "Let points rise from tier_1 to tier_3.",
        )


def _groups(category: Category) -> Iterator[Problem]:
    for group, times in Counter(category.groups).items():
        if times > 1:
            last = max(tier for tier in TIERS if category.groups[tier - 1] == group)
            yield error(
                _tier(category, last, "group_id"),
                f"{group} stands for {times} tiers, so its members would get {times} challenges at once",
                "Give each tier a group of its own.",
            )


def _shared(category: Category, program: Program) -> Iterator[Problem]:
    """The same three groups in the same order, or none in common: a member is in one of the three."""
    for other in program.categories:
        common = [group for group in category.groups if group in other.groups]
        if common and other.groups != category.groups and other.key > category.key:
            tier = other.groups.index(common[0]) + 1
            yield error(
                _tier(other, tier, "group_id"),
                f"{other.key} shares {common[0]} with {category.key}, but not all three groups tier by tier",
                "Use the same three groups in the same order, or three of its own.",
            )


def _targets(category: Category, direction: Direction) -> Iterator[Problem]:
    targets = [challenge.target_value for challenge in category.tiers]
    sign = -1 if direction == "lower" else 1
    steps = [sign * (after - before) for before, after in pairwise(targets)]
    at = ("challenge_library", category.key)
    if min(steps) < 0:
        yield error(
            at,
            f"the targets {_row(targets)} do not get harder where {direction} is better",
            f"Let target_value {'fall' if direction == 'lower' else 'rise'} from tier_1, the easiest, to tier_3.",
        )
    elif min(steps) == 0:
        yield warning(at, f"two tiers ask the same: {_row(targets)}", "Let each tier ask a little more.")


def _tier(category: Category, tier: int, field: str) -> tuple[str, ...]:
    return "challenge_library", category.key, f"tier_{tier}", field


def _row(numbers: list[float] | list[int]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)
