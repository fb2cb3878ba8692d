"""Where an event is: in whose ledger; and where it is in none, what else is known of it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from infra.cli.ledger.members import (
    MemberKey,
    MemberLedger,
    member_of,
    open_ledger,
    published_programs,
    read_ledger,
    resolve_member,
    scan,
)
from infra.cli.stack import Stack
from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.keys import within
from ladder.domain.activities.activity import Key
from ladder.domain.points.ledger import Entry

REFUSALS = f"REFUSED#{member_keys.ENTRY}"
WAITING = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry, and the whole ledger that it stands in."""

    ledger: MemberLedger
    entry: Entry

    @property
    def person(self) -> MemberKey:
        return self.ledger.person

    @property
    def amendments(self) -> list[Entry]:
        """What was said of it afterwards, or before it came."""
        return [each for each in self.ledger.entries if each.activity.target == self.entry.key]


def find_entries(
    place: Stack, event: str, *, program: str | None = None, member: str | None = None
) -> list[FoundEntry]:
    """`event`: source#id, or an id alone. Reads the whole table of members, unless a member is told, by id or name.

    Raises Rejected for a program that was never published, and for a member whom nobody knows.
    """
    programs = published_programs(place, program)
    told = resolve_member(place, member, programs) if member else _people(place, event)
    wanted = [each for each in told if program in {None, each.program}]
    return [
        FoundEntry(ledger, entry)
        for ledger in (read_ledger(place, person) for person in wanted)
        for entry in ledger.entries
        if _means(event, entry.key)
    ]


def _people(place: Stack, event: str) -> list[MemberKey]:
    values = {":entry": member_keys.ENTRY, ":event": event}
    items = scan(place, "begins_with(sk, :entry) AND contains(sk, :event)", values)
    return sorted({member_of(item["pk"]) for item in items if _means(event, member_keys.event(item["sk"]))})


def _means(event: str, key: Key) -> bool:
    """An id may hold a `#` itself, so both readings count."""
    return event in {key[1], "#".join(key)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Of an event without an entry. `amended`: whose ledgers speak of it; `erased`: user ids that lead to nobody."""

    parked: Sequence[tuple[MemberKey, str]]  # and why
    refused: Sequence[str]
    amended: Sequence[tuple[MemberKey, str]]  # and the amendment
    erased: int
    waiting: int
    failed: int


def find_traces(place: Stack, event: str, *, program: str | None = None) -> Traces:
    told = json.dumps(event.rpartition("#")[2], ensure_ascii=False)[1:-1]
    values = {":entry": member_keys.ENTRY, ":event": told, ":parked": member_keys.QUARANTINE}
    speaks, erased = (
        "begins_with(sk, :entry) AND contains(#told, :event)",
        "sk = :identity AND attribute_exists(erased)",
    )
    items = [
        item
        for item in scan(
            place,
            f"({speaks}) OR begins_with(sk, :parked) OR ({erased})",
            {**values, ":identity": member_keys.IDENTITY},
            names={"#told": "attributes"},
        )
        if program in {None, member_of(item["pk"]).program}
    ]
    return Traces(
        parked=list(_parked(place, event, {member_of(i["pk"]) for i in items if _is(i["sk"], member_keys.QUARANTINE)})),
        refused=list(refusals(place, event, program=program)),
        amended=list(_amended(place, event, {member_of(i["pk"]) for i in items if _is(i["sk"], member_keys.ENTRY)})),
        erased=sum(item["sk"] == member_keys.IDENTITY for item in items),
        waiting=_messages(place, "ActivitiesQueueUrl"),
        failed=_messages(place, "FailedActivitiesQueueUrl"),
    )


def refusals(place: Stack, event: str, *, program: str | None) -> Iterator[str]:
    """When the event came with another body than the one that was recorded."""
    for key in [program] if program else place.members.published.keys():
        for record in place.audit.query(key, within(REFUSALS)):
            if _means(event, member_keys.event(record["sk"].removeprefix("REFUSED#").rpartition("#")[0])):
                yield str(record["at"])


def _parked(place: Stack, event: str, people: set[MemberKey]) -> Iterator[tuple[MemberKey, str]]:
    for person in sorted(people):
        for body, why in open_ledger(place).quarantined(person.program, person.member).items():
            if json.dumps(event.rpartition("#")[2], ensure_ascii=False) in body:
                yield person, why


def _amended(place: Stack, event: str, people: set[MemberKey]) -> Iterator[tuple[MemberKey, str]]:
    for person in sorted(people):
        for entry in read_ledger(place, person).entries:
            if entry.activity.target is not None and _means(event, entry.activity.target):
                yield person, "#".join(entry.key)


def _is(sort_key: str, kind: str) -> bool:
    return sort_key.startswith(kind)


def _messages(place: Stack, output: str) -> int:
    if output not in place.outputs:
        return 0
    asked = {"QueueUrl": place.outputs[output], "AttributeNames": list(WAITING)}
    told = place.client("sqs").get_queue_attributes(**asked)["Attributes"]
    return sum(int(told[name]) for name in WAITING)
