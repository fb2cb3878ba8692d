"""Every event filter, test and requirement of a rulebook, with its path in the program file."""

from collections.abc import Iterator

from ladder.domain.activities.event_filter import Condition, EventFilter
from ladder.domain.points.rulebook import Requirement, Rulebook
from ladder.domain.validation.problem import Path


def matches(rulebook: Rulebook) -> Iterator[tuple[Path, EventFilter]]:
    """Yield every event filter, with the path at which its `when` and `where` stand."""
    for rule in rulebook.rules:
        yield ("rules", rule.key), rule.match
        if rule.perseverance:
            yield ("rules", rule.key, "perseverance", "failed"), rule.perseverance.failed
    yield from ((("streaks", streak.key), streak.match) for streak in rulebook.streaks)
    yield from ((("paths", path.key, "steps", step.key), step.match) for path in rulebook.paths for step in path.steps)
    for judged in rulebook.judged:
        yield ("judged", judged.key), judged.match
        if judged.perseverance:
            yield ("judged", judged.key, "perseverance", "failed"), judged.perseverance.failed
    yield from (((*at, "count"), asked.count.match) for at, asked in requirements(rulebook) if asked.count)


def tests(rulebook: Rulebook) -> Iterator[tuple[Path, Condition]]:
    """Yield every test, with its path."""
    for at, match in matches(rulebook):
        yield from (((*at, "where", test.attribute), test) for test in match.where)
    for rule in rulebook.rules:
        for place, bonus in enumerate(rule.bonuses):
            at = ("rules", rule.key, "bonuses", place)
            yield from (((*at, "where", test.attribute), test) for test in bonus.where)
    for judged in rulebook.judged:
        at = ("judged", judged.key, "confirmed_by")
        yield from (((*at, test.attribute), test) for test in judged.confirmed_by)


def requirements(rulebook: Rulebook) -> Iterator[tuple[Path, Requirement]]:
    for unlock in rulebook.unlocks:
        yield from _numbered(("unlocks", unlock.key, "requires"), unlock.requires)
    for badge in rulebook.badges:
        for tier in badge.tiers:
            yield from _numbered(("badges", badge.key, "tiers", tier.name), tier.requires)


def _numbered(at: Path, requires: tuple[Requirement, ...]) -> Iterator[tuple[Path, Requirement]]:
    yield from (((*at, place), asked) for place, asked in enumerate(requires))
