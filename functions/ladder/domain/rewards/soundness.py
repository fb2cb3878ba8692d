"""What makes an activity impossible to fold, however well its message was formed: it is set apart, not tried again."""

from collections.abc import Callable, Mapping
from datetime import datetime

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
from ladder.domain.moments import EARLIEST, LATEST, MOST_DAYS_OFF, in_calendar
from ladder.domain.rewards.matching import number
from ladder.domain.rules import Plain

LONGEST_ID = 200
YEARS = f"between {EARLIEST.year} and {LATEST.year - 1}"
MOST_POINTS = 10**9
LONGEST_OWN_ID = LONGEST_ID + 64  # Ladder's own name a source and an event of it


def unsound(activity: Activity) -> str:
    """What is wrong and how to mend it; "" where nothing is."""
    longest = LONGEST_OWN_ID if activity.source == LADDER else LONGEST_ID
    if not activity.source or not 0 < len(activity.id) <= longest or "#" in activity.source:
        return f"source and id must be given, the id with at most {longest} characters"
    if activity.is_foreign:
        return f"only {REPORTED_BY[activity.type]} itself reports {activity.type}, and no other source: leave it out"
    if not in_calendar(activity.occurred_at):
        return f"occurred_at {outside(activity.occurred_at)}"
    unsaid = UNSAID.get(AMENDED if activity.type in AMENDMENTS else activity.type)
    return unsaid[1] if unsaid and not unsaid[0](activity) else ""


def outside(moment: datetime) -> str:
    """What is wrong with a moment outside the calendar, and how to mend it."""
    return (
        f"is in the year {moment.year}, and not {YEARS}: "
        "send the time at which it happened, such as 2026-03-29T01:30:00Z"
    )


def _is_amount(value: Plain) -> bool:
    points = number(value)
    return points is not None and 0 < points <= MOST_POINTS and points == int(points)


AMENDED = "an amendment"
UNSAID_DAYS = (
    f"days off need first and last, dates such as 2026-03-01 in their order, {YEARS} and at most {MOST_DAYS_OFF} days: "
    "write the days that are known, and the others once they are"
)
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
    DAY_OFF: (
        lambda told: told.has_span,
        UNSAID_DAYS,
    ),
}
