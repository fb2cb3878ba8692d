"""Caps: exact, never overshot, never under-used, and the same whatever comes first."""

from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.caps import Caps
from ladder.domain.message import Message
from ladder.domain.points.award_caps import BONUS, DAY, DENIED, Award, Part, left_today, pay
from ladder.domain.points.hold_decision import HoldDecision
from ladder.domain.points.ledger import EntryLine, State

SMALL = st.integers(0, 6)
BOUND = st.none() | st.integers(0, 9)
PARTS = st.builds(lambda points, capped: Part(points, "reward", 3) if capped else Part(points), SMALL, st.booleans())
AWARDS = st.builds(
    lambda rule, base, parts: Award(rule, base, tuple(parts), daily=4 if rule == "CAPPED" else None),
    st.sampled_from(["CAPPED", "FREE"]),
    SMALL,
    st.lists(PARTS, max_size=2),
)
CAPS = st.builds(Caps, member_daily_points=BOUND, member_weekly_points=BOUND, member_daily_bonus_points=BOUND)


def paid(caps: Caps, awards: tuple[Award, ...], allowance: int | None) -> int:
    state = State(allowance=allowance)
    return sum(pay(caps, state, award).paid for award in awards)


def most(caps: Caps, awards: tuple[Award, ...], allowance: int | None) -> int:
    """Everything that might be paid of every part, tried: the most that keeps all bounds."""
    parts = [("base", award.rule, award.base) for award in awards]
    parts += [("bonus", part.cap, part.points) for award in awards for part in award.bonus]
    best = 0
    for given_ in product(*(range(points + 1) for *_, points in parts)):
        told = [(kind, cap, points) for (kind, cap, _), points in zip(parts, given_, strict=True)]
        bonus = sum(points for kind, _, points in told if kind == "bonus")
        bounds = [(sum(given_), each) for each in (caps.member_daily_points, caps.member_weekly_points, allowance)]
        bounds.append((bonus, caps.member_daily_bonus_points))
        bounds.append((sum(points for kind, cap, points in told if (kind, cap) == ("base", "CAPPED")), 4))
        bounds.append((sum(points for kind, cap, points in told if (kind, cap) == ("bonus", "reward")), 3))
        if all(bound is None or points <= bound for points, bound in bounds):
            best = max(best, sum(given_))
    return best


@settings(deadline=None, max_examples=60)
@given(CAPS, st.lists(AWARDS, max_size=2), BOUND)
def test_what_fits_award_by_award_is_the_most_that_could_be_paid(
    caps: Caps, awards: list[Award], allowance: int | None
) -> None:
    assert paid(caps, tuple(awards), allowance) == most(caps, tuple(awards), allowance)


@settings(deadline=None, max_examples=150)
@given(CAPS, st.lists(AWARDS, max_size=4), BOUND)
def test_the_sum_is_the_same_in_every_order(caps: Caps, awards: list[Award], allowance: int | None) -> None:
    assert len({paid(caps, order, allowance) for order in permutations(awards)}) == 1


@settings(deadline=None)
@given(CAPS, st.lists(AWARDS, max_size=5), BOUND)
def test_points_by_the_lines_are_points_by_the_state(caps: Caps, awards: list[Award], allowance: int | None) -> None:
    state = State(allowance=allowance)
    lines = [pay(caps, state, award) for award in awards]
    assert state.earned == state.used.get(DAY, 0) == state.week_used == sum(line.paid for line in lines)
    assert all(0 <= line.paid <= line.worth for line in lines)
    assert all(bool(line.because) == (line.paid < line.worth) for line in lines)


SHORT_CALLS = Message("points.reason", {"reason": "short calls"})


def test_what_is_held_takes_its_place_under_the_caps_until_it_is_denied() -> None:
    caps, state = Caps(member_daily_points=100), State()
    line = pay(caps, state, Award("A", 80, held=SHORT_CALLS))
    assert (line.held, line.paid, line.because, state.held, state.earned) == (80, 0, SHORT_CALLS, 80, 0)
    assert pay(caps, state, Award("A", 80)).paid == 20
    (released,) = HoldDecision(released=80).parts(Award("A", 80, held=SHORT_CALLS))
    assert pay(caps, State(), released).paid == 80  # type: ignore[arg-type]
    (denied,) = HoldDecision(denied=True).parts(Award("A", 80, held=SHORT_CALLS))
    assert denied == EntryLine("A", 80, because=DENIED)


@pytest.mark.parametrize(
    ("caps", "state", "award", "because"),
    [
        (Caps(), State(), Award("A", 9, daily=5), Message("points.rule_limit", {"points": 5})),
        (Caps(member_daily_points=5), State(), Award("A", 9), Message("points.day_limit", {"points": 5})),
        (Caps(member_weekly_points=5), State(), Award("A", 9), Message("points.week_limit", {"points": 5})),
        (Caps(), State(allowance=5), Award("A", 9), Message("points.program_limit")),
        (Caps(member_daily_bonus_points=5), State(), Award("A", 0, (Part(9),)), Message("points.bonus_limit")),
        (Caps(), State(), Award("A", 0, (Part(9, "r", 5),)), Message("points.bonus_limit")),
    ],
)
def test_the_line_says_which_limit_it_was(caps: Caps, state: State, award: Award, because: Message) -> None:
    line = pay(caps, state, award)
    assert (line.paid, line.because) == (5, because)


def test_a_lower_cap_in_mid_day_pays_nothing_and_takes_nothing_back() -> None:
    state = State(used={DAY: 50, BONUS: 20}, week_used=50, earned=50)
    caps = Caps(member_daily_points=40, member_daily_bonus_points=10)
    assert left_today(caps, state) == 0
    assert pay(caps, state, Award("A", 9, (Part(9),))).paid == 0
    assert state.earned == 50
