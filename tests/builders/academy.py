"""A small rulebook without a mistake, in an academy without nights, and ways to change one thing about it."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.activities.source import Source
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.rulebook import (
    ActivityCount,
    Badge,
    BadgeTier,
    CatalogueItem,
    Level,
    Milestone,
    Path,
    Requirement,
    Rulebook,
    Step,
    Streak,
    TeamAchievement,
    Unlock,
)
from ladder.domain.points.rules import Once, Rule
from ladder.domain.programs.program import Program
from tests.builders.programs import composed, with_values

SUBMITTED = EventFilter(types=("assessment.submitted",))
PASSED = replace(SUBMITTED, where=(Holds(attribute="passed", equals=True),))
FAILED = replace(SUBMITTED, where=(Holds(attribute="passed", equals=False),))

SOURCE = Source(key="academy", kind="standard")
RULE = Rule(key="PASSED", name="an assessment passed", match=PASSED, points=50, once=Once(per="module"))
STREAK = Streak(key="DAYS", name="days in a row", match=PASSED, milestones=(Milestone(length=5, points=25),))
LEVELS = (Level(name="Newcomer", points=0), Level(name="Regular", points=500))
UNLOCK = Unlock(key="MENTORING", name="mentoring", requires=(Requirement(level=2),))
STEPS = (Step(key="A", name="first", match=PASSED), Step(key="B", name="second", match=PASSED, after=("A",)))
PATH = Path(key="FIRST", name="the first month", steps=STEPS, points=100)
BADGE = Badge(
    key="SHARER",
    name="sharer",
    description="shares",
    tiers=(BadgeTier(name="bronze", requires=(Requirement(count=ActivityCount(match=PASSED), at_least=3),)),),
    owner="anna.l",
    review_on=date(2027, 5, 1),
)
TEAM = TeamAchievement(key="TEAM", name="together", target=2000, floor=100, points=50)
ITEM = CatalogueItem(key="EARLY", name="an hour early", kind="time", price=800, stock=5)


def academy(**changed: Any) -> Program:
    good = composed(
        key="academy",
        name="Academy",
        schedule=Schedule(time_zone="Europe/Paris", rotation_time=time()),
        sources=(SOURCE,),
        rulebook=Rulebook(
            rules=(RULE,),
            streaks=(STREAK,),
            levels=LEVELS,
            unlocks=(UNLOCK,),
            paths=(PATH,),
            badges=(BADGE,),
            teams=(TEAM,),
            catalogue=(ITEM,),
        ),
    )
    return with_values(good, **changed)


def book(**changed: Any) -> Program:
    return academy(rulebook=replace(academy().rulebook, **changed))


def rules(*given: Rule) -> Program:
    return book(rules=given)


def rule(**changed: Any) -> Program:
    return rules(replace(RULE, **changed))


def where(*tests: Holds, **changed: Any) -> Program:
    return rule(match=replace(SUBMITTED, where=tests), **changed)


def streak(**changed: Any) -> Program:
    return book(streaks=(replace(STREAK, **changed),))


def needs(*given: Requirement) -> Program:
    return book(unlocks=(replace(UNLOCK, requires=given),))


def badge(**changed: Any) -> Program:
    return book(badges=(replace(BADGE, **changed),))


def tier(*given: Requirement) -> Program:
    return badge(tiers=(BadgeTier(name="bronze", requires=given),))


def path(**changed: Any) -> Program:
    return book(paths=(replace(PATH, **changed),))


def team(**changed: Any) -> Program:
    return book(teams=(replace(TEAM, **changed),))


def item(**changed: Any) -> Program:
    return book(catalogue=(replace(ITEM, **changed),))


def source(**changed: Any) -> Program:
    return academy(sources=(replace(SOURCE, **changed),))


def capped(program: Program, **bounds: Any) -> Program:
    return replace(program, caps=Caps(**bounds))


def named(thing: Any, count: int) -> tuple[Any, ...]:
    """So many of a thing, each with a key of its own."""
    return tuple(replace(thing, key=f"{thing.key}_{n}") for n in range(count))
