"""Program cap: what a night will probably cost, whose challenges are easier for it, and what each member may be paid.

Nobody is lowered while the forecast fits the program's daily cap. Where it does not, the reduction is spread: in an
order that changes every night, one challenge of each member before a second one, one tier before a second one, and only
then are challenges taken away. The order of tiers is kept: in no category is a higher tier offered less than a lower
one.

Budgets keep the cap without a counter that every award writes to: each member who is likely to work gets a budget for
the local date, what they may be paid without asking anybody. The rest of the cap is the date's reserve, on which
members who earn more draw. A budget that is not earned is lost to the others, so on a night that needs most of the cap
budgets are small, and most points come from the reserve. Axes: K categories, M members.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import product

import numpy as np

from ladder.domain.challenges.assignment import NO_BUDGET
from ladder.domain.challenges.caps import COMPLETED, LEAST_RESERVE_PERCENT, MARGIN, USUAL_ATTENDANCE, Caps, round_up
from ladder.domain.challenges.history import Flags, History, Points
from ladder.domain.challenges.member_caps import (
    Grid,
    Indices,
    PointTable,
    Table,
    by_tier_played,
    one_tier_less,
    points_if_completed,
)
from ladder.domain.challenges.pseudo_random import pseudo_random

WEEKS = 4  # of history that say how likely a member is to work
SPREADS = 2.0  # standard deviations added for each member's own luck
LIKELY = 0.5  # probability of working below which a member's budget would most often stay unused

type Shares = np.ndarray[tuple[int], np.dtype[np.float64]]  # (M,) from 0 to 1
type Whole = np.ndarray[tuple[int], np.dtype[np.int64]]  # (M,) points
type Mask = np.ndarray[tuple[int, int], np.dtype[np.bool]]  # (K, M)

# What is made one tier easier, stage after stage: (tier of record, tier played). From 1 on, it is taken away.
STAGES = (((3, 3), (2, 2)), ((3, 2),), ((1, 1),), ((2, 1),), ((3, 1),))


def attendance(history: History, active: Flags, night: date) -> Shares:
    """Return how likely each member is to work on a date: as often as lately, and as on this day of the week.

    Days before a member first worked, and days on which nobody worked, do not count. A member who never worked is not
    expected, unless nobody has worked yet.
    """
    seen = np.zeros(history.members, dtype=np.bool)
    days, worked, same_weekday, worked_same = (np.zeros(history.members, dtype=np.uint8) for _ in range(4))
    first = max(history.first, night - timedelta(weeks=WEEKS))
    for after in range((min(history.last, night - timedelta(days=1)) - first).days + 1):
        day = first + timedelta(days=after)
        row, present = history.row(day), np.zeros(history.members, dtype=np.bool)
        for column in history.columns.values():
            present |= ~np.isnan(column.values[row])
        if not present.any():
            continue
        seen |= present
        days += seen
        worked += present
        if day.weekday() == night.weekday():
            same_weekday += seen
            worked_same += present
    if not seen.any():
        return np.where(active, USUAL_ATTENDANCE, 0.0)
    recent_share = worked / np.maximum(days, 1)
    return np.where(active & seen, (worked_same + recent_share) / (same_weekday + 1.0), 0.0)


def payout(worth: Points, working: Shares, completed: float = COMPLETED) -> float:
    """Return an amount that is hardly ever exceeded, if each member's challenges are worth this much in all.

    `completed`: the share of challenges that members who work are expected to complete.
    """
    chance = working * completed
    mean = float(chance @ worth)
    deviation = math.sqrt(float((chance * (1 - chance)) @ worth**2))
    return min(MARGIN * mean + SPREADS * deviation, float(worth[working > 0].sum()))


def plannable_points(caps: Caps) -> int | None:
    """Return the part of the program's cap for budgets and forecast: all but the least reserve; None without a cap."""
    if caps.program_daily_points is None:
        return None
    reserve = max(caps.reserve_percent, LEAST_RESERVE_PERCENT)
    return math.floor(caps.program_daily_points * (100 - reserve) / 100)


@dataclass(frozen=True, slots=True)
class ProgramCap:
    """The limit that a reduction has to fit. `record`: tiers of record; `most`: what the night's payout may come to.

    `opt_in`: categories that are lowered first, so that who takes part in them costs nobody else a challenge: (K,).
    """

    record: Grid
    pays: PointTable
    caps: Caps
    working: Shares
    most: float
    opt_in: Flags
    completed: float = COMPLETED

    def fits(self, played: Grid) -> bool:
        return payout(points_if_completed(played, self.pays, self.caps), self.working, self.completed) <= self.most


