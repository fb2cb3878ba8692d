"""What was decided of an event, by `docs/points.md` alone: Ladder alone decides, and about what was seen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ladder.domain.activities.activity import CORRECTED, DENIED, LADDER, RELEASED, UPHELD, Activity
from tests.reference.events import is_number, spoken_of, whole


@dataclass(slots=True)
class Decided:
    """Points of the event that may still be paid.

    `released`: of what its rules hold, None where nobody decided that any is paid; `settled`: of what pays at once,
    None where no reviewer changed it. `is_denied`: what is held beyond is never paid, and waits for nobody.
    """

    released: float | None = None
    settled: float | None = None
    is_denied: bool = False


def decided(events: Sequence[Activity], event: Activity) -> Decided:
    """Return what the whole set of events says of this one, in the order in which it was decided."""
    kinds = (RELEASED, DENIED, UPHELD, CORRECTED)
    said = [each for kind in kinds for each in spoken_of(events, event, kind) if each.source == LADDER]
    found, upheld, denials = Decided(), 0.0, list[float]()
    for each in sorted(said, key=lambda each: (each.occurred_at, each.source, each.id)):
        seen = _points(each, "points")
        if each.type == DENIED:
            denials.append(0 if seen is None else seen)
        elif each.type == CORRECTED:
            found.settled = _latest(_points(each, "settled"), found.settled)
            found.released = _latest(_points(each, "released"), found.released)
            upheld = min(upheld, _latest(_points(each, "released"), math.inf) or 0)
        else:
            paid = math.inf if seen is None else seen
            found.released = max(found.released or 0, paid)
            if each.type == UPHELD:
                upheld, denials = max(upheld, paid), []
    if all(each.source == LADDER for each in spoken_of(events, event, CORRECTED)):
        found.settled = None  # it binds the event's source, which has said nothing else
    if denials:
        kept = max(min(found.released or 0, *denials), upheld)
        found.is_denied, found.released = True, kept or None
    return found


def _points(decision: Activity, name: str) -> int | None:
    value = decision.attributes.get(name)
    return whole(value) if is_number(value) else None


def _latest(said: float | None, before: float | None) -> float | None:
    return before if said is None else said
