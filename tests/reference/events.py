"""The set of events: which of them stand, what they say after all corrections, and in which order they happened."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ladder.domain.activities.activity import (
    BADGE_GRANTED,
    COMPLETED,
    CORRECTED,
    DAY_OFF,
    DENIED,
    LADDER,
    ORDERED,
    POINTS_GRANTED,
    REBUILT,
    RELEASED,
    REVERSED,
    ROTATION,
    TEAM_ACHIEVED,
    UPHELD,
    Activity,
)
from ladder.domain.activities.event_filter import Condition, EventFilter
from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import Plain

DECISIONS = (REVERSED, RELEASED, DENIED, UPHELD)
AMENDMENTS = (*DECISIONS, CORRECTED)
OF_LADDER = (*DECISIONS, ORDERED, POINTS_GRANTED, BADGE_GRANTED, TEAM_ACHIEVED, REBUILT)


def stands(event: Activity, program: Program) -> bool:
    """Return whether the event is one of the member's: told in time, within the calendar, by whom it may be told."""
    if not 1980 <= event.occurred_at.year < 2100:
        return False
    if (event.type in OF_LADDER and event.source != LADDER) or (event.type == COMPLETED and event.source != ROTATION):
        return False
    if event.type in AMENDMENTS or event.received_at is None:
        return True  # however long ago
    late = event.received_at - event.occurred_at
    return -timedelta(minutes=15) <= late <= timedelta(days=program.rulebook.late_days)


def spoken_of(events: Sequence[Activity], event: Activity, kind: str) -> list[Activity]:
    """Return the amendments of this kind that are about the event: in their order, and Ladder's own last."""
    about_it = [each for each in events if each.type == kind and _is_about(each, event) and not _is_odd(each)]
    return sorted(about_it, key=lambda each: (each.source == LADDER, each.occurred_at, each.source, each.id))


def _is_odd(amendment: Activity) -> bool:
    """Return whether it is dated ahead, or outside the calendar."""
    ahead = amendment.received_at is not None and amendment.occurred_at - amendment.received_at > timedelta(minutes=15)
    return ahead or not 1980 <= amendment.occurred_at.year < 2100


def _is_about(amendment: Activity, event: Activity) -> bool:
    """Ladder names the source, too. Every other source corrects its own events, and decides nothing."""
    if amendment.source == LADDER:
        return (amendment.attributes.get("source"), amendment.attributes.get("id")) == event.key
    return amendment.type == CORRECTED and (amendment.source, amendment.attributes.get("id")) == event.key


def corrected(events: Sequence[Activity], event: Activity) -> dict[str, Plain]:
    """Return what the event says once everything that corrects it is believed, but for what makes no sense."""
    says = dict(event.attributes)
    for correction in spoken_of(events, event, CORRECTED):
        of_ladder = {"id", "source", "released", "settled"}  # names the event, and says what was decided of it
        names = of_ladder if correction.source == LADDER else {"id"}
        after = says | {name: value for name, value in correction.attributes.items() if name not in names}
        says = after if makes_sense(event.type, after) else says
    return says


def makes_sense(kind: str, says: Mapping[str, Plain]) -> bool:
    """Return whether days off are dates in their order, and a price is a whole number of points."""
    if kind == ORDERED:
        price = says.get("price")
        return is_number(price) and float(str(price)).is_integer() and float(str(price)) > 0
    if kind == DAY_OFF:
        try:
            first, last = span(says)
        except ValueError:
            return False
        return date(1980, 1, 1) <= first <= last < date(2100, 1, 1)
    return True


def span(says: Mapping[str, Plain]) -> tuple[date, date]:
    """Return the first and the last day of days off."""
    first = str(says.get("first"))
    return date.fromisoformat(first), date.fromisoformat(str(says.get("last", first)))


def day_of(program: Program, at: datetime) -> date:
    """Return the latest local day that had begun."""
    zone = ZoneInfo(program.schedule.time_zone)
    around = [at.astimezone(zone).date() + timedelta(days=n) for n in (-1, 0, 1)]
    begun = [day for day in around if datetime.combine(day, program.schedule.day_starts_at, zone).astimezone(UTC) <= at]
    return max(begun)


def fits(match: EventFilter, kind: str, says: Mapping[str, Plain]) -> bool:
    return kind in match.types and all(holds(test, says.get(test.attribute)) for test in match.where)


def holds(test: Condition, value: Plain) -> bool:
    """Return whether the test holds of a value; 1 is 1.0, but neither "1" nor true, and what is absent never holds."""
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
    """Return a number of points: what stands before the point, and nothing of what is no number."""
    return int(float(str(value))) if is_number(value) else 0
