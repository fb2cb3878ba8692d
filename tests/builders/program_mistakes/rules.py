"""Platforms, sources and rules of a rulebook, each broken once, with the path and the hint of its error."""

from dataclasses import replace
from datetime import date

from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.activities.event_filter import EventFilter, Perseverance
from ladder.domain.challenges.rules import Platform
from ladder.domain.points.rulebook import ActivityCount, BadgeTier, Requirement
from ladder.domain.points.rules import Bonus, Count, Improvement, Once
from ladder.domain.programs.program import Program
from tests.builders.academy import (
    BADGE,
    FAILED,
    ITEM,
    PASSED,
    PATH,
    RULE,
    SOURCE,
    STEPS,
    STREAK,
    SUBMITTED,
    TEAM,
    UNLOCK,
    academy,
    badge,
    book,
    named,
    path,
    rule,
    rules,
    source,
    streak,
    tier,
    where,
)
from tests.builders.programs import with_values

A, B = STEPS
SCORE = Holds(attribute="score", at_least=80)
COUNT = Count(of=3, within_days=7)
BETTER = Improvement(attribute="score", percent=5)
AGAIN = Perseverance(subject="module", failed=FAILED)
WEM = Platform(kind="wem")


def when(*types: str) -> Program:
    return rule(match=EventFilter(types=types, where=(SCORE,)))


def count(amount: int, match: EventFilter = PASSED) -> Requirement:
    return Requirement(count=ActivityCount(match=match), at_least=amount)


def tiers_of(badge: int) -> tuple[BadgeTier, ...]:
    """Three tiers, each on a type of its own."""
    return tuple(
        BadgeTier(
            name=f"t{n}",
            requires=(count(1, EventFilter(types=("task.completed",), where=(Holds(attribute="n", equals=n),))),),
        )
        for n in range(3 * badge, 3 * badge + 3)
    )


