"""What is vectorised, once more for one member after the other."""

import math
import statistics
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import product
from statistics import median, median_low

import numpy as np

from ladder.domain.challenges.assignment import NO_BUDGET
from ladder.domain.challenges.caps import COMPLETED, MARGIN, USUAL_ATTENDANCE, Caps
from ladder.domain.challenges.contacts_needed import SHARE_OF_PEERS, SHARE_OF_USUAL, SHARE_OF_USUAL_WITHOUT_PEERS
from ladder.domain.challenges.member_caps import (
    Grid,
    points_if_completed,
)
from ladder.domain.challenges.program_cap import LIKELY, SPREADS, STAGES, ProgramCap, plannable_points, reduction_order
from ladder.domain.challenges.rules import Category, RewardRule, TierRule
from tests.builders.planning import (
    NAN,
    NIGHT,
)


def scalar_allocate(
    caps: Caps, worth: list[float], working: list[float], completed: float = COMPLETED
) -> list[int] | None:
    """The same for one who looks at one member after the other."""
    most = plannable_points(caps)
    if most is None:
        return None
    likely = [share >= LIKELY for share in working]
    whole = [math.ceil(points) if mine else 0 for points, mine in zip(worth, likely, strict=True)]
    mine = [share if expected else 0 for share, expected in zip(working, likely, strict=True)]
    expected = scalar_payout(worth, mine, completed)
    others = [0 if expected else points for points, expected in zip(worth, likely, strict=True)]
    rest = scalar_payout(others, working, completed)
    share = 1.0
    if sum(whole) > most - rest:
        idle = sum(whole) - expected
        share = min(max((most - rest - expected) / idle, 0), 1) if idle > 0 else 0.0
    budgets = [math.floor(points * share) for points in whole]
    if budgets == whole:
        highest = most if caps.member_daily_points is None else caps.member_daily_points
        ceilings = [max(highest - points, 0) if w else 0 for points, w in zip(budgets, working, strict=True)]
        more = _filled(max(most - math.ceil(rest) - sum(budgets), 0), ceilings)
        budgets = [points + added for points, added in zip(budgets, more, strict=True)]
    return [points if w else NO_BUDGET for points, w in zip(budgets, working, strict=True)]


def scalar_preflight(
    tiers: list[int], categories: list[Category], rules: tuple[RewardRule, ...], caps: Caps
) -> list[int]:
    def worth_of(k: int) -> float:
        return base_of(categories[k], played[k]) + sum(bonus_of(rule, categories[k], played[k]) for rule in rules)

    played, kinds = list(tiers), range(len(tiers))
    while not fits(played, categories, rules, caps) and any(tier > 1 for tier in played):
        played[max((k for k in kinds if played[k] > 1), key=worth_of)] -= 1
    while not fits(played, categories, rules, caps):
        played[min((k for k in kinds if played[k]), key=worth_of)] = 0
    return played


def scalar_needs(day: Sequence[float], peers: Sequence[int], usual: float, rule: TierRule) -> dict[int, int]:
    """What a day needs, by peer group."""
    handled: dict[int, list[float]] = {group: [] for group in peers}
    for group, contacts in zip(peers, day, strict=True):
        handled[group] += [] if math.isnan(contacts) else [contacts]
    return {group: _needs(mine, usual, rule) for group, mine in handled.items()}


def scalar_usual(days: Iterable[Sequence[float]], rule: TierRule) -> float:
    """The program's usual day; NaN: did not work."""
    handled = [[each for each in day if not math.isnan(each)] for day in days]
    full = [median_low(day) for day in handled if len(day) >= rule.min_members]
    return median(full or [median_low(day) for day in handled if day] or [0])


def scalar_attendance(
    worked: Sequence[Sequence[bool]], active: Sequence[bool], first: date, night: date
) -> list[float]:
    """`worked`: by day from `first` on, then by member. Looks at one member after the other."""
    days = [(first + timedelta(days=after), row) for after, row in enumerate(worked)]
    recent = [(day, row) for day, row in days if night - timedelta(days=28) <= day < night and any(row)]

    def of(member: int) -> float:
        came = [(day, row[member]) for day, row in recent]
        since = next((at for at, (_, here) in enumerate(came) if here), len(came))
        known = [here for _, here in came[since:]]
        alike = [here for day, here in came[since:] if day.weekday() == night.weekday()]
        if not active[member] or not known:
            return USUAL_ATTENDANCE if active[member] and not recent else 0.0
        return (sum(alike) + sum(known) / len(known)) / (len(alike) + 1)

    return [of(member) for member in range(len(active))]


