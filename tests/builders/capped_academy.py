"""An academy in which everything that a rulebook can do is within reach of a dozen events, under tight caps."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ladder.domain.activities.activity import Activity
from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.activities.event_filter import EventFilter, Perseverance
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.rules import RewardCondition as If
from ladder.domain.challenges.rules import RewardRule
from ladder.domain.points.rulebook import (
    ActivityCount,
    Badge,
    BadgeTier,
    Level,
    Milestone,
    Path,
    Requirement,
    Rulebook,
    Step,
    Streak,
    Unlock,
)
from ladder.domain.points.rules import Bonus, Count, Improvement, Once, Rule
from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import Plain
from tests.builders.programs import composed, with_values

MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
MODULE = EventFilter(types=("learner.completed_module",))
TRIED = EventFilter(types=("assessment.submitted",))
PASSED = replace(TRIED, where=(Holds(attribute="passed", equals=True),))
FAILED = replace(TRIED, where=(Holds(attribute="passed", equals=False),))
POSTED = EventFilter(types=("forum.posted",))
SEEN = EventFilter(types=("record.updated", "forum.posted", "task.completed"))

RULES = (
    Rule(
        key="MODULE",
        name="a module",
        match=MODULE,
        points=45,
        once=Once(per="module"),
        daily_points=60,
        bonuses=(
            Bonus(name="well", percentage=50, where=(Holds(attribute="score", at_least=90),)),
            Bonus(name="first", percentage=20.5, where=(Holds(attribute="first", equals=True),)),
        ),
    ),
    Rule(key="POSTS", name="posts", match=POSTED, points=40, count=Count(of=2, within_days=3)),
    Rule(
        key="AGAIN",
        name="not giving up",
        match=PASSED,
        points=60,
        perseverance=Perseverance(subject="module", failed=FAILED, after_failures=1),
    ),
    Rule(
        key="HELPED",
        name="help",
        match=EventFilter(types=("peer.assisted",)),
        points=30,
        once=Once(per="colleague", again_after_days=2),
        hold="a person looks at it",
    ),
    Rule(
        key="MENTORED",
        name="mentoring",
        match=EventFilter(types=("peer.mentored",)),
        points=0,
        points_from="worth",
        requires="MENTORING",
    ),
    Rule(
        key="CAMPAIGN",
        name="the campaign",
        match=EventFilter(types=("task.completed",)),
        points=15,
        starts_on=MONDAY + timedelta(days=2),
        ends_on=MONDAY + timedelta(days=8),
    ),
    Rule(
        key="BETTER",
        name="getting better",
        match=EventFilter(types=("record.updated",)),
        points=70,
        improvement=Improvement(attribute="score", percent=10, weeks=2),
    ),
)
STREAKS = (
    Streak(
        key="DAYS",
        name="days in a row",
        match=SEEN,
        grace=1,
        milestones=(Milestone(length=2, points=10), Milestone(length=4, points=35)),
    ),
    Streak(
        key="WEEKS", name="weeks", match=SEEN, every="week", at_least=2, milestones=(Milestone(length=2, points=25),)
    ),
)
BADGES = (
    Badge(
        key="READER",
        name="reader",
        description="reads",
        owner="anna.l",
        review_on=MONDAY,
        tiers=tuple(
            BadgeTier(
                name=f"{n}", requires=(Requirement(count=ActivityCount(match=MODULE, distinct="module"), at_least=n),)
            )
            for n in (2, 3)
        ),
    ),
    Badge(
        key="STEADY",
        name="steady",
        description="comes",
        owner="anna.l",
        review_on=MONDAY,
        tiers=(
            BadgeTier(
                name="one",
                requires=(Requirement(streak="DAYS", at_least=3), Requirement(points=60)),
            ),
            BadgeTier(name="two", requires=(Requirement(badge="READER"), Requirement(path="FIRST"))),
        ),
    ),
)
LATER_BADGE = Badge(
    key="TALKER",
    name="talker",
    description="talks",
    owner="anna.l",
    review_on=MONDAY,
    tiers=(BadgeTier(name="one", requires=(Requirement(count=ActivityCount(match=POSTED), at_least=3),)),),
)
RULEBOOK = Rulebook(
    rules=RULES,
    streaks=STREAKS,
    levels=(Level(name="new", points=0), Level(name="known", points=50), Level(name="old", points=150)),
    unlocks=(Unlock(key="MENTORING", name="mentoring", requires=(Requirement(level=2),)),),
    paths=(
        Path(
            key="FIRST",
            name="the first steps",
            points=33,
            steps=(Step(key="A", name="read", match=MODULE), Step(key="B", name="pass", match=PASSED, after=("A",))),
        ),
    ),
    badges=BADGES,
    work_days=(1, 2, 3, 4, 5),
    holidays=(MONDAY + timedelta(days=3),),
    late_days=5,
)
THIRD = RewardRule(
    name="third",
    description="third",
    evaluation_scope="DAILY",
    conditions=(
        If(metric="CHALLENGE_COMPLETED", operator="EQUALS", value="TIER_3", bonus_percentage=50.0),
        If(metric="AHT", operator="LESS_THAN", value="150", bonus_percentage=12.5),
    ),
    max_daily_bonus_points=14,
)
CAPS = Caps(member_daily_points=110, member_weekly_points=170, member_daily_bonus_points=30, bonus_percent_of_base=60.0)


def academy(**changed: Any) -> Program:
    good = composed(
        key="academy",
        name="Academy",
        schedule=Schedule(time_zone="Europe/Paris", rotation_time=time(), day_starts_at=time(4)),
        reward_rules=(THIRD,),
        caps=CAPS,
        rulebook=RULEBOOK,
        version=1,
    )
    return with_values(good, **changed)


def event(kind: str, at: datetime, key: str = "e", *, source: str = "lms", **attributes: Plain) -> Activity:
    return Activity(
        source=source, id=key, type=kind, occurred_at=at, received_at=at + timedelta(hours=1), attributes=attributes
    )


def ours(kind: str, at: datetime, key: str, **attributes: Plain) -> Activity:
    return Activity(source="ladder", id=key, type=kind, occurred_at=at, attributes=attributes)
