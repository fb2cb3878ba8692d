"""A batch from the queue: members apart from each other, so that one's trouble costs no other's points."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import batched

from ladder.domain.activities.activity import MAX_BATCH, Activity, Delivery, ParsedMessage
from ladder.domain.errors import MemberErased, ProgramRefused, Rejected

LEAST_SECONDS = 15.0  # left of the invocation, to begin another transaction with all its tries

type Park = Callable[[str, str, str, str], None]  # program, member, body, why
type Give = Callable[[str, str, Sequence[Activity]], None]  # program, member, activities


@dataclass(frozen=True, slots=True)
class Received:
    id: str
    group: str  # "program#member"
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchProcessor:
    """How a message is read, given to its member, or set apart; `report` hears of what makes a group wait.

    `drop` hears how many messages were an erased member's.
    """

    read: Callable[[str], ParsedMessage]
    give: Give
    park: Park
    time_left: Callable[[], float]
    report: Callable[[str, Exception], None]
    drop: Callable[[int], None] = lambda _: None


class OutOfTime(Exception):
    """The invocation would end before another transaction could: whoever is left comes again."""


def process(messages: Sequence[Received], clerk: BatchProcessor) -> list[str]:
    """Ids of the messages that must come again: all of their group, as its order would be lost otherwise.

    What can never be read or paid is set apart whole, and does not come again.
    """
    groups = dict[str, list[Received]]()
    for message in messages:
        groups.setdefault(message.group, []).append(message)
    return [message.id for group in groups.values() if not _done(group, clerk) for message in group]


def _done(group: Sequence[Received], clerk: BatchProcessor) -> bool:
    try:
        _pay(group, clerk)
    except OutOfTime:
        return False
    except Exception as error:  # noqa: BLE001 - whatever it is, only this group waits for it
        clerk.report(group[0].group, error)
        return False
    return True


def _pay(group: Sequence[Received], clerk: BatchProcessor) -> None:
    try:
        for member, activities in _by_member(group, clerk).items():
            for together in batched(activities, MAX_BATCH, strict=False):
                if clerk.time_left() < LEAST_SECONDS:
                    raise OutOfTime
                clerk.give(*member, together)
    except MemberErased:
        clerk.drop(len(group))
    except (Rejected, ProgramRefused) as error:
        for message in group:
            _park(message, clerk, error)


def _by_member(group: Sequence[Received], clerk: BatchProcessor) -> Mapping[tuple[str, str], list[Activity]]:
    found = dict[tuple[str, str], list[Activity]]()
    for delivery in _readable(group, clerk):
        found.setdefault((delivery.program, delivery.member), []).extend(delivery.activities)
    return found


def _readable(group: Sequence[Received], clerk: BatchProcessor) -> Iterator[Delivery]:
    for message in group:
        try:
            read = clerk.read(message.body)
        except Rejected as error:
            _park(message, clerk, error)
            continue
        for body, why in read.unsound:
            _park(replace(message, body=body), clerk, why)
        yield read.delivery


def _park(message: Received, clerk: BatchProcessor, why: object) -> None:
    program, _, member = message.group.partition("#")
    clerk.park(program, member, message.body, str(why))
