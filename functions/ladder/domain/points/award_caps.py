"""Caps: how much of an award may be paid on the day it falls under.

Every cap bounds a set of points, and any two such sets are nested or disjoint: a rule's base points of
a day, a reward rule's bonus ⊂ the day's bonus, both ⊂ all points of the day ⊂ those of the week. For such a family
taking what still fits, award by award, pays the same sum in any order.

Under the program's cap, three amounts bound a member on a date. Their budget is what the night plans for them; it is
fixed with the rotation. Their allowance is the most that they may earn; it is stored with the entries of the date and
never falls. The reserve is what no budget allots: members draw on it for what they earn beyond their budget, or
without one.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from ladder.domain.challenges.caps import LEAST_RESERVE_PERCENT, Caps
from ladder.domain.challenges.rules import ChallengeRules, RewardRule
from ladder.domain.message import Message
from ladder.domain.points.ledger import EntryLine, ReserveWithdrawal, State

DAY, BONUS = "#day", "#bonus"
TEAM = "#team"  # rewards of team goals, which no cap of their own bounds and no goal counts
DENIED = Message("points.not_confirmed")
PROGRAM_USED_UP = Message("points.program_limit")
BONUS_LIMIT = Message("points.bonus_limit")
EARNED_BEFORE = Message("points.earned_before")


@dataclass(frozen=True, slots=True)
class Part:
    """Bonus points under a cap of their own, such as a reward rule's; `max_points` None: no cap."""

    points: int
    cap: str = ""
    max_points: int | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """The points that an activity earned by one rule, before caps. `held`: why it waits for a decision.

    `pays_once`: it cannot be earned again, so that what caps keep of it is carried over.
    """

    rule: str
    base: int
    bonus: tuple[Part, ...] = ()
    daily: int | None = None  # the rule's own cap on base points
    held: Message | None = None
    pays_once: bool = False

    @property
    def extra(self) -> int:
        return sum(part.points for part in self.bonus) if self.bonus else 0


def pay(caps: Caps, state: State, award: Award) -> EntryLine:
    """Pay what fits under the caps, or hold it until somebody decides."""
    extra = award.extra
    points = base = _take(caps, state, award.base, award.rule, award.daily)
    for part in award.bonus:
        points += _take(caps, state, part.points, part.cap, part.max_points, bonus=True)
    if points < award.base + extra and state.allowance is not None and state.used.get(DAY, 0) >= state.allowance:
        state.allowance_reached = True
    if award.held:
        state.held += points
        later = award.base + extra - points if award.pays_once else 0
        return EntryLine(award.rule, award.base, extra, 0, points, award.held, later=later)
    state.earned += points
    because = None
    if points < award.base + extra:  # the innermost cap that is full says why
        full = award.daily is not None and state.used.get(award.rule, 0) >= award.daily
        because = rule_limit(award.daily or 0) if full else limit_reached(caps, state) or BONUS_LIMIT
        if award.pays_once:
            carried = carry_over(state, award.rule, award.base - base, extra - (points - base))
            return EntryLine(award.rule, award.base, extra, points, 0, because, carried)
    return EntryLine(award.rule, award.base, extra, points, 0, because)


def carry_over(state: State, rule: str, base: int, bonus: int = 0) -> int:
    """Keep points that are earned only once for a later event to pay; return how many."""
    earlier_base, earlier_bonus = state.carried_over.get(rule, (0, 0))
    state.carried_over[rule] = earlier_base + base, earlier_bonus + bonus
    return base + bonus


def pay_carried_over(caps: Caps, state: State, rule: str, *, daily: int | None) -> EntryLine:
    """Pay what fits of the points that a rule, streak or path carries over. `daily`: the rule's own cap."""
    base, bonus = state.carried_over[rule]
    state.carried_over[rule] = 0, 0  # it keeps its place
    line = pay(caps, state, Award(rule, base, (Part(bonus),), daily=daily, pays_once=True))
    if state.carried_over[rule] == (0, 0):
        del state.carried_over[rule]
    return line if line.because else replace(line, because=EARNED_BEFORE)


def limit_reached(caps: Caps, state: State) -> Message | None:
    """Return which cap on all points leaves nothing to earn on the state's day; None where none does."""
    used = state.used.get(DAY, 0)
    if caps.member_daily_points is not None and used >= caps.member_daily_points:
        return Message("points.day_limit", {"points": caps.member_daily_points})
    if caps.member_weekly_points is not None and state.week_used >= caps.member_weekly_points:
        return Message("points.week_limit", {"points": caps.member_weekly_points})
    return PROGRAM_USED_UP if state.allowance is not None and used >= state.allowance else None


