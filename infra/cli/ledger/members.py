"""Which members there are, and one member's ledger, read so that state and entries belong together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.cli.ledger.stores import Place, no_program
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
class Person:
    program: str
    member: str


@dataclass(frozen=True, slots=True)
class Read:
    """`digests`: of the entries, as they are stored. `books`: every version that the ledger was written under."""

    person: Person
    state: State
    entries: Sequence[Entry]  # in the order they were recorded
    digests: Mapping[Key, bytes]
    books: Mapping[int, CompiledProgram]


def people(place: Place, *, program: str | None = None, member: str | None = None) -> list[Person]:
    """Whoever has a state, or an entry without one; all programs where none is named. `member`: his id or user name.

    Without a member it is a Scan, which reads the whole table of members, keeps the keys only, and bills for all of it.
    Raises Rejected for a program that was never published, and for a member whom nobody knows.
    """
    programs = published(place, program)
    if member:
        return called(place, member, programs)
    wanted = {":state": member_keys.STATE, ":entry": member_keys.ENTRY}
    found = {person_of(item["pk"]) for item in scan(place, "sk = :state OR begins_with(sk, :entry)", wanted)}
    return sorted(each for each in found if program in {None, each.program})


def published(place: Place, program: str | None) -> list[str]:
    """All programs, or the one that is asked for. Raises Rejected where that was never published."""
    known = place.members.published.keys()
    if program and program not in known:
        raise no_program(program, known)
    return [program] if program else known


def called(place: Place, name: str, programs: Iterable[str]) -> list[Person]:
    """Whoever has that id, or is called so on a roster. Raises Rejected where that is nobody."""
    found = sorted(Person(program, each) for program in programs for each in ids(place, program, name))
    if not found:
        raise Rejected(f"there is no member {name!r}: give his id, or his user name as the roster has it")
    return found


def ids(place: Place, program: str, name: str) -> set[str]:
    """Whom a name means in a program: who is on its roster, and who is not and has a ledger all the same."""
    roster = place.members.published.roster(program)
    listed = {each.id for each in roster if name == each.id or normalized_id(name) == normalized_id(each.user)}
    return listed | ({name} if _has_ledger(place, Person(program, name)) else set())


def _has_ledger(place: Place, person: Person) -> bool:
    partition = member_keys.member(person.program, person.member)
    items = place.members.members
    first = next(items.query(partition, within(member_keys.ENTRY), page=1), None)
    return first is not None or items.get(partition, member_keys.STATE) is not None


def scan(
    place: Place,
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


def read(place: Place, person: Person) -> Read:
    """Raises Unavailable where somebody writes faster than it reads."""
    for _ in range(TRIES):
        before = _version(place, person)
        entries, digests = _entries(place, person)
        books = _books(place, person, entries)
        state = ledger(place, books.values()).load_including_erased(person.program, person.member)
        if state.version == before:
            return Read(person, state, entries, digests, books)
    raise Unavailable(f"member {person.member} is being written to: try again in a moment")


def ledger(place: Place, books: Iterable[CompiledProgram] = ()) -> DynamoLedger:
    """That knows what things were called under all of these versions."""
    members = place.members
    named = {name for book in books for name in (*state_names(book.program), *caps_by_name(book.program))}
    return DynamoLedger(members.members, audit=members.audit, names=named)


def _entries(place: Place, person: Person) -> tuple[list[Entry], dict[Key, bytes]]:
    partition = member_keys.member(person.program, person.member)
    items = list(place.members.members.query(partition, within(member_keys.ENTRY)))
    entries = sorted(map(from_item, items), key=lambda entry: entry.sequence)
    return entries, {member_keys.event(item["sk"]): item["digest"] for item in items}


def _books(place: Place, person: Person, entries: Sequence[Entry]) -> dict[int, CompiledProgram]:
    return {
        version: place.members.compiled_version(person.program, version)
        for version in {e.program_version for e in entries}
    }


def _version(place: Place, person: Person) -> int:
    item = place.members.members.get(member_keys.member(person.program, person.member), member_keys.STATE)
    return int(item["version"]) if item else 0


def person_of(partition: str) -> Person:
    program, _, member = partition.partition("#")
    return Person(program, member)
