"""What rules lead to, from levels to the catalogue, each broken once, with the path and the hint of its error."""

from dataclasses import replace

from ladder.domain.points.rulebook import BadgeTier, Level, Milestone, Requirement
from ladder.domain.programs.program import Program
from tests.builders.academy import (
    BADGE,
    LEVELS,
    UNLOCK,
    badge,
    book,
    capped,
    item,
    named,
    needs,
    path,
    streak,
    team,
    tier,
)
from tests.builders.program_mistakes.rules import A, B, count

TO_BADGE = replace(UNLOCK, requires=(Requirement(badge="SHARER"),))
TO_UNLOCK = replace(BADGE, tiers=(BadgeTier(name="bronze", requires=(Requirement(unlock="MENTORING"),)),))


# the program, the place, words of the message, words of the hint
OF_GOALS: dict[str, tuple[Program, str, str, str]] = {
    "no level for newcomers": (book(levels=LEVELS[1:], unlocks=()), "levels.Regular", "is at 500", "at 0"),
    "a level that is no higher": (
        book(levels=(*LEVELS, Level(name="Same", points=500))), "levels.Same", "500 points are not more", "in order",
    ),
    "two levels of one name": (
        book(levels=(*LEVELS, Level(name="Regular", points=900))), "levels.Regular",
        "is given twice", "Give each a key of its own.",
    ),
    "101 levels": (
        book(levels=tuple(Level(name=f"L{n}", points=n) for n in range(101))), "levels", "holds 101 values",
        "up to 100",
    ),
    "a streak of nothing": (streak(at_least=0), "streaks.DAYS.at_least", "0 is too small", "1 to 255"),
    "a grace below none": (streak(grace=-1), "streaks.DAYS.grace", "-1 is too small", "0 to 14"),
    "a grace of a month": (streak(grace=30), "streaks.DAYS.grace", "30 is too large", "0 to 14"),
    "a milestone of no length": (
        streak(milestones=(Milestone(length=0, points=5),)), "streaks.DAYS.milestones.0", "0 is too small", "1 or more",
    ),
    "a milestone of no worth": (
        streak(milestones=(Milestone(length=5, points=0),)), "streaks.DAYS.milestones.5", "0 is too small",
        "1 to 100000",
    ),
    "a length twice": (
        streak(milestones=(Milestone(length=5, points=1), Milestone(length=5, points=2))), "streaks.DAYS.milestones.5",
        "is given twice", "Give each a key of its own.",
    ),
    "21 milestones": (
        streak(milestones=tuple(Milestone(length=n, points=1) for n in range(1, 22))), "streaks.DAYS.milestones",
        "holds 21 values", "up to 20",
    ),
    "an unlock for everybody": (needs(), "unlocks.MENTORING.requires", "holds 0 values", "level: 3"),
    "a badge that nobody owns": (badge(owner=" "), "badges.SHARER.owner", "is empty", "Name who"),
    "a badge without tiers": (badge(tiers=()), "badges.SHARER.tiers", "holds 0 values", "1 to 5"),
    "a badge of six tiers": (
        badge(tiers=tuple(replace(BADGE.tiers[0], name=f"t{n}") for n in range(6))), "badges.SHARER.tiers", "6",
        "1 to 5",
    ),
    "a tier for everybody": (tier(), "badges.SHARER.tiers.bronze", "holds 0 values", "what it takes"),
    "a path without steps": (path(steps=()), "paths.FIRST.steps", "holds 0 values", "1 to 32"),
    "a path of 33 steps": (path(steps=named(A, 33)), "paths.FIRST.steps", "holds 33 values", "1 to 32"),
    "a path that costs": (path(points=-1), "paths.FIRST.points", "-1 is too small", "0 to 100000"),
    "a step with a space": (
        path(steps=(replace(A, key="a b"),)), "paths.FIRST.steps.a b", '"a b" is not a key', "without spaces",
    ),
    "a step after nothing known": (
        path(steps=(A, replace(B, after=("C",)))), "paths.FIRST.steps.B.after[0]", "not a step", "Known here: A, B.",
    ),
    "steps that wait for each other": (
        path(steps=(replace(A, after=("B",)), B)), "paths.FIRST.steps.A.after", "A → B → A", "Remove one",
    ),
    "a step that waits for itself": (
        path(steps=(replace(A, after=("A",)), B)), "paths.FIRST.steps.A.after", "A → A", "Remove one",
    ),
    "a level that is not there": (
        needs(Requirement(level=3)), "unlocks.MENTORING.requires[0].level",
        "3 is more than the 2 levels", "2 or",
    ),
    "a level where there are none": (
        book(levels=()), "unlocks.MENTORING.requires[0].level", "more than the 0 levels", "levels: {Newcomer: 0",
    ),
    "a tier that is not there": (
        needs(Requirement(badge="SHARER", tier=2)), "unlocks.MENTORING.requires[0].tier",
        "2 is more than the 1 tiers of SHARER", "1 or less",
    ),
    "a count of nothing": (needs(count(0)), "unlocks.MENTORING.requires[0].at_least", "0 is too small", "1 or more"),
    "a badge that is not there": (
        needs(Requirement(badge="SHARR")), "unlocks.MENTORING.requires[0].badge", "not in badges",
        "SHARER?",
    ),
    "a streak that is not there": (
        tier(Requirement(streak="DAY")), "badges.SHARER.tiers.bronze[0].streak", "not in streaks", "DAYS?",
    ),
    "a path that is not there": (
        tier(Requirement(path="LAST")), "badges.SHARER.tiers.bronze[0].path", "not in paths", "FIRST",
    ),
    "nine things at once": (needs(*[count(1)] * 9), "unlocks.MENTORING.requires", "holds 9 values", "1 to 8"),
    "a badge and an unlock that wait for each other": (
        book(unlocks=(TO_BADGE,), badges=(TO_UNLOCK,)), "badges.SHARER",
        "badge SHARER → MENTORING → badge SHARER, each waits for the next", "Remove one",
    ),
    "a badge that waits for itself": (
        tier(Requirement(badge="SHARER")), "badges.SHARER", "badge SHARER → badge SHARER", "Remove one",
    ),
    "a share of nobody": (team(share=0), "teams.TEAM.share", "0 is too small", "0.8"),
    "a share of more than all": (team(share=1.5), "teams.TEAM.share", "1.5 is too large", "0.8"),
    "a floor that asks nothing": (team(floor=0), "teams.TEAM.floor", "0 is too small", "carried along"),
    "a target below the floor": (team(target=99), "teams.TEAM.target", "target of 99", "100 or more"),
    "a team that gets nothing": (team(points=0), "teams.TEAM.points", "0 is too small", "1 or more"),
    "a price of nothing": (item(price=0), "catalogue.EARLY.price", "0 is too small", "1 or more"),
    "less than none in stock": (item(stock=-1), "catalogue.EARLY.stock", "-1 is too small", "0 or more"),
    "no work day": (book(work_days=()), "work_days", "holds 0 values", "each day once"),
    "an eighth day": (
        book(work_days=(8,)), "work_days[0]", "8 is not one of mon, tue, wed, thu, fri, sat,", "each day once",
    ),
    "a day twice": (book(work_days=(1, 1)), "work_days", "1, 1", "each day once"),
    "late before it happened": (book(late_days=-1), "late_days", "-1 is too small", "0 to 365"),
    "late by years": (book(late_days=366), "late_days", "366 is too large", "0 to 365"),
    "a hold of no day": (book(hold_days=0), "hold_days", "0 is too small", "1 to 90"),
    "more audits than awards": (
        book(audited_per_thousand=1001),
        "audited_per_thousand",
        "1001 is too large",
        "0 to 1000",
    ),
    "a hold of a year": (book(hold_days=365), "hold_days", "365 is too large", "1 to 90"),
    "a week that pays nobody": (
        capped(book(), member_weekly_points=0), "caps.member_weekly_points", "0 is too small", "1 or",
    ),
    "a week below a day": (
        capped(book(), member_daily_points=300, member_weekly_points=200), "caps.member_weekly_points", "do not fit",
        "300 or",
    ),
}  # fmt: skip
