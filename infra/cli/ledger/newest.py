"""The newest entries of a member, of a program or of all, with the names by which they can be asked for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from heapq import nlargest
from typing import Any

from infra.cli.ledger.members import MemberKey, find_members, member_of, published_programs, scan
from infra.cli.stack import Stack
from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.keys import within
from ladder.adapters.dynamodb.ledger import from_item
from ladder.domain.points.ledger import Entry

NEEDED = (
    *("pk", "sk", "type", "occurred_at", "attributes", "version"),
    *("points", "spent", "held", "sentence", "sequence", "recorded_at"),
)
NAMES = {f"#{name}": name for name in NEEDED}  # some are DynamoDB's own words


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """`user`: as the roster has him; "" where it does not."""

    person: MemberKey
    user: str
    entry: Entry


def newest_entries(place: Stack, *, program: str | None, member: str | None, last: int) -> list[ListedEntry]:
    """The one recorded last comes first. Without a member it reads the whole table of members.

    Raises Rejected for a program that was never published, and for a member whom nobody knows.
    """
    named = cache(lambda program: {each.id: each.user for each in place.members.published.roster(program)})
    items = nlargest(last, _items(place, program, member), key=lambda item: str(item.get("recorded_at", "")))
    found = [(member_of(item["pk"]), from_item(item)) for item in items]
    return [ListedEntry(person, named(person.program).get(person.member, ""), entry) for person, entry in found]


def _items(place: Stack, program: str | None, member: str | None) -> Iterator[dict[str, Any]]:
    if member:
        yield from _of(place, find_members(place, program=program, member=member))
        return
    programs = published_programs(place, program)
    condition, values = "begins_with(#sk, :entry)", {":entry": member_keys.ENTRY}
    items = scan(place, condition, values, names=NAMES, keep=", ".join(NAMES))
    yield from (item for item in items if member_of(item["pk"]).program in programs)


def _of(place: Stack, wanted: Iterable[MemberKey]) -> Iterator[dict[str, Any]]:
    for person in wanted:
        partition = member_keys.member(person.program, person.member)
        yield from place.members.members.query(partition, within(member_keys.ENTRY))
