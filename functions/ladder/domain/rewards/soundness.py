"""What makes an activity impossible to fold, however well its message was formed: it is set apart, not tried again."""

from collections.abc import Callable, Mapping
from datetime import date

from ladder.domain.activity import (
    AMENDMENTS,
    BADGE_GRANTED,
    DAY_OFF,
    LADDER,
    ORDERED,
    POINTS_GRANTED,
    REPORTED_BY,
    Activity,
)
from ladder.domain.rewards.matching import number
from ladder.domain.rules import Plain

LONGEST_ID = 200
MOST_POINTS = 10**9
LONGEST_OWN_ID = LONGEST_ID + 64  # Ladder's own name a source and an event of it
EARLIEST = date(1970, 1, 1)  # days off before it are a mistake, and the calendar's first days cannot be reckoned with


def unsound(activity: Activity) -> str:
    """What is wrong and how to mend it; "" where nothing is."""
    longest = LONGEST_OWN_ID if activity.source == LADDER else LONGEST_ID
    if not activity.source or not 0 < len(activity.id) <= longest or "#" in activity.source:
        return f"source and id must be given, the id with at most {longest} characters"
    if activity.is_foreign:
        return f"only {REPORTED_BY[activity.type]} itself reports {activity.type}, and no other source: leave it out"
    unsaid = UNSAID.get(AMENDED if activity.type in AMENDMENTS else activity.type)
    return unsaid[1] if unsaid and not unsaid[0](activity) else ""


def _is_amount(value: Plain) -> bool:
    points = number(value)
    return points is not None and 0 < points <= MOST_POINTS and points == int(points)


def _is_span(activity: Activity) -> bool:
    first = activity.attributes.get("first")
    try:
        begins, ends = (date.fromisoformat(str(each)) for each in (first, activity.attributes.get("last", first)))
    except ValueError:
        return False
    return EARLIEST <= begins <= ends


AMENDED = "an amendment"
UNSAID: Mapping[str, tuple[Callable[[Activity], bool], str]] = {  # what each must say, and how to mend it
    AMENDED: (
        lambda told: bool(told.target and all(told.target)),
        "an amendment must name the event it speaks of, by source and id",
    ),
    ORDERED: (
        lambda told: _is_amount(told.attributes.get("price")),
        "an order needs a price: a whole number of points above 0",
    ),
    POINTS_GRANTED: (
        lambda told: _is_amount(told.attributes.get("points")),
        "a grant needs points: a whole number above 0",
    ),
    BADGE_GRANTED: (lambda told: bool(told.attributes.get("badge")), "a grant must name its badge"),
    DAY_OFF: (_is_span, "days off need first and last, dates such as 2026-03-01 in their order"),
}
