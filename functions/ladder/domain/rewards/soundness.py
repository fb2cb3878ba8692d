"""What makes an activity impossible to fold, however well its message was formed: it is set apart, not tried again."""

from datetime import date

from ladder.domain.activity import AMENDMENTS, BADGE_GRANTED, DAY_OFF, ORDERED, Activity
from ladder.domain.rewards.matching import number

LONGEST_ID = 200


def unsound(activity: Activity) -> str:
    """What is wrong and how to mend it; "" where nothing is."""
    if not activity.source or not activity.id or len(activity.id) > LONGEST_ID or "#" in activity.source:
        return f"source and id must be given, the id with at most {LONGEST_ID} characters"
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
        return date.fromisoformat(str(first)) <= date.fromisoformat(str(activity.attributes.get("last", first)))
    except ValueError:
        return False
