"""What makes an activity impossible to fold, however well its message was formed: it is set apart, not tried again."""

from datetime import date

from ladder.domain.activity import AMENDMENTS, BADGE_GRANTED, DAY_OFF, LADDER, ORDERED, Activity
from ladder.domain.rewards.matching import number

LONGEST_ID = 200
LONGEST_OWN_ID = LONGEST_ID + 64  # Ladder's own name a source and an event of it
EARLIEST = date(1970, 1, 1)  # days off before it are a mistake, and the calendar's first days cannot be reckoned with


def unsound(activity: Activity) -> str:
    """What is wrong and how to mend it; "" where nothing is."""
    longest = LONGEST_OWN_ID if activity.source == LADDER else LONGEST_ID
    if not activity.source or not 0 < len(activity.id) <= longest or "#" in activity.source:
        return f"source and id must be given, the id with at most {longest} characters"
    if activity.type in AMENDMENTS and not (activity.target and all(activity.target)):
        return f"{activity.type} must name the event it speaks of, by source and id"
    if activity.type == ORDERED and not _is_price(activity):
        return "an order needs a price: a whole number of points above 0"
    if activity.type == BADGE_GRANTED and not activity.attributes.get("badge"):
        return "a grant must name its badge"
    if activity.type == DAY_OFF and not _is_span(activity):
        return "days off need first and last, dates such as 2026-03-01 in their order"
    return ""


def _is_price(activity: Activity) -> bool:
    price = number(activity.attributes.get("price"))
    return price is not None and price == int(price) and price > 0


def _is_span(activity: Activity) -> bool:
    first = activity.attributes.get("first")
    try:
        begins, ends = (date.fromisoformat(str(each)) for each in (first, activity.attributes.get("last", first)))
    except ValueError:
        return False
    return EARLIEST <= begins <= ends
