"""Each rule of a rulebook, broken once: the problem names its path and its hint."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ladder.domain.activities.activity import Event, normalized
from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.points.check import find_cycle
from ladder.domain.points.rulebook import ActivityCount, Requirement
from ladder.domain.points.rules import Bonus, Count, Improvement
from ladder.program_validation import checked
from tests.builders.academy import SUBMITTED, academy, capped, needs, rule, source, streak, tier, where
from tests.builders.program_mistakes.rulebooks import FAST
from tests.builders.program_mistakes.rules import SCORE
from tests.builders.program_problems import check

MOMENT = datetime(2026, 3, 9, 12, tzinfo=UTC)
NUMBERS = {"module": 7, "score": 7}


def test_an_academy_without_nights_has_no_problem() -> None:
    assert check(academy()) == ()


def test_a_rule_is_limited_by_any_one_of_its_limits_or_by_the_day() -> None:
    limited = (
        rule(once=None, daily_points=100),
        rule(once=None, count=Count(of=3, within_days=7)),
        rule(once=None, improvement=Improvement(attribute="score", percent=5)),
        capped(rule(once=None), member_daily_points=300),
    )
    assert [check(program) for program in limited] == [()] * 4


def test_speed_beside_quality_may_be_rewarded() -> None:
    assert check(where(FAST, SCORE)) == ()
    assert check(where(SCORE, bonuses=(Bonus(name="fast", percentage=5, where=(FAST,)),))) == ()


def test_a_type_that_a_source_brings_is_known() -> None:
    own = EventFilter(types=("kudos.given",), where=(SCORE,))
    assert check(replace(rule(match=own), sources=source(events={"kudo": "kudos.given"}).sources)) == ()


def test_completions_may_count_for_streaks_and_badges() -> None:
    completed = EventFilter(types=("challenge.completed",))
    assert check(streak(match=completed)) == ()
    assert check(tier(Requirement(count=ActivityCount(match=completed), at_least=3))) == ()


def test_each_of_the_four_tests_may_stand_alone_and_false_is_a_value() -> None:
    for holds in (
        Holds(attribute="passed", equals=False),
        Holds(attribute="score", equals=0),
        Holds(attribute="track", one_of=("fraud", None)),
        Holds(attribute="score", at_least=0),
    ):
        assert check(rule(match=replace(SUBMITTED, where=(holds,)))) == ()


def test_a_subject_is_compared_with_the_text_that_a_source_s_number_becomes() -> None:
    """What the check tells to write is what ingestion makes of the number, and another attribute keeps its own."""
    told = Event(place="event", id="e", type="assessment.submitted", occurred_at=MOMENT, member="m", attributes=NUMBERS)
    assert normalized(told).attributes == {"module": "7", "score": 7}
    (doubt,) = check(where(Holds(attribute="module", equals=7)))
    assert doubt.hint == 'Write it in quotes: "7".'
    fine = (
        Holds(attribute="module", equals="7"),
        Holds(attribute="score", equals=7),
        Holds(attribute="unit", equals=7),
    )
    assert [check(where(each)) for each in fine] == [()] * 3


def test_a_cycle_is_named_in_the_order_of_waiting() -> None:
    assert find_cycle({"C": ["A"], "A": ["B"], "B": ["C"], "D": ["A"]}) == ["A", "B", "C", "A"]
    assert find_cycle({"A": ["B"], "B": ["C"]}) == []


@pytest.mark.parametrize("both", [Requirement(level=1, badge="GONE"), Requirement(points=5, badge="GONE")])
def test_a_requirement_of_two_things_is_a_problem_with_its_place_and_no_failure(both: Requirement) -> None:
    problems = [problem.where for problem in check(needs(both)) if problem.severity == "error"]
    assert problems
    assert all("requires" in where for where in problems)


def test_a_number_beyond_every_float_is_a_problem_that_says_how_long_it_is() -> None:
    program, problems = checked({"key": 10**400})
    assert program is None
    assert "a number of 401 digits" in str(problems)
