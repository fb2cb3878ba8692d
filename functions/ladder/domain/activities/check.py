"""Check the sources of a program: their keys, and the types of event that they report."""

from collections.abc import Iterable, Iterator

from ladder.domain.activities.activity import (
    CANONICAL,
    COMPLETED,
    CORRECTED,
    DAY_OFF,
    KUDOS_RECEIVED,
    OUR_SOURCES,
    OURS,
    POINTS_REPORTED,
)
from ladder.domain.activities.sessions import ASSIGNED, CANCELLED, MOVED, SCHEDULED
from ladder.domain.activities.source import RESERVED_KEYS, Source
from ladder.domain.validation.problem import Problem, error, similar, warning

# Types that say something about activities, points, days and calendars: nobody earns by them.
RECORDED = (OURS - {COMPLETED, KUDOS_RECEIVED}) | {CORRECTED, DAY_OFF, ASSIGNED, SCHEDULED, MOVED, CANCELLED}


def check_sources(sources: Iterable[Source]) -> Iterator[Problem]:
    for source in sources:
        path = ("sources", source.key)
        if source.key in OUR_SOURCES:
            message = "Ladder uses this key for what it reports itself"
            yield error(path, message, "Write another key, such as academy.")
        elif source.key in RESERVED_KEYS:
            message = "this key would name another secret of the program"
            yield error(path, message, "Write another key, such as academy.")
        for event, kind in source.events.items():
            # A type of the program's own is welcome; one that is nearly a known type is probably a slip.
            if kind in {*OURS, POINTS_REPORTED}:
                message = f"{kind} cannot be reported by a source"
                yield error((*path, "events", event), message, "Name what somebody did, such as task.completed.")
            elif kind not in CANONICAL and (suggestion := similar(kind, CANONICAL)):
                hint = f"{suggestion}You may keep a type of your own."
                yield warning((*path, "events", event), f"unknown event type {kind}", hint)
