"""Which members there are, and one member's ledger, read so that state and entries belong together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.cli.stack import Stack, program_not_found
from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.keys import within
from ladder.adapters.dynamodb.ledger import DynamoLedger, from_item
from ladder.adapters.dynamodb.table import decode, encode
from ladder.domain.activities.activity import Key
from ladder.domain.activities.validation import normalized_id
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.points.caps import caps_by_name
from ladder.domain.points.compiled import CompiledProgram, state_names
from ladder.domain.points.ledger import Entry, State

TRIES = 5


@dataclass(frozen=True, slots=True, order=True)
class MemberKey:
    program: str
    member: str


@dataclass(frozen=True, slots=True)
class MemberLedger:
    """`digests`: of the entries, as they are stored. `books`: every version that the ledger was written under."""

    person: MemberKey
    state: State
    entries: Sequence[Entry]  # in the order they were recorded
    digests: Mapping[Key, bytes]
    books: Mapping[int, CompiledProgram]


def find_members(place: Stack, *, program: str | None = None, member: str | None = None) -> list[MemberKey]:
    """Whoever has a state, or an entry without one; all programs where none is named. `member`: his id or user name.

    Without a member it is a Scan, which reads the whole table of members, keeps the keys only, and bills for all of it.
    Raises Rejected for a program that was never published, and for a member whom nobody knows.
    """
    programs = published_programs(place, program)
    if member:
        return resolve_member(place, member, programs)
    wanted = {":state": member_keys.STATE, ":entry": member_keys.ENTRY}
    found = {member_of(item["pk"]) for item in scan(place, "sk = :state OR begins_with(sk, :entry)", wanted)}
    return sorted(each for each in found if program in {None, each.program})


def published_programs(place: Stack, program: str | None) -> list[str]:
    """All programs, or the one that is asked for. Raises Rejected where that was never published."""
    known = place.members.published.keys()
    if program and program not in known:
        raise program_not_found(program, known)
    return [program] if program else known


def resolve_member(place: Stack, name: str, programs: Iterable[str]) -> list[MemberKey]:
    """Whoever has that id, or is called so on a roster. Raises Rejected where that is nobody."""
    found = sorted(MemberKey(program, each) for program in programs for each in member_ids(place, program, name))
    if not found:
        raise Rejected(f"there is no member {name!r}: give his id, or his user name as the roster has it")
    return found


def member_ids(place: Stack, program: str, name: str) -> set[str]:
    """Whom a name means in a program: who is on its roster, and who is not and has a ledger all the same."""
    roster = place.members.published.roster(program)
    listed = {each.id for each in roster if name == each.id or normalized_id(name) == normalized_id(each.user)}
    return listed | ({name} if _has_ledger(place, MemberKey(program, name)) else set())


def _has_ledger(place: Stack, person: MemberKey) -> bool:
    partition = member_keys.member(person.program, person.member)
    items = place.members.members
    first = next(items.query(partition, within(member_keys.ENTRY), page=1), None)
    return first is not None or items.get(partition, member_keys.STATE) is not None


def scan(
    place: Stack,
    condition: str,
    values: Mapping[str, str],
    *,
    names: Mapping[str, str] | None = None,
    keep: str = "pk, sk",
) -> Iterator[dict[str, Any]]:
    """Items of the table of members that fulfil a condition; `names` stand for words that DynamoDB keeps to itself."""
    request = {
        "TableName": place.outputs["MembersTable"],
        "FilterExpression": condition,
        "ExpressionAttributeValues": encode(values),
        "ProjectionExpression": keep,
        "ConsistentRead": True,
        **({"ExpressionAttributeNames": dict(names)} if names else {}),
    }
    for page in place.client("dynamodb").get_paginator("scan").paginate(**request):
        yield from map(decode, page["Items"])


def read_ledger(place: Stack, person: MemberKey) -> MemberLedger:
    """Raises Unavailable where somebody writes faster than it reads."""
    for _ in range(TRIES):
        before = _version(place, person)
        entries, digests = _entries(place, person)
        books = _books(place, person, entries)
        state = open_ledger(place, books.values()).load_including_erased(person.program, person.member)
        if state.version == before:
            return MemberLedger(person, state, entries, digests, books)
    raise Unavailable(f"member {person.member} is being written to: try again in a moment")


def open_ledger(place: Stack, books: Iterable[CompiledProgram] = ()) -> DynamoLedger:
    """That knows what things were called under all of these versions."""
    members = place.members
    named = {name for book in books for name in (*state_names(book.program), *caps_by_name(book.program))}
    return DynamoLedger(members.members, audit=members.audit, names=named)


def _entries(place: Stack, person: MemberKey) -> tuple[list[Entry], dict[Key, bytes]]:
    partition = member_keys.member(person.program, person.member)
    items = list(place.members.members.query(partition, within(member_keys.ENTRY)))
    entries = sorted(map(from_item, items), key=lambda entry: entry.sequence)
    return entries, {member_keys.event(item["sk"]): item["digest"] for item in items}


def _books(place: Stack, person: MemberKey, entries: Sequence[Entry]) -> dict[int, CompiledProgram]:
    return {
        version: place.members.compiled_version(person.program, version)
        for version in {e.program_version for e in entries}
    }


def _version(place: Stack, person: MemberKey) -> int:
    item = place.members.members.get(member_keys.member(person.program, person.member), member_keys.STATE)
    return int(item["version"]) if item else 0


def member_of(partition: str) -> MemberKey:
    program, _, member = partition.partition("#")
    return MemberKey(program, member)
