"""Sources: each has an address of its own, and a secret that Ladder may read."""

from collections.abc import Iterable, Iterator

from ladder.domain.inbound import CANONICAL, OUR_SOURCES, OURS
from ladder.domain.program import Program
from ladder.domain.program_check.problem import Path, Problem, error, similar, warning
from ladder.domain.source import Source


def check_sources(program: Program) -> Iterator[Problem]:
    for place, source in enumerate(program.sources):
        at = ("sources", source.key)
        yield from _key(at, source)
        if source.key in {other.key for other in program.sources[:place]}:
            yield error(at, "two sources have this key", "Give each a key of its own.")
        yield from _shared_secret((*at, "secret"), source, program.sources[:place])
        yield from _events(at, source)


def _key(at: Path, source: Source) -> Iterator[Problem]:
    if source.key in OUR_SOURCES:
        yield error(at, "this is how Ladder names what it reports itself", "Write another key, such as academy.")


def _shared_secret(at: Path, source: Source, others: Iterable[Source]) -> Iterator[Problem]:
    for other in others:
        if other.secret == source.secret and other.key != source.key:
            words = f"{other.key} has this secret too: either's calls would be taken for the other's"
            yield error(at, words, "Give each source a secret of its own.")
            return


def _events(at: Path, source: Source) -> Iterator[Problem]:
    """A type of the program's own is welcome; one that is nearly a known type is probably a slip."""
    for event, kind in source.events.items():
        here = (*at, "events", event)
        if kind in OURS:
            yield error(here, f"{kind} is not for sources to report", "Name what somebody did, such as task.completed.")
        elif kind not in CANONICAL and (meant := similar(kind, CANONICAL)):
            yield warning(here, f"{kind} is no type that Ladder knows", f"{meant}A type of your own may stay.")
