"""Compare what people and models decided, as it is stored, with the audit: each has its record.

What follows from rules and from members' own choices has none: badges earned by rule, orders and days off are entries
of the ledger (`ladder ledger verify` replays them), and whether somebody takes part in an opt-in category is theirs.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from infra.cli.ledger.members import MemberKey, scan
from infra.cli.stack import Stack
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.audit import DynamoAudit
from ladder.adapters.dynamodb.disputes import dispute_record
from ladder.adapters.dynamodb.ledger import from_item
from ladder.adapters.dynamodb.member_verdicts import contest_record
from ladder.adapters.dynamodb.review_items import decision_record
from ladder.adapters.dynamodb.review_items import from_item as review_of
from ladder.adapters.dynamodb.rotations import from_item as rotation_of
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
)
from ladder.domain.audit.records import Record, StoredItem, digest, private, private_key, reference
from ladder.domain.audit.verify import Broken
from ladder.domain.members.objections import Purpose, objection_recorded
from ladder.domain.points.amendments import reversal_key
from ladder.domain.reviews.audit_records import review_opened
from ladder.domain.reviews.decisions import BY
from ladder.domain.reviews.review import review_id

GIVEN = ("points", "badge", "tier", "settled", "released")  # of an entry, as its record has it
BY_A_PERSON = frozenset({POINTS_GRANTED, BADGE_GRANTED, RELEASED, DENIED, UPHELD, REVERSED, CORRECTED})
BY_A_REVIEWER = "reviews.decided_by_a_person"
BY_A_COLLEAGUE = "points.confirmed_by_a_colleague"
GRANT, REVIEW = "grant:", "review:"  # how ids of entries begin
REVOKED, ERASED = "audit.entry_revoked", "audit.member_erased"
LINKED, UNLINKED, APPROVED = "audit.id_linked", "audit.id_unlinked", "audit.review_approved"
OF_A_RELIEF = "miss_streak"
ERASURE = "the erasure"
OBJECTIONS = keys.objections("", "")  # in the partition's key, between program and purpose

type Test = Callable[[StoredItem, bytes], bool]  # an audit record, and the salt of the member


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was decided. `record`: what finds the audit record that it must have; "" for none at all.

    `private`: that is a key which the audit has under the member's salt.
    """

    person: MemberKey
    what: str
    record: str
    agrees: Test = lambda _, __: True
    private: bool = True

    @property
    def name(self) -> str:
        return f"{self.what} of member {self.person.member}" if self.person.member else self.what


def find_unrecorded(stack: Stack, programs: Sequence[str]) -> Mapping[str, Sequence[Broken]]:
    """Return by program what was decided and is not in the audit as it is stored.

    It scans: DynamoDB reads, and bills, the whole members table.
    """
    values = {
        ":review": keys.REVIEW,
        ":verdict": keys.VERDICT,
        ":dispute": keys.DISPUTE,
        ":contest": keys.CONTEST,
        ":entry": keys.entry((LADDER, "")),
        ":identity": f"{keys.IDENTITY}#",
        ":relief": keys.RELIEF,
        ":salt": keys.SALT,
        ":state": keys.STATE,
        ":declaration": keys.DECLARATION,
    }
    condition = " OR ".join([*(f"begins_with(sk, {name})" for name in values), "contains(pk, :objections)"])
    values[":objections"] = OBJECTIONS
    facts, salts = list[Fact](), dict[MemberKey, bytes]()
    for item in scan(stack, condition, values, attributes=None):
        if item["sk"] == keys.SALT:
            salts[MemberKey.of(item["pk"])] = item["salt"]
        else:
            facts += facts_of(item)
    for program in programs:
        facts += program_facts(program, stack.members.programs.query(program))
    audit = DynamoAudit(stack.audit)
    return {program: unrecorded(facts, program, audit.items(program), salts) for program in programs}