def within_cap(played: Grid, cap: ProgramCap, night: date) -> Grid:
    """Return the tiers to play today. `played`: as the members' own caps allow."""
    if cap.fits(played):
        return played
    order = reduction_order(cap.working, night)
    everything = np.ones_like(cap.opt_in)
    for categories, stage in product([cap.opt_in, everything] if cap.opt_in.any() else [everything], STAGES):
        while (reducible := _at_stage(stage, played, cap) & categories[:, np.newaxis]).any():
            # of each member's challenges that may be lowered, the one that pays most
            category = np.where(reducible, by_tier_played(cap.pays.total, played), -np.inf).argmax(axis=0)
            members = order[reducible.any(axis=0)[order]]
            if cap.fits(all_lowered := one_tier_less(played, category, members)):
                lowered = partial(one_tier_less, played, category)
                fewest = bisect_left(range(len(members)), 1, key=lambda count: cap.fits(lowered(members[:count])))
                return lowered(members[:fewest])
            played = all_lowered
    return played


def _at_stage(stage: Iterable[tuple[int, int]], played: Grid, cap: ProgramCap) -> Mask:
    """Return the challenges that a stage makes easier."""
    at_stage: Mask = np.any([(cap.record == tier) & (played == today) for tier, today in stage], axis=0)
    return at_stage


def sufficient_cap(payout: float, caps: Caps) -> int:
    """Return the cap under which a forecast fits, rounded up to two digits."""
    return round_up(payout / (1 - max(caps.reserve_percent, LEAST_RESERVE_PERCENT) / 100))


def reduction_order(working: Shares, night: date) -> Indices:
    """Return the members in tonight's order; those not expected to work come last, as lowering them saves nothing."""
    return np.lexsort((pseudo_random(len(working), night.toordinal()), working == 0))


def likely_completion(played: Grid, pays: PointTable, likely: Table) -> float:
    """Return the share of the points of all challenges played that is likely to be earned. `likely`: (K, 4)."""
    players = np.array([np.bincount(tiers, minlength=4) for tiers in played]).reshape(likely.shape)
    points = players * pays.total
    return float((points * likely).sum() / points.sum()) if points.any() else COMPLETED


def allocate(caps: Caps, *, worth: Points, working: Shares, completed: float = COMPLETED) -> Whole | None:
    """Return a budget a member, (M,): NO_BUDGET for members not expected to work; None where the program has no cap.

    `worth`: what a member's challenges of the date pay in all. Every budget is the same share of it, from nothing to
    all: the largest that leaves in the reserve what the others are expected to earn. Where all of it fits, the points
    left over are divided evenly, up to the member's own cap.
    """
    available = plannable_points(caps)
    if available is None:
        return None
    likely = working >= LIKELY
    whole = np.where(likely, np.ceil(worth), 0).astype(np.int64)
    expected = payout(worth, working * likely, completed)
    others = payout(np.where(likely, 0, worth), working, completed)
    left, unearned = available - others, whole.sum() - expected  # unearned: lost where every budget is whole
    share = 1.0 if whole.sum() <= left else (left - expected) / unearned if unearned > 0 else 0.0
    budgets: Whole = np.floor(whole * min(max(share, 0.0), 1.0)).astype(np.int64)
    if (budgets == whole).all():
        own_cap = available if caps.member_daily_points is None else caps.member_daily_points
        room = np.maximum(np.where(working > 0, own_cap, 0) - budgets, 0)
        budgets += water_fill(max(available - math.ceil(others) - int(budgets.sum()), 0), room)
    return np.where(working > 0, budgets, NO_BUDGET)


def water_fill(points: int, ceilings: Whole) -> Whole:
    """Return min(ceiling, level) for the highest whole level whose sum is within `points`.

    Members with a ceiling below the level get their ceiling; the others share what is left.
    """
    if ceilings.sum() <= points:
        return ceilings
    ordered = np.sort(ceilings)
    spent = np.concatenate([[0], np.cumsum(ordered)[:-1]])
    levels = (points - spent) // (len(ordered) - np.arange(len(ordered)))
    return np.minimum(ceilings, int(levels[np.argmax(levels < ordered)]))
