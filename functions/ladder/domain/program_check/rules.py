"""Check rules: each pays something, for an outcome, a limited number of times, and not only for being fast."""

import re
from collections.abc import Iterator
from hashlib import sha256

from ladder.domain.activities.activity import COMPLETED
from ladder.domain.program_check.problem import Problem, error, nearest, warning
from ladder.domain.programs.places import Path
from ladder.domain.programs.program import Program
from ladder.domain.programs.rules import Condition, EventFilter, Perseverance, Rule

MOST_IMPROVEMENTS = 2  # each keeps a quarter's weekly means in the member's state, which is 1,024 bytes in all
ACCESSED = "content.accessed"
COMPLETED_MODULE = "learner.completed_module"
DIGEST_BYTES = 3
_IN_STATE = ("rules", "streaks", "unlocks", "paths", "badges", "judged")
_SPEED = re.compile(r"duration|elapsed|handle_?time|handling_?time|aht|seconds|minutes|hours|time_(to|spent|taken)")
_QUALITY = re.compile(
    r"score|quality|passed|success|correct|accuracy|rating|grade|accepted|approved|resolved|csat|reopened"
)


def check_keys(program: Program) -> Iterator[Problem]:
    """Check that no two keys have one digest: a member's state knows rules and goals by three bytes of it."""
    taken: dict[bytes, tuple[str, str]] = {}
    for section in _IN_STATE:
        for item in getattr(program.rulebook, section):
            digest = sha256(item.key.encode()).digest()[:DIGEST_BYTES]
            other = taken.setdefault(digest, (section, item.key))
            if other != (section, item.key):
                same = "the same key is" if other[1] == item.key else f"{other[1]}, which has the same digest, is"
                yield error((section, item.key), f"{same} in {other[0]}", "Rename one.")


def check_rules(program: Program) -> Iterator[Problem]:
    unlocks = {unlock.key for unlock in program.rulebook.unlocks}
    improving = [rule.key for rule in program.rulebook.rules if rule.improvement]
    for key in improving[MOST_IMPROVEMENTS:]:
        message = f"{len(improving)} rules reward improvement ({', '.join(improving)})"
        yield error(("rules", key, "improvement"), message, f"Keep up to {MOST_IMPROVEMENTS}.")
    for rule in program.rulebook.rules:
        yield from _points(rule)
        yield from _pattern(rule)
        yield from _incentive(rule, program)
        if rule.requires is not None and rule.requires not in unlocks:
            message = f"{rule.requires} is not in unlocks"
            yield error(("rules", rule.key, "requires"), message, nearest(rule.requires, unlocks))


def _points(rule: Rule) -> Iterator[Problem]:
    path = ("rules", rule.key)
    if not rule.points and rule.points_from is None:
        yield error((*path, "points"), "is missing or 0, so it pays nobody", "Write 1 point or more, or points_from.")
    if rule.points and rule.points_from is not None:
        message = f"the rule already pays {rule.points} points"
        yield error((*path, "points_from"), message, "Keep points or points_from.")
    if rule.daily_points is not None and rule.daily_points < rule.points:
        message = f"{rule.daily_points} a day, so that its {rule.points} points are never paid in full"
        yield warning((*path, "daily_points"), message, f"Write {rule.points} or more.")


def _pattern(rule: Rule) -> Iterator[Problem]:
    path = ("rules", rule.key)
    patterns = {"every": rule.count, "perseverance": rule.perseverance, "improvement": rule.improvement}
    names = [name for name, pattern in patterns.items() if pattern]
    if len(names) > 1:
        yield error(path, f"{' and '.join(names)} contradict each other", "Keep one, and make a rule of each other.")
    if rule.perseverance:
        yield from check_perseverance((*path, "perseverance"), rule.match, rule.perseverance)
    if rule.starts_on and rule.ends_on and rule.ends_on < rule.starts_on:
        message = f"it ends before it begins on {rule.starts_on}"
        yield error((*path, "until"), message, "Write a later day, or exchange both.")


def check_perseverance(path: Path, match: EventFilter, perseverance: Perseverance) -> Iterator[Problem]:
    if perseverance.failed == match:
        hint = "Write where: {passed: false} for a failed try, and where: {passed: true} beside it."
        yield error((*path, "failed"), "a failed try is the same as a successful one", hint)


def _incentive(rule: Rule, program: Program) -> Iterator[Problem]:
    """Check what a rule makes people do."""
    path = ("rules", rule.key)
    if COMPLETED in rule.match.types:
        hint = "Leave it out here; write a reward rule, or count completions for a badge or a streak."
        yield error((*path, "when"), f"{COMPLETED} pays by itself, and would be paid twice", hint)
    if ACCESSED in rule.match.types or (COMPLETED_MODULE in rule.match.types and not rule.match.where):
        hint = "Reward an outcome rather than participation: where: {score: {at_least: 80}}, or assessment.submitted."
        yield warning((*path, "when"), "it pays for participation, whatever was learnt", hint)
    limits = (rule.once, rule.daily_points, rule.count, rule.improvement, program.caps.member_daily_points)
    if all(limit is None for limit in limits):
        hint = "Write once_per: module or daily_points: 100 with it, or caps.member_daily_points for all."
        yield warning(path, "nothing limits how often it pays, so it can be inflated", hint)
    yield from _speed((*path, "where"), rule.match.where, ())
    for index, bonus in enumerate(rule.bonuses):
        yield from _speed((*path, "bonuses", index, "where"), bonus.where, rule.match.where)


def _speed(path: Path, tests: tuple[Condition, ...], others: tuple[Condition, ...]) -> Iterator[Problem]:
    if any(_QUALITY.search(test.attribute.casefold()) for test in (*tests, *others)):
        return
    for test in tests:
        if test.at_most is not None and _SPEED.search(test.attribute.casefold()):
            hint = "Test quality beside it, such as passed: true or score: {at_least: 80}."
            yield warning((*path, test.attribute), "it rewards being fast, however badly", hint)