def facts_of(item: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield what an item of the members table says was decided."""
    kind, _, rest = item["sk"].partition("#")
    if OBJECTIONS in item["pk"]:
        program, _, purpose = item["pk"].partition(OBJECTIONS)
        said = program, item["sk"], cast("Purpose", purpose)
        record = objection_recorded(*said, objects=item["objects"], at=datetime.fromisoformat(item["since"]))
        yield _recorded(MemberKey(program, item["sk"]), f"what they said of {purpose}", record)
    elif read := READERS.get(kind):
        yield from read(MemberKey.of(item["pk"]), rest, item)


def _of_review(person: MemberKey, review_id: str, item: Mapping[str, Any]) -> Iterator[Fact]:
    review = review_of(item)
    if review and review.opened_by:
        what, opened = f"the request of review {review.id}", review_opened(review, by=review.opened_by)
        gone = review.kind == "link" and review.decided  # the id is deleted then, and nothing can be compared
        yield Fact(person, what, opened.key) if gone else _recorded(person, what, opened)
    if record := decision_record(item):
        yield _recorded(person, f"the decision of review {review_id}", record)


def _of_link(person: MemberKey, _: str, item: Mapping[str, Any]) -> Iterator[Fact]:
    for what, name in ((LINKED, "linked_at"), (UNLINKED, "unlinked_at")):
        if name in item:
            found_by = _named(what, person.member, item["source"], item[name])
            yield Fact(person, f"the id at {item['source']} of {item[name]}", found_by, private=False)


def _of_state(person: MemberKey, _: str, item: Mapping[str, Any]) -> Iterator[Fact]:
    if "erased_at" in item:
        day, record = item["erased_at"][:10], f"ERASED#{person.member}"
        yield Fact(person, ERASURE, record, lambda stored, _: str(stored.get("at"))[:10] == day, private=False)


def _of_declaration(person: MemberKey, _: str, item: Mapping[str, Any]) -> Iterator[Fact]:
    subject, member = person.member.partition(":")[2], item["member"] or None
    yield Fact(
        MemberKey(person.program, ""),
        f"what {subject} declared",
        f"DECLARED#{subject}#{item['version']:06d}",
        lambda stored, _: _about(stored).get("member") == member,
        private=False,
    )


def program_facts(program: str, items: Iterable[Mapping[str, Any]]) -> Iterator[Fact]:
    """Yield what the items of a program say was decided about it: versions and activated rotations.

    A local stage publishes what it begins with and asks nobody: no version before the first that somebody published
    has a record.
    """
    of, by_somebody = MemberKey(program, ""), False
    for item in sorted(items, key=lambda item: str(item["sk"])):
        kind, _, name = item["sk"].partition("#")
        if kind == keys.CONFIG and name:
            by_somebody |= "by" in item
            if by_somebody:
                yield _published(of, name, sha256(item["program"].encode()).digest())
        elif kind == "ROTATION" and rotation_of(item).reached("active"):
            yield Fact(of, f"rotation {name}", item["sk"], private=False)


def _published(of: MemberKey, version: str, text: bytes) -> Fact:
    record = f"PUBLISHED#{version}"
    return Fact(of, f"version {int(version)}", record, lambda stored, _: stored.get("digest") == text, private=False)


def _recorded(person: MemberKey, what: str, record: Record) -> Fact:
    def agrees(stored: StoredItem, salt: bytes) -> bool:
        return digest(stored) == digest(private(record, salt).item)

    return Fact(person, what, record.key, agrees, private=record.is_private)


def _of_entry(person: MemberKey, _: str, item: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the record that must stand behind an entry in Ladder's name; the clock's own releases have none."""
    activity = from_item(item).activity
    if activity.type not in BY_A_PERSON:
        return
    attributes, what = activity.attributes, f"the entry {'#'.join(activity.key)}"

    def granted(stored: StoredItem, _: bytes) -> bool:
        about = _about(stored)
        return about.get("member") == person.member and all(
            about.get(name) == attributes.get(name) for name in GIVEN if name in about
        )

    if activity.id.startswith(GRANT) and activity.type == POINTS_GRANTED and attributes.get("by") == BY:
        review = review_id("grant", activity.id.removeprefix(GRANT))
        yield Fact(person, what, f"REVIEW#{person.member}.{review}", granted)
    elif activity.id.startswith(GRANT):
        yield Fact(person, what, f"ASKED#{activity.id.removeprefix(GRANT)}", granted)
    elif activity.type == BADGE_GRANTED and attributes.get("by") == BY:
        yield Fact(person, what, f"REVIEW#{person.member}.{attributes.get('verdict')}")
    elif activity.type == BADGE_GRANTED:
        verdict = keys.verdict(str(attributes.get("verdict")))
        yield Fact(person, what, verdict, lambda stored, _: _about(stored).get("outcome") == "grant")
    elif activity.id.startswith(REVIEW):
        yield Fact(person, what, f"REVIEW#{person.member}.{activity.id.removeprefix(REVIEW)}", granted)
    elif activity.type == RELEASED:
        if BY_A_REVIEWER in str(attributes.get("reason")) and activity.target:
            review = str(attributes.get("review") or review_id("hold", *activity.target))
            yield Fact(person, what, f"REVIEW#{person.member}.{review}", granted)
        elif BY_A_COLLEAGUE in str(attributes.get("reason")) and activity.target:
            yield Fact(person, what, _named("CONFIRMED", person.member, *activity.target, attributes.get("points")))
    elif activity.type == REVERSED and activity.target and activity.key == reversal_key(activity.target):
        source, event = activity.target
        found_by = _named(REVOKED, person.member, source)  # its request has an id that an admin chose
        yield Fact(
            person,
            what,
            found_by,
            lambda stored, salt: _about(stored).get("event") == reference(event, salt),
            private=False,
        )
    else:
        yield Fact(person, what, "", private=False)


READERS: Mapping[str, Callable[[MemberKey, str, Mapping[str, Any]], Iterable[Fact]]] = {  # by how a sort key begins
    "REVIEW": _of_review,
    "VERDICT": lambda person, key, item: (
        [_recorded(person, f"the verdict {key}", verdict_record(item))] if "ruled_at" in item else []
    ),
    "DISPUTE": lambda person, event, item: [_recorded(person, f"the dispute of {event}", dispute_record(item))],
    "CONTEST": lambda person, key, item: [_recorded(person, f"the contest of verdict {key}", contest_record(item))],
    "RELIEF": lambda person, _, item: [
        Fact(
            person,
            f"the easier challenges since {item['opened_at']}",
            _named(OF_A_RELIEF, person.member, item["opened_at"]),
            private=False,
        )
    ],
    "ENTRY": _of_entry,
    keys.IDENTITY: _of_link,
    keys.STATE: _of_state,
    keys.DECLARATION: _of_declaration,
}


def _about(stored: StoredItem) -> Mapping[str, Any]:
    about = stored.get("about")
    return about if isinstance(about, Mapping) else {}


def _named(*words: object) -> str:
    return "#".join(map(str, words))


def _names(stored: StoredItem) -> Iterator[str]:
    """Yield what a record is found by."""
    what, about, at = stored.get("what"), _about(stored), stored.get("at")
    yield stored["key"]
    if what == REVOKED:
        yield _named(what, about.get("member"), about.get("source"))
    elif what in {LINKED, UNLINKED}:
        yield _named(what, about.get("member"), about.get("source"), at)
    elif what == APPROVED and about.get("kind") == OF_A_RELIEF:
        yield _named(OF_A_RELIEF, about.get("member"), at)


def unrecorded(
    facts: Iterable[Fact], program: str, items: Iterable[StoredItem], salts: Mapping[MemberKey, bytes]
) -> list[Broken]:
    """Return the facts of a program that the audit does not know, or knows otherwise.

    `items`: the program's audit, read after the facts, for a record is written together with its fact. Of an erased
    member only the erasure can be compared: their salt is gone.
    """
    wanted, broken, erased = defaultdict[str, list[Fact]](list), dict[Fact, str](), set[object]()
    for fact in facts:
        if fact.person.program == program:
            salt = salts.get(fact.person)
            found_by = private_key(fact.record, salt) if fact.private and salt else fact.record
            wanted[found_by].append(fact)
            broken[fact] = "has no record in the audit"
    for item in items:
        if item.get("what") == ERASED:
            erased.add(_about(item).get("member"))
        for fact in (fact for name in _names(item) for fact in wanted.get(name, ()) if fact in broken):
            if fact.agrees(item, salts.get(fact.person, b"")):
                del broken[fact]
            else:
                broken[fact] = f"differs from its record {item['key']}"
    return [
        Broken(fact.name, why)
        for fact, why in broken.items()
        if fact.person.member not in erased or fact.what == ERASURE
    ]
