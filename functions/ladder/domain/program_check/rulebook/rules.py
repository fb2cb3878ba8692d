"""Rules: worth something, at most one pattern each, campaigns that begin before they end."""

from collections.abc import Iterator

from ladder.domain.program_check.problem import Problem, error, nearest, warning
from ladder.domain.programs.places import Path
from ladder.domain.programs.program import Program
from ladder.domain.programs.rules import EventFilter, Perseverance, Rule

MOST_IMPROVEMENTS = 2  # each keeps a quarter of figures in the member's state, which is 1,024 bytes in all


def check_rules(program: Program) -> Iterator[Problem]:
    unlocks = {unlock.key for unlock in program.rulebook.unlocks}
    improving = [rule.key for rule in program.rulebook.rules if rule.improvement]
    for key in improving[MOST_IMPROVEMENTS:]:
        message = f"{len(improving)} rules look for improvement ({', '.join(improving)})"
        yield error(("rules", key, "improvement"), message, f"Keep up to {MOST_IMPROVEMENTS}.")
    for rule in program.rulebook.rules:
        at = ("rules", rule.key)
        yield from _worth(at, rule)
        yield from _pattern(at, rule)
        yield from _campaign(at, rule)
        if rule.requires is not None and rule.requires not in unlocks:
            yield error((*at, "requires"), f"{rule.requires} is not in unlocks", nearest(rule.requires, unlocks))


def _worth(at: Path, rule: Rule) -> Iterator[Problem]:
    if not rule.points and rule.points_from is None:
        yield error((*at, "points"), "is missing or 0, so it pays nobody", "Write 1 point or more, or points_from.")
    if rule.points and rule.points_from is not None:
        words = f"the worth is {rule.points} points already"
        yield error((*at, "points_from"), words, "Keep points or points_from.")
    if rule.daily_points is not None and rule.daily_points < rule.points:
        message = f"{rule.daily_points} a day, so that its {rule.points} points are never paid in full"
        yield warning((*at, "daily_points"), message, f"Write {rule.points} or more.")


def _pattern(at: Path, rule: Rule) -> Iterator[Problem]:
    asked = {"every": rule.count, "perseverance": rule.perseverance, "improvement": rule.improvement}
    found = [name for name, pattern in asked.items() if pattern]
    if len(found) > 1:
        yield error(at, f"{' and '.join(found)} contradict each other", "Keep one, and make a rule of each other.")
    if rule.perseverance:
        yield from check_perseverance((*at, "perseverance"), rule.match, rule.perseverance)


def check_perseverance(at: Path, match: EventFilter, perseverance: Perseverance) -> Iterator[Problem]:
    if perseverance.failed == match:
        mend = "Write where: {passed: false} for a failed try, and where: {passed: true} beside it."
        yield error((*at, "failed"), "what fails is what succeeds", mend)


def _campaign(at: Path, rule: Rule) -> Iterator[Problem]:
    if rule.starts_on and rule.ends_on and rule.ends_on < rule.starts_on:
        yield error(
            (*at, "until"), f"it ends before it begins on {rule.starts_on}", "Write a later day, or exchange both."
        )
