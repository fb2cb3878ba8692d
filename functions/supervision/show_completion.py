"""Show completion: by day, category and tier, how many members were asked, and how many met their target."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from ladder.domain.challenges.completion_counts import TierCount, completion_counts
from ladder.domain.challenges.member_days import (
    ShownCategory,
    ShownMetric,
    last_live,
    shown_categories,
    shown_metrics,
)
from ladder.domain.challenges.ports import Assignments, Rotations
from ladder.domain.challenges.rules import ChallengeRules


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionDay:
    """`counts`: of each category that the program had, and each of its tiers."""

    day: date
    counts: tuple[TierCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRate:
    """Over all days: `decided` worked days on which a tier's challenge was met or missed, `completed` of them met."""

    category: str
    tier: int
    decided: int
    completed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Completions:
    """`team`: whose members count; None: everybody. `days`: oldest first, those on which challenges were live.

    `metrics` and `categories`: names, as the program has them now.
    """

    program: str
    team: str | None
    metrics: tuple[ShownMetric, ...]
    categories: tuple[ShownCategory, ...]
    days: tuple[CompletionDay, ...]
    rates: tuple[CompletionRate, ...]


def show_completion(
    program: str,
    *,
    first: date,
    last: date,
    team: str | None,
    slots: Collection[int] | None,
    current: ChallengeRules,
    rotations: Rotations,
    assignments: Assignments,
) -> Completions:
    """Return the completions of the days. `slots`: of the members of `team`."""
    days = tuple(
        CompletionDay(
            day=day,
            counts=tuple(
                completion_counts(
                    assignments.load(program, rotation.claim.rotation), assignments.outcomes(program, day), slots=slots
                )
            ),
        )
        for day, rotation in last_live(rotations.between(program, first, last)).items()
    )
    return Completions(
        program=program,
        team=team,
        metrics=shown_metrics(current),
        categories=shown_categories(current),
        days=days,
        rates=tuple(_rates(days)),
    )


def _rates(days: Iterable[CompletionDay]) -> Iterable[CompletionRate]:
    counts = [count for day in days for count in day.counts]
    for category, tier in dict.fromkeys((count.category, count.tier) for count in counts):
        alike = [count for count in counts if (count.category, count.tier) == (category, tier)]
        decided, completed = sum(count.decided for count in alike), sum(count.completed for count in alike)
        yield CompletionRate(category=category, tier=tier, decided=decided, completed=completed)
