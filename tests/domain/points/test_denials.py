"""A denied event: what was held is taken back, and nothing else; it counts for nothing that the hold was about."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from ladder.domain.activities.activity import COMPLETED, DENIED, RELEASED, UPHELD, Activity
from ladder.domain.activities.event_filter import EventFilter, Perseverance
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.rulebook import (
    ActivityCount,
    Badge,
    BadgeTier,
    Milestone,
    Path,
    Requirement,
    Rulebook,
    Step,
    Streak,
    Unlock,
)
from ladder.domain.points.rules import Count, Improvement, Once, Rule
from tests.builders.capped_academy import FAILED, MONDAY, PASSED, academy, event, ours
from tests.builders.generated_events import START
from tests.builders.rewards import RewardRunner

NINE = START + timedelta(hours=9)
HELP = EventFilter(types=("peer.assisted",))
HELPED = Rule(key="HELPED", name="help", match=HELP, points=30, hold="a person looks at it")


def helps(day: int, colleague: str = "c1") -> Activity:
    return event("peer.assisted", NINE + timedelta(days=day), f"help{day}", colleague=colleague)


def decides(kind: str, activity: Activity, day: int = 20) -> Activity:
    about = {"source": activity.source, "id": activity.id}
    return ours(kind, NINE + timedelta(days=day), f"{kind}:{activity.id}", **about)


def after(rulebook: Rulebook, *activities: Activity) -> RewardRunner:
    """What they come to, which the reference model confirms."""
    runner = RewardRunner(program=academy(caps=Caps(), rulebook=rulebook))
    for activity in activities:
        runner.give(activity)
        assert runner.has() == runner.should_be()
    return runner


def ruled(rule: Rule) -> Rulebook:
    return Rulebook(rules=(rule,))


CONFIRMED = replace(HELPED, hold=None, confirm="colleague")


@pytest.mark.parametrize("rule", [HELPED, CONFIRMED], ids=["a reviewer", "a colleague"])
@pytest.mark.parametrize("again", [None, 5])
def test_a_denied_event_uses_up_no_once_per(again: int | None, rule: Rule) -> None:
    once = ruled(replace(rule, once=Once(per="colleague", again_after_days=again)))
    first, second = helps(0), helps(1)
    assert after(once, first, second).summed() == (0, 0, 30)
    released = decides(RELEASED, second)
    assert after(once, first, second, released).summed() == (0, 0, 30), "the first one counts, and still waits"
    for order in permutations((first, second, decides(DENIED, first), released)):
        assert after(once, *order).summed() == (30, 0, 0)


def test_a_denied_event_is_none_of_every_third() -> None:
    third = ruled(replace(HELPED, count=Count(of=3, within_days=9)))
    told = [helps(day) for day in range(4)]
    assert after(third, *told[:3], decides(DENIED, told[2])).summed() == (0, 0, 0)
    runner = after(third, *told, decides(DENIED, told[2]), decides(RELEASED, told[3]))
    assert runner.summed() == (30, 0, 0), "the fourth is the third that counts"
    assert after(third, *told, decides(DENIED, told[0])).summed() == (0, 0, 30), "nothing was held of the first one"


def test_a_denied_finish_leaves_the_failures_for_the_next_one() -> None:
    wanted = Perseverance(subject="module", failed=FAILED, after_failures=2)
    rule = Rule(key="AGAIN", name="again", match=PASSED, points=60, perseverance=wanted, hold="so")
    tries = [
        event("assessment.submitted", NINE + timedelta(hours=hour), f"try{hour}", module="m", passed=passed)
        for hour, passed in enumerate((False, False, True, True))
    ]
    assert after(ruled(rule), *tries).summed() == (0, 0, 60)
    runner = after(ruled(rule), *tries, decides(DENIED, tries[2]), decides(RELEASED, tries[3]))
    assert runner.summed() == (60, 0, 0)


def test_a_denied_value_is_none_of_an_improvement() -> None:
    wanted = Improvement(attribute="score", percent=10, weeks=2)
    rule = Rule(
        key="UP", name="up", match=EventFilter(types=("record.updated",)), points=60, improvement=wanted, hold="so"
    )
    told = [
        event("record.updated", NINE + timedelta(weeks=week, hours=hour), f"{week}-{hour}", score=score)
        for week, hour, score in ((0, 0, 10), (1, 0, 20), (2, 0, 30), (2, 1, 30))
    ]
    assert after(ruled(rule), *told).summed() == (0, 0, 60)
    assert after(ruled(rule), *told[:3], decides(DENIED, told[2])).summed() == (0, 0, 0)
    runner = after(ruled(rule), *told, decides(DENIED, told[2]), decides(RELEASED, told[3]))
    assert runner.summed() == (60, 0, 0), "the next value of the week shows the improvement"


COUNTED = Requirement(count=ActivityCount(match=HELP), at_least=1)
HELPER = Badge(
    key="HELPER", name="helper", description="helps", owner="anna.l", review_on=MONDAY,
    tiers=(BadgeTier(name="one", requires=(COUNTED,)),),
)  # fmt: skip
OPENS = Unlock(key="OPEN", name="open", requires=(COUNTED,))
BEHIND = Rule(key="BEHIND", name="behind", match=EventFilter(types=("task.completed",)), points=7, requires="OPEN")
COUNTING = Rulebook(rules=(HELPED, BEHIND), badges=(HELPER,), unlocks=(OPENS,))


def test_a_denied_event_counts_for_no_badge_and_no_unlock_and_a_released_one_from_when_it_happened() -> None:
    helped, task = helps(0), event("task.completed", NINE + timedelta(days=1), "task")
    waiting = after(COUNTING, helped, task)
    assert (waiting.summed(), waiting.has().badges, waiting.has().unlocks) == ((0, 0, 30), {}, frozenset())
    denied = after(COUNTING, helped, task, decides(DENIED, helped))
    assert (denied.summed(), denied.has().badges, denied.has().unlocks) == ((0, 0, 0), {}, frozenset())
    for told in ((decides(RELEASED, helped),), (decides(DENIED, helped), decides(UPHELD, helped))):
        runner = after(COUNTING, helped, task, *told)
        assert (runner.summed(), runner.has().badges) == ((37, 0, 0), {"HELPER": 1})


def test_a_denied_completion_counts_for_no_badge_either() -> None:
    completions = ActivityCount(match=EventFilter(types=(COMPLETED,)))
    badge = replace(HELPER, tiers=(BadgeTier(name="one", requires=(Requirement(count=completions, at_least=2),)),))
    told = [
        replace(
            event(COMPLETED, NINE + timedelta(days=day), f"c{day}", category="A", points=50, tier=1, **held),
            source="rotation",
        )
        for day, held in enumerate(({"held": "short calls"}, {}))
    ]
    book = Rulebook(badges=(badge,))
    assert after(book, *told, decides(DENIED, told[0])).has().badges == {}
    assert after(book, *told, decides(RELEASED, told[0])).has().badges == {"HELPER": 1}


def test_a_denial_leaves_the_streak_the_path_and_the_other_rules_of_its_event() -> None:
    other = Rule(key="OTHER", name="other", match=HELP, points=5, once=Once(per="colleague"))
    streak = Streak(key="DAYS", name="days", match=HELP, milestones=(Milestone(length=2, points=11),))
    path = Path(key="P", name="the walk", points=13, steps=(Step(key="A", name="a", match=HELP),))
    rulebook = Rulebook(rules=(HELPED, other), streaks=(streak,), paths=(path,))
    told = [helps(0), helps(1)]
    assert after(rulebook, *told).summed() == (5 + 11 + 13, 0, 60)
    runner = after(rulebook, *told, *(decides(DENIED, helped) for helped in told))
    assert runner.summed() == (5 + 11 + 13, 0, 0)
    assert (runner.has().streaks, runner.has().paths) == ({"DAYS": (2, 2)}, {"P": frozenset("A")})


def test_a_denial_of_an_event_that_no_rule_holds_means_nothing() -> None:
    rulebook = replace(COUNTING, rules=(replace(HELPED, hold=None, once=Once(per="colleague")), BEHIND))
    first, second = helps(0), helps(1)
    for order in ((first, second, decides(DENIED, first)), (decides(DENIED, first), first, second)):
        runner = after(rulebook, *order)
        assert (runner.summed(), runner.has().badges) == ((30, 0, 0), {"HELPER": 1})
