"""Where things stand in the program file."""

from collections.abc import Iterator

from ladder.domain.programs.program import Program
from ladder.domain.programs.rulebook import Requirement
from ladder.domain.programs.rules import Condition, EventFilter

type Path = tuple[str | int, ...]  # ("metrics", "AHT", "direction")


def matches(program: Program) -> Iterator[tuple[Path, EventFilter]]:
    """Every match, with the place where its `when` and `where` stand."""
    rulebook = program.rulebook
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
    yield from (((*at, "count"), asked.count.match) for at, asked in requirements(program) if asked.count)


def tests(program: Program) -> Iterator[tuple[Path, Condition]]:
    """Every test, with its place."""
    for at, match in matches(program):
        yield from (((*at, "where", test.attribute), test) for test in match.where)
    for rule in program.rulebook.rules:
        for place, bonus in enumerate(rule.bonuses):
            at = ("rules", rule.key, "bonuses", place)
            yield from (((*at, "where", test.attribute), test) for test in bonus.where)
    for judged in program.rulebook.judged:
        at = ("judged", judged.key, "confirmed_by")
        yield from (((*at, test.attribute), test) for test in judged.confirmed_by)


def requirements(program: Program) -> Iterator[tuple[Path, Requirement]]:
    for unlock in program.rulebook.unlocks:
        yield from _numbered(("unlocks", unlock.key, "requires"), unlock.requires)
    for badge in program.rulebook.badges:
        for tier in badge.tiers:
            yield from _numbered(("badges", badge.key, "tiers", tier.name), tier.requires)


def _numbered(at: Path, requires: tuple[Requirement, ...]) -> Iterator[tuple[Path, Requirement]]:
    yield from (((*at, place), asked) for place, asked in enumerate(requires))
