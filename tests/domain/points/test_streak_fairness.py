"""Breaking a streak never pays better than keeping it, and one more good day never costs points."""

from collections.abc import Set
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.activities.activity import CORRECTED, DAY_OFF, Activity
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.achievements import add_days_off, match_streak, week_start
from ladder.domain.points.ledger import State
from ladder.domain.points.rulebook import Milestone, Path, Rulebook, Step, Streak
from ladder.domain.points.rules import Count, Once, Rule
from tests.builders.capped_academy import MODULE, MONDAY, POSTED, TRIED, academy, event
from tests.builders.generated_events import START
from tests.builders.rewards import RewardRunner

NINE = START + timedelta(hours=9)
PLANS = st.dictionaries(st.integers(1, 12), st.integers(1, 100), min_size=1, max_size=5).map(
    lambda points: tuple(Milestone(length=length, points=worth) for length, worth in points.items())
)
STREAKS = st.builds(
    Streak,
    key=st.just("S"),
    name=st.just("s"),
    match=st.just(POSTED),
    every=st.sampled_from(["day", "day", "week"]),
    grace=st.integers(0, 2),
    milestones=PLANS,
)
WORK_DAYS = st.sampled_from([(1, 2, 3, 4, 5), (7, 1, 2, 3, 4), tuple(range(1, 8)), (2, 4)])
DAYS = st.sets(st.integers(0, 60), max_size=40)


def paid(streak: Streak, days: Set[int], off: Set[int], book: Rulebook) -> int:
    """Points of the streak for something done on each of the days."""
    state, points = State(), 0
    for day in sorted(off):
        add_days_off(state, *2 * ((MONDAY + timedelta(days=day)).isoformat(),), book)
    for day in sorted(days):
        state.day = MONDAY.toordinal() + day
        state.week = week_start(state.day, book)
        milestone = match_streak(streak, state, book)
        points += milestone.points if milestone else 0
    return points


@settings(deadline=None, max_examples=300)
@given(STREAKS, DAYS, DAYS, WORK_DAYS)
def test_no_streak_with_breaks_pays_more_than_one_without(
    streak: Streak, days: set[int], off: set[int], work_days: tuple[int, ...]
) -> None:
    book = Rulebook(work_days=work_days)
    assert paid(streak, days, off, book) <= paid(streak, set(range(61)), off, book)


@settings(deadline=None, max_examples=300)
@given(STREAKS, DAYS, DAYS, st.integers(0, 60), WORK_DAYS)
def test_one_more_day_never_costs_points_of_a_streak(
    streak: Streak, days: set[int], off: set[int], more: int, work_days: tuple[int, ...]
) -> None:
    book = Rulebook(work_days=work_days)
    assert paid(streak, days | {more}, off, book) >= paid(streak, days, off, book)


def test_a_late_day_that_joins_two_streaks_takes_nothing_back() -> None:
    streak = Streak(key="S", name="s", match=POSTED, milestones=(Milestone(length=2, points=10),))
    runner = RewardRunner(program=academy(caps=Caps(), rulebook=Rulebook(streaks=(streak,))))
    points = [runner.give(done(POSTED.types[0], day)).entries[0].points for day in (0, 1, 3, 4, 2)]
    assert points == [0, 10, 0, 0, 0]
    assert runner.has() == runner.should_be()


def done(kind: str, day: int, hour: int = 0) -> Activity:
    at = NINE + timedelta(days=day, hours=hour)
    return event(kind, at, f"{kind} {day} {hour}", module=f"m{day % 5}")


RULEBOOK = Rulebook(
    rules=(
        Rule(key="ONCE", name="once", match=MODULE, points=45, once=Once(per="module"), daily_points=60),
        Rule(key="EVERY", name="every", match=POSTED, points=30, count=Count(of=2, within_days=3)),
        Rule(key="TRIED", name="tried", match=TRIED, points=12, once=Once(per="module", again_after_days=2)),
    ),
    streaks=(Streak(key="S", name="s", match=POSTED, milestones=(Milestone(length=2, points=40),)),),
    paths=(
        Path(
            key="P",
            name="p",
            points=33,
            steps=(Step(key="A", name="a", match=MODULE), Step(key="B", name="b", match=TRIED, after=("A",))),
        ),
    ),
)
DONE = st.tuples(
    st.sampled_from([*MODULE.types, *POSTED.types, *TRIED.types]), st.integers(0, 12), st.sampled_from([0, 3])
)
CAPS = st.builds(
    Caps,
    member_daily_points=st.none() | st.integers(1, 120),
    member_weekly_points=st.none() | st.integers(30, 300),
)


@settings(deadline=None, max_examples=150)
@given(st.sets(DONE, max_size=14), DONE, CAPS)
def test_one_more_good_deed_never_costs_points_under_any_caps(
    deeds: set[tuple[str, int, int]], more: tuple[str, int, int], caps: Caps
) -> None:
    """Points that are carried over are points: they are paid, as soon as there is room.

    Each of these rules uses something up. Of a rule that does not, a full cap trims what may be earned again.
    """
    totals = list[int]()
    for told in (deeds, deeds | {more}):
        runner = RewardRunner(program=academy(caps=caps, reward_rules=(), rulebook=RULEBOOK))
        if told:
            runner.give(*(done(*deed) for deed in sorted(told)))
        state, _ = runner.ledger.load("academy", "m", [])
        totals.append(state.earned + sum(base + bonus for base, bonus in state.carried_over.values()))
    assert totals[0] <= totals[1]


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 2_500), st.integers(1, 400), st.data())
def test_leave_of_any_length_in_any_reports_and_order_breaks_no_streak(
    length: int, of_one_report: int, data: st.DataObject
) -> None:
    """From a Monday on, with an event of another kind in its midst; one report was wrong at first."""
    streak, days = Streak(key="S", name="s", match=POSTED), timedelta(days=1)
    program = academy(caps=Caps(), rulebook=Rulebook(streaks=(streak,), work_days=(1, 2, 3, 4, 5)))
    reports = range(0, length, max(of_one_report, length // 10))
    told = list[Activity]()
    for start, end in zip(reports, (*reports[1:], length), strict=True):
        first, last = MONDAY + start * days, MONDAY + (end - 1) * days
        told.append(event(DAY_OFF, NINE, f"off{start}", first=first.isoformat(), last=last.isoformat()))
    wrong = replace(told[-1], attributes={"first": "1999-01-01", "last": "1999-02-01"})
    told[-1:] = [wrong, event(CORRECTED, NINE + days, "right", **told[-1].attributes, id=wrong.id)]  # type: ignore[arg-type]
    after = next(day for day in range(length, length + 3) if (MONDAY + day * days).weekday() < 5)
    told += [done(POSTED.types[0], -3), done(POSTED.types[0], after), done("task.completed", length // 2)]
    runner = RewardRunner(program=program)
    for activity in data.draw(st.permutations(told)):
        runner.give(activity)
    assert runner.has().streaks["S"] == (2, 2)
