"""What a rule makes people do: an outcome, a limited number of times, and not only fast."""

import re
from collections.abc import Iterator

from ladder.domain.activities.activity import COMPLETED
from ladder.domain.program_check.problem import Problem, error, warning
from ladder.domain.program_check.rulebook.types import ACCESSED, COMPLETED_MODULE
from ladder.domain.programs.places import Path
from ladder.domain.programs.program import Program
from ladder.domain.programs.rules import Condition, Rule

_SPEED = re.compile(r"duration|elapsed|handle_?time|handling_?time|aht|seconds|minutes|hours|time_(to|spent|taken)")
_QUALITY = re.compile(
    r"score|quality|passed|success|correct|accuracy|rating|grade|accepted|approved|resolved|csat|reopened"
)


def check_incentives(program: Program) -> Iterator[Problem]:
    for rule in program.rulebook.rules:
        at = ("rules", rule.key)
        if COMPLETED in rule.match.types:
            mend = "Leave it out here; write a reward rule, or count completions for a badge or a streak."
            yield error((*at, "when"), f"{COMPLETED} pays by itself, and would be paid twice", mend)
        yield from _participation((*at, "when"), rule)
        yield from _inflation(at, rule, program)
        yield from _speed(at, rule)


def _participation(at: Path, rule: Rule) -> Iterator[Problem]:
    taken_part = ACCESSED in rule.match.types or (COMPLETED_MODULE in rule.match.types and not rule.match.where)
    if taken_part:
        mend = "Reward an outcome rather than participation: where: {score: {at_least: 80}}, or assessment.submitted."
        yield warning(at, "it pays for having been there, whatever was learnt", mend)


def _inflation(at: Path, rule: Rule, program: Program) -> Iterator[Problem]:
    limits = (rule.once, rule.daily_points, rule.count, rule.improvement, program.caps.member_daily_points)
    if all(limit is None for limit in limits):
        mend = "Write once_per: module or daily_points: 100 with it, or caps.member_daily_points for all."
        yield warning(at, "nothing limits how often it pays, so it can be inflated", mend)


def _speed(at: Path, rule: Rule) -> Iterator[Problem]:
    yield from _fast((*at, "where"), rule.match.where, rule.match.where)
    for place, bonus in enumerate(rule.bonuses):
        yield from _fast((*at, "bonuses", place, "where"), bonus.where, (*rule.match.where, *bonus.where))


def _fast(at: Path, tests: tuple[Condition, ...], beside: tuple[Condition, ...]) -> Iterator[Problem]:
    if any(_QUALITY.search(test.attribute.casefold()) for test in beside):
        return
    for test in tests:
        if test.at_most is not None and _SPEED.search(test.attribute.casefold()):
            mend = "Test quality beside it, such as passed: true or score: {at_least: 80}."
            yield warning((*at, test.attribute), "it rewards being fast, however badly", mend)
