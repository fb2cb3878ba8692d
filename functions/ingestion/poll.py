"""Poll: the sources that tell nothing by themselves are asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ingestion.take import take
from ladder.domain.errors import LadderError
from ladder.domain.inbound import Taken
from ladder.domain.rulebook import SourceKind
from ladder.ports import Activities, Identities, Keyring, Sources, Timeline


@dataclass(frozen=True, slots=True)
class Polled:
    """`failed`: the program and key of each source that was not read to its end, and why."""

    accepted: int = 0
    ignored: int = 0
    failed: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __add__(self, taken: Taken) -> "Polled":
        return replace(self, accepted=self.accepted + taken.accepted, ignored=self.ignored + taken.ignored)


def poll(
    *,
    now: datetime,
    sources: Sources,
    timelines: Mapping[SourceKind, Timeline],
    keyring: Keyring,
    identities: Identities,
    activities: Activities,
) -> Polled:
    """Every source in turn; one that fails does not keep the others from being asked.

    Running it twice changes nothing the second time: what happened has the same id each time it is told.
    """
    polled = Polled()
    for kind, timeline in timelines.items():
        for program, source in sources.of_kind(kind):
            try:
                for contents in timeline.pages(source, keyring.of(source), now=now):
                    polled += take(
                        contents, source, program=program, now=now, identities=identities, activities=activities
                    )
            except LadderError as error:
                polled = replace(polled, failed={**polled.failed, (program, source.key): str(error)})
    return polled
