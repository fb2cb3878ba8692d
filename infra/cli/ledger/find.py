"""Find entries: the newest, or those of one event; and without an entry, what else is known of the event."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import nlargest
from typing import Any

from infra.cli.ledger.members import (
    MemberKey,
    MemberLedger,
    find_members,
    open_ledger,
    read_ledger,
    resolve_member,
    scan,
)
from infra.cli.stack import Stack, published_programs
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.keys import within
from ladder.adapters.dynamodb.ledger import from_item
from ladder.domain.activities.activity import Key
from ladder.domain.points.ledger import Entry

REFUSED_PREFIX = f"REFUSED#{keys.ENTRY}"
WAITING = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
ATTRIBUTES = (
    *("pk", "sk", "type", "occurred_at", "attributes", "version"),
    *("points", "spent", "held", "sentence", "sequence", "recorded_at"),
)
NAMES = {f"#{name}": name for name in ATTRIBUTES}  # DynamoDB reserves some of them


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """`user`: the user name on the roster; "" for a member who is not on it."""

    person: MemberKey
    user: str
    entry: Entry


def newest_entries(stack: Stack, *, program: str | None, member: str | None, last: int) -> list[ListedEntry]:
    """Return the entries recorded last, newest first. Without a member it reads the whole members table.

    Raises Rejected for a program that was never published, and for an unknown member.
    """
    items: Iterator[dict[str, Any]]
    if member:
        people = find_members(stack, program=program, member=member)
        items = (
            item for person in people for item in stack.members.members.query(person.partition, within(keys.ENTRY))
        )
    else:
        programs, entries = published_programs(stack, program), {":entry": keys.ENTRY}
        scanned = scan(stack, "begins_with(#sk, :entry)", entries, names=NAMES, attributes=", ".join(NAMES))
        items = (item for item in scanned if MemberKey.of(item["pk"]).program in programs)
    users = cache(lambda program: {each.id: each.user for each in stack.members.published.roster(program)})
    newest = nlargest(last, items, key=lambda item: str(item.get("recorded_at", "")))
    found = [(MemberKey.of(item["pk"]), from_item(item)) for item in newest]
    return [ListedEntry(person, users(person.program).get(person.member, ""), entry) for person, entry in found]


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry, and the ledger that it is in."""

    ledger: MemberLedger
    entry: Entry

    @property
    def person(self) -> MemberKey:
        return self.ledger.person

    @property
    def amendments(self) -> list[Entry]:
        """The entries that correct or decide about this one, even if they came before it."""
        return [entry for entry in self.ledger.entries if entry.activity.target == self.entry.key]


def find_entries(
    stack: Stack, event: str, *, program: str | None = None, member: str | None = None
) -> list[FoundEntry]:
    """Find the entries of an event (source#id, or an id). Without a member it reads the whole members table.

    `member`: an id or a user name. Raises Rejected for a program that was never published, and for an unknown member.
    """
    programs = published_programs(stack, program)
    if member:
        people = resolve_member(stack, member, programs)
    else:
        values = {":entry": keys.ENTRY, ":event": event}
        items = scan(stack, "begins_with(sk, :entry) AND contains(sk, :event)", values)
        people = sorted({MemberKey.of(item["pk"]) for item in items if _means(event, keys.event(item["sk"]))})
    return [
        FoundEntry(ledger, entry)
        for ledger in (read_ledger(stack, person) for person in people if program in {None, person.program})
        for entry in ledger.entries
        if _means(event, entry.key)
    ]


def _means(event: str, key: Key) -> bool:
    """An id may hold a `#` itself, so both readings count."""
    return event in {key[1], "#".join(key)}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTraces:
    """What is known of an event without an entry."""

    quarantined: Sequence[tuple[MemberKey, str]]  # and why
    refused: Sequence[str]  # when it came with another payload
    amended: Sequence[tuple[MemberKey, str]]  # members whose ledgers have an amendment of it, and the amendment
    erased: int  # user ids that lead to nobody
    waiting: int  # messages
    failed: int  # messages


def find_traces(stack: Stack, event: str, *, program: str | None = None) -> EventTraces:
    """Reads the whole members table."""
    quoted = json.dumps(event.rpartition("#")[2], ensure_ascii=False)
    condition = (
        "(begins_with(sk, :entry) AND contains(#attributes, :event)) OR begins_with(sk, :quarantine) "
        "OR (sk = :identity AND attribute_exists(erased))"
    )
    values = {":entry": keys.ENTRY, ":event": quoted[1:-1]}
    values |= {":quarantine": keys.QUARANTINE, ":identity": keys.IDENTITY}
    found = [
        (MemberKey.of(item["pk"]), str(item["sk"]))
        for item in scan(stack, condition, values, names={"#attributes": "attributes"})
    ]
    found = [(person, sort_key) for person, sort_key in found if program in {None, person.program}]
    with_amendment = {person for person, sort_key in found if sort_key.startswith(keys.ENTRY)}
    with_quarantine = {person for person, sort_key in found if sort_key.startswith(keys.QUARANTINE)}
    ledger = open_ledger(stack)
    return EventTraces(
        quarantined=[
            (person, why)
            for person in sorted(with_quarantine)
            for body, why in ledger.quarantined(person.program, person.member).items()
            if quoted in body
        ],
        refused=list(refusals(stack, event, program=program)),
        amended=[
            (person, "#".join(entry.key))
            for person in sorted(with_amendment)
            for entry in read_ledger(stack, person).entries
            if entry.activity.target is not None and _means(event, entry.activity.target)
        ],
        erased=sum(sort_key == keys.IDENTITY for _, sort_key in found),
        waiting=_messages(stack, "ActivitiesQueueUrl"),
        failed=_messages(stack, "FailedActivitiesQueueUrl"),
    )


def refusals(stack: Stack, event: str, *, program: str | None) -> Iterator[str]:
    """Yield when the event came again with another payload than the recorded one."""
    for key in [program] if program else stack.members.published.keys():
        for record in stack.audit.query(key, within(REFUSED_PREFIX)):
            if _means(event, keys.event(record["sk"].removeprefix("REFUSED#").rpartition("#")[0])):
                yield str(record["at"])


def _messages(stack: Stack, output: str) -> int:
    if output not in stack.outputs:
        return 0
    request = {"QueueUrl": stack.outputs[output], "AttributeNames": list(WAITING)}
    counts = stack.client("sqs").get_queue_attributes(**request)["Attributes"]
    return sum(int(counts[name]) for name in WAITING)
