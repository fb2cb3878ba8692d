"""Poll the sources that send nothing themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ingestion.receive import ingest
from ladder.domain.activities.ports import Activities, Cases, Identities, Keyring, QuarantineStore, Sources, Timeline
from ladder.domain.activities.source import POLL_MINUTES, IngestResult, Source, SourceKind
from ladder.domain.errors import LadderError

MOST_SECONDS = 8.0  # for one source
LEAST_SECONDS = 1.0  # less than this is too little to start another source
RESERVE_SECONDS = 3.0  # of the invocation, to ingest the last page and to log


@dataclass(frozen=True, slots=True)
class PollResult:
    """`failed`: the program and key of each source that was not read to its end, and why."""

    accepted: int = 0
    ignored: int = 0
    unreadable: int = 0
    failed: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __add__(self, result: IngestResult) -> "PollResult":
        return replace(
            self,
            accepted=self.accepted + result.accepted,
            ignored=self.ignored + result.ignored,
            unreadable=self.unreadable + result.unreadable,
        )

    def with_failure(self, program: str, source: Source, why: str) -> "PollResult":
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
) -> PollResult:
    """Poll every source in turn; one that fails or hangs does not keep the others from being polled.

    Each gets its share of the seconds left, and each poll starts with another source: so none is permanently behind
    the slow ones. Running it twice changes nothing the second time: an event has the same id each time it is read.
    """
    result = PollResult()
    waiting = [(timelines[kind], *polled) for kind in timelines for polled in sources.of_kind(kind)]
    first = int(now.timestamp() / 60 / POLL_MINUTES) % len(waiting) if waiting else 0
    for index, (timeline, program, source) in enumerate([*waiting[first:], *waiting[:first]]):
        left = time_left() - RESERVE_SECONDS
        if left < LEAST_SECONDS:
            result = result.with_failure(program, source, "not enough time was left to poll it")
            continue
        seconds = max(LEAST_SECONDS, min(MOST_SECONDS, left / (len(waiting) - index)))
        try:
            for contents in timeline.pages(source, keyring.of(program, source), now=now, seconds=seconds):
                result += ingest(
                    contents,
                    source,
                    program=program,
                    markers=sources.markers(program),
                    judged=sources.judged_types(program),
                    now=now,
                    identities=identities,
                    quarantine=quarantine,
                    activities=activities,
                    cases=cases,
                )
        except LadderError as error:
            result = result.with_failure(program, source, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are polled
            result = result.with_failure(program, source, f"an internal error: {type(error).__name__}")
    return result
