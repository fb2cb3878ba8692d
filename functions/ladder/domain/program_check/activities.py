"""Check which activities a program speaks of: sources, the types they report, and what is tested of attributes."""

import json
from collections.abc import Iterator

from ladder.domain.activities.activity import COMPLETED, CORRECTED, DAY_OFF
from ladder.domain.activities.inbound import CANONICAL, OUR_SOURCES, OURS, SUBJECTS
from ladder.domain.program_check.problem import Problem, error, nearest, similar, warning
from ladder.domain.programs.places import Path, matches, tests
from ladder.domain.programs.program import Program
from ladder.domain.programs.rules import Condition
from ladder.domain.programs.secret_names import RESERVED

# Types that Ladder records about activities, points and days: nobody earns by them.
RECORDED = (OURS - {COMPLETED}) | {CORRECTED, DAY_OFF}


def check_sources(program: Program) -> Iterator[Problem]:
    for source in program.sources:
        path = ("sources", source.key)
        if source.key in OUR_SOURCES:
            message = "Ladder uses this key for what it reports itself"
            yield error(path, message, "Write another key, such as academy.")
        elif source.key in RESERVED:
            message = "this key would name another secret of the program"
            yield error(path, message, "Write another key, such as academy.")
        for event, kind in source.events.items():
            # A type of the program's own is welcome; one that is nearly a known type is probably a slip.
            if kind in OURS:
                message = f"{kind} cannot be reported by a source"
                yield error((*path, "events", event), message, "Name what somebody did, such as task.completed.")
            elif kind not in CANONICAL and (suggestion := similar(kind, CANONICAL)):
                hint = f"{suggestion}You may keep a type of your own."
                yield warning((*path, "events", event), f"unknown event type {kind}", hint)


def check_filters(program: Program) -> Iterator[Problem]:
    """Check every event filter: types that exist, and one thing tested of each attribute."""
    reported = {kind for source in program.sources for kind in source.events.values()}
    known = (CANONICAL | reported | {COMPLETED}) - RECORDED
    for path, match in matches(program):
        for kind in match.types:
            if kind in RECORDED:
                message = f"{kind} is recorded by Ladder and is not something that people do"
                yield error((*path, "when"), message, "Name what somebody did, such as task.completed.")
            elif kind not in known:
                hint = f"{nearest(kind, known)} A source's events may report types of its own."
                yield warning((*path, "when"), f"unknown event type {kind}", hint)
    for path, test in tests(program):
        conditions = {
            "equals": test.equals is not None,
            "in": bool(test.one_of),
            "at_least": test.at_least is not None,
            "at_most": test.at_most is not None,
        }
        names = [name for name, is_set in conditions.items() if is_set]
        if len(names) != 1:
            message = f"it tests {' and '.join(names)} at once" if names else "it tests nothing"
            yield error(path, message, "Write one value, {at_least: 80}, {at_most: 5} or {in: [a, b]}.")
        if test.attribute in SUBJECTS:
            yield from _subject(path, test)


def _subject(path: Path, test: Condition) -> Iterator[Problem]:
    """Check a test of what is done, which has one spelling whatever the source: a number there becomes text, too.

    Nothing is known of other attributes: a source may report its own as it likes.
    """
    if test.at_least is not None or test.at_most is not None:
        message = f"{test.attribute} is always text, and is neither above nor below a number"
        yield warning(path, message, "Name the values that are meant: {in: [a, b]}.")
    others = [value for value in (test.equals, *test.one_of) if value is not None and not isinstance(value, str)]
    if others:
        quoted = ", ".join(f'"{json.dumps(value)}"' for value in others)
        message = f"{test.attribute} is always text, which no number equals"
        yield warning(path, message, f"Write it in quotes: {quoted}.")
