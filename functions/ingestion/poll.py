"""Poll: the sources that tell nothing by themselves are asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ingestion.take import take
from ladder.domain.activities.inbound import POLL_MINUTES, IngestResult
from ladder.domain.activities.ports import Activities, Cases, Identities, Keyring, QuarantineStore, Sources, Timeline
from ladder.domain.errors import LadderError
from ladder.domain.programs.source import Source, SourceKind

MOST_SECONDS = 8.0  # for one source
LEAST_SECONDS = 1.0  # that it is worth to begin with another one
RESERVE_SECONDS = 3.0  # of the invocation, for what was read last and for the log

type Asked = tuple[Timeline, str, Source]  # with the program's key


@dataclass(frozen=True, slots=True)
class Polled:
    """`failed`: the program and key of each source that was not read to its end, and why."""

    accepted: int = 0
    ignored: int = 0
    unreadable: int = 0
    failed: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __add__(self, taken: IngestResult) -> "Polled":
        return replace(
            self,
            accepted=self.accepted + taken.accepted,
            ignored=self.ignored + taken.ignored,
            unreadable=self.unreadable + taken.unreadable,
        )

    def but(self, program: str, source: Source, why: str) -> "Polled":
        return replace(self, failed={**self.failed, (program, source.key): why})


def poll(
    *,
    now: datetime,
    time_left: Callable[[], float],
    sources: Sources,
    timelines: Mapping[SourceKind, Timeline],
    keyring: Keyring,
    identities: Identities,
    quarantine: QuarantineStore,
    activities: Activities,
    cases: Cases,
) -> Polled:
    """Every source in turn; one that fails, or hangs, does not keep the others from being asked.

    Each has its share of the seconds that are left, and every time another one is the first: so none is behind the
    slow ones for good. Running it twice changes nothing the second time: what happened has the same id each time it is
    told.
    """
    polled = Polled()
    waiting = _in_turn([(timelines[kind], *each) for kind in timelines for each in sources.of_kind(kind)], now)
    for place, (timeline, program, source) in enumerate(waiting):
        left = time_left() - RESERVE_SECONDS
        if left < LEAST_SECONDS:
            polled = polled.but(program, source, "no time was left to ask it")
            continue
        seconds = max(LEAST_SECONDS, min(MOST_SECONDS, left / (len(waiting) - place)))
        try:
            for contents in timeline.pages(source, keyring.of(program, source), now=now, seconds=seconds):
                polled += take(
                    contents,
                    source,
                    program=program,
                    judged=sources.judged_types(program),
                    now=now,
                    identities=identities,
                    quarantine=quarantine,
                    activities=activities,
                    cases=cases,
                )
        except LadderError as error:
            polled = polled.but(program, source, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are asked
            polled = polled.but(program, source, f"a fault of our own: {type(error).__name__}")
    return polled


def _in_turn(waiting: Sequence[Asked], now: datetime) -> Sequence[Asked]:
    """Another one first each time that the clock calls."""
    first = int(now.timestamp() / 60 / POLL_MINUTES) % len(waiting) if waiting else 0
    return [*waiting[first:], *waiting[:first]]
