"""A rulebook with every field set to something that is not its default."""

from datetime import date

from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.activities.event_filter import EventFilter, Perseverance
from ladder.domain.activities.source import Source
from ladder.domain.points.judged_badge import Cohort, Confirmations, JudgedBadge, Pieces
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
from ladder.domain.points.rules import Bonus, Count, Improvement, Once, Rule

DAY = date(2026, 3, 29)
HOLDS = Holds(attribute="passed", equals=True, one_of=(1, 1.0, True, "1", False, 0), at_least=0.5, at_most=99.0)
MATCH = EventFilter(types=("assessment.submitted", "user.completed"), where=(HOLDS,))
NEEDS = (  # of each kind one
    Requirement(count=ActivityCount(match=MATCH, distinct="article"), at_least=3),
    Requirement(level=2),
    Requirement(points=100),
    Requirement(path="FIRST"),
    Requirement(unlock="MENTORING"),
    Requirement(badge="SHARER", tier=2),
    Requirement(streak="DAYS"),
)
RULE = Rule(
    key="PASSED",
    name="a module passed",
    match=MATCH,
    points=50,
    points_from="credits",
    bonuses=(Bonus(name="nearly perfect", percentage=20.0, where=(HOLDS,)),),
    once=Once(per="module", again_after_days=180),
    count=Count(of=3, within_days=7),
    perseverance=Perseverance(subject="module", failed=MATCH, after_failures=3),
    improvement=Improvement(attribute="score", percent=5.0, weeks=10, direction="lower"),
    daily_points=100,
    starts_on=date(2026, 3, 1),
    ends_on=DAY,
    requires="MENTORING",
    hold="a colleague confirms it first",
    paused=True,
)
HELPED = Rule(
    key="HELPED",
    name="a colleague was helped",
    match=EventFilter(types=("peer.assisted",)),
    points=5,
    confirm="colleague",  # instead of a hold
)
JUDGED = JudgedBadge(
    key="CHAMPION",
    name="champion",
    description="helps",
    criteria="An answer that a colleague can act on.",
    owner="anna.l",
    review_on=date(2027, 5, 1),
    match=MATCH,
    since=date(2026, 11, 1),
    perseverance=Perseverance(subject="module", failed=MATCH, after_failures=3),
    pieces=Pieces(at_least=3, within_days=90),
    confirmations=Confirmations(at_least=2, within_days=28),
    confirmed_by=(HOLDS,),
    policy="auto",
    confidence=0.9,
    probation_days=45,
    phase="expansion",
    pilot=Cohort(share=0.1, teams=("north",), channels=("voice",)),
    expansion=Cohort(share=0.5, teams=("south",), channels=("chat",)),
    per_member_daily=2,
    paused=True,
)
RULEBOOK = Rulebook(
    rules=(RULE, HELPED),
    streaks=(
        Streak(
            key="DAYS",
            name="days in a row",
            match=MATCH,
            every="week",
            at_least=2,
            grace=1,
            milestones=(Milestone(length=5, points=50),),
        ),
    ),
    levels=(Level(name="Newcomer", points=0), Level(name="Regular", points=500)),
    unlocks=(Unlock(key="MENTORING", name="mentoring", requires=NEEDS),),
    paths=(Path(key="FIRST", name="first", steps=(Step(key="B", name="b", match=MATCH, after=("A",)),), points=200),),
    badges=(
        Badge(
            key="SHARER",
            name="sharer",
            description="shares",
            tiers=(BadgeTier(name="bronze", requires=NEEDS),),
            owner="anna.l",
            review_on=date(2027, 5, 1),
            paused=True,
        ),
    ),
    judged=(JUDGED,),
    teams=(TeamAchievement(key="T", name="together", target=2000, floor=100, points=50, every="day", share=0.8),),
    catalogue=(
        CatalogueItem(key="EARLY", name="an hour early", kind="time", price=800, stock=5, owner="o", within_days=14),
    ),
    work_days=(1, 2, 3, 4, 7),
    holidays=(date(2026, 12, 25),),
    late_days=30,
    hold_days=10,
    audited_per_thousand=10,
    most_granted=500,
)
SOURCE = Source(key="tracker", kind="jira", events={"closed": "task.completed"}, options={"done": "Done"})
