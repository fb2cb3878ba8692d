"""A draft tried on the last thirty days: what changes, for whom, and where caps bite."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ladder.domain.challenges.caps import Caps
from ladder.domain.message import Message
from ladder.domain.points.apply import evaluate
from ladder.domain.points.draft_trial import MemberComparison, Totals, compare
from ladder.domain.points.ledger import Entry, State
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from tests.builders.academy import BADGE, RULE, book, capped
from tests.builders.capped_academy import event

PLAIN = book(paths=(), streaks=())
TODAY = date(2026, 4, 30)
NOON = datetime(2026, 4, 20, 12, tzinfo=UTC)


def passed(n: int, *, days: int = 0) -> Any:
    at = NOON - timedelta(days=days) + timedelta(minutes=n)
    return event("assessment.submitted", at, f"e{n}", passed=True, module=f"m{n}")


def recorded(*activities: Any, program: Program | None = None) -> list[Entry]:
    _, entries = evaluate(compile_program(replace(program or PLAIN, version=1)), State(), activities, allowances={})
    return entries


def tried(draft: Program, entries: list[Entry], current: Program | None = None) -> MemberComparison:
    now = compile_program(replace(current or PLAIN, version=1))
    return compare({1: now}, now, compile_program(replace(draft, version=2)), entries, today=TODAY)


def test_the_same_rules_earn_the_same() -> None:
    compared = tried(PLAIN, recorded(passed(1), passed(2)))
    assert not compared.differs
    assert compared.now.points == {"PASSED": 100}


def test_other_points_are_told_by_rule_and_only_for_the_span() -> None:
    entries = recorded(passed(1, days=60), passed(2))
    compared = tried(book(paths=(), streaks=(), rules=(replace(RULE, points=80),)), entries)
    assert (compared.now.points, compared.draft.points) == ({"PASSED": 50}, {"PASSED": 80})


def test_what_counted_once_before_the_span_does_not_count_again_in_it() -> None:
    again = replace(passed(2), attributes=passed(1).attributes)
    assert (
        tried(
            book(paths=(), streaks=(), rules=(replace(RULE, points=80),)), recorded(passed(1, days=60), again)
        ).draft.points
        == {}
    )


def test_badges_that_would_be_new_or_missing_are_named() -> None:
    entries = recorded(passed(1), passed(2), passed(3))
    more = replace(BADGE, tiers=(replace(BADGE.tiers[0], requires=(replace(BADGE.tiers[0].requires[0], at_least=4),)),))
    harder = book(paths=(), streaks=(), badges=(more,))
    assert tried(harder, entries).lost == ["SHARER 1"]
    assert tried(PLAIN, entries, current=harder).gained == ["SHARER 1"]


def test_caps_that_bite_say_what_they_take() -> None:
    again_and_again = book(paths=(), streaks=(), rules=(replace(RULE, once=None),))
    compared = tried(capped(again_and_again, member_daily_points=70), recorded(passed(1), passed(2)))
    assert compared.draft.trimmed == {Message("points.day_limit", {"points": 70}): 30}
    assert compared.now.trimmed == {}


def test_what_a_cap_only_puts_off_is_not_taken() -> None:
    next_day = replace(passed(3, days=-1), type="task.completed")
    compared = tried(capped(PLAIN, member_daily_points=70), recorded(passed(1), passed(2), next_day))
    assert (compared.draft.points, compared.draft.trimmed) == ({"PASSED": 100}, {})
    assert set(compared.draft.by_day.values()) == {70, 30}


def test_a_new_cap_on_all_together_is_told_by_day_and_takes_nothing_from_anybody() -> None:
    draft = capped(PLAIN, program_daily_points=150)
    totals = Totals()
    for _ in range(2):
        totals.add(tried(draft, recorded(passed(1), passed(2))))
    assert totals.points[1] == {"PASSED": 200}
    assert totals.over(150) == [date(2026, 4, 20)]
    assert totals.over(None) == totals.over(200) == []


def test_a_cap_that_the_draft_drops_no_longer_bounds_a_day() -> None:
    bounded = replace(PLAIN, caps=Caps(program_daily_points=60), version=1)
    day = NOON.date().toordinal()
    _, entries = evaluate(compile_program(bounded), State(), [passed(1), passed(2)], allowances={day: 60})
    compared = tried(PLAIN, entries, current=bounded)
    assert (compared.now.total, compared.draft.total) == (60, 100)


def test_what_a_member_drew_from_the_cap_of_all_does_not_bound_what_a_draft_would_give_them() -> None:
    """They drew what their awards needed, which is no more than was paid."""
    bounded, day = capped(PLAIN, program_daily_points=1_000), NOON.date().toordinal()
    _, entries = evaluate(compile_program(replace(bounded, version=1)), State(), [passed(1)], allowances={day: 51})
    more = replace(bounded, rulebook=replace(bounded.rulebook, rules=(replace(RULE, points=70),)))
    compared = tried(more, entries, current=bounded)
    assert (compared.now.total, compared.draft.total) == (50, 70)
    assert compared.draft.trimmed == {}


def test_where_the_cap_of_all_kept_them_short_it_still_does() -> None:
    bounded, day = capped(PLAIN, program_daily_points=1_000), NOON.date().toordinal()
    _, entries = evaluate(compile_program(replace(bounded, version=1)), State(), [passed(1)], allowances={day: 40})
    more = replace(bounded, rulebook=replace(bounded.rulebook, rules=(replace(RULE, points=70),)))
    compared = tried(more, entries, current=bounded)
    assert (compared.now.total, compared.draft.total) == (40, 40)