def rule_limit(daily_points: int) -> Message:
    return Message("points.rule_limit", {"points": daily_points})


def caps_by_name(reward_rules: Iterable[RewardRule]) -> list[str]:
    """Return the keys of `State.used` besides those of rules."""
    return [DAY, BONUS, TEAM, *(reward_cap(rule) for rule in reward_rules)]


def reward_cap(rule: RewardRule) -> str:
    return f"{BONUS}:{rule.name}"


def left_today(caps: Caps, state: State) -> int | None:
    """Return the points that the member can still earn on the state's day; None: no limit."""
    used = state.used.get(DAY, 0)
    left = None if caps.member_daily_points is None else caps.member_daily_points - used
    if state.allowance is not None:
        left = _within(state.allowance - used, left)
    if caps.member_weekly_points is not None:
        left = _within(caps.member_weekly_points - state.week_used, left)
    return left if left is None or left > 0 else 0


def _take(caps: Caps, state: State, points: int, cap: str, most: int | None, *, bonus: bool = False) -> int:
    """Return how many of the points fit, and use them up. `most`: of the award's own cap; None: it has none."""
    points = _within(points, left_today(caps, state))
    if bonus and caps.member_daily_bonus_points is not None:
        points = _within(points, caps.member_daily_bonus_points - state.used.get(BONUS, 0))
    if most is not None:
        points = _within(points, most - state.used.get(cap, 0))
    if points:
        used = state.used
        if most is not None:
            used[cap] = used.get(cap, 0) + points
        if bonus:
            used[BONUS] = used.get(BONUS, 0) + points
        used[DAY] = used.get(DAY, 0) + points
        state.week_used += points
    return points


def _within(points: int, bound: int | None) -> int:
    return points if bound is None else max(min(points, bound), 0)


STEPS = 1000  # in which the least reserve is withdrawn


@dataclass(frozen=True, slots=True)
class DailyBound:
    """The most that a member may earn on a date: what they may `without_reserve`, and what is `left` of it.

    `earlier_allowance`: stored with earlier entries of the date; None where none of them was paid.
    """

    without_reserve: int
    earlier_allowance: int | None = None
    left: int = 0
    withdrawn: int = 0  # from the reserve, by everybody

    @property
    def points(self) -> int:
        return self.without_reserve + self.left


@dataclass(frozen=True, slots=True)
class Allotment:
    """The budgets that a rotation has fixed for a date: the member's `budget`, and `all` together; None: none."""

    budget: int | None = None
    all: int | None = None


NOTHING_FIXED = Allotment()


@dataclass(frozen=True, slots=True)
class SettledBound:
    """The points that a member may earn on a date from now on, and what they withdrew from the reserve for it."""

    allowance: int | None
    withdrawal: ReserveWithdrawal | None = None


def reserve(caps: Caps, challenges: ChallengeRules, allotted: int | None = None) -> int:
    """Return the points of a date that no budget allots; without `allotted`, the least that there may be."""
    most = caps.program_daily_points or 0
    if allotted is not None:
        return max(most - allotted, 0)
    if not challenges.categories:
        return most
    percent = max(caps.reserve_percent, LEAST_RESERVE_PERCENT)
    return most - math.floor(most * (100 - percent) / 100)


def daily_bound(
    caps: Caps,
    challenges: ChallengeRules,
    *,
    earlier_allowance: int | None,
    withdrawn: int,
    allotment: Allotment = NOTHING_FIXED,
) -> DailyBound:
    """Return the bound of a member on a date.

    A budget is the member's, whatever they withdrew before it was fixed; beyond it, the reserve is open to everybody.
    """
    left = max(reserve(caps, challenges, allotment.all) - withdrawn, 0)
    return DailyBound(max(earlier_allowance or 0, allotment.budget or 0), earlier_allowance, left, withdrawn)


def allowance_for(caps: Caps, challenges: ChallengeRules, day: date, bound: DailyBound, earned: int) -> SettledBound:
    """Return the allowance that covers `earned`, which the member's awards of the date come to now."""
    if not earned:
        return SettledBound(bound.earlier_allowance)
    step = max(reserve(caps, challenges) // STEPS, 1)
    more = min(math.ceil(max(earned - bound.without_reserve, 0) / step) * step, bound.left)
    withdrawal = ReserveWithdrawal(day, bound.withdrawn, more) if more else None
    return SettledBound(bound.without_reserve + more, withdrawal)
