"""Which events stand, what they say after all corrections, and in which order they happened."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ladder.domain.activities.activity import (
    CORRECTED,
    DAY_OFF,
    DENIED,
    LADDER,
    ORDERED,
    RELEASED,
    REVERSED,
    UPHELD,
    Activity,
)
from ladder.domain.activities.event_filter import Condition, EventFilter
from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import Plain

MOST_DAYS_OFF = 366  # of one report
AMENDING = (REVERSED, CORRECTED, RELEASED, DENIED, UPHELD)


def standing(program: Program, event: Activity) -> bool:
    """Neither too late, nor from the future, nor outside the calendar. What amends others is never any of it."""
    if event.type in AMENDING:
        return True
    if not 1980 <= event.occurred_at.year < 2100 or not makes_sense(event.type, dict(event.attributes)):
        return False
    if event.received_at is None:
        return True
    delay = event.received_at - event.occurred_at
    return -timedelta(minutes=15) <= delay <= timedelta(days=program.rulebook.late_days)


def spoken_of(events: Sequence[Activity], event: Activity, kind: str) -> list[Activity]:
    """Amendments of a kind that speak of the event, in the order in which they happened, and Ladder's own last.

    Ladder speaks of every event. A source only corrects, and only events of its own.
    """
    found = []
    for each in events:
        about = (each.attributes.get("source"), each.attributes.get("id"))
        if each.source != LADDER:
            about = (each.source if kind == CORRECTED else None, each.attributes.get("id"))
        if each.type == kind and about == (event.source, event.id):
            found.append(each)
    return sorted(found, key=lambda each: (each.source == LADDER, each.occurred_at, each.source, each.id))


def corrected(events: Sequence[Activity], event: Activity) -> dict[str, Plain]:
    """What the event says once everything that corrects it is believed."""
    attributes = dict(event.attributes)
    for correction in spoken_of(events, event, CORRECTED):
        names = {"id", "source"} if correction.source == LADDER else {"id"}
        changed = attributes | {name: value for name, value in correction.attributes.items() if name not in names}
        attributes = changed if makes_sense(event.type, changed) else attributes
    return attributes


def makes_sense(kind: str, attributes: dict[str, Plain]) -> bool:
    """Days off are dates in their order, and a price is a whole number of points."""
    if kind == ORDERED:
        price = attributes.get("price")
        return is_number(price) and float(str(price)).is_integer() and float(str(price)) > 0
    if kind != DAY_OFF:
        return True
    try:
        first = date.fromisoformat(str(attributes.get("first")))
        last = date.fromisoformat(str(attributes.get("last", first)))
    except ValueError:
        return False
    return date(1980, 1, 1) <= first <= last < date(2100, 1, 1) and (last - first).days < MOST_DAYS_OFF


def moment(event: Activity, attributes: dict[str, Plain]) -> tuple[datetime, str, str]:
    """Its place in the order; days off stand before the first of them has begun anywhere on Earth."""
    at = event.occurred_at
    if event.type == DAY_OFF:
        first = date.fromisoformat(str(attributes["first"]))
        at = min(at, datetime.combine(first, time(), tzinfo=UTC) - timedelta(hours=14))
    return at, event.source, event.id


def day_of(program: Program, at: datetime) -> date:
    """The latest local day that had begun."""
    zone = ZoneInfo(program.schedule.time_zone)
    around = [at.astimezone(zone).date() + timedelta(days=n) for n in (-1, 0, 1)]
    begun = [day for day in around if datetime.combine(day, program.schedule.day_starts_at, zone).astimezone(UTC) <= at]
    return max(begun)


def fits(match: EventFilter, kind: str, attributes: dict[str, Plain]) -> bool:
    return kind in match.types and all(holds(test, attributes.get(test.attribute)) for test in match.where)


def holds(test: Condition, value: Plain) -> bool:
    if value is None:
        return False
    if test.at_least is not None:
        return is_number(value) and float(value) >= test.at_least
    if test.at_most is not None:
        return is_number(value) and float(value) <= test.at_most
    wanted = test.one_of or (test.equals,)
    return any(value == each and is_number(value) == is_number(each) for each in wanted)


def is_number(value: Plain) -> bool:
    return type(value) in {int, float}


def whole(value: Plain) -> int:
    return int(float(str(value))) if is_number(value) else 0