def scalar_payout(worth: Sequence[float], working: Sequence[float], completed: float = COMPLETED) -> float:
    chances = [(completed * works, points) for works, points in zip(working, worth, strict=True)]
    mean = sum(chance * points for chance, points in chances)
    luck = math.sqrt(sum(chance * (1 - chance) * points**2 for chance, points in chances))
    return min(MARGIN * mean + SPREADS * luck, sum(points for chance, points in chances if chance))


def scalar_median(column: Sequence[float], days: int, at_least: int) -> float:
    worked = [value for value in column if not math.isnan(value)][-days:]
    return statistics.median(worked) if len(worked) >= at_least else NAN


def scalar_within_cap(played: Grid, cap: ProgramCap, night: date = NIGHT) -> Grid:
    """One challenge of one member after the other, for as long as the forecast does not fit."""

    def fits() -> bool:
        worth = points_if_completed(now, pays, cap.caps).tolist()
        return scalar_payout(worth, cap.working.tolist(), cap.completed) <= cap.most

    now, pays, turns = played.copy(), cap.pays, reduction_order(cap.working, night).tolist()
    optional, every = np.flatnonzero(cap.opt_in).tolist(), list(range(len(now)))
    for categories, stage in product((optional, every), STAGES):
        while not fits():
            before = now.copy()
            for member in turns:
                mine = [k for k in categories if (cap.record[k, member], before[k, member]) in stage]
                if mine and not fits():
                    now[max(mine, key=lambda k: pays.total[k, before[k, member]]), member] -= 1
            if (now == before).all():
                break
    return now


def scalar_percentile(values: Sequence[float], percentile: float) -> float:
    """Hazen: the n sorted values stand at (i - 0.5) / n, with straight lines between them."""
    ordered = sorted(values)
    place = min(max(percentile / 100 * len(ordered) - 0.5, 0), len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def _filled(purse: int, ceilings: list[int]) -> list[int]:
    """Whoever can take least is served first; the others share what is left."""
    left, others = purse, len(ceilings)
    for ceiling in sorted(ceilings):
        if left // others < ceiling:
            return [min(each, left // others) for each in ceilings]
        left, others = left - ceiling, others - 1
    return ceilings


def base_of(of: Category, tier: int) -> float:
    return of.tiers[tier - 1].points if tier else 0


def bonus_of(rule: RewardRule, of: Category, tier: int) -> float:
    percent = sum(each.bonus_percentage for each in rule.conditions if each.value in ("ANY", f"TIER_{tier}"))
    return base_of(of, tier) * percent / 100


def fits(tiers: list[int], categories: list[Category], rules: tuple[RewardRule, ...], caps: Caps) -> bool:
    pairs = list(zip(categories, tiers, strict=True))
    base = sum(base_of(of, tier) for of, tier in pairs)
    bonuses = [sum(bonus_of(rule, of, tier) for of, tier in pairs) for rule in rules]
    bonus = sum(bonuses)
    if caps.bonus_percent_of_base is not None:
        bonus = min(bonus, base * caps.bonus_percent_of_base / 100)
    limits = [(base + bonus, caps.member_daily_points), (bonus, caps.member_daily_bonus_points)]
    limits += [(paid, rule.max_daily_bonus_points) for paid, rule in zip(bonuses, rules, strict=True)]
    return all(limit is None or paid <= limit for paid, limit in limits)


def _needs(mine: list[float], usual: float, rule: TierRule) -> int:
    few_peers = len(mine) < rule.min_members
    by_peers = SHARE_OF_USUAL_WITHOUT_PEERS * usual if few_peers else SHARE_OF_PEERS * median_low(mine)
    return max(math.floor(max(by_peers, SHARE_OF_USUAL * usual)), 1)


def scalar_days_a_week(days: Sequence[float]) -> float:
    """Return on how many days a week somebody works. `days`: of the window, NaN where not worked."""
    worked = [not math.isnan(value) for value in days]
    if not 4 <= sum(worked) < 4 * (len(days) // 7):
        return 7
    since = worked[worked.index(True) :]
    weeks = [sum(since[start : start + 7]) for start in range(0, len(since) - 6, 7)]
    present = [week for week in weeks if week]
    return sum(present) / len(present) if present else 7


def scalar_known_after(days: Sequence[float]) -> int:
    """Return how many worked days make a value known: fewer of a part-timer who worked them within two weeks."""
    return 4 if scalar_days_a_week(days) < 4 and all(map(math.isnan, days[:-14])) else 5
