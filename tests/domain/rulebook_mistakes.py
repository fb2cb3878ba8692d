"""Each rule of a rulebook broken once: errors with their place and mend, and what is only doubtful."""

from dataclasses import replace
from datetime import date

from ladder.domain.program import Platform, Program
from ladder.domain.rulebook import BadgeTier, Level, Milestone, Requirement
from ladder.domain.rules import Bonus, Count, Improvement, Match, Once, Perseverance
from ladder.domain.rules import Test as Holds
from tests.domain.sample_rulebook import (
    BADGE,
    FAILED,
    ITEM,
    LEVELS,
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
    capped,
    item,
    named,
    needs,
    path,
    rule,
    rules,
    source,
    streak,
    team,
    tier,
    where,
)

A, B = STEPS
SCORE = Holds(attribute="score", at_least=80)
FAST = Holds(attribute="duration_seconds", at_most=60)
COUNT = Count(of=3, within_days=7)
BETTER = Improvement(attribute="score", percent=5)
AGAIN = Perseverance(subject="module", failed=FAILED)
TO_BADGE = replace(UNLOCK, requires=(Requirement(need="badge", key="SHARER"),))
TO_UNLOCK = replace(BADGE, tiers=(BadgeTier(name="bronze", requires=(Requirement(need="unlock", key="MENTORING"),)),))
WEM = Platform(kind="wem", secret="ladder/wem")


def module(*tests: Holds, **changed: object) -> Program:
    return rule(match=Match(types=("learner.completed_module",), where=tests), **changed)


def when(*types: str) -> Program:
    return rule(match=Match(types=types, where=(SCORE,)))


def count(amount: int, match: Match = PASSED) -> Requirement:
    return Requirement(need="count", at_least=amount, match=match)


def tiers_of(badge: int) -> tuple[BadgeTier, ...]:
    """Three tiers, each on a type of its own."""
    return tuple(
        BadgeTier(
            name=f"t{n}",
            requires=(count(1, Match(types=("task.completed",), where=(Holds(attribute="n", equals=n),))),),
        )
        for n in range(3 * badge, 3 * badge + 3)
    )


