"""What today still holds is what the next event of today would really be paid."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.challenges.caps import Caps
from ladder.domain.message import Message
from ladder.domain.points.apply import evaluate
from ladder.domain.points.ledger import State
from ladder.domain.points.opportunities import EarningOpportunity, Opportunities, opportunities
from ladder.domain.points.rules import Count, Once
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from tests.builders.academy import RULE, SUBMITTED, capped, rule
from tests.builders.academy_events import MONDAY, TUESDAY, done, passed

PLAIN = rule(once=None)


def today(program: Program, state: State, day: date = MONDAY, allowance: int | None = None) -> Opportunities:
    return opportunities(compile_program(program), state, day, allowance=allowance)


def only(told: Opportunities) -> EarningOpportunity:
    (chance,) = told.by_rule
    return chance


def test_without_caps_there_is_no_limit_and_nothing_is_in_the_way() -> None:
    told = today(PLAIN, State())
    assert (told.left, told.limits, only(told).left, only(told).why_not) == (None, (), None, None)


@pytest.mark.parametrize(
    ("caps", "allowance", "left"),
    [
        ({"member_daily_points": 120}, None, 70),
        ({"member_weekly_points": 60}, None, 10),
        ({"member_daily_points": 120, "member_weekly_points": 60}, None, 10),
        ({"member_daily_points": 120}, 80, 30),
        ({"member_daily_points": 50}, None, 0),
    ],
)
def test_what_is_left_is_what_the_next_event_is_paid_at_most(
    caps: dict[str, int], allowance: int | None, left: int
) -> None:
    program = capped(PLAIN, **caps)
    program = replace(program, rulebook=replace(program.rulebook, streaks=(), paths=()))
    state, _ = done(program, passed("a"), allowance=allowance)
    told = today(program, state, allowance=allowance)
    huge = replace(program, rulebook=replace(program.rulebook, rules=(replace(RULE, points=10_000, once=None),)))
    _, (next_one,) = evaluate(
        compile_program(huge), state, [passed("b", minute=1)], allowances={MONDAY.toordinal(): allowance}
    )
    assert told.left == left == next_one.points


def test_what_was_used_up_yesterday_is_free_today_and_the_week_still_counts() -> None:
    program = capped(PLAIN, member_daily_points=50, member_weekly_points=200)
    state, (entry,) = done(program, passed("a"))
    assert entry.points == 50
    assert today(program, state).left == 0
    assert today(program, state, TUESDAY).left == 50
    assert [limit.used for limit in today(program, state, TUESDAY).limits] == [0, 50]
    assert [limit.used for limit in today(program, state, MONDAY + timedelta(days=7)).limits] == [0, 0]


def test_looking_changes_nothing() -> None:
    state, _ = done(PLAIN, passed("a"))
    before = state.copy()
    today(PLAIN, state, TUESDAY)
    assert state == before


def test_a_full_limit_is_the_reason() -> None:
    program = capped(PLAIN, member_daily_points=50)
    state, _ = done(program, passed("a"))
    assert only(today(program, state)).why_not == Message("points.day_limit", {"points": 50})


def test_a_rules_own_limit_is_its_own_reason_and_leaves_others_alone() -> None:
    other = replace(RULE, key="OTHER", once=None)
    both = replace(PLAIN, rulebook=replace(PLAIN.rulebook, rules=(replace(RULE, once=None, daily_points=50), other)))
    program = capped(both, member_daily_points=500)
    state, _ = done(program, passed("a"))
    first, second = today(program, state).by_rule
    assert (first.left, first.why_not) == (0, Message("points.rule_limit", {"points": 50}))
    assert (second.why_not, second.left) == (None, today(program, state).left)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"starts_on": TUESDAY}, Message("points.counts_from", {"day": "2026-03-10"})),
        ({"ends_on": MONDAY - timedelta(days=1)}, Message("points.counted_until", {"day": "2026-03-08"})),
        ({"requires": "MENTORING"}, Message("points.not_unlocked", {"name": "mentoring"})),
        ({"starts_on": MONDAY, "ends_on": MONDAY}, None),
    ],
)
def test_a_rule_that_cannot_pay_today_says_why(changes: dict[str, object], reason: Message | None) -> None:
    chance = only(today(rule(**changes), State()))
    assert (chance.why_not, chance.left) == (reason, 0 if reason else None)


def test_a_rule_about_one_thing_that_has_counted_says_so() -> None:
    named = replace(SUBMITTED, where=(Holds(attribute="module", equals="safety"),))
    program = rule(match=named)
    state, _ = done(program, passed("safety"))
    assert only(today(program, State())).why_not is None
    assert only(today(program, state)).why_not == Message("points.counted_already", {"subject": "module"})


def test_a_rule_about_two_things_of_which_one_counted_may_still_pay() -> None:
    program = rule(match=EventFilter(types=SUBMITTED.types, where=(Holds(attribute="module", one_of=("a", "b")),)))
    one, _ = done(program, passed("a"))
    both, _ = done(program, passed("a"), passed("b", minute=1))
    assert only(today(program, one)).why_not is None
    assert only(today(program, both)).why_not == Message("points.counted_already", {"subject": "module"})


def test_what_counts_again_after_days_is_free_again_then() -> None:
    named = replace(SUBMITTED, where=(Holds(attribute="module", equals="safety"),))
    program = rule(match=named, once=Once(per="module", again_after_days=7))
    state, _ = done(program, passed("safety"))
    assert only(today(program, state, MONDAY + timedelta(days=6))).why_not
    assert not only(today(program, state, MONDAY + timedelta(days=7))).why_not


def test_every_nth_time_says_how_many_there_were() -> None:
    program, every = rule(once=None, count=Count(of=3, within_days=7)), {"needed": 3, "days": 7}
    state, _ = done(program, passed("a"))
    assert only(today(program, state)).how == (Message("points.every_few", every | {"done": 1}),)
    assert only(today(program, state, MONDAY + timedelta(days=7))).how == (
        Message("points.every_few", every | {"done": 0}),
    )


def test_points_that_a_source_knows_are_not_told() -> None:
    assert only(today(rule(points_from="worth"), State())).points is None


def test_a_program_cap_alone_bounds_nobody_without_an_allowance() -> None:
    program = replace(PLAIN, caps=Caps(program_daily_points=1_000))
    assert today(program, State(), allowance=0).left == 0
    assert today(program, State(), allowance=40).left == 40
