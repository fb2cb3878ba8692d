"""A batch of messages: one message's trouble makes only that message come again."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from badges.select_cases import MemberEvent
from ladder.domain.errors import MemberErased

MIN_SECONDS_LEFT = 5.0  # left of the invocation beside the lease of a case, to begin with another message

type Read = Callable[[str], Iterable[MemberEvent]]  # what a message tells; nothing where it is nobody's deed
type Hear = Callable[[MemberEvent], Iterable[Callable[[], str]]]  # its cases: each is judged when it is called


@dataclass(slots=True, kw_only=True)
class BatchProcessor:
    """How messages are read and heard. `told` counts in a word what came of each case."""

    read: Read
    hear: Hear
    time_left: Callable[[], float]
    takes_seconds: float  # a case at most
    report: Callable[[str, Exception], None]
    told: Counter[str] = field(default_factory=Counter)


def process(messages: Sequence[tuple[str, str]], docket: BatchProcessor) -> list[str]:
    """Ids of the messages that must come again; each message is an id and a body."""
    return [message for message, body in messages if not _done(message, body, docket)]


def _done(message: str, body: str, docket: BatchProcessor) -> bool:
    try:
        for happened in docket.read(body):
            _hear(happened, docket)
    except Exception as error:  # noqa: BLE001 - whatever it is, only this message waits for it
        docket.report(message, error)
        return False
    return True


def _hear(happened: MemberEvent, docket: BatchProcessor) -> None:
    """Whoever was erased takes nobody else's cases along."""
    try:
        for judged in docket.hear(happened):
            if docket.time_left() < docket.takes_seconds + MIN_SECONDS_LEFT:
                raise TimeoutError("no time left for another case")
            docket.told[judged()] += 1
    except MemberErased:
        docket.told["erased"] += 1