# the program, the place, words of the message, words of the mend
MISTAKES: dict[str, tuple[Program, str, str, str]] = {
    "nothing to earn": (rules(), "rules", "neither a rule nor a challenge", "platform, metrics"),
    "a payer that is not there": (academy(payer="platform"), "payer", "no platform that could pay", "payer: ladder"),
    "a platform without nights": (academy(platform=WEM), "challenge_library", "no category", "tier_1"),
    "a source in capitals": (source(key="Academy"), "sources.Academy", '"Academy" does not fit', "lower-case"),
    "a source with a slash": (source(key="a/b"), "sources.a/b", "address", "hyphens"),
    "a source of our own": (source(key="rotation"), "sources.rotation", "reports itself", "such as academy"),
    "two sources of one key": (academy(sources=(SOURCE, SOURCE)), "sources.academy", "two sources", "of its own"),
    "21 sources": (
        academy(sources=named(SOURCE, 0) + tuple(replace(SOURCE, key=f"s{n}") for n in range(21))), "sources",
        "21 sources", "20",
    ),
    "two sources of one secret": (
        academy(sources=(SOURCE, replace(SOURCE, key="quiz"))), "sources.quiz.secret", "has this secret too", "its own",
    ),
    "a source's secret in the open": (source(secret="hunter2"), "sources.academy.secret", "may read", "begins with"),
    "a source that reports for us": (
        source(events={"x": "order.placed"}), "sources.academy.events.x", "not for sources", "task.completed",
    ),
    "a source of completed challenges": (
        source(events={"x": "challenge.completed"}), "sources.academy.events.x", "not for", "somebody did",
    ),
    "a rule with a space": (rule(key="A B"), "rules.A B", '"A B" is no key', "without spaces"),
    "41 rules": (rules(*named(RULE, 41)), "rules", "41 rules", "up to 40"),
    "21 badges": (book(badges=named(BADGE, 21)), "badges", "21 badges", "up to 20"),
    "9 streaks": (book(streaks=named(STREAK, 9)), "streaks", "9 streaks", "up to 8"),
    "17 paths": (book(paths=named(PATH, 17)), "paths", "17 paths", "up to 16"),
    "21 unlocks": (book(unlocks=named(UNLOCK, 21)), "unlocks", "21 unlocks", "up to 20"),
    "9 team achievements": (book(teams=named(TEAM, 9)), "teams", "9 teams", "up to 8"),
    "51 things to buy": (book(catalogue=named(ITEM, 51)), "catalogue", "51 catalogue", "up to 50"),
    "one key for two things": (badge(key="PASSED"), "badges.PASSED", "the same key stands in rules", "Rename one."),
    "two keys of one digest": (
        rules(replace(RULE, key="RULE_2966"), replace(RULE, key="RULE_4483")), "rules.RULE_4483",
        "RULE_2966, which has the same digest, stands in rules", "Rename one.",
    ),
    "no type": (when(), "rules.PASSED.when", "no type", "task.completed"),
    "a reversal that pays": (when("entry.reversed"), "rules.PASSED.when", "booked by Ladder", "somebody did"),
    "an order that counts": (
        tier(count(1, Match(types=("order.placed",)))), "badges.SHARER.tiers.bronze[0].count.when", "booked by",
        "Name",
    ),
    "a day off in a streak": (
        streak(match=Match(types=("calendar.day_off",))), "streaks.DAYS.when", "booked", "Name",
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
    "points that are taken": (rule(points=-5), "rules.PASSED.points", "-5 points", "0 to 100000"),
    "points for a lifetime": (rule(points=100_001), "rules.PASSED.points", "100001 points", "0 to 100000"),
    "a bonus that takes": (
        rule(bonuses=(Bonus(name="b", percentage=-5),)), "rules.PASSED.bonuses[0].percentage", "take points",
        "from 0 up",
    ),
    "a day that pays nobody": (rule(daily_points=0), "rules.PASSED.daily_points", "0 a day pays nobody", "1 or more"),
    "two patterns": (rule(count=COUNT, improvement=BETTER), "rules.PASSED", "every and improvement", "Keep one"),
    "three patterns": (
        rule(count=COUNT, improvement=BETTER, perseverance=AGAIN), "rules.PASSED", "every and perseverance and",
        "Keep one",
    ),
    "every single one": (rule(count=Count(of=1, within_days=7)), "rules.PASSED.every.count", "every 1", "2 to 20"),
    "every twenty-first": (
        rule(count=Count(of=21, within_days=7)), "rules.PASSED.every.count", "every 21", "2 to 20",
    ),
    "within no day": (rule(count=Count(of=3, within_days=0)), "rules.PASSED.every.within_days", "0 days", "1 to 92"),
    "within a year": (
        rule(count=Count(of=3, within_days=365)), "rules.PASSED.every.within_days", "365 days", "1 to 92",
    ),
    "after no failure": (
        rule(perseverance=replace(AGAIN, after_failures=0)), "rules.PASSED.perseverance.after_failures", "0",
        "2 is usual",
    ),
    "failing by succeeding": (
        rule(perseverance=replace(AGAIN, failed=PASSED)), "rules.PASSED.perseverance.failed", "what succeeds",
        "passed: false",
    ),
    "six weeks": (
        rule(improvement=replace(BETTER, weeks=6)), "rules.PASSED.improvement.weeks", "6 weeks", "8, 10 or 12",
    ),
    "nine weeks": (
        rule(improvement=replace(BETTER, weeks=9)), "rules.PASSED.improvement.weeks", "9 weeks", "8, 10 or 12",
    ),
    "no better": (
        rule(improvement=replace(BETTER, percent=0)), "rules.PASSED.improvement.percent", "0 %", "more than 0",
    ),
    "three rules for improvement": (
        rules(*named(replace(RULE, improvement=BETTER), 3)), "rules.PASSED_2.improvement", "3 rules look", "up to 2",
    ),
    "33 things counted": (
        book(badges=tuple(replace(BADGE, key=f"B{n}", tiers=tiers_of(n)) for n in range(11))),
        "badges.B10.tiers.t32[0].count", "33 different things", "up to 32",
    ),
    "again at once": (
        rule(once=Once(per="module", again_after_days=0)), "rules.PASSED.once_per.again_after_days", "0 days",
        "once for good",
    ),
    "an end before the beginning": (
        rule(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 1)), "rules.PASSED.until", "on 2026-03-02", "later day",
    ),
    "an unlock nobody knows": (rule(requires="MENTORIN"), "rules.PASSED.requires", "not in unlocks", "MENTORING?"),
    "a hold where the platform pays": (
        replace(rule(hold="wait"), payer="platform", platform=WEM), "rules.PASSED.hold", "at once", "leave hold out",
    ),
    "no level for newcomers": (book(levels=LEVELS[1:], unlocks=()), "levels.Regular", "stands at 500", "at 0"),
    "a level that is no higher": (
        book(levels=(*LEVELS, Level(name="Same", points=500))), "levels.Same", "500 points are not more", "in order",
    ),
    "two levels of one name": (
        book(levels=(*LEVELS, Level(name="Regular", points=900))), "levels.Regular", "2 levels", "name of its own",
    ),
    "101 levels": (
        book(levels=tuple(Level(name=f"L{n}", points=n) for n in range(101))), "levels", "101 levels", "up to 100",
    ),
    "a streak of nothing": (streak(at_least=0), "streaks.DAYS.at_least", "0 a day", "1 to 255"),
    "a grace below none": (streak(grace=-1), "streaks.DAYS.grace", "-1 missed", "0 to 14"),
    "a grace of a month": (streak(grace=30), "streaks.DAYS.grace", "30 missed", "0 to 14"),
    "a milestone of no length": (
        streak(milestones=(Milestone(length=0, points=5),)), "streaks.DAYS.milestones.0", "a streak of 0", "1 or more",
    ),
    "a milestone of no worth": (
        streak(milestones=(Milestone(length=5, points=0),)), "streaks.DAYS.milestones.5", "0 points", "1 to 100000",
    ),
    "a length twice": (
        streak(milestones=(Milestone(length=5, points=1), Milestone(length=5, points=2))), "streaks.DAYS.milestones.5",
        "after 5", "once",
    ),
    "21 milestones": (
        streak(milestones=tuple(Milestone(length=n, points=1) for n in range(1, 22))), "streaks.DAYS.milestones",
        "21 milestones", "up to 20",
    ),
    "an unlock for everybody": (needs(), "unlocks.MENTORING.requires", "open to everybody", "level: 3"),
    "a badge that nobody owns": (badge(owner=" "), "badges.SHARER.owner", "nobody answers", "Name who"),
    "a badge without tiers": (badge(tiers=()), "badges.SHARER.tiers", "0 tiers", "1 to 5"),
    "a badge of six tiers": (
        badge(tiers=tuple(replace(BADGE.tiers[0], name=f"t{n}") for n in range(6))), "badges.SHARER.tiers", "6",
        "1 to 5",
    ),
    "a tier for everybody": (tier(), "badges.SHARER.tiers.bronze", "at once", "what it takes"),
    "a path without steps": (path(steps=()), "paths.FIRST.steps", "0 steps", "1 to 32"),
    "a path of 33 steps": (path(steps=named(A, 33)), "paths.FIRST.steps", "33 steps", "two paths"),
    "a path that costs": (path(points=-1), "paths.FIRST.points", "-1 points", "0 to 100000"),
    "a step with a space": (
        path(steps=(replace(A, key="a b"),)), "paths.FIRST.steps.a b", "no key", "without spaces",
    ),
    "a step after nothing known": (
        path(steps=(A, replace(B, after=("C",)))), "paths.FIRST.steps.B.after[0]", "C is no step", "Known here: A, B.",
    ),
    "steps that wait for each other": (
        path(steps=(replace(A, after=("B",)), B)), "paths.FIRST.steps.A.after", "A → B → A", "Take one",
    ),
    "a step that waits for itself": (
        path(steps=(replace(A, after=("A",)), B)), "paths.FIRST.steps.A.after", "A → A", "Take one",
    ),
    "a level that is not there": (
        needs(Requirement(need="level", at_least=3)), "unlocks.MENTORING.requires[0].level",
        "3 is more than the 2 levels", "2 or",
    ),
    "a level where there are none": (
        book(levels=()), "unlocks.MENTORING.requires[0].level", "more than the 0 levels", "levels: {Newcomer: 0",
    ),
    "a tier that is not there": (
        needs(Requirement(need="badge", key="SHARER", at_least=2)), "unlocks.MENTORING.requires[0].tier",
        "2 is more than the 1 tiers of SHARER", "1 or less",
    ),
    "a count of nothing": (needs(count(0)), "unlocks.MENTORING.requires[0].at_least", "0 is nothing", "1 or more"),
    "a badge that is not there": (
        needs(Requirement(need="badge", key="SHARR")), "unlocks.MENTORING.requires[0].badge", "not in badges",
        "SHARER?",
    ),
    "a streak that is not there": (
        tier(Requirement(need="streak", key="DAY")), "badges.SHARER.tiers.bronze[0].streak", "not in streaks", "DAYS?",
    ),
    "a path that is not there": (
        tier(Requirement(need="path", key="LAST")), "badges.SHARER.tiers.bronze[0].path", "not in paths", "FIRST",
    ),
    "nine things at once": (needs(*[count(1)] * 9), "unlocks.MENTORING.requires", "more than 8", "tiers"),
    "a badge and an unlock that wait for each other": (
        book(unlocks=(TO_BADGE,), badges=(TO_UNLOCK,)), "badges.SHARER",
        "badge SHARER → MENTORING → badge SHARER, each waits for the next", "Take one",
    ),
    "a badge that waits for itself": (
        tier(Requirement(need="badge", key="SHARER")), "badges.SHARER", "badge SHARER → badge SHARER", "Take one",
    ),
    "a share of nobody": (team(share=0), "teams.TEAM.share", "0 is no share", "0.8"),
    "a share of more than all": (team(share=1.5), "teams.TEAM.share", "1.5 is no share", "0.8"),
    "a floor that asks nothing": (team(floor=0), "teams.TEAM.floor", "asks nothing", "carried along"),
    "a target below the floor": (team(target=99), "teams.TEAM.target", "99 for the team", "100 or more"),
    "a team that gets nothing": (team(points=0), "teams.TEAM.points", "0 points", "1 or more"),
    "a price of nothing": (item(price=0), "catalogue.EARLY.price", "price of 0", "1 point"),
    "less than none in stock": (item(stock=-1), "catalogue.EARLY.stock", "-1 of it", "0 or more"),
    "no work day": (book(work_days=()), "work_days", "none", "each day once"),
    "an eighth day": (book(work_days=(8,)), "work_days", "8 are no work days", "each day once"),
    "a day twice": (book(work_days=(1, 1)), "work_days", "1, 1", "each day once"),
    "late before it happened": (book(late_days=-1), "late_days", "-1 days late", "0 to 365"),
    "late by years": (book(late_days=366), "late_days", "366 days late", "0 to 365"),
    "a hold of no day": (book(hold_days=0), "hold_days", "0 days", "1 to 90"),
    "more audits than awards": (
        book(audited_per_thousand=1001),
        "audited_per_thousand",
        "1001 of a thousand",
        "0 to 1000",
    ),
    "a hold of a year": (book(hold_days=365), "hold_days", "365 days", "1 to 90"),
    "a week that pays nobody": (
        capped(book(), member_weekly_points=0), "caps.member_weekly_points", "0 pays nobody", "1 or",
    ),
    "a week below a day": (
        capped(book(), member_daily_points=300, member_weekly_points=200), "caps.member_weekly_points", "never fit",
        "300 or",
    ),
}  # fmt: skip

