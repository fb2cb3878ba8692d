"""Rules: amounts that make sense, at most one pattern each, campaigns that begin before they end."""

from collections.abc import Iterator

from ladder.domain.program import Program
from ladder.domain.program_check.problem import Path, Problem, error, nearest, warning
from ladder.domain.rules import Improvement, Once, Perseverance, Rule

MOST_POINTS = 100_000
MOST_DAYS = 3_650
MOST_IMPROVEMENTS = 2  # each keeps a quarter of figures in the member's state, which is 1,024 bytes in all
MOST_MATCHES = 20  # their days are kept in the member's state until they pay
MOST_WINDOW_DAYS = 92
MOST_FAILURES = 20
SPANS = (8, 10, 12)  # weeks, of which the second half is compared with the first


def check_rules(program: Program) -> Iterator[Problem]:
    unlocks = {unlock.key for unlock in program.rulebook.unlocks}
    improving = [rule.key for rule in program.rulebook.rules if rule.improvement]
    for key in improving[MOST_IMPROVEMENTS:]:
        message = f"{len(improving)} rules look for improvement ({', '.join(improving)})"
        yield error(("rules", key, "improvement"), message, f"Keep up to {MOST_IMPROVEMENTS}.")
    for rule in program.rulebook.rules:
        at = ("rules", rule.key)
        yield from _amounts(at, rule)
        yield from _bonuses(at, rule)
        yield from _pattern(at, rule)
        if rule.once:
            yield from _again((*at, "once_per"), rule.once)
        yield from _campaign(at, rule)
        if rule.requires is not None and rule.requires not in unlocks:
            yield error((*at, "requires"), f"{rule.requires} is not in unlocks", nearest(rule.requires, unlocks))


def _amounts(at: Path, rule: Rule) -> Iterator[Problem]:
    if not 0 <= rule.points <= MOST_POINTS:
        yield error((*at, "points"), f"{rule.points} points make no sense", f"Write 0 to {MOST_POINTS}.")
    if rule.daily_points is None:
        return
    if rule.daily_points < 1:
        mend = "Write 1 or more, or leave it out."
        yield error((*at, "daily_points"), f"{rule.daily_points} a day pays nobody", mend)
    elif rule.daily_points < rule.points:
        message = f"{rule.daily_points} a day, so that its {rule.points} points are never paid in full"
        yield warning((*at, "daily_points"), message, f"Write {rule.points} or more.")


def _bonuses(at: Path, rule: Rule) -> Iterator[Problem]:
    for place, bonus in enumerate(rule.bonuses):
        if bonus.percentage < 0:
            mend = "Write a percentage from 0 up: 20 adds a fifth of the base points."
            here = (*at, "bonuses", place, "percentage")
            yield error(here, f"{bonus.percentage:g} would take points away", mend)


def _pattern(at: Path, rule: Rule) -> Iterator[Problem]:
    asked = {"every": rule.count, "perseverance": rule.perseverance, "improvement": rule.improvement}
    found = [name for name, pattern in asked.items() if pattern]
    if len(found) > 1:
        yield error(at, f"{' and '.join(found)} contradict each other", "Keep one, and make a rule of each other.")
    if rule.count and not 2 <= rule.count.of <= MOST_MATCHES:  # noqa: PLR2004 - one of one is every match
        message = f"every {rule.count.of} cannot be counted"
        yield error((*at, "every", "count"), message, f"Write 2 to {MOST_MATCHES}, or leave every out.")
    if rule.count and not 1 <= rule.count.within_days <= MOST_WINDOW_DAYS:
        message = f"{rule.count.within_days} days cannot be looked over"
        yield error((*at, "every", "within_days"), message, f"Write 1 to {MOST_WINDOW_DAYS}.")
    if rule.perseverance:
        yield from _perseverance((*at, "perseverance"), rule, rule.perseverance)
    if rule.improvement:
        yield from _improvement((*at, "improvement"), rule.improvement)


def _perseverance(at: Path, rule: Rule, perseverance: Perseverance) -> Iterator[Problem]:
    failures = perseverance.after_failures
    if not 1 <= failures <= MOST_FAILURES:
        message = f"{failures} failures are no try that anybody went on after"
        yield error((*at, "after_failures"), message, f"Write 1 to {MOST_FAILURES}; 2 is usual.")
    if perseverance.failed == rule.match:
        mend = "Write where: {passed: false} for a failed try, and where: {passed: true} for the rule."
        yield error((*at, "failed"), "what fails is what succeeds", mend)


def _improvement(at: Path, improvement: Improvement) -> Iterator[Problem]:
    if improvement.weeks not in SPANS:
        message = f"{improvement.weeks} weeks do not show what lasts in two equal halves"
        yield error((*at, "weeks"), message, "Write 8, 10 or 12.")
    if not 0 < improvement.percent <= 100:  # noqa: PLR2004 - per cent
        message = f"{improvement.percent:g} % better is nothing to look for"
        yield error((*at, "percent"), message, "Write more than 0 and at most 100, such as 5.")


def _again(at: Path, once: Once) -> Iterator[Problem]:
    days = once.again_after_days
    if days is not None and not 1 <= days <= MOST_DAYS:
        mend = f"Write 1 to {MOST_DAYS}, or leave it out to pay once for good."
        yield error((*at, "again_after_days"), f"it cannot pay again after {days} days", mend)


def _campaign(at: Path, rule: Rule) -> Iterator[Problem]:
    if rule.starts_on and rule.ends_on and rule.ends_on < rule.starts_on:
        yield error(
            (*at, "until"), f"it ends before it begins on {rule.starts_on}", "Write a later day, or exchange both."
        )
