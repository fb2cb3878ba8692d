"""Caps: what of an award may be paid today.

Every cap bounds a set of points, and of any two such sets one holds the other or they are apart: a rule's base points
of a day, a reward rule's bonus ⊂ the day's bonus, both ⊂ all points of the day ⊂ those of the week. For such a family
taking what still fits, award by award, pays the same sum in any order.
"""

import math
from dataclasses import dataclass
from datetime import date

from ladder.domain.points.ledger import EntryLine, ReserveWithdrawal, State
from ladder.domain.programs.program import LEAST_RESERVE_PERCENT, Caps, Program, RewardRule
from ladder.domain.text import quantity

DAY, BONUS = "#day", "#bonus"
PROGRAM_USED_UP = "the program's points for this day are used up"


@dataclass(frozen=True, slots=True)
class Part:
    """Bonus points under a cap of their own, such as a reward rule's; `most` None: under none."""

    points: int
    cap: str = ""
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """What an activity earned by one rule, before caps. `held`: why it waits for a decision."""

    rule: str
    base: int
    bonus: tuple[Part, ...] = ()
    daily: int | None = None  # the rule's own cap on base points
    held: str | None = None

    @property
    def extra(self) -> int:
        return sum(part.points for part in self.bonus) if self.bonus else 0


def pay(caps: Caps, state: State, award: Award, *, denied: bool = False, released: bool = False) -> EntryLine:
    """Takes what fits from the caps, and books it as earned, or as held until somebody decides.

    A decision is about what is held: an award that waits for nobody is paid, whatever was decided of others.
    """
    if award.held and denied:
        return EntryLine(award.rule, award.base, award.extra, because="a person decided that this does not count")
    extra, points = award.extra, _base(caps, state, award)
    points += sum(_bonus(caps, state, part) for part in award.bonus) if award.bonus else 0
    if points < award.base + extra and state.allowance is not None and state.used.get(DAY, 0) >= state.allowance:
        state.short = True
    if award.held and not released:
        state.held += points
        return EntryLine(award.rule, award.base, extra, 0, points, award.held)
    state.earned += points
    why = "" if points == award.base + extra else _reached(caps, state, award)
    return EntryLine(award.rule, award.base, extra, points, 0, why)


def caps_by_name(program: Program) -> list[str]:
    """Everything that `State.used` may hold besides the keys of rules."""
    return [DAY, BONUS, *(reward_cap(rule) for rule in program.reward_rules)]


def reward_cap(rule: RewardRule) -> str:
    return f"{BONUS}:{rule.name}"


def left_today(caps: Caps, state: State) -> int | None:
    """How many points the member can still earn on the state's day; None: as many as there are."""
    used = state.used.get(DAY, 0)
    left = None if caps.member_daily_points is None else caps.member_daily_points - used
    if state.allowance is not None:
        left = _within(state.allowance - used, left)
    if caps.member_weekly_points is not None:
        left = _within(caps.member_weekly_points - state.week_used, left)
    return left if left is None or left > 0 else 0


def _base(caps: Caps, state: State, award: Award) -> int:
    points = _within(award.base, left_today(caps, state))
    if award.daily is not None:
        points = _within(points, award.daily - state.used.get(award.rule, 0))
        _use(state, award.rule, points)
    _book(state, points)
    return points


def _bonus(caps: Caps, state: State, part: Part) -> int:
    points = _within(part.points, left_today(caps, state))
    if caps.member_daily_bonus_points is not None:
        points = _within(points, caps.member_daily_bonus_points - state.used.get(BONUS, 0))
    if part.most is not None:
        points = _within(points, part.most - state.used.get(part.cap, 0))
        _use(state, part.cap, points)
    _use(state, BONUS, points)
    _book(state, points)
    return points


def _within(points: int, bound: int | None) -> int:
    return points if bound is None else max(min(points, bound), 0)


def _book(state: State, points: int) -> None:
    _use(state, DAY, points)
    state.week_used += points


def _use(state: State, cap: str, points: int) -> None:
    if points:
        state.used[cap] = state.used.get(cap, 0) + points


def _reached(caps: Caps, state: State, award: Award) -> str:
    """Which cap it was: the innermost that is full."""
    used, everything = state.used, state.used.get(DAY, 0)
    if award.daily is not None and used.get(award.rule, 0) >= award.daily:
        return f"this pays up to {quantity(award.daily, 'point')} a day"
    if caps.member_daily_points is not None and everything >= caps.member_daily_points:
        return f"your limit of {quantity(caps.member_daily_points, 'point')} a day is reached"
    if caps.member_weekly_points is not None and state.week_used >= caps.member_weekly_points:
        return f"your limit of {quantity(caps.member_weekly_points, 'point')} a week is reached"
    if state.allowance is not None and everything >= state.allowance:
        return PROGRAM_USED_UP
    return "the limit on bonus points is reached"


STEPS = 1000  # in which the least reserve is drawn


@dataclass(frozen=True, slots=True)
class DailyBound:
    """The most that a member may have earned on a date: what they `had` before, and what is `left` for them to draw.

    `fixed`: what entries of the date say they had; None where none of them was paid.
    """

    had: int
    fixed: int | None = None
    left: int = 0
    drawn: int = 0  # from the reserve, by everybody

    @property
    def points(self) -> int:
        return self.had + self.left


@dataclass(frozen=True, slots=True)
class Allotment:
    """What the night has fixed for a date: the member's `budget`, and everybody's together; None: nothing."""

    budget: int | None = None
    all: int | None = None


NOTHING_FIXED = Allotment()


@dataclass(frozen=True, slots=True)
class SettledBound:
    """What a member may earn on a date from now on, and what they drew for it."""

    allowance: int | None
    draw: ReserveWithdrawal | None = None


def reserve(program: Program, allotted: int | None = None) -> int:
    """Points of a date that no budget allots; the least there may be while budgets are not `allotted` yet."""
    most = program.caps.program_daily_points or 0
    if allotted is not None:
        return max(most - allotted, 0)
    if not program.categories:
        return most
    percent = max(program.caps.reserve_percent, LEAST_RESERVE_PERCENT)
    return most - math.floor(most * (100 - percent) / 100)


def reserve_left(program: Program, drawn: int, allotted: int | None) -> int:
    return max(reserve(program, allotted) - drawn, 0)


def daily_bound(program: Program, *, fixed: int | None, drawn: int, allotment: Allotment = NOTHING_FIXED) -> DailyBound:
    """A budget is the member's whatever they drew before it was there; beyond it, the reserve is open to everybody."""
    return DailyBound(max(fixed or 0, allotment.budget or 0), fixed, reserve_left(program, drawn, allotment.all), drawn)


def settle_bound(program: Program, day: date, bound: DailyBound, taken: int) -> SettledBound:
    """`taken`: what the member's awards of the date come to now."""
    if not taken:
        return SettledBound(bound.fixed)
    step = max(reserve(program) // STEPS, 1)
    more = min(math.ceil(max(taken - bound.had, 0) / step) * step, bound.left)
    return SettledBound(bound.had + more, ReserveWithdrawal(day, bound.drawn, more) if more else None)
