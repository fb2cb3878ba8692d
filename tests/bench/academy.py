"""An academy for the bench: 20 rules, 10 badges, and members who learn all year, drawn from one seed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from ladder.domain.activities.activity import Activity
from ladder.domain.activities.event_filter import Condition, EventFilter, Perseverance
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.caps import Caps
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

MODULE, QUIZ, TASK, ARTICLE, ASSIST = KINDS = (
    "learner.completed_module",
    "assessment.submitted",
    "task.completed",
    "article.contributed",
    "peer.assisted",
)
SHARES = (20, 35, 35, 4, 6)  # of activities, per cent
PASSED, FAILED = Condition(attribute="passed", equals=True), Condition(attribute="passed", equals=False)
START = datetime(2026, 1, 1, 6, tzinfo=UTC)
MODULES, COLLEAGUES = 120, 30


def academy() -> Program:
    return Program(
        key="academy",
        name="Academy",
        schedule=Schedule(time_zone="Europe/Berlin", rotation_time=time(0, 15)),
        caps=Caps(
            member_daily_points=300, member_weekly_points=1200, member_daily_bonus_points=80, bonus_percent_of_base=50
        ),
        rulebook=Rulebook(
            rules=tuple(_rules()),
            streaks=(_streak("LEARNING_DAYS", "day"), _streak("LEARNING_WEEKS", "week")),
            levels=tuple(Level(name=f"Level {n}", points=500 * n * n) for n in range(8)),
            unlocks=(Unlock(key="MENTORING", name="mentoring", requires=(Requirement(level=3),)),),
            paths=(_path(),),
            badges=tuple(_badges()),
        ),
        version=1,
    )


def activities(member: int, number: int, *, source: str = "academy") -> Iterator[Activity]:
    """In their order, some minutes to hours apart, about six a day."""
    rng, at = Random(member), START  # noqa: S311
    for place in range(number):
        at += timedelta(minutes=rng.randint(1, 480))
        kind = rng.choices(KINDS, SHARES)[0]
        yield Activity(
            source=source,
            id=f"{member:08x}-{rng.getrandbits(64):016x}-{place:06d}",
            type=kind,
            occurred_at=at,
            received_at=at + timedelta(seconds=rng.randint(1, 90)),
            attributes={
                "module": f"module-{rng.randint(1, MODULES)}",
                "score": rng.randint(30, 100),
                "passed": rng.random() < 0.8,
                "colleague": f"colleague-{rng.randint(1, COLLEAGUES)}",
                "attempt": rng.randint(1, 4),
            },
        )


def _rules() -> Iterator[Rule]:
    for kind in KINDS:
        match = EventFilter(types=(kind,), where=(PASSED,))
        yield Rule(key=f"{kind}_PASSED", name=f"{kind} passed", match=match, points=10, daily_points=60)
        yield Rule(
            key=f"{kind}_WELL", name=f"{kind} done well", match=_scored(kind, 80), points=15, bonuses=(_bonus(),)
        )
        yield Rule(
            key=f"{kind}_THRICE", name=f"three of {kind}", match=match, points=25, count=Count(of=3, within_days=7)
        )
    yield Rule(key="FIRST_MODULE", name="a new module", match=_scored(MODULE, 60), points=40, once=Once(per="module"))
    yield Rule(
        key="ASSISTED",
        name="help for a colleague",
        match=EventFilter(types=(ASSIST,)),
        points=10,
        once=Once(per="colleague", again_after_days=7),
    )
    yield Rule(
        key="FOUGHT_THROUGH",
        name="passed after failures",
        match=EventFilter(types=(QUIZ,), where=(PASSED,)),
        points=40,
        perseverance=Perseverance(subject="module", failed=EventFilter(types=(QUIZ,), where=(FAILED,))),
    )
    yield Rule(
        key="GETTING_BETTER",
        name="weeks of getting better",
        match=EventFilter(types=(QUIZ,)),
        points=100,
        improvement=Improvement(attribute="score", percent=5.0),
    )
    yield Rule(key="MENTOR", name="mentoring", match=_scored(ASSIST, 90), points=20, requires="MENTORING")


def _scored(kind: str, least: float) -> EventFilter:
    return EventFilter(types=(kind,), where=(PASSED, Condition(attribute="score", at_least=least)))


def _bonus() -> Bonus:
    return Bonus(name="nearly perfect", percentage=20.0, where=(Condition(attribute="score", at_least=95),))


def _streak(key: str, every: str) -> Streak:
    lengths = (5, 20, 60)
    return Streak(
        key=key,
        name=key.lower(),
        match=EventFilter(types=(MODULE, QUIZ)),
        every="day" if every == "day" else "week",
        grace=1,
        milestones=tuple(Milestone(length=length, points=5 * length) for length in lengths),
    )


def _path() -> Path:
    steps = tuple(
        Step(key=f"S{n}", name=f"step {n}", match=_module(n), after=(f"S{n - 1}",) if n > 1 else ())
        for n in range(1, 9)
    )
    return Path(key="ONBOARDING", name="onboarding", steps=steps, points=200)


def _module(number: int) -> EventFilter:
    return EventFilter(types=(MODULE,), where=(Condition(attribute="module", equals=f"module-{number}"),))


def _badges() -> Iterator[Badge]:
    for number in range(10):
        counted = EventFilter(types=(KINDS[number % 5],), where=(PASSED,))
        yield Badge(
            key=f"BADGE_{number}",
            name=f"Badge {number}",
            description="for the bench",
            owner="bench",
            review_on=date(2027, 1, 1),
            tiers=tuple(
                BadgeTier(
                    name=name, requires=(Requirement(count=ActivityCount(match=counted), at_least=tier * (number + 5)),)
                )
                for tier, name in enumerate(("bronze", "silver", "gold"), start=1)
            ),
        )
