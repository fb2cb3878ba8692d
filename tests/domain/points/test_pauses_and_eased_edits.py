"""What a pause puts off, and what an edit opens: the state is what a replay of the ledger says."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.domain.activities.activity import REVERSED, Activity
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.replay import replay_state
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
from ladder.domain.points.rules import Count, Once, Rule
from ladder.domain.programs.pausing import compile_program
from tests.builders.capped_academy import MODULE, MONDAY, POSTED, academy, event, ours
from tests.builders.entry_texts import said
from tests.builders.generated_events import START, undated
from tests.builders.rewards import RewardRunner

NINE = START + timedelta(hours=9)
POST = Rule(key="POST", name="a post", match=POSTED, points=10)


def post(day: int) -> Activity:
    return event("forum.posted", NINE + timedelta(days=day), f"post{day}")


def module(day: int, name: str = "m") -> Activity:
    return event("learner.completed_module", NINE + timedelta(days=day), f"module{day}", module=name)


def held_to_replay(runner: RewardRunner) -> RewardRunner:
    """The state is that of a replay, and of the reference model, now and after a late event."""
    for _ in range(2):
        state, _ = runner.ledger.load("academy", "m", [])
        versions = {version: compile_program(program) for version, program in runner.versions.items()}
        assert undated(replay_state(versions, runner.ledger.entries("academy", "m"))) == undated(state)
        assert runner.has() == runner.should_be()
        runner.give(event("task.completed", NINE - timedelta(hours=1), "late"))
    return runner


PAUSED, RESUMED = "paused", "resumed"


def played(first: Rulebook, *days: Rulebook | Activity | str) -> RewardRunner:
    """Events, edits, and pauses of the program and their ends."""
    runner = RewardRunner(program=academy(caps=Caps(), rulebook=first))
    for each in days:
        if isinstance(each, Activity):
            runner.give(each)
        elif isinstance(each, Rulebook):
            runner.publish(rulebook=each)
        else:
            runner.publish(paused=each == PAUSED)
    return held_to_replay(runner)


PATH = Path(
    key="P", name="the walk", points=30,
    steps=(Step(key="A", name="a", match=MODULE), Step(key="B", name="b", match=POSTED)),
)  # fmt: skip
DAYS = Streak(key="DAYS", name="days", match=POSTED, milestones=(Milestone(length=2, points=40),))


def test_a_path_that_is_finished_while_the_program_is_paused_pays_when_it_goes_on() -> None:
    walk = Rulebook(paths=(PATH,))
    paused = played(walk, module(0), PAUSED, post(1))
    assert (paused.summed(), paused.has().paths) == ((0, 0, 0), {"P": frozenset("AB")})
    assert said(paused.program, paused.ledger.entries("academy", "m")[1]) == (
        "No points for the walk. It is paused. 30 points follow, as soon as limits and pauses allow it. "
        "You finished the path the walk."
    )
    runner = played(walk, module(0), PAUSED, post(1), post(2), RESUMED, post(3), post(4))
    assert [entry.points for entry in runner.ledger.entries("academy", "m")] == [0, 0, 0, 30, 0, 0]


def test_a_pause_breaks_no_streak_and_its_milestone_is_paid_afterwards() -> None:
    runner = played(Rulebook(streaks=(DAYS,)), post(0), PAUSED, post(1), post(2), RESUMED, post(3))
    assert runner.summed() == (40, 0, 0)
    assert runner.has().streaks == {"DAYS": (4, 4)}


def test_rules_of_a_paused_program_pay_nothing_and_use_nothing_up() -> None:
    once = Rule(key="ONCE", name="once", match=MODULE, points=50, once=Once(per="module"))
    every = Rule(key="EVERY", name="every", match=POSTED, points=7, count=Count(of=2, within_days=20))
    runner = played(
        Rulebook(rules=(once, every)), post(0), PAUSED, module(1), post(1), post(2), RESUMED, module(3), post(4)
    )
    assert [entry.points for entry in runner.ledger.entries("academy", "m")] == [0, 0, 0, 0, 50, 7, 0]


def test_points_of_a_path_that_was_finished_in_a_pause_go_with_the_reversal_of_its_step() -> None:
    walk = Rulebook(paths=(PATH,))
    reversal = ours(REVERSED, NINE + timedelta(days=9), "r", source="lms", id="post1")
    assert played(walk, module(0), PAUSED, post(1), RESUMED, module(3), reversal).summed() == (0, 0, 0)


MODULES = Requirement(count=ActivityCount(match=MODULE), at_least=3)
BEHIND = replace(POST, requires="OPEN")


def opening(*requires: Requirement, levels: tuple[int, ...] = (), paused: bool = False) -> Rulebook:
    badge = Badge(
        key="BADGE", name="badge", description="b", owner="anna.l", review_on=MONDAY, paused=paused,
        tiers=(BadgeTier(name="one", requires=(replace(MODULES, at_least=1),)),),
    )  # fmt: skip
    return Rulebook(
        rules=(BEHIND, replace(POST, key="READ", match=MODULE, points=5)),
        unlocks=(Unlock(key="OPEN", name="open", requires=requires),),
        levels=tuple(Level(name=str(points), points=points) for points in levels),
        badges=(badge,),
    )


EASED = [
    (opening(MODULES), opening(replace(MODULES, at_least=1))),
    (opening(MODULES, Requirement(points=5)), opening(Requirement(points=5))),
    (opening(MODULES), opening(Requirement(count=ActivityCount(match=EventFilter(types=(*MODULE.types, "x")))))),
    (opening(Requirement(level=2), levels=(0, 100)), opening(Requirement(level=2), levels=(0, 5))),
    (opening(Requirement(badge="BADGE"), paused=True), opening(Requirement(badge="BADGE"))),
]


@pytest.mark.parametrize(("strict", "eased"), EASED, ids=["count", "fewer", "another", "level", "badge"])
def test_an_unlock_that_is_made_easier_is_open_for_the_next_event_and_stays_open(
    strict: Rulebook, eased: Rulebook
) -> None:
    assert played(strict, module(0), post(1)).summed() == (5, 0, 0)
    assert played(strict, module(0), eased, post(1), post(2)).summed() == (25, 0, 0)
    assert played(strict, module(0), eased, post(1), strict, post(2)).summed() == (25, 0, 0)
    assert played(strict, module(0), eased, strict, post(2)).summed() == (5, 0, 0), "nothing happened under it"


@pytest.mark.parametrize(("strict", "eased"), EASED, ids=["count", "fewer", "another", "level", "badge"])
def test_what_an_amendment_under_the_easier_version_opened_is_open_for_the_next_event(
    strict: Rulebook, eased: Rulebook
) -> None:
    amended = ours(REVERSED, NINE + timedelta(days=1), "r", source="lms", id="never")
    runner = played(strict, module(0), eased, amended)
    assert runner.has().unlocks == {"OPEN"}
    assert played(strict, module(0), eased, amended, post(2)).summed() == (15, 0, 0)
    assert played(strict, module(0), eased, amended, strict, post(2)).summed() == (15, 0, 0)
