"""Process a batch from the queue: members are independent, so that one's failure costs no other's points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import batched

from ladder.domain.activities.activity import MAX_BATCH, Activity, ParsedMessage
from ladder.domain.errors import MemberErased, ProgramRefused, Rejected

LEAST_SECONDS = 15.0  # left of the invocation, to begin another transaction with all its tries


@dataclass(frozen=True, slots=True)
class Received:
    id: str
    group: str  # "program#member"
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchProcessor:
    """The steps for messages: they are read, and their activities rewarded, or they are quarantined.

    `report` takes the group that must wait and the error; `count_erased` the number of an erased member's messages.
    """

    read: Callable[[str], ParsedMessage]
    reward: Callable[[str, str, Sequence[Activity]], None]  # program, member, activities
    quarantine: Callable[[str, str, str, str], None]  # program, member, body, why
    time_left: Callable[[], float]
    report: Callable[[str, Exception], None]
    count_erased: Callable[[int], None] = lambda _: None


class OutOfTime(Exception):
    """The invocation would end before another transaction could: the messages that are left come again."""


def process(messages: Sequence[Received], processor: BatchProcessor) -> list[str]:
    """Return the ids of the messages that must come again: all of their group, as its order would be lost otherwise.

    What can never be read or paid is quarantined whole, and does not come again.
    """
    groups = dict[str, list[Received]]()
    for message in messages:
        groups.setdefault(message.group, []).append(message)
    failed = list[str]()
    for name, group in groups.items():
        try:
            _process_group(group, processor)
        except OutOfTime:
            failed += [message.id for message in group]
        except Exception as error:  # noqa: BLE001 - whatever it is, only this group waits for it
            processor.report(name, error)
            failed += [message.id for message in group]
    return failed


def _process_group(group: Sequence[Received], processor: BatchProcessor) -> None:
    """Read the messages of a group, and reward what is in them; what cannot be read, or paid, is quarantined."""
    by_member = dict[tuple[str, str], list[Activity]]()
    for message in group:
        try:
            parsed = processor.read(message.body)
        except Rejected as error:
            _quarantine(message, processor, error)
            continue
        for body, why in parsed.rejected:
            _quarantine(replace(message, body=body), processor, why)
        delivery = parsed.delivery
        by_member.setdefault((delivery.program, delivery.member), []).extend(delivery.activities)
    try:
        for (program, member), activities in by_member.items():
            for batch in batched(activities, MAX_BATCH, strict=False):
                if processor.time_left() < LEAST_SECONDS:
                    raise OutOfTime
                processor.reward(program, member, batch)
    except MemberErased:
        processor.count_erased(len(group))
    except (Rejected, ProgramRefused) as error:
        for message in group:
            _quarantine(message, processor, error)


def _quarantine(message: Received, processor: BatchProcessor, why: object) -> None:
    program, _, member = message.group.partition("#")
    processor.quarantine(program, member, message.body, str(why))
