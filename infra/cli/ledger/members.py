"""Finds members, reads a member's ledger so that state and entries belong together, and finds an event's entries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from infra.cli.stack import Stack, published_programs
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.keys import within
from ladder.adapters.dynamodb.ledger import DynamoLedger, from_item
from ladder.adapters.dynamodb.table import decode, encode
from ladder.domain.activities.activity import Key, normalized_id
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.points.award_caps import caps_by_name
from ladder.domain.points.compiled import CompiledProgram, state_names
from ladder.domain.points.ledger import Entry, State
from ladder.domain.points.replay import versions_of

MAX_TRIES = 5
COLUMNS = ("earned", "spent", "held")  # of a state: what its entries sum to


@dataclass(frozen=True, slots=True, order=True)
class MemberKey:
    program: str
    member: str

    @classmethod
    def of(cls, partition: str) -> "MemberKey":
        program, _, member = partition.partition("#")
        return cls(program, member)

    @property
    def partition(self) -> str:
        return keys.member(self.program, self.member)


@dataclass(frozen=True, slots=True)
class MemberLedger:
    """`digests`: of the entries, as they are stored. `versions`: the rules under which entries were written."""

    person: MemberKey
    state: State
    entries: Sequence[Entry]  # in the order they were recorded
    digests: Mapping[Key, bytes]
    versions: Mapping[int, CompiledProgram]


@dataclass(frozen=True, slots=True)
class MemberEntry:
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


def find_members(stack: Stack, *, program: str | None = None, member: str | None = None) -> list[MemberKey]:
    """Return the members who have a state, or an entry without one. `member`: an id or a user name.

    Without `member` it scans: DynamoDB reads, and bills, the whole members table.
    Raises Rejected for a program that was never published, and for an unknown member.
    """
    programs = published_programs(stack, program)
    if member:
        if named := sorted(MemberKey(key, name) for key in programs for name in member_ids(stack, key, member)):
            return named
        raise Rejected(f"there is no member {member!r}: write their id, or their user name on the roster")
    values = {":state": keys.STATE, ":entry": keys.ENTRY}
    people = {MemberKey.of(item["pk"]) for item in scan(stack, "sk = :state OR begins_with(sk, :entry)", values)}
    return sorted(key for key in people if program in {None, key.program})


def find_entries(
    stack: Stack, event: str, *, program: str | None = None, member: str | None = None
) -> list[MemberEntry]:
    """Find the entries of an event (source#id, or an id). Without a member it reads the whole members table.

    `member`: an id or a user name. Raises Rejected for a program that was never published, and for an unknown member.
    """
    if member:
        people = find_members(stack, program=program, member=member)
    else:
        published_programs(stack, program)
        values = {":entry": keys.ENTRY, ":event": event}
        items = scan(stack, "begins_with(sk, :entry) AND contains(sk, :event)", values)
        named = {MemberKey.of(item["pk"]) for item in items if means(event, keys.event(item["sk"]))}
        people = sorted(key for key in named if program in {None, key.program})
    return [
        MemberEntry(ledger, entry)
        for ledger in (read_ledger(stack, person) for person in people)
        for entry in ledger.entries
        if means(event, entry.key)
    ]


def means(event: str, key: Key) -> bool:
    """Return whether a text names an event. An id may hold a `#` itself, so both readings count."""
    return event in {key[1], "#".join(key)}


def sums(entry: Entry) -> str:
    held = f", {entry.held:+} held" if entry.held else ""
    return f"{entry.points:+}{held}" + (f", {entry.spent:+} spent" if entry.spent else "")


def member_ids(stack: Stack, program: str, name: str) -> set[str]:
    """Return the ids that a name means in a program: of the roster, and of members who left and have a ledger."""
    roster = stack.members.published.roster(program)
    ids = {member.id for member in roster if name == member.id or normalized_id(name) == normalized_id(member.user)}
    partition, items = keys.member(program, name), stack.members.members
    first_entry = next(items.query(partition, within(keys.ENTRY), page=1), None)
    if first_entry is not None or items.get(partition, keys.STATE) is not None:
        ids.add(name)
    return ids


def scan(
    stack: Stack,
    condition: str,
    values: Mapping[str, str],
    *,
    names: Mapping[str, str] | None = None,
    attributes: str | None = "pk, sk",
) -> Iterator[dict[str, Any]]:
    """Yield items of the members table; `names` stand for attributes whose names DynamoDB reserves.

    `attributes`: those to read; None reads whole items.
    """
    request = {
        "TableName": stack.outputs["MembersTable"],
        "FilterExpression": condition,
        "ExpressionAttributeValues": encode(values),
        "ConsistentRead": True,
        **({"ProjectionExpression": attributes} if attributes else {}),
        **({"ExpressionAttributeNames": dict(names)} if names else {}),
    }
    for page in stack.client("dynamodb").get_paginator("scan").paginate(**request):
        yield from map(decode, page["Items"])


def read_ledger(stack: Stack, person: MemberKey) -> MemberLedger:
    """Raises Unavailable if the member is written to again and again during the read."""
    table = stack.members.members
    for _ in range(MAX_TRIES):
        stored = table.get(person.partition, keys.STATE)
        items = list(table.query(person.partition, within(keys.ENTRY)))
        entries = sorted(map(from_item, items), key=lambda entry: entry.sequence)
        versions = versions_of(entries, partial(stack.members.compiled_version, person.program))
        state = open_ledger(stack, versions.values()).load_including_erased(person.program, person.member)
        if state.version == (int(stored["version"]) if stored else 0):
            digests = {keys.event(item["sk"]): item["digest"] for item in items}
            return MemberLedger(person, state, entries, digests, versions)
    raise Unavailable(f"member {person.member} is being written to: try again in a moment")


def open_ledger(stack: Stack, versions: Iterable[CompiledProgram] = ()) -> DynamoLedger:
    """Return the ledger, with the names of all rules and caps of these versions."""
    members = stack.members
    names = {
        name
        for compiled in versions
        for name in (*state_names(compiled.rulebook), *caps_by_name(compiled.challenges.reward_rules))
    }
    return DynamoLedger(members.members, audit=members.audit, names=names)