# the program, the place, words of the message
DOUBTS: dict[str, tuple[Program, str, str]] = {
    "a misspelt type": (when("assessment.submited"), "rules.PASSED.when", "no type that Ladder or a source"),
    "a source's misspelt type": (
        source(events={"x": "task.complete"}), "sources.academy.events.x", "no type that Ladder",
    ),
    "pay for opening": (when("content.accessed"), "rules.PASSED.when", "having been there"),
    "pay for any module": (module(), "rules.PASSED.when", "whatever was learnt"),
    "a day below one award": (rule(daily_points=40), "rules.PASSED.daily_points", "never paid in full"),
    "pay without end": (rule(once=None), "rules.PASSED", "can be inflated"),
    "perseverance without end": (rule(once=None, perseverance=AGAIN), "rules.PASSED", "can be inflated"),
    "a module's number": (
        where(Holds(attribute="module", equals=7)), "rules.PASSED.where.module", "always a text, which no number",
    ),
    "one number among the courses": (
        where(Holds(attribute="course", one_of=("a", 7))), "rules.PASSED.where.course", "which no number equals",
    ),
    "a number below an article": (
        where(Holds(attribute="article", at_least=7)), "rules.PASSED.where.article", "neither above nor below",
    ),
    "pay for speed": (where(FAST), "rules.PASSED.where.duration_seconds", "rewards being fast"),
    "a bonus for speed": (
        where(bonuses=(Bonus(name="fast", percentage=5, where=(FAST,)),)),
        "rules.PASSED.bonuses[0].where.duration_seconds", "rewards being fast",
    ),
}  # fmt: skip
