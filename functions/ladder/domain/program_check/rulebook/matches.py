"""Which activities are meant: types that exist, one thing tested of each attribute."""

import json
from collections.abc import Iterator

from ladder.domain.activities.inbound import SUBJECTS
from ladder.domain.program_check.problem import Problem, error, nearest, warning
from ladder.domain.program_check.rulebook.types import BOOKED, known_types
from ladder.domain.programs.places import Path, matches, tests
from ladder.domain.programs.program import Program
from ladder.domain.programs.rules import Condition, EventFilter


def check_matches(program: Program) -> Iterator[Problem]:
    known = known_types(program)
    for at, match in matches(program):
        yield from _types((*at, "when"), match, known)
    for at, test in tests(program):
        yield from _one_thing(at, test)
        yield from _as_text(at, test)


def _types(at: Path, match: EventFilter, known: frozenset[str]) -> Iterator[Problem]:
    for name in match.types:
        if name in BOOKED:
            mend = "Name what somebody did, such as task.completed."
            yield error(at, f"{name} is booked by Ladder and is nothing that anybody does", mend)
        elif name not in known:
            message = f"{name} is no type that Ladder or a source of this program is known to bring"
            yield warning(at, message, f"{nearest(name, known)} A source's events may bring types of its own.")


def _one_thing(at: Path, test: Condition) -> Iterator[Problem]:
    asked = {
        "equals": test.equals is not None,
        "in": bool(test.one_of),
        "at_least": test.at_least is not None,
        "at_most": test.at_most is not None,
    }
    found = [name for name, is_set in asked.items() if is_set]
    if len(found) != 1:
        message = f"it tests {' and '.join(found)} at once" if found else "it tests nothing"
        yield error(at, message, "Write one value, {at_least: 80}, {at_most: 5} or {in: [a, b]}.")


def _as_text(at: Path, test: Condition) -> Iterator[Problem]:
    """What is done has one spelling whatever the source (`bounds.normal`): a number there is a text, too.

    Of other attributes nobody knows: a source may tell its own as it likes.
    """
    if test.attribute not in SUBJECTS:
        return
    if test.at_least is not None or test.at_most is not None:
        mend = "Name the values that are meant: {in: [a, b]}."
        yield warning(at, f"{test.attribute} is always a text, and is neither above nor below a number", mend)
    others = [each for each in (test.equals, *test.one_of) if each is not None and not isinstance(each, str)]
    if others:
        told = ", ".join(f'"{json.dumps(each)}"' for each in others)
        yield warning(at, f"{test.attribute} is always a text, which no number equals", f"Write it in quotes: {told}.")
