"""A week begins with the program's first work day, for caps, streaks and improvement alike."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ladder.domain.activities.activity import Activity
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.achievements import week_of, week_start
from ladder.domain.points.ledger import State
from ladder.domain.points.rulebook import Milestone, Rulebook, Streak, TeamAchievement
from ladder.domain.points.rules import Improvement, Rule
from ladder.domain.points.teams import period_of
from tests.builders.capped_academy import POSTED, SEEN, academy, event
from tests.builders.generated_events import START
from tests.builders.rewards import RewardRunner

FROM_SUNDAY, FROM_MONDAY = (7, 1, 2, 3, 4), (1, 2, 3, 4, 5)
SUNDAY = START + timedelta(days=6, hours=9)  # 8 March 2026
POST = Rule(key="POST", name="a post", match=POSTED, points=50)


def post(at: datetime) -> Activity:
    return event("forum.posted", at, at.isoformat())


def earned(rulebook: Rulebook, caps: Caps, *days: int) -> int:
    """Points for a post on each day, counted from the Sunday."""
    runner = RewardRunner(program=academy(caps=caps, rulebook=rulebook))
    for day in days:
        runner.give(post(SUNDAY + timedelta(days=day)))
    assert runner.has() == runner.should_be()
    return runner.has().earned


def test_the_cap_of_a_week_is_free_again_on_its_first_work_day() -> None:
    caps = Caps(member_weekly_points=50)
    assert earned(Rulebook(rules=(POST,), work_days=FROM_SUNDAY), caps, -1, 0) == 100
    assert earned(Rulebook(rules=(POST,), work_days=FROM_MONDAY), caps, -1, 0) == 50
    assert earned(Rulebook(rules=(POST,), work_days=FROM_MONDAY), caps, -1, 0, 1) == 100


def test_a_weekly_streak_counts_the_programs_weeks() -> None:
    weeks = Streak(key="W", name="weeks", match=POSTED, every="week", milestones=(Milestone(length=2, points=5),))
    assert earned(Rulebook(streaks=(weeks,), work_days=FROM_SUNDAY), Caps(), -1, 0) == 5
    assert earned(Rulebook(streaks=(weeks,), work_days=FROM_MONDAY), Caps(), -1, 0) == 0
    assert earned(Rulebook(streaks=(weeks,), work_days=FROM_MONDAY), Caps(), 0, 1) == 5


def test_an_improvement_compares_the_programs_weeks() -> None:
    better = Rule(key="UP", name="up", match=SEEN, points=9, improvement=Improvement(attribute="s", percent=5, weeks=2))
    told = [
        event("record.updated", SUNDAY + timedelta(days=day), str(day), s=score)
        for day, score in ((-1, 10), (0, 20), (7, 0))
    ]
    for work_days, points in ((FROM_SUNDAY, 9), (FROM_MONDAY, 0)):
        runner = RewardRunner(program=academy(caps=Caps(), rulebook=Rulebook(rules=(better,), work_days=work_days)))
        runner.give(*told)
        assert runner.has() == runner.should_be()
        assert runner.has().earned == points


def test_a_team_goal_is_of_the_programs_week() -> None:
    goal = TeamAchievement(key="T", name="t", target=1, floor=1, points=1)
    sunday = SUNDAY.date().toordinal()
    assert period_of(goal, sunday + 3, Rulebook(work_days=FROM_SUNDAY)) == sunday
    assert period_of(goal, sunday + 3, Rulebook(work_days=FROM_MONDAY)) == sunday + 1
    assert period_of(replace(goal, every="day"), sunday + 3, Rulebook(work_days=FROM_SUNDAY)) == sunday + 3


def test_an_edit_of_the_first_work_day_makes_no_week_shorter_and_counts_none_twice() -> None:
    weeks = Streak(key="W", name="weeks", match=POSTED, every="week")
    rulebook = Rulebook(rules=(POST,), streaks=(weeks,), work_days=FROM_MONDAY)
    runner = RewardRunner(program=academy(caps=Caps(member_weekly_points=50), rulebook=rulebook))
    lengths = list[tuple[int, int]]()
    for day, work_days in ((-6, FROM_MONDAY), (-1, FROM_SUNDAY), (0, FROM_SUNDAY), (2, FROM_MONDAY), (8, FROM_MONDAY)):
        runner.publish(rulebook=replace(rulebook, work_days=work_days))
        runner.give(post(SUNDAY + timedelta(days=day)))
        assert runner.has() == runner.should_be()
        lengths.append((runner.has().streaks["W"][0], runner.has().earned))
    assert lengths == [(1, 50), (1, 50), (1, 50), (2, 100), (3, 150)]


DAYS = st.dates(date(1980, 1, 1), date(2099, 12, 31)).map(date.toordinal)
WORK_DAYS = st.permutations(range(1, 8)).flatmap(lambda days: st.integers(1, 7).map(lambda many: tuple(days[:many])))


@given(DAYS, WORK_DAYS, st.integers(0, 20), WORK_DAYS)
def test_every_week_begins_on_the_first_work_day_and_lasts_seven_days_or_more(
    day: int, first: tuple[int, ...], later: int, second: tuple[int, ...]
) -> None:
    begins = week_start(day, Rulebook(work_days=first))
    assert date.fromordinal(begins).isoweekday() == first[0]
    assert begins <= day < begins + 7
    running = State(day=day, week=begins)
    after = week_of(running, day + later, Rulebook(work_days=second))
    assert after == begins or (after >= begins + 7 and date.fromordinal(after).isoweekday() == second[0])
    assert after <= day + later < after + 13
