"""Sources: each has a key that fits into an address, and into the name of its secret."""

from collections.abc import Iterator

from ladder.domain.activities.inbound import CANONICAL, OUR_SOURCES, OURS
from ladder.domain.program_check.problem import Problem, error, similar, warning
from ladder.domain.programs.places import Path
from ladder.domain.programs.program import Program
from ladder.domain.programs.secret_names import RESERVED
from ladder.domain.programs.source import Source


def check_sources(program: Program) -> Iterator[Problem]:
    for source in program.sources:
        at = ("sources", source.key)
        yield from _key(at, source)
        yield from _events(at, source)


def _key(at: Path, source: Source) -> Iterator[Problem]:
    if source.key in OUR_SOURCES:
        yield error(at, "this is how Ladder names what it reports itself", "Write another key, such as academy.")
    elif source.key in RESERVED:
        yield error(at, "this is how another secret of the program is named", "Write another key, such as academy.")


def _events(at: Path, source: Source) -> Iterator[Problem]:
    """A type of the program's own is welcome; one that is nearly a known type is probably a slip."""
    for event, kind in source.events.items():
        here = (*at, "events", event)
        if kind in OURS:
            yield error(here, f"{kind} is not for sources to report", "Name what somebody did, such as task.completed.")
        elif kind not in CANONICAL and (meant := similar(kind, CANONICAL)):
            yield warning(here, f"{kind} is no type that Ladder knows", f"{meant}A type of your own may stay.")