# the program, the place, words of the message, words of the hint
OF_RULES: dict[str, tuple[Program, str, str, str]] = {
    "nothing to earn": (rules(), "rules", "neither a rule nor a challenge", "metrics, metric_files"),
    "a payer that is not there": (academy(payer="platform"), "payer", "no platform that could pay", "payer: ladder"),
    "a platform without nights": (academy(platform=WEM), "challenge_library", "no category", "tier_1"),
    "a source in capitals": (
        source(key="Academy"), "sources.Academy", '"Academy" is not part of an address', "lower-case",
    ),
    "a source with a slash": (source(key="a/b"), "sources.a/b", "address", "hyphens"),
    "a source of our own": (source(key="rotation"), "sources.rotation", "reports itself", "such as academy"),
    "two sources of one key": (
        academy(sources=(SOURCE, SOURCE)), "sources.academy", "is given twice", "of its own",
    ),
    "21 sources": (
        academy(sources=named(SOURCE, 0) + tuple(replace(SOURCE, key=f"s{n}") for n in range(21))), "sources",
        "holds 21 values", "20",
    ),
    "a source called platform": (source(key="platform"), "sources.platform", "another secret", "academy"),
    "a source called judge": (source(key="judge"), "sources.judge", "another secret", "such as academy"),
    "a source that reports for us": (
        source(events={"x": "order.placed"}), "sources.academy.events.x", "cannot be reported", "task.completed",
    ),
    "a source of completed challenges": (
        source(events={"x": "challenge.completed"}), "sources.academy.events.x", "cannot be reported", "somebody did",
    ),
    "a rule with a space": (rule(key="A B"), "rules.A B", '"A B" is not a key', "without spaces"),
    "41 rules": (rules(*named(RULE, 41)), "rules", "holds 41 values", "up to 40"),
    "21 badges": (book(badges=named(BADGE, 21)), "badges", "holds 21 values", "up to 20"),
    "9 streaks": (book(streaks=named(STREAK, 9)), "streaks", "holds 9 values", "up to 8"),
    "17 paths": (book(paths=named(PATH, 17)), "paths", "holds 17 values", "up to 16"),
    "21 unlocks": (book(unlocks=named(UNLOCK, 21)), "unlocks", "holds 21 values", "up to 20"),
    "9 team achievements": (book(teams=named(TEAM, 9)), "teams", "holds 9 values", "up to 8"),
    "51 things to buy": (book(catalogue=named(ITEM, 51)), "catalogue", "holds 51 values", "up to 50"),
    "one key for two things": (badge(key="PASSED"), "badges.PASSED", "the same key is in rules", "Rename one."),
    "two keys of one digest": (
        rules(replace(RULE, key="RULE_2966"), replace(RULE, key="RULE_4483")), "rules.RULE_4483",
        "RULE_2966, which has the same digest, is in rules", "Rename one.",
    ),
    "no type": (when(), "rules.PASSED.when", "holds 0 values", "task.completed"),
    "a reversal that pays": (when("entry.reversed"), "rules.PASSED.when", "recorded by Ladder", "somebody did"),
    "an order that counts": (
        tier(count(1, EventFilter(types=("order.placed",)))), "badges.SHARER.tiers.bronze[0].count.when", "recorded by",
        "Name",
    ),
    "a day off in a streak": (
        streak(match=EventFilter(types=("calendar.day_off",))), "streaks.DAYS.when", "recorded", "Name",
    ),
    "a completion that pays twice": (
        when("challenge.completed"), "rules.PASSED.when", "pays by itself", "reward rule",
    ),
    "a test of nothing": (where(Holds(attribute="score")), "rules.PASSED.where.score", "tests nothing", "one value"),
    "two tests in one": (
        where(Holds(attribute="score", equals=1, at_most=5)), "rules.PASSED.where.score", "equals and at_most",
        "one value",
    ),
    "a set and a bound in one": (
        where(Holds(attribute="score", one_of=(1,), at_least=5)), "rules.PASSED.where.score", "in and at_least",
        "in: [a",
    ),
    "a test of nothing in a bonus": (
        rule(bonuses=(Bonus(name="b", percentage=5, where=(Holds(attribute="x"),)),)),
        "rules.PASSED.bonuses[0].where.x", "tests nothing", "one value",
    ),
    "a test of nothing in a failed try": (
        rule(perseverance=replace(AGAIN, failed=replace(SUBMITTED, where=(Holds(attribute="x"),)))),
        "rules.PASSED.perseverance.failed.where.x", "tests nothing", "one value",
    ),
    "a test of nothing in a step": (
        path(steps=(replace(A, match=replace(SUBMITTED, where=(Holds(attribute="x"),))), B)),
        "paths.FIRST.steps.A.where.x", "tests nothing", "one value",
    ),
    "points that are taken": (rule(points=-5), "rules.PASSED.points", "-5 is too small", "0 to 100000"),
    "points for a lifetime": (rule(points=100_001), "rules.PASSED.points", "100001 is too large", "0 to 100000"),
    "a bonus of a rule that takes": (
        rule(bonuses=(Bonus(name="b", percentage=-5),)), "rules.PASSED.bonuses[0].percentage", "-5 is too small",
        "0 or more",
    ),
    "a day that pays nobody": (rule(daily_points=0), "rules.PASSED.daily_points", "0 is too small", "1 or more"),
    "two patterns": (rule(count=COUNT, improvement=BETTER), "rules.PASSED", "every and improvement", "Keep one"),
    "three patterns": (
        rule(count=COUNT, improvement=BETTER, perseverance=AGAIN), "rules.PASSED", "every and perseverance and",
        "Keep one",
    ),
    "every single one": (
        rule(count=Count(of=1, within_days=7)), "rules.PASSED.every.count", "1 is too small", "2 to 20",
    ),
    "every twenty-first": (
        rule(count=Count(of=21, within_days=7)), "rules.PASSED.every.count", "21 is too large", "2 to 20",
    ),
    "within no day": (
        rule(count=Count(of=3, within_days=0)), "rules.PASSED.every.within_days", "0 is too small", "1 to 92",
    ),
    "within a year": (
        rule(count=Count(of=3, within_days=365)), "rules.PASSED.every.within_days", "365 is too large", "1 to 92",
    ),
    "after no failure": (
        rule(perseverance=replace(AGAIN, after_failures=0)), "rules.PASSED.perseverance.after_failures", "0",
        "2 is usual",
    ),
    "failing by succeeding": (
        rule(perseverance=replace(AGAIN, failed=PASSED)), "rules.PASSED.perseverance.failed", "a successful one",
        "passed: false",
    ),
    "six weeks": (
        rule(improvement=replace(BETTER, weeks=6)), "rules.PASSED.improvement.weeks", "6 is not 8, 10 or 12",
        "8, 10 or 12",
    ),
    "nine weeks": (
        rule(improvement=replace(BETTER, weeks=9)), "rules.PASSED.improvement.weeks", "9 is not 8, 10 or 12",
        "8, 10 or 12",
    ),
    "no better": (
        rule(improvement=replace(BETTER, percent=0)), "rules.PASSED.improvement.percent", "0 is too small",
        "more than 0",
    ),
    "three rules for improvement": (
        rules(*named(replace(RULE, improvement=BETTER), 3)), "rules.PASSED_2.improvement", "3 rules reward", "up to 2",
    ),
    "33 things counted": (
        book(badges=tuple(replace(BADGE, key=f"B{n}", tiers=tiers_of(n)) for n in range(11))),
        "badges.B10.tiers.t32[0].count", "33 different things", "up to 32",
    ),
    "again at once": (
        rule(once=Once(per="module", again_after_days=0)), "rules.PASSED.once_per.again_after_days", "0 is too small",
        "once for good",
    ),
    "an end before the beginning": (
        rule(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 1)), "rules.PASSED.until", "on 2026-03-02", "later day",
    ),
    "an unlock nobody knows": (rule(requires="MENTORIN"), "rules.PASSED.requires", "not in unlocks", "MENTORING?"),
    "a hold where the platform pays": (
        with_values(rule(hold="wait"), payer="platform", platform=WEM),
        "rules.PASSED.hold", "at once", "leave hold out",
    ),
}  # fmt: skip
