"""What an activity is worth before caps: base and bonuses. Bonuses add, and are rounded once, at the end."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import eq, ge, gt, le, lt

from ladder.domain.activities.activity import number
from ladder.domain.points.caps import Award, Part, reward_cap
from ladder.domain.programs.program import CHALLENGE_COMPLETED, Caps, RewardCondition, RewardRule
from ladder.domain.programs.rules import Plain

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "EQUALS": eq,
    "GREATER_THAN": gt,
    "GREATER_THAN_OR_EQUALS": ge,
    "LESS_THAN": lt,
    "LESS_THAN_OR_EQUALS": le,
}
MIRRORED = "the platform pays this; it is recorded here"

type Share = tuple[float, str, int | None]  # per cent of base, and the cap on it: its name and most points


def bonus(base: int, shares: Iterable[Share], caps: Caps) -> tuple[Part, ...]:
    """Whole points whose sum is the sum of the exact shares, rounded half up, within the cap on bonus per base."""
    limit = math.inf if caps.bonus_percent_of_base is None else caps.bonus_percent_of_base
    parts, percent, given = [], 0.0, 0
    for share, cap, most in shares:
        percent = min(percent + share, limit)
        whole = math.floor(base * percent / 100 + 0.5 + 1e-9)
        parts.append(Part(whole - given, cap, most))
        given = whole
    return tuple(part for part in parts if part.points)


def completion(attributes: Mapping[str, Plain], rules: Sequence[RewardRule], caps: Caps) -> Award:
    """A completed challenge: its points, the bonuses of reward rules, and that of a mix harder than usual."""
    base = int(number(attributes.get("points")) or 0)
    harder = number(attributes.get("bonus_percentage")) or 0.0
    shares: list[Share] = [(harder, "", None)] if harder else []
    for rule in rules:
        percent = sum(each.bonus_percentage for each in rule.conditions if _applies(each, attributes))
        if percent:
            shares.append((percent, reward_cap(rule), rule.max_daily_bonus_points))
    held = attributes.get("held")
    return Award(str(attributes.get("category")), base, bonus(base, shares, caps), held=str(held) if held else None)


def _applies(condition: RewardCondition, attributes: Mapping[str, Plain]) -> bool:
    if condition.metric == CHALLENGE_COMPLETED:
        return condition.value in {"ANY", f"TIER_{attributes.get('tier')}"}
    value = number(attributes.get("value"))
    compare, bound = OPERATORS.get(condition.operator), _bound(condition.value)
    if condition.metric != attributes.get("metric") or compare is None or value is None or bound is None:
        return False
    return compare(value, bound)


def _bound(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
