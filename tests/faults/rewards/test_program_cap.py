"""The program's cap of a day, drawn on by several in any order: never overshot, and every point is in the ledger."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.activities.activity import Activity
from ladder.domain.points.replay import replay
from tests.builders.capped_academy import CAPS, academy, event
from tests.builders.generated_events import MEMBERS, START, amendments, calm, events, undated
from tests.builders.planning import category
from tests.builders.rewards import RewardRunner

CAP = 150
FEW = st.lists(st.one_of(events(), events(), amendments()), min_size=1, max_size=4)


@settings(parent=calm, max_examples=80)
@given(st.lists(st.tuples(MEMBERS, FEW), max_size=12))
def test_whatever_comes_nobody_is_paid_what_was_not_drawn(steps: Sequence[tuple[str, list[Activity]]]) -> None:
    runner = RewardRunner(program=academy(caps=replace(CAPS, program_daily_points=CAP, member_daily_points=60)))
    for member, batch in steps:
        runner.give(*batch, member=member)
        used = dict[int, int]()
        for each in runner.written:
            state, _ = runner.ledger.load("academy", each, [])
            entries = runner.ledger.entries("academy", each)
            assert runner.summed(each) == (state.earned, state.spent, state.held)
            book = runner.context(each).compiled
            again, _ = replay({1: book}, book, state, entries, [], allowances={})
            assert replace(undated(again), allowance=None) == replace(undated(state), allowance=None)
            used[state.day] = used.get(state.day, 0) + state.used.get("#day", 0)
        drawn = runner.ledger.allowances.reserves
        assert all(points <= CAP for points in drawn.values())
        assert all(points <= drawn.get(("academy", date.fromordinal(day)), 0) for day, points in used.items() if points)


BUDGETS = st.dictionaries(st.integers(0, 3), st.integers(0, 80), max_size=2)  # day of the week -> points


@settings(parent=calm, max_examples=60)
@given(st.lists(st.tuples(MEMBERS, FEW, BUDGETS), max_size=8))
def test_a_budget_that_appears_in_mid_day_is_the_members_and_pays_what_was_short(
    steps: Sequence[tuple[str, list[Activity], dict[int, int]]],
) -> None:
    """The reserve is soon exhausted: then awards are short until the night has fixed a budget."""
    runner = RewardRunner(program=academy(caps=replace(CAPS, program_daily_points=20, member_daily_points=60)))
    allowances = runner.ledger.allowances
    for member, batch, budgets in steps:
        for day, points in budgets.items():
            allowances.budgets.setdefault(("academy", member, START.date() + timedelta(days=day)), points)
        runner.give(*batch, member=member)
        for each in runner.written:
            state, _ = runner.ledger.load("academy", each, [])
            entries = runner.ledger.entries("academy", each)
            book = runner.context(each).compiled
            again, _ = replay({1: book}, book, state, entries, [], allowances={})
            assert runner.summed(each) == (state.earned, state.spent, state.held)
            assert replace(undated(again), allowance=None) == replace(undated(state), allowance=None)
            today = date.fromordinal(state.day or 1)
            most = allowances.budgets.get(("academy", each, today), 0) + allowances.reserves.get(("academy", today), 0)
            assert state.used.get("#day", 0) <= most


CATEGORIES = (category(),)  # with nights, so that only what budgets leave is the reserve


@settings(parent=calm, max_examples=80)
@given(st.lists(st.tuples(MEMBERS, FEW), max_size=12), st.lists(st.integers(0, 70), min_size=2, max_size=2))
def test_budgets_and_what_is_drawn_beyond_them_never_overshoot_the_cap(
    steps: Sequence[tuple[str, list[Activity]]], budgets: list[int]
) -> None:
    """Every day has the same budgets, fixed before anything happens; who earns more draws what they leave."""
    caps = replace(CAPS, program_daily_points=CAP, member_daily_points=90)
    runner = RewardRunner(program=academy(caps=caps, categories=CATEGORIES))
    names, allowances = ("m", "n"), runner.ledger.allowances
    for day in range(-60, 120):
        for name, points in zip(names, budgets, strict=True):
            allowances.budgets["academy", name, START.date() + timedelta(days=day)] = points
    for member, batch in steps:
        runner.give(*batch, member=member)
        used = dict[int, dict[str, int]]()
        for each in runner.written:
            state, _ = runner.ledger.load("academy", each, [])
            used.setdefault(state.day, {})[each] = state.used.get("#day", 0)
        assert all(sum(mine.values()) <= CAP for mine in used.values())
        assert all(points <= CAP - sum(budgets) for points in allowances.reserves.values())


@settings(parent=calm, max_examples=120)
@given(st.lists(st.lists(st.one_of(events(), events(), amendments()), min_size=1, max_size=4), max_size=8))
def test_under_a_cap_that_never_binds_everybody_has_what_the_reference_model_says(steps: list[list[Activity]]) -> None:
    """A late event may make a day pay that earned nothing when its own events came, and so has no allowance yet."""
    runner = RewardRunner(program=academy(caps=replace(CAPS, program_daily_points=1_000_000)))
    for batch in steps:
        runner.give(*batch)
        assert runner.has() == runner.should_be()
        state, _ = runner.ledger.load("academy", "m", [])
        assert runner.summed("m") == (state.earned, state.spent, state.held)


def test_a_late_event_makes_a_day_pay_that_had_no_allowance_and_no_later_one_takes_it_back() -> None:
    """Two posts within three days pay: the second one came first, and paid nothing yet."""
    runner = RewardRunner(program=academy(caps=replace(CAPS, program_daily_points=60)))
    first, second, third = (event("forum.posted", START + timedelta(days=day), key) for day, key in enumerate("abc"))
    (paid_nothing,) = runner.give(second).entries
    (made_it_pay,) = runner.give(first).entries
    assert (paid_nothing.points, made_it_pay.points) == (0, 50)  # posts, and two days in a row
    assert made_it_pay.other_allowances == {paid_nothing.day: 50}
    drawn = dict(runner.ledger.allowances.reserves)
    runner.give(replace(third, occurred_at=first.occurred_at - timedelta(days=9)))
    runner.give(first)
    assert runner.has() == runner.should_be()
    assert runner.ledger.allowances.reserves == drawn
