"""What pays only once is not lost to a limit or a pause: a later event pays it, as soon as there is room."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.activities.activity import DENIED, RELEASED, Activity
from ladder.domain.activities.event_filter import Condition
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.member_progress import member_progress
from ladder.domain.points.rulebook import Milestone, Path, Rulebook, Step, Streak
from ladder.domain.points.rules import Bonus, Once, Rule
from ladder.domain.programs.pausing import compile_program
from ladder.messages.render import render
from tests.builders.capped_academy import MODULE, POSTED, TRIED, academy, event, ours
from tests.builders.entry_texts import said
from tests.builders.generated_events import START
from tests.builders.rewards import RewardRunner

NINE = START + timedelta(hours=9)
READ = Rule(key="READ", name="a module", match=MODULE, points=50, once=Once(per="module"))
POST = Rule(key="POST", name="a post", match=POSTED, points=50)


def module(name: str, day: int = 0, hour: int = 0, **attributes: Any) -> Activity:
    at = NINE + timedelta(days=day, hours=hour)
    return event("learner.completed_module", at, f"{name} {day}", module=name, **attributes)


def post(day: int, number: int = 0) -> Activity:
    return event("forum.posted", NINE + timedelta(days=day, minutes=number), f"post {day} {number}")


def runner_of(*rules: Rule, caps: Caps = Caps(), **rulebook: Any) -> RewardRunner:  # noqa: B008 - frozen
    return RewardRunner(program=academy(caps=caps, reward_rules=(), rulebook=Rulebook(rules=rules, **rulebook)))


def paid(runner: RewardRunner, *activities: Activity) -> list[int]:
    """Points that each brings, which the reference model and a replay confirm."""
    points = [runner.give(activity).entries[0].points for activity in activities]
    assert runner.has() == runner.should_be()
    return points


@pytest.mark.parametrize(
    ("caps", "daily"),
    [(Caps(member_daily_points=60), None), (Caps(), 60), (Caps(member_daily_points=70), 60)],
    ids=["day", "rule", "both"],
)
def test_what_a_daily_cap_kept_from_a_once_only_rule_is_paid_the_next_day(caps: Caps, daily: int | None) -> None:
    runner = runner_of(replace(READ, daily_points=daily), caps=caps)
    modules = [module(name, hour=hour) for hour, name in enumerate("abc")]
    assert paid(runner, *modules) == [50, 10, 0]
    assert paid(runner, module("a", 1)) == [60], "it has counted, and yet there are 90 points to pay"
    assert paid(runner, post(2), post(3)) == [30, 0], "whatever comes next pays them"


def test_a_member_reads_what_is_carried_over_for_what_and_whether_it_waits_for_a_rule() -> None:
    runner = runner_of(READ, caps=Caps(member_daily_points=60))
    paid(runner, *(module(name, hour=hour) for hour, name in enumerate("abc")))

    def shown() -> list[tuple[str, str, int, bool]]:
        state, _ = runner.ledger.load("academy", "m", [])
        progress = member_progress(compile_program(runner.program), state, START.date())
        return [(item.key, render(item.name), item.points, item.paused) for item in progress.carried_over]

    assert shown() == [("READ", "a module", 90, False)]
    runner.publish(paused=True)
    assert shown() == [("READ", "a module", 90, True)]
    runner.publish(paused=False, rulebook=Rulebook(rules=(POST,)))
    assert shown() == [("READ", "what was paid before", 90, True)]


def test_what_a_weekly_cap_kept_is_paid_when_the_next_week_begins() -> None:
    runner = runner_of(READ, caps=Caps(member_weekly_points=60))
    assert paid(runner, module("a"), module("b", 1), module("a", 2), module("a", 7)) == [50, 10, 0, 40]


def test_a_capped_bonus_is_carried_over_as_a_bonus() -> None:
    well = Bonus(name="well", percentage=50, where=(Condition(attribute="score", at_least=90),))
    runner = runner_of(replace(READ, bonuses=(well,)), caps=Caps(member_daily_bonus_points=10))
    modules = [module("a", score=95), module("b", hour=1, score=95)]
    assert paid(runner, *modules, post(1), post(2), post(3), post(4)) == [60, 50, 10, 10, 10, 10]


def test_what_is_earned_again_every_day_is_lost_to_its_cap() -> None:
    runner = runner_of(POST, caps=Caps(member_daily_points=60))
    assert paid(runner, post(0), post(0, 1), post(1)) == [50, 10, 50]


def test_an_events_own_awards_come_before_what_is_carried_over() -> None:
    runner = runner_of(READ, POST, caps=Caps(member_daily_points=60))
    read = [module("a"), module("b", hour=1)]
    assert paid(runner, *read, post(1), post(2)) == [50, 10, 60, 60]
    assert [line.rule for line in runner.ledger.entries("academy", "m")[2].lines if line.paid] == ["POST", "READ"]


def test_a_path_and_a_milestone_that_a_cap_kept_are_paid_the_next_day() -> None:
    streak = Streak(key="DAYS", name="days", match=POSTED, milestones=(Milestone(length=2, points=40),))
    path = Path(key="P", name="the walk", points=30, steps=(Step(key="A", name="a", match=TRIED),))
    runner = runner_of(POST, caps=Caps(member_daily_points=50), streaks=(streak,), paths=(path,))
    tried = event("assessment.submitted", NINE + timedelta(days=1, hours=2), "tried")
    assert paid(runner, post(0), post(1), tried) == [50, 50, 0]
    other = [event("task.completed", NINE + timedelta(days=day), f"task {day}") for day in (2, 3)]
    assert paid(runner, *other) == [50, 20]


def test_what_waits_for_a_person_is_carried_over_only_once_it_is_released() -> None:
    held = replace(READ, hold="a person looks at it")
    read = [module("a"), module("b", hour=1)]
    runner = runner_of(held, caps=Caps(member_daily_points=60))
    assert paid(runner, *read, post(1)) == [0, 0, 0]
    assert runner.has().held == 60
    spoken = [ours(kind, NINE + timedelta(days=2), kind, source="lms", id=read[1].id) for kind in (RELEASED, DENIED)]
    assert paid(runner, spoken[0]) == [50], "10 of its day, and 40 that the post after it pays"
    assert paid(runner, spoken[1]) == [-50], "denied after all: nothing is left to carry over"


def test_what_a_replay_makes_room_for_is_no_longer_carried_over() -> None:
    runner = runner_of(READ, caps=Caps(member_daily_points=60))
    read = [module("a"), module("b", hour=1)]
    assert paid(runner, *read, post(1)) == [50, 10, 40]
    assert paid(runner, ours("entry.reversed", NINE + timedelta(days=2), "r", source="lms", id=read[0].id)) == [-50]
    assert [entry.points for entry in runner.ledger.entries("academy", "m")] == [50, 10, 40, -50]
    assert runner.has().earned == 50


def test_it_waits_while_its_rule_is_paused_or_gone() -> None:
    runner = runner_of(READ, caps=Caps(member_daily_points=60))
    assert paid(runner, module("a"), module("b", hour=1)) == [50, 10]
    for rules in ((replace(READ, paused=True),), ()):
        runner.publish(rulebook=Rulebook(rules=rules))
        day = runner.program.version
        assert paid(runner, post(day)) == [0]
    runner.publish(rulebook=Rulebook(rules=(READ,)))
    assert paid(runner, post(9), post(10)) == [40, 0]


def test_the_member_reads_what_follows_and_where_it_comes_from() -> None:
    runner = runner_of(READ, caps=Caps(member_daily_points=60))
    paid(runner, module("a"), module("b", hour=1), post(1))
    *_, trimmed, later = (said(runner.program, entry) for entry in runner.ledger.entries("academy", "m"))
    assert trimmed == (
        "10 of 50 points for a module. Your limit of 60 points a day is reached. "
        "40 points follow, as soon as limits and pauses allow it."
    )
    assert later == "40 points for a module. They were earned earlier, and held back by a limit or a pause."


CAPS = st.builds(
    Caps,
    member_daily_points=st.none() | st.integers(1, 120),
    member_weekly_points=st.none() | st.integers(30, 300),
    member_daily_bonus_points=st.none() | st.integers(0, 30),
)


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 9)), min_size=1, max_size=12), CAPS, st.data())
def test_no_cap_takes_anything_that_pays_once_and_the_order_of_arrival_changes_nothing(
    read: list[tuple[str, int]], caps: Caps, data: st.DataObject
) -> None:
    well = Bonus(name="well", percentage=50)
    once = replace(READ, bonuses=(well,), daily_points=data.draw(st.none() | st.integers(1, 90)))
    told = {activity.key: activity for activity in (module(name, day) for name, day in read)}
    runners = [runner_of(once, caps=caps) for _ in range(2)]
    for runner, order in zip(
        runners, (list(told.values()), data.draw(st.permutations(list(told.values())))), strict=True
    ):
        paid(runner, *order)
        state, _ = runner.ledger.load("academy", "m", [])
        waiting = sum(base + bonus for base, bonus in state.carried_over.values())
        assert state.earned + waiting == 75 * len({name for name, _ in read})
    assert runners[0].has() == runners[1].has()
