"""Which members there are, and one member's ledger, read so that state and entries belong together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.cli.stack import Stack, published_programs
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.keys import within
from ladder.adapters.dynamodb.ledger import DynamoLedger, from_item
from ladder.adapters.dynamodb.table import decode, encode
from ladder.domain.activities.activity import Key
from ladder.domain.activities.validation import normalized_id
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.points.caps import caps_by_name
from ladder.domain.points.compiled import CompiledProgram, state_names
from ladder.domain.points.ledger import Entry, State

MAX_TRIES = 5


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
    """`digests`: of the entries, as they are stored. `books`: every version that the ledger was written under."""

    person: MemberKey
    state: State
    entries: Sequence[Entry]  # in the order they were recorded
    digests: Mapping[Key, bytes]
    books: Mapping[int, CompiledProgram]


def find_members(stack: Stack, *, program: str | None = None, member: str | None = None) -> list[MemberKey]:
    """Return the members who have a state, or an entry without one. `member`: an id or a user name.

    Without `member` it scans: DynamoDB reads, and bills, the whole members table.
    Raises Rejected for a program that was never published, and for an unknown member.
    """
    programs = published_programs(stack, program)
    if member:
        return resolve_member(stack, member, programs)
    values = {":state": keys.STATE, ":entry": keys.ENTRY}
    items = scan(stack, "sk = :state OR begins_with(sk, :entry)", values)
    found = {MemberKey.of(item["pk"]) for item in items}
    return sorted(key for key in found if program in {None, key.program})


def resolve_member(stack: Stack, name: str, programs: Iterable[str]) -> list[MemberKey]:
    """Return the members with that id or user name. Raises Rejected if there are none."""
    found = sorted(MemberKey(program, member) for program in programs for member in member_ids(stack, program, name))
    if not found:
        raise Rejected(f"there is no member {name!r}: write their id, or their user name on the roster")
    return found


def member_ids(stack: Stack, program: str, name: str) -> set[str]:
    """Return the ids that a name means in a program: of the roster, and of members who left and have a ledger."""
    roster = stack.members.published.roster(program)
    ids = {each.id for each in roster if name == each.id or normalized_id(name) == normalized_id(each.user)}
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
    attributes: str = "pk, sk",
) -> Iterator[dict[str, Any]]:
    """Yield items of the members table; `names` stand for attributes whose names DynamoDB reserves."""
    request = {
        "TableName": stack.outputs["MembersTable"],
        "FilterExpression": condition,
        "ExpressionAttributeValues": encode(values),
        "ProjectionExpression": attributes,
        "ConsistentRead": True,
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
        versions = {entry.program_version for entry in entries}
        books = {version: stack.members.compiled_version(person.program, version) for version in versions}
        state = open_ledger(stack, books.values()).load_including_erased(person.program, person.member)
        if state.version == (int(stored["version"]) if stored else 0):
            digests = {keys.event(item["sk"]): item["digest"] for item in items}
            return MemberLedger(person, state, entries, digests, books)
    raise Unavailable(f"member {person.member} is being written to: try again in a moment")


def open_ledger(stack: Stack, books: Iterable[CompiledProgram] = ()) -> DynamoLedger:
    """Return the ledger, with the names of all rules and caps of these versions."""
    members = stack.members
    names = {
        name
        for compiled in books
        for name in (*state_names(compiled.rulebook), *caps_by_name(compiled.challenges.reward_rules))
    }
    return DynamoLedger(members.members, audit=members.audit, names=names)
