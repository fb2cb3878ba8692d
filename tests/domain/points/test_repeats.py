"""Repetition by the whole engine, one rule at a time, and the reference model always agrees."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ladder.domain.activities.activity import Activity
from ladder.domain.activities.event_filter import EventFilter, Perseverance
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.ledger import MAX_FAILURES
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.points.rules import Count, Improvement, Once, Rule
from ladder.domain.validation.constraints import Plain
from tests.builders.capped_academy import FAILED, MODULE, PASSED, POSTED, TRIED, academy, event
from tests.builders.generated_events import START
from tests.builders.rewards import RewardRunner

if TYPE_CHECKING:
    from ladder.domain.validation.constraints import Plain

NINE = START + timedelta(hours=9)
UPDATED = "record.updated"
UPDATES = EventFilter(types=(UPDATED,))


def pays(rule: Rule, *activities: Activity) -> list[int]:
    """Points of each."""
    runner = RewardRunner(program=academy(caps=Caps(), rulebook=Rulebook(rules=(rule,))))
    found = [runner.give(activity).entries[0].points for activity in activities]
    assert runner.has() == runner.should_be()
    return found


def on(kind: str, *days: int, **told: Any) -> list[Activity]:
    return [
        event(kind, NINE + timedelta(days=day, minutes=place), f"{kind}{place}", **told)
        for place, day in enumerate(days)
    ]


def test_once_pays_each_subject_once() -> None:
    rule = Rule(key="A", name="a", match=MODULE, points=10, once=Once(per="module"))
    kinds: list[Plain] = ["m1", "m2", "m1", 1, "1", True, None]
    told = [
        event("learner.completed_module", NINE + timedelta(hours=n), f"{n}", module=kind)
        for n, kind in enumerate(kinds)
    ]
    assert pays(rule, *told) == [10, 10, 0, 10, 10, 10, 0]


def test_once_pays_again_after_its_days_since_it_last_paid() -> None:
    rule = Rule(key="A", name="a", match=POSTED, points=10, once=Once(per="to", again_after_days=3))
    assert pays(rule, *on("forum.posted", 0, 2, 3, 5, 6, to="c")) == [10, 0, 10, 0, 10]


def test_what_was_seen_long_ago_is_still_seen() -> None:
    """More subjects than the state itself remembers."""
    rule = Rule(key="A", name="a", match=MODULE, points=10, once=Once(per="module"))
    told = [
        event("learner.completed_module", NINE + timedelta(minutes=n), f"{n}", module=f"m{n % 60}") for n in range(120)
    ]
    assert sum(pays(rule, *told)) == 600


def test_every_third_within_the_window_pays_and_counting_begins_anew() -> None:
    rule = Rule(key="A", name="a", match=POSTED, points=10, count=Count(of=3, within_days=2))
    assert pays(rule, *on("forum.posted", 0, 0, 0, 0, 0, 1)) == [0, 0, 10, 0, 0, 10]
    assert pays(rule, *on("forum.posted", 0, 1, 2, 2)) == [0, 0, 0, 10]


def test_finishing_pays_after_enough_failures_at_the_same_subject() -> None:
    wanted = Perseverance(subject="module", failed=FAILED, after_failures=2)
    rule = Rule(key="A", name="a", match=PASSED, points=10, perseverance=wanted)
    tries = [("m1", False), ("m2", False), ("m1", False), ("m2", True), ("m1", True), ("m1", True)]
    told = [
        event("assessment.submitted", NINE + timedelta(hours=n), f"{n}", module=module, passed=passed)
        for n, (module, passed) in enumerate(tries)
    ]
    assert pays(rule, *told) == [0, 0, 0, 0, 10, 0]


def test_what_a_rule_pays_for_is_no_failed_try_of_its_own() -> None:
    """A filter of failed tries that leaves passed open matches both: then finishing would be its own failure before."""
    rule = Rule(key="A", name="a", match=PASSED, points=10, perseverance=Perseverance(subject="module", failed=TRIED))
    told = [
        event("assessment.submitted", NINE + timedelta(hours=n), f"{n}", module="m1", passed=passed)
        for n, passed in enumerate([False, True, False, False, True])
    ]
    assert pays(rule, *told) == [0, 0, 0, 0, 10]


def test_of_many_open_failures_the_oldest_are_forgotten() -> None:
    runner = RewardRunner(
        program=academy(
            rulebook=Rulebook(
                rules=(
                    Rule(
                        key="A",
                        name="a",
                        match=PASSED,
                        points=10,
                        perseverance=Perseverance(subject="module", failed=FAILED, after_failures=1),
                    ),
                )
            )
        )
    )
    tries = [(f"m{n}", False) for n in range(MAX_FAILURES + 1)] + [("m0", True), ("m1", True)]
    told = [
        event("assessment.submitted", NINE + timedelta(minutes=n), f"{n}", module=module, passed=passed)
        for n, (module, passed) in enumerate(tries)
    ]
    assert [entry.points for entry in runner.give(*told).entries][-2:] == [0, 10]


def weekly(*values: float) -> list[Activity]:
    return [event(UPDATED, NINE + timedelta(weeks=week), f"{week}", score=value) for week, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((10, 10, 11, 11, 1), [0, 0, 0, 0, 10]),
        ((10, 10, 11, 10.9, 11), [0, 0, 0, 0, 0]),
        ((10, 10, 10, 11, 11, 1), [0, 0, 0, 0, 0, 10]),
        ((10, 10, 11, 11, 12, 12, 14, 14, 1), [0, 0, 0, 0, 10, 0, 0, 0, 10]),
        ((-10, -10, -9, -9, 0), [0, 0, 0, 0, 0]),  # a percentage of nothing, or of less, is no measure
        ((0, 0, 5, 5, 1), [0, 0, 0, 0, 0]),
        ((0, 10, 11, 11, 1), [0, 0, 0, 0, 10]),
    ],
)
def test_improvement_pays_once_it_has_lasted(values: tuple[float, ...], expected: list[int]) -> None:
    wanted = Improvement(attribute="score", percent=10, weeks=4)
    assert pays(Rule(key="A", name="a", match=UPDATES, points=10, improvement=wanted), *weekly(*values)) == expected


def test_improvement_downwards_pays_where_less_is_better() -> None:
    wanted = Improvement(attribute="score", percent=10, weeks=2, direction="lower")
    rule = Rule(key="A", name="a", match=UPDATES, points=10, improvement=wanted)
    assert pays(rule, *weekly(100, 90, 5)) == [0, 0, 10]
    assert pays(rule, *weekly(100, 91, 5)) == [0, 0, 0]


@pytest.mark.parametrize(
    ("values", "paid"),
    [
        ({0: 10, 1: 10, 2: 20, 4: 1}, False),  # three weeks have a value
        ({0: 10, 1: 10, 2: 20, 4: 20, 5: 1}, True),
        ({0: 10, 1: 10, 6: 20, 7: 20, 9: 1}, True),  # four, within eight
        ({0: 10, 1: 10, 6: 20, 8: 20, 9: 1}, False),
    ],
)
def test_improvement_takes_the_stated_number_of_weeks_with_a_value(values: dict[int, float], *, paid: bool) -> None:
    wanted = Improvement(attribute="score", percent=10, weeks=4)
    told = [event(UPDATED, NINE + timedelta(weeks=week), f"{week}", score=value) for week, value in values.items()]
    without = event(UPDATED, NINE + timedelta(weeks=3), "without")
    rule = Rule(key="A", name="a", match=UPDATES, points=10, improvement=wanted)
    assert sum(pays(rule, *sorted([*told, without], key=lambda activity: activity.order))) == 10 * paid
