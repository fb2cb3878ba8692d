"""Compare what people and models decided, as it is stored with members, with the audit: each has its record."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.cli.ledger.members import MemberKey, scan
from infra.cli.stack import Stack
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.audit import DynamoAudit
from ladder.adapters.dynamodb.disputes import dispute_record
from ladder.adapters.dynamodb.ledger import from_item
from ladder.adapters.dynamodb.review_items import decision_record
from ladder.adapters.dynamodb.verdicts import verdict_record
from ladder.domain.activities.activity import (
    BADGE_GRANTED,
    CORRECTED,
    DENIED,
    LADDER,
    POINTS_GRANTED,
    RELEASED,
    REVERSED,
    UPHELD,
    Activity,
)
from ladder.domain.audit.records import Record, StoredItem, digest
from ladder.domain.audit.verify import Broken
from ladder.domain.points.amendments import reversal_key
from ladder.domain.reviews.decisions import BY
from ladder.domain.reviews.review import review_id

BY_A_PERSON = frozenset({POINTS_GRANTED, BADGE_GRANTED, RELEASED, DENIED, UPHELD, REVERSED, CORRECTED})
BY_A_REVIEWER = "reviews.decided_by_a_person"
GRANT, REVIEW = "grant:", "review:"  # how ids of entries begin
REVOKED, ERASED = "audit.entry_revoked", "audit.member_erased"

type Test = Callable[[StoredItem], bool]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something decided about a member. `record`: the key of the audit record that it must have; "" for none at all."""

    person: MemberKey
    what: str
    record: str
    agrees: Test = lambda _: True


def find_unrecorded(stack: Stack, programs: Sequence[str]) -> Mapping[str, Sequence[Broken]]:
    """Return by program what was decided about members and is not in the audit as it is stored.

    It scans: DynamoDB reads, and bills, the whole members table.
    """
    prefixes = {
        ":review": keys.REVIEW,
        ":verdict": keys.VERDICT,
        ":dispute": keys.DISPUTE,
        ":entry": keys.entry((LADDER, "")),
    }
    condition = " OR ".join(f"begins_with(sk, {name})" for name in prefixes)
    facts = [fact for item in scan(stack, condition, prefixes, attributes=None) for fact in facts_of(item)]
    audit = DynamoAudit(stack.audit)
    return {program: unrecorded(facts, program, audit.items(program)) for program in programs}


def facts_of(item: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield what an item of the members table says was decided."""
    person, key = MemberKey.of(item["pk"]), str(item["sk"])
    if key.startswith(keys.REVIEW):
        if record := decision_record(item):
            yield _recorded(person, f"the decision of review {key.removeprefix(keys.REVIEW)}", record)
    elif key.startswith(keys.VERDICT):
        if "ruled_at" in item:
            yield _recorded(person, f"the verdict {key.removeprefix(keys.VERDICT)}", verdict_record(item))
    elif key.startswith(keys.DISPUTE):
        yield _recorded(person, f"the dispute of {'#'.join(keys.event(key))}", dispute_record(item))
    else:
        activity = from_item(item).activity
        if activity.type in BY_A_PERSON:
            yield from _entry(person, activity)


def _recorded(person: MemberKey, what: str, record: Record) -> Fact:
    expected = digest(record.item)
    return Fact(person, what, record.key, lambda stored: digest(stored) == expected)


def _entry(person: MemberKey, activity: Activity) -> Iterator[Fact]:
    """Yield the record that must stand behind an entry in Ladder's name; the clock's own releases have none."""
    attributes, what = activity.attributes, f"the entry {'#'.join(activity.key)}"

    def granted(stored: StoredItem) -> bool:
        about = stored.get("about") or {}
        return about.get("member") == person.member and all(
            about.get(name) == attributes.get(name) for name in ("points", "badge", "tier") if name in about
        )

    if activity.id.startswith(GRANT):
        yield Fact(person, what, f"ASKED#{activity.id.removeprefix(GRANT)}", granted)
    elif activity.type == BADGE_GRANTED and attributes.get("by") == BY:
        yield Fact(person, what, f"REVIEW#{person.member}.{attributes.get('verdict')}")
    elif activity.type == BADGE_GRANTED:
        verdict = keys.verdict(str(attributes.get("verdict")))
        yield Fact(person, what, verdict, lambda stored: dict(stored.get("about") or {}).get("outcome") == "grant")
    elif activity.id.startswith(REVIEW):
        yield Fact(person, what, f"REVIEW#{person.member}.{activity.id.removeprefix(REVIEW)}")
    elif activity.type == RELEASED:
        if BY_A_REVIEWER in str(attributes.get("reason")) and activity.target:
            yield Fact(person, what, f"REVIEW#{person.member}.{review_id('hold', *activity.target)}")
    elif activity.type == REVERSED and activity.target and activity.key == reversal_key(activity.target):
        yield Fact(person, what, _revoked(person.member, *activity.target))
    else:
        yield Fact(person, what, "")


def _revoked(*about: object) -> str:
    """Return what an admin's reversal is found by: its request has an id that they chose."""
    return "#".join([REVOKED, *map(str, about)])


def unrecorded(facts: Iterable[Fact], program: str, items: Iterable[StoredItem]) -> list[Broken]:
    """Return the facts of a program that the audit does not know, or knows otherwise.

    `items`: the program's audit, read after the facts, for a record is written together with its fact. Of an erased
    member nothing can be compared.
    """
    wanted, broken, erased = defaultdict[str, list[Fact]](list), dict[Fact, str](), set[object]()
    for fact in facts:
        if fact.person.program == program:
            wanted[fact.record].append(fact)
            broken[fact] = "has no record in the audit"
    for item in items:
        about = item["about"] if isinstance(item.get("about"), Mapping) else {}
        names = [item["key"]]
        if item.get("what") == ERASED:
            erased.add(about.get("member"))
        elif item.get("what") == REVOKED:
            names.append(_revoked(*(about.get(name) for name in ("member", "source", "event"))))
        for fact in (fact for name in names for fact in wanted.get(name, ()) if fact in broken):
            if fact.agrees(item):
                del broken[fact]
            else:
                broken[fact] = f"differs from its record {item['key']}"
    return [
        Broken(f"{fact.what} of member {fact.person.member}", why)
        for fact, why in broken.items()
        if fact.person.member not in erased
    ]
